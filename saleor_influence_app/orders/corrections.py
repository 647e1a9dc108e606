"""What is told of a customer and is not so, as conditions for queries: runs obey every correction."""

from typing import Any

from sqlalchemy import LargeBinary, and_, cast, func, literal, null, or_, select, union_all
from sqlalchemy.orm import aliased
from sqlalchemy.sql.expression import ColumnElement

from saleor_influence_app.models import ContestKind, Correction


def orders_not_theirs(shop_id: int) -> Any:
    """Select (order_id, customer_id) of orders that were found not to be this customer's."""
    found = select(Correction.order_id, Correction.customer_id).distinct()
    return found.where(Correction.shop_id == shop_id, Correction.kind == literal(ContestKind.ORDER))


def is_not_theirs(shop_id: int, order_id: Any) -> ColumnElement[bool]:
    """Say whether the order was found not to be of whom it names."""
    wanted = (
        Correction.shop_id == shop_id,
        Correction.kind == literal(ContestKind.ORDER),
        Correction.order_id == order_id,
    )
    return select(null()).where(*wanted).exists()


def are_strangers(shop_id: int, source_id: Any, target_id: Any) -> ColumnElement[bool]:
    """Say whether the two were found not to know each other, whoever of them said so."""
    return _between(shop_id, ContestKind.TIE, pair=(source_id, target_id))


def live_apart(shop_id: int, one: Any, other: Any) -> ColumnElement[bool]:
    """Say whether the two were found to be of different households, whoever of them said so."""
    return _between(shop_id, ContestKind.HOUSEHOLD, pair=(one, other))


def divided(shop_id: int, marks: Any) -> Any:
    """Select of the CTE `marks` (customer_id, mark) such that nobody shares one with whom they live apart.

    A mark of such a group becomes one for each pair of it that remains; groups have a few members.
    """
    one, other = marks.alias(f"{marks.name}_one"), marks.alias(f"{marks.name}_other")
    same = and_(one.c.mark == other.c.mark, one.c.customer_id != other.c.customer_id)
    apart = live_apart(shop_id, one.c.customer_id, other.c.customer_id)
    # From the few corrections outwards: everybody beside everybody of their home are too many.
    row = aliased(Correction)
    split = (
        select(one.c.mark)
        .join(row, row.customer_id == one.c.customer_id)
        .join(other, and_(other.c.customer_id == row.other_id, other.c.mark == one.c.mark))
        .where(row.shop_id == shop_id, row.kind == literal(ContestKind.HOUSEHOLD))
        .distinct()
        .cte(f"{marks.name}_split")
    )
    untouched = select(marks.c.customer_id, marks.c.mark).where(marks.c.mark.not_in(select(split.c.mark)))
    pair = func.least(one.c.customer_id, other.c.customer_id).concat(
        func.greatest(one.c.customer_id, other.c.customer_id)
    )
    named = cast(one.c.mark.op("||")(func.convert_to(pair, "UTF8")), LargeBinary)
    remaining = (
        select(one.c.customer_id, named.label("mark"))
        .join(other, same)
        .where(one.c.mark.in_(select(split.c.mark)), ~apart)
    )
    return union_all(untouched, remaining)


def _between(shop_id: int, kind: str, *, pair: tuple[Any, Any]) -> ColumnElement[bool]:
    one, other = pair
    row = aliased(Correction)
    return (
        select(null())
        .where(row.shop_id == shop_id, row.kind == literal(kind))
        .where(
            or_(
                and_(row.customer_id == one, row.other_id == other),
                and_(row.customer_id == other, row.other_id == one),
            )
        )
        .exists()
    )
