"""What the shop's post-purchase survey says: which channels brought how many orders and how much money."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session
from sqlalchemy.sql.expression import ColumnElement

from saleor_influence_app.models import Order, Shop, SurveyChannel, SurveyLink, SurveyResponse
from saleor_influence_app.queries.api_model import ApiModel
from saleor_influence_app.queries.money import Money, amount


class ChannelCount(ApiModel):
    """How many orders were laid to a channel, and what was paid for them, in each currency."""

    channel: SurveyChannel
    responses: int
    paid: list[Money]


class Survey(ApiModel):
    """The shop's own attribution survey over a time."""

    is_on: bool
    days: int
    asked: int
    """Orders that a link was made for; each has one for 30 days."""
    responses: int
    named: int
    """Responses that name a customer whom the shop knows."""
    agreed: int
    """Of these, where the named customer agreed to be shown."""
    channels: list[ChannelCount]


def survey(session: Session, shop_id: int, *, days: int, now: datetime | None = None) -> Survey:
    """What was responded within so many days?"""
    since = (now or datetime.now(UTC)) - timedelta(days=days)
    told = (SurveyResponse.shop_id == shop_id, SurveyResponse.responded_at >= since)
    total, named, agreed = session.execute(
        select(func.count(), func.count(SurveyResponse.named_id), func.count(SurveyResponse.agreed_at)).where(
            *told
        )
    ).one()
    links = select(func.count()).where(SurveyLink.shop_id == shop_id, SurveyLink.made_at >= since)
    return Survey(
        is_on=bool(session.scalar(select(Shop.survey).where(Shop.id == shop_id))),
        days=days,
        asked=session.scalar(links) or 0,
        responses=total,
        named=named,
        agreed=agreed,
        channels=_channels(session, *told),
    )


def _channels(session: Session, *told: ColumnElement[bool]) -> list[ChannelCount]:
    rows = session.execute(
        select(
            SurveyResponse.channel,
            Order.currency,
            func.count().label("responses"),
            func.sum(func.greatest(Order.charged, 0)).label("paid"),
        )
        .outerjoin(
            Order, and_(Order.shop_id == SurveyResponse.shop_id, Order.order_id == SurveyResponse.order_id)
        )
        .where(*told)
        .group_by(SurveyResponse.channel, Order.currency)
        .order_by(SurveyResponse.channel, Order.currency)
    ).all()
    found = []
    for channel in SurveyChannel:
        mine = [row for row in rows if row.channel == channel]
        paid = [amount(row.paid or Decimal(0), row.currency) for row in mine if row.currency]
        found.append(ChannelCount(channel=channel, responses=sum(row.responses for row in mine), paid=paid))
    return sorted(found, key=lambda one: -one.responses)
