"""Two groups of customers: those who influence nobody, and those who cause a share of what follows them.

Each customer causes a share alpha of the purchases near theirs. Of a near purchase, "after" has the
likelihood (1 - alpha) p + alpha g/h and "before" (1 - alpha)(1 - p): p is the chance of being after, g the
density of delays of caused purchases, h that of times between purchases by chance. The distribution of alpha
in the shop is estimated without a form (Kiefer, Wolfowitz 1956), with a penalty that favours zero (Stephens
2017, Biostatistics 18(2)). Each customer's posterior follows: the probability that they lead nobody is the
local false discovery rate (Efron 2004, JASA 99).
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from scipy.special import expit, logit

from scoring.ledger.nearby import Near

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
ALPHA: Final = np.array([0, 2, 4, 7, 10, 14, 18, 23, 28, 34, 40, 46, 52, 58, 64, 70, 76, 82, 88, 94]) / 100
EDGES: Final = np.array([0, 1, 2, 3.5, 5, 7.5, 10, 14, 18, 24, 30]) / 30
"""Ends of the bins of delays, in windows."""
BINS: Final = len(EDGES) - 1
LEVELS: Final = np.linspace(-4, 4, 257)
"""Chances are told apart in so many steps of log odds."""
FOLDS: Final = 5
PULL = 20.0
"""How many rows the assumed delays weigh."""
TO_ZERO = 10.0
"""How many customers the belief that nobody leads weighs."""
MOST_FITTED = 50_000
"""Customers by whom it is said how many lead how far."""
HALF_LEAD_NOBODY = np.r_[0.5, np.full(len(ALPHA) - 1, 0.5 / (len(ALPHA) - 1))]
LEAST_ROWS, LEAST_EACH = 20, 5
MOST_ALIKE = 0.9
FEW_PAIRS = 30
AT_ONCE = 500_000
"""Rows, for the sake of memory."""


@dataclass(frozen=True)
class Groups:
    """What was found; arrays by source or by row.

    weight: by row, how much it says. posterior: of each alpha, one row a source. caused: by row, the
    probability that it was caused by its source. elsewhere: by row, the probability that its source leads, by
    other products alone. delays and apart: shares of caused purchases, and of others, in each bin. prior: of
    alpha in the shop. table: log likelihood by cell and alpha; row_table: of cells after, the probability of
    having been caused.
    """

    cells: "Cells"
    weight: Floats
    posterior: Floats
    caused: Floats
    elsewhere: Floats
    delays: Floats
    apart: Floats
    prior: Floats
    table: Floats
    row_table: Floats

    def of_units(self, rows: Integers, unit: Integers, *, units: int) -> Floats:
        """Return the posterior of other units than sources, each the given rows together."""
        cells = (self.weight[rows], (unit, self.cells.of_row[rows]))
        counts = sp.csr_matrix(cells, shape=(units, len(self.table)))
        return _posterior(_likelihood(np.asarray(counts @ self.table)), self.prior)

    def caused_by(self, rows: Near, posterior: Floats, *, unit: Integers) -> Floats:
        """Return by row the probability that its unit caused it, nobody else considered; 0 before."""
        return _caused(rows, posterior, unit=unit, row_table=self.row_table)


@dataclass(frozen=True)
class Cells:
    """Rows by what their likelihood hangs on: after or before, chance, days."""

    of_row: Integers
    bin: Integers
    counts: list[sp.csr_matrix]
    """By fold of products: the weight of each source's rows in each cell."""
    fold: Integers

    @property
    def all(self) -> sp.csr_matrix:
        """Return the weight of each source's rows in each cell."""
        return sum(self.counts[1:], self.counts[0])


def cells_of(rows: Near) -> tuple[Integers, Integers]:
    """Return the cell and the bin of days of each row."""
    step = LEVELS[1] - LEVELS[0]
    level = np.clip(np.rint((logit(rows.chance) - LEVELS[0]) / step), 0, len(LEVELS) - 1).astype(np.int64)
    days = np.clip(np.searchsorted(EDGES, rows.gap, "left") - 1, 0, BINS - 1)
    return np.where(rows.after, level * BINS + days, len(LEVELS) * BINS + level), days


def enough(rows: Near) -> bool:
    """Tell whether there are rows enough to tell anything."""
    after = int(np.count_nonzero(rows.after))
    return len(rows.source) >= LEAST_ROWS and min(after, len(rows.source) - after) >= LEAST_EACH


def find_groups(rows: Near, *, sources: int, decay: float) -> Groups:
    """Return the groups of a shop; `decay` is the assumed mean delay in windows. Needs `enough` rows."""
    weight = row_weights(rows)
    cells = _cells(rows, weight, sources=sources)
    apart = _apart(rows, weight, cells.bin)
    start = np.exp(-EDGES[:-1] / decay) - np.exp(-EDGES[1:] / decay)
    start /= start.sum()
    delays, prior = start, HALF_LEAD_NOBODY
    for _ in range(3):
        table, row_table = _tables(delays / apart)
        likelihood = _likelihood(cells.all @ table)
        prior = fit_shares(likelihood, start=prior)
        posterior = _posterior(likelihood, prior)
        raw = _caused(rows, posterior, unit=rows.source, row_table=row_table)
        caused = compete(raw, rows.follow)
        found = np.bincount(cells.bin, weights=caused, minlength=BINS) + PULL * start
        moved = float(np.max(np.abs(found / found.sum() - delays)))
        if moved < 5e-3:  # noqa: PLR2004
            break
        delays = found / found.sum()
    return Groups(
        cells=cells,
        weight=weight,
        posterior=posterior,
        caused=caused,
        elsewhere=_elsewhere(cells, table, rows, prior=prior),
        delays=delays,
        apart=apart,
        prior=prior,
        table=table,
        row_table=row_table,
    )


