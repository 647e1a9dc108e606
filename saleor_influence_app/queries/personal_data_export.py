"""Everything that is held of a person, table by table, as JSON; of others nothing, not even their ids.

Which tables and columns follows from the inventory.
"""

from collections.abc import Collection, Iterator
from dataclasses import asdict
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Table, func, select, text
from sqlalchemy.orm import Session

from saleor_influence_app.db import Base
from saleor_influence_app.erasure import person_rows
from saleor_influence_app.fields import Json
from saleor_influence_app.models import ConsentSubject, Proof, TieOrigin
from saleor_influence_app.personal_data.inventory import HOLDINGS, Holding

IN_WORDS = {
    "messages": "What the shop's Saleor sent about you and is not handled yet, or could not be understood: "
    "of a readable message the parts that speak of you, of an unreadable one all of it as text. "
    "Messages that were handled keep no content.",
    "orders": "Orders that name you, and orders without an account from your e-mail address. In place of "
    "your address, delivery address and card stand keyed hashes. `gift_cards` are the ids of the gift cards "
    "used, each with what it paid.",
    "ties_of_others": "Ties in which others may lead you. Whom you named in the shop's survey is not among "
    "them: nobody is to find out so who is a customer of the shop.",
    "survey_responses": "What you responded to the shop's survey. Names, codes and addresses that you wrote "
    "are not kept.",
    "gift_cards_or_former_orders": "How many orders of others say that you paid with a gift card that they "
    "used, or that the order once was yours.",
}
"""What the download says of tables that do not explain themselves."""
_LISTED = text("""
    SELECT count(*) FROM orders WHERE shop_id = :shop_id AND customer_id IS DISTINCT FROM :customer_id
        AND ((former_accounts <> '{}' AND former_accounts @> ARRAY[:customer_id])
            OR (gift_givers <> '{}' AND gift_givers @> ARRAY[:customer_id]))
""")


def holdings(session: Session, shop_id: int, customer_id: str) -> Json:
    """What is held of the person? A table's name to its rows; in `…_of_others` they are the other end."""
    someone = person_rows.person(session, shop_id, customer_id)
    found: Json = {}
    for one in HOLDINGS.values():
        for place, column in enumerate(one.named_by if one.table != "orders" else ()):
            key = one.table if place == 0 else f"{one.table}_of_others"
            found[key] = _rows(session, one, someone.names, column=column, shop_id=shop_id)
    orders = _by(session, HOLDINGS["orders"], someone.order_ids, column="order_id", shop_id=shop_id)
    found["orders"] = orders
    for row in found["profiles"]:
        row["has_token"] = row["proof"] == Proof.OAUTH
    for one in HOLDINGS.values():
        if one.through is not None and one.through[1] in found and one.through[2] != "customer_id":
            column, table, its = one.through
            keys = [row[its] for row in found[table]]
            found[one.table] = _by(session, one, keys, column=column, shop_id=shop_id)
    found["consents"] = consents_of(session, shop_id, customer_id)
    found["messages"] = [
        asdict(one) | {"received_at": one.received_at.astimezone(UTC).isoformat()}
        for one in person_rows.bodies(session, shop_id, [someone])
    ]
    listed = session.scalar(_LISTED, {"shop_id": shop_id, "customer_id": customer_id})
    found["gift_cards_or_former_orders"] = listed
    return {
        "shop_id": shop_id,
        "customer_id": customer_id,
        "made_at": datetime.now(UTC).isoformat(),
        "in_words": IN_WORDS,
        "holds": found,
    }


def consents_of(session: Session, shop_id: int, customer_id: str) -> list[Json]:
    """Which rows of the consent ledger are theirs, in order?"""
    subject = session.get(ConsentSubject, (shop_id, customer_id))
    if subject is None:
        return []
    table = Base.metadata.tables["consents"]
    theirs = table.c.customer_ref == func.consent_ref(subject.salt, customer_id)
    rows = _plain(session, table, (table.c.shop_id == shop_id) & theirs)
    return sorted(rows, key=lambda row: int(row["number"]))


def customer_ids(session: Session, shop_id: int, email_hash: bytes) -> list[str]:
    """Which accounts have the e-mail address of this hash?"""
    query = text("SELECT customer_id FROM customers WHERE shop_id = :shop_id AND email_hash = :email_hash")
    return list(session.scalars(query, {"shop_id": shop_id, "email_hash": email_hash}))


def _rows(session: Session, one: Holding, names: Collection[str], *, column: str, shop_id: int) -> list[Json]:
    table = Base.metadata.tables[one.table]
    theirs = (table.c.shop_id == shop_id) & table.c[column].in_(names)
    left_out = {*one.left_out, *one.others.get(column, ())}
    if (one.table, column) == ("ties", "target_id"):
        theirs &= table.c.origin != TieOrigin.SURVEY
    return _plain(session, table, theirs, left_out=left_out)


def _by(session: Session, one: Holding, keys: Collection[Any], *, column: str, shop_id: int) -> list[Json]:
    table = Base.metadata.tables[one.table]
    theirs = (table.c.shop_id == shop_id) & table.c[column].in_(keys)
    others = {name for names in one.others.values() for name in names}
    return _plain(session, table, theirs, left_out={*one.left_out, *others})


def _plain(session: Session, table: Table, where: Any, *, left_out: Collection[str] = ()) -> list[Json]:
    columns = [one for one in table.columns if one.name not in {*left_out, "shop_id"}]
    rows = session.execute(select(*columns).where(where).order_by(*table.primary_key.columns))
    return [dict(_pairs(row._mapping)) for row in rows]  # noqa: SLF001 - SQLAlchemy's public name for it


def _pairs(row: Any) -> Iterator[tuple[str, Any]]:
    for name, value in row.items():
        yield str(name), _as_json(value)


def _as_json(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    return str(value) if isinstance(value, Decimal) else value
