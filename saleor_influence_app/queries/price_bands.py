"""Sales and changes of price as bands of time, by what the buyers of a product paid.

Saleor's promotions and vouchers say what may be cheaper, and for whom; the lines of orders say what was. So
no event of promotions is asked for.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal
from itertools import pairwise
from typing import Any, Literal, Protocol, TypeVar

from saleor_influence_app.queries.api_model import ApiModel
from saleor_influence_app.queries.money import Money, amount

LEAST_OFF = Decimal("0.02")
"""Less below the list price is rounding."""
MOST_SHARE_OF_SEVERAL, MOST_PRICES = 0.2, 12
Prices = Literal["known", "several", "unknown"]
"""Several: it has more than one list price at the same time, so that no change of price is told."""


class Band(ApiModel):
    """A time with one list price, or in which half of the purchases or more were cheaper than that.

    It begins and ends where steps do. A sale ends with the last step with a purchase in it.
    """

    kind: Literal["price", "sale", "voucher"]
    """Voucher: of the cheaper purchases, most used a voucher code."""
    start: datetime
    end: datetime
    price: Money | None
    """The list price of one, with tax, where the kind is "price"."""
    off: float | None
    """What was taken off all its purchases, as a share of the list price; null where the kind is "price"."""


class PricedStep(Protocol):
    """What lines of a step cost, in the channel and currency in which most were sold."""

    at: datetime
    currency: str
    lines: int
    cheaper: int
    by_code: int
    off: Decimal
    price: Decimal
    prices: int


T = TypeVar("T")
After = Callable[[datetime], datetime]


def bands_of(steps: Sequence[Any], *, after: After) -> tuple[list[Band], Prices]:
    """Return the bands by time and what is known of prices; `after` tells where a step ends."""
    priced: Sequence[PricedStep] = steps
    if not priced:
        return [], "unknown"
    sales = _runs(priced, _kind)
    bands = [_sale(kind, found, after=after) for kind, found in sales if kind is not None]
    levels = _levels(priced)
    several = sum(one.prices > 1 for one in priced)
    if several > max(1, MOST_SHARE_OF_SEVERAL * len(priced)) or len(levels) > MOST_PRICES:
        return bands, "several"
    ends = [later.at for later in levels[1:]] + [after(priced[-1].at)]
    bands += [
        Band(kind="price", start=first.at, end=end, price=amount(first.price, first.currency), off=None)
        for first, end in zip(levels, ends, strict=True)
    ]
    return sorted(bands, key=lambda one: (one.start, one.kind)), "known"


def _levels(steps: Sequence[PricedStep]) -> list[PricedStep]:
    """Return the steps with which another list price begins; cents of tax and rounding are none."""
    levels = [*steps[:1]]
    for one in steps[1:]:
        if abs(one.price - levels[-1].price) >= LEAST_OFF * levels[-1].price:
            levels.append(one)
    return levels


def _kind(step: PricedStep) -> Literal["sale", "voucher"] | None:
    """Return how half of the step's purchases or more were cheaper, None where they were not."""
    if 2 * step.cheaper < step.lines:
        return None
    return "voucher" if 2 * step.by_code > step.cheaper else "sale"


def _sale(kind: Literal["sale", "voucher"], found: Sequence[PricedStep], *, after: After) -> Band:
    lines = sum(one.lines for one in found)
    off = sum(float(one.off) * one.lines for one in found) / lines
    return Band(kind=kind, start=found[0].at, end=after(found[-1].at), price=None, off=round(off, 4))


def _runs(steps: Sequence[PricedStep], of: Callable[[PricedStep], T]) -> list[tuple[T, list[PricedStep]]]:
    """Return the steps in runs of the same, one after the other."""
    breaks = [0, *(n for n, (one, two) in enumerate(pairwise(steps), 1) if of(one) != of(two)), len(steps)]
    return [(of(steps[first]), [*steps[first:last]]) for first, last in pairwise(breaks)]
