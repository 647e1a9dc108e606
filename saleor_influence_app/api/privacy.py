"""The shop's privacy settings and papers, and what customers say is wrong."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import PlainTextResponse
from pydantic import BaseModel, ConfigDict, StringConstraints

from saleor_influence_app.api.auth import StaffMember, staff
from saleor_influence_app.api.inputs import RowId
from saleor_influence_app.api.session import RequestSession, SnapshotSession
from saleor_influence_app.fields import Storable
from saleor_influence_app.pipeline.privacy import agreements, choices, decisions, papers
from saleor_influence_app.pipeline.privacy.agreements import AskedAgain
from saleor_influence_app.pipeline.privacy.choices import PrivacyChoices, PrivacyInput
from saleor_influence_app.pipeline.privacy.papers import Kind, Language
from saleor_influence_app.queries import linked
from saleor_influence_app.queries.linked import ContestForStaff

router = APIRouter()
Member = Annotated[StaffMember, Depends(staff("MANAGE_USERS"))]
Writer = Annotated[StaffMember, Depends(staff("MANAGE_APPS"))]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000), Storable]


class AnswerInput(BaseModel):
    """What staff answer."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: Text


@router.get("/api/privacy-settings")
def read_privacy_settings(member: Member, session: RequestSession) -> PrivacyChoices:
    """Whether social profiles are on, who confirmed it when, and how."""
    return choices.read(session, member.shop_id)


@router.put("/api/privacy-settings")
def confirm_privacy_settings(wanted: PrivacyInput, member: Writer, session: RequestSession) -> PrivacyChoices:
    """The admin who sends this confirms it by name."""
    return choices.confirm(session, member.shop_id, wanted, user_id=member.user_id)


@router.get("/api/privacy-settings/asked-again")
def read_asked_again(member: Member, session: RequestSession) -> AskedAgain:
    """How many people are still on older, narrower settings than the ones that are confirmed."""
    return agreements.count(session, member.shop_id, choices.read(session, member.shop_id))


@router.post("/api/privacy-settings/asked-again")
def preview_asked_again(wanted: PrivacyInput, member: Member, session: SnapshotSession) -> AskedAgain:
    """How many people would be asked again if these settings were confirmed; nothing is stored."""
    chosen = PrivacyChoices.model_validate(wanted.model_dump())
    return agreements.count(session, member.shop_id, chosen)


@router.get("/api/privacy-papers", response_class=PlainTextResponse)
def read_privacy_paper(
    member: Member,
    session: RequestSession,
    *,
    kind: Annotated[Kind, Query()],
    language: Annotated[Language, Query()] = "en",
) -> PlainTextResponse:
    """A paper from the settings as they are: record of processing, DPIA skeleton, or privacy notice."""
    return PlainTextResponse(papers.paper(session, member.shop_id, kind, language=language))


@router.get("/api/contests")
def list_contests(
    member: Member, session: RequestSession, *, is_open: Annotated[bool, Query(alias="open")] = True
) -> list[ContestForStaff]:
    """What customers say is wrong about them."""
    return linked.contests(session, member.shop_id, is_open=is_open)


@router.put("/api/contests/{contest_id}/answer", status_code=204)
def answer_contest(
    contest_id: RowId,
    given: AnswerInput,
    *,
    member: Member,
    session: RequestSession,
) -> None:
    """The customer reads this on her page."""
    decisions.answer(session, member.shop_id, contest_id, text=given.text, user_id=member.user_id)
