"""The kinds of perk that there are, each in its folder."""

from collections.abc import Mapping

from saleor_influence_app.errors import InputInvalid
from saleor_influence_app.perks.strategies import (
    beta_invite,
    discount_code,
    gift_card,
    outreach,
    referral,
    shipping,
)
from saleor_influence_app.perks.strategy import Strategy
from saleor_influence_app.writeback.saleor_writes import Writers

KINDS: Mapping[str, Strategy] = {
    one.kind: one
    for one in (
        discount_code.STRATEGY,
        gift_card.STRATEGY,
        shipping.STRATEGY,
        referral.STRATEGY,
        beta_invite.STRATEGY,
        outreach.STRATEGY,
    )
}
WRITERS: Writers = {kind: writer for one in KINDS.values() for kind, writer in one.writers.items()}


def of_kind(kind: str) -> Strategy:
    """Return the kind's strategy; raises `InputInvalid` if there is no such kind."""
    if kind not in KINDS:
        raise InputInvalid(f"There is no such kind of perk; there are {', '.join(KINDS)}.")
    return KINDS[kind]
