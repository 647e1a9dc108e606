"""What was done for the customer of an order: kept where fair service is on, and the newest state counts."""

from itertools import permutations
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from saleor_influence_app import db
from saleor_influence_app.orders import order_retention, orders
from saleor_influence_app.sync import backfill
from saleor_influence_app.targeting import shop_settings
from tests.support.history import filled_pocket, impatient
from tests.support.tellings import at, make_shop, only, order, rows, state_of, tell, told

WAREHOUSE = "V2FyZWhvdXNlOjE="


def shop_with_it_on(session: Session) -> int:
    shop_id = make_shop(session)
    session.execute(text("UPDATE shops SET fair_service = true WHERE id = :id"), {"id": shop_id})
    session.commit()
    return shop_id


def event(kind: str, minutes: float, *, by: str | None = None) -> dict[str, Any]:
    return {"date": at(minutes).isoformat(), "type": kind, "user": {"id": by} if by else None}


def service(*events: dict[str, Any], refunded: float = 0.0, **changes: Any) -> dict[str, Any]:
    return {
        "totalRefunded": {"amount": refunded},
        "events": list(events),
        "fulfillments": [],
        "grantedRefunds": [],
        "deliveryMethod": {"maximumDeliveryDays": 2},
        "transactions": [],
    } | changes


PAID, SENT = event("ORDER_FULLY_PAID", 1), event("FULFILLMENT_FULFILLED_ITEMS", 3)


def test_an_order_tells_when_it_was_paid_sent_promised_and_given_back(session: Session) -> None:
    shop_id = shop_with_it_on(session)
    parcels = [
        {"created": at(3).isoformat(), "status": "FULFILLED", "warehouse": {"id": WAREHOUSE}},
        {"created": at(9).isoformat(), "status": "RETURNED", "warehouse": None},
    ]
    given = [{"events": [{"type": "REFUND_SUCCESS", "createdAt": at(8).isoformat()}]}]
    asked = [{"createdAt": at(7).isoformat()}]

    node = service(
        PAID, SENT, event("FULFILLMENT_FULFILLED_ITEMS", 6), event("FULFILLMENT_RETURNED", 9),
        refunded=4.0, fulfillments=parcels, grantedRefunds=asked, transactions=given,
    )  # fmt: skip
    tell(session, shop_id, told("order_updated", order(**node)))

    found = only(session, "order_service", shop_id)
    assert (found["paid_at"], found["first_fulfilled_at"]) == (at(1), at(3))
    assert found["promised_by"] == at(1 + 2 * 24 * 60)
    assert (found["refund_asked_at"], found["refunded_at"], found["refunded"]) == (at(7), at(8), 4)
    assert (found["warehouse"], found["cancelled_by_staff"]) == (WAREHOUSE, False)


def test_an_imported_order_has_no_events_and_tells_by_its_parcel_when_it_was_sent(session: Session) -> None:
    shop_id = shop_with_it_on(session)
    parcel = {"created": at(4).isoformat(), "status": "FULFILLED", "warehouse": None}

    node = service(fulfillments=[parcel], deliveryMethod=None, transactions=None)
    tell(session, shop_id, told("order_bulk_created", [order(**node)]))

    found = only(session, "order_service", shop_id)
    assert (found["paid_at"], found["first_fulfilled_at"], found["promised_by"]) == (None, at(4), None)


@pytest.mark.parametrize(("by", "is_staff"), [("VXNlcjo5", True), (None, False)])
def test_a_cancellation_by_a_person_is_told_from_one_by_a_deadline_or_an_app(
    session: Session, *, by: str | None, is_staff: bool
) -> None:
    shop_id = shop_with_it_on(session)
    node = service(PAID, event("CANCELED", 5, by=by))
    tell(session, shop_id, told("order_cancelled", order(status="CANCELED", **node)))

    found = only(session, "order_service", shop_id)
    assert found["cancelled_by_staff"] is is_staff
    assert "VXNlcjo5" not in str(found), "who it was is not kept"


