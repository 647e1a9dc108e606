"""How an app comes in, hears, fails to hear, keeps its webhooks, and goes."""

import base64
import hashlib
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from sandbox.listener import Listener
from tests.support.contract_shops import Installed, Shop, decoded, key_of

WHO = """{ app{ id identifier name isActive permissions{ code} webhooks{ id name isActive targetUrl
    subscriptionQuery asyncEvents{ eventType} eventDeliveries(first:10,filter:{
    status:FAILED}){ edges{ node{ id eventType createdAt payload status}}}} extensions{ label
    url mountName targetName settings identifier permissions{ code}}}}"""
CHANGE = (
    "mutation($i:ID!,$v:CustomerInput!){customerUpdate(id:$i,input:$v){user{id} errors{field message code}}}"
)


def claims_of(token: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(decoded(token.split(".")[1]))
    return found


def test_the_manifest_and_the_token_come_with_the_headers_of_saleor(shop: Shop, listener: Listener) -> None:
    assert shop.decided(shop.begin_install(listener)) is None

    manifest, register = (item for item in listener.heard if item.path in {"/manifest", "/register"})
    assert manifest.headers["saleor-schema-version"] == "3.23"
    assert register.headers["saleor-schema-version"] == "3.23"
    assert register.headers["saleor-api-url"] == shop.client.api_url
    assert register.headers["saleor-domain"] == register.headers["x-saleor-domain"]
    assert register.headers["user-agent"] == "Saleor/3.23"
    assert "saleor-signature" not in register.headers
    assert list(register.json()) == ["auth_token"]
    assert len(listener.token) == 30
    found = shop.client.data(WHO, token=listener.token)["app"]
    assert found["isActive"] is True
    widget, popup = sorted(found["extensions"], key=lambda item: item["targetName"], reverse=True)
    assert widget["url"] == "/widgets/customer"
    assert widget["settings"] == {"widgetTarget": {"method": "GET"}}
    assert (widget["mountName"], widget["targetName"]) == ("CUSTOMER_DETAILS_WIDGETS", "WIDGET")
    assert popup["url"] == f"{listener.url}/popups/customer"
    shop.client.do("mutation($i:ID!){appDelete(id:$i){errors{message}}}", i=found["id"])


def test_the_token_works_while_the_app_is_being_registered(shop: Shop, listener: Listener) -> None:
    seen: list[dict[str, Any]] = []

    class Asking(dict[str, Any]):
        """Asks the shop when the answer to the registration is written."""

        def items(self) -> Any:
            seen.append(shop.client.post("{app{id permissions{code}}}", token=listener.token)[1])
            return super().items()

    listener.register = (200, Asking(success=True))
    assert shop.decided(shop.begin_install(listener)) is None

    assert {item["code"] for item in seen[0]["data"]["app"]["permissions"]} >= {"MANAGE_USERS"}
    shop.client.do("mutation($i:ID!){appDelete(id:$i){errors{message}}}", i=seen[0]["data"]["app"]["id"])


@pytest.mark.parametrize(
    ("status", "content", "message"),
    [
        (403, {"error": {"code": "SALEOR_URL_PROHIBITED", "message": "Not this shop"}}, "Not this shop"),
        (500, {}, "App internal error (500). Try later or contact with app support."),
        (302, {}, None),
    ],
)
def test_an_app_that_refuses_is_not_installed_and_staff_read_why(
    shop: Shop, listener: Listener, status: int, content: dict[str, Any], message: str | None
) -> None:
    listener.register = (status, content)

    failure = shop.decided(shop.begin_install(listener))

    if message is None:
        # A redirect is no refusal for Saleor: it looks at 4xx and 5xx only.
        assert failure is None
        found = shop.client.data("{app{id}}", token=listener.token)["app"]
        shop.client.do("mutation($i:ID!){appDelete(id:$i){errors{message}}}", i=found["id"])
        return
    assert failure is not None
    assert failure["message"] == message
    assert shop.client.post("{app{id}}", token=listener.token)[1]["data"] == {"app": None}
    shop.client.do("mutation($i:ID!){appDeleteFailedInstallation(id:$i){errors{message}}}", i=failure["id"])


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"requiredSaleorVersion": ">=4"}, "requiredSaleorVersion"),
        ({"requiredSaleorVersion": ">=3.21 <4"}, None),
        ({"name": None}, "name"),
        (
            {
                "extensions": [
                    {
                        "label": "x",
                        "url": "/x",
                        "mount": "A",
                        "target": "POPUP",
                        "permissions": ["MANAGE_STAFF"],
                    }
                ]
            },
            "Extension permission must be listed in App's permissions.",
        ),
        (
            {
                "webhooks": [
                    {
                        "name": "x",
                        "targetUrl": "http://127.0.0.1:1/",
                        "query": "subscription{event{... on OrderCreated{order{nope}}}}",
                        "asyncEvents": ["ORDER_CREATED"],
                    }
                ]
            },
            "webhooks",
        ),
    ],
)
def test_a_manifest_is_read_before_the_app_is_let_in(
    shop: Shop, listener: Listener, changes: dict[str, Any], words: str | None
) -> None:
    failure = shop.decided(shop.begin_install(listener, **changes))

    if words is None:
        assert failure is None
        found = shop.client.data("{app{id}}", token=listener.token)["app"]
        shop.client.do("mutation($i:ID!){appDelete(id:$i){errors{message}}}", i=found["id"])
        return
    assert failure is not None
    assert words in failure["message"]
    assert [item.path for item in listener.heard] == ["/manifest"]
    shop.client.do("mutation($i:ID!){appDeleteFailedInstallation(id:$i){errors{message}}}", i=failure["id"])


