"""How much of a shop's revenue came through influence, whoever it is laid to; and what cannot have.

Negative controls (Liu, Tchetgen Tchetgen 2020, arXiv 2002.06521): what a follower bought before the source
cannot have been caused by them. Taste, sales and seasons make before and after equally frequent once the
product's own course is allowed for, so the difference is influence: the total. News that friends hear
together makes them buy together, in both directions; were somebody quicker than their followers by habit,
that alone would put them first. But then followers who did hear it earlier have bought shortly *before* them,
more often than the product's course explains. How much more is measured, and `QUICKER` times as much is taken
off.
"""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from scoring.ledger.calibration import NOTHING, Calibration
from scoring.ledger.groups import BINS, EDGES, Groups
from scoring.ledger.nearby import Earlier, Near

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
QUICKER = 6.0
"""Nobody is taken to react to the same news more than seven times as fast as those who follow them."""
Z_BOOKED = 2.33
"""One shop in a hundred without influence reaches it."""
Z_INTERVAL = 1.645
DIRECTED = 200
"""From so many rows on, directed ties must show influence by themselves."""
MOST_TIMES = 5.0
MOST_AGAIN = 1.25
"""Whoever refills every month is not seen to buy each time."""


@dataclass(frozen=True)
class Sum:
    """A sum and its standard error."""

    value: float = 0.0
    error: float = 0.0

    @property
    def z(self) -> float:
        """How many standard errors above 0."""
        return self.value / self.error if self.error > 0 else 0.0


@dataclass(frozen=True)
class Unseen:
    """What rows cannot show.

    left_out: the share of caused purchases by followers who do not count. again: how many order lines there
    are to a first purchase; only first purchases of a source are compared, but later ones are seen too.
    """

    left_out: float = 0.0
    again: float = 1.0

    def scale(self, delays: Floats) -> float:
        """Return by how much what is seen falls short; purchases after the window too, by these delays."""
        return min(self.again, MOST_AGAIN) / max(1 - self.left_out, 0.5) / (1 - _beyond_window(delays))


@dataclass(frozen=True)
class Identified:
    """What came through influence in a shop, in money.

    opened: it shows, so that something may be booked. total: of what is seen within the window, which is less
    than the truth. low, estimate, high: of all that came through influence, a 90 % interval. together: how
    many purchases followed news that friends heard together, beyond the products' own course, and its z.
    scale: by how much what is seen of a person falls short. enough: there were rows to tell by. lots: what
    trials by lot say of it; `calibrated` has multiplied the money by their factor.
    """

    opened: bool = False
    total: Sum = Sum()
    directed: Sum = Sum()
    low: float = 0.0
    estimate: float = 0.0
    high: float = 0.0
    together: Sum = Sum()
    scale: float = 1.0
    kept: float = 1.0
    rows: int = 0
    enough: bool = False
    lots: Calibration = NOTHING

    @property
    def sentence(self) -> str:
        """Return for staff whether influence shows, and if not, why."""
        if not self.enough:
            return (
                "There are too few purchases near those of tied customers to tell who leads, so no influence "
                "is booked."
            )
        if self.opened:
            return (
                "Influence shows in this shop: more purchases follow those of tied customers than precede "
                f"them ({self.total.z:.1f} standard errors), and not because friends hear the same news."
            )
        if self.together.z >= Z_BOOKED:
            return (
                "No inferred influence is booked in this shop: friends buy together, also before one "
                "another, as people do who see the same advert. A trial by lot can tell who leads."
            )
        return (
            "No inferred influence is booked in this shop: purchases follow those of tied customers hardly "
            "more often than they precede them."
        )

    def report(self) -> dict[str, object]:
        """Return it as JSON."""
        return {
            "opened": self.opened,
            "low": self.low,
            "estimate": self.estimate if self.opened else 0.0,
            "high": self.high,
            "z": self.total.z,
            "z_directed": self.directed.z,
            "together": self.together.value,
            "z_together": self.together.z,
            "rows": self.rows,
            "lots": self.lots.report(),
        }

    def calibrated(self, found: Calibration) -> "Identified":
        """Return the total as trials by lot leave it."""
        money = ("low", "estimate", "high")
        return replace(
            self,
            lots=found,
            total=Sum(self.total.value * found.factor, self.total.error * found.factor),
            directed=Sum(self.directed.value * found.factor, self.directed.error * found.factor),
            **{name: getattr(self, name) * found.factor for name in money},
        )

    @property
    def seen(self) -> float:
        """Return the total of what is seen within the window, in money."""
        return max(self.total.value / self.kept, 0.0)


def together(earlier: Earlier) -> Sum:
    """Return how many followers bought shortly before a source, beyond what the products' course explains."""
    if len(earlier.source) == 0:
        return Sum()
    beyond = earlier.close - earlier.expected
    variance = max(_clustered(beyond, earlier.product), _clustered(beyond, earlier.source))
    return Sum(float(beyond.sum()), float(np.sqrt(variance)))


