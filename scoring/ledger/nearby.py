"""Purchases of the same product by tied customers near in time, and what else was bought around them.

One row is a customer's purchase (the source's), and a follower's of the same product at most a window after
or before it. Both sides are counted by the same rule: of followers with a buying life of their own, at most
`follower_cap` lines of each.
"""

from dataclasses import dataclass, fields

import ibis
import ibis.expr.types as ir
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from scipy.special import betaln, softmax

from scoring.ledger.chance import CLOSE_DAYS
from scoring.ledger.engine import beside, built_once
from scoring.ledger.pairs import PAIR
from scoring.ledger.parameters import MICROSECONDS_PER_DAY, Parameters
from scoring.ledger.workings import Workings

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
HOUR = 3_600_000_000
FIRMNESS = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 1000.0)
LEAST_CHANCE = 0.02
MOST_FITTED = 200_000
ROW = [*PAIR, "product_id"]
PURCHASE = ["source_id", "product_id"]


@dataclass(frozen=True)
class Near:
    """Rows of near purchases, one value each.

    source, target, product, purchase, follow: whole numbers from 0 (a purchase is a source's of a product, a
    follow the follower's). after: the follower bought after the source. gap: how far apart, in windows.
    chance: of being after, were nobody influenced. weight: 0 to 1, how much of the row counts. mutual: the
    follower may lead the source as well. basket: rows of one source's order and one follower's order are one
    coincidence. trusted: the follower has a buying life of their own. amount: of the follower's line, 0
    before. spent: what the follower ever spent. line: the line's place in `lines`, -1 before.
    """

    source: Integers
    target: Integers
    product: Integers
    purchase: Integers
    follow: Integers
    basket: Integers
    after: Flags
    gap: Floats
    chance: Floats
    weight: Floats
    trusted: Flags
    mutual: Flags
    amount: Floats
    spent: Floats
    line: Integers

    def where(self, kept: Flags | Integers) -> "Near":
        """Return the rows that are flagged, or at these places."""
        return Near(**{one.name: getattr(self, one.name)[kept] for one in fields(self)})


@dataclass(frozen=True)
class Earlier:
    """Per purchase of a source: followers who had bought before and lead nobody back, and all buyers before.

    close: those of the followers within `CLOSE_DAYS`; expected: how many of them by the product's own course.
    """

    source: Integers
    product: Integers
    close: Floats
    expected: Floats


@dataclass(frozen=True)
class Nearby:
    """Rows, purchases before, ids by number, and the follower's lines that rows may bring.

    again: how many lines there are to a first purchase. sources, targets, products: ids by number.
    topics: every (product_id, topic). lines: source_id, target_id, product_id, order_id, line_id, amount,
    tie_kind, days_between.
    """

    rows: Near
    earlier: Earlier
    again: float
    sources: pa.Array
    targets: pa.Array
    products: pa.Array
    topics: pa.Table
    lines: pa.Table


def find_nearby(workings: Workings, parameters: Parameters) -> Nearby:
    """Return what the two groups and the total are computed from."""
    people = followers(workings, parameters)
    near, shared, chance = workings.pairs.near, workings.credit.shared, workings.chance
    found = (
        _rows(near, people, shared, chance=chance).to_pyarrow().sort_by([(name, "ascending") for name in ROW])
    )
    sources, source = numbered(found["source_id"])
    products, product = numbered(found["product_id"])
    purchase = source * max(len(products), 1) + product
    gap = found["gap"].to_numpy()
    brings = (gap > 0) & found["brings"].to_numpy(zero_copy_only=False)
    targets, target = numbered(found["target_id"])
    rows = Near(
        source=source,
        target=target,
        product=product,
        purchase=np.unique(purchase, return_inverse=True)[1],
        follow=np.unique(target * max(len(products), 1) + product, return_inverse=True)[1],
        basket=_together(source, found["source_at"].to_numpy(), found["target_at"].to_numpy()),
        after=gap > 0,
        gap=np.abs(gap) / parameters.window,
        chance=_chance(workings, found, parameters),
        weight=found["weight"].to_numpy(),
        trusted=found["trusted"].to_numpy(zero_copy_only=False),
        mutual=found["mutual"].to_numpy(zero_copy_only=False),
        amount=np.where(gap > 0, pc.fill_null(found["amount"], 0.0).to_numpy(), 0.0),
        spent=found["spent"].to_numpy(),
        line=np.where(brings, np.cumsum(brings) - 1, -1),
    )
    return Nearby(
        rows=rows.where((gap < 0) | brings),
        earlier=_earlier(workings, people),
        again=_again(workings),
        sources=sources,
        targets=targets,
        products=products,
        topics=workings.purchases.topics.to_pyarrow(),
        lines=_lines(found, brings),
    )


