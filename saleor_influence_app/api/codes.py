"""Voucher codes that belong to one customer: redemptions by others are referrals."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict

from saleor_influence_app.api.auth import StaffMember, staff
from saleor_influence_app.api.inputs import Code, CustomerId, Limit, Offset
from saleor_influence_app.api.session import RequestSession
from saleor_influence_app.errors import RowMissing
from saleor_influence_app.fields import Since
from saleor_influence_app.perks import leaks
from saleor_influence_app.queries import codes
from saleor_influence_app.queries.codes import PersonalCode, PersonalCodePage
from saleor_influence_app.targeting import voucher_codes

router = APIRouter()
Member = Annotated[StaffMember, Depends(staff("MANAGE_DISCOUNTS"))]
MOST_CODES = 50


class CodeInput(BaseModel):
    """A code that is all right, whatever its redemptions look like."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: Code


class PersonalCodeInput(BaseModel):
    """Whose a code is; without a date from now on, so that what came before earns nothing."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: Code
    customer_id: CustomerId
    valid_from: Since | None = None


@router.get("/api/personal-codes")
def list_personal_codes(  # noqa: PLR0913 - each is one part of the query string
    member: Member,
    session: RequestSession,
    *,
    customer_id: Annotated[CustomerId | None, Query()] = None,
    code: Annotated[list[Code] | None, Query(max_length=MOST_CODES)] = None,
    limit: Limit = 20,
    offset: Offset = 0,
) -> PersonalCodePage:
    """List personal codes: all, one customer's, or those given as `code` (may be repeated)."""
    return codes.personal_codes(
        session, member.shop_id, customer_id=customer_id, among=code or (), page=(offset, limit)
    )


@router.post("/api/personal-codes", status_code=201)
def assign_personal_code(given: PersonalCodeInput, member: Member, session: RequestSession) -> PersonalCode:
    """Assign a code to a customer; a code that belonged to another customer is moved."""
    valid_from = given.valid_from or datetime.now(UTC)
    code = voucher_codes.assign(
        session, member.shop_id, given.code, customer_id=given.customer_id, valid_from=valid_from
    )
    return PersonalCode(code=code, customer_id=given.customer_id, valid_from=valid_from)


@router.delete("/api/personal-codes", status_code=204)
def release_personal_code(code: Annotated[Code, Query()], member: Member, session: RequestSession) -> None:
    """Take a code back. It is in the query string, since codes may contain a slash."""
    voucher_codes.release(session, member.shop_id, code)


@router.post("/api/personal-codes/clear", status_code=204)
def clear_personal_code(given: CodeInput, member: Member, session: RequestSession) -> None:
    """Credit a paused code again: what was taken for a leak is all right."""
    if not leaks.clear(session, member.shop_id, given.code, now=datetime.now(UTC)):
        raise RowMissing("This code is not paused.")
