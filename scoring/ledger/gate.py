"""Does influence show in this shop at all? The shuffle test and the reversal of edges.

Shuffle test (Anagnostopoulos, Kumar, Mahdian 2008, KDD): the times of purchase are permuted among the buyers
of each product, which keeps who bought what and who is tied to whom, and destroys influence. Reversal: where
ties have a direction, influence runs along it; common taste and common adverts do not know it.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
FEWEST_DIRECTED = 10


@dataclass(frozen=True)
class GateEvidence:
    """Purchases sorted by product, and the tied pairs among them as places in that order.

    `directed` marks pairs whose tie has no tie back.
    """

    product: Integers
    at: Integers
    source: Integers
    target: Integers
    valid_from: Integers
    valid_to: Integers
    source_person: Integers
    target_person: Integers
    directed: npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Gate:
    """The result of both tests; `reversal_p` is None where ties have no direction."""

    opened: bool
    observed: int
    permuted: Integers
    p: float
    directed_after: int
    directed_before: int
    reversal_p: float | None
    seed: int
    sentence: str


def follow_ons(evidence: GateEvidence, at: Integers, window: int) -> int:
    """How many pairs have the target buy within the window after the source, by a tie valid then."""
    begin = at[evidence.source]
    gap = at[evidence.target] - begin
    near = (gap > 0) & (gap <= window)
    return int(np.count_nonzero(near & (evidence.valid_from <= begin) & (begin < evidence.valid_to)))


def shuffled(product: Integers, at: Integers, rng: np.random.Generator) -> Integers:
    """The times permuted among the buyers of each product; `product` is sorted and counts from 0."""
    key = (product << 32) | rng.integers(0, 2**32, len(product), dtype=np.int64)
    return at[np.argsort(key)]


def run_gate(evidence: GateEvidence, *, window: int, permutations: int, level: float, seed: int) -> Gate:
    """The gate of a shop, the same for the same seed; without pairs it stays shut."""
    rng = np.random.default_rng(seed)
    observed = follow_ons(evidence, evidence.at, window)
    permuted = np.array(
        [
            follow_ons(evidence, shuffled(evidence.product, evidence.at, rng), window)
            for _ in range(permutations)
        ],
        dtype=np.int64,
    )
    p = float((1 + np.count_nonzero(permuted >= observed)) / (1 + permutations))
    after, before, reversal = _reversal(evidence, window=window, flips=max(permutations, 999), rng=rng)
    opened = observed > 0 and p <= level and (reversal is None or reversal <= level)
    return Gate(
        opened=opened,
        observed=observed,
        permuted=permuted,
        p=p,
        directed_after=after,
        directed_before=before,
        reversal_p=reversal,
        seed=seed,
        sentence=_sentence(observed, permuted, p, opened=opened, reversal=reversal),
    )


def _reversal(
    evidence: GateEvidence, *, window: int, flips: int, rng: np.random.Generator
) -> tuple[int, int, float | None]:
    """Directed pairs after and before, and p that the ties might as well run the other way.

    Whole sources, then whole targets, change sign at random, because purchases of one person cluster;
    the greater p counts.
    """
    gap = evidence.at[evidence.target] - evidence.at[evidence.source]
    near = evidence.directed & (gap != 0) & (np.abs(gap) <= window)
    near &= (evidence.valid_from <= evidence.at[evidence.source]) & (
        evidence.at[evidence.source] < evidence.valid_to
    )
    sign = np.sign(gap[near]).astype(np.float64)
    after, before = int(np.count_nonzero(sign > 0)), int(np.count_nonzero(sign < 0))
    if after + before < FEWEST_DIRECTED:
        return after, before, None
    by_source = _flip_p(evidence.source_person[near], sign, flips=flips, rng=rng)
    by_target = _flip_p(evidence.target_person[near], sign, flips=flips, rng=rng)
    return after, before, max(by_source, by_target)


def _flip_p(cluster: Integers, sign: Floats, *, flips: int, rng: np.random.Generator) -> float:
    """P(sum of signs at least this great) when each cluster's sum may have either sign."""
    sums = np.bincount(np.unique(cluster, return_inverse=True)[1], weights=sign)
    observed = sums.sum()
    reached = 0
    for _ in range(flips):
        reached += float(np.where(rng.random(len(sums)) < 0.5, -sums, sums).sum()) >= observed  # noqa: PLR2004
    return float((1 + reached) / (1 + flips))


def _sentence(observed: int, permuted: Integers, p: float, *, opened: bool, reversal: float | None) -> str:
    """The result for a person."""
    if observed == 0:
        return "No purchase followed a tied customer's within the window, so no influence is booked."
    low, high = np.quantile(permuted, [0.05, 0.95]).astype(int)
    text = (
        f"{observed:,} purchases followed a tied customer's; with times shuffled within each product "
        f"it would be {low:,} to {high:,} (p = {p:.3f}, {len(permuted)} shuffles)"
    )
    if reversal is not None:
        text += f"; with ties reversed the difference has p = {reversal:.3f}"
    end = (
        ", so influence shows in this shop."
        if opened
        else ", so no inferred influence is booked in this shop."
    )
    return text + end
