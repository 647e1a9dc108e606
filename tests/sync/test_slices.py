"""Reading a large shop goes in slices: a worker makes room after each; the next goes on where it stopped."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from saleor_influence_app import db
from saleor_influence_app.models import Contact, DriftCheck
from saleor_influence_app.sync import id_audit, reconcile
from tests.support.history import KINDS, backfill_row, filled_pocket, impatient, put_shop
from tests.support.pocket_shop import Pocket
from tests.support.tellings import rows

Bells = Callable[[], list[tuple[Any, ...]]]
SIZE = {"customers": 230, "orders": 310}


@pytest.fixture
def pocket(_environment: None) -> Iterator[Pocket]:
    with filled_pocket(size=SIZE) as pocket:
        yield pocket


def counted(calls: list[str]) -> Any:
    return impatient(lambda name, _: calls.append(name))


def test_a_poll_of_much_goes_on_with_the_page_after_its_slice(
    pocket: Pocket, session: Session, bells: Bells
) -> None:
    shop_id = put_shop(session, pocket, history="done")  # nothing was read yet: the window is everything
    bells()
    slices = 0
    calls: list[str] = []

    while not reconcile.poll(db.transaction, shop_id, opener=counted(calls), slice_seconds=0):
        slices += 1
        assert bells().count(("history.reconcile", shop_id)) == 1
        assert slices < 20

    assert slices > 2
    for kind in KINDS:
        row = backfill_row(session, shop_id, kind)
        assert (row.cursor, row.lease_until) == (None, None)
        assert len(rows(session, kind, shop_id, columns="updated_at")) == SIZE[kind]


def test_a_window_whose_rows_all_lie_within_the_overlap_comes_to_its_end(
    pocket: Pocket, session: Session, bells: Bells
) -> None:
    with pocket.state.lock:  # a bulk change: the overlap of the windows holds all of them, again and again
        for order in list(pocket.state.store.orders.values()):
            pocket.state.store.touch_order(order)
    shop_id = put_shop(session, pocket, history="done")
    slices = 0

    while not reconcile.poll(db.transaction, shop_id, opener=impatient(), slice_seconds=0):
        slices += 1
        assert slices < 20
    assert bells()

    assert len(rows(session, "orders", shop_id, columns="order_id")) == SIZE["orders"]


def test_trouble_begins_the_window_anew(pocket: Pocket, session: Session) -> None:
    shop_id = put_shop(session, pocket, history="done")
    assert not reconcile.poll(db.transaction, shop_id, opener=impatient(), slice_seconds=0)
    assert backfill_row(session, shop_id, "customers").cursor is not None
    pocket.state.faults.add("api", "status", value=503, times=None)

    assert not reconcile.poll(db.transaction, shop_id, opener=impatient(), slice_seconds=0)

    assert backfill_row(session, shop_id, "customers").cursor is None


def test_a_comparison_of_much_goes_on_with_the_page_after_its_slice(
    pocket: Pocket, session: Session, bells: Bells
) -> None:
    shop_id = put_shop(session, pocket, history="done")
    calls: list[str] = []
    slices = 0
    bells()

    while not id_audit.compare(db.transaction, shop_id, opener=counted(calls), slice_seconds=0):
        slices += 1
        assert bells().count(("history.compare", shop_id)) == 1
        assert slices < 20

    assert slices > 2
    session.rollback()
    found = session.get_one(DriftCheck, shop_id)
    assert (found.orders_saleor, found.customers_saleor) == (SIZE["orders"], SIZE["customers"])
    assert (found.gaps, found.mended) == (0, sum(SIZE.values()))
    assert session.scalar(text("SELECT count(*) FROM backfills WHERE comparison IS NOT NULL")) == 0
    assert session.get_one(Contact, shop_id).compare_at is not None


def test_a_comparison_that_was_interrupted_is_taken_up_again(pocket: Pocket, session: Session) -> None:
    shop_id = put_shop(session, pocket, history="done")
    listed: list[Mapping[str, Any]] = []

    def meddle(name: str, given: Mapping[str, Any]) -> None:
        if name.endswith("_ids") and "sortBy" in given:
            listed.append(given)

    assert not id_audit.compare(db.transaction, shop_id, opener=impatient(), slice_seconds=0)
    pocket.state.faults.add("api", "status", value=503, times=4)
    assert not id_audit.compare(db.transaction, shop_id, opener=impatient())

    assert id_audit.compare(db.transaction, shop_id, opener=impatient(meddle))

    assert listed[0]["after"] is not None
    session.rollback()
    assert session.get_one(DriftCheck, shop_id).gaps == 0
