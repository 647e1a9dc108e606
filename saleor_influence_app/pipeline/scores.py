"""Facts to values and memberships: the only step that knows the scoring library."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import pyarrow as pa
from sqlalchemy import Float, cast, func, null, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from saleor_influence_app.errors import InputInvalid
from saleor_influence_app.models import Membership, Order, OutboxRow, PersonalCode, Score, Segment, Shop
from saleor_influence_app.pipeline import ownership, shops, tables
from scoring import segments, values

Json = dict[str, Any]
TIME = pa.timestamp("us", tz="UTC")
ORDERS = pa.schema(
    [
        ("customer_id", pa.string()),
        ("order_id", pa.string()),
        ("created_at", TIME),
        ("currency", pa.string()),
        ("charged", pa.float64()),
        ("voucher_code", pa.string()),
    ]
)
CODES = pa.schema([("code", pa.string()), ("customer_id", pa.string()), ("valid_from", TIME)])
MEMBERSHIPS = segments.MEMBERSHIPS
COLUMNS = tuple(column.name for column in Score.__table__.columns if column.name not in {"shop_id", "run_id"})
"""The columns of `scoring.values`, which are those of the table `scores` by the same names."""
NO_PURCHASE = ("CANCELED", "EXPIRED", "DRAFT")
"""States of an order that is none: whatever was charged is on its way back."""

_FORGET = (
    *(
        text(f"""
            DELETE FROM {table} AS t USING customers c
            WHERE t.shop_id = :shop_id AND c.shop_id = t.shop_id
                AND c.customer_id = t.customer_id AND c.deleted_at IS NOT NULL
        """)  # noqa: S608 - names of our own tables
        for table in ("scores", "memberships", "outbox")
    ),
    *(
        text(f"""
            DELETE FROM {table} AS t USING outbox o
            WHERE t.shop_id = :shop_id AND o.shop_id = t.shop_id
                AND o.customer_id = t.customer_id AND o.withdrawn
        """)  # noqa: S608 - the same
        for table in ("scores", "memberships")
    ),
)


@dataclass(frozen=True)
class Facts:
    """What one run reads: orders with their owners, personal codes, last run's memberships, definitions."""

    orders: pa.Table
    codes: pa.Table
    previous: pa.Table
    definitions: tuple[Json, ...]


@dataclass(frozen=True)
class Scored:
    """What one run found."""

    values: pa.Table
    memberships: pa.Table
    model: Json
    notes: tuple[str, ...]


def parameters_of(shop: Shop) -> Json:
    """Return the shop's choices as the run stores them, so that it can be repeated."""
    return {
        "currency": shop.currency,
        "exchange_rates": dict(shop.exchange_rates),
        "horizon_days": shop.horizon_days,
    }


def read(session: Session, shop_id: int) -> Facts:
    """Return everything that a run of the shop computes from; those who withdrew are nobody in it."""
    tables.expect_many_rows(session)
    return Facts(
        orders=tables.read(session, _orders(shop_id), ORDERS),
        codes=tables.read(session, _codes(shop_id), CODES),
        previous=read_memberships(session, shop_id),
        definitions=tuple(
            session.scalars(
                select(Segment.definition)
                .where(Segment.shop_id == shop_id)
                .order_by(Segment.position, Segment.name)
            )
        ),
    )


def compute(facts: Facts, *, as_of: datetime, parameters: Mapping[str, Any]) -> Scored:
    """Return values and memberships as of `as_of`; the same facts give the same result."""
    rates = {code: float(rate) for code, rate in parameters["exchange_rates"].items()}
    result = values.compute_values(
        facts.orders,
        facts.codes,
        as_of=as_of,
        parameters=values.ValueParameters(
            currency=parameters["currency"], exchange_rates=rates, horizon_days=parameters["horizon_days"]
        ),
    )
    definitions = tuple(_definition(one) for one in facts.definitions)
    members = segments.assign(result.table, definitions, facts.previous, as_of=as_of)
    return Scored(result.table, members, dict(result.model), tuple(result.notes))


