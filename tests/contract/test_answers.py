"""What a shop answers: errors, limits, pages."""

from typing import Any

import pytest

from tests.support.contract_shops import Shop

THIN = "edges{cursor node{id number updatedAt}} pageInfo{hasNextPage hasPreviousPage endCursor startCursor}"


def _code(answer: dict[str, Any]) -> str:
    return str(answer["errors"][0]["extensions"]["exception"]["code"])


def test_nobody_gets_permission_denied_with_status_200(shop: Shop) -> None:
    status, answer = shop.client.post("{orders(first:1){totalCount}}")

    assert status == 200
    assert answer["data"] == {"orders": None}
    assert _code(answer) == "PermissionDenied"
    assert answer["errors"][0]["path"] == ["orders"]
    assert "MANAGE_ORDERS" in answer["errors"][0]["message"]


def test_an_unknown_app_token_is_nobody(shop: Shop) -> None:
    status, answer = shop.client.post("{orders(first:1){totalCount}}", token="x" * 30)

    assert (status, _code(answer)) == (200, "PermissionDenied")
    assert shop.client.post("{app{id}}", token="x" * 30)[1]["data"] == {"app": None}


def test_a_session_token_that_is_none_of_ours_fails_in_the_field(shop: Shop) -> None:
    status, answer = shop.client.post("{me{id}}", token="a.b.c")

    assert status == 200
    assert answer["data"] == {"me": None}


@pytest.mark.parametrize(
    "query", ["{orders(", "{ordrs{id}}", "query($x:Int!){shop{name}", "{shop{name(a:1)}}"]
)
def test_what_cannot_be_read_is_answered_with_400_and_no_data(shop: Shop, query: str) -> None:
    status, answer = shop.client.post(query, token=shop.client.staff_token())

    assert status == 400
    assert "data" not in answer
    assert _code(answer) in {"GraphQLSyntaxError", "GraphQLError"}


def test_a_syntax_error_is_called_so(shop: Shop) -> None:
    assert _code(shop.client.post("{orders(")[1]) == "GraphQLSyntaxError"


def test_a_missing_variable_is_answered_with_400(shop: Shop) -> None:
    status, answer = shop.client.post("query($i:ID!){order(id:$i){id}}", token=shop.client.staff_token())

    assert status == 400
    assert "data" not in answer


def test_four_mutations_in_a_request_are_allowed_and_five_are_not(shop: Shop) -> None:
    def many(count: int) -> str:
        return "mutation{" + " ".join(f'm{n}: tokenVerify(token:"x"){{isValid}}' for n in range(count)) + "}"

    assert shop.client.post(many(4))[0] == 200
    status, answer = shop.client.post(many(5))
    assert status == 400
    assert answer["errors"][0]["message"] == "Number of mutations exceed the limit of 4"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("first:101", "Requesting 101 records on the `orders` connection exceeds the `first` limit of 100"),
        ("last:101", "Requesting 101 records on the `orders` connection exceeds the `last` limit of 100"),
        ("sortBy:{field:NUMBER,direction:ASC}", "You must provide a `first` or `last` value"),
        ("first:1,last:1", "cannot be combined with `first`"),
        ('first:1,before:"x"', "Argument `first` cannot be combined with `before`."),
        ('first:1,after:"?"', "Received cursor is invalid."),
        ("first:-1", "must be a non-negative integer"),
    ],
)
def test_wrong_windows_are_refused_in_the_same_words(shop: Shop, arguments: str, words: str) -> None:
    status, answer = shop.client.post(
        f"{{orders({arguments}){{edges{{node{{id}}}}}}}}", token=shop.client.staff_token()
    )

    assert status == 200
    assert answer["data"] == {"orders": None}
    assert words in answer["errors"][0]["message"]


@pytest.mark.parametrize(
    ("query", "cost"),
    [
        ("{shop{name}}", 0),
        ("{me{id}}", 1),
        ("{orders(first:100){edges{node{id}}}}", 100),
        ("{customers(first:10){edges{node{id orders(first:5){edges{node{id}}}}}}}", 60),
        (
            """{ orders(first:100){ edges{ node{ id user{ id} channel{ slug} lines{ variant{ product{
                category{ id}}}}}}}}""",
            700,
        ),
        ("query($n:Int=7){orders(first:$n){edges{node{lines{variant{id}}}}}}", 3),
        ("{orders(first:3){edges{node{...F}}}} fragment F on Order{user{id} voucher{id}}", 9),
        ("{app{webhooks{eventDeliveries(first:100){edges{node{id}}}}}}", 2),
        ("{customers(first:2){edges{node{customerType{id} userPermissions{code}}}}}", 6),
        ("{customers(first:2){edges{node{assignedAttributes(limit:5){attribute{id}}}}}}", 22),
        ('{user(id:"VXNlcjox"){assignedAttributes{attribute{id}}}}', 201),
        (
            """{ vouchers(first:5){ edges{ node{ channelListings{ channel{ id}}}}} b:orders(last:6){
                edges{ node{ id}}}}""",
            21,
        ),
    ],
)
def test_requests_cost_the_same(shop: Shop, query: str, cost: int) -> None:
    _, answer = shop.client.post(query, token=shop.client.staff_token())

    assert answer["extensions"]["cost"] == {"requestedQueryCost": cost, "maximumAvailable": 50000}