def test_the_same_app_cannot_be_installed_twice(shop: Shop, app: Installed) -> None:
    identifier = app.listener.manifest["id"]
    failure = shop.decided(shop.begin_install(app.listener, id=identifier))

    assert failure is not None
    assert "App with the same identifier is already installed" in failure["message"]
    shop.client.do("mutation($i:ID!){appDeleteFailedInstallation(id:$i){errors{message}}}", i=failure["id"])


def test_a_webhook_is_signed_over_its_raw_bytes_by_the_published_key(shop: Shop, app: Installed) -> None:
    user = shop.new_customer()
    [heard] = app.listener.wait_for("customer_created")

    header, empty, signature = heard.headers["saleor-signature"].split(".")
    key, public = key_of(shop)
    assert json.loads(decoded(header)) == {
        "alg": "RS256",
        "b64": False,
        "crit": ["b64"],
        "kid": key["kid"],
        "typ": "JWT",
    }
    assert empty == ""
    signed = header.encode() + b"." + heard.body
    public.verify(decoded(signature), signed, padding.PKCS1v15(), hashes.SHA256())
    members = {"e": key["e"], "kty": "RSA", "n": key["n"]}
    canonical = json.dumps(members, separators=(",", ":"), sort_keys=True).encode()
    thumbprint = base64.urlsafe_b64encode(hashlib.sha256(canonical).digest()).rstrip(b"=").decode()
    assert key["kid"] == thumbprint
    assert {name: key[name] for name in ("kty", "use", "alg", "key_ops", "e")} == {
        "kty": "RSA",
        "use": "sig",
        "alg": "RS256",
        "key_ops": ["verify"],
        "e": "AQAB",
    }
    assert heard.json()["user"]["id"] == user["id"]


def test_a_webhook_has_the_headers_of_saleor_and_a_body_without_wrapper(shop: Shop, app: Installed) -> None:
    shop.new_customer()
    [heard] = app.listener.wait_for("customer_created")

    assert heard.headers["saleor-event"] == heard.headers["x-saleor-event"] == "customer_created"
    assert heard.headers["saleor-api-url"] == shop.client.api_url
    assert heard.headers["saleor-domain"] == heard.headers["x-saleor-domain"]
    assert heard.headers["saleor-signature"] == heard.headers["x-saleor-signature"]
    assert heard.headers["user-agent"] == "Saleor/3.23"
    assert heard.headers["content-type"] == "application/json"
    assert heard.headers["host"] == "127.0.0.1"
    assert "saleor-schema-version" not in heard.headers
    body = heard.json()
    assert (body["__typename"], body["recipient"]) == ("CustomerCreated", {"id": app.id})
    assert body["issuingPrincipal"]["__typename"] == "User"
    assert body["version"].startswith("3.23")
    assert heard.body.decode() == json.dumps(body)


def test_a_server_error_is_tried_again_with_the_same_bytes(shop: Shop, app: Installed) -> None:
    app.listener.answers = [503]
    shop.new_customer()

    first, second = app.listener.wait_for("customer_created", "customer_created", seconds=40)[:2]

    assert first.body == second.body
    assert first.headers["saleor-signature"] == second.headers["saleor-signature"]
    assert second.at - first.at > (5 if shop.is_real else 0.5)