def test_a_shop_that_has_it_off_keeps_none_of_it_and_to_switch_it_off_deletes_it(session: Session) -> None:
    shop_id, other = make_shop(session), shop_with_it_on(session)
    for one in (shop_id, other):
        tell(session, one, told("order_updated", order(**service(PAID))))
    assert rows(session, "order_service", shop_id) == []
    assert only(session, "order_service", other)["paid_at"] == at(1)

    known = shop_settings.read(session, other)
    shop_settings.change(session, other, known.model_copy(update={"fair_service": False}))
    session.commit()
    assert rows(session, "order_service", other) == []
    assert len(rows(session, "orders", other)) == 1


STATES = {
    "paid": told("order_fully_paid", order(minutes=1, **service(PAID)), minutes=1),
    "sent": told("order_updated", order(minutes=3, **service(PAID, SENT)), minutes=3),
    "at once": told("order_updated", order(minutes=3, **service(PAID, SENT, refunded=1.0)), minutes=3),
    "old words": told("order_updated", order(minutes=5), minutes=5),
}


def test_whatever_comes_first_and_together_or_not_the_rows_are_the_same(session: Session) -> None:
    ends = []
    for sequence in permutations(STATES.values()):
        together, singly = shop_with_it_on(session), shop_with_it_on(session)
        tell(session, together, *sequence)
        for telling in sequence:
            tell(session, singly, telling)
        ends += [state_of(session, one) | {"service": rows(session, "order_service", one)}
                 for one in (together, singly)]  # fmt: skip
    for end in ends:
        for row in end["service"]:
            row.pop("shop_id", None)

    (found,) = ends[0]["service"]
    assert (found["first_fulfilled_at"], found["updated_at"]) == (at(3), at(3))
    assert all(end == ends[0] for end in ends)


@pytest.mark.parametrize(
    "wrong",
    [
        {"events": "many"},
        {"events": [{"type": "ORDER_FULLY_PAID", "date": "yesterday"}]},
        {"totalRefunded": {"amount": -1}},
        {"deliveryMethod": {"maximumDeliveryDays": "2"}},
        {"fulfillments": [{"status": "FULFILLED", "created": None}]},
    ],
)
def test_a_hostile_order_is_refused_alone(session: Session, wrong: dict[str, Any]) -> None:
    shop_id = shop_with_it_on(session)
    bad, good = order("order-1", **service(PAID) | wrong), order("order-2", **service(PAID))
    tell(session, shop_id, told("order_created", bad), told("order_created", good))

    assert [row["order_id"] for row in rows(session, "order_service", shop_id)] == ["order-2"]
    assert {row["state"] for row in rows(session, "messages", shop_id)} == {"failed", "done"}


def test_it_goes_with_its_order(session: Session) -> None:
    shop_id = shop_with_it_on(session)
    old = service(PAID) | {"created": "2019-05-01T00:00:00+00:00"}
    nodes = [order("order-1", **service(PAID)), order("order-2", **service(PAID)), order("old", **old)]
    tell(session, shop_id, *(told("order_created", node) for node in nodes))

    orders.remove(session, shop_id, ["order-1"])
    session.commit()
    order_retention.prune(db.transaction, shop_id)

    session.rollback()
    assert [row["order_id"] for row in rows(session, "order_service", shop_id)] == ["order-2"]


@pytest.mark.parametrize("version", ["3.23.28", "3.22.67", "3.21.69"])
def test_history_tells_it_as_webhooks_do(session: Session, version: str) -> None:
    with filled_pocket(version, size={"customers": 20, "orders": 60}) as pocket:
        shop_id = pocket.put_row(session, schema_version=version[:4], saleor_version=version)
        session.execute(text("UPDATE shops SET fair_service = true"))
        backfill.start(session, shop_id)
        session.commit()
        for kind in ("customers", "orders"):
            backfill.work(db.transaction, shop_id, kind, opener=impatient())
        known = {order.id: order for order in pocket.state.store.orders.values() if order.status != "DRAFT"}

    session.rollback()
    found = {row["order_id"]: row for row in rows(session, "order_service", shop_id)}
    assert found.keys() == known.keys()
    for order_id, row in found.items():
        sent = [one.date for one in known[order_id].events if one.type == "FULFILLMENT_FULFILLED_ITEMS"]
        assert row["first_fulfilled_at"] == min(sent, default=None)
        assert row["refunded"] == known[order_id].refunded
    assert sum(row["first_fulfilled_at"] is not None for row in found.values()) > 10