def _again(workings: Workings) -> float:
    """Return how many order lines there are to a customer's first purchase of a product."""
    first = workings.purchases.first.count().to_pyarrow().as_py()
    return float(lines_once(workings.purchases.lines).count().to_pyarrow().as_py() / max(first, 1))


@built_once
def lines_once(lines: ir.Table) -> ir.Table:
    """Return (customer_id, order_id, line_id, amount) of paid lines, each once however often it was told."""
    return lines.select("customer_id", "order_id", "line_id", "amount").distinct()


def _lines(found: pa.Table, brings: Flags) -> pa.Table:
    """Return the followers' lines, with how many customers near may have led to each."""
    lines = found.select([*ROW, "order_id", "line_id", "amount", "tie_kind", "gap", "sharers"])
    lines = lines.filter(pa.array(brings))
    days = pc.divide(pc.cast(lines["gap"], pa.float64()), float(MICROSECONDS_PER_DAY))
    return lines.drop_columns(["gap"]).append_column("days_between", days)


def numbered(ids: pa.ChunkedArray) -> tuple[pa.Array, Integers]:
    """Return the different ids, sorted, and the number of each."""
    known = pc.unique(ids)
    known = known.take(pc.sort_indices(known))
    return known, np.asarray(pc.index_in(ids, value_set=known).to_numpy(), dtype=np.int64)


def _together(source: Integers, source_at: Integers, target_at: Integers) -> Integers:
    """Number the pairs of one order of a source and one order of anybody near it."""
    keys = np.column_stack([source, source_at, target_at])
    return np.unique(keys, axis=0, return_inverse=True)[1].ravel()


# Who counts


def followers(workings: Workings, parameters: Parameters) -> ir.Table:
    """Return (source_id, target_id, spent, trusted, weight) of all who ever bought the same.

    Trusted: two orders that were not near the source's, before or after, and two products that the source
    never bought. Who has no such life says nothing, whichever came first.
    """
    purchases = workings.purchases
    return _followers(workings.pairs.matched, purchases.orders, purchases.lines, parameters=parameters)


@built_once
def _followers(matched: ir.Table, orders: ir.Table, lines: ir.Table, *, parameters: Parameters) -> ir.Table:
    gap = (matched["target_at"] - matched["source_at"]).abs()
    near = (gap > 0) & (gap <= parameters.window)
    met = matched.group_by(PAIR).agg(
        common=matched.count(),
        near=near.cast("int64").sum(),
        orders_near=near.ifelse(matched["target_at"], ibis.null("int64")).nunique(),
    )
    met = met.join(orders.rename(target_id="customer_id"), "target_id")
    once = lines_once(lines)
    spent = once.group_by(target_id=once["customer_id"]).agg(spent=once["amount"].sum())
    met = met.join(spent, "target_id")
    other = ibis.least(met["orders"] - met["orders_near"], met["products"] - met["common"])
    most = ibis.literal(parameters.follower_cap, type="float64")
    return met.select(
        *PAIR,
        "spent",
        trusted=other >= parameters.other_orders,
        weight=(met["near"] > most).ifelse(most / met["near"], ibis.literal(1.0, type="float64")),
    )


@built_once
def _rows(near: ir.Table, people: ir.Table, shared: ir.Table, *, chance: ir.Table) -> ir.Table:
    """Return near pairs with their follower's line, and the buyers around the source's purchase."""
    back = near.select(source_id="target_id", target_id="source_id", product_id="product_id")
    back = back.distinct().mutate(mutual=True)
    shared = shared.select(*ROW, "order_id", "line_id", "amount", "sharers", "redeemed")
    around = chance.select(*PURCHASE, "m_after", "m_before")
    rows = near.join(people, PAIR)
    for table, keys in ((back, ROW), (shared, ROW), (around, PURCHASE), (_tied(near), PURCHASE)):
        rows = beside(rows, table, keys)
    return rows.mutate(
        mutual=rows["mutual"].fill_null(False),  # noqa: FBT003
        brings=(~rows["redeemed"]).fill_null(False),  # noqa: FBT003
    )