@pytest.mark.parametrize("status", [302, 400, 401, 404, 410, 429])
def test_other_refusals_are_final_and_can_be_read_back(shop: Shop, app: Installed, status: int) -> None:
    app.listener.answers = [status]
    user = shop.new_customer()
    [heard] = app.listener.wait_for("customer_created")

    deadline = 50
    edges: list[dict[str, Any]] = []
    while not edges and deadline:
        deadline -= 1
        shop.settled(app.listener, 0.2)
        [webhook] = shop.client.data(WHO, token=app.token)["app"]["webhooks"]
        edges = webhook["eventDeliveries"]["edges"]

    assert len(app.listener.webhooks()) == 1
    [edge] = edges
    assert edge["node"]["eventType"] == "CUSTOMER_CREATED"
    assert edge["node"]["status"] == "FAILED"
    assert edge["node"]["payload"].encode() == heard.body
    assert json.loads(edge["node"]["payload"])["user"]["id"] == user["id"]


def test_an_app_may_not_order_a_second_try_and_staff_may(shop: Shop, app: Installed) -> None:
    app.listener.answers = [400]
    shop.new_customer()
    [first] = app.listener.wait_for("customer_created")
    shop.settled(app.listener, 1)
    [webhook] = shop.client.data(WHO, token=app.token)["app"]["webhooks"]
    [edge] = webhook["eventDeliveries"]["edges"]
    retry = "mutation($i:ID!){eventDeliveryRetry(id:$i){errors{message}}}"

    _, refused = shop.client.post(retry, token=app.token, i=edge["node"]["id"])
    shop.client.do(retry, i=edge["node"]["id"])

    assert refused["errors"][0]["extensions"]["exception"]["code"] == "PermissionDenied"
    _, second = app.listener.wait_for("customer_created", "customer_created")
    assert second.body == first.body


def test_switching_an_app_off_is_told_and_closes_its_token(shop: Shop, app: Installed) -> None:
    shop.client.do("mutation($i:ID!){appDeactivate(id:$i){errors{message}}}", i=app.id)

    [heard] = app.listener.wait_for("app_status_changed")
    assert heard.json()["app"] == {"id": app.id}
    assert shop.client.post("{app{id}}", token=app.token)[1]["data"] == {"app": None}
    app.listener.forget()
    shop.new_customer()
    assert shop.settled(app.listener, 1.5) == []

    shop.client.do("mutation($i:ID!){appActivate(id:$i){errors{message}}}", i=app.id)
    app.listener.wait_for("app_status_changed")
    assert shop.client.data("{app{id}}", token=app.token)["app"] == {"id": app.id}


def test_an_app_that_is_removed_hears_of_it(shop: Shop, app: Installed) -> None:
    shop.client.do("mutation($i:ID!){appDelete(id:$i){errors{message}}}", i=app.id)

    [heard] = app.listener.wait_for("app_deleted")
    assert heard.json()["recipient"] == {"id": app.id}
    assert heard.json()["app"] == {"id": app.id}
    assert shop.client.post("{app{id}}", token=app.token)[1]["data"] == {"app": None}
    assert app.id not in json.dumps(shop.client.data("{apps(first:100){edges{node{id}}}}"))


def test_an_app_keeps_its_own_webhooks(shop: Shop, app: Installed) -> None:
    target = f"{app.listener.url}/webhooks"
    query = "subscription{event{__typename ... on CustomerUpdated{user{id}}}}"
    shop.client.do(
        "mutation($i:ID!){webhookDelete(id:$i){errors{message}}}",
        token=app.token,
        i=shop.client.data(WHO, token=app.token)["app"]["webhooks"][0]["id"],
    )
    made = shop.client.do(
        """mutation($v:WebhookCreateInput!){ webhookCreate(input:$v){ webhook{ id isActive} errors{
            field message code}}}""",
        token=app.token,
        v={"name": "Own", "targetUrl": target, "asyncEvents": ["CUSTOMER_UPDATED"], "query": query},
    )["webhook"]
    user = shop.new_customer()
    if not made["isActive"]:
        shop.client.do(
            "mutation($i:ID!){webhookUpdate(id:$i,input:{isActive:true}){errors{message}}}",
            token=app.token,
            i=made["id"],
        )
    shop.client.do(CHANGE, i=user["id"], v={"firstName": "Heard"})
    [heard] = app.listener.wait_for("customer_updated")
    assert heard.json() == {"__typename": "CustomerUpdated", "user": {"id": user["id"]}}

    shop.client.do(
        "mutation($i:ID!){webhookUpdate(id:$i,input:{isActive:false}){errors{message}}}",
        token=app.token,
        i=made["id"],
    )
    app.listener.forget()
    shop.client.do(CHANGE, i=user["id"], v={"firstName": "Unheard"})
    assert shop.settled(app.listener, 1.5) == []
    [webhook] = shop.client.data(WHO, token=app.token)["app"]["webhooks"]
    assert (webhook["isActive"], webhook["targetUrl"]) == (False, target)
    assert webhook["subscriptionQuery"] == query
    assert webhook["asyncEvents"] == [{"eventType": "CUSTOMER_UPDATED"}]