def write(session: Session, shop_id: int, *, run_id: int, scored: Scored) -> dict[str, int]:
    """The shop's scores and memberships are those of this run; only rows that differ are touched."""
    tables.expect_many_rows(session)
    tables.bring(session, scored.values.select(COLUMNS), like=Score)
    changed, gone = tables.replace(session, shop_id, into=Score, columns=COLUMNS, extra={"run_id": run_id})
    tables.bring(session, scored.memberships, like=Membership)
    entered, left = tables.replace(session, shop_id, into=Membership, columns=MEMBERSHIPS.names)
    return {
        "customers": scored.values.num_rows,
        "scores_changed": changed,
        "scores_gone": gone,
        "memberships": scored.memberships.num_rows,
        "memberships_changed": entered,
        "memberships_gone": left,
    }


def forget_deleted(session: Session, shop_id: int) -> None:
    """Who was deleted or withdrew while we computed has no row; deletions wait from here until we commit."""
    shops.lock_facts(session, shop_id)
    for statement in _FORGET:
        session.execute(statement, {"shop_id": shop_id})


def preview(
    session: Session, shop_id: int, definition: Json, *, as_of: datetime
) -> tuple[segments.Preview, str | None]:
    """Who would be in, were this saved now, by the newest values; and why nobody could be, if so."""
    table = read_values(session, shop_id)
    wanted = _definition(definition)
    previous = read_memberships(session, shop_id)
    return segments.preview(table, wanted, previous, as_of=as_of), segments.why_empty(table, wanted)


def read_values(session: Session, shop_id: int) -> pa.Table:
    """Return the shop's newest values as the library's table."""
    return tables.read(session, select(*_values_columns()).where(Score.shop_id == shop_id), values.VALUES)


def read_memberships(session: Session, shop_id: int) -> pa.Table:
    """Return who is in which segment now."""
    query: Any = select(Membership.segment, Membership.customer_id, Membership.since, Membership.reason)
    return tables.read(session, query.where(Membership.shop_id == shop_id), MEMBERSHIPS)


def default_segments(session: Session, shop_id: int) -> None:
    """The shop has the segments we suggest; those it has already stay as they are."""
    rows = [
        {"shop_id": shop_id, "name": one.name, "position": place, "definition": _stored(one)}
        for place, one in enumerate(segments.DEFAULT_SEGMENTS)
    ]
    session.execute(insert(Segment).values(rows).on_conflict_do_nothing())


def validated(definition: Json) -> Json:
    """Return a definition in the form we store, or raise `InputInvalid` with what is wrong with it."""
    try:
        return _stored(_definition(definition))
    except (ValueError, TypeError, KeyError) as error:
        raise InputInvalid(f"This is no segment: {error}") from error


def _definition(given: Json) -> segments.SegmentDefinition:
    conditions = tuple(segments.Condition(**one) for one in given["conditions"])
    return segments.SegmentDefinition(**{**given, "conditions": conditions})


def _stored(definition: segments.SegmentDefinition) -> Json:
    return asdict(definition) | {"conditions": [asdict(one) for one in definition.conditions]}


def _orders(shop_id: int) -> Any:
    owners = ownership.order_owners(shop_id).subquery("owners")
    withdrawn = _withdrawn(shop_id, owners.c.customer_id)
    return (
        select(
            func.nullif(owners.c.customer_id, "").label("customer_id"),
            Order.order_id,
            Order.created_at,
            Order.currency,
            cast(Order.charged, Float).label("charged"),
            Order.voucher_code,
        )
        .outerjoin(owners, (owners.c.order_id == Order.order_id) & ~withdrawn)
        .where(Order.shop_id == shop_id, Order.status.not_in(NO_PURCHASE))
    )


def _codes(shop_id: int) -> Any:
    return select(PersonalCode.code, PersonalCode.customer_id, PersonalCode.valid_from).where(
        PersonalCode.shop_id == shop_id, ~_withdrawn(shop_id, PersonalCode.customer_id)
    )


def _withdrawn(shop_id: int, customer_id: Any) -> Any:
    return (
        select(null())
        .where(OutboxRow.shop_id == shop_id, OutboxRow.customer_id == customer_id, OutboxRow.withdrawn)
        .exists()
    )


def _values_columns() -> list[Any]:
    """Return the columns of `scores`, money and all, in the library's types."""
    floating = {field.name for field in values.VALUES if pa.types.is_floating(field.type)}
    columns = {column.name: column for column in Score.__table__.columns}
    return [
        cast(columns[name], Float).label(name) if name in floating else columns[name]
        for name in values.VALUES.names
    ]
