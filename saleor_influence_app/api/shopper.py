"""The shopper's own API: what is held of her, and her power over it; storefronts may draw a page on it."""

from datetime import UTC, datetime
from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, Query, Request, Response
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool

from saleor_influence_app import db
from saleor_influence_app.api.auth import transactions
from saleor_influence_app.api.base_url import addresses
from saleor_influence_app.api.outside import NETWORKS
from saleor_influence_app.api.session import RequestSession
from saleor_influence_app.api.shopper_auth import Shopper, page_url, signed_in
from saleor_influence_app.api.shopper_shapes import (
    About,
    Certificate,
    ConsentInput,
    ContestInput,
    FinishInput,
    InvitationShown,
    LinkBegun,
    LinkInput,
    Name,
    WordingText,
)
from saleor_influence_app.errors import InputInvalid
from saleor_influence_app.pipeline.privacy import (
    choices,
    decisions,
    erasure,
    invitations,
    linking,
    networks,
    profiles,
    tombstones,
)
from saleor_influence_app.pipeline.privacy.linking import Means, Wish
from saleor_influence_app.pipeline.privacy.pending import Her
from saleor_influence_app.queries import holdings, statement
from saleor_influence_app.queries.statement import Statement
from saleor_influence_app.social.wire import Wire

router = APIRouter(prefix="/api/shopper")
Her_ = Annotated[Shopper, Depends(signed_in)]
NOT_NOTED: dict[int | str, dict[str, Any]] = {
    202: {"description": "It is gone here, but not noted outside of the database yet; that is tried again."}
}


def wires() -> Wire:
    """FastAPI dependency: the way to the networks; tests put their own in its place."""
    return networks.wire()


def means(
    transaction: Annotated[db.Transaction, Depends(transactions)], wire: Annotated[Wire, Depends(wires)]
) -> Means:
    """FastAPI dependency: what linking works with."""
    return Means(transaction=transaction, wire=wire, now=datetime.now(UTC))


Linking = Annotated[Means, Depends(means)]


@router.get("/about")
def read_about(her: Her_, session: RequestSession, language: Annotated[Name, Query()] = "en") -> About:
    """What this shop asks for, and in which words."""
    chosen = choices.demand_once(session, her.shop_id)
    texts = decisions.wordings(session, her.shop_id, language) if chosen.enabled else []
    return About(
        enabled=chosen.enabled,
        minimum_age=chosen.minimum_age,
        controller_name=chosen.controller_name,
        controller_contact=chosen.controller_contact,
        networks=sorted(chosen.networks) if chosen.enabled else [],
        wordings=[WordingText.model_validate(one, from_attributes=True) for one in texts],
    )


@router.get("/statement")
def read_statement(her: Her_, session: RequestSession) -> Statement:
    """What is held of her and what follows from it: every number and its rows."""
    return statement.statement(session, her.shop_id, her.customer_id)


@router.get("/export")
def export_holdings(her: Her_, session: RequestSession) -> dict[str, Any]:
    """Everything that is held of her, table by table."""
    return holdings.holdings(session, her.shop_id, her.customer_id)


@router.post("/consents", status_code=204)
def give_consent(given: ConsentInput, her: Her_, session: RequestSession) -> None:
    """She agrees."""
    yes = decisions.Yes(
        purpose=_purpose(given.purpose),
        network=given.network,
        version=given.wording_version,
        language=given.language,
        old_enough=given.old_enough,
    )
    decisions.give(session, her.shop_id, her.customer_id, yes=yes)


@router.delete("/consents", status_code=204, responses=NOT_NOTED)
def withdraw_consent(
    her: Her_,
    session: RequestSession,
    *,
    response: Response,
    purpose: Annotated[Name, Query()],
    network: Annotated[Name | None, Query()] = None,
) -> None:
    """She no longer agrees; what rested on it is gone when this is answered."""
    decisions.withdraw(session, her.shop_id, her.customer_id, purpose=_purpose(purpose), network=network)
    _say_whether_noted(session, her, response)


