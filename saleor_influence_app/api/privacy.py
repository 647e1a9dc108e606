"""The shop's privacy settings and papers, and what customers say is wrong."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import PlainTextResponse
from pydantic import BaseModel, ConfigDict, StringConstraints

from saleor_influence_app.api.auth import StaffMember, staff
from saleor_influence_app.api.base_url import addresses
from saleor_influence_app.api.inputs import RowId
from saleor_influence_app.api.session import RequestSession, SnapshotSession
from saleor_influence_app.consent import agreements, privacy_settings, reports
from saleor_influence_app.consent.agreements import AskedAgain
from saleor_influence_app.consent.languages import ENGLISH, Language
from saleor_influence_app.consent.privacy_settings import PrivacySettings, PrivacySettingsInput
from saleor_influence_app.consent.reports import ReportKind
from saleor_influence_app.fields import Storable
from saleor_influence_app.queries import rights
from saleor_influence_app.queries.rights import ContestForStaff
from saleor_influence_app.rights import contests
from saleor_influence_app.rights.contests import Decided, Outcome

router = APIRouter()
Member = Annotated[StaffMember, Depends(staff("MANAGE_USERS"))]
Writer = Annotated[StaffMember, Depends(staff("MANAGE_APPS"))]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000), Storable]


class AnswerInput(BaseModel):
    """What staff answer, and decide where something can be corrected."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: Text
    outcome: Outcome | None = None


@router.get("/api/privacy-settings")
def read_privacy_settings(member: Member, session: RequestSession) -> PrivacySettings:
    """Return the privacy settings, and who confirmed them when."""
    return privacy_settings.read(session, member.shop_id)


@router.put("/api/privacy-settings")
def confirm_privacy_settings(
    wanted: PrivacySettingsInput, member: Writer, session: RequestSession
) -> PrivacySettings:
    """Confirm the privacy settings in the name of the admin who sends them."""
    return privacy_settings.confirm(session, member.shop_id, wanted, user_id=member.user_id)


@router.get("/api/privacy-settings/asked-again")
def read_asked_again(member: Member, session: RequestSession) -> AskedAgain:
    """Return how many people agreed to narrower settings than the confirmed ones."""
    return agreements.count(session, member.shop_id, privacy_settings.read(session, member.shop_id))


@router.post("/api/privacy-settings/asked-again")
def preview_asked_again(wanted: PrivacySettingsInput, member: Member, session: SnapshotSession) -> AskedAgain:
    """Return how many people would be asked again if these settings were confirmed; stores nothing."""
    chosen = PrivacySettings.model_validate(wanted.model_dump())
    return agreements.count(session, member.shop_id, chosen)


@router.get("/api/privacy-papers", response_class=PlainTextResponse)
def read_privacy_paper(
    request: Request,
    member: Member,
    session: RequestSession,
    *,
    kind: Annotated[ReportKind, Query()],
    language: Annotated[Language, Query()] = ENGLISH,
) -> PlainTextResponse:
    """Return a document for the present configuration: notice, assessment, record or DPIA."""
    base = addresses(request).iframe_url
    return PlainTextResponse(reports.paper(session, member.shop_id, kind, language=language, base_url=base))


@router.get("/api/contests")
def list_contests(
    member: Member, session: RequestSession, *, is_open: Annotated[bool, Query(alias="open")] = True
) -> list[ContestForStaff]:
    """List what customers contest, and until when it must be answered."""
    return rights.contests(session, member.shop_id, is_open=is_open)


@router.put("/api/contests/{contest_id}/answer", status_code=204)
def answer_contest(
    contest_id: RowId,
    given: AnswerInput,
    *,
    member: Member,
    session: RequestSession,
) -> None:
    """Answer a contest on the customer's page. What is accepted is corrected from the next run on."""
    decided = Decided(given.text, given.outcome, member.user_id)
    contests.decide(session, member.shop_id, contest_id, decided=decided)
