"""Profiles for staff: seen with their proof and consent, asked for by invitation, never linked by staff."""

from typing import Annotated

from fastapi import APIRouter, Body, Depends, Query, Request
from pydantic import BaseModel, ConfigDict, StringConstraints

from saleor_influence_app.api.auth import StaffMember, staff
from saleor_influence_app.api.inputs import CustomerIdInPath, Limit, Offset
from saleor_influence_app.api.session import RequestSession
from saleor_influence_app.api.shopper_auth import page_url
from saleor_influence_app.fields import OneLine, Storable
from saleor_influence_app.profiles import invitations
from saleor_influence_app.profiles.invitations import InvitationImport, Invited, Inviter, Suggestion
from saleor_influence_app.queries import link_status
from saleor_influence_app.queries.link_status import CustomerProfiles, LinkPage, LinkStatus

router = APIRouter()
Member = Annotated[StaffMember, Depends(staff("MANAGE_USERS"))]
Name = Annotated[str, StringConstraints(min_length=1, max_length=20), OneLine]
Handle = Annotated[str, StringConstraints(min_length=1, max_length=400), Storable]
CSV = Annotated[bytes, Body(media_type="text/csv", max_length=800_000)]


class InvitationInput(BaseModel):
    """What the customer is invited to link."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    network: Name
    handle: Handle | None = None


@router.get("/api/customers/{customer_id}/profiles")
def list_profiles(customer_id: CustomerIdInPath, member: Member, session: RequestSession) -> CustomerProfiles:
    """Return a customer's profiles with proof and consent; empty where there are none."""
    return link_status.profiles_of(session, member.shop_id, customer_id)


@router.post("/api/customers/{customer_id}/invitations", status_code=201)
def invite_customer(
    customer_id: CustomerIdInPath,
    given: InvitationInput,
    *,
    member: Member,
    session: RequestSession,
    request: Request,
) -> Invited:
    """Make a personal address to send to the customer; only they can link, signed in to the shop."""
    wanted = Suggestion(given.network, given.handle)
    by = Inviter(member.user_id, page_url(request))
    return invitations.invite(session, member.shop_id, customer_id, wanted=wanted, by=by)


@router.post("/api/invitations/import")
def import_invitations(
    given: CSV, member: Member, *, session: RequestSession, request: Request
) -> InvitationImport:
    """Make addresses from a CSV with the columns customer (id or e-mail address), network, handle.

    It links nothing: handles are suggestions to the invited.
    """
    by = Inviter(member.user_id, page_url(request))
    return invitations.invite_csv(session, member.shop_id, given, by=by)


@router.get("/api/links")
def list_links(  # noqa: PLR0913 - each is one part of the query string
    member: Member,
    session: RequestSession,
    *,
    state: Annotated[LinkStatus | None, Query()] = None,
    network: Annotated[Name | None, Query()] = None,
    limit: Limit = 20,
    offset: Offset = 0,
) -> LinkPage:
    """List who is linked, waits or withdrew."""
    return link_status.links(session, member.shop_id, state=state, network=network, page=(offset, limit))
