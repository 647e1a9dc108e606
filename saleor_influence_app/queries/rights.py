"""What people asked about their data, for the staff of a shop: requests, contests and corrections."""

from datetime import UTC, datetime
from typing import Literal, Self

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from saleor_influence_app import models
from saleor_influence_app.queries.api_model import ApiModel

RequestKind = models.RequestKind
ContestKind = models.ContestKind
Outcome = models.Outcome
MOST = 500


class RightsRequestRow(ApiModel):
    """A request with its clock. `customer_id` is null once they were erased."""

    id: int
    customer_id: str | None
    kind: RequestKind
    received_at: datetime
    received_by: str
    due_at: datetime
    days_left: int | None
    """Whole days until it is due; below 0: overdue; null: done."""
    done_at: datetime | None
    done_by: str | None
    note: str

    @classmethod
    def of(cls, row: models.RightsRequest, now: datetime) -> Self:
        """Return the row with what its clock says at this moment."""
        names = set(cls.model_fields) - {"days_left"}
        left = None if row.done_at else (row.due_at - now).days
        return cls.model_validate({name: getattr(row, name) for name in names} | {"days_left": left})


class RightsRequestPage(ApiModel):
    """Some of them, and how many there are in all."""

    total: int
    overdue: int
    """Of all: open requests and contests whose month is over."""
    requests: list[RightsRequestRow]


class ContestForStaff(ApiModel):
    """What a customer says is wrong, and about what. Only staff see `other_id`."""

    id: int
    customer_id: str
    kind: ContestKind
    order_id: str | None
    order_number: str | None
    other_id: str | None
    text: str
    at: datetime
    due_at: datetime
    days_left: int | None
    answer: str | None
    answered_at: datetime | None
    outcome: Outcome | None


class CorrectionForStaff(ApiModel):
    """What every run obeys, of a customer or of both ends of a tie or household."""

    id: int
    customer_id: str
    kind: Literal["order", "tie", "household"]
    order_id: str | None
    other_id: str | None
    made_by: str
    made_at: datetime


def requests(
    session: Session,
    shop_id: int,
    *,
    is_open: bool,
    customer_id: str | None = None,
    page: tuple[int, int] = (0, 100),
) -> RightsRequestPage:
    """What was asked: what is open by its deadline, then what was done, the newest first?"""
    table, now = models.RightsRequest, datetime.now(UTC)
    wanted = [table.shop_id == shop_id]
    if is_open:
        wanted.append(table.done_at.is_(None))
    if customer_id is not None:
        wanted.append(table.customer_id == customer_id)
    total = session.scalar(select(func.count()).select_from(table).where(*wanted)) or 0
    late = select(func.count()).where(
        table.shop_id == shop_id, table.done_at.is_(None), table.due_at < func.now()
    )
    order = (table.done_at.desc().nulls_first(), table.due_at, table.id)
    rows = session.scalars(select(table).where(*wanted).order_by(*order).offset(page[0]).limit(page[1]))
    return RightsRequestPage(
        total=total,
        overdue=session.scalar(late) or 0,
        requests=[RightsRequestRow.of(row, now) for row in rows],
    )


def contests(
    session: Session, shop_id: int, *, is_open: bool, customer_id: str | None = None
) -> list[ContestForStaff]:
    """What do customers say is wrong, oldest first?"""
    table, now = models.Contest, datetime.now(UTC)
    query = select(table, models.Order.number).outerjoin(
        models.Order, (models.Order.shop_id == shop_id) & (models.Order.order_id == table.order_id)
    )
    query = query.where(table.shop_id == shop_id)
    if is_open:
        query = query.where(table.answer.is_(None))
    if customer_id is not None:
        query = query.where(table.customer_id == customer_id)
    names = set(ContestForStaff.model_fields) - {"days_left", "order_number"}
    return [
        ContestForStaff.model_validate(
            {name: getattr(row, name) for name in names}
            | {
                "order_number": number,
                "days_left": None if row.answer is not None else (row.due_at - now).days,
            }
        )
        for row, number in session.execute(query.order_by(table.id).limit(MOST))
    ]


def corrections(session: Session, shop_id: int, *, customer_id: str) -> list[CorrectionForStaff]:
    """What was found not to be so of this customer, whoever of the two said so?"""
    table = models.Correction
    ends = (table.customer_id == customer_id) | (table.other_id == customer_id)
    rows = session.scalars(select(table).where(table.shop_id == shop_id, ends).order_by(table.id))
    return [CorrectionForStaff.model_validate(row) for row in rows]
