"""How sure we are: quantiles of what a customer will really spend within the horizon.

The law is exact under the two models (no simulation). The number N of purchases of a customer who has not
left has the tails of `buying.chance_of_more`; the sum of N baskets with an uncertain rate is
scale · BetaPrime(p·N, q'), with q' = q + p·n and scale = gamma + n·mean. So the money has mass at zero,
P0 = 1 - P(alive)·P(N >= 1), and above it a mixture G of beta prime laws that depends on nothing but x and
age. G is tabulated on a few x and ages and read off by interpolation: a second for 1,000,000 customers. The
fitted parameters are taken as known; what that costs is measured in the tests, down to twelve customers.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import betainc

from scoring.buying import BuyingModel, chance_of_more, purchases_if_alive
from scoring.spending import SpendingModel

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
COUNT_NODES, AGE_NODES = 32, 16
MONEY_NODES = 160
EVERY_PURCHASE, PURCHASE_NODES = 30, 40
HARDLY = 1e-7
LEVELS = np.concatenate([[0.002, 0.005, 0.01], np.linspace(0.02, 0.98, 49), [0.99, 0.995]])


@dataclass(frozen=True)
class SpreadTable:
    """log(quantile of the money, if any, over the expected money of one alive) by x, age and level."""

    counts: Floats
    log_ages: Floats
    log_ratio: Floats

    def quantile(self, x: Floats, log_age: Floats, level: Floats) -> Floats:
        """The quantile of each customer's money, given that they spend any, over their expected money."""
        corner_x, part_x = _between(np.log1p(self.counts), np.log1p(x))
        corner_age, part_age = _between(self.log_ages, log_age)
        corner_level, part_level = _between(LEVELS, np.clip(level, LEVELS[0], LEVELS[-1]))
        total = np.zeros(len(x))
        for of_x, weight_x in ((corner_x, 1 - part_x), (corner_x + 1, part_x)):
            for of_age, weight_age in ((corner_age, 1 - part_age), (corner_age + 1, part_age)):
                weight = weight_x * weight_age
                here = np.minimum(of_x, len(self.counts) - 1), np.minimum(of_age, len(self.log_ages) - 1)
                below, above = self.log_ratio[*here, corner_level], self.log_ratio[*here, corner_level + 1]
                total += weight * (below + part_level * (above - below))
        return np.exp(total)


def _between(nodes: Floats, wanted: Floats) -> tuple[Integers, Floats]:
    """The node at or below each wanted value, and how far it lies towards the next one."""
    if len(nodes) == 1:
        return np.zeros(len(wanted), dtype=np.int64), np.zeros(len(wanted))
    place = np.clip(np.searchsorted(nodes, wanted, "right") - 1, 0, len(nodes) - 2)
    part = (wanted - nodes[place]) / (nodes[place + 1] - nodes[place])
    return place, np.clip(part, 0.0, 1.0)


def tabulate(
    buying: BuyingModel, spending: SpendingModel, *, x: Floats, age: Floats, span: float
) -> SpreadTable:
    """The table that covers customers with these x and ages."""
    counts = _spread_out(np.unique(x))
    log_ages = np.log(buying.alpha + np.array([age.min(), age.max()]))
    log_ages = np.linspace(log_ages[0], log_ages[1], AGE_NODES if log_ages[0] < log_ages[1] else 1)
    ages = np.maximum(np.exp(log_ages) - buying.alpha, 0.0)
    rows = [_log_ratios(buying, spending, x=float(count), ages=ages, span=span) for count in counts]
    return SpreadTable(counts=counts, log_ages=log_ages, log_ratio=np.stack(rows))


def _spread_out(counts: Floats) -> Floats:
    """The counts if they are few, otherwise all the small ones and some of the others."""
    if len(counts) <= COUNT_NODES:
        return counts
    small, large = counts[: COUNT_NODES // 2], counts[COUNT_NODES // 2 :]
    aims = np.geomspace(large[0], large[-1], COUNT_NODES // 2)
    return np.unique(np.concatenate([small, large[np.searchsorted(large, aims * (1 - 1e-12))]]))


def _log_ratios(
    buying: BuyingModel, spending: SpendingModel, *, x: float, ages: Floats, span: float
) -> Floats:
    """One row of the table: [age, level]."""
    q = spending.q + spending.p * (x + 1)
    purchases = _purchase_nodes(float(np.max((buying.r + x) * span / (buying.alpha + ages))))
    tails = chance_of_more(buying, x, age=ages[:, None], span=span, n=purchases)
    purchases, tails = _likely(purchases, tails)
    share = -np.diff(tails, axis=1, append=0.0) / tails[:, :1]
    typical = (purchases + np.append(purchases[1:] - 1, purchases[-1])) / 2
    one_basket = spending.p / (q - 1)
    money = one_basket * np.geomspace(1e-6, 1e3 * purchases[-1], MONEY_NODES)
    reached = share @ betainc(spending.p * typical[:, None], q, money / (1 + money))
    expected = one_basket * purchases_if_alive(buying, np.full(len(ages), x), age=ages, span=span)
    log_quantiles = [np.interp(LEVELS, chances, np.log(money)) for chances in reached]
    return np.asarray(log_quantiles) - np.log(expected)[:, None]


def _likely(purchases: Floats, tails: Floats) -> tuple[Floats, Floats]:
    """The nodes that anybody reaches, with their tails."""
    some = tails.max(axis=0) > HARDLY * tails[:, 0].max()
    return purchases[some], tails[:, some]


def _purchase_nodes(mean: float) -> Floats:
    """Numbers of purchases from 1 to hardly possible: every one up to 30, then wider and wider steps."""
    most = mean + 12 * np.sqrt(mean + mean**2) + EVERY_PURCHASE
    wide = np.geomspace(EVERY_PURCHASE + 1, most + 2, PURCHASE_NODES)
    return np.concatenate([np.arange(1.0, EVERY_PURCHASE + 1), np.unique(np.floor(wide))])


def money_interval(
    table: SpreadTable, *, x: Floats, log_age: Floats, chance_of_any: Floats, coverage: float
) -> tuple[Floats, Floats]:
    """The ends of each customer's interval, over the expected money if alive.

    Equal tails where spending nothing is less likely than a tail; otherwise nothing is in the interval, no
    tail lies below it, and all the doubt goes above: so it holds `coverage` and not more.
    """
    tail = (1 - coverage) / 2
    nothing_likely = chance_of_any < 1 - tail
    rarely = np.maximum(chance_of_any, 1e-300)
    low = table.quantile(x, log_age, 1 - (1 - tail) / rarely)
    beyond = np.where(nothing_likely, 2 * tail, tail)
    high = table.quantile(x, log_age, 1 - beyond / rarely)
    return np.where(nothing_likely, 0.0, low), np.where(beyond < chance_of_any, high, 0.0)