def row_weights(rows: Near) -> Floats:
    """Return how much each row says: rows of one purchase are alike, those of one basket one coincidence."""
    count = np.bincount(rows.purchase)[rows.purchase]
    basket = np.bincount(rows.basket)[rows.basket]
    return np.asarray(rows.weight / (1 + alike(rows) * (count - 1)) / basket, dtype=np.float64)


def alike(rows: Near) -> float:
    """Return how alike rows of one purchase are beyond those of one source: 0 to 0.9, by moments."""
    z = (rows.after - rows.chance) / np.sqrt(rows.chance * (1 - rows.chance))
    total = np.bincount(rows.purchase, weights=z)
    count = np.bincount(rows.purchase).astype(np.float64)
    pairs = float((count * (count - 1)).sum())
    if pairs <= FEW_PAIRS:
        return 0.1
    within = float(total @ total - z @ z)
    all_of = np.bincount(rows.source, weights=z)
    size = np.bincount(rows.source).astype(np.float64)
    across = float(all_of @ all_of - total @ total)
    across_pairs = float(size @ size - count @ count)
    return float(np.clip(within / pairs - across / max(across_pairs, 1.0), 0.0, MOST_ALIKE))


def _cells(rows: Near, weight: Floats, *, sources: int) -> Cells:
    cell, days = cells_of(rows)
    fold = (rows.product * 2_654_435_761 % 2**32 // 7) % FOLDS
    shape = (sources, len(LEVELS) * (BINS + 1))
    counts = [
        sp.csr_matrix((weight[fold == one], (rows.source[fold == one], cell[fold == one])), shape=shape)
        for one in range(FOLDS)
    ]
    return Cells(cell, days, counts, fold)


def _apart(rows: Near, weight: Floats, days: Integers) -> Floats:
    """Return how far apart purchases are by chance, as those before say."""
    before = ~rows.after
    found = np.bincount(days[before], weights=weight[before], minlength=BINS) + PULL * np.diff(EDGES)
    return np.asarray(found / found.sum(), dtype=np.float64)


def _tables(ratio: Floats) -> tuple[Floats, Floats]:
    """Return by cell and alpha the log likelihood, and, of cells after, the probability of a cause."""
    chance = expit(LEVELS)
    by_chance = (1 - ALPHA)[None, None, :] * chance[:, None, None]
    by_cause = ALPHA[None, None, :] * ratio[None, :, None]
    after = (by_chance + by_cause).reshape(-1, len(ALPHA))
    before = np.log(1 - chance)[:, None] + np.log(1 - ALPHA)[None, :]
    caused = np.broadcast_to(by_cause, (len(LEVELS), BINS, len(ALPHA))).reshape(-1, len(ALPHA)) / after
    return np.vstack([np.log(after), before]), caused


def _likelihood(logs: Floats) -> Floats:
    """Return likelihoods by source and alpha, the greatest of each source 1."""
    return np.asarray(np.exp(logs - logs.max(axis=1, keepdims=True)), dtype=np.float64)


def fit_shares(likelihood: Floats, *, start: Floats = HALF_LEAD_NOBODY, rounds: int = 300) -> Floats:
    """Return the distribution of alpha in the shop, by EM; `TO_ZERO` counts as so many customers at zero.

    Of many customers by a sample. `start`: a distribution that is near, which saves rounds.
    """
    known = likelihood[np.ptp(likelihood, axis=1) > 0]
    known = known[:: max(1, len(known) // MOST_FITTED)]
    prior = start
    for _ in range(rounds):
        found = (1 / np.maximum(known @ prior, 1e-300)) @ known * prior
        found[0] += TO_ZERO - 1
        found /= found.sum()
        moved = float(np.max(np.abs(found - prior)))
        prior = found
        if moved < 1e-7:  # noqa: PLR2004
            break
    return np.asarray(prior, dtype=np.float64)


def _posterior(likelihood: Floats, prior: Floats) -> Floats:
    found = likelihood * prior
    return np.asarray(found / found.sum(axis=1, keepdims=True), dtype=np.float64)


def _caused(rows: Near, posterior: Floats, *, unit: Integers, row_table: Floats) -> Floats:
    found, cells = np.zeros(len(rows.after)), cells_of(rows)[0]
    after = np.flatnonzero(rows.after)
    for start in range(0, len(after), AT_ONCE):
        part = after[start : start + AT_ONCE]
        found[part] = np.einsum("ij,ij->i", posterior[unit[part]], row_table[cells[part]])
    return found


def compete(raw: Floats, follow: Integers) -> Floats:
    """Return o/(1 + sum of o), o the odds of the rows of a follow: a line is caused at most once."""
    odds = raw / np.maximum(1 - raw, 1e-9)
    total = np.bincount(follow, weights=odds)
    return np.asarray(odds / (1 + total[follow]), dtype=np.float64)


def _elsewhere(cells: Cells, table: Floats, rows: Near, *, prior: Floats) -> Floats:
    """Return by row the probability that its source leads, without the products of the row's own fold."""
    whole = cells.all @ table
    found = np.zeros(len(rows.after))
    for fold, counts in enumerate(cells.counts):
        likelihood = _likelihood(whole - counts @ table)
        nobody = _posterior(likelihood, fit_shares(likelihood, start=prior, rounds=120))[:, 0]
        here = cells.fold == fold
        found[here] = 1 - nobody[rows.source[here]]
    return found
