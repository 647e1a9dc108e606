"""Perk programmes: planned, started and ended by who may manage discounts."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import PlainTextResponse
from pydantic import BaseModel, ConfigDict, Field

from saleor_influence_app.api.auth import StaffMember, staff
from saleor_influence_app.api.base_url import addresses
from saleor_influence_app.api.inputs import Code, CustomerId, Limit, Offset, RowId
from saleor_influence_app.api.session import RequestSession, SnapshotSession
from saleor_influence_app.fields import Exact, Id, Moment
from saleor_influence_app.perks import grants, programmes, top_ups
from saleor_influence_app.perks.programmes import ProgrammeWanted
from saleor_influence_app.queries import (
    beta_invites,
    grants_export,
    perk_check,
    perk_holders,
    perk_kinds,
    perk_uses,
    perks,
    rewards,
)
from saleor_influence_app.queries.api_model import ApiModel
from saleor_influence_app.queries.beta_invites import BetaAnswers
from saleor_influence_app.queries.perk_check import ProgrammeCheck
from saleor_influence_app.queries.perk_holders import Holder
from saleor_influence_app.queries.perk_kinds import PerkKind
from saleor_influence_app.queries.perk_uses import GrantAnswer, PerkUsePage, UseAnswer
from saleor_influence_app.queries.perks import GrantPage, Programme, ProgrammePage
from saleor_influence_app.queries.rewards import RewardPage

router = APIRouter()
Member = Annotated[StaffMember, Depends(staff("MANAGE_DISCOUNTS"))]
MOST_HOLDERS = 5
MOST_GIVEN = 100
"""Customers in one request: as many as a page of Saleor's list."""


class ExtensionInput(BaseModel):
    """A programme's new last day."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    ends_at: Moment


class GrantInput(BaseModel):
    """Who is given a perk by hand."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    customer_id: CustomerId


class GrantsInput(BaseModel):
    """Who is given a perk by hand, together; with `only_look` nobody is."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    customer_ids: Annotated[list[CustomerId], Field(min_length=1, max_length=MOST_GIVEN)]
    only_look: Annotated[bool, Field(strict=True)] = False


class ReplacementInput(BaseModel):
    """Which code is to be replaced: the one that was given then, so that a repeat replaces nothing."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    given_at: Moment


