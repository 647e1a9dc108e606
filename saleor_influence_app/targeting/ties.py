"""Ties between customers as staff enter them; those that follow from orders are `runs.derived_ties`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import case, delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from saleor_influence_app import run_queue, settings
from saleor_influence_app.errors import RowMissing
from saleor_influence_app.models import Customer, Tie, TieOrigin
from saleor_influence_app.shops import shops


@dataclass(frozen=True)
class EnteredTie:
    """A tie as staff enter it; both ends are ids of customers. Without a date it holds from now on."""

    source_id: str
    target_id: str
    kind: str
    weight: float = 1.0
    valid_from: datetime | None = None
    valid_to: datetime | None = None


def add(
    session: Session, shop_id: int, entered: Sequence[EnteredTie], *, now: datetime | None = None
) -> None:
    """Store these ties and queue a run that counts them; the same pair and kind is overwritten.

    They count from now, if they begin before. Who is told again was known before: only what had ended, and is
    told to go on, is new.
    The caller has made sure that both ends are customers of the shop (see `known_among`).
    """
    if not entered:
        return
    moment = now or datetime.now(UTC)
    rows = {(one.source_id, one.target_id, one.kind): one for one in entered}
    statement = insert(Tie)
    names = ("weight", "valid_from", "valid_to", "origin")
    session.execute(
        statement.on_conflict_do_update(
            index_elements=[Tie.shop_id, Tie.source_id, Tie.target_id, Tie.kind],
            set_={name: statement.excluded[name] for name in names}
            | {"known_at": case((Tie.valid_to < moment, moment), else_=func.coalesce(Tie.known_at, moment))},
        ),
        [
            {
                "shop_id": shop_id,
                "source_id": one.source_id,
                "target_id": one.target_id,
                "kind": one.kind,
                "origin": TieOrigin.STAFF,
                "weight": one.weight,
                "valid_from": one.valid_from or moment,
                "valid_to": one.valid_to,
                "known_at": moment,
            }
            for one in rows.values()
        ],
    )
    run_queue.request(session, shop_id, delay=settings.get().score_delay_seconds)


def drop(session: Session, shop_id: int, *, source_id: str, target_id: str, kind: str) -> None:
    """Delete the tie that staff entered; one that follows from orders stays, since it would come again."""
    gone = session.execute(
        delete(Tie)
        .where(Tie.shop_id == shop_id, Tie.source_id == source_id, Tie.target_id == target_id)
        .where(Tie.kind == kind, Tie.origin == TieOrigin.STAFF)
        .returning(Tie.kind)
    ).scalar()
    if gone is None:
        raise RowMissing("Staff have entered no such tie in this shop.")
    run_queue.request(session, shop_id, delay=settings.get().score_delay_seconds)


def known_among(session: Session, shop_id: int, names: Sequence[str]) -> dict[str, str]:
    """Return the customer id of each name that is one, or that is the e-mail address of one.

    Addresses are hashed at once and go no further: no id of Saleor's has an @ in it. Each customer found is
    locked against deletion until the commit.
    """
    key = shops.email_key(session, shop_id)
    hashes = {name: shops.email_hash(key, name) for name in names if "@" in name}
    plain = [name for name in names if name not in hashes]
    wanted = (Customer.customer_id == func.any_(plain)) | (
        Customer.email_hash == func.any_([one for one in hashes.values() if one])
    )
    found = session.execute(
        select(Customer.customer_id, Customer.email_hash)
        .where(Customer.shop_id == shop_id, Customer.deleted_at.is_(None), wanted)
        .order_by(Customer.updated_at, Customer.customer_id)
        .with_for_update(key_share=True)
    ).all()
    ids = {row.customer_id for row in found}
    by_hash = {row.email_hash: row.customer_id for row in found}
    known = {name: name for name in names if name in ids}
    return known | {name: by_hash[one] for name, one in hashes.items() if one in by_hash}
