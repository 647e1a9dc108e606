"""Are perks judged rightly? `python benchmarks/perks [--parts effects] [--programmes N] [--seed N]`.

Prints the tables of each part: coverage, false alarms and power of what is said of programmes, and leaks.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks.perks.effects import TABLES, run_effects

PARTS = ("effects",)


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the tables of the parts asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--programmes", type=int, default=1_000, help="of each kind")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--tables", nargs="+", choices=TABLES, default=TABLES, help="of the part effects")
    chosen = parser.parse_args(arguments)
    if "effects" in chosen.parts:
        run_effects(chosen.programmes, seed=chosen.seed, tables=chosen.tables)


if __name__ == "__main__":
    main()
