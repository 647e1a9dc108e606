"""Does influence show in this shop at all? The shuffle test and the reversal of edges.

Shuffle test (Anagnostopoulos, Kumar, Mahdian 2008, KDD): the times of purchase are permuted among the buyers
of each product, which keeps who bought what and who is tied to whom, and destroys influence. Reversal: where
ties have a direction, influence runs along it; common taste and common adverts do not know it.
"""

from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from scoring.ledger.engine import Engine, built_once
from scoring.ledger.pairs import Pairs, Purchases
from scoring.ledger.parameters import Parameters

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


def gate_evidence(
    purchases: Purchases, pairs: Pairs, engine: Engine, *, parameters: Parameters
) -> GateEvidence:
    """Return the purchases that the gate shuffles, and their pairs.

    Whole products in random order, seeded, until `gate_purchases` are reached (one product at least).
    """
    chosen = engine.load(_chosen_products(purchases.first, pairs.matched, parameters))
    bought = engine.keep(_numbered(purchases.first.semi_join(chosen, "product_id")))
    placed = _placed(pairs.matched.semi_join(chosen, "product_id"), bought, pairs.ties).to_pyarrow()
    # Spark ranks in 32 bits; the shuffle's keys need 64.
    events = bought.select("place", "product", "at", "person").to_pyarrow().sort_by("place")
    column = {name: events[name].to_numpy().astype(np.int64) for name in events.column_names}
    placed = placed.sort_by([("source", "ascending"), ("target", "ascending")])
    pair = {name: placed[name].to_numpy().astype(np.int64) for name in placed.column_names}
    return GateEvidence(
        product=column["product"],
        at=column["at"],
        source=pair["source"],
        target=pair["target"],
        valid_from=pair["valid_from"],
        valid_to=pair["valid_to"],
        source_person=column["person"][pair["source"]] if len(events) else pair["source"],
        target_person=column["person"][pair["target"]] if len(events) else pair["target"],
        directed=pair["directed"].astype(np.bool_),
    )


def _chosen_products(first: ir.Table, matched: ir.Table, parameters: Parameters) -> pa.Table:
    """Return products with tied buyers, drawn until their buyers are as many as the gate may shuffle."""
    wanted = first.semi_join(matched, "product_id")
    table = wanted.group_by("product_id").agg(buyers=wanted.count()).to_pyarrow().sort_by("product_id")
    drawn = np.random.default_rng(parameters.seed).permutation(table.num_rows)
    total = np.cumsum(table["buyers"].to_numpy()[drawn])
    within = np.count_nonzero(total <= parameters.gate_purchases)
    return table.select(["product_id"]).take(pa.array(np.sort(drawn[: max(within, 1)])))


@built_once
def _numbered(bought: ir.Table) -> ir.Table:
    """Return purchases with their place by product and time; products and people as numbers from 0."""
    by_place = ibis.window(order_by=["product_id", "at", "customer_id"])
    return bought.select(
        "customer_id",
        "product_id",
        "at",
        place=ibis.row_number().over(by_place),
        product=ibis.dense_rank().over(ibis.window(order_by="product_id")),
        person=ibis.dense_rank().over(ibis.window(order_by="customer_id")),
    )


@built_once
def _placed(matched: ir.Table, bought: ir.Table, ties: ir.Table) -> ir.Table:
    """Return matched pairs as places of their purchases; directed = no tie leads back."""
    source = bought.select("product_id", source_id="customer_id", source="place")
    target = bought.select("product_id", target_id="customer_id", target="place")
    placed = matched.join(source, ["product_id", "source_id"]).join(target, ["product_id", "target_id"])
    back = ties.select(source_id="target_id", target_id="source_id").distinct()
    mutual = placed.semi_join(back, ["source_id", "target_id"]).mutate(directed=ibis.literal(0, type="int64"))
    single = placed.anti_join(back, ["source_id", "target_id"]).mutate(directed=ibis.literal(1, type="int64"))
    return ibis.union(mutual, single).select("source", "target", "valid_from", "valid_to", "directed")


def follow_ons(evidence: GateEvidence, at: Integers, window: int) -> int:
    """Return how many pairs have the target buy within the window after the source, by a tie valid then."""
    begin = at[evidence.source]
    gap = at[evidence.target] - begin
    near = (gap > 0) & (gap <= window)
    return int(np.count_nonzero(near & (evidence.valid_from <= begin) & (begin < evidence.valid_to)))


def shuffled(product: Integers, at: Integers, rng: np.random.Generator) -> Integers:
    """Return the times permuted among the buyers of each product; `product` is sorted and counts from 0."""
    key = (product << 32) | rng.integers(0, 2**32, len(product), dtype=np.int64)
    return at[np.argsort(key)]


def run_gate(evidence: GateEvidence, parameters: Parameters) -> Gate:
    """Return the gate of a shop, the same for the same seed; without pairs it stays shut."""
    window, permutations, level = parameters.window, parameters.permutations, parameters.gate_level
    rng = np.random.default_rng(parameters.seed)
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
        seed=parameters.seed,
        sentence=_sentence(observed, permuted, p, opened=opened, reversal=reversal),
    )


def _reversal(
    evidence: GateEvidence, *, window: int, flips: int, rng: np.random.Generator
) -> tuple[int, int, float | None]:
    """Return directed pairs after and before, and p that the ties might as well run the other way.

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
    """Return P(sum of signs at least this great) when each cluster's sum may have either sign."""
    sums = np.bincount(np.unique(cluster, return_inverse=True)[1], weights=sign)
    observed = sums.sum()
    reached = 0
    for _ in range(flips):
        reached += float(np.where(rng.random(len(sums)) < 0.5, -sums, sums).sum()) >= observed  # noqa: PLR2004
    return float((1 + reached) / (1 + flips))


def _sentence(observed: int, permuted: Integers, p: float, *, opened: bool, reversal: float | None) -> str:
    """Return the result as a sentence for staff."""
    if observed == 0:
        return "No purchase followed a tied customer's within the window, so no influence is booked."
    low, high = np.quantile(permuted, [0.05, 0.95]).astype(int)
    found = "Influence shows in this shop: " if opened else "No inferred influence is booked in this shop: "
    text = (
        f"{found}{observed:,} purchases followed a tied customer's, "
        f"where chance explains {low:,} to {high:,} (p = {p:.3f} by {len(permuted)} shuffles"
    )
    return text + (f"; p = {reversal:.3f} with ties reversed)." if reversal is not None else ").")
