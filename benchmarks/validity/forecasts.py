"""Forecasts against what then came: is a customer's next stretch within their 80 % interval?"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from benchmarks.validity.measures import Floats, table
from scoring.ledger import Engine, LedgerInputs, Parameters, open_engine
from scoring.ledger.forecast import follow_ons, forecast
from scoring.ledger.inputs import read_inputs
from scoring.ledger.statement import aligned
from scoring.ledger.workings import Workings, work_out
from scoring.simulate.attacks import attacked, median_customer
from scoring.simulate.circles import Habits
from scoring.simulate.planted import DAYS, END, Planted
from scoring.simulate.recipes import world

PARAMETERS = Parameters()
ENDED = END - timedelta(days=DAYS * 2 / 9)
"""Then a stretch of the last 2/7 of orders so far is about as long as what is left of the world."""
LAWS = (
    *(("influence", strength, None) for strength in (0.05, 0.10)),
    ("common cause", 0.05, None),
    ("sale", 0.05, None),
    ("homophily", 0.05, None),
    ("influence", 0.10, "viral item"),
    ("influence", 0.10, "bought followers"),
)


@dataclass(frozen=True)
class Outcome:
    """What was expected of each customer, and what came."""

    expected: Floats
    low: Floats
    high: Floats
    came: Floats

    def inside(self, *, least: float = 0.0) -> npt.NDArray[np.bool_]:
        """Return whether each customer of whom at least so much was expected lay in their interval."""
        held = (self.low <= self.came) & (self.came <= self.high)
        return held[self.expected >= least]


def outcome(made: Planted, engine: Engine) -> Outcome:
    """Forecast with what was known at `ENDED`, and count what came in the stretch after it."""
    with engine.scratch():
        before = _known(made, engine, as_of=ENDED)
        found = forecast(before, parameters=PARAMETERS).expected
        days = int(found["follow_on_days"][0].as_py())
        after = _known(made, engine, as_of=ENDED + timedelta(days=days))
        came = follow_ons(after, since=before.inputs.as_of, until=after.inputs.as_of)
        people = found["customer_id"]
        named = found.rename_columns({"customer_id": "source_id"})
        names = ("follow_on", "follow_on_low", "follow_on_high")
        expected, low, high = (aligned(named, name, people) for name in names)
        return Outcome(expected, low, high, aligned(came.to_pyarrow(), "came", people))


def _known(made: Planted, engine: Engine, *, as_of: datetime) -> Workings:
    bought = made.purchases
    known = bought.filter(pc.less_equal(bought["created_at"], pa.scalar(as_of, bought["created_at"].type)))
    shop = LedgerInputs(known, made.ties, made.categories, parallel_ties="kind" in made.ties.column_names)
    return work_out(
        read_inputs(shop, engine, as_of=as_of, parameters=PARAMETERS), engine, parameters=PARAMETERS
    )


def made_world(kind: str, strength: float, attack: str | None, *, customers: int, seed: int) -> Planted:
    """Return that world, with the attack on its median customer."""
    made = world(kind, customers=customers, seed=seed, habits=Habits(strength=strength))
    return made if attack is None else attacked(made, attack, account=median_customer(made), seed=seed)


def run_forecasts(customers: int, seeds: Iterable[int]) -> None:
    """Print how many customers' next stretch lay in their interval, all and of whom most was expected."""
    rows: list[list[object]] = []
    chosen = tuple(seeds)
    for kind, strength, attack in LAWS:
        with open_engine() as engine:
            found = [
                outcome(made_world(kind, strength, attack, customers=customers, seed=seed), engine)
                for seed in chosen
            ]
        shares = [_share(found, least) for least in (0.0, 0.3, 1.0)]
        totals = [float(sum(getattr(one, name).sum() for one in found)) for name in ("expected", "came")]
        rows.append([f"{kind} {strength:.0%}{f', {attack}' if attack else ''}", *shares, *totals])
    table(
        f"Forecasts: customers whose next stretch lay in their 80 % interval ({customers:,} customers, "
        f"seeds {', '.join(map(str, chosen))} together)",
        ["world", "all", "of whom 0.3 was expected", "of whom 1 was expected", "expected", "came"],
        rows,
    )


def _share(found: list[Outcome], least: float) -> str:
    held = np.concatenate([one.inside(least=least) for one in found])
    return f"{held.mean():.1%} of {len(held):,}" if len(held) else "-"
