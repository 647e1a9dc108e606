"""Does the ledger tell the truth? `python benchmarks/validity [--customers N] [--seeds 1 2] [--data FOLDER]`.

Prints the tables of each part: planted worlds, attacks, who buys early, power (not by default: it takes half
an hour; its exit status says whether its marks hold), forecasts, verdicts by month, trials by lot, Ciao,
CDNOW. FOLDER holds Ciao's ciao_events.csv and ciao_edges.csv, which state no licence and are therefore not in
this repository (from yangjiera/LibMF, dataset/Ciao: rating.txt, trust.txt). Without it that part says so and
is left out.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks import clv_cdnow
from benchmarks.validity.attack_costs import run_attack_costs
from benchmarks.validity.ciao import run_ciao
from benchmarks.validity.early import run_early
from benchmarks.validity.forecasts import run_forecasts
from benchmarks.validity.lots import run_lots
from benchmarks.validity.months import run_months
from benchmarks.validity.power import SEEDS, run_power
from benchmarks.validity.worlds import run_attacks, run_worlds

PARTS = ("worlds", "attacks", "early", "forecasts", "months", "lots", "ciao", "cdnow")
POWER = "power"


def main(arguments: Sequence[str] | None = None) -> bool:
    """Print the tables of the parts asked for; return whether all marks hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=5_000)
    parser.add_argument("--seeds", type=_seeds, nargs="+", default=None, help="1 2 3, or 1,2,3")
    parser.add_argument("--data", type=Path)
    parser.add_argument("--shuffles", type=int, default=5)
    parser.add_argument("--trials", type=int, default=1_000)
    parser.add_argument("--parts", nargs="+", choices=(*PARTS, POWER), default=PARTS)
    chosen = parser.parse_args(arguments)
    given = None if chosen.seeds is None else [seed for some in chosen.seeds for seed in some]
    seeds = given or [1, 2, 3]
    if "worlds" in chosen.parts:
        run_worlds(chosen.customers, seeds)
    if "attacks" in chosen.parts:
        run_attack_costs(seeds[0])
        run_attacks(chosen.customers, seeds[0])
    if "early" in chosen.parts:
        run_early(chosen.customers, seeds)
    if "forecasts" in chosen.parts:
        run_forecasts(chosen.customers, seeds)
    if "months" in chosen.parts:
        run_months(chosen.customers, seeds)
    if "lots" in chosen.parts:
        run_lots(chosen.trials, seeds)
    if "ciao" in chosen.parts:
        if chosen.data and (chosen.data / "ciao_events.csv").exists():
            run_ciao(chosen.data, chosen.shuffles)
        else:
            print("\nNo Ciao in --data FOLDER: take rating.txt and trust.txt from yangjiera/LibMF.")
    if "cdnow" in chosen.parts:
        print("\n### CDNOW\n")
        clv_cdnow.main([])
    return run_power(chosen.customers, given or SEEDS) if POWER in chosen.parts else True


def _seeds(written: str) -> list[int]:
    return [int(one) for one in written.split(",")]


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
