import json
from copy import deepcopy
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tests.support.bodies import (
    APP_ID,
    CUSTOMER_ID,
    OTHER_APP_ID,
    app_body,
    customer_body,
    encode,
    envelope,
    line,
    money,
    order,
    order_body,
)
from tests.support.recorded import Recordings
from webhooks.catalog import BY_SLUG
from webhooks.events import (
    AccountEvent,
    AppEvent,
    CustomerEvent,
    OrderEvent,
    OrderPayload,
    PayloadInvalid,
    parse,
    parse_envelope,
)

NUL = chr(0)
LONE_SURROGATE = "\ud800"


def read_order(**changes: Any) -> OrderPayload:
    event = parse("order_created", encode(order_body(**changes)))
    assert isinstance(event, OrderEvent)
    return event.order


def refusal(slug: str, body: Any) -> str:
    with pytest.raises(PayloadInvalid) as refused:
        parse(slug, body if isinstance(body, bytes) else encode(body))
    return refused.value.reason


# --- what was recorded from a real Saleor


def test_every_recorded_delivery_is_read(recordings: Recordings) -> None:
    # Questions about checkouts were recorded of another subscription.
    ours = [
        delivery
        for delivery in recordings.deliveries
        if delivery.event in BY_SLUG and not BY_SLUG[delivery.event].is_sync
    ]
    assert len(ours) == 32
    for delivery in ours:
        event = parse(delivery.event, delivery.body, now=recordings.now)
        assert event.typename == BY_SLUG[delivery.event].typename
        assert event.recipient_id.startswith("QXBwOj")
    for delivery in recordings.deliveries:
        assert parse_envelope(delivery.body, now=recordings.now).issued_at.tzinfo is UTC


def test_recorded_orders_tell_what_was_charged_after_each_refund(recordings: Recordings) -> None:
    events = [
        parse(delivery.event, delivery.body, now=recordings.now)
        for delivery in recordings.deliveries
        if delivery.event in {"order_fully_paid", "order_refunded", "order_fully_refunded"}
    ]
    orders = [event.order for event in events if isinstance(event, OrderEvent) and event.order.number == "23"]
    assert [(order.charge_status, order.total_charged) for order in orders] == [
        ("FULL", Decimal("23.98")),
        ("PARTIAL", Decimal("18.98")),
        ("NONE", 0),
        ("NONE", 0),
    ]
    assert {order.total_gross for order in orders} == {Decimal("23.98")}


def test_a_recorded_guest_order_keeps_its_address_but_shows_it_in_no_repr(recordings: Recordings) -> None:
    delivery = next(d for d in recordings.deliveries if d.event == "order_refunded")
    event = parse(delivery.event, delivery.body, now=recordings.now)
    assert isinstance(event, OrderEvent)
    assert event.order.user_id is None
    assert event.order.user_email == "o40371@ex.com"
    assert "ex.com" not in repr(event)


def test_recorded_lines_without_a_net_price_give_the_gross_one(recordings: Recordings) -> None:
    delivery = next(d for d in recordings.deliveries if d.event == "order_created")
    event = parse(delivery.event, delivery.body, now=recordings.now)
    assert isinstance(event, OrderEvent)
    assert [(x.net, x.quantity, x.product_id, x.category_id) for x in event.order.lines] == [
        (Decimal("3.98"), 2, "UHJvZHVjdDoxNTI=", "Q2F0ZWdvcnk6NDM="),
        (Decimal("20.0"), 1, "UHJvZHVjdDoxMzQ=", "Q2F0ZWdvcnk6Mzk="),
    ]


def test_a_recorded_deletion_by_a_customer_of_their_own_account_names_them(recordings: Recordings) -> None:
    delivery = next(d for d in recordings.deliveries if d.event == "account_deleted")
    event = parse(delivery.event, delivery.body, now=recordings.now)
    assert isinstance(event, AccountEvent)
    assert event.customer.id == "VXNlcjo1MDU0"


# --- what our own subscriptions give


