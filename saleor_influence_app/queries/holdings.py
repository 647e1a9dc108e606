"""Everything that is held of a customer, table by table, as JSON; of others nothing, not even their ids."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Table, func, select, text
from sqlalchemy.orm import Session

from saleor_influence_app.db import Base
from saleor_influence_app.models import ConsentSubject

Json = dict[str, Any]
HERS = {
    # by the column that names her: what is left out names others, or is of no meaning without a key of ours
    "customer_id": {
        "customers": (),
        "orders": ("former_accounts", "gift_givers", "fingerprint"),
        "personal_codes": (),
        "exclusions": (),
        "objections": (),
        "trials": ("made_by",),
        "trial_guests": (),
        "scores": (),
        "scores_past": (),
        "evidence": (),
        "evidence_past": (),
        "network_scores": (),
        "network_scores_past": (),
        "memberships": (),
        "memberships_past": (),
        "outbox": (),
        "profiles": (
            "token_encrypted",
            "walk_cursor",
            "walk_found",
            "walk_landmark",
            "walk_pages",
            "walk_seen",
            "walk_skipped",
        ),
        "pending_links": (),
        "invitations": ("made_by",),
        "notices": (),
        "contests": ("answered_by",),
        "erasures": (),
    },
    "source_id": {
        "credits": ("customer_id", "order_id", "line_id"),
        "credits_past": ("customer_id", "order_id", "line_id"),
        "ties": ("target_id",),
    },
}
"""(column of hers, table): columns that are left out."""
AS_THE_OTHER = {
    "credits": ("customer_id", ("source_id",)),
    "credits_past": ("customer_id", ("source_id",)),
    "ties": ("target_id", ("source_id",)),
}
"""Where she is at the other end."""
OF_HER_PROFILES = ("snapshots", "posts")
BY_ORDER = ("order_lines",)
BY_REFERENCE = ("consents", "consent_subjects")


def holdings(session: Session, shop_id: int, customer_id: str) -> Json:
    """What is held of her? A table's name to its rows; `…_of_others` are rows in which she is the other."""
    found: Json = {}
    for column, tables in HERS.items():
        for name, left_out in tables.items():
            found[name] = _rows(
                session, shop_id, name, column=column, customer_id=customer_id, left_out=left_out
            )
    for name, (column, left_out) in AS_THE_OTHER.items():
        rows = _rows(session, shop_id, name, column=column, customer_id=customer_id, left_out=left_out)
        found[f"{name}_of_others"] = rows
    for row in found["profiles"]:
        row["has_token"] = row["proof"] == "oauth"
    profiles = [row["id"] for row in found["profiles"]]
    for name in OF_HER_PROFILES:
        table = Base.metadata.tables[name]
        found[name] = _plain(session, table, table.c.profile_id.in_(profiles))
    lines = Base.metadata.tables["order_lines"]
    ids = [row["order_id"] for row in found["orders"]]
    found["order_lines"] = _plain(session, lines, (lines.c.shop_id == shop_id) & lines.c.order_id.in_(ids))
    found["consents"] = consents_of(session, shop_id, customer_id)
    return {
        "shop_id": shop_id,
        "customer_id": customer_id,
        "made_at": datetime.now(UTC).isoformat(),
        "holds": found,
    }


def consents_of(session: Session, shop_id: int, customer_id: str) -> list[Json]:
    """Which rows of the consent ledger are hers, in order?"""
    subject = session.get(ConsentSubject, (shop_id, customer_id))
    if subject is None:
        return []
    table = Base.metadata.tables["consents"]
    hers = table.c.customer_ref == func.consent_ref(subject.salt, customer_id)
    rows = _plain(session, table, (table.c.shop_id == shop_id) & hers)
    return sorted(rows, key=lambda row: int(row["number"]))


def customer_ids(session: Session, shop_id: int, email_hash: bytes) -> list[str]:
    """Which accounts have the e-mail address of this hash?"""
    query = text("SELECT customer_id FROM customers WHERE shop_id = :shop_id AND email_hash = :email_hash")
    return list(session.scalars(query, {"shop_id": shop_id, "email_hash": email_hash}))


def _rows(  # noqa: PLR0913 - each is one part of the question
    session: Session, shop_id: int, name: str, *, column: str, customer_id: str, left_out: tuple[str, ...]
) -> list[Json]:
    table = Base.metadata.tables[name]
    hers = (table.c.shop_id == shop_id) & (table.c[column] == customer_id)
    return _plain(session, table, hers, left_out=left_out)


def _plain(session: Session, table: Table, where: Any, *, left_out: tuple[str, ...] = ()) -> list[Json]:
    columns = [one for one in table.columns if one.name not in {*left_out, "shop_id"}]
    rows = session.execute(select(*columns).where(where).order_by(*table.primary_key.columns))
    return [dict(_pairs(row._mapping)) for row in rows]  # noqa: SLF001 - SQLAlchemy's public name for it


def _pairs(row: Any) -> Iterator[tuple[str, Any]]:
    for name, value in row.items():
        yield str(name), _as_json(value)


def _as_json(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, bytes):
        return value.hex()
    return str(value) if isinstance(value, Decimal) else value
