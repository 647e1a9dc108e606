"""What people respond, what they and whom they name can take back, and for how long it is kept."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy import delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session
from sqlalchemy.sql.expression import ColumnElement

from saleor_influence_app import log, models, run_queue, settings
from saleor_influence_app.errors import AppError, RowMissing
from saleor_influence_app.models import (
    Customer,
    Order,
    Shop,
    SurveyResponse,
    Tie,
    TieOrigin,
)
from saleor_influence_app.shops.suppression import objects
from saleor_influence_app.surveys import links, matching

logger = log.get(__name__)

SurveyChannel = models.SurveyChannel

_PRUNE = text("""
    DELETE FROM survey_responses r USING shops s
    WHERE s.id = r.shop_id AND r.responded_at < now() - make_interval(days => s.survey_days)
""")


class SurveyOff(AppError):
    """The shop asks nobody."""

    code = "SURVEY_OFF"
    status = 403


class AlreadyResponded(AppError):
    """Each order is asked about once."""

    code = "ALREADY_RESPONDED"
    status = 409


@dataclass(frozen=True, slots=True)
class Respondent:
    """Somebody who responds by one of their orders: the account's id, or a guest's name in the ledger."""

    customer_id: str
    order_id: str


@dataclass(frozen=True, slots=True)
class Told:
    """Who or what told them of the shop; `friend` is a code, handle or e-mail address, and stored nowhere."""

    channel: SurveyChannel
    friend: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Naming:
    """Somebody named this customer, and whether the customer agreed that staff see it."""

    id: int
    named_at: datetime
    agreed_at: datetime | None


def is_on(session: Session, shop_id: int) -> bool:
    """Say whether the shop asks."""
    return bool(session.scalar(select(Shop.survey).where(Shop.id == shop_id)))


def is_open(session: Session, shop_id: int, order_id: str, *, now: datetime | None = None) -> bool:
    """Say whether the order is of the last 30 days and was not responded by."""
    since = (now or datetime.now(UTC)) - links.LASTS
    asked = select(Order.order_id).where(
        Order.shop_id == shop_id, Order.order_id == order_id, Order.created_at > since
    )
    responded = select(SurveyResponse.id).where(
        SurveyResponse.shop_id == shop_id, SurveyResponse.order_id == order_id
    )
    return session.scalar(asked) is not None and session.scalar(responded) is None


def respond(
    session: Session,
    shop_id: int,
    respondent: Respondent,
    *,
    told: Told,
    now: datetime | None = None,
) -> None:
    """Store the response of this order; raises `AlreadyResponded` if there is one.

    Who names themselves, and who objects to being scored, names nobody.
    """
    moment = now or datetime.now(UTC)
    if not is_on(session, shop_id):
        raise SurveyOff("This shop asks no such question.")
    _hold(session, shop_id, respondent)
    named_id = matching.named(session, shop_id, told.friend)
    objecting = session.scalar(select(objects(shop_id, respondent.customer_id)))
    if told.channel != SurveyChannel.FRIEND or objecting or named_id == respondent.customer_id:
        named_id = None
    statement = insert(SurveyResponse).values(
        shop_id=shop_id,
        order_id=respondent.order_id,
        respondent_id=respondent.customer_id,
        channel=told.channel,
        named_id=named_id,
        responded_at=moment,
    )
    stored = statement.on_conflict_do_nothing().returning(SurveyResponse.id)
    if session.scalar(stored) is None:
        raise AlreadyResponded("This order was responded by already. Thank you.")
    links.use(session, shop_id, respondent.order_id, now=moment)
    run_queue.request(session, shop_id, delay=settings.get().score_delay_seconds)
    logger.info("survey.responded", shop_id=shop_id, channel=told.channel)


def take_back(session: Session, shop_id: int, response_id: int, *, customer_id: str) -> None:
    """Delete a response of theirs, and the tie that rests on it."""
    gone = session.execute(
        delete(SurveyResponse)
        .where(SurveyResponse.shop_id == shop_id, SurveyResponse.id == response_id)
        .where(SurveyResponse.respondent_id == customer_id)
        .returning(SurveyResponse.named_id, SurveyResponse.respondent_id)
    ).one_or_none()
    if gone is None:
        raise RowMissing("There is no such response of yours.")
    if gone.named_id is not None:
        _untie(session, shop_id, gone.named_id, respondent_id=gone.respondent_id)


def agree(session: Session, shop_id: int, naming_id: int, *, customer_id: str) -> None:
    """The named customer agrees that staff see who named them, and them as named."""
    found = session.execute(
        update(SurveyResponse)
        .where(*_naming(shop_id, naming_id, customer_id))
        .values(agreed_at=func.coalesce(SurveyResponse.agreed_at, func.now()))
        .returning(SurveyResponse.respondent_id)
    ).one_or_none()
    if found is None:
        raise RowMissing("Nobody names you there any more.")
    session.execute(
        update(Tie).where(*_tie(shop_id, customer_id, found.respondent_id)).values(is_hidden=False)
    )


def refuse(session: Session, shop_id: int, naming_id: int, *, customer_id: str) -> None:
    """The named customer does not want to be named there: the response names nobody, and the tie is gone."""
    found = session.execute(
        update(SurveyResponse)
        .where(*_naming(shop_id, naming_id, customer_id))
        .values(named_id=None, agreed_at=None)
        .returning(SurveyResponse.respondent_id)
    ).one_or_none()
    if found is None:
        raise RowMissing("Nobody names you there any more.")
    _untie(session, shop_id, customer_id, respondent_id=found.respondent_id)


def namings(session: Session, shop_id: int, customer_id: str) -> list[Naming]:
    """Return when this customer was named, the newest first; never by whom."""
    rows = session.execute(
        select(SurveyResponse.id, SurveyResponse.responded_at, SurveyResponse.agreed_at)
        .where(SurveyResponse.shop_id == shop_id, SurveyResponse.named_id == customer_id)
        .order_by(SurveyResponse.responded_at.desc(), SurveyResponse.id)
    )
    return [Naming(row.id, row.responded_at, row.agreed_at) for row in rows]


def of_respondent(session: Session, shop_id: int, customer_id: str) -> list[SurveyResponse]:
    """Return what this customer or guest responded, the newest first."""
    theirs = select(SurveyResponse).where(
        SurveyResponse.shop_id == shop_id, SurveyResponse.respondent_id == customer_id
    )
    return list(session.scalars(theirs.order_by(SurveyResponse.responded_at.desc(), SurveyResponse.id)))


def prune(session: Session) -> None:
    """Delete responses older than their shop keeps them, and end links that have run out."""
    session.execute(_PRUNE)
    links.end_expired(session)


def _hold(session: Session, shop_id: int, respondent: Respondent) -> None:
    """Hold account and order against deletion until the commit; raises RowMissing for an order of nobody."""
    account = select(Customer.deleted_at).where(
        Customer.shop_id == shop_id, Customer.customer_id == respondent.customer_id
    )
    row = session.execute(account.with_for_update(key_share=True)).one_or_none()
    order = select(Order.customer_id, Order.former_accounts).where(
        Order.shop_id == shop_id, Order.order_id == respondent.order_id
    )
    held = session.execute(order.with_for_update(read=True)).one_or_none()
    nobodys = held is None or (held.customer_id is None and "" in held.former_accounts)
    if nobodys or (row is not None and row.deleted_at is not None):
        raise RowMissing("There is no such order of yours.")


def _untie(session: Session, shop_id: int, named_id: str, *, respondent_id: str) -> None:
    """Delete the tie at once; the next run derives it again, if another response tells it."""
    session.execute(delete(Tie).where(*_tie(shop_id, named_id, respondent_id)))
    run_queue.request(session, shop_id, delay=settings.get().score_delay_seconds)


def _naming(shop_id: int, naming_id: int, customer_id: str) -> list[ColumnElement[bool]]:
    return [
        SurveyResponse.shop_id == shop_id,
        SurveyResponse.id == naming_id,
        SurveyResponse.named_id == customer_id,
    ]


def _tie(shop_id: int, named_id: str, respondent_id: str) -> list[ColumnElement[bool]]:
    return [
        Tie.shop_id == shop_id,
        Tie.source_id == named_id,
        Tie.target_id == respondent_id,
        Tie.origin == TieOrigin.SURVEY,
    ]
