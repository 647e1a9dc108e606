"""Referral links as a kind of perk: discount codes that many friends may use, and rewards for senders."""

from decimal import Decimal
from typing import Any, ClassVar

from saleor_influence_app.fields import Json
from saleor_influence_app.models import PerkProgramme
from saleor_influence_app.perks.strategies.discount_code.strategy import DiscountCodes
from saleor_influence_app.perks.strategies.discount_code.terms import CodeTerms
from saleor_influence_app.perks.strategies.discount_code.writers import (
    CODES_DELETION,
    VOUCHER,
    CodeDeletionWriter,
    CodesWriter,
    VoucherWriter,
)
from saleor_influence_app.perks.strategies.gift_card.top_ups import TOP_UP, TopUpWriter
from saleor_influence_app.perks.strategies.referral.terms import ReferralTerms
from saleor_influence_app.perks.strategies.referral.writers import REWARD, RewardWriter
from saleor_influence_app.perks.strategy import Bind, UsualOrder
from saleor_influence_app.writeback import saleor_writes

KIND = "referral"
CODES = "referral_codes"


def for_friends(programme: PerkProgramme) -> Json:
    """Each friend may use it once, by their e-mail address; all together as often as the programme says."""
    return {"singleUse": False, "applyOncePerCustomer": True, "usageLimit": programme.most_uses}


class Referrals(DiscountCodes):
    """One voucher, a code to forward for each customer, and a gift card for each friend that it brings."""

    kind = KIND
    title = "Referral links"
    bind = Bind.SOFT
    binding = (
        "Binds softly: a code is made to be passed on, and whoever has it gets the discount once. The reward "
        "binds hard: it is a gift card that Saleor accepts from the sender alone, given after the return "
        "period, and never for an order of their own, of their household or of an earlier customer."
    )
    permission = "MANAGE_GIFT_CARD"
    since = (3, 23)
    most_uses_each = 100
    counts_contacts = True
    terms: ClassVar[type[CodeTerms]] = ReferralTerms
    codes = CODES
    writers: ClassVar[saleor_writes.Writers] = {
        VOUCHER: VoucherWriter(),
        CODES: CodesWriter(ReferralTerms, limits=for_friends),
        CODES_DELETION: CodeDeletionWriter(),
        REWARD: RewardWriter(),
        TOP_UP: TopUpWriter(),
    }

    def reserve(self, terms: Any, usual: UsualOrder, *, uses: int) -> Decimal:
        """Return what as many friends as are rewarded take off, and the rewards."""
        rewards: Decimal = terms.reward * uses
        return super().reserve(terms, usual, uses=uses) + rewards

    def summary(self, terms: Any, currency: str) -> str:
        """Return what friends get, and what the sender."""
        reward = f"{terms.reward.normalize():f} {currency}"
        return f"friends get {super().summary(terms, currency)}, the sender a gift card of {reward} for each"


STRATEGY = Referrals()
