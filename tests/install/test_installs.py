"""A shop comes, is paused, comes back and goes."""

from contextlib import AbstractContextManager
from typing import Any

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from saleor_influence_app import broker, db
from saleor_influence_app.db import Base
from saleor_influence_app.errors import SaleorUnreachable
from saleor_influence_app.models import Customer, Message, Registration, Shop, TombstoneFolder
from saleor_influence_app.saleor.identity import Identity
from saleor_influence_app.shops import installations
from saleor_influence_app.targeting import definitions
from sandbox.tokens import Signer
from tests.support.shop_server import API_URL, APP_ID, installation


@pytest.fixture
def rung(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """Messages that were sent: there is no worker here to hear them."""
    sent: list[tuple[Any, ...]] = []
    monkeypatch.setattr(broker, "send", lambda task, *arguments, **_: sent.append((task, *arguments)))
    return sent


def fill(session: Session, shop_id: int) -> None:
    """Give the shop a customer, an order and a message."""
    session.add(Customer(shop_id=shop_id, customer_id="VXNlcjox", updated_at=func.now()))
    session.add(Message(shop_id=shop_id, slug="order_created", body_hash=b"1", body=b"{}"))
    session.commit()


def counts(session: Session, shop_id: int) -> dict[str, int]:
    """How many rows each table has of the shop."""
    session.rollback()
    return {
        table.name: session.execute(
            text(f'SELECT count(*) FROM "{table.name}" WHERE shop_id = :shop'), {"shop": shop_id}
        ).scalar_one()
        for table in Base.metadata.sorted_tables
        if "shop_id" in table.columns
    }


def test_reading_the_history_begins_once_the_shop_is_committed(
    session: Session, signer: Signer, rung: list[tuple[Any, ...]]
) -> None:
    shop_id = installations.store(session, installation(signer))
    assert rung == []

    session.commit()

    assert set(rung) == {
        ("history.backfill", shop_id, "orders"),
        ("history.backfill", shop_id, "customers"),
        ("history.categories", shop_id),
    }


def test_a_rolled_back_installation_rings_for_nothing(
    session: Session, signer: Signer, rung: list[tuple[Any, ...]]
) -> None:
    installations.store(session, installation(signer))
    session.rollback()
    session.commit()

    assert rung == []


def test_every_row_of_a_removed_shop_is_gone_and_no_row_of_another(
    session: Session, signer: Signer, shop_id: int
) -> None:
    other = installations.store(session, installation(signer, api_url="https://other.example/graphql/"))
    definitions.store_defaults(session, shop_id)
    fill(session, shop_id)
    fill(session, other)
    assert all(
        counts(session, shop_id)[table] for table in ("customers", "messages", "backfills", "segments")
    )

    assert installations.purge(session, shop_id)
    session.commit()

    assert set(counts(session, shop_id).values()) == {0}
    assert counts(session, other)["customers"] == 1
    assert not installations.purge(session, shop_id)


def test_no_table_of_ours_can_keep_a_row_of_a_removed_shop() -> None:
    for table in Base.metadata.sorted_tables:
        # a registration is a shop to be: it names an address alone, and is over after two minutes
        # and a folder of tombstones belongs to a machine
        if table not in {one.__table__ for one in (Shop, Registration, TombstoneFolder)}:
            assert "shop_id" in table.columns, table.name


def test_a_reinstallation_starts_anew(session: Session, signer: Signer, shop_id: int) -> None:
    fill(session, shop_id)

    again = installations.store(session, installation(signer, app_id="QXBwOjI="))
    session.commit()

    assert set(counts(session, shop_id).values()) == {0}
    assert counts(session, again)["customers"] == 0
    assert session.scalars(select(Shop.app_id)).all() == ["QXBwOjI="]


def test_a_paused_shop_is_known_as_paused_and_resumes_with_what_it_missed(
    session: Session, shop_id: int, rung: list[tuple[Any, ...]]
) -> None:
    installations.pause(session, shop_id)
    session.commit()
    paused = installations.keys_of(session, API_URL)
    assert paused is not None
    assert not paused.active
    assert rung == []

    installations.resume(session, shop_id)
    installations.resume(session, shop_id)
    session.commit()

    resumed = installations.keys_of(session, API_URL)
    assert resumed is not None
    assert resumed.active
    assert ("history.reconcile", shop_id) in rung
    assert len(rung) == len(set(rung))


def test_a_shop_is_found_under_its_exact_address_only(session: Session, shop_id: int) -> None:
    found = installations.keys_of(session, API_URL)

    assert found is not None
    assert (found.shop_id, found.app_id) == (shop_id, APP_ID)
    for other in (API_URL.upper(), API_URL.rstrip("/"), API_URL + "x", "", "%"):
        assert installations.keys_of(session, other) is None


def test_what_saleor_grants_later_is_known_after_a_refresh(session: Session, shop_id: int) -> None:
    identity = Identity(APP_ID, None, ("MANAGE_USERS", "MANAGE_CUSTOMER_TYPES_AND_ATTRIBUTES"), "3.24.1")

    installations.refresh(session, shop_id, identity)
    session.commit()

    shop = session.get_one(Shop, shop_id)
    assert shop.permissions == ["MANAGE_CUSTOMER_TYPES_AND_ATTRIBUTES", "MANAGE_USERS"]
    assert (shop.saleor_version, shop.schema_version) == ("3.24.1", "3.24")


class Counting:
    """Transactions that know how many are open."""

    def __init__(self) -> None:
        self.open = 0

    def __call__(self) -> AbstractContextManager[Session]:
        return self

    def __enter__(self) -> Session:
        self.open += 1
        self._inner = db.transaction()
        return self._inner.__enter__()

    def __exit__(self, *raised: object) -> None:
        self.open -= 1
        self._inner.__exit__(*raised)  # type: ignore[arg-type] # what it was given


def test_no_transaction_is_open_during_a_fetch(session: Session, signer: Signer, shop_id: int) -> None:
    session.execute(update(Shop).values(jwks_fetched_at=func.now() - installations.REFETCH_INTERVAL * 2))
    session.commit()
    transaction = Counting()
    seen: list[int] = []

    def fetch(_: str) -> dict[str, Any]:
        seen.append(transaction.open)
        return signer.jwks()

    assert installations.refetch_keys(transaction, shop_id, fetch=fetch) is not None
    assert seen == [0]


def test_a_shop_that_does_not_answer_is_not_asked_again_at_once(session: Session, shop_id: int) -> None:
    session.execute(update(Shop).values(jwks_fetched_at=func.now() - installations.REFETCH_INTERVAL * 2))
    session.commit()
    asked: list[str] = []

    def fetch(api_url: str) -> dict[str, Any]:
        asked.append(api_url)
        raise SaleorUnreachable("away")

    for _ in range(3):
        assert installations.refetch_keys(db.transaction, shop_id, fetch=fetch) is None
    assert asked == [API_URL]


def test_keys_of_a_shop_that_left_are_nobodys(session: Session, signer: Signer, shop_id: int) -> None:
    session.execute(update(Shop).values(jwks_fetched_at=func.now() - installations.REFETCH_INTERVAL * 2))
    session.commit()

    def fetch(_: str) -> dict[str, Any]:
        with db.transaction() as other:
            installations.purge(other, shop_id)
        return signer.jwks()

    assert installations.refetch_keys(db.transaction, shop_id, fetch=fetch) is None
    assert installations.refetch_keys(db.transaction, 999, fetch=fetch) is None
