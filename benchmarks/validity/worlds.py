"""Planted worlds and attacks: what is booked against what is true."""

from collections import Counter
from collections.abc import Iterable

import numpy as np
import pyarrow.compute as pc

from benchmarks.validity.measures import Measured, measured, percentile, purity, table
from scoring.ledger import LedgerInputs
from scoring.simulate.attacks import ATTACKS, attacked, median_customer, scored_customer
from scoring.simulate.circles import Habits
from scoring.simulate.planted import Planted
from scoring.simulate.recipes import world

LAWS = (
    ("null", 0.05),
    ("homophily", 0.05),
    ("sale", 0.05),
    ("common cause", 0.01),
    ("common cause", 0.02),
    ("common cause", 0.05),
    ("influence", 0.01),
    ("influence", 0.02),
    ("influence", 0.05),
)
ABLE = 5
SCORES = ("reach", "amplification", "network", "ambassador")


def _measured(made: Planted) -> Measured:
    size = 1 + max(
        int(pc.max(column).as_py())
        for column in (made.purchases["customer_id"], made.ties["source_id"], made.ties["target_id"])
    )
    social = "kind" in made.ties.column_names
    shop = LedgerInputs(made.purchases, made.ties, made.categories, parallel_ties=social)
    return measured(shop, as_of=made.as_of, size=size)


def run_worlds(customers: int, seeds: Iterable[int]) -> None:
    """Print what every world books, how many influencers are found, and how pure each ranking's top is."""
    rows: list[list[object]] = []
    for kind, strength in LAWS:
        for seed in seeds:
            made = world(kind, customers=customers, seed=seed, habits=Habits(strength=strength))
            rows.append([f"{kind} {strength:.0%}", seed, *_row(made, _measured(made))])
    table(
        f"Planted worlds, {customers:,} customers",
        [
            "world", "seed", "gate", "p", "reversal p", "together", "leads", "**booked**", "truth",
            "naive credit", "power", "purity", "purity: naive", "followers", "PageRank",
        ],
        rows,
    )  # fmt: skip
    print(
        "\npower = influencers found among those with at least five caused lines; purity = true influencers "
        "among those who lead, and among as many first of each rival (where nobody leads: the first twenty)."
    )


def _row(made: Planted, result: Measured) -> list[object]:
    ledger, ranking = result.ledger, result.rankings
    counts = Counter(ledger.evidence["inferred"].to_pylist())
    leads = ledger.evidence.filter(pc.equal(ledger.evidence["inferred"], "leads"))["customer_id"].to_numpy()
    influences = made.caused.num_rows > 0
    caused = Counter(made.caused["source_id"].to_pylist())
    able = [who for who, count in caused.items() if count >= ABLE]
    first = len(leads) or 20
    rivals = ("naive credit", "follower count", "PageRank")
    return [
        "open" if ledger.gate.opened else "shut",
        ledger.gate.p,
        ledger.gate.reversal_p if ledger.gate.reversal_p is not None else "-",
        counts["buys together"],
        counts["leads"],
        float(ranking["ours: booked"].sum()),
        made.true_value,
        float(ranking["naive credit"].sum()),
        f"{np.isin(able, leads).sum()}/{len(able)}" if influences else "-",
        f"{np.isin(leads, made.influencers).sum()}/{len(leads)}" if len(leads) else "-",
        *(purity(ranking[name], made.influencers, first) if influences else "-" for name in rivals),
    ]


def run_attacks(customers: int, seed: int) -> None:
    """Print where an account of the middle stands by each ranking before and after each attack."""
    made = world("influence", customers=customers, seed=seed, habits=Habits(strength=0.05))
    account = median_customer(made)
    names = ["naive credit", "PageRank", "follower count", "ours: ranking", "ours: forecast", "ours: booked"]
    rows: list[list[object]] = []
    unharmed = _measured(made)
    for attack in (None, *ATTACKS):
        result = unharmed if attack is None else _measured(attacked(made, attack, account=account))
        standing = [percentile(result.rankings[name][:customers], account) for name in names]
        booked = float(result.rankings["ours: booked"][account])
        rows.append([attack or "none", *standing, booked, *_scores(result, account)])
    table(
        f"Attacks on one account among {customers:,} (percentiles; - is not enough evidence)",
        ["attack", *names, "money booked", *SCORES],
        rows,
    )

    other = scored_customer(made, unharmed.ledger.scores)
    rows = [["none", *_scores(unharmed, other)]]
    for attack in ATTACKS:
        rows.append([attack, *_scores(_measured(attacked(made, attack, account=other)), other)])
    table(
        f"Attacks on the scores of an account that has some, among {customers:,}", ["attack", *SCORES], rows
    )


def _scores(result: Measured, account: int) -> list[object]:
    scores = result.ledger.scores
    rows = scores.filter(pc.equal(scores["customer_id"], account)).to_pylist()
    found = rows[0] if rows else {}
    return [found.get(name) if found.get(name) is not None else "-" for name in SCORES]
