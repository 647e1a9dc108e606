"""Personal discount codes as a kind of perk."""

from collections.abc import Sequence
from decimal import Decimal
from typing import ClassVar

from sqlalchemy import Select, delete
from sqlalchemy.orm import Session

from saleor_influence_app.errors import InputInvalid
from saleor_influence_app.models import GrantState, PerkGrant, PerkProgramme, PersonalCode
from saleor_influence_app.perks.strategies.discount_code import codes, shipping_filter
from saleor_influence_app.perks.strategies.discount_code.checkouts import CHECKOUT, CheckoutWriter
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
from saleor_influence_app.perks.strategy import Bind, Bound, Strategy, UsualOrder
from saleor_influence_app.writeback import saleor_writes

BATCH = 500
"""Codes that one request makes: half a second of Saleor's."""
APPLIED_BINDING = (
    "Binds nearly hard: nobody is told the code. The app puts it into its owner's checkouts when they are "
    "signed in, and takes it off everybody else's as soon as Saleor tells of it, mostly within a second. Who "
    "sees the code in an owner's checkout and orders within that moment has the discount: that order is "
    "shown as somebody else's, and nothing is credited for it. While the app cannot be reached nobody gets "
    "the discount, and nothing is taken off."
)


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
    codes: ClassVar[str] = CODES
    """The kind of write that brings codes to Saleor."""
    replaceable = True
    writers: ClassVar[saleor_writes.Writers] = {
        VOUCHER: VoucherWriter(),
        CODES: CodesWriter(CodeTerms, limits=once_each),
        CODES_DELETION: CodeDeletionWriter(),
        CHECKOUT: CheckoutWriter(),
        shipping_filter.SWITCH: shipping_filter.FilterSwitch(),
    }

    def bound(self, terms: CodeTerms) -> Bound:
        """Return that a code everybody may know binds softly, and one that the app applies nearly hard."""
        if not terms.app_applies:
            return Bound(self.bind, self.binding, (self.permission,))
        return Bound(Bind.NEARLY, APPLIED_BINDING, (self.permission, "MANAGE_CHECKOUTS"))

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
        terms = self.terms.model_validate(programme.terms)
        for grant in grants:
            codes.put_new(grant, terms)
        session.flush()
        ids = [grant.id for grant in grants]
        batches = [ids[start : start + BATCH] for start in range(0, len(ids), BATCH)]
        writes = {
            f"{programme.id}:{batch[0]}": {"programme_id": programme.id, "grant_ids": batch}
            for batch in batches
        }
        saleor_writes.stage(session, programme.shop_id, kind=self.codes, writes=writes)
        if terms.app_applies:
            shipping_filter.stage_switch(session, programme.shop_id)

    def change(self, session: Session, programme: PerkProgramme) -> None:
        """The voucher begins and ends with the programme."""
        payload = {"programme_id": programme.id}
        saleor_writes.stage(session, programme.shop_id, kind=VOUCHER, writes={str(programme.id): payload})
        if self.terms.model_validate(programme.terms).app_applies:
            shipping_filter.stage_switch(session, programme.shop_id)

    def take_back(self, session: Session, programme: PerkProgramme, grants: Sequence[PerkGrant]) -> None:
        """Their codes are deleted in Saleor, and nobody's here."""
        now = [word for grant in grants if (word := codes.word_of(grant)) is not None]
        had = [*now, *(word for grant in grants for word in grant.past_codes)]
        session.execute(
            delete(PersonalCode).where(PersonalCode.shop_id == programme.shop_id, PersonalCode.code.in_(had))
        )
        payload = {"programme_id": programme.id, "codes": now}
        key = f"{programme.id}:{min((grant.id for grant in grants), default=0)}"
        saleor_writes.stage(session, programme.shop_id, kind=CODES_DELETION, writes={key: payload})

    def replace(self, session: Session, programme: PerkProgramme, grant: PerkGrant) -> None:
        """The customer has a new code once Saleor knows it, and the old one is deleted there."""
        old = codes.word_of(grant)
        if old is None:
            raise InputInvalid("This customer has no code yet.")
        grant.past_codes = [*grant.past_codes, old]
        codes.put_new(grant, self.terms.model_validate(programme.terms))
        grant.state = GrantState.STAGED
        session.flush()
        key = f"{programme.id}:{grant.id}:{len(grant.past_codes)}"
        made = {"programme_id": programme.id, "grant_ids": [grant.id]}
        saleor_writes.stage(session, programme.shop_id, kind=self.codes, writes={key: made})
        gone = {"programme_id": programme.id, "codes": [old]}
        saleor_writes.stage(session, programme.shop_id, kind=CODES_DELETION, writes={key: gone})

    def uses(self, programme: PerkProgramme) -> Select[int, str, Decimal]:
        """Select orders with a code of the programme, and what was taken off them."""
        return codes.orders_of(programme)


STRATEGY = DiscountCodes()
