"""Who is said to lead, in whole or in a topic, and what of the identified money is laid to them."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from scipy.stats import gamma

from scoring.ledger.groups import Groups, cells_of, compete, enough, find_groups
from scoring.ledger.identified import Identified, cluster_z, identify
from scoring.ledger.nearby import Near, Nearby
from scoring.ledger.parameters import Parameters

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Z_LEAD = 1.28
"""Clustered by product and by follower: one viral product, or one eager friend, leads nowhere."""
STAYS = 0.5
"""Who led in the last run leads on until it is more likely that they lead nobody."""


@dataclass(frozen=True)
class Leading:
    """Verdicts and money of version 2.

    leaders(source_id, nobody, booked, caused, caused_low, caused_high): who leads, the probability that they
    lead nobody, what is booked, and the estimate of what they caused with its 90 % interval. topics(source_id,
    topic, nobody): in which topics somebody leads. rows: as `Nearby.lines`, with `caused`, the probability that
    the source caused the line, and `weight`. fraction: the part of caused money that is booked.
    """

    identified: Identified
    leaders: pa.Table
    topics: pa.Table
    rows: pa.Table
    fraction: float


def find_leaders(
    nearby: Nearby, topics: pa.Table, *, before: frozenset[object], parameters: Parameters
) -> Leading:
    """Return who leads; `topics` (product_id, topic), `before` who led in the last run."""
    rows = nearby.rows.where(nearby.rows.trusted)
    if not enough(rows):
        return _nobody(nearby)
    found = find_groups(rows, sources=len(nearby.sources), decay=parameters.decay_days / parameters.window_days)
    total = identify(rows, found, nearby.earlier, left_out=_left_out(nearby.rows, found), again=nearby.again)
    units = _units(rows, nearby, topics)
    posterior = found.of_units(units.row, units.unit, units=units.count)
    leads = _lead(rows, found, units, posterior, stays=_places(before, nearby), parameters=parameters)
    if not total.opened:
        leads[:] = False
    caused, chosen = _caused(rows, found, units, posterior, leads)
    money = caused * rows.amount * rows.weight
    named = float(money[chosen].sum())
    fraction = min(1.0, total.seen / named) if named > 0 else 0.0
    whole = leads[: units.sources]
    return Leading(
        identified=total,
        leaders=_leaders(nearby, rows, found, chosen, money, total=total, fraction=fraction, leads=whole),
        topics=_leading_topics(units, posterior, leads, nearby),
        rows=_lines(nearby, rows, caused),
        fraction=fraction,
    )


@dataclass(frozen=True)
class _Units:
    """What may lead: sources as a whole (numbers up to `sources`), then sources in a topic.

    row, unit: which rows belong to which units. of: the source of each unit. topic: its name, None of sources.
    """

    row: Integers
    unit: Integers
    of: Integers
    topic: list[str | None]
    sources: int

    @property
    def count(self) -> int:
        """How many units there are."""
        return len(self.of)


def _units(rows: Near, nearby: Nearby, topics: pa.Table) -> _Units:
    """Return sources, and sources by topic up the tree, with their rows."""
    place = {name: number for number, name in enumerate(nearby.products.to_pylist())}
    known = [(place[p], t) for p, t in zip(*(topics[c].to_pylist() for c in topics.column_names), strict=True) if p in place]
    names = sorted({topic for _, topic in known})
    number = {name: at for at, name in enumerate(names)}
    order = np.argsort(rows.product, kind="stable")
    sorted_product = rows.product[order]
    row, topic = [np.arange(len(rows.source))], [np.full(len(rows.source), -1)]
    product = np.array([p for p, _ in known], dtype=np.int64)
    name_of = np.array([number[t] for _, t in known], dtype=np.int64)
    first, last = (np.searchsorted(sorted_product, product, side) for side in ("left", "right"))
    count = last - first
    place_in = np.repeat(first - (np.cumsum(count) - count), count) + np.arange(int(count.sum()))
    row.append(order[place_in])
    topic.append(np.repeat(name_of, count))
    every, named = np.concatenate(row), np.concatenate(topic)
    sources = len(nearby.sources)
    key = np.where(named < 0, rows.source[every], sources + named * sources + rows.source[every])
    kinds, unit = np.unique(np.r_[np.arange(sources), key], return_inverse=True)
    of = np.where(kinds < sources, kinds, (kinds - sources) % sources)
    labels = [None if k < sources else names[(k - sources) // sources] for k in kinds.tolist()]
    return _Units(every, unit[sources:], of, labels, sources)


def _lead(
    rows: Near, found: Groups, units: _Units, posterior: Floats, *, stays: Integers, parameters: Parameters
) -> Flags:
    """Return which units lead: as many as keep the expected share of mistakes within the rate.

    With enough pairs and trusted followers, and a lead that shows clustered by product and by follower.
    """
    at, unit, size = units.row, units.unit, units.count
    beyond = (found.weight * (rows.after - rows.chance))[at]
    z = np.minimum(
        cluster_z(beyond, unit, rows.product[at], units=size), cluster_z(beyond, unit, rows.target[at], units=size)
    )
    after = rows.after[at]
    pairs = np.bincount(unit, weights=after, minlength=size)
    people = np.unique(np.column_stack([unit[after], rows.target[at][after]]), axis=0)[:, 0]
    followers = np.bincount(people, minlength=size)
    may = (z >= Z_LEAD) & (pairs >= parameters.min_pairs) & (followers >= parameters.min_followers)
    nobody = np.where(may, posterior[:, 0], 1.0)
    order = np.argsort(nobody, kind="stable")
    mean = np.cumsum(nobody[order]) / np.arange(1, size + 1)
    leads = np.zeros(size, dtype=np.bool_)
    leads[order[: int(np.searchsorted(mean, parameters.false_discovery_rate, "right"))]] = True
    leads[stays] |= may[stays] & (posterior[stays, 0] <= STAYS)
    return leads & may


def _places(before: frozenset[object], nearby: Nearby) -> Integers:
    known = nearby.sources.to_pylist()
    return np.array([at for at, one in enumerate(known) if one in before], dtype=np.int64)


def _caused(
    rows: Near, found: Groups, units: _Units, posterior: Floats, leads: Flags
) -> tuple[Floats, Flags]:
    """Return by row the probability of having been caused, and which rows belong to what somebody leads in.

    Where a customer leads in topics alone, rows of those topics go by the topic's own evidence, and no other
    row of theirs brings money.
    """
    raw = found.caused_by(rows, found.cells.of_row, found.posterior, rows.source)
    chosen = leads[: units.sources][rows.source]
    in_topic = np.flatnonzero(leads[units.unit] & (units.unit >= units.sources))
    row, unit = units.row[in_topic], units.unit[in_topic]
    apart = ~chosen[row]
    row, unit = row[apart], unit[apart]
    by_topic = found.caused_by(rows.where(row), found.cells.of_row[row], posterior, unit)
    np.maximum.at(raw, row, by_topic)
    chosen[row] = True
    return compete(raw, rows.follow), chosen & rows.after


def _left_out(rows: Near, found: Groups) -> float:
    """Return which share of caused purchases is by followers who do not count, were they as easily led."""
    cells, _ = cells_of(rows)
    raw = found.caused_by(rows, cells, found.posterior, rows.source)
    return float(raw[~rows.trusted].sum() / max(raw.sum(), 1e-9))


def _leaders(
    nearby: Nearby, rows: Near, found: Groups, chosen: Flags, money: Floats, *, total: Identified, fraction: float, leads: Flags
) -> pa.Table:
    """Return what is booked to whom, and the estimate of what they caused with its interval."""
    who, place = np.unique(rows.source[chosen], return_inverse=True)
    mean = np.bincount(place, weights=money[chosen], minlength=len(who))
    spread = _variance(rows, found, chosen, money, place, people=len(who), who=who)
    squares = np.bincount(place, weights=money[chosen] * rows.amount[chosen], minlength=len(who))
    # What is not seen is as uneven as what is: lines of as many euros, come by chance.
    caused = mean * total.scale
    error = np.sqrt(spread * total.scale**2 + (total.scale - 1) * squares)
    shape = np.divide(caused**2, error**2, out=np.full(len(who), 1e6), where=error > 0)
    low, high = (gamma.ppf(end, shape, scale=caused / shape) for end in (0.05, 0.95))
    return pa.table(
        {
            "source_id": nearby.sources.take(pa.array(who)),
            "nobody": found.posterior[who, 0],
            "whole": pa.array(leads[who], pa.bool_()),
            "booked": mean * fraction,
            "caused": caused,
            "caused_low": np.minimum(low, caused),
            "caused_high": np.maximum(high, caused),
        }
    )


def _variance(
    rows: Near, found: Groups, chosen: Flags, money: Floats, place: Integers, *, people: int, who: Integers
) -> Floats:
    """Return the variance of each one's caused money: of alpha, and of each row given alpha."""
    at = np.flatnonzero(chosen)
    raw = found.caused_by(rows, found.cells.of_row, found.posterior, rows.source)[at]
    share = np.divide(money[at], raw, out=np.zeros(len(at)), where=raw > 0)
    by_alpha = found.row_table[found.cells.of_row[at]]
    size = by_alpha.shape[1]
    first, second = np.zeros((people, size)), np.zeros((people, size))
    np.add.at(first, place, share[:, None] * by_alpha)
    np.add.at(second, place, (share**2)[:, None] * by_alpha * (1 - by_alpha))
    weight = found.posterior[who]
    mean = (weight * first).sum(axis=1)
    return np.maximum((weight * (first**2 + second)).sum(axis=1) - mean**2, 0.0)


