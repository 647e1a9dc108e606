"""Shops whose truth is known, from a seed: for the demo, the tests and the benchmarks."""

from scoring.simulate.world import World, shop

__all__ = ["World", "shop"]
