"""Forecasts against what then came: purchases that followed, and money that was caused by who leads."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from benchmarks.validity.measures import Floats, table
from scoring.ahead import by_influence
from scoring.ledger import Engine, LedgerInputs, Parameters, compute_ledger, open_engine
from scoring.ledger.forecast import follow_ons, forecast
from scoring.ledger.inputs import read_inputs
from scoring.ledger.statement import aligned
from scoring.ledger.workings import Workings, work_out
from scoring.parameters import ValueParameters
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


STRENGTHS = (0.02, 0.05, 0.10)


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
        found = forecast(before, engine, parameters=PARAMETERS).expected
        days = int(found["follow_on_days"][0].as_py())
        after = _known(made, engine, as_of=ENDED + timedelta(days=days))
        came = follow_ons(after, since=before.inputs.as_of, until=after.inputs.as_of)
        people = found["customer_id"]
        named = found.rename_columns({"customer_id": "source_id"})
        names = ("follow_on", "follow_on_low", "follow_on_high")
        expected, low, high = (aligned(named, name, people) for name in names)
        return Outcome(expected, low, high, aligned(came.to_pyarrow(), "came", people))


def shop_at(made: Planted, *, as_of: datetime) -> LedgerInputs:
    """Return the shop as it was then."""
    bought = made.purchases
    known = bought.filter(pc.less_equal(bought["created_at"], pa.scalar(as_of, bought["created_at"].type)))
    return LedgerInputs(known, made.ties, made.categories, parallel_ties="kind" in made.ties.column_names)


def _known(made: Planted, engine: Engine, *, as_of: datetime) -> Workings:
    inputs = read_inputs(shop_at(made, as_of=as_of), engine, as_of=as_of, parameters=PARAMETERS)
    return work_out(inputs, engine, parameters=PARAMETERS)


def caused_ahead(made: Planted, engine: Engine) -> tuple[Floats, Floats]:
    """Return what those who lead at `ENDED` are expected to cause until the world's end, and what they did.

    Of the expectation three rows: itself, and the ends of its interval.
    """
    found = compute_ledger(shop_at(made, as_of=ENDED), as_of=ENDED, parameters=PARAMETERS, engine=engine)
    leads = found.evidence.filter(pc.greater(found.evidence["civ_estimate"], 0))
    people = leads["customer_id"]
    days = (made.as_of - ENDED).days
    told = found.forecast.rename_columns({"customer_id": "source_id"})
    facts = {name: leads[name].to_numpy() for name in ("civ_estimate", "civ_low", "civ_high")}
    facts |= {name: aligned(told, name, people) for name in ("follow_on", "follow_on_days")}
    in_days = np.maximum(facts["follow_on_days"], 1.0)
    facts["follow_on_money"] = aligned(told, "follow_on_money", people) * days / in_days
    rows = found.rows.group_by("source_id").aggregate([("line_id", "count")])
    facts["followed"] = aligned(rows, "line_id_count", people)
    first = made.purchases.group_by("customer_id").aggregate([("created_at", "min")])
    age = pc.days_between(first["created_at_min"], pa.scalar(ENDED, first["created_at_min"].type))
    ages = pa.table({"source_id": first["customer_id"], "age": age})
    facts["seen_days"] = aligned(ages, "age", people)
    parameters = ValueParameters(horizon_days=days, annual_discount=0.0)
    when = made.purchases.select(["line_id", "created_at"])
    came = made.caused.join(when, "line_id").filter(pc.field("created_at") > ENDED)
    sums = came.group_by("source_id").aggregate([("net", "sum")])
    return by_influence(pa.table(facts), parameters), aligned(sums, "net_sum", people)


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

    _print_ahead(customers, chosen)


def _print_ahead(customers: int, seeds: Sequence[int]) -> None:
    rows: list[list[object]] = []
    for strength in STRENGTHS:
        made = (made_world("influence", strength, None, customers=customers, seed=seed) for seed in seeds)
        with open_engine() as engine:
            found = [caused_ahead(one, engine) for one in made]
        ahead, came = (np.concatenate(parts, axis=-1) for parts in zip(*found, strict=True))
        inside = (ahead[1] <= came) & (came <= ahead[2])
        rows.append(
            [f"influence {strength:.0%}", len(came), ahead[0].sum(), came.sum(), f"{inside.mean():.0%}"]
        )
    table(
        "Influence ahead: what those who lead are expected to cause, and caused",
        ["world", "who leads", "expected", "came", "truth in their interval"],
        rows,
    )


def _share(found: list[Outcome], least: float) -> str:
    held = np.concatenate([one.inside(least=least) for one in found])
    return f"{held.mean():.1%} of {len(held):,}" if len(held) else "-"