@router.post("/links", status_code=201)
async def begin_link(given: LinkInput, her: Her_, *, request: Request, means: Linking) -> LinkBegun:
    """Linking has begun: this is what she must do to prove that the profile is hers."""
    page = page_url(request)
    wish = Wish(
        network=given.network,
        handle=given.handle,
        method=given.method,
        return_url=given.return_url or f"{page}/return",
        page_url=page,
    )
    await run_in_threadpool(_check_return, means, her, wish, own=addresses(request).iframe_url)
    who = Her(shop_id=her.shop_id, customer_id=her.customer_id)
    begun = await NETWORKS.call(linking.begin, means, who, wish)
    return LinkBegun.model_validate(begun, from_attributes=True)


@router.post("/links/finish", status_code=204)
async def finish_link(given: FinishInput, her: Her_, means: Linking) -> None:
    """The profile is linked, if it has been proven to be hers."""
    who = Her(shop_id=her.shop_id, customer_id=her.customer_id)
    if given.state is not None and given.code is not None:
        await NETWORKS.call(linking.finish_oauth, means, who, state=given.state, code=given.code)
    elif given.link_id is not None:
        await NETWORKS.call(linking.finish_proof, means, who, link_id=given.link_id)
    else:
        raise InputInvalid("Give state and code, or link_id.")


@router.post("/profiles/{network}/not-me", status_code=204, responses=NOT_NOTED)
def say_not_me(network: Name, her: Her_, *, session: RequestSession, response: Response) -> None:
    """The profile is not hers: it is gone, with all that rested on it."""
    profiles.not_me(session, her.shop_id, her.customer_id, network=network)
    _say_whether_noted(session, her, response)


@router.post("/erase", responses=NOT_NOTED)
def erase_everything(her: Her_, session: RequestSession, response: Response) -> Certificate:
    """Delete everything that names the shopper, and return a certificate of what was deleted.

    Their orders stay with the shop, without a name, and nothing is computed of them.
    """
    certificate = erasure.erase(session, her.shop_id, her.customer_id)
    _say_whether_noted(session, her, response)
    return Certificate.model_validate(certificate)


@router.post("/contests", status_code=201)
def contest(given: ContestInput, her: Her_, session: RequestSession) -> dict[str, int]:
    """Staff will read it."""
    number = decisions.contest(session, her.shop_id, her.customer_id, text=given.text)
    return {"id": number}


@router.get("/invitation")
def read_invitation(
    her: Her_, session: RequestSession, token: Annotated[str, Query(min_length=3, max_length=200)]
) -> InvitationShown:
    """What the address that staff sent her invites her to; it opens nothing that her session does not."""
    row = invitations.find(session, her.shop_id, token)
    if row is None or row.customer_id != her.customer_id:
        raise InputInvalid("This invitation is over, or is somebody else's.")
    return InvitationShown(network=row.network, handle=row.handle)


def _say_whether_noted(session: Session, her: Shopper, response: Response) -> None:
    if not tombstones.is_noted(session, her.shop_id, her.customer_id):
        response.status_code = 202


def _purpose(name: str) -> str:
    if name not in {"link", "score", "perks", "outreach"}:
        raise InputInvalid("There is no such purpose.")
    return name


def _check_return(means: Means, her: Shopper, wish: Wish, *, own: str) -> None:
    """A browser is sent back to pages of this app or of the shop's storefronts alone."""
    parts = urlsplit(wish.return_url)
    origin = f"{parts.scheme}://{parts.netloc}"
    if origin == "{0.scheme}://{0.netloc}".format(urlsplit(own)):
        return
    with means.transaction() as session:
        if origin not in choices.read(session, her.shop_id).storefront_origins:
            raise InputInvalid("return_url is on no page that the shop has named.")
