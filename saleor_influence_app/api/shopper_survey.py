"""The post-purchase survey: its question and responses; who responds has a session or an order's token."""

from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query, Request
from starlette.concurrency import run_in_threadpool

from saleor_influence_app import db, login_throttle
from saleor_influence_app.api.auth import KeysNotRead
from saleor_influence_app.api.inputs import RowId
from saleor_influence_app.api.session import RequestSession
from saleor_influence_app.api.shopper_auth import (
    Shopper,
    TooMany,
    World,
    asked_shop,
    signed_in,
    with_account,
)
from saleor_influence_app.api.shopper_page import said
from saleor_influence_app.api.shopper_shapes import Name, OrderId, SurveyChoice, SurveyInput, SurveyQuestion
from saleor_influence_app.consent.languages import ENGLISH, LANGUAGES
from saleor_influence_app.errors import InputInvalid, PermissionMissing, RowMissing, ShopUnknown, TokenInvalid
from saleor_influence_app.rights import subjects
from saleor_influence_app.surveys import links, responses
from saleor_influence_app.surveys.responses import Respondent, SurveyChannel, Told

router = APIRouter(prefix="/api/shopper")
SignedIn = Annotated[Shopper, Depends(signed_in)]
WithAccount = Annotated[Shopper, Depends(with_account)]
HOUR = 3600
MOST_OF_AN_ADDRESS = 60
"""Responses that one network address may try within an hour: a household, an office."""
MOST_OF_AN_ORDER = 10


async def asked(
    request: Request,
    world: Annotated[World, Depends()],
    *,
    authorization: Annotated[str | None, Header()] = None,
    saleor_api_url: Annotated[str | None, Header()] = None,
) -> tuple[int, str, str | None]:
    """FastAPI dependency: (shop, customer or guest, order of the token), or the error that says why not."""
    kind, _, token = (authorization or "").partition(" ")
    if kind.lower() != "order" or not token:
        shopper = await signed_in(request, world, authorization=authorization, saleor_api_url=saleor_api_url)
        return shopper.shop_id, shopper.customer_id, None
    address = request.client.host if request.client else "?"
    if await run_in_threadpool(login_throttle.exhausted, address):
        raise TooMany("Too many links from your address were refused. Wait a minute.")
    try:
        shop, _ = await asked_shop(request, world.transaction, saleor_api_url)
        customer_id, order_id = await run_in_threadpool(_of_token, world.transaction, shop.shop_id, token)
    except (TokenInvalid, ShopUnknown, PermissionMissing, KeysNotRead):
        await run_in_threadpool(login_throttle.failed, address)
        raise
    return shop.shop_id, customer_id, order_id


Asking = Annotated[tuple[int, str, str | None], Depends(asked)]


@router.get("/thanks")
def read_question(
    asking: Asking,
    session: RequestSession,
    *,
    language: Annotated[Name, Query()] = ENGLISH,
    order_id: Annotated[OrderId | None, Query()] = None,
) -> SurveyQuestion:
    """Return the question, its choices, and whether this order may be responded by still."""
    shop_id, customer_id, of_token = asking
    asked_about = _order(session, shop_id, customer_id, order_id=of_token or order_id)
    spoken = language if language in LANGUAGES else ENGLISH
    return SurveyQuestion(
        is_open=responses.is_on(session, shop_id) and responses.is_open(session, shop_id, asked_about),
        order_id=asked_about,
        question=said("thanks.question")[spoken],
        choices=[SurveyChoice(channel=one, text=said(f"thanks.{one}")[spoken]) for one in SurveyChannel],
    )


@router.post("/thanks", status_code=204)
def respond(given: SurveyInput, asking: Asking, *, session: RequestSession, request: Request) -> None:
    """Respond to the question, once an order. The answer never says whether a friend was found."""
    shop_id, customer_id, of_token = asking
    if given.friend and given.channel != SurveyChannel.FRIEND:
        raise InputInvalid("`friend` is for the channel `friend` alone.")
    if of_token is not None and given.order_id not in {None, of_token}:
        raise InputInvalid("This link is for another order.")
    _demand_within_limits(request, shop_id, of_token or given.order_id or "")
    order_id = _order(session, shop_id, customer_id, order_id=of_token or given.order_id)
    if not responses.is_open(session, shop_id, order_id):
        raise responses.AlreadyResponded("This order was responded by already, or is older than 30 days.")
    who = Respondent(customer_id, order_id)
    responses.respond(session, shop_id, who, told=Told(given.channel, given.friend))


@router.delete("/survey-responses/{response_id}", status_code=204)
def take_back_response(response_id: RowId, shopper: SignedIn, session: RequestSession) -> None:
    """Delete a response of theirs, with what rests on it."""
    responses.take_back(session, shopper.shop_id, response_id, customer_id=shopper.customer_id)


@router.post("/namings/{naming_id}/agree", status_code=204)
def agree_to_naming(naming_id: RowId, shopper: WithAccount, session: RequestSession) -> None:
    """Agree that staff see who named them there."""
    responses.agree(session, shopper.shop_id, naming_id, customer_id=shopper.customer_id)


@router.delete("/namings/{naming_id}", status_code=204)
def refuse_naming(naming_id: RowId, shopper: WithAccount, session: RequestSession) -> None:
    """Refuse, or take the agreement back: the response names nobody any more, and nothing rests on it."""
    responses.refuse(session, shopper.shop_id, naming_id, customer_id=shopper.customer_id)


def _of_token(transaction: db.Transaction, shop_id: int, token: str) -> tuple[str, str]:
    """Return whose order the token is for, by the name that counts now, and the order."""
    with transaction() as session:
        order_id = links.order_of(session, shop_id, token)
        return subjects.of_order(session, shop_id, order_id), order_id


def _order(session: RequestSession, shop_id: int, customer_id: str, *, order_id: str | None) -> str:
    """Return the order, if it is theirs: a token's is."""
    if order_id is None:
        raise InputInvalid("Say by which order: order_id.")
    if subjects.of_order(session, shop_id, order_id) != customer_id:
        raise RowMissing("There is no such order in this shop.")
    return order_id


def _demand_within_limits(request: Request, shop_id: int, order_id: str) -> None:
    who = login_throttle.whose_address(request.client.host if request.client else "?")
    for what, name, most in (
        ("survey-of-address", who, MOST_OF_AN_ADDRESS),
        ("survey-of-order", f"{shop_id} {order_id}", MOST_OF_AN_ORDER),
    ):
        if not login_throttle.spend(what, name, most=most, seconds=HOUR):
            raise TooMany("Too many responses were sent from here. Wait an hour.")
