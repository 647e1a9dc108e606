"""Personal discount codes as a kind of perk."""

import secrets
from collections.abc import Sequence
from decimal import Decimal
from typing import ClassVar

from sqlalchemy import Select, and_, delete, func, select
from sqlalchemy.orm import Session

from saleor_influence_app.models import Order, PerkGrant, PerkProgramme, PersonalCode
from saleor_influence_app.perks.strategies.discount_code.terms import CodeTerms
from saleor_influence_app.perks.strategies.discount_code.writers import (
    CODES,
    CODES_DELETION,
    VOUCHER,
    CodeDeletionWriter,
    CodesWriter,
    VoucherWriter,
    once_each,
)
from saleor_influence_app.perks.strategy import Bind, Strategy, UsualOrder
from saleor_influence_app.writeback import saleor_writes

LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Without those that are taken for one another."""
LENGTH = 12
"""Random letters of a code: 60 bits."""
BATCH = 500
"""Codes that one request makes: half a second of Saleor's."""


class DiscountCodes(Strategy):
    """One voucher, and a code for each customer."""

    kind = "discount_code"
    title = "Personal discount codes"
    bind = Bind.SOFT
    binding = (
        "Binds softly: each code is random and works once, but whoever learns it before its owner uses it "
        "can use it instead. Saleor has no vouchers that belong to a customer."
    )
    permission = "MANAGE_DISCOUNTS"
    since = (3, 21)
    terms: ClassVar[type[CodeTerms]] = CodeTerms
    takes_off = True
    codes: ClassVar[str] = CODES
    """The kind of write that brings codes to Saleor."""
    writers: ClassVar[saleor_writes.Writers] = {
        VOUCHER: VoucherWriter(),
        CODES: CodesWriter(CodeTerms, limits=once_each),
        CODES_DELETION: CodeDeletionWriter(),
    }

    def currency_of(self, terms: CodeTerms) -> str | None:
        """Return the currency of the channels."""
        return terms.channels[0].currency

    def reserve(self, terms: CodeTerms, usual: UsualOrder, *, uses: int) -> Decimal:
        """Return the amount; of a percentage that of a large order, since Saleor has no ceiling for it."""
        value = max(channel.value for channel in terms.channels)
        each = {
            "fixed": value,
            "percentage": usual.gross * value / 100,
            "free_shipping": usual.shipping,
        }[terms.discount]
        return each * uses

    def summary(self, terms: CodeTerms, currency: str) -> str:
        """Return what is taken off."""
        if terms.discount == "free_shipping":
            return "free shipping"
        values = sorted({channel.value for channel in terms.channels})
        shown = " to ".join(f"{value.normalize():f}" for value in (values[0], values[-1])[: len(values)])
        unit = "%" if terms.discount == "percentage" else currency
        return f"{shown} {unit} off {'some products' if terms.is_of_some else 'an order'}"

    def give(self, session: Session, programme: PerkProgramme, grants: Sequence[PerkGrant]) -> None:
        """Each has a code that nobody knows yet; Saleor learns them in batches."""
        prefix = self.terms.model_validate(programme.terms).prefix
        for grant in grants:
            grant.code = f"{prefix}{'-' if prefix else ''}{_random_letters()}"
        session.flush()
        ids = [grant.id for grant in grants]
        batches = [ids[start : start + BATCH] for start in range(0, len(ids), BATCH)]
        writes = {
            f"{programme.id}:{batch[0]}": {"programme_id": programme.id, "grant_ids": batch}
            for batch in batches
        }
        saleor_writes.stage(session, programme.shop_id, kind=self.codes, writes=writes)

    def change(self, session: Session, programme: PerkProgramme) -> None:
        """The voucher begins and ends with the programme."""
        payload = {"programme_id": programme.id}
        saleor_writes.stage(session, programme.shop_id, kind=VOUCHER, writes={str(programme.id): payload})

    def take_back(self, session: Session, programme: PerkProgramme, grants: Sequence[PerkGrant]) -> None:
        """Their codes are deleted in Saleor, and nobody's here."""
        codes = [grant.code for grant in grants if grant.code is not None]
        session.execute(
            delete(PersonalCode).where(
                PersonalCode.shop_id == programme.shop_id, PersonalCode.code.in_(codes)
            )
        )
        payload = {"programme_id": programme.id, "codes": codes}
        key = f"{programme.id}:{min((grant.id for grant in grants), default=0)}"
        saleor_writes.stage(session, programme.shop_id, kind=CODES_DELETION, writes={key: payload})

    def uses(self, programme: PerkProgramme) -> Select[int, str, Decimal]:
        """Select orders with a code of the programme, and what was taken off them."""
        same = and_(Order.shop_id == PerkGrant.shop_id, Order.voucher_code == PerkGrant.code)
        cost = func.coalesce(Order.voucher_discount, Order.discount, 0).label("cost")
        return (
            select(PerkGrant.id.label("grant_id"), Order.order_id, cost)
            .join(Order, same)
            .where(PerkGrant.programme_id == programme.id)
        )


def _random_letters() -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(LENGTH))


STRATEGY = DiscountCodes()
