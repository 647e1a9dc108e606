"""Who is said to lead, in whole or in a topic, and what of the identified money is laid to them."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from scipy.stats import gamma

from scoring.ledger.calibration import calibrate
from scoring.ledger.groups import Groups, compete, enough, find_groups
from scoring.ledger.identified import Identified, Unseen, cluster_z, identify
from scoring.ledger.nearby import Near, Nearby, numbered
from scoring.ledger.parameters import Parameters

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Z_LEAD = 1.28
"""A lead is clustered by product and by follower: one viral product, or one eager friend, leads nowhere."""
STAYS = 0.5
"""Who led in the last run leads on until it is more likely that they lead nobody."""
OWN_PART, MOST_PART, LENT = 0.25, 1.0, 0.5
"""Of what a follower spends besides: what they bring, bring at most, and (of the first) lend."""
MONEY = ("caused", "caused_low", "caused_high")


@dataclass(frozen=True)
class Leading:
    """Verdicts and money of version 2.

    leaders(source_id, whole, caused, caused_low, caused_high): who leads (`whole` is false for who leads in
    topics alone), and what they caused, with an interval. topics(source_id, topic): in which topics somebody
    leads. rows: `Nearby.lines` with `share`, the probability that the source caused the line, and `cap`.
    fraction: the part of caused money that is booked.
    """

    identified: Identified
    leaders: pa.Table
    topics: pa.Table
    rows: pa.Table
    fraction: float


@dataclass(frozen=True)
class _Units:
    """What may lead: sources as a whole (numbers up to `sources`), then sources in a topic.

    row, unit: which rows belong to which units. of: the source of each unit. topics: those of the others.
    """

    row: Integers
    unit: Integers
    of: Integers
    topics: pa.Array
    sources: int


@dataclass(frozen=True)
class _Known:
    """The rows that count, the shop's groups, what may lead, and the posterior of each of these."""

    rows: Near
    found: Groups
    units: _Units
    posterior: Floats


def find_leaders(
    nearby: Nearby, *, before: pa.Array | None, parameters: Parameters, trials: pa.Table | None = None
) -> Leading:
    """Return who leads; `before` are the ids of those who led in the last run; `trials` have a result."""
    rows = nearby.rows.where(nearby.rows.trusted)
    if not enough(rows):
        return _nobody(nearby)
    found = find_groups(
        rows, sources=len(nearby.sources), decay=parameters.decay_days / parameters.window_days
    )
    total = identify(rows, found, nearby.earlier, unseen=Unseen(_left_out(nearby.rows, found), nearby.again))
    claims = _claims(rows, found, len(nearby.sources))
    total = total.calibrated(calibrate(trials, nearby.sources, claims))
    units = _units(rows, nearby)
    known = _Known(rows, found, units, found.of_units(units.row, units.unit, units=len(units.of)))
    leads = _lead(known, _places(before, nearby), parameters=parameters) & total.opened
    caused, chosen = _caused(known, leads)
    cap = rows.weight * _own_money(rows, caused)
    money = caused * rows.amount * cap
    named = float(money[chosen].sum())
    return Leading(
        identified=total,
        leaders=_leaders(
            nearby, known, _laid(rows, chosen, caused=caused, cap=cap), scale=total.scale, leads=leads
        ),
        topics=_leading_topics(units, leads, nearby),
        rows=_lines(nearby, rows, share=np.where(_outside(known, chosen, leads), 0.0, caused), cap=cap),
        fraction=min(1.0, total.seen / named) if named > 0 else 0.0,
    )


