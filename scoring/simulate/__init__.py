"""Shops whose truth is known, from a seed: for the demo, the tests and the benchmarks.

`shop` is a whole shop with accounts, guests and codes, as Saleor would hold it; `planted_shop` gives the
tables of the credit ledger, with one known law or one attack.
"""

from scoring.simulate.attacks import ATTACKS, planted_shop
from scoring.simulate.planted import Planted
from scoring.simulate.recipes import WORLDS
from scoring.simulate.world import World, shop

__all__ = ["ATTACKS", "WORLDS", "Planted", "World", "planted_shop", "shop"]