def identify(rows: Near, found: Groups, earlier: Earlier, *, unseen: Unseen) -> Identified:
    """Return the total of a shop."""
    near, (kernel, kept) = found.cells.bin, _kernel(found)
    s = kernel[near] * rows.weight
    money = float((found.caused * rows.amount).sum() / max(float(found.caused.sum()), 1e-9))
    after = rows.after
    rest = 1 - np.average(rows.chance[after], weights=np.maximum(s[after], 1e-12))
    lead = s * (after - rows.chance) / rest * money * np.where(rows.mutual, found.elsewhere, 1.0)
    news = together(earlier)
    off = QUICKER * max(0.0, news.value - news.error) * money
    off_error = QUICKER * news.error * money if off > 0 else 0.0
    total, directed = (
        Sum(raw.value - off, float(np.hypot(raw.error, off_error)))
        for raw in (_sum(lead, rows, np.ones(len(lead), np.bool_)), _sum(lead, rows, ~rows.mutual))
    )
    enough_directed = int(np.count_nonzero(~rows.mutual)) >= DIRECTED
    scale = unseen.scale(found.delays)
    opened = total.z >= Z_BOOKED and (not enough_directed or directed.z >= Z_BOOKED)
    low, estimate, high = _interval(total, directed, factor=_one_way_times(rows, found) * scale / kept)
    return Identified(
        opened=opened,
        total=total,
        directed=directed,
        low=low if opened else 0.0,
        estimate=estimate,
        high=high,
        together=news,
        scale=scale,
        kept=kept,
        rows=len(lead),
        enough=True,
    )


def _interval(total: Sum, directed: Sum, *, factor: float) -> tuple[float, float, float]:
    """Return low, estimate and high of all that came through influence, directed ties times the factor."""
    seen = total.value - Z_INTERVAL * total.error
    low = max(0.0, seen, (directed.value - Z_INTERVAL * directed.error) * factor)
    estimate = max(directed.value * factor, low)
    return low, estimate, max((directed.value + Z_INTERVAL * directed.error) * factor, estimate)


def _one_way_times(rows: Near, found: Groups) -> float:
    """Return how many times what came through directed ties all of it is, as the groups say.

    Mutual ties by themselves show only who leads more.
    """
    caused = found.caused * rows.amount
    one_way = float(caused[~rows.mutual].sum())
    return min(float(caused.sum()) / one_way, MOST_TIMES) if one_way > 0 else 1.0


def _kernel(found: Groups) -> tuple[Floats, float]:
    """Return how much a row of each bin of days counts, and which share of caused purchases that keeps.

    Rows as near as caused ones usually are count in full, later ones less: that is where chance is.
    """
    ratio = found.delays / found.apart
    median = np.interp(0.5, np.r_[0, np.cumsum(found.delays)], EDGES)
    place = int(np.clip(np.searchsorted(EDGES, median) - 1, 0, BINS - 1))
    kernel = np.minimum(1.0, ratio / ratio[place])
    return kernel, float((found.delays * kernel).sum())


def _beyond_window(delays: Floats) -> float:
    """Return which share of caused purchases comes after the window, were delays exponential."""
    mean = max(float((delays * (EDGES[:-1] + EDGES[1:]) / 2).sum()), 1 / 30)
    tau = mean
    for _ in range(50):
        tau = mean + 1 / np.expm1(min(1 / tau, 50.0))
    return float(np.exp(-1 / min(tau, 1.0)))


# Standard errors


def _sum(lead: Floats, rows: Near, kept: Flags) -> Sum:
    """Return the sum of the flagged rows, and the greatest of five standard errors.

    Clusters: products and pairs of people (two ways); each alone; products with the mirror by source, and by
    target: twice the squares of those whose sum is negative. Nobody causes less than nothing, so that
    laggards show what chance does to those who lead, and real differences between people are no noise.
    """
    z = np.where(kept, lead, 0.0)
    people = int(rows.target.max(initial=0)) + 1
    pair = rows.source * people + rows.target
    product, by_pair = _clustered(z, rows.product), _clustered(z, pair)
    products = int(rows.product.max(initial=0)) + 1
    both = _clustered(z, np.unique(pair, return_inverse=True)[1] * products + rows.product)
    one_way = np.where(rows.mutual, 0.0, z)
    variance = max(
        product + by_pair - both,
        product,
        by_pair,
        _mirrored(one_way, rows.source) + product - _clustered(z, rows.purchase),
        _mirrored(one_way, rows.target) + product - _clustered(z, rows.follow),
    )
    return Sum(float(z.sum()), float(np.sqrt(max(variance, 0.0))))


def _clustered(values: Floats, cluster: Integers) -> float:
    """Return the sum of squares of the sums of each cluster."""
    sums = np.bincount(np.unique(cluster, return_inverse=True)[1], weights=values)
    return float(sums @ sums)


def _mirrored(values: Floats, cluster: Integers) -> float:
    sums = np.minimum(np.bincount(cluster, weights=values), 0.0)
    return float(2 * sums @ sums)


def cluster_z(values: Floats, unit: Integers, cluster: Integers, *, units: int) -> Floats:
    """Return by unit the sum over the root of the sum of squares of its clusters' sums; 0 without any."""
    span = int(cluster.max(initial=0)) + 1
    keys, place = np.unique(unit * span + cluster, return_inverse=True)
    sums = np.bincount(place, weights=values)
    of = keys // span
    total = np.bincount(of, weights=sums, minlength=units)
    root = np.sqrt(np.bincount(of, weights=sums**2, minlength=units))
    return np.asarray(np.divide(total, root, out=np.zeros(units), where=root > 0), dtype=np.float64)
