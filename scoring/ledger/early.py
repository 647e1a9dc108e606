"""Who buys before others: early among a product's untied buyers, and before those whom they follow.

Where the times of a product's buyers are exchangeable, the share of those near who bought after a customer is
as often above what the shop's course explains as below; how uneven it is, the product's own buyers tell. Of
people whom a customer follows, each bought the same before them with a known chance. Leads over both, by
product, are weighed by their variances and summed: z is standard normal where nobody is early.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from scipy.stats import norm

from scoring.ledger.nearby import Nearby, numbered, shop_share
from scoring.ledger.parameters import Parameters
from scoring.ledger.verdicts import discoveries
from scoring.ledger.workings import Workings

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
FEWEST_NEAR = 3
"""Untied buyers near a purchase that say whether it was early."""
FEWEST_BUYERS = 5
"""Purchases of a product that say how uneven that is by chance."""
FEWEST_PRODUCTS = 8
PULL = 20.0
"""How many purchases the shop's own unevenness weighs beside a product's."""
LEAST_VARIANCE = 1e-3


@dataclass(frozen=True)
class _Leads:
    """How far each of `who` was ahead with one product, and the variance of that by chance."""

    who: pa.Array
    ahead: Floats
    variance: Floats


def find_early(workings: Workings, nearby: Nearby, parameters: Parameters) -> pa.Array:
    """Return the ids of customers who buy before others beyond chance, sorted; some of them may lead.

    Of each at least `FEWEST_PRODUCTS` are looked at. Where nobody is early, nobody is named in 95 of 100
    shops (Benjamini-Hochberg at `gate_level`).
    """
    parts = [_among_buyers(workings, parameters.window), _before_whom_they_follow(nearby)]
    ids, who = numbered(pa.chunked_array([part.who for part in parts]))
    ahead, variance = (
        np.concatenate([getattr(part, name) for part in parts]) for name in ("ahead", "variance")
    )
    size, cut = len(ids), len(parts[0].who)
    if size == 0:
        return ids
    sums = np.bincount(who, weights=ahead / variance, minlength=size)
    firmness = np.bincount(who, weights=1 / variance, minlength=size)
    products = np.maximum(*(np.bincount(some, minlength=size) for some in (who[:cut], who[cut:])))
    p = norm.sf(sums / np.sqrt(firmness))
    found = discoveries(p, products >= FEWEST_PRODUCTS, parameters.gate_level)
    return ids.filter(pa.array(found))


def _among_buyers(workings: Workings, window: int) -> _Leads:
    """Return the share of untied buyers near who bought after each purchase, less what is usual."""
    around = workings.chance.select(
        "source_id",
        "product_id",
        "source_at",
        later=workings.chance["m_after"] - workings.chance["after"],
        sooner=workings.chance["m_before"] - workings.chance["before"],
    )
    around = around.filter(around["later"] + around["sooner"] >= FEWEST_NEAR)
    table = around.to_pyarrow().sort_by([("source_id", "ascending"), ("product_id", "ascending")])
    later, sooner = (table[name].to_numpy().astype(np.float64) for name in ("later", "sooner"))
    product = numbered(table["product_id"])[1]
    ahead = later / np.maximum(later + sooner, 1.0) - shop_share(
        workings, table["source_at"].to_numpy(), window
    )
    count = np.bincount(product).astype(np.float64)
    ahead -= (np.bincount(product, weights=ahead) / np.maximum(count, 1.0))[product]
    squares, free = np.bincount(product, weights=ahead**2), np.maximum(count - 1, 0.0)
    usual = float(squares.sum()) / max(float(free.sum()), 1.0)
    spread = (squares + PULL * usual) / (free + PULL)
    kept = count[product] >= FEWEST_BUYERS
    return _Leads(
        table["source_id"].combine_chunks().filter(pa.array(kept)),
        ahead[kept],
        np.maximum(spread[product[kept]], LEAST_VARIANCE),
    )


def _before_whom_they_follow(nearby: Nearby) -> _Leads:
    """Return by customer and product how far they were before those whom they follow, one way."""
    rows = nearby.rows.where(~nearby.rows.mutual)
    products = max(len(nearby.products), 1)
    key, place = np.unique(rows.target * products + rows.product, return_inverse=True)
    count = np.maximum(np.bincount(place), 1)
    chance = rows.chance * (1 - rows.chance)
    return _Leads(
        nearby.targets.take(pa.array(key // products)),
        np.bincount(place, weights=rows.chance - rows.after) / count,
        np.maximum(np.bincount(place, weights=chance) / count, LEAST_VARIANCE),
    )