def test_an_order_is_read_into_flat_fields() -> None:
    read = read_order()
    assert read.user_id == CUSTOMER_ID
    assert (read.channel, read.currency) == ("default-channel", "EUR")
    assert (read.total_gross, read.total_net) == (Decimal("11.9"), Decimal(10))
    assert read.total_charged == Decimal("11.9")
    assert read.voucher_code == "ANNA10"
    assert read.lines[0].net == Decimal("10.0")


def test_the_same_model_reads_a_node_that_a_client_has_parsed_to_floats() -> None:
    node = json.loads(json.dumps(order(totalCharged=money(0.1 + 0.2))))
    assert OrderPayload.of(node, now=datetime.now(UTC)).total_charged == Decimal("0.3")


def test_customer_and_app_events_are_read() -> None:
    changed = parse("customer_updated", encode(customer_body(isStaff=True)))
    assert isinstance(changed, CustomerEvent)
    assert (changed.customer.id, changed.customer.is_staff, changed.customer.date_joined) == (
        CUSTOMER_ID,
        True,
        None,
    )
    assert "anna" not in repr(changed)
    paused = parse("app_status_changed", encode(app_body(isActive=False)))
    assert isinstance(paused, AppEvent)
    assert paused.app.is_active is False


def test_events_cannot_be_changed() -> None:
    event = parse("customer_updated", encode(customer_body()))
    with pytest.raises(ValidationError):
        setattr(event, "typename", "X")  # noqa: B010 - the type checker knows it cannot be


def test_amounts_are_exactly_what_the_text_says() -> None:
    body = encode(order_body(totalCharged=money("AMOUNT"))).replace(b'"AMOUNT"', b"123456789012.345")
    event = parse("order_created", body)
    assert isinstance(event, OrderEvent)
    assert event.order.total_charged == Decimal("123456789012.345")


def test_the_tail_of_a_float_is_cut_to_the_three_decimals_that_saleor_stores() -> None:
    assert str(read_order(totalCharged=money(0.1 + 0.2)).total_charged) == "0.300"


def test_times_come_out_in_utc() -> None:
    zone = timezone(timedelta(hours=5, minutes=30))
    local = datetime(2026, 1, 1, 3, 0, tzinfo=zone)
    assert read_order(created=local.isoformat()).created == datetime(2025, 12, 31, 21, 30, tzinfo=UTC)
    assert read_order(created="2026-01-01T00:00:00Z").created.tzinfo is UTC


@pytest.mark.parametrize(
    "variant", [None, {"product": None}, {"product": {"id": "P", "category": None}}, {"product": {"id": "P"}}]
)
def test_deleted_products_and_categories_leave_the_line(variant: Any) -> None:
    read = read_order(lines=[line(variant=variant)])
    assert read.lines[0].category_id is None
    assert read.lines[0].net == Decimal("10.0")


def test_an_order_without_user_address_or_voucher_is_a_guest_order() -> None:
    for nothing in (None, ""):  # Saleor stores "" for no address: never the same guest
        read = read_order(user=None, userEmail=nothing, voucherCode=nothing)
        assert (read.user_id, read.user_email, read.voucher_code) == (None, None, None)


def test_more_paid_back_than_in_is_a_negative_charge() -> None:
    assert read_order(totalCharged=money(-5.0)).total_charged == Decimal(-5)


def test_an_unknown_currency_of_three_letters_and_a_future_status_are_kept() -> None:
    read = read_order(total={**order()["total"], "currency": "XQZ"}, status="PARTIALLY_RETRIEVED")
    assert (read.currency, read.status) == ("XQZ", "PARTIALLY_RETRIEVED")


def test_an_anonymous_visitor_issues_events_too() -> None:
    body = customer_body("customer_created") | {"issuingPrincipal": None}
    assert parse("customer_created", encode(body)).issuing_principal is None


def test_errors_that_saleor_adds_to_a_body_do_not_hinder() -> None:
    body = {**order_body("order_paid"), "errors": [{"message": "x"}]}
    assert isinstance(parse("order_paid", encode(body)), OrderEvent)


def test_text_of_any_language_and_sql_in_it_is_only_text() -> None:
    for text in ("Ωμέγα-Ünïcödé-漢字-🛒", "'; DROP TABLE orders; --", "\\", '"', "%s {x} $1"):
        read = read_order(voucherCode=text, number=text)
        assert (read.voucher_code, read.number) == (text, text)


