"""Invitation trials: who is invited in a customer's name is drawn by lot, and compared with who was held out.

The one way to *proven* that needs no code. A trial is judged once, after its window; every customer drawn
counts in the arm she was drawn into, whatever she did since (intention to treat).
"""

import hashlib
from collections.abc import Iterable
from datetime import datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from scoring.ledger import topics, verdicts
from scoring.ledger.hold_out import Arms, fisher_p
from scoring.ledger.intake import instant, instants, line_table
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
    """The greatest p that can prove: the interval shown beside it then lies above 0."""
    return (1 - parameters.interval) / 2


def draw(guests: Iterable[str], seed: int) -> dict[str, bool]:
    """Whether each guest is invited: the half, rounded down, whose lots are least.

    A lot is the SHA-256 of seed and id: a draw can be repeated anywhere and hangs on no order of rows.
    """
    lots = sorted(set(guests), key=lambda one: hashlib.sha256(f"{seed}:{one}".encode()).digest())
    return {guest: place < len(lots) // 2 for place, guest in enumerate(lots)}


def buyers(
    purchases: pa.Table, *, since: datetime, until: datetime, category: tuple[str | None, pa.Table]
) -> set[str]:
    """Who paid, without a full refund, for anything after `since` up to `until`; or for the category's.

    `purchases` as in `intake.Shop`; `category` is (its id or None, the tree).
    """
    lines, _ = line_table(purchases, instant(until))
    bought = pc.greater(lines["at"], instant(since))
    wanted, tree = category
    if wanted is not None:
        paths = topics.category_paths(tree)
        inside = paths.filter(pc.equal(paths["topic"], wanted))["category_id"].to_pylist()
        among = pa.array([*inside, wanted], pa.string())
        bought = pc.and_(bought, pc.is_in(lines["category_id"], value_set=among))
    return set(lines.filter(bought)["customer_id"].to_pylist())


def p_value(arms: Arms) -> float:
    """Fisher's one-sided p of one trial."""
    sizes = {"invited": np.array([arms.invited]), "held_out": np.array([arms.held_out])}
    p = fisher_p(np.array([arms.invited_bought]), others=np.array([arms.held_out_bought]), **sizes)
    return float(p[0])


def accepted(trials: pa.Table, *, as_of: int, parameters: Parameters) -> pa.Table:
    """(trial_id, customer_id, p) of trials ended by `as_of` (microseconds) in which the invited won.

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
    """What a run says of the shop's trials as JSON: how many had ended, and the ids of those won."""
    known = TRIALS.empty_table() if trials is None else trials
    ended = pc.sum(pc.less_equal(instants(known["ended_at"]), as_of)).as_py() or 0
    won = accepted(known, as_of=as_of, parameters=parameters)["trial_id"].to_pylist()
    return {"rule_version": RULE_VERSION, "ended": ended, "won": sorted(won)}


def winners(trials: pa.Table | None, barred: pa.Array, *, as_of: int, parameters: Parameters) -> pa.Table:
    """(source_id, trial_id): who takes part and whose invitation beat a hold-out, with the surest trial."""
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
