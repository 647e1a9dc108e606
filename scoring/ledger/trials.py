"""Invitation trials: half of a customer's candidates, by lot, are invited in their name, the others held out.

The one way to *proven* that needs no code. A trial is judged once, after its window; every customer drawn
counts in the arm that they were drawn into, whatever they did since (intention to treat).
"""

import hashlib
from collections.abc import Iterable
from datetime import datetime

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from scoring.ledger import pairs, verdicts
from scoring.ledger.engine import Engine
from scoring.ledger.hold_out import Arms, fisher_p
from scoring.ledger.inputs import Inputs, Shop, instant, instants, line_table, read_inputs
from scoring.ledger.parameters import Parameters

RULE_VERSION = "trial-1"
LEAST = 10
"""In each arm. With fewer not even half of the invited, against none, would be found four times in five."""
TRIALS = pa.schema(
    [
        ("trial_id", pa.int64()),
        ("customer_id", pa.string()),
        ("ended_at", pa.timestamp("us", tz="UTC")),
        *((name, pa.int64()) for name in ("invited", "invited_bought", "held_out", "held_out_bought")),
    ]
)
"""Trials that ended with a result; `customer_id` is in whose name was invited."""


def level(parameters: Parameters) -> float:
    """Return the greatest p that can prove: the interval shown beside it then lies above 0."""
    return (1 - parameters.interval) / 2


def candidates_of(
    shop: Shop, source: str, *, as_of: datetime, engine: Engine, parameters: Parameters
) -> list[str]:
    """Return the ids of customers who may be invited in the name of `source`: whom the ledger would trust.

    A tie says now that they may follow the source. As everywhere in the ledger both take part, and share
    neither household nor payment. A candidate has as many paid orders, of as many products, as make a
    follower trusted, else accounts made for the trial could win it; `shop.purchases` holds none of the orders
    that are credited to the source.
    """
    with engine.scratch():
        inputs = read_inputs(shop, engine, as_of=as_of, parameters=parameters)
        tied = pairs.eligible_ties(inputs, inputs.ties.filter(inputs.ties["source_id"] == source))
        now = ibis.literal(instant(as_of), type="int64")
        tied = tied.filter((tied["valid_from"] <= now) & (now < tied["valid_to"]))
        lines = pairs.participating_lines(inputs)
        own = lines.group_by("customer_id").agg(
            orders=lines["order_id"].nunique(), products=lines["product_id"].nunique()
        )
        enough = own.filter(ibis.least(own["orders"], own["products"]) >= parameters.other_orders)
        known = tied.semi_join(enough.rename(target_id="customer_id"), "target_id")
        found: pa.Table = known.select("target_id").distinct().to_pyarrow()
        return sorted(found["target_id"].to_pylist())


def draw(candidates: Iterable[str], seed: int) -> dict[str, bool]:
    """Return whether each candidate is invited: the half, rounded down, whose lots are least.

    A lot is the SHA-256 of seed and id: a draw can be repeated anywhere, whatever the order of rows.
    """
    lots = sorted(set(candidates), key=lambda one: hashlib.sha256(f"{seed}:{one}".encode()).digest())
    return {one: place < len(lots) // 2 for place, one in enumerate(lots)}


def buyers(
    purchases: pa.Table, *, since: datetime, until: datetime, category: tuple[str | None, pa.Table]
) -> set[str]:
    """Return who paid for anything (or anything of a category) after `since` up to `until`.

    Lines that were wholly refunded do not count. `purchases` as in `inputs.Shop`; `category` is (its id or
    None, the tree).
    """
    lines, _ = line_table(purchases, instant(until))
    bought = pc.greater(lines["at"], instant(since))
    wanted, tree = category
    if wanted is not None:
        paths = pairs.category_paths(tree)
        inside = paths.filter(pc.equal(paths["topic"], wanted))["category_id"].to_pylist()
        among = pa.array([*inside, wanted], pa.string())
        bought = pc.and_(bought, pc.is_in(lines["category_id"], value_set=among))
    return set(lines.filter(bought)["customer_id"].to_pylist())


def p_value(arms: Arms) -> float:
    """Return Fisher's one-sided p of one trial."""
    sizes = {"invited": np.array([arms.invited]), "held_out": np.array([arms.held_out])}
    p = fisher_p(np.array([arms.invited_bought]), others=np.array([arms.held_out_bought]), **sizes)
    return float(p[0])


def accepted(trials: pa.Table, *, as_of: int, parameters: Parameters) -> pa.Table:
    """Return (trial_id, customer_id, p) of trials ended by `as_of` (microseconds) in which the invited won.

    Every ended trial of the shop is in the family: Benjamini-Hochberg at the ledger's rate, and `level`
    besides, which is the bar while there are few trials. By p, the older first among equals.
    """
    known = trials.filter(pc.less_equal(instants(trials["ended_at"]), as_of))
    names = ("invited", "invited_bought", "held_out", "held_out_bought")
    invited, bought, held_out, others = (known[name].to_numpy() for name in names)
    p = fisher_p(bought, invited=invited, others=others, held_out=held_out)
    bar = min(verdicts.accepted_up_to(p, parameters.false_discovery_rate), level(parameters))
    found = known.select(["trial_id", "customer_id"]).append_column("p", pa.array(p, pa.float64()))
    return found.filter(pc.less_equal(found["p"], bar)).sort_by(
        [("p", "ascending"), ("trial_id", "ascending")]
    )


def summary(trials: pa.Table | None, *, as_of: int, parameters: Parameters) -> dict[str, object]:
    """Return what a run says of the shop's trials as JSON: how many had ended, and the ids of those won."""
    known = TRIALS.empty_table() if trials is None else trials
    ended = pc.sum(pc.less_equal(instants(known["ended_at"]), as_of)).as_py() or 0
    won = accepted(known, as_of=as_of, parameters=parameters)["trial_id"].to_pylist()
    return {"rule_version": RULE_VERSION, "ended": ended, "won": sorted(won)}


def winners(trials: pa.Table | None, barred: pa.Array, *, as_of: int, parameters: Parameters) -> pa.Table:
    """Return (source_id, trial_id): participants whose invitation beat a hold-out, with the surest trial."""
    if trials is None or trials.num_rows == 0:
        return pa.table({"source_id": barred.slice(0, 0), "trial_id": pa.array([], pa.int64())})
    won = accepted(trials, as_of=as_of, parameters=parameters)
    ids = won["customer_id"].cast(barred.type)
    won = won.set_column(1, "customer_id", ids).filter(pc.invert(pc.is_in(ids, value_set=barred)))
    best = {row["customer_id"]: row["trial_id"] for row in reversed(won.to_pylist())}
    sources = sorted(best)
    return pa.table(
        {
            "source_id": pa.array(sources, barred.type),
            "trial_id": pa.array([best[one] for one in sources], pa.int64()),
        }
    )


def winners_of(inputs: Inputs, parameters: Parameters) -> pa.Table:
    """Return `winners` of the shop's trials."""
    known = inputs.barred if inputs.trials is not None and inputs.trials.num_rows else inputs.barred.limit(0)
    barred = known.to_pyarrow()["customer_id"].combine_chunks()
    return winners(inputs.trials, barred, as_of=inputs.as_of, parameters=parameters)
