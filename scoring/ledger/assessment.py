"""From sums to verdicts: multipliers, both tests, and what is missing where there is no verdict."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from scoring.ledger import multiplier, verdicts
from scoring.ledger.parameters import Parameters
from scoring.words import LEADS, NOT_ENOUGH, TOGETHER

Floats = npt.NDArray[np.float64]
SHOP, CUSTOMER, TOPIC = "shop", "customer", "topic"


@dataclass(frozen=True)
class Assessment:
    """One value a row of evidence."""

    ratio: multiplier.Multiplier
    p_timing: Floats
    p_lead: Floats
    enough: npt.NDArray[np.bool_]
    verdict: npt.NDArray[np.str_]
    bar: "Bar"


def floats(table: pa.Table) -> dict[str, Floats]:
    """The numeric columns as float64."""
    kept = [
        field.name
        for field in table.schema
        if pa.types.is_floating(field.type) or pa.types.is_integer(field.type)
    ]
    return {name: table[name].to_numpy().astype(np.float64) for name in kept}


@dataclass(frozen=True)
class Bar:
    """The greatest p of each test that Benjamini-Hochberg accepted."""

    timing: float
    lead: float


def assess(
    sums: dict[str, Floats],
    ratio: multiplier.Multiplier,
    *,
    gate_open: bool,
    bar: Bar | None = None,
    parameters: Parameters,
) -> Assessment:
    """Verdicts by both tests; behind a shut gate nobody leads. A `bar` that is given is not found anew."""
    p_timing, p_lead = p_values(sums)
    sufficient = enough(sums, parameters)
    above = sufficient & (ratio.low > 1)
    rate = parameters.false_discovery_rate
    # A family is chosen by what its test takes as given, so that choosing does not bias it: a shuffle of
    # times leaves the number of tied buyers as it is, the order in time the sum of after and before.
    timed = sums["tied"] >= parameters.min_pairs
    often = verdicts.more_often_p(sums["near"], sums["expected"] + sums["expected_before"])
    ordered = (sums["near"] >= parameters.min_pairs) & (often <= parameters.gate_level)
    if bar is None:
        bar = Bar(*(verdicts.accepted_up_to(p, rate) for p in (p_timing[timed], p_lead[ordered])))
    timing, lead = timed & (p_timing <= bar.timing), ordered & (p_lead <= bar.lead)
    verdict = np.full(len(p_timing), NOT_ENOUGH, dtype=f"<U{len(NOT_ENOUGH)}")
    verdict[above & timing] = TOGETHER
    if gate_open:
        verdict[above & timing & lead] = LEADS
    return Assessment(ratio, p_timing, p_lead, sufficient, verdict, bar)


def enough(sums: dict[str, Floats], parameters: Parameters) -> npt.NDArray[np.bool_]:
    """Where evidence suffices: for a verdict, and for scores."""
    observed, followers = sums["observed"], sums["trusted_followers"]
    return np.asarray((observed >= parameters.min_pairs) & (followers >= parameters.min_followers))


def p_values(sums: dict[str, Floats]) -> tuple[Floats, Floats]:
    """The p of the timing test and of the lead test."""
    baskets = np.maximum(sums["sure_baskets"], 1.0)
    bundle = np.maximum(sums["sure_pairs"] / baskets, 1.0)
    p_timing = verdicts.timing_p(
        sums["observed"] / bundle, sums["expected"] / bundle, sums["variance"] / bundle
    )
    both = sums["expected"] + sums["expected_before"]
    chance = np.divide(sums["expected"], both, out=np.zeros_like(both), where=both > 0)
    spread = [
        verdicts.overdispersion(
            verdicts.Spread(sums[f"{by}_xx"], sums[f"{by}_xb"], sums[f"{by}_bb"]), sums[total], chance
        )
        for by, total in (("item", "near"), ("person", "met"))
    ]
    wide = np.maximum(spread[0], spread[1])
    return p_timing, verdicts.lead_p(sums["observed"], sums["observed_before"], chance=chance, wide=wide)


def shop_prior(sums: dict[str, Floats]) -> multiplier.Prior:
    """What customers' multipliers are like in this shop."""
    return multiplier.fit_prior(sums["observed"], sums["expected"])


def customer_ratio(
    sums: dict[str, Floats], prior: multiplier.Prior, parameters: Parameters
) -> multiplier.Multiplier:
    """Every customer's multiplier shrunk to the shop's prior."""
    return multiplier.shrink(
        sums["observed"], sums["expected"], a=prior.a, b=prior.b, interval=parameters.interval
    )


def topic_centre(sums: dict[str, Floats], whole: dict[str, Floats], prior: multiplier.Prior) -> Floats:
    """What a customer's other topics say, shrunk to the shop; `whole` = her own sums, one a topic row."""
    other_o = np.maximum(whole["observed"] - sums["observed"], 0)
    other_e = np.maximum(whole["expected"] - sums["expected"], 0)
    return np.asarray((prior.a + other_o) / (prior.b + other_e), dtype=np.float64)


def topic_ratio(
    sums: dict[str, Floats], centre: Floats, strength: float, *, parameters: Parameters
) -> multiplier.Multiplier:
    """Topic multipliers shrunk to those centres, as firmly as `strength` says."""
    return multiplier.shrink(
        sums["observed"],
        sums["expected"],
        a=strength * centre,
        b=strength,
        interval=parameters.interval,
    )


def missing(sums: dict[str, Floats], judged: Assessment, parameters: Parameters) -> pa.Array:
    """What each row lacks for a verdict, in words; null where it has one."""
    pairs = np.clip(np.ceil(parameters.min_pairs - sums["observed"]), 0, None).astype(np.int64)
    people = np.clip(np.ceil(parameters.min_followers - sums["trusted_followers"]), 0, None).astype(np.int64)
    words = [
        _lacks(p, f) for p in range(parameters.min_pairs + 1) for f in range(parameters.min_followers + 1)
    ]
    chosen = pairs * (parameters.min_followers + 1) + people
    chosen[judged.enough] = np.where(judged.ratio.low[judged.enough] <= 1, len(words), len(words) + 1)
    words.append("followers buy hardly more often after her than by chance")
    words.append("the difference from chance is too small among so many customers")
    known = judged.verdict != NOT_ENOUGH
    return pa.DictionaryArray.from_arrays(pa.array(chosen, pa.int32(), mask=known), words).cast(pa.string())


def _lacks(pairs: int, people: int) -> str:
    """So many more pairs and people, in words."""
    parts = (
        (pairs, "purchase that followed hers", "purchases that followed hers"),
        (people, "trusted follower", "trusted followers"),
    )
    return " and ".join(f"{count} more {one if count == 1 else many}" for count, one, many in parts if count)