def _leading_topics(units: _Units, posterior: Floats, leads: Flags, nearby: Nearby) -> pa.Table:
    chosen = np.flatnonzero(leads[units.sources :]) + units.sources
    return pa.table(
        {
            "source_id": nearby.sources.take(pa.array(units.of[chosen])),
            "topic": pa.array([units.topic[at] for at in chosen.tolist()], pa.string()),
            "nobody": posterior[chosen, 0],
        }
    )


def _lines(nearby: Nearby, rows: Near, caused: Floats) -> pa.Table:
    after = rows.line >= 0
    taken = nearby.lines.take(pa.array(rows.line[after]))
    return taken.append_column("caused", pa.array(caused[after])).append_column("weight", pa.array(rows.weight[after]))


def _nobody(nearby: Nearby) -> Leading:
    none = nearby.sources.slice(0, 0)
    figures = ("booked", "caused", "caused_low", "caused_high")
    empty = {name: pa.array([], pa.float64()) for name in figures}
    leaders = pa.table({"source_id": none, "nobody": pa.array([], pa.float64()), "whole": pa.array([], pa.bool_()), **empty})
    topics = pa.table({"source_id": none, "topic": pa.array([], pa.string()), "nobody": pa.array([], pa.float64())})
    lines = nearby.lines.slice(0, 0)
    for name in ("caused", "weight"):
        lines = lines.append_column(name, pa.array([], pa.float64()))
    return Leading(Identified(), leaders, topics, lines, 0.0)
