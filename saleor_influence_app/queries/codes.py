"""Voucher codes that belong to one customer."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from saleor_influence_app import models
from saleor_influence_app.queries.api_model import ApiModel


class PersonalCode(ApiModel):
    """A code, whose it is and since when."""

    code: str
    customer_id: str
    valid_from: datetime


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
    ordered = select(models.PersonalCode).where(*wanted).order_by(models.PersonalCode.code)
    found = session.scalars(ordered.offset(page[0]).limit(page[1]))
    return PersonalCodePage(total=total, codes=[PersonalCode.model_validate(code) for code in found])
