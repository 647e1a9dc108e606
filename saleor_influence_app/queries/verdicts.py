"""What the ledger says of a customer, in sentences for the staff of a shop: plain words, no formula."""

from decimal import Decimal
from typing import Literal

from saleor_influence_app.models import Credit, Evidence, Score
from saleor_influence_app.queries.money import Money, amount

Verdict = Literal["not enough evidence", "buys together", "buys early", "leads", "proven"]
NOT_ENOUGH: Verdict = "not enough evidence"
PROVEN: Verdict = "proven"
LEADS: Verdict = "leads"
WORDS = (
    "no",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)
SET_ASIDE = {
    "code: leaked": "the code leaks, and orders with it are unusual from then on.",
    "code: home": "it comes from the same household, card or mailbox.",
    "code: each other": "the two use one another's codes.",
    "code: strangers": "many people without a tie to them used the code within a few days.",
    "code: again": "this buyer used the code often before; only the first few orders count.",
}
"""Why an order with somebody's code proves nothing, by the row's kind of tie."""
NO_TIES = (
    "Not enough evidence: this needs ties between customers, and none of this customer's has a purchase "
    "to look at yet."
)


EARLY = (
    "Buys early: buys before others who buy the same, more often than chance explains. Nobody is shown to "
    "follow, so nothing is counted; worth inviting to previews."
)


def sentence(
    found: Evidence | None,
    *,
    currency: str,
    gate_open: bool | None,
    score: Score | None = None,
    proof: str | None = None,
) -> str:
    """Return a customer's verdict, or, without a score, a topic's, in plain sentences; `proof` is a trial's.

    Orders with the customer's code are said in any case, and called proof where they prove the verdict.
    """
    parts = [] if proof is None else [proof]
    crv_orders, proven = (0, False) if score is None else (score.crv_orders, score.verdict == PROVEN)
    if crv_orders and proven and proof is None:
        orders = "1 order of somebody else" if crv_orders == 1 else f"{crv_orders:,} orders of others"
        parts.append(f"Proven: {orders} redeemed this customer's personal code.")
    elif crv_orders:
        orders = "1 order" if crv_orders == 1 else f"{crv_orders:,} orders"
        parts.append(f"{orders} with this customer's code.")
    inferred = NO_TIES if found is None else _inferred(found, currency=currency, gate_open=gate_open)
    if not proven or (found is not None and found.inferred != NOT_ENOUGH):
        parts.append(inferred)
    return " ".join(parts)


def _inferred(found: Evidence, *, currency: str, gate_open: bool | None) -> str:
    if found.inferred == "leads":
        return f"Others buy because of this customer: {_counted(found)}, and more buy after them than before."
    if found.inferred == "buys early":
        return EARLY
    if found.inferred == "buys together":
        why = (
            "who leads whom is not shown" if gate_open else "influence does not show in this shop as a whole"
        )
        most = amount(found.possible_up_to, currency)
        seen = f"Buys together with friends: {_counted(found)}, but {why}."
        # A category's money follows the verdict on the customer as a whole, which may be another.
        return seen if found.civ else f"{seen} Nothing is counted; possibly up to {most}."
    return f"Not enough evidence: {found.missing or 'it cannot be told from chance'}."


def _counted(found: Evidence) -> str:
    """Say how often others followed, and how often by chance."""
    chance = f"where chance alone would bring {found.expected:,.1f}"
    times = f"{found.rr:.1f} times as many (90% interval {found.rr_low:.1f} to {found.rr_high:.1f})"
    return f"{found.observed:,.0f} purchases followed theirs {chance}, {times}"


def row(credit: Credit, *, number: str | None, booked: Money) -> str:
    """Return one row of the ledger as a sentence."""
    order = f"Order {number}" if number else "An order"
    line = amount(credit.amount, booked.currency)
    if credit.proven and credit.tie_kind in SET_ASIDE:
        why = SET_ASIDE[credit.tie_kind]
        return f"{order} used this customer's personal code, and {line} is set aside: {why}"
    if credit.proven:
        return f"{order} redeemed this customer's personal code: all of {line}."
    shared = (
        "nobody else shares it" if credit.sharers == 1 else f"{_number(credit.sharers)} customers share it"
    )
    part = credit.credit / credit.amount if credit.amount else Decimal(0)
    text = f"{order}, {_days(credit.days_between)} after this customer's; {shared}; {part:.0%} of {line}"
    if credit.trust == 1 and credit.cap < 1:
        text += f" ({credit.share:.0%}, less because what one buyer brings counts up to a limit)"
    elif credit.trust * credit.cap < 1:
        text += f" (a share of {credit.share:.0%}, weighed by how independent the buyer is)"
    return f"{text}."


def _days(days: float) -> str:
    if days < 1:
        return "less than a day"
    whole = round(days)
    return "one day" if whole == 1 else f"{_number(whole)} days"


def _number(count: int) -> str:
    return WORDS[count] if count < len(WORDS) else f"{count:,}"