def test_a_request_that_costs_too_much_is_answered_with_400(shop: Shop) -> None:
    status, answer = shop.client.post(
        """{ customers(first:100){ edges{ node{ orders(first:100){ edges{ node{ user{ id} lines{
            variant{ id}} channel{ slug}}}}}}}}""",
        token=shop.client.staff_token(),
    )

    assert status == 400
    assert "data" not in answer
    assert _code(answer) == "QueryCostError"
    assert answer["errors"][0]["message"].startswith("The query exceeds the maximum cost of 50000.")
    assert answer["extensions"]["cost"]["requestedQueryCost"] > 50000


def test_pages_by_the_time_of_change_hold_every_order_once(shop: Shop) -> None:
    query = f"""query($after:String){{orders(first:50,after:$after,
      sortBy:{{field:LAST_MODIFIED_AT,direction:ASC}})
      {{totalCount {THIN}}}}}"""
    seen: list[dict[str, Any]] = []
    after = None
    for _ in range(40):
        page = shop.client.data(query, after=after)["orders"]
        seen += [edge["node"] for edge in page["edges"]]
        assert page["pageInfo"]["endCursor"] == page["edges"][-1]["cursor"]
        assert page["pageInfo"]["hasPreviousPage"] is (after is not None)
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break

    assert len({node["id"] for node in seen}) == len(seen) == page["totalCount"]
    times = [node["updatedAt"] for node in seen]
    assert times == sorted(times)


def test_orders_come_with_the_newest_number_first_when_nothing_is_said(shop: Shop) -> None:
    edges = shop.client.data(f"{{orders(first:20){{{THIN}}}}}")["orders"]["edges"]
    numbers = [int(edge["node"]["number"]) for edge in edges]

    assert numbers == sorted(numbers, reverse=True)


def test_customers_come_by_address_when_nothing_is_said(shop: Shop) -> None:
    page = shop.client.data("{customers(first:50){totalCount edges{node{email}}}}")["customers"]
    addresses = [edge["node"]["email"] for edge in page["edges"]]

    assert len(addresses) == min(50, page["totalCount"])
    assert len(set(addresses)) == len(addresses)


def test_descending_pages_and_last_pages_mirror_ascending_first_pages(shop: Shop) -> None:
    def ids(arguments: str) -> list[str]:
        page = shop.client.data(f"{{orders({arguments}){{{THIN}}}}}")["orders"]
        return [edge["node"]["id"] for edge in page["edges"]]

    first_up = ids("first:7,sortBy:{field:CREATED_AT,direction:ASC}")
    last_down = ids("last:7,sortBy:{field:CREATED_AT,direction:DESC}")
    assert first_up == last_down[::-1]


def test_both_ends_of_a_range_of_time_belong_to_it(shop: Shop) -> None:
    query = f"""query($w:OrderWhereInput){{orders(first:10,where:$w,
      sortBy:{{field:LAST_MODIFIED_AT,direction:ASC}}){{totalCount {THIN}}}}}"""
    edges = shop.client.data(query, w={})["orders"]["edges"]
    low, high = edges[2]["node"]["updatedAt"], edges[5]["node"]["updatedAt"]

    page = shop.client.data(query, w={"updatedAt": {"gte": low, "lte": high}})["orders"]

    assert [e["node"]["id"] for e in page["edges"]] == [e["node"]["id"] for e in edges[2:6]]
    assert page["totalCount"] == 4


def test_what_is_no_time_is_refused(shop: Shop) -> None:
    query = "query($w:OrderWhereInput){orders(first:1,where:$w){totalCount}}"
    status, answer = shop.client.post(
        query, token=shop.client.staff_token(), w={"updatedAt": {"gte": "yesterday"}}
    )

    assert status == 400
    assert "data" not in answer


