"""The shopper's own API: what is held of them, and their power over it; storefronts may draw a page on it."""

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import JSONResponse
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool

from saleor_influence_app import db
from saleor_influence_app.api.auth import transactions
from saleor_influence_app.api.base_url import addresses
from saleor_influence_app.api.inputs import RowId
from saleor_influence_app.api.outside import NETWORKS
from saleor_influence_app.api.session import RequestSession, Transactions
from saleor_influence_app.api.shopper_auth import Shopper, page_url, signed_in, with_account
from saleor_influence_app.api.shopper_shapes import (
    About,
    AnswersInput,
    Certificate,
    ConsentAskedAgain,
    ConsentInput,
    ContestInput,
    CountryAge,
    FinishInput,
    InvitationShown,
    LinkBegun,
    LinkInput,
    Name,
    Receipt,
    TextsChanged,
    WordingText,
)
from saleor_influence_app.api.shopper_statement import ShopperStatement, statement_of
from saleor_influence_app.consent import ages, agreements, privacy_settings, receipts, wording
from saleor_influence_app.consent.languages import ENGLISH
from saleor_influence_app.consent.privacy_settings import PrivacySettings
from saleor_influence_app.consent.wording import Wording
from saleor_influence_app.errors import InputInvalid, RowMissing
from saleor_influence_app.perks import grants
from saleor_influence_app.profiles import (
    decisions,
    invitations,
    linking,
    network_clients,
    pending_links,
    profiles,
)
from saleor_influence_app.profiles.linking import LinkContext, LinkRequest
from saleor_influence_app.queries import personal_data_export
from saleor_influence_app.queries.data_subject_report import Standing
from saleor_influence_app.rights import contests, register, standing, subjects
from saleor_influence_app.rights.contests import ContestedFact
from saleor_influence_app.shops import tombstones
from saleor_influence_app.social.http_client import RateLimitedHttp

router = APIRouter(prefix="/api/shopper")
SignedIn = Annotated[Shopper, Depends(signed_in)]
"""An account or a guest."""
ShopperWithAccount = Annotated[Shopper, Depends(with_account)]
NOT_NOTED: dict[int | str, dict[str, Any]] = {
    202: {"description": "It is gone here, but not noted outside of the database yet; that is tried again."}
}


def network_http() -> RateLimitedHttp:
    """FastAPI dependency: the way to the networks; tests put their own in its place."""
    return network_clients.http()


def context(
    transaction: Annotated[db.Transaction, Depends(transactions)],
    http: Annotated[RateLimitedHttp, Depends(network_http)],
) -> LinkContext:
    """FastAPI dependency: what linking works with."""
    return LinkContext(transaction=transaction, http=http, now=datetime.now(UTC))


Linking = Annotated[LinkContext, Depends(context)]


@router.get("/about")
def read_about(
    shopper: SignedIn, session: RequestSession, language: Annotated[Name, Query()] = ENGLISH
) -> About:
    """Return what is switched on in this shop, and the texts that can be agreed to."""
    chosen = privacy_settings.read(session, shopper.shop_id)
    texts = (
        decisions.wordings(session, shopper.shop_id, language)
        if chosen.enabled and not shopper.by_link
        else []
    )
    return About(
        enabled=chosen.enabled,
        is_guest=subjects.is_guest(shopper.customer_id),
        by_link=shopper.by_link,
        minimum_age=ages.asked(chosen.minimum_age, chosen.countries),
        countries=_countries(chosen),
        controller_name=chosen.controller_name,
        controller_contact=chosen.controller_contact,
        networks=sorted(chosen.networks) if chosen.enabled else [],
        wordings=_texts(texts),
        asked_again=_asked_again(session, shopper, chosen),
    )


@router.get("/statement")
def read_statement(shopper: SignedIn, session: RequestSession, request: Request) -> ShopperStatement:
    """Return what is held of the shopper and what follows from it: every number with its rows."""
    base = addresses(request).iframe_url
    return statement_of(session, shopper.shop_id, shopper.customer_id, base=base)


@router.get("/standing")
def read_standing(shopper: SignedIn, session: RequestSession) -> Standing:
    """Return the shopper's four states: objection, erasure, linked networks and consents."""
    return Standing.model_validate(asdict(standing.standing(session, shopper.shop_id, shopper.customer_id)))


@router.get("/export")
def export_holdings(shopper: SignedIn, session: RequestSession, transaction: Transactions) -> dict[str, Any]:
    """Export everything held of the shopper, table by table; the register notes it once a day."""
    found = personal_data_export.holdings(session, shopper.shop_id, shopper.customer_id)
    with transaction() as writing:
        register.note_export(writing, shopper.shop_id, shopper.customer_id, by=_by(shopper))
    return found


