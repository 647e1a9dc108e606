"""People's rights as staff serve them: the register with its clock, and acts for a customer or guest."""

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, ConfigDict, StringConstraints
from sqlalchemy.orm import Session

from saleor_influence_app.api.auth import StaffMember, staff
from saleor_influence_app.api.inputs import CustomerIdInPath, Limit, Offset, OrderIdInPath, RowId
from saleor_influence_app.api.session import RequestSession, Transactions
from saleor_influence_app.api.shopper_auth import page_url
from saleor_influence_app.consent.languages import ENGLISH
from saleor_influence_app.errors import InputInvalid, RowMissing
from saleor_influence_app.fields import Person, Since, Storable
from saleor_influence_app.queries import personal_data_export
from saleor_influence_app.queries import rights as questions
from saleor_influence_app.queries.api_model import ApiModel
from saleor_influence_app.queries.rights import (
    ContestForStaff,
    CorrectionForStaff,
    RequestKind,
    RightsRequestPage,
    RightsRequestRow,
)
from saleor_influence_app.rights import contests, guest_links, guest_mail, register, standing, subjects
from saleor_influence_app.rights.register import Received

router = APIRouter()
Member = Annotated[StaffMember, Depends(staff("MANAGE_USERS"))]
Note = Annotated[str, StringConstraints(strip_whitespace=True, max_length=1000), Storable]


class RequestInput(BaseModel):
    """A request that came by letter or telephone; `customer` is an id, an address or an order's number."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    customer: Person
    kind: RequestKind
    received: Since | None = None
    """None: today."""
    note: Note = ""


class DoneInput(BaseModel):
    """How it was done."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    note: Note = ""


class ObjectionInput(BaseModel):
    """Why they object, if they said so."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    reason: Note = ""


class RequestNumbers(ApiModel):
    """One for each account of the address."""

    ids: list[int]


class GuestLink(ApiModel):
    """An address to hand to the guest of an order, and nobody else; it opens their page."""

    url: str
    expires_at: datetime


class CustomerRights(ApiModel):
    """Where a customer or guest stands, and what they asked."""

    customer_id: str
    is_guest: bool
    takes_part: bool
    objected_at: datetime | None
    erased_at: datetime | None
    requests: list[RightsRequestRow]
    contests: list[ContestForStaff]
    corrections: list[CorrectionForStaff]


@router.get("/api/rights-requests")
def list_rights_requests(
    member: Member,
    session: RequestSession,
    *,
    is_open: Annotated[bool, Query(alias="open")] = True,
    limit: Limit = 50,
    offset: Offset = 0,
) -> RightsRequestPage:
    """List requests about personal data: open ones by deadline, or all with the log."""
    return questions.requests(session, member.shop_id, is_open=is_open, page=(offset, limit))


@router.post("/api/rights-requests", status_code=201)
def note_rights_request(given: RequestInput, member: Member, session: RequestSession) -> RequestNumbers:
    """Note a request in the register; it must be answered within a month of the day it came."""
    what = Received(given.kind, given.received or datetime.now(UTC), given.note)
    people = subjects.find(session, member.shop_id, given.customer)
    unknown = [one for one in people if not subjects.is_known(session, member.shop_id, one)]
    if unknown:
        raise RowMissing("There is no such customer in this shop.")
    numbers = [register.receive(session, member.shop_id, one, what=what, by=member.user_id) for one in people]
    return RequestNumbers(ids=numbers)


@router.post("/api/rights-requests/{request_id}/done", status_code=204)
def finish_rights_request(
    request_id: RowId, given: DoneInput, *, member: Member, session: RequestSession
) -> None:
    """Mark a request as answered in another way, which the note says."""
    register.finish(session, member.shop_id, request_id, by=member.user_id, note=given.note)


@router.get("/api/customers/{customer_id}/rights")
def read_customer_rights(
    customer_id: CustomerIdInPath, member: Member, session: RequestSession
) -> CustomerRights:
    """Return whether anything is computed of a person, and their requests, contests and corrections."""
    shop_id = member.shop_id
    stands = standing.standing(session, shop_id, customer_id)
    asked = questions.requests(session, shop_id, is_open=False, customer_id=customer_id)
    return CustomerRights(
        customer_id=customer_id,
        is_guest=subjects.is_guest(customer_id),
        takes_part=stands.takes_part,
        objected_at=stands.objected_at,
        erased_at=stands.erased_at,
        requests=asked.requests,
        contests=questions.contests(session, shop_id, is_open=False, customer_id=customer_id),
        corrections=questions.corrections(session, shop_id, customer_id=customer_id),
    )


@router.post("/api/customers/{customer_id}/objection", status_code=204)
def object_for_customer(
    customer_id: CustomerIdInPath, given: ObjectionInput, *, member: Member, session: RequestSession
) -> None:
    """Note an objection: nothing is computed of the person. Only they can take part again."""
    _demand_known(session, member.shop_id, customer_id)
    register.object_(session, member.shop_id, customer_id, by=member.user_id, reason=given.reason)


@router.post("/api/customers/{customer_id}/erasure", status_code=204)
def erase_for_customer(customer_id: CustomerIdInPath, member: Member, session: RequestSession) -> None:
    """Erase what is held of a person who asked for it: no row names them any more."""
    _demand_known(session, member.shop_id, customer_id)
    register.erase(session, member.shop_id, customer_id, by=member.user_id)


@router.get("/api/customers/{customer_id}/export")
def export_for_customer(
    customer_id: CustomerIdInPath, member: Member, session: RequestSession, *, transaction: Transactions
) -> dict[str, Any]:
    """Export everything held of a person, to be handed to them; the register notes it."""
    _demand_known(session, member.shop_id, customer_id)
    found = personal_data_export.holdings(session, member.shop_id, customer_id)
    with transaction() as writing:
        register.note_export(writing, member.shop_id, customer_id, by=member.user_id)
    return found


@router.post("/api/orders/{order_id}/guest-link", status_code=201)
def make_guest_link(
    order_id: OrderIdInPath, member: Member, session: RequestSession, *, request: Request
) -> GuestLink:
    """Make a link for the guest of this order, valid for a day. Check who asks before handing it over."""
    customer_id = subjects.of_order(session, member.shop_id, order_id)
    if not subjects.is_guest(customer_id):
        raise InputInvalid("This order belongs to an account: the customer signs in to the shop.")
    token = guest_links.make(session, member.shop_id, customer_id)
    note = "a link was handed over"
    register.note_done(
        session, member.shop_id, customer_id, kind=register.RequestKind.ACCESS, by=member.user_id, note=note
    )
    url = guest_mail.address(token, page_url(request), api_url=member.api_url, language=ENGLISH)
    return GuestLink(url=url, expires_at=token.expires_at)


@router.delete("/api/corrections/{correction_id}", status_code=204)
def withdraw_correction(correction_id: RowId, member: Member, session: RequestSession) -> None:
    """Take a correction back: later runs no longer apply it."""
    contests.withdraw_correction(session, member.shop_id, correction_id)


def _demand_known(session: Session, shop_id: int, customer_id: str) -> None:
    if not subjects.is_known(session, shop_id, customer_id):
        raise RowMissing("There is no such customer in this shop.")