def test_an_order_of_ten_thousand_lines_is_read() -> None:
    assert len(read_order(lines=[line(n) for n in range(10_000)]).lines) == 10_000


# --- what is refused


def test_more_lines_than_any_shop_has_are_refused() -> None:
    assert "10001 are more than 10000" in refusal(
        "order_created", order_body(lines=[line(n) for n in range(10_001)])
    )


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b"[1]", "not a JSON object"),
        (b"null", "not a JSON object"),
        (b"7", "not a JSON object"),
        (b'{"a": 1} x', "not JSON"),
        (b"{'a': 1}", "not JSON"),
        (b'\xef\xbb\xbf{"a": 1}', "not JSON"),
        (b'{"a": "\xff"}', "not UTF-8"),
        ('{"a": 1}'.encode("utf-16"), "not UTF-8"),
        (b'{"a": "\x00"}', "not JSON"),
        (b'{"a": NaN}', "NaN"),
        (b'{"a": -Infinity}', "-Infinity"),
        (b'{"a": ' + b"1" * 5000 + b"}", "out of all bounds"),
        (b'{"a": 1e99999999999999999999}', "out of all bounds"),
        (b'{"a":' * 200_000 + b"1" + b"}" * 200_000, "nested too deeply"),
        (b"[" * 200_000, "nested too deeply"),
        (b'{"__typename": "A", "__typename": "B"}', "comes twice"),
        (b'{"a": {"id": 1, "id": 1}}', "comes twice"),
    ],
)
def test_bytes_that_are_no_plain_json_object_are_refused_with_the_reason(body: bytes, reason: str) -> None:
    assert reason in refusal("order_created", body)


WRONG: list[tuple[str, Any]] = [
    ("id", None),
    ("id", ""),
    ("id", 7),
    ("id", ["x"]),
    ("id", "x" * 256),
    ("number", 21),
    ("number", None),
    ("created", None),
    ("created", "2026-01-01T00:00:00"),
    ("created", "2026-01-01"),
    ("created", "yesterday"),
    ("created", 1_700_000_000),
    ("created", "9999-12-31T23:59:59-14:00"),
    ("created", "0001-01-01T00:00:00+14:00"),
    ("created", "1969-12-31T00:00:00+00:00"),
    ("updatedAt", "2026-13-01T00:00:00+00:00"),
    ("updatedAt", True),
    ("updatedAt", ""),
    ("status", "paid"),
    ("status", 1),
    ("status", None),
    ("chargeStatus", "FULL; DROP"),
    ("voucherCode", 10),
    ("voucherCode", False),
    ("voucherCode", "x" * 256),
    ("userEmail", 0),
    ("userEmail", {"x": 1}),
    ("userEmail", "x" * 321),
    ("user", "VXNlcjo1Mg=="),
    ("user", []),
    ("user", {"id": 5}),
    ("user", {"id": None}),
    ("user", {}),
    ("user", 0),
    ("channel", None),
    ("channel", {"slug": None}),
    ("channel", "default"),
    ("total", None),
    ("total", {"currency": "EURO", "gross": money(1), "net": money(1)}),
    ("total", {"currency": "eur", "gross": money(1), "net": money(1)}),
    ("total", {"currency": "EUR\n", "gross": money(1), "net": money(1)}),
    ("total", {"currency": None, "gross": money(1), "net": money(1)}),
    ("total", {"currency": "EUR", "gross": money(-0.01), "net": money(1)}),
    ("total", {"currency": "EUR", "gross": money(1), "net": money(-1)}),
    ("total", {"currency": "EUR", "gross": 1, "net": money(1)}),
    ("totalCharged", None),
    ("totalCharged", money(None)),
    ("totalCharged", money("11.90")),
    ("totalCharged", {"amount": True}),
    ("totalCharged", money([1])),
    ("totalCharged", money(1.1e12)),
    ("totalCharged", money(-1.1e12)),
    ("totalCharged", money(10**4000)),
    ("lines", None),
    ("lines", {}),
    ("lines", "x"),
    ("lines", [None]),
    ("lines", ["x"]),
    ("lines", [[]]),
    ("lines", [line(id=None)]),
    ("lines", [line(id=["x"])]),
    ("lines", [line(), line()]),
    ("lines", [line(quantity=-1)]),
    ("lines", [line(quantity=10_000_001)]),
    ("lines", [line(quantity=2**70)]),
    ("lines", [line(quantity=1.0)]),
    ("lines", [line(quantity="2")]),
    ("lines", [line(quantity=True)]),
    ("lines", [line(quantity=None)]),
    ("lines", [line(totalPrice=None)]),
    ("lines", [line(totalPrice={"net": money(-1)})]),
    ("lines", [line(totalPrice={"gross": money(1), "net": "1"})]),
    ("lines", [line(totalPrice={"gross": money(1), "net": money(None)})]),
    ("lines", [line(variant="V")]),
    ("lines", [line(variant={"product": 1})]),
    ("lines", [line(variant={"product": {"id": 1}})]),
    ("lines", [line(variant={"product": {"id": "P", "category": "C"}})]),
]


