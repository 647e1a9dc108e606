"""Hand-off: where perks are told of, seen by who manages discounts and changed by who manages apps."""

import secrets
from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict
from starlette.concurrency import run_in_threadpool

from saleor_influence_app import db, login_throttle
from saleor_influence_app.api.auth import StaffMember, staff
from saleor_influence_app.api.outside import HAND_OFFS
from saleor_influence_app.api.session import RequestSession, Transactions
from saleor_influence_app.api.shopper_auth import TooMany
from saleor_influence_app.hand_off import shop_mail, targets, webhook
from saleor_influence_app.hand_off.deliveries import DeliveryDelayed, DeliveryRefused
from saleor_influence_app.hand_off.targets import MailAddress, MailWanted, WebhookWanted
from saleor_influence_app.queries import hand_off
from saleor_influence_app.queries.hand_off import HandOff, HandOffAnswer, WebhookSecret

router = APIRouter()
Member = Annotated[StaffMember, Depends(staff("MANAGE_DISCOUNTS"))]
Writer = Annotated[StaffMember, Depends(staff("MANAGE_APPS"))]
MOST_TESTS = 20
HOUR = 3600


class MailTestInput(BaseModel):
    """Where a test mail is sent; the address is not kept."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    to: MailAddress


@router.get("/api/hand-off")
def read_hand_off(member: Member, session: RequestSession) -> HandOff:
    """Return where perks are handed off to, and how that goes."""
    return hand_off.status(session, member.shop_id)


@router.put("/api/hand-off/webhook")
def set_hand_off_webhook(wanted: WebhookWanted, member: Writer, session: RequestSession) -> WebhookSecret:
    """Send events there from now on; the first time the answer has the secret, which is not shown again."""
    return WebhookSecret(secret=targets.set_webhook(session, member.shop_id, wanted))


@router.delete("/api/hand-off/webhook", status_code=204)
def drop_hand_off_webhook(member: Writer, session: RequestSession) -> None:
    """Send no more events; what waits is dropped."""
    targets.drop_webhook(session, member.shop_id)


@router.post("/api/hand-off/webhook/secret")
def renew_hand_off_secret(member: Writer, session: RequestSession) -> WebhookSecret:
    """Sign with a new secret from now on; it is not shown again."""
    return WebhookSecret(secret=targets.renew_secret(session, member.shop_id))


@router.post("/api/hand-off/webhook/test")
async def try_hand_off_webhook(member: Writer, transaction: Transactions) -> HandOffAnswer:
    """Send an event that speaks of nobody, and return what the webhook answered."""
    send = await run_in_threadpool(_webhook_test, transaction, member.shop_id)
    return await HAND_OFFS.call(_tried, send, yes="The webhook took the test.")


@router.put("/api/hand-off/mail")
def set_hand_off_mail(wanted: MailWanted, member: Writer, session: RequestSession) -> HandOff:
    """Write to customers by this server from now on."""
    targets.set_mail(session, member.shop_id, wanted)
    return hand_off.status(session, member.shop_id)


@router.delete("/api/hand-off/mail", status_code=204)
def drop_hand_off_mail(member: Writer, session: RequestSession) -> None:
    """Write to nobody; what waits is dropped."""
    targets.drop_mail(session, member.shop_id)


@router.post("/api/hand-off/mail/test")
async def try_hand_off_mail(given: MailTestInput, member: Writer, transaction: Transactions) -> HandOffAnswer:
    """Send a test mail, and return what the server answered."""
    send = await run_in_threadpool(_mail_test, transaction, member.shop_id, given.to)
    return await HAND_OFFS.call(_tried, send, yes="The server took the mail.")


def _webhook_test(transaction: db.Transaction, shop_id: int) -> Callable[[], None]:
    _demand_patience(shop_id)
    with transaction() as session:
        request = webhook.sample(session, shop_id, message_id=secrets.token_hex(16))

    def send() -> None:
        with webhook.opened() as channel:
            channel.send(request)

    return send


def _mail_test(transaction: db.Transaction, shop_id: int, to: str) -> Callable[[], None]:
    _demand_patience(shop_id)
    with transaction() as session:
        send = shop_mail.send_test(session, shop_id, message_id=secrets.token_hex(16))
    return lambda: send(to)


def _tried(send: Callable[[], None], *, yes: str) -> HandOffAnswer:
    try:
        send()
    except (DeliveryDelayed, DeliveryRefused) as error:
        return HandOffAnswer(taken=False, answer=str(error))
    return HandOffAnswer(taken=True, answer=yes)


def _demand_patience(shop_id: int) -> None:
    if not login_throttle.spend("hand-off-tests", str(shop_id), most=MOST_TESTS, seconds=HOUR):
        raise TooMany(f"There were {MOST_TESTS} tests within an hour. Wait an hour for more.")
