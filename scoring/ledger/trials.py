"""Trials by lot: which of them prove that a customer leads others, all trials of the shop together.

The one way to *proven* that needs no code. Trials by lots of (contact, thing) are counted by `scoring.lots`;
invitation trials, which began before these, are judged once, by those drawn into each arm.
"""

from datetime import datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from scoring.ledger import pairs, verdicts
from scoring.ledger.hold_out import Arms, fisher_p
from scoring.ledger.inputs import Inputs, instant, instants, line_table
from scoring.ledger.parameters import Parameters
from scoring.lots import RULE_VERSION

SAME = 1 + 1e-9
"""Up to so much above the level a p counts as the level: 1/20 is computed in more than one way."""
TRIALS = pa.schema(
    [
        ("trial_id", pa.int64()),
        ("customer_id", pa.string()),
        ("seen_at", pa.timestamp("us", tz="UTC")),
        ("p", pa.float64()),
        *((name, pa.int64()) for name in ("told", "told_bought", "untold_bought")),
    ]
)
"""Trials with a result, by when it was seen; `customer_id` is the sender.

p: of lots one over the greatest e-value, which is a p that holds whenever somebody looks (Ville). told:
exposures told, told_bought and untold_bought: (contact, thing)s bought; null for invitation trials.
"""


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
    """Return Fisher's one-sided p of one invitation trial."""
    sizes = {"invited": np.array([arms.invited]), "held_out": np.array([arms.held_out])}
    p = fisher_p(np.array([arms.invited_bought]), others=np.array([arms.held_out_bought]), **sizes)
    return float(p[0])


def seen(trials: pa.Table | None, *, as_of: int) -> pa.Table:
    """Return the trials whose result was seen by `as_of` (microseconds)."""
    known = TRIALS.empty_table() if trials is None else trials
    return known.filter(pc.less_equal(instants(known["seen_at"]), as_of))


def accepted(trials: pa.Table, *, as_of: int, parameters: Parameters) -> pa.Table:
    """Return (trial_id, customer_id, p) of trials seen by `as_of` (microseconds) that prove influence.

    Every trial of the shop is in the family: Benjamini-Hochberg at the ledger's rate, and `level` besides,
    which is the bar while there are few trials. By p, the older first among equals.
    """
    known = seen(trials, as_of=as_of)
    p = known["p"].to_numpy()
    bar = min(verdicts.accepted_up_to(p, parameters.false_discovery_rate), level(parameters))
    found = known.select(["trial_id", "customer_id", "p"])
    return found.filter(pc.less_equal(found["p"], bar * SAME)).sort_by(
        [("p", "ascending"), ("trial_id", "ascending")]
    )


def summary(trials: pa.Table | None, *, as_of: int, parameters: Parameters) -> dict[str, object]:
    """Return what a run says of the shop's trials as JSON: how many have a result, and which won."""
    known = seen(trials, as_of=as_of)
    won = accepted(known, as_of=as_of, parameters=parameters)["trial_id"].to_pylist()
    return {"rule_version": RULE_VERSION, "ended": known.num_rows, "won": sorted(won)}


def winners(trials: pa.Table | None, barred: pa.Array, *, as_of: int, parameters: Parameters) -> pa.Table:
    """Return (source_id, trial_id): participants with a trial that proves their influence, the surest."""
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