@router.post("/objection", status_code=204, responses=NOT_NOTED)
def object_to_use(shopper: SignedIn, session: RequestSession, response: Response) -> None:
    """Object: nothing is computed of the shopper any more; what was is deleted when this answers."""
    register.object_(session, shopper.shop_id, shopper.customer_id, by=_by(shopper))
    _say_whether_noted(session, shopper, response)


@router.delete("/objection", status_code=204, responses=NOT_NOTED)
def take_part_again(shopper: SignedIn, session: RequestSession, response: Response) -> None:
    """End an objection; what was erased stays erased."""
    if not register.take_part_again(session, shopper.shop_id, shopper.customer_id, by=_by(shopper)):
        raise RowMissing("You have not objected: you take part.")
    _say_whether_noted(session, shopper, response)


@router.post("/consents", status_code=204, responses={409: {"model": TextsChanged}}, response_model=None)
def give_consent(
    given: ConsentInput, shopper: ShopperWithAccount, session: RequestSession
) -> JSONResponse | None:
    """Agree to the text that was shown; 409 with the current texts if it has changed."""
    yes = decisions.ConsentGrant(
        purpose=wording.purpose_of(given.purpose),
        network=given.network,
        text_hash=given.text_hash,
        language=given.language,
        old_enough=given.old_enough,
        country=given.country,
    )
    try:
        decisions.give(session, shopper.shop_id, shopper.customer_id, yes=yes)
    except decisions.TextChanged as changed:
        error = {"code": changed.code, "message": changed.message}
        answer = TextsChanged(error=error, wordings=_texts(changed.wordings))
        return JSONResponse(answer.model_dump(), changed.status)
    return None


@router.get("/consents/{number}/receipt")
def read_receipt(number: RowId, shopper: SignedIn, session: RequestSession) -> Receipt:
    """Return a signed receipt of a decision; `./influence consent verify --receipt` checks it."""
    return Receipt.model_validate(
        receipts.receipt(session, shopper.shop_id, shopper.customer_id, number=number)
    )


@router.delete("/consents", status_code=204, responses=NOT_NOTED)
def withdraw_consent(
    shopper: SignedIn,
    session: RequestSession,
    *,
    response: Response,
    purpose: Annotated[Name, Query()],
    network: Annotated[Name | None, Query()] = None,
) -> None:
    """Withdraw a consent; what rested on it is deleted when this answers."""
    decisions.withdraw(
        session, shopper.shop_id, shopper.customer_id, purpose=wording.purpose_of(purpose), network=network
    )
    _say_whether_noted(session, shopper, response)


@router.post("/perks/{grant_id}/accept", status_code=204)
def accept_perk(grant_id: RowId, shopper: SignedIn, session: RequestSession) -> None:
    """Say yes to an invitation: the seat is theirs, or they wait for one; the statement says which."""
    grants.accept(session, shopper.shop_id, grant_id, customer_id=shopper.customer_id)


@router.post("/perks/{grant_id}/answers", status_code=204)
def answer_perk(grant_id: RowId, given: AnswersInput, *, shopper: SignedIn, session: RequestSession) -> None:
    """Answer the questions of a beta, in place of what was answered before."""
    grants.answer(session, shopper.shop_id, grant_id, customer_id=shopper.customer_id, answers=given.answers)


@router.post("/perks/{grant_id}/decline", status_code=204)
def decline_perk(grant_id: RowId, shopper: SignedIn, session: RequestSession) -> None:
    """Do not want a perk, for good: it is taken off the shopper, and never given again."""
    grants.decline(session, shopper.shop_id, grant_id, customer_id=shopper.customer_id)


@router.post("/links", status_code=201)
async def begin_link(
    given: LinkInput, shopper: ShopperWithAccount, *, request: Request, context: Linking
) -> LinkBegun:
    """Begin linking: answers what the shopper must do to prove that the profile is theirs."""
    page = page_url(request)
    wanted = LinkRequest(
        network=given.network,
        handle=given.handle,
        method=given.method,
        return_url=given.return_url or f"{page}/return",
        page_url=page,
    )
    await run_in_threadpool(_check_return, context, shopper, wanted, own=addresses(request).iframe_url)
    who = pending_links.Shopper(shop_id=shopper.shop_id, customer_id=shopper.customer_id)
    begun = await NETWORKS.call(linking.begin, context, who, wanted)
    return LinkBegun.model_validate(begun, from_attributes=True)