@pytest.mark.parametrize(("field", "value"), WRONG)
def test_a_wrong_value_in_an_order_is_refused(field: str, value: Any) -> None:
    assert refusal("order_created", order_body(**{field: value}))


@pytest.mark.parametrize("amount", ["1e400", "-1e400", "1e999999", "1e-999999999999999999999"])
def test_an_amount_with_an_absurd_exponent_is_refused(amount: str) -> None:
    body = encode(order_body(totalCharged=money("AMOUNT"))).replace(b'"AMOUNT"', amount.encode())
    assert refusal("order_created", body)


def test_an_amount_of_a_million_digits_costs_nothing_and_is_cut() -> None:
    body = encode(order_body(totalCharged=money("AMOUNT"))).replace(b'"AMOUNT"', b"1." + b"3" * 1_000_000)
    event = parse("order_created", body)
    assert isinstance(event, OrderEvent)
    assert event.order.total_charged == Decimal("1.333")


@pytest.mark.parametrize("text", [NUL, f"A{NUL}B", LONE_SURROGATE])
@pytest.mark.parametrize("field", ["id", "number", "voucherCode", "userEmail"])
def test_text_that_postgresql_cannot_hold_is_refused(field: str, text: str) -> None:
    assert refusal("order_created", order_body(**{field: text}))


@pytest.mark.parametrize("text", [NUL, LONE_SURROGATE])
def test_ids_that_postgresql_cannot_hold_are_refused_wherever_they_stand(text: str) -> None:
    assert refusal("order_created", order_body(user={"id": text}))
    assert refusal("order_created", order_body(channel={"slug": text}))
    assert refusal("order_created", order_body(lines=[line(variant={"product": {"id": text}})]))
    assert refusal("customer_updated", customer_body(id=text))
    assert refusal(
        "customer_updated", customer_body() | {"issuingPrincipal": {"__typename": "App", "id": text}}
    )
    assert refusal("customer_updated", customer_body() | {"recipient": {"id": text}})


@pytest.mark.parametrize("field", ["created", "updatedAt"])
def test_an_order_of_the_day_after_tomorrow_is_refused(field: str) -> None:
    # Taken for true, its updatedAt would keep out every later change.
    later = datetime.now(UTC) + timedelta(days=1, minutes=5)
    assert "future" in refusal("order_created", order_body(**{field: later.isoformat()}))
    sooner = later - timedelta(minutes=10)
    assert sooner in set(dict(read_order(**{field: sooner.isoformat()})).values())


