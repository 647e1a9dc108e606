"""Where perks are handed off to, and how that goes."""

from collections import Counter
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from saleor_influence_app import models, settings
from saleor_influence_app.models import HandOffChannel, HandOffDelivery, HandOffState, MailStop
from saleor_influence_app.queries.api_model import ApiModel

MOST_REASONS = 5
UNSENT = (HandOffState.PENDING, HandOffState.CLAIMED, HandOffState.DROPPED, HandOffState.GIVEN_UP)


class HandOffReason(ApiModel):
    """Why deliveries were not made, or not yet, and how many."""

    reason: str
    is_over: bool
    """It is not tried again."""
    deliveries: int
    newest: datetime
    """When what the newest of them tells of happened."""


class HandOffCounts(ApiModel):
    """Deliveries that wait, and what came of those of the last 30 days."""

    waiting: int
    sent: int
    dropped: int
    given_up: int
    reasons: list[HandOffReason]


class ShopWebhook(ApiModel):
    """The shop's webhook; its secret is not shown again."""

    url: str
    events: list[models.HandOffEvent]
    counts: HandOffCounts


class ShopMailServer(ApiModel):
    """The shop's mail server; its password is not shown again."""

    host: str
    port: int
    security: models.MailSecurity
    user: str | None
    sender_address: str
    sender_name: str
    mails_each: int
    stopped: int
    """How many customers stopped mails."""
    counts: HandOffCounts


class HandOff(ApiModel):
    """Where perks are handed off to; null: that way is not used."""

    webhook: ShopWebhook | None
    mail: ShopMailServer | None
    mail_can_be_set: bool
    """False: the operator must set APP_IFRAME_BASE_URL first."""


class WebhookSecret(ApiModel):
    """A new secret, shown this once; null: the one that there is stays."""

    secret: str | None


class HandOffAnswer(ApiModel):
    """What came of a test, in words."""

    taken: bool
    answer: str


def status(session: Session, shop_id: int) -> HandOff:
    """Where are perks handed off to, and how does that go?"""
    row = session.get(models.HandOffSettings, shop_id)
    webhook = mail = None
    if row is not None and row.webhook_url is not None:
        webhook = ShopWebhook(
            url=row.webhook_url,
            events=[models.HandOffEvent(one) for one in row.webhook_events],
            counts=_counts(session, shop_id, HandOffChannel.WEBHOOK),
        )
    if row is not None and row.smtp_host is not None:
        stopped = select(func.count()).select_from(MailStop).where(MailStop.shop_id == shop_id)
        mail = ShopMailServer(
            host=row.smtp_host,
            port=row.smtp_port or 0,
            security=models.MailSecurity(row.smtp_security or models.MailSecurity.STARTTLS),
            user=row.smtp_login,
            sender_address=row.sender_address or "",
            sender_name=row.sender_name or "",
            mails_each=row.mails_each,
            stopped=session.scalar(stopped) or 0,
            counts=_counts(session, shop_id, HandOffChannel.MAIL),
        )
    can_be_set = settings.get().app_iframe_base_url is not None
    return HandOff(webhook=webhook, mail=mail, mail_can_be_set=can_be_set)


def _counts(session: Session, shop_id: int, channel: HandOffChannel) -> HandOffCounts:
    ours = (HandOffDelivery.shop_id == shop_id, HandOffDelivery.channel == channel)
    states: Counter[str] = Counter()
    for state, count in session.execute(
        select(HandOffDelivery.state, func.count()).where(*ours).group_by(HandOffDelivery.state)
    ):
        states[state] += count
    is_over = HandOffDelivery.done_at.is_not(None)
    newest = func.max(HandOffDelivery.happened_at)
    reasons = session.execute(
        select(HandOffDelivery.error, is_over, func.count(), newest)
        .where(*ours, HandOffDelivery.error.is_not(None), HandOffDelivery.state.in_(UNSENT))
        .group_by(HandOffDelivery.error, is_over)
        .order_by(newest.desc(), HandOffDelivery.error)
        .limit(MOST_REASONS)
    )
    return HandOffCounts(
        waiting=states[HandOffState.PENDING] + states[HandOffState.CLAIMED],
        sent=states[HandOffState.SENT],
        dropped=states[HandOffState.DROPPED],
        given_up=states[HandOffState.GIVEN_UP],
        reasons=[
            HandOffReason(reason=reason, is_over=over, deliveries=count, newest=at)
            for reason, over, count, at in reasons
        ],
    )