def test_orders_are_found_by_id_address_and_customer(shop: Shop) -> None:
    user = shop.new_customer()
    order = shop.new_order(user=user["id"])
    query = "query($w:OrderWhereInput){orders(first:5,where:$w){edges{node{id}}}}"
    number = shop.client.data("query($o:ID!){order(id:$o){number}}", o=order)["order"]["number"]

    for where in (
        {"ids": [order]},
        {"userEmail": {"eq": user["email"]}},
        {"user": {"eq": user["id"]}},
        {"number": {"eq": int(number)}},
        {"AND": [{"userEmail": {"oneOf": [user["email"]]}}, {"status": {"oneOf": ["UNFULFILLED"]}}]},
        {"OR": [{"ids": [order]}, {"userEmail": {"eq": user["email"]}}]},
    ):
        edges = shop.client.data(query, w=where)["orders"]["edges"]
        assert [edge["node"]["id"] for edge in edges] == [order], where


def test_an_order_that_is_not_there_is_null(shop: Shop) -> None:
    made_up = "T3JkZXI6MDAwMDAwMDAtMDAwMC00MDAwLWEwMDAtMDAwMDAwMDAwMDAw"
    assert shop.client.data("query($o:ID!){order(id:$o){id}}", o=made_up) == {"order": None}


def test_the_shop_tells_its_version_to_staff(shop: Shop) -> None:
    found = shop.client.data("{shop{name version schemaVersion}}")["shop"]

    assert found["version"].startswith("3.")
    assert found["schemaVersion"] == ".".join(found["version"].split(".")[:2])


def test_introspection_names_the_types_we_build_on(shop: Shop) -> None:
    found = shop.client.data('{__type(name:"Order"){fields{name}}}')["__type"]["fields"]

    assert {"id", "updatedAt", "totalCharged", "voucherCode"} <= {field["name"] for field in found}


def test_nobody_can_subscribe_over_http(shop: Shop) -> None:
    status, answer = shop.client.post("subscription{event{issuedAt}}")

    assert (status, answer["data"]) == (200, None)
    assert answer["errors"][0]["message"] == "Internal Server Error"


@pytest.mark.parametrize(
    ("where", "words"),
    [
        (
            {"AND": [{"number": {"eq": 1}}], "userEmail": {"eq": "x"}},
            "Cannot mix operators with other filter",
        ),
        ({"ids": ["garbage"]}, "Invalid ID specified."),
    ],
)
def test_filters_that_make_no_sense_are_refused(shop: Shop, where: dict[str, Any], words: str) -> None:
    query = "query($w:OrderWhereInput){orders(first:1,where:$w){totalCount}}"
    _, answer = shop.client.post(query, token=shop.client.staff_token(), w=where)

    assert answer["data"] == {"orders": None}
    assert words in answer["errors"][0]["message"]


@pytest.mark.parametrize("where", [{"ids": []}, {"userEmail": {}}, {"voucherCode": {"eq": "never-there"}}])
def test_filters_that_nothing_fits_leave_an_empty_page(shop: Shop, where: dict[str, Any]) -> None:
    query = "query($w:OrderWhereInput){orders(first:1,where:$w){totalCount edges{cursor}}}"

    assert shop.client.data(query, w=where)["orders"] == {"totalCount": 0, "edges": []}


def test_a_time_without_a_zone_is_taken_for_utc(shop: Shop) -> None:
    query = "query($w:OrderWhereInput){orders(first:1,where:$w){totalCount}}"
    [count, same] = [
        shop.client.data(query, w={"updatedAt": {"gte": f"2025-06-01T00:00:00{zone}"}})["orders"][
            "totalCount"
        ]
        for zone in ("", "+00:00")
    ]

    assert count == same


def test_the_address_ends_with_a_slash(shop: Shop) -> None:
    answer = shop.client.http.post(shop.client.api_url.rstrip("/"), json={"query": "{shop{name}}"})

    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("content", "status"),
    [(b'{"query":', 400), (b"{}", 400), (b'"x"', 400), (b"[]", 200), (b'[{"query":"{shop{name}}"}]', 200)],
)
def test_bodies_of_any_shape_are_answered_with_json(shop: Shop, content: bytes, status: int) -> None:
    headers = {"Content-Type": "application/json"}
    answer = shop.client.http.post(shop.client.api_url, content=content, headers=headers)

    assert answer.status_code == status
    assert isinstance(answer.json(), dict | list)


def test_a_batch_of_two_is_refused(shop: Shop) -> None:
    answer = shop.client.http.post(shop.client.api_url, json=[{"query": "{shop{name}}"}] * 2)

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["message"] == "Number of batch queries exceeded."