@pytest.mark.parametrize(
    ("issued_at", "reason"),
    [
        pytest.param((datetime.now(UTC) + timedelta(days=2)).isoformat(), "future", id="future"),
        ("2026-01-01T00:00:00", "offset"),
        ("soon", "ISO 8601"),
        (None, "ISO 8601"),
        (1, "ISO 8601"),
        (45322.5, "ISO 8601"),
        ("1767225600", "ISO 8601"),
        ("45322", "ISO 8601"),
        ("20260101", "ISO 8601"),
        ("20260101T000000Z", "ISO 8601"),
        ("2026-01-01", "ISO 8601"),
        ("2026-W01-1T00:00:00Z", "ISO 8601"),
        ("2026-01-01x00:00:00Z", "ISO 8601"),
        ("２０２６-01-01T00:00:00Z", "ISO 8601"),  # noqa: RUF001 - wide digits
        ("2026-01-01T00:00:00+25:00", "ISO 8601"),
    ],
)
def test_an_implausible_time_of_issue_makes_a_message_unreadable(issued_at: Any, reason: str) -> None:
    assert reason in refusal("customer_updated", customer_body() | {"issuedAt": issued_at})


def test_a_body_as_old_as_the_shop_is_read() -> None:
    event = parse("customer_updated", encode(customer_body() | {"issuedAt": "2019-01-01T00:00:00+00:00"}))
    assert event.issued_at == datetime(2019, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "changes",
    [
        {"recipient": None},
        {"recipient": {}},
        {"recipient": APP_ID},
        {"recipient": {"id": 1}},
        {"issuingPrincipal": "App"},
        {"issuingPrincipal": {}},
        {"issuingPrincipal": {"__typename": "App"}},
        {"issuingPrincipal": {"__typename": 1, "id": "x"}},
        {"issuingPrincipal": {"__typename": "x y", "id": "x"}},
        {"user": None},
        {"user": []},
        {"user": "VXNlcjo1Mg=="},
        {"user": {"email": "a@b.c"}},
        {"user": {"id": "x", "isStaff": 0}},
        {"user": {"id": "x", "isStaff": "false"}},
        {"user": {"id": "x", "email": ["a"]}},
        {"user": {"id": "x", "dateJoined": "2999-01-01T00:00:00Z"}},
    ],
)
def test_a_wrong_customer_event_is_refused(changes: dict[str, Any]) -> None:
    assert refusal("customer_updated", customer_body() | changes)


def test_a_body_is_only_read_at_the_address_of_its_own_event() -> None:
    assert "CustomerDeleted" in refusal("customer_deleted", customer_body("customer_updated"))
    assert refusal("order_created", envelope("order_created") | {"__typename": None})
    assert "no webhook" in refusal("order_metadata_updated", order_body())
    assert "no webhook" in refusal("", b"{}")


def test_the_removal_of_another_app_is_not_taken_for_ours() -> None:
    assert "another app" in refusal("app_deleted", app_body("app_deleted", id=OTHER_APP_ID))


def test_reasons_quote_nothing_of_the_body() -> None:
    secret = "anna@example.com"
    for field in (
        "id",
        "number",
        "created",
        "status",
        "voucherCode",
        "userEmail",
        "totalCharged",
        "lines",
        "user",
    ):
        values: list[Any] = [[secret], {secret: secret}, secret * 30]
        for value in values:
            assert secret not in refusal("order_created", order_body(**{field: value}))
    assert secret not in refusal("order_created", b'{"x": ' + secret.encode())
    many = refusal("order_created", order_body(lines=[line(n, quantity=-1) for n in range(500)]))
    assert "and 497 more" in many
    assert len(many) < 400


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
PLACES = st.sampled_from(
    [("order", key) for key in order()]
    + [("order", "total", "gross"), ("order", "total", "gross", "amount"), ("order", "lines", 0)]
    + [("order", "lines", 0, key) for key in line()]
    + [("order",), ("issuedAt",), ("issuingPrincipal",), ("recipient",), ("recipient", "id"), ("__typename",)]
)


@given(PLACES, JSON)
def test_whatever_stands_anywhere_an_order_is_read_or_refused_and_never_breaks(
    place: tuple[str | int, ...], value: Any
) -> None:
    body: Any = deepcopy(order_body())
    target = body
    for step in place[:-1]:
        target = target[step]
    target[place[-1]] = value
    try:
        event = parse("order_created", encode(body))
    except PayloadInvalid:
        return
    assert event.model_dump_json()


@given(st.binary(max_size=200))
def test_whatever_bytes_come_they_are_refused_and_never_break(body: bytes) -> None:
    with pytest.raises(PayloadInvalid):
        parse("order_created", body)
