"""The board of an outreach programme: what is to be done for whom, and what is worth saying to them."""

from datetime import UTC, date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from saleor_influence_app import models
from saleor_influence_app.consent import agreements
from saleor_influence_app.errors import InputInvalid, RowMissing
from saleor_influence_app.models import (
    Category,
    Customer,
    Order,
    OrderLine,
    OutreachAnswer,
    PerkGrant,
    PerkProgramme,
    Purpose,
    TaskState,
)
from saleor_influence_app.orders.ownership import order_owners
from saleor_influence_app.perks.strategies import outreach
from saleor_influence_app.perks.strategies.outreach.terms import OutreachTerms, Task
from saleor_influence_app.perks.strategy import NOT_ORDERED
from saleor_influence_app.queries.api_model import ApiModel
from saleor_influence_app.shops.suppression import objects

NEAR = timedelta(days=30)
"""An anniversary is told of that is so far away at most, ahead or past."""


AnyState = TaskState | None
"""A column of the board, or all of them."""


class OutreachCounts(ApiModel):
    """How many tasks are in which column."""

    suggested: int
    assigned: int
    done: int
    answered: int


class OutreachTask(ApiModel):
    """Something to do for a customer."""

    id: int
    customer_id: str
    state: TaskState
    is_mine: bool
    """Whether who asks has taken it."""
    due_at: datetime
    answer: OutreachAnswer | None
    note: str | None
    done_at: datetime | None
    draft_id: str | None
    """Of the gift's draft order in Saleor, once it is there."""


class OutreachBoard(ApiModel):
    """Some tasks of a programme, the most urgent first, and how many there are."""

    task: Task
    brief: str
    counts: OutreachCounts
    total: int
    tasks: list[OutreachTask]


class OutreachFacts(ApiModel):
    """What is worth saying to a customer, from what their orders here say."""

    customer_since: date | None
    anniversary_on: date | None
    """The day, where it is within 30 days."""
    anniversary_years: int | None
    favourite_category: str | None
    """The one in which they have spent most."""
    orders: int
    last_order_at: datetime | None


def board(  # noqa: PLR0913 - which, for whom, and how much of it
    session: Session,
    shop_id: int,
    programme_id: int,
    *,
    staff_id: str,
    state: AnyState,
    page: tuple[int, int],
) -> OutreachBoard:
    """What is to be done in this programme, for those who agree to be contacted at this moment?"""
    programme = _programme(session, shop_id, programme_id)
    terms = OutreachTerms.model_validate(programme.terms)
    theirs = (models.OutreachTask.programme_id == programme_id, *_reachable(session, shop_id))
    rows = session.execute(
        select(models.OutreachTask.state, func.count().label("number"))
        .where(*theirs)
        .group_by(models.OutreachTask.state)
    )
    counts = {one.value: 0 for one in TaskState} | {row.state: row.number for row in rows}
    wanted = theirs if state is None else (*theirs, models.OutreachTask.state == state)
    tasks = session.execute(
        select(models.OutreachTask, PerkGrant.external_id)
        .join(PerkGrant, PerkGrant.id == models.OutreachTask.grant_id)
        .where(*wanted)
        .order_by(models.OutreachTask.due_at, models.OutreachTask.id)
        .offset(page[0])
        .limit(page[1])
    )
    return OutreachBoard(
        task=terms.task,
        brief=terms.brief,
        counts=OutreachCounts(**counts),
        total=sum(counts.values()) if state is None else counts[state],
        tasks=[_shown(one, draft_id, staff_id) for one, draft_id in tasks],
    )


def facts(session: Session, shop_id: int, task_id: int) -> OutreachFacts:
    """What is worth saying to the customer of a task?"""
    row = select(models.OutreachTask.customer_id).where(
        models.OutreachTask.shop_id == shop_id,
        models.OutreachTask.id == task_id,
        *_reachable(session, shop_id),
    )
    customer_id = session.scalar(row)
    if customer_id is None:
        raise RowMissing("There is no such task: it was taken back, or the customer no longer agrees to it.")
    owners = order_owners(shop_id).subquery("owners")
    of_owner = and_(owners.c.shop_id == Order.shop_id, owners.c.order_id == Order.order_id)
    theirs = (owners.c.customer_id == customer_id, Order.status.not_in(NOT_ORDERED), Order.charged > 0)
    orders = session.execute(
        select(
            func.count().label("number"),
            func.min(Order.created_at).label("first"),
            func.max(Order.created_at).label("last"),
        )
        .join(owners, of_owner)
        .where(*theirs)
    ).one()
    favourite = session.scalar(
        select(Category.name)
        .join(
            OrderLine,
            and_(OrderLine.shop_id == Category.shop_id, OrderLine.category_id == Category.category_id),
        )
        .join(Order, and_(Order.shop_id == OrderLine.shop_id, Order.order_id == OrderLine.order_id))
        .join(owners, of_owner)
        .where(*theirs, ~OrderLine.is_gift, ~OrderLine.is_gift_card)
        .group_by(Category.category_id, Category.name)
        .order_by(func.sum(OrderLine.net).desc(), Category.category_id)
        .limit(1)
    )
    joined = session.scalar(
        select(Customer.date_joined).where(Customer.shop_id == shop_id, Customer.customer_id == customer_id)
    )
    known = [moment.astimezone(UTC).date() for moment in (joined, orders.first) if moment is not None]
    since = min(known, default=None)
    near = None if since is None else anniversary(since, datetime.now(UTC).date())
    return OutreachFacts(
        customer_since=since,
        anniversary_on=None if near is None else near[0],
        anniversary_years=None if near is None else near[1],
        favourite_category=favourite,
        orders=orders.number,
        last_order_at=orders.last,
    )


def anniversary(since: date, today: date) -> tuple[date, int] | None:
    """Return the anniversary next to today and how many years it is; None if it is not near.

    Of the 29th of February it is the 1st of March in other years.
    """
    found = []
    for year in (today.year - 1, today.year, today.year + 1):
        try:
            day = since.replace(year=year)
        except ValueError:
            day = date(year, 3, 1)
        if year > since.year and abs(day - today) <= NEAR:
            found.append((day, year - since.year))
    return min(found, key=lambda one: abs(one[0] - today), default=None)


def _reachable(session: Session, shop_id: int) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions that a task's customer agrees to be contacted, and does not object."""
    agreeing = sorted(agreements.agreeing(session, shop_id, Purpose.OUTREACH))
    return (
        models.OutreachTask.customer_id == func.any_(agreeing),
        ~objects(shop_id, models.OutreachTask.customer_id),
    )


def _programme(session: Session, shop_id: int, programme_id: int) -> PerkProgramme:
    row = select(PerkProgramme).where(PerkProgramme.shop_id == shop_id, PerkProgramme.id == programme_id)
    programme = session.scalars(row).first()
    if programme is None:
        raise RowMissing("There is no such programme in this shop.")
    if programme.kind != outreach.STRATEGY.kind:
        raise InputInvalid("This programme has no board: nothing is done by hand for it.")
    return programme


def _shown(row: models.OutreachTask, draft_id: str | None, staff_id: str) -> OutreachTask:
    copied = ("id", "customer_id", "state", "due_at", "answer", "note", "done_at")
    given = {name: getattr(row, name) for name in copied}
    return OutreachTask(**given, is_mine=row.taken_by == staff_id, draft_id=draft_id)
