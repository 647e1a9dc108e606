"""The week before the last run beside the week before it: five figures, and segment sizes over time."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Literal, NamedTuple

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from saleor_influence_app import models
from saleor_influence_app.models import (
    BackfillState,
    Credit,
    Order,
    PerkRedemption,
    Run,
    RunState,
    Score,
    Shop,
)
from saleor_influence_app.queries import influence, overview, segment_history
from saleor_influence_app.queries.api_model import ApiModel
from saleor_influence_app.queries.money import Money, amount
from saleor_influence_app.queries.segment_history import MOST_RUNS, SizeAfter
from saleor_influence_app.queries.verdicts import LEADS, PROVEN, SET_ASIDE
from saleor_influence_app.runs import headline
from saleor_influence_app.runs.inputs import NO_PURCHASE

WEEK = timedelta(days=7)
OLDEST = timedelta(days=10)
"""A run that is older than this is not "a week before"."""

Key = Literal["orders_paid", "orders_led", "value_expected", "customers_leading", "perks_used"]
Missing = Literal["history", "not-run", "no-run-before", "other-terms", "young"]
Times = tuple[datetime, datetime]


class WeekFigure(ApiModel):
    """A figure of the week and of the one before, counted alike; null: `missing` says why."""

    key: Key
    now: int | Money | None
    before: int | Money | None
    missing: Missing | None
    """history: it is still being read. not-run: nothing was calculated. no-run-before: not a week ago.

    other-terms: then for another currency or horizon. young: the app was not here in the week before.
    """


class SegmentSizes(ApiModel):
    """A segment, and how many were in it after the runs that are kept, the oldest first."""

    name: str
    title: str
    sizes: list[SizeAfter]


class Week(ApiModel):
    """The seven whole days (UTC) before the day of the last run; `until` is not among them."""

    since: date
    until: date
    figures: list[WeekFigure]
    segments: list[SegmentSizes]


class _Here(NamedTuple):
    """What the figures are counted from."""

    run: Run | None
    week: Times
    before: Times
    is_read: bool
    is_young: bool


def week(session: Session, shop_id: int, *, now: datetime) -> Week:
    """How was the last week, beside the one before?"""
    here = _here(session, shop_id, now=now)
    return Week(
        since=here.week[0].date(),
        until=here.week[1].date(),
        figures=[
            _orders_paid(session, shop_id, here),
            _orders_led(session, shop_id, here),
            *_of_runs(session, shop_id, here),
            _perks_used(session, shop_id, here),
        ],
        segments=_segments(session, shop_id),
    )


def _here(session: Session, shop_id: int, *, now: datetime) -> _Here:
    run = influence.last_run(session, shop_id)
    day = (run and run.day) or now.astimezone(UTC).date()
    until = datetime.combine(day, time(), UTC)
    before = until - 2 * WEEK
    return _Here(
        run=run,
        week=(until - WEEK, until),
        before=(before, until - WEEK),
        is_read=overview.history(session, shop_id).state == BackfillState.DONE,
        is_young=session.get_one(Shop, shop_id).installed_at > before,
    )


def _orders_paid(session: Session, shop_id: int, here: _Here) -> WeekFigure:
    if not here.is_read:
        return _unknown("orders_paid", "history")
    return _known("orders_paid", *_orders(session, shop_id, here))


def _orders_led(session: Session, shop_id: int, here: _Here) -> WeekFigure:
    """Count orders of which the ledger counts a line for somebody, by the last run in both weeks."""
    if here.run is None or not here.is_read:
        return _unknown("orders_led", "not-run" if here.is_read else "history")
    led = exists(_counted(shop_id).where(Credit.order_id == Order.order_id))
    now, before = _orders(session, shop_id, here, led)
    return _known("orders_led", now, before, young=here.is_young)


def _counted(shop_id: int) -> Any:
    """Select the credit rows that count: with a code, or of somebody who leads."""
    leads = and_(Score.shop_id == Credit.shop_id, Score.customer_id == Credit.source_id, Score.civ > 0)
    return select(Credit.line_id).where(
        Credit.shop_id == shop_id,
        Credit.credit > 0,
        Credit.tie_kind.not_in(SET_ASIDE),
        or_(Credit.proven, exists().where(leads)),
    )


def _orders(session: Session, shop_id: int, here: _Here, *which: ColumnElement[bool]) -> tuple[int, int]:
    """Count paid orders of the week and of the week before."""
    (since, until), (first, _) = here.week, here.before
    counted = select(
        func.count().filter(Order.created_at >= since), func.count().filter(Order.created_at < since)
    ).where(
        Order.shop_id == shop_id,
        Order.created_at >= first,
        Order.created_at < until,
        Order.charged > 0,
        Order.status.not_in(NO_PURCHASE),
        *which,
    )
    now, before = session.execute(counted).one()
    return int(now), int(before)


def _of_runs(session: Session, shop_id: int, here: _Here) -> tuple[WeekFigure, WeekFigure]:
    """Compare what the last run keeps of everybody with what a run a week before it did."""
    run = here.run
    if run is None or headline.IN_RUN not in run.model:
        return _unknown("value_expected", "not-run"), _unknown("customers_leading", "not-run")
    value, leading = _kept(run)
    former = _week_before(session, shop_id, run)
    if former is None:
        missing: Missing = "no-run-before"
        return (
            WeekFigure(key="value_expected", now=value, before=None, missing=missing),
            WeekFigure(key="customers_leading", now=leading, before=None, missing=missing),
        )
    value_before, leading_before = _kept(former)
    alike = all(run.model.get(one) == former.model.get(one) for one in ("currency", "horizon_days"))
    return (
        WeekFigure(
            key="value_expected",
            now=value,
            before=value_before if alike else None,
            missing=None if alike else "other-terms",
        ),
        _known("customers_leading", leading, leading_before),
    )


def _kept(run: Run) -> tuple[Money, int]:
    kept = run.model[headline.IN_RUN]
    leading = sum(kept["verdicts"].get(verdict, 0) for verdict in (LEADS, PROVEN))
    return amount(Decimal(kept["value"]), run.model.get("currency") or ""), leading


def _week_before(session: Session, shop_id: int, run: Run) -> Run | None:
    if run.as_of is None:
        return None
    return session.scalars(
        select(Run)
        .where(
            Run.shop_id == shop_id,
            Run.state == RunState.DONE,
            Run.as_of <= run.as_of - WEEK,
            Run.as_of >= run.as_of - OLDEST,
            Run.model.has_key(headline.IN_RUN),
        )
        .order_by(Run.as_of.desc(), Run.id.desc())
        .limit(1)
    ).first()


def _perks_used(session: Session, shop_id: int, here: _Here) -> WeekFigure:
    """Count uses of perks, less those given back."""
    (since, until), (first, _) = here.week, here.before
    at = PerkRedemption.at
    counted = select(
        func.coalesce(func.sum(PerkRedemption.uses).filter(at >= since), 0),
        func.coalesce(func.sum(PerkRedemption.uses).filter(at < since), 0),
    ).where(PerkRedemption.shop_id == shop_id, at >= first, at < until)
    now, before = session.execute(counted).one()
    return _known("perks_used", int(now), int(before), young=here.is_young)


def _segments(session: Session, shop_id: int) -> list[SegmentSizes]:
    sizes = segment_history.sizes(session, shop_id, runs=MOST_RUNS)
    rows = session.scalars(
        select(models.Segment)
        .where(models.Segment.shop_id == shop_id)
        .order_by(models.Segment.position, models.Segment.name)
    )
    return [SegmentSizes(name=row.name, title=row.definition["title"], sizes=sizes[row.name]) for row in rows]


def _known(key: Key, now: int, before: int, *, young: bool = False) -> WeekFigure:
    return WeekFigure(key=key, now=now, before=None if young else before, missing="young" if young else None)


def _unknown(key: Key, missing: Missing) -> WeekFigure:
    return WeekFigure(key=key, now=None, before=None, missing=missing)
