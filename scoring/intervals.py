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

from scoring import habits
from scoring.buying import BuyingModel
from scoring.regular import Known
from scoring.spending import SpendingModel
from scoring.tables import Covered, Table, between

Floats = npt.NDArray[np.float64]
MONEY_NODES = 160
HARDLY = 1e-7
LEVELS = np.concatenate([[0.002, 0.005, 0.01], np.linspace(0.02, 0.98, 49), [0.99, 0.995]])


@dataclass(frozen=True)
class SpreadTable:
    """log(quantile of the money, if any, over the expected money of one alive) by phase, x, age and level."""

    log_ratio: Table

    def quantile(self, x: Floats, log_age: Floats, level: Floats, *, phase: Floats | None = None) -> Floats:
        """The quantile of each customer's money, given that they spend any, over their expected money."""
        corner, part = between(LEVELS, np.clip(level, LEVELS[0], LEVELS[-1]))
        total = np.zeros(len(x))
        for weight, places in self.log_ratio.corners(
            np.zeros(len(x)) if phase is None else phase, x, log_age
        ):
            below, above = self.log_ratio.values[*places, corner], self.log_ratio.values[*places, corner + 1]
            total += weight * (below + part * (above - below))
        return np.exp(total)


def tabulate(buying: BuyingModel, spending: SpendingModel, covered: Covered, *, span: float) -> SpreadTable:
    """The table that covers customers with these x and ages, in every phase."""
    (counts, log_ages), phases = covered.nodes(buying.alpha), habits.phase_nodes(buying)
    ages = np.maximum(np.exp(log_ages) - buying.alpha, 0.0)
    rows = [
        [_log_ratios(buying, spending, Known(count, ages, phase), span=span) for count in counts]
        for phase in phases
    ]
    return SpreadTable(Table(phases, counts, log_ages, np.asarray(rows)))


def _log_ratios(buying: BuyingModel, spending: SpendingModel, known: Known, *, span: float) -> Floats:
    """One row of the table, for one x and phase: [age, level]."""
    q = spending.q + spending.p * (float(known.x) + 1)
    purchases = habits.purchase_nodes(buying, known, span=span)
    column = Known(known.x, known.age[:, None], known.phase)
    purchases, tails = _likely(purchases, habits.chance_of_more(buying, column, span=span, n=purchases))
    share = -np.diff(tails, axis=1, append=0.0) / np.maximum(tails[:, :1], 1e-300)
    typical = (purchases + np.append(purchases[1:] - 1, purchases[-1])) / 2
    one_basket = spending.p / (q - 1)
    money = one_basket * np.geomspace(1e-6, 1e3 * purchases[-1], MONEY_NODES)
    reached = share @ betainc(spending.p * typical[:, None], q, money / (1 + money))
    expected = one_basket * habits.expected_at(buying, known, span=span)
    log_quantiles = [np.interp(LEVELS, chances, np.log(money)) for chances in reached]
    return np.asarray(log_quantiles) - np.log(np.maximum(expected, 1e-300))[:, None]


def _likely(purchases: Floats, tails: Floats) -> tuple[Floats, Floats]:
    """The nodes that anybody reaches, with their tails."""
    some = tails.max(axis=0) >= HARDLY * tails[:, 0].max()
    return purchases[some], tails[:, some]


def money_interval(  # noqa: PLR0913 - each is a column or a choice of its own
    table: SpreadTable,
    *,
    x: Floats,
    log_age: Floats,
    chance_of_any: Floats,
    coverage: float,
    phase: Floats | None = None,
) -> tuple[Floats, Floats]:
    """The ends of each customer's interval, over the expected money if alive.

    Equal tails where spending nothing is less likely than a tail; otherwise nothing is in the interval, no
    tail lies below it, and all the doubt goes above: so it holds `coverage` and not more.
    """
    tail = (1 - coverage) / 2
    nothing_likely = chance_of_any < 1 - tail
    rarely = np.maximum(chance_of_any, 1e-300)
    low = table.quantile(x, log_age, 1 - (1 - tail) / rarely, phase=phase)
    beyond = np.where(nothing_likely, 2 * tail, tail)
    high = table.quantile(x, log_age, 1 - beyond / rarely, phase=phase)
    return np.where(nothing_likely, 0.0, low), np.where(beyond < chance_of_any, high, 0.0)