class TopUpInput(BaseModel):
    """What is added to one gift card of a programme, or to all of them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    amount: Annotated[Exact, Field(gt=0, max_digits=12, decimal_places=3)]
    key: Annotated[Id, Field(min_length=8)]
    """Of this request: sent again, it adds nothing."""
    card_id: Id | None = None


class TopUpAnswer(ApiModel):
    """To how many cards something is added."""

    cards: int


@router.get("/api/perks/kinds")
def list_perk_kinds(member: Member, session: RequestSession) -> list[PerkKind]:
    """List the kinds of perk, how hard each binds, and whether the shop can have it."""
    return perk_kinds.kinds(session, member.shop_id)


@router.get("/api/perks")
def list_perks(
    member: Member,
    session: RequestSession,
    *,
    voucher_id: Annotated[Id | None, Query()] = None,
    limit: Limit = 20,
    offset: Offset = 0,
) -> ProgrammePage:
    """List perk programmes, the newest first: all, or the one that made the voucher."""
    return perks.programmes_of(session, member.shop_id, external_id=voucher_id, page=(offset, limit))


@router.post("/api/perks", status_code=201)
def create_perk(given: ProgrammeWanted, member: Member, session: RequestSession) -> Programme:
    """Keep a draft of a programme; nobody gets anything yet."""
    programme_id = programmes.create(session, member.shop_id, given, made_by=member.user_id)
    return perks.programme(session, member.shop_id, programme_id)


@router.get("/api/perks/grants")
def list_customer_perks(  # noqa: PLR0913 - each is one part of the query string
    member: Member,
    session: RequestSession,
    *,
    request: Request,
    customer_id: Annotated[CustomerId, Query()],
    limit: Limit = 20,
    offset: Offset = 0,
) -> GrantPage:
    """List the programmes that a customer was drawn for."""
    base = addresses(request).iframe_url
    return perks.grants(session, member.shop_id, customer_id=customer_id, page=(offset, limit), base=base)


@router.post("/api/perks/grants/{grant_id}/take-back", status_code=204)
def take_back_perk(grant_id: RowId, member: Member, session: RequestSession) -> None:
    """Take a perk back from a customer."""
    grants.take_back(session, member.shop_id, grant_id)


@router.post("/api/perks/grants/{grant_id}/replace-code", status_code=204)
def replace_perk_code(
    grant_id: RowId, given: ReplacementInput, *, member: Member, session: RequestSession
) -> None:
    """Give a customer another code in place of theirs, which is deleted in Saleor and credited no more."""
    grants.replace_code(session, member.shop_id, grant_id, given_at=given.given_at)


@router.get("/api/perks/uses")
def list_perk_uses(
    member: Member, session: RequestSession, *, limit: Limit = 20, offset: Offset = 0
) -> PerkUsePage:
    """List orders in which a perk was used, the newest first, also by somebody else than its owner."""
    return perk_uses.uses_of(session, member.shop_id, page=(offset, limit))


@router.get("/api/perks/{programme_id}")
def read_perk(programme_id: RowId, member: Member, session: RequestSession) -> Programme:
    """Return a programme, with what it gave and what came of it."""
    return perks.programme(session, member.shop_id, programme_id)


@router.put("/api/perks/{programme_id}")
def change_perk(
    programme_id: RowId, given: ProgrammeWanted, *, member: Member, session: RequestSession
) -> Programme:
    """Change a draft."""
    programmes.change(session, member.shop_id, programme_id, wanted=given)
    return perks.programme(session, member.shop_id, programme_id)


@router.delete("/api/perks/{programme_id}", status_code=204)
def delete_perk(programme_id: RowId, member: Member, session: RequestSession) -> None:
    """Delete a draft."""
    programmes.delete(session, member.shop_id, programme_id)


@router.get("/api/perks/{programme_id}/check")
def check_perk(programme_id: RowId, member: Member, session: SnapshotSession) -> ProgrammeCheck:
    """Return who would get a draft's perk if it started now, who would be held out, and what to mind."""
    return perk_check.check(session, member.shop_id, programme_id)


@router.post("/api/perks/{programme_id}/start")
def start_perk(programme_id: RowId, member: Member, session: RequestSession) -> Programme:
    """Start a draft, or resume a paused programme: customers are drawn, and Saleor is told."""
    programmes.start(session, member.shop_id, programme_id)
    return perks.programme(session, member.shop_id, programme_id)


@router.post("/api/perks/{programme_id}/pause")
def pause_perk(programme_id: RowId, member: Member, session: RequestSession) -> Programme:
    """Draw nobody new, and stop what can be stopped, until it is started again."""
    programmes.pause(session, member.shop_id, programme_id)
    return perks.programme(session, member.shop_id, programme_id)


@router.post("/api/perks/{programme_id}/end")
def end_perk(programme_id: RowId, member: Member, session: RequestSession) -> Programme:
    """End a programme for good."""
    programmes.end(session, member.shop_id, programme_id)
    return perks.programme(session, member.shop_id, programme_id)


@router.post("/api/perks/{programme_id}/extend")
def extend_perk(
    programme_id: RowId, given: ExtensionInput, *, member: Member, session: RequestSession
) -> Programme:
    """Give a programme another last day."""
    programmes.extend(session, member.shop_id, programme_id, ends_at=given.ends_at)
    return perks.programme(session, member.shop_id, programme_id)


@router.post("/api/perks/{programme_id}/duplicate", status_code=201)
def duplicate_perk(programme_id: RowId, member: Member, session: RequestSession) -> Programme:
    """Make a draft of a programme's plan, with lots of its own."""
    made = programmes.duplicate(session, member.shop_id, programme_id, made_by=member.user_id)
    return perks.programme(session, member.shop_id, made)