def _tied(near: ir.Table) -> ir.Table:
    """Return (source_id, product_id, tied_after, tied_before): tied buyers near, whichever way ties run."""
    out = near.select(*ROW, after=near["gap"] > 0)
    into = near.select(
        source_id="target_id", target_id="source_id", product_id="product_id", after=near["gap"] < 0
    )
    met = ibis.union(out, into, distinct=True)
    after = met["after"].cast("int64")
    return met.group_by(PURCHASE).agg(tied_after=after.sum(), tied_before=(1 - after).sum())


# The product's own course: how likely a buyer is after, were nobody influenced


def _chance(workings: Workings, found: pa.Table, parameters: Parameters) -> Floats:
    """Return for each row how likely the later of the two is the follower, by untied buyers of the product.

    (C+ + k s)/(C+ + C- + k): C untied buyers within a window after and before the source, s the share of the
    whole shop's first purchases that fall after (season, growth, ends of the record), k by
    beta-binomial likelihood.
    """
    count = {
        name: pc.fill_null(found[name], 0).to_numpy().astype(np.float64)
        for name in ("m_after", "m_before", "tied_after", "tied_before")
    }
    after = np.maximum(count["m_after"] - count["tied_after"], 0.0)
    before = np.maximum(count["m_before"] - count["tied_before"], 0.0)
    share = shop_share(workings, found["source_at"].to_numpy(), parameters.window)
    firm = _firmness(after, before, share)
    chance = (after + firm * share) / (after + before + firm)
    return np.asarray(np.clip(chance, LEAST_CHANCE, 1 - LEAST_CHANCE), dtype=np.float64)


def shop_share(workings: Workings, at: Integers, window: int) -> Floats:
    """Return which share of the shop's first purchases around each moment falls after it, by whole hours."""
    first = workings.purchases.first
    hours = first.group_by(hour=(first["at"] // HOUR).cast("int64")).agg(count=first.count())
    table = hours.to_pyarrow().sort_by("hour")
    if table.num_rows == 0:
        return np.full(len(at), 0.5)
    hour = table["hour"].to_numpy()
    total = np.r_[0, np.cumsum(table["count"].to_numpy())]

    def until(moment: Integers) -> Integers:
        return np.asarray(total[np.searchsorted(hour, moment // HOUR, "right")], dtype=np.int64)

    here = until(at)
    after, before = until(at + window) - here, here - until(at - window)
    share = (after + 0.5) / (after + before + 1)
    return np.asarray(np.clip(share, LEAST_CHANCE, 1 - LEAST_CHANCE), dtype=np.float64)


def _firmness(after: Floats, before: Floats, share: Floats) -> float:
    """Return how firmly products follow the shop: k, its logarithm averaged by likelihood.

    Of many products by a sample. The k of greatest likelihood alone would leap at one sale more.
    """
    known = np.flatnonzero(after + before > 0)
    known = known[:: max(1, len(known) // MOST_FITTED)]
    a, b, s = after[known], before[known], share[known]
    fits = [float(np.sum(betaln(a + k * s, b + k * (1 - s)) - betaln(k * s, k * (1 - s)))) for k in FIRMNESS]
    return float(np.exp(softmax(fits) @ np.log(FIRMNESS)))


# What cannot be influence: followers who bought before


def _earlier(workings: Workings, people: ir.Table) -> Earlier:
    """Return by purchase how many followers had bought shortly before, and how many would have by chance."""
    table = _earlier_rows(workings.pairs.matched, people, workings.chance).to_pyarrow()
    tied, near = (table[name].to_numpy().astype(np.float64) for name in ("tied", "close"))
    every, nearest = (table[name].to_numpy().astype(np.float64) for name in ("m_earlier", "m_close"))
    expected = np.divide(tied * nearest, every, out=np.zeros_like(tied), where=every > 0)
    return Earlier(
        source=numbered(table["source_id"])[1],
        product=numbered(table["product_id"])[1],
        close=near,
        expected=expected,
    )


@built_once
def _earlier_rows(matched: ir.Table, people: ir.Table, chance: ir.Table) -> ir.Table:
    before = matched.filter(matched["target_at"] < matched["source_at"])
    back = matched.select(source_id="target_id", target_id="source_id", product_id="product_id")
    before = before.anti_join(back, ROW).join(people.filter(people["trusted"]), PAIR)
    close = before["source_at"] - before["target_at"] <= round(CLOSE_DAYS * MICROSECONDS_PER_DAY)
    counts = before.group_by(PURCHASE).agg(tied=before.count(), close=close.cast("int64").sum())
    around = chance.select(*PURCHASE, "m_earlier", "m_close")
    return counts.join(around, PURCHASE)