@pytest.mark.parametrize(
    "change",
    [
        {"query": "subscription{event{... on CustomerUpdated{user{nope}}}}"},
        {"query": "{shop{name}}"},
        {"query": "not GraphQL"},
        {"targetUrl": "nowhere"},
    ],
)
def test_a_webhook_that_cannot_work_is_refused(shop: Shop, app: Installed, change: dict[str, Any]) -> None:
    values = {
        "name": "Bad",
        "targetUrl": f"{app.listener.url}/webhooks",
        "asyncEvents": ["CUSTOMER_UPDATED"],
        "query": "subscription{event{... on CustomerUpdated{user{id}}}}",
        **change,
    }
    _, answer = shop.client.post(
        "mutation($v:WebhookCreateInput!){webhookCreate(input:$v){errors{field code}}}",
        token=app.token,
        v=values,
    )

    [error] = answer["data"]["webhookCreate"]["errors"]
    assert error["field"] == next(iter(change))


def test_the_dashboard_hands_an_app_a_token_of_the_staff_member(shop: Shop, app: Installed) -> None:
    found = shop.client.data(
        """query($i:ID!){ me{ id email} app(id:$i){ accessToken extensions{ id label accessToken
            permissions{ code}}}}""",
        i=app.id,
    )
    claims = claims_of(found["app"]["accessToken"])

    assert claims["type"] == "thirdparty"
    assert claims["owner"] == "saleor"
    assert claims["iss"] == shop.client.api_url
    assert claims["app"] == app.id
    assert (claims["user_id"], claims["email"]) == (found["me"]["id"], found["me"]["email"])
    assert claims["is_staff"] is True
    assert claims["exp"] == claims["iat"] + 300
    assert set(claims["permissions"]) == {item["code"] for item in _permissions(shop, app)}
    assert set(claims["user_permissions"]) > set(claims["permissions"])
    widget = next(item for item in found["app"]["extensions"] if item["label"] == "Value")
    of_widget = claims_of(widget["accessToken"])
    assert of_widget["permissions"] == ["MANAGE_USERS"]
    assert of_widget["app_extension"] == widget["id"]
    assert set(of_widget["user_permissions"]) == set(claims["user_permissions"])
    me = shop.client.data("{me{id userPermissions{code}}}", token=widget["accessToken"])["me"]
    assert me == {"id": found["me"]["id"], "userPermissions": [{"code": "MANAGE_USERS"}]}
    _, refused = shop.client.post("{orders(first:1){totalCount}}", token=widget["accessToken"])
    assert refused["errors"][0]["extensions"]["exception"]["code"] == "PermissionDenied"


def _permissions(shop: Shop, app: Installed) -> list[dict[str, str]]:
    found: list[dict[str, str]] = shop.client.data("{app{permissions{code}}}", token=app.token)["app"][
        "permissions"
    ]
    return found


def test_a_session_token_names_no_app(shop: Shop) -> None:
    claims = claims_of(shop.client.staff_token())

    assert claims["type"] == "access"
    assert claims["is_staff"] is True
    assert "app" not in claims
    assert "permissions" not in claims


def test_a_token_with_another_signature_fails_in_the_field(shop: Shop) -> None:
    token = shop.client.staff_token()
    forged = token[:-8] + ("AAAAAAAA" if not token.endswith("AAAAAAAA") else "BBBBBBBB")

    status, answer = shop.client.post("{me{id}}", token=forged)

    assert (status, answer["data"]) == (200, {"me": None})
    assert answer["errors"][0]["extensions"]["exception"]["code"] == "InvalidSignatureError"