@router.get("/api/perks/{programme_id}/grants")
def list_perk_grants(  # noqa: PLR0913 - each is one part of the request
    programme_id: RowId,
    member: Member,
    session: RequestSession,
    *,
    request: Request,
    limit: Limit = 20,
    offset: Offset = 0,
) -> GrantPage:
    """List who was drawn for a programme."""
    base = addresses(request).iframe_url
    return perks.grants(session, member.shop_id, programme_id=programme_id, page=(offset, limit), base=base)


@router.get("/api/perks/{programme_id}/holders")
def list_perk_holders(programme_id: RowId, member: Member, session: RequestSession) -> list[Holder]:
    """List the five customers whose perk of this programme was used most; who did not use it is not there."""
    return perk_holders.most_used(session, member.shop_id, programme_id, most=MOST_HOLDERS)


@router.get("/api/perks/{programme_id}/rewards")
def list_perk_rewards(
    programme_id: RowId, member: Member, session: RequestSession, *, limit: Limit = 20, offset: Offset = 0
) -> RewardPage:
    """List what senders of referral links got for friends' orders, and why others got nothing."""
    return rewards.of_programme(session, member.shop_id, programme_id, page=(offset, limit))


@router.get("/api/perks/{programme_id}/answers")
def read_beta_answers(programme_id: RowId, member: Member, session: SnapshotSession) -> BetaAnswers:
    """Return where a beta's invitations stand and what was answered: counted, and of five answers or more."""
    return beta_invites.answers(session, member.shop_id, programme_id)


@router.get("/api/perks/{programme_id}/answers/export", response_class=PlainTextResponse)
def export_beta_answers(programme_id: RowId, member: Member, session: SnapshotSession) -> PlainTextResponse:
    """Export a beta's answers as a CSV, without names."""
    text = beta_invites.as_csv(session, member.shop_id, programme_id)
    return PlainTextResponse(text, media_type="text/csv")


@router.get("/api/perks/{programme_id}/grants/export", response_class=PlainTextResponse)
def export_perk_grants(programme_id: RowId, member: Member, session: RequestSession) -> PlainTextResponse:
    """Export who was given a programme's perk as a CSV; who was held out is not in it."""
    return PlainTextResponse(
        grants_export.as_csv(session, member.shop_id, programme_id), media_type="text/csv"
    )


@router.post("/api/perks/{programme_id}/grants", status_code=204)
def give_perk(programme_id: RowId, given: GrantInput, *, member: Member, session: RequestSession) -> None:
    """Give a running programme's perk to one customer by hand; 422 with the reason where that cannot be."""
    grants.give(session, member.shop_id, programme_id, customer_id=given.customer_id)


@router.post("/api/perks/{programme_id}/grants/each")
def give_perk_to_each(
    programme_id: RowId, given: GrantsInput, *, member: Member, session: RequestSession
) -> list[GrantAnswer]:
    """Give a running programme's perk to several customers by hand; says for each why not."""
    answers = grants.give_each(
        session, member.shop_id, programme_id, customer_ids=given.customer_ids, only_look=given.only_look
    )
    return [
        GrantAnswer(
            customer_id=customer_id,
            refusal=None if found is None else found.reason,
            text=None if found is None else found.words,
        )
        for customer_id, found in answers
    ]


@router.get("/api/perks/{programme_id}/use")
def read_perk_use(
    programme_id: RowId,
    member: Member,
    session: RequestSession,
    *,
    customer_id: Annotated[CustomerId, Query()],
    code: Annotated[Code | None, Query()] = None,
) -> UseAnswer:
    """Return whether a customer can use the programme's perk, or this code of it, and if not, why."""
    return perk_uses.use_of(session, member.shop_id, programme_id, customer_id=customer_id, code=code)


@router.post("/api/perks/{programme_id}/top-ups")
def top_up_gift_cards(
    programme_id: RowId, given: TopUpInput, *, member: Member, session: RequestSession
) -> TopUpAnswer:
    """Add an amount to one gift card of a programme that runs, or to all; 422 beyond the budget."""
    count = top_ups.top_up(
        session, member.shop_id, programme_id, amount=given.amount, key=given.key, card_id=given.card_id
    )
    return TopUpAnswer(cards=count)
