"""Invitation trials: half of a customer's candidates, by lot, are invited in their name, the others held out.

The one way to *proven* that needs no code. A trial is judged once, after its window; every customer drawn
counts in the arm that they were drawn into, whatever they did since (intention to treat).
"""

from datetime import datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from scoring.ledger import pairs, verdicts
from scoring.ledger.hold_out import Arms, fisher_p
from scoring.ledger.inputs import Inputs, instant, instants, line_table
from scoring.ledger.parameters import Parameters
from scoring.trial_design import RULE_VERSION, SAME

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
    return round((1 - parameters.interval) / 2, 12)


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
    return found.filter(pc.less_equal(found["p"], bar * SAME)).sort_by(
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
