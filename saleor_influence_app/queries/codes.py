"""Voucher codes that belong to one customer."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from saleor_influence_app import models
from saleor_influence_app.queries import code_uses
from saleor_influence_app.queries.api_model import ApiModel
from saleor_influence_app.queries.code_uses import CodeUses


class CodeLeak(ApiModel):
    """Since when a code's orders are credited to nobody, and why."""

    since: datetime
    reason: str
    expected: float | None
    seen: int | None


class PersonalCode(ApiModel):
    """A code, whose it is and since when, and whether it leaks."""

    code: str
    customer_id: str
    valid_from: datetime
    leak: CodeLeak | None = None
    replaced_at: datetime | None = None
    """When its owner got another one."""
    grant_id: int | None = None
    """Of a programme's code, by which it can be replaced."""
    given_at: datetime | None = None
    uses: CodeUses = code_uses.NONE


class PersonalCodePage(ApiModel):
    """Some codes, and how many there are in all."""

    total: int
    codes: list[PersonalCode]


def personal_codes(
    session: Session,
    shop_id: int,
    *,
    customer_id: str | None = None,
    among: Sequence[str] = (),
    page: tuple[int, int],
) -> PersonalCodePage:
    """Which codes are personal, of all customers or of one, `among` these? `page` is (offset, limit)."""
    wanted = [models.PersonalCode.shop_id == shop_id]
    if customer_id is not None:
        wanted.append(models.PersonalCode.customer_id == customer_id)
    if among:
        wanted.append(models.PersonalCode.code.in_(among))
    total = session.scalar(select(func.count()).select_from(models.PersonalCode).where(*wanted)) or 0
    leaks = and_(
        models.CodeLeak.shop_id == models.PersonalCode.shop_id,
        models.CodeLeak.code == models.PersonalCode.code,
        models.CodeLeak.until.is_(None),
    )
    given = and_(
        models.PerkGrant.shop_id == models.PersonalCode.shop_id,
        models.PerkGrant.code == models.PersonalCode.code,
        models.PerkGrant.state == models.GrantState.GIVEN,
    )
    ordered = select(models.PersonalCode, models.CodeLeak, models.PerkGrant).where(*wanted)
    ordered = ordered.outerjoin(models.CodeLeak, leaks).outerjoin(models.PerkGrant, given)
    found = session.execute(ordered.order_by(models.PersonalCode.code).offset(page[0]).limit(page[1])).all()
    uses = code_uses.uses_of(session, shop_id, [code.code for code, *_ in found])
    return PersonalCodePage(total=total, codes=[_shown(*row, uses=uses) for row in found])


def _shown(
    code: models.PersonalCode,
    leak: models.CodeLeak | None,
    grant: models.PerkGrant | None,
    *,
    uses: dict[str, CodeUses],
) -> PersonalCode:
    replaced_at = None if leak is None else leak.replaced_at
    return PersonalCode(
        code=code.code,
        customer_id=code.customer_id,
        valid_from=code.valid_from,
        leak=None if leak is None or replaced_at is not None else CodeLeak.model_validate(leak),
        replaced_at=replaced_at,
        grant_id=None if grant is None else grant.id,
        given_at=None if grant is None else grant.given_at,
        uses=uses.get(code.code, code_uses.NONE),
    )
