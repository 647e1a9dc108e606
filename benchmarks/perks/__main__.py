"""Are perks judged rightly, written quickly, answered at once? `python -m benchmarks.perks [--parts ...]`.

effects: coverage, false alarms and power of what is said of programmes, and leaks; writing: grants drawn and
written to a pocket Saleor, beside the bare requests; shipping: how long the question for methods takes.
"""

import argparse
from collections.abc import Sequence

PARTS = ("effects", "writing", "shipping")


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the tables of the parts asked for."""
    from benchmarks.perks.effects import TABLES, run_effects
    from benchmarks.perks.shipping import run_shipping
    from benchmarks.perks.writing import run_writing, serve

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--programmes", type=int, default=1_000, help="of each kind, for effects")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--tables", nargs="+", choices=TABLES, default=TABLES, help="of the part effects")
    parser.add_argument("--members", type=int, default=100_000, help="who get codes, or shipping methods")
    parser.add_argument("--cards", type=int, default=2_000, help="gift cards, each a request of its own")
    parser.add_argument("--rate", type=float, default=200.0, help="questions a second for shipping methods")
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--workers", type=int, default=1, help="web workers that answer them")
    parser.add_argument("--serve", type=int, help=argparse.SUPPRESS)
    chosen = parser.parse_args(arguments)
    if chosen.serve is not None:
        serve(chosen.serve)
        return
    if "effects" in chosen.parts:
        run_effects(chosen.programmes, seed=chosen.seed, tables=chosen.tables)
    if "writing" in chosen.parts:
        run_writing(members=chosen.members, cards=chosen.cards)
    if "shipping" in chosen.parts:
        run_shipping(members=chosen.members, rate=chosen.rate, seconds=chosen.seconds, workers=chosen.workers)


if __name__ == "__main__":
    main()
