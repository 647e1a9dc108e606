"""Lists of customers that staff saved under a name: filters, order and columns, never whom they show."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints
from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from saleor_influence_app.errors import InputInvalid, RowMissing
from saleor_influence_app.fields import OneLine
from saleor_influence_app.models import CustomerView, Shop
from saleor_influence_app.queries.customer_filter import CustomerFilter
from saleor_influence_app.queries.customers import Sort

MOST_VIEWS = 50
ViewName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60), OneLine]
Column = Literal[
    "value",
    "follow_on",
    "civ",
    "crv",
    "clv",
    "score",
    "orders_count",
    "revenue",
    "last_order",
    "evidence",
    "segments",
    "verdict",
]


def _once(columns: list[Column]) -> list[Column]:
    if len(set(columns)) < len(columns):
        raise ValueError("must name each column once")
    return columns


class SavedView(BaseModel):
    """A list of customers under a name."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: ViewName
    sort: Sort
    asked: CustomerFilter
    columns: Annotated[list[Column], Field(min_length=1, max_length=12), AfterValidator(_once)]


def views(session: Session, shop_id: int) -> list[SavedView]:
    """Return the shop's saved views, by name."""
    rows = session.scalars(select(CustomerView).where(CustomerView.shop_id == shop_id))
    kept = [
        SavedView.model_validate(
            {"name": row.name, "sort": row.sort, "asked": row.asked, "columns": row.columns}
        )
        for row in rows
    ]
    return sorted(kept, key=lambda view: (view.name.casefold(), view.name))


def save(session: Session, shop_id: int, view: SavedView) -> None:
    """Save the view, in place of the one with this name if there is one; raises InputInvalid beyond 50."""
    session.execute(select(Shop.id).where(Shop.id == shop_id).with_for_update(key_share=True))
    given = {"sort": view.sort, "asked": view.asked.model_dump(mode="json"), "columns": view.columns}
    session.execute(
        insert(CustomerView)
        .values(shop_id=shop_id, name=view.name, **given)
        .on_conflict_do_update(index_elements=[CustomerView.shop_id, CustomerView.name], set_=given)
    )
    count = session.scalar(select(func.count()).where(CustomerView.shop_id == shop_id)) or 0
    if count > MOST_VIEWS:
        raise InputInvalid(f"A shop has at most {MOST_VIEWS} saved views. Delete one that nobody needs.")


def drop(session: Session, shop_id: int, name: str) -> None:
    """Delete the view; raises RowMissing if there is none of this name."""
    which = (CustomerView.shop_id == shop_id, CustomerView.name == name)
    if session.scalar(delete(CustomerView).where(*which).returning(CustomerView.name)) is None:
        raise RowMissing("There is no saved view of this name.")