@router.post("/links/finish", status_code=204)
async def finish_link(given: FinishInput, shopper: ShopperWithAccount, context: Linking) -> None:
    """Finish linking: the profile is linked if it has been proven to be theirs."""
    who = pending_links.Shopper(shop_id=shopper.shop_id, customer_id=shopper.customer_id)
    if given.state is not None and given.code is not None:
        await NETWORKS.call(linking.finish_oauth, context, who, state=given.state, code=given.code)
    elif given.link_id is not None:
        await NETWORKS.call(linking.finish_proof, context, who, link_id=given.link_id)
    else:
        raise InputInvalid("Give state and code, or link_id.")


@router.post("/profiles/{network}/not-me", status_code=204, responses=NOT_NOTED)
def say_not_me(network: Name, shopper: SignedIn, *, session: RequestSession, response: Response) -> None:
    """Delete a profile that is not theirs, with all that rested on it."""
    profiles.not_me(session, shopper.shop_id, shopper.customer_id, network=network)
    _say_whether_noted(session, shopper, response)


@router.post("/erase", responses=NOT_NOTED)
def erase_everything(shopper: SignedIn, session: RequestSession, response: Response) -> Certificate:
    """Delete everything that names the shopper, and return a certificate of what was deleted.

    Their orders stay with the shop, without a name, and nothing is computed of them.
    """
    certificate = register.erase(session, shopper.shop_id, shopper.customer_id, by=_by(shopper))
    _say_whether_noted(session, shopper, response)
    return Certificate.model_validate(certificate)


@router.post("/contests", status_code=201)
def contest(given: ContestInput, shopper: SignedIn, session: RequestSession) -> dict[str, int]:
    """Contest something; staff answer within a month, and what they accept is corrected."""
    claim = ContestedFact(given.kind, given.text, given.about)
    number = contests.contest(session, shopper.shop_id, shopper.customer_id, claim=claim)
    return {"id": number}


@router.get("/invitation")
def read_invitation(
    shopper: ShopperWithAccount,
    session: RequestSession,
    token: Annotated[str, Query(min_length=3, max_length=200)],
) -> InvitationShown:
    """Return what an invitation suggests; it grants no access beyond the session's."""
    row = invitations.find(session, shopper.shop_id, token)
    if row is None or row.customer_id != shopper.customer_id:
        raise InputInvalid("This invitation is over, or is somebody else's.")
    return InvitationShown(network=row.network, handle=row.handle)


def _by(shopper: Shopper) -> str:
    return register.GUEST_LINK if shopper.by_link else register.SHOPPER


def _texts(found: list[Wording]) -> list[WordingText]:
    return [WordingText.model_validate(one, from_attributes=True) for one in found]


def _countries(chosen: PrivacySettings) -> list[CountryAge]:
    """Return the countries to choose from; where there is one, nobody is asked."""
    if len(chosen.countries) < 2:  # noqa: PLR2004 - a choice
        return []
    asked = {one: ages.asked(chosen.minimum_age, chosen.countries, one) for one in sorted(chosen.countries)}
    return [CountryAge(country=country, minimum_age=age) for country, age in asked.items()]


def _asked_again(session: Session, shopper: Shopper, chosen: PrivacySettings) -> list[ConsentAskedAgain]:
    """Return the consents of theirs that these settings go beyond."""
    if not chosen.enabled:
        return []
    given = agreements.given(session, shopper.shop_id, chosen=chosen, customer_id=shopper.customer_id)
    return [
        ConsentAskedAgain(
            purpose=one.purpose, network=one.network, changes=changes, paused=not one.stands(chosen)
        )
        for one in given
        if (changes := one.changes(chosen))
    ]


def _say_whether_noted(session: Session, shopper: Shopper, response: Response) -> None:
    if not tombstones.is_noted(session, shopper.shop_id, shopper.customer_id):
        response.status_code = 202


def _check_return(context: LinkContext, shopper: Shopper, wanted: LinkRequest, *, own: str) -> None:
    """A browser is sent back to pages of this app or of the shop's storefronts alone."""
    parts = urlsplit(wanted.return_url)
    origin = f"{parts.scheme}://{parts.netloc}"
    if origin == "{0.scheme}://{0.netloc}".format(urlsplit(own)):
        return
    with context.transaction() as session:
        if origin not in privacy_settings.read(session, shopper.shop_id).storefront_origins:
            raise InputInvalid("return_url is on no page that the shop has named.")