def test_problems_are_shown_counted_and_put_aside(shop: Shop, app: Installed) -> None:
    make = """mutation($v:AppProblemCreateInput!){ appProblemCreate(input:$v){ appProblem{ id count key
        message dismissed{ by}} errors{ field message code}}}"""
    values = {"key": "influence-scoring-failed", "message": "Scoring failed: no disk"}

    first = shop.client.do(make, token=app.token, v=values)["appProblem"]
    again = shop.client.do(make, token=app.token, v=values)["appProblem"]
    shop.client.do(
        "mutation($v:AppProblemDismissInput!){appProblemDismiss(input:$v){errors{message}}}",
        token=app.token,
        v={"byApp": {"keys": [values["key"], "never-there"]}},
    )

    assert (first["count"], again["count"], first["id"]) == (1, 2, again["id"])
    [shown] = shop.client.data(
        "query($i:ID!){app(id:$i){problems(limit:10){key count dismissed{by}}}}", i=app.id
    )["app"]["problems"]
    assert shown == {"key": values["key"], "count": 2, "dismissed": {"by": "APP"}}
    _, nobody = shop.client.post(make, token=shop.client.staff_token(), v=values)
    assert nobody["errors"][0]["extensions"]["exception"]["code"] == "PermissionDenied"


def test_customers_carry_hidden_attributes_that_can_be_filtered_by(shop: Shop, app: Installed) -> None:
    slug = f"influence-{shop.new_email()[9:17]}"
    attribute = shop.client.do(
        """mutation($v:AttributeCreateInput!){ attributeCreate(input:$v){ attribute{ id slug
            inputType visibleInStorefront} errors{ field message code}}}""",
        token=app.token,
        v={
            "name": "Influence",
            "slug": slug,
            "type": "CUSTOMER_TYPE",
            "inputType": "MULTISELECT",
            "visibleInStorefront": False,
            "values": [{"name": "Ambassador"}],
        },
    )["attribute"]
    types = shop.client.data("{customerTypes(first:10){edges{node{id isDefault}}}}", token=app.token)
    kind = next(edge["node"]["id"] for edge in types["customerTypes"]["edges"] if edge["node"]["isDefault"])
    assign = """mutation($t:ID!,$a:[ID!]!){
        customerTypeAssignAttributes(customerTypeId:$t,attributeIds:$a){ customerType{ id} errors{
        field message code}}}"""
    shop.client.do(assign, token=app.token, t=kind, a=[attribute["id"]])
    user = shop.new_customer()
    change = {
        "attributes": [
            {"id": attribute["id"], "multiselect": [{"value": "Rising Star"}, {"value": "Ambassador"}]}
        ]
    }

    shop.client.do(CHANGE, token=app.token, i=user["id"], v=change)

    found = shop.client.data(
        """query($i:ID!,$s:String!){ user(id:$i){ assignedAttribute(slug:$s){__typename attribute{
            slug} ... on AssignedMultiChoiceAttribute{ value(limit:9){ name slug}}}}}""",
        token=app.token,
        i=user["id"],
        s=slug,
    )["user"]["assignedAttribute"]
    assert found["__typename"] == "AssignedMultiChoiceAttribute"
    assert sorted(item["slug"] for item in found["value"]) == ["ambassador", "rising-star"]

    def where(word: str) -> dict[str, Any]:
        return {"attributes": [{"slug": slug, "value": {"slug": {"eq": word}}}]}

    query = "query($w:CustomerWhereInput){customers(first:5,where:$w){totalCount edges{node{id}}}}"
    page = shop.client.data(query, token=app.token, w=where("rising-star"))["customers"]
    assert page == {"totalCount": 1, "edges": [{"node": {"id": user["id"]}}]}
    assert shop.client.data(query, token=app.token, w=where("nobody"))["customers"]["totalCount"] == 0
    _, twice = shop.client.post(assign, token=app.token, t=kind, a=[attribute["id"]])
    assert len(twice["data"]["customerTypeAssignAttributes"]["errors"]) == 1
    shop.client.do(
        CHANGE, token=app.token, i=user["id"], v={"attributes": [{"id": attribute["id"], "multiselect": []}]}
    )
    assert shop.client.data(query, token=app.token, w=where("rising-star"))["customers"]["totalCount"] == 0
    shop.client.do(
        "mutation($i:ID!){attributeDelete(id:$i){errors{message}}}", token=app.token, i=attribute["id"]
    )