def _units(rows: Near, nearby: Nearby) -> _Units:
    """Return sources, and sources by topic up the tree, with their rows."""
    names, number = numbered(nearby.topics["topic"])
    found = pc.index_in(nearby.topics["product_id"], value_set=nearby.products)
    known = pc.is_valid(found).to_numpy(zero_copy_only=False)
    product, number = found.drop_null().to_numpy().astype(np.int64), number[known]
    order = np.argsort(rows.product, kind="stable")
    first, last = (np.searchsorted(rows.product[order], product, side) for side in ("left", "right"))
    count = last - first
    place = np.repeat(first - (np.cumsum(count) - count), count) + np.arange(int(count.sum()))
    every = np.r_[np.arange(len(rows.source)), order[place]]
    named = np.r_[np.full(len(rows.source), -1), np.repeat(number, count)]
    sources = len(nearby.sources)
    key = (named + 1) * sources + rows.source[every]
    kinds, unit = np.unique(np.r_[np.arange(sources), key], return_inverse=True)
    topics = names.take(pa.array(kinds[sources:] // sources - 1))
    return _Units(every, unit[sources:], kinds % sources, topics, sources)


def _lead(known: _Known, stays: Integers, *, parameters: Parameters) -> Flags:
    """Return which units lead: as many as keep the expected share of mistakes within the rate.

    With enough pairs and trusted followers, and a lead that shows clustered by product and by follower.
    """
    rows, at, unit, size = known.rows, known.units.row, known.units.unit, len(known.units.of)
    beyond = (known.found.weight * (rows.after - rows.chance))[at]
    clusters = (rows.product[at], rows.target[at])
    z = np.minimum(*(cluster_z(beyond, unit, cluster, units=size) for cluster in clusters))
    after = rows.after[at]
    pairs = np.bincount(unit, weights=after, minlength=size)
    span = int(rows.target.max(initial=0)) + 1
    followers = np.bincount(np.unique(unit[after] * span + rows.target[at][after]) // span, minlength=size)
    may = (z >= Z_LEAD) & (pairs >= parameters.min_pairs) & (followers >= parameters.min_followers)
    nobody = np.where(may, known.posterior[:, 0], 1.0)
    order = np.argsort(nobody, kind="stable")
    mean = np.cumsum(nobody[order]) / np.arange(1, size + 1)
    leads = np.zeros(size, dtype=np.bool_)
    leads[order[: int(np.searchsorted(mean, parameters.false_discovery_rate, "right"))]] = True
    leads[stays] |= known.posterior[stays, 0] <= STAYS
    return np.asarray(leads & may, dtype=np.bool_)


def _claims(rows: Near, found: Groups, sources: int) -> Floats:
    """Return by source the share of purchases after theirs that the ledger says they caused."""
    after = np.bincount(rows.source, weights=rows.after, minlength=sources)
    caused = np.bincount(rows.source, weights=found.caused, minlength=sources)
    return np.divide(caused, after, out=np.zeros(sources), where=after > 0)


def _places(before: pa.Array | None, nearby: Nearby) -> Integers:
    """Return the numbers of those sources."""
    if before is None:
        return np.zeros(0, dtype=np.int64)
    found = pc.index_in(before, value_set=nearby.sources).drop_null()
    return np.asarray(found.to_numpy(zero_copy_only=False), dtype=np.int64)


def _caused(known: _Known, leads: Flags) -> tuple[Floats, Flags]:
    """Return by row the probability of having been caused, and which rows belong to what somebody leads in.

    Of who is said to lead, the probability is given that they do. Where a customer leads in topics alone,
    rows of those topics go by the topic's own evidence.
    """
    rows, found, units = known.rows, known.found, known.units
    raw = found.caused_by(rows, found.posterior, unit=rows.source)
    chosen = leads[: units.sources][rows.source]
    raw[chosen] /= 1 - found.posterior[rows.source[chosen], 0]
    in_topic = np.flatnonzero(leads[units.unit] & (units.unit >= units.sources))
    in_topic = in_topic[~chosen[units.row[in_topic]]]
    row = units.row[in_topic]
    unit = units.unit[in_topic]
    by_topic = found.caused_by(rows.where(row), known.posterior, unit=unit)
    np.maximum.at(raw, row, by_topic / (1 - known.posterior[unit, 0]))
    chosen[row] = True
    return compete(raw, rows.follow), np.asarray(chosen & rows.after, dtype=np.bool_)


def _own_money(rows: Near, caused: Floats) -> Floats:
    """Return by row the part that counts, by what each follower spends besides what they bring to anybody.

    A follower brings at most `OWN_PART` of it, shared by those whom they follow: whoever pays accounts to
    follow them spends five times what is booked. Of an honest circle one spends much and follows little,
    another follows much: what the one leaves is lent to the others of the same customer, at most `LENT` of
    what the one brings, and nobody brings more than `MOST_PART`.
    """
    span = int(rows.target.max(initial=0)) + 1
    _, first, pair = np.unique(rows.source * span + rows.target, return_index=True, return_inverse=True)
    source, follower, size = rows.source[first], rows.target[first], len(first)
    near = np.bincount(pair, weights=rows.amount, minlength=size)
    brings = np.bincount(pair, weights=rows.amount * rows.weight * caused, minlength=size)
    whole = np.bincount(follower, weights=brings)[follower]
    alone = np.divide(brings, whole, out=np.zeros(size), where=whole > 0)
    other = np.maximum(rows.spent[first] - np.maximum(near, whole), 0.0) * alone
    counted = np.minimum(brings, OWN_PART * other)
    lacks = np.bincount(source, weights=np.minimum(brings, MOST_PART * other) - counted)
    lent = np.bincount(source, weights=np.minimum(OWN_PART * other - counted, LENT * counted))
    filled = np.minimum(1.0, np.divide(lent, lacks, out=np.zeros(len(lacks)), where=lacks > 0))
    counted += filled[source] * (np.minimum(brings, MOST_PART * other) - counted)
    part = np.divide(counted, brings, out=np.ones(size), where=brings > 0)
    return np.asarray(np.minimum(part, 1.0)[pair], dtype=np.float64)


def _outside(known: _Known, chosen: Flags, leads: Flags) -> Flags:
    """Return the rows outside the topics of those who lead in topics alone."""
    units = known.units
    in_topics = np.zeros(units.sources, dtype=np.bool_)
    in_topics[units.of[leads]] = True
    in_topics &= ~leads[: units.sources]
    return np.asarray(in_topics[known.rows.source] & ~chosen, dtype=np.bool_)


def _left_out(rows: Near, found: Groups) -> float:
    """Return which share of caused purchases is by followers who do not count, were they as easily led."""
    raw = found.caused_by(rows, found.posterior, unit=rows.source)
    return float(raw[~rows.trusted].sum() / max(raw.sum(), 1e-9))


def _laid(rows: Near, chosen: Flags, *, caused: Floats, cap: Floats) -> tuple[Floats, Floats]:
    """Return by row the money that is laid to its source, as it counts, and were no follower's bounded."""
    whole = np.where(chosen, caused * rows.amount, 0.0)
    return whole * cap, whole * rows.weight


def _leaders(
    nearby: Nearby, known: _Known, laid: tuple[Floats, Floats], *, scale: float, leads: Flags
) -> pa.Table:
    """Return what each leader caused, with its interval.

    Its high end is as if no follower's money were bounded.
    """
    who = np.unique(known.rows.source[laid[0] > 0])
    caused, low, high = _estimate(known, laid[0], who=who, scale=scale)
    return pa.table(
        {
            "source_id": nearby.sources.take(pa.array(who)),
            "whole": pa.array(leads[: known.units.sources][who], pa.bool_()),
            "caused": caused,
            "caused_low": np.minimum(low, caused),
            "caused_high": np.maximum(high, _estimate(known, laid[1], who=who, scale=scale)[2]),
        }
    )


def _estimate(known: _Known, money: Floats, *, who: Integers, scale: float) -> tuple[Floats, Floats, Floats]:
    """Return what each of `who` caused, of `money` by row, with a 90 % interval.

    What is not seen (after the window, by followers who do not count, by purchases again) is as uneven as
    what is: lines of as many euros, come by chance.
    """
    at = np.flatnonzero(money > 0)
    at = at[np.isin(known.rows.source[at], who)]
    place = np.searchsorted(who, known.rows.source[at])
    mean = np.bincount(place, weights=money[at], minlength=len(who))
    squares = np.bincount(place, weights=money[at] * known.rows.amount[at], minlength=len(who))
    spread = _variance(known, at, money[at], who=who)
    caused = np.asarray(mean * scale, dtype=np.float64)
    error = np.sqrt(spread * scale**2 + (scale - 1) * squares)
    shape = np.divide(caused**2, error**2, out=np.full(len(who), 1e6), where=error > 0)
    low, high = (gamma.ppf(end, shape, scale=caused / shape) for end in (0.05, 0.95))
    return caused, np.asarray(low, dtype=np.float64), np.maximum(high, caused)


def _variance(known: _Known, at: Integers, money: Floats, *, who: Integers) -> Floats:
    """Return the variance of what rows `at` brought each of `who`: of alpha, and of each row given alpha."""
    by_alpha = known.found.row_table[known.found.cells.of_row[at]]
    source = known.rows.source[at]
    raw = np.einsum("ij,ij->i", known.found.posterior[source], by_alpha)
    full, place = money / raw, np.searchsorted(who, source)
    first, second = (np.zeros((len(who), by_alpha.shape[1])) for _ in range(2))
    np.add.at(first, place, full[:, None] * by_alpha)
    np.add.at(second, place, (full**2)[:, None] * by_alpha * (1 - by_alpha))
    weight = known.found.posterior[who]
    mean = (weight * first).sum(axis=1)
    return np.asarray(np.maximum((weight * (first**2 + second)).sum(axis=1) - mean**2, 0.0))


def _leading_topics(units: _Units, leads: Flags, nearby: Nearby) -> pa.Table:
    chosen = np.flatnonzero(leads[units.sources :])
    return pa.table(
        {
            "source_id": nearby.sources.take(pa.array(units.of[units.sources :][chosen])),
            "topic": units.topics.take(pa.array(chosen)),
        }
    )


def _lines(nearby: Nearby, rows: Near, *, share: Floats, cap: Floats) -> pa.Table:
    after = rows.line >= 0
    taken = nearby.lines.take(pa.array(rows.line[after]))
    for name, values in (("share", share), ("cap", cap)):
        taken = taken.append_column(name, pa.array(values[after]))
    return taken


def _nobody(nearby: Nearby) -> Leading:
    none, nothing = nearby.sources.slice(0, 0), pa.array([], pa.float64())
    leaders = pa.table(
        {"source_id": none, "whole": pa.array([], pa.bool_()), **dict.fromkeys(MONEY, nothing)}
    )
    topics = pa.table({"source_id": none, "topic": nearby.topics["topic"].combine_chunks().slice(0, 0)})
    lines = nearby.lines
    for name, value in (("share", 0.0), ("cap", 1.0)):
        lines = lines.append_column(name, pa.repeat(value, lines.num_rows))
    return Leading(Identified(), leaders, topics, lines, 0.0)
