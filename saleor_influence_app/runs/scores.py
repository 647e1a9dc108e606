"""Facts to values, evidence and memberships: the only step that knows the scoring library."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from typing import Any

import pyarrow as pa
from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from saleor_influence_app import bulk_copy, db, settings
from saleor_influence_app.db import Base
from saleor_influence_app.fields import Json
from saleor_influence_app.models import (
    VERSIONED,
    Credit,
    Evidence,
    LearningStep,
    Membership,
    NetworkScore,
    Score,
    Segment,
    Shop,
)
from saleor_influence_app.runs import facts, inputs, step_limits
from saleor_influence_app.social.networks import COMBINABLE
from saleor_influence_app.targeting import condition_sources, definitions
from scoring import finder, ledger, referrals, segments, valuation, values
from scoring.ledger import trials
from scoring.ledger.workings import Progress, unheard

LEADERS = pa.schema([("customer_id", pa.string())])
CATEGORIES = pa.schema([("category_id", pa.string()), ("parent_id", pa.string())])
CUSTOMERS = pa.schema(
    [
        ("customer_id", pa.string()),
        *((name, pa.bool_()) for name in ("is_staff", "is_reseller", "is_test", "opted_out")),
        *((name, pa.string()) for name in inputs.MARKS),
    ]
)


SMALL = {
    "codes": (inputs.codes, referrals.CODES),
    "leaks": (inputs.leaks, referrals.LEAKS),
    "categories": (inputs.categories, CATEGORIES),
    "customers": (inputs.customers, CUSTOMERS),
    "trials": (inputs.trials, trials.TRIALS),
    "leaders": (inputs.leaders, LEADERS),
}
"""What is read with ids as they are: hardly anybody is in it."""


@dataclass(frozen=True)
class RunInputs:
    """What one run reads: the shop's books, last run's memberships, definitions, who agreed to perks."""

    fetched: facts.Fetched
    small: Mapping[str, pa.Table]
    networks: tuple[str, ...]
    previous: pa.Table
    definitions: tuple[Json, ...]
    agreed: condition_sources.Agreed = field(default_factory=dict)
    may: finder.May = field(default_factory=finder.May)
    """Which steps the finder may choose."""


@dataclass(frozen=True)
class Scored:
    """What one run found: a table for each of ours, the models, remarks in plain words."""

    tables: dict[type[Base], pa.Table]
    steps: pa.Table
    model: Json
    notes: tuple[str, ...]

    @property
    def counts(self) -> dict[str, int]:
        """Return how many customers have a value, and how many memberships of segments there are."""
        return {"customers": self.tables[Score].num_rows, "memberships": self.tables[Membership].num_rows}


def parameters_of(shop: Shop) -> Json:
    """Return the shop's choices and the ledger's rules as the run stores them, so that it can be repeated."""
    rules = ledger.Parameters(rule=shop.ledger_rule)
    return {
        "currency": shop.currency,
        "exchange_rates": dict(shop.exchange_rates),
        "horizon_days": shop.horizon_days,
        "rule_version": rules.rule_version,
        "rules": asdict(rules),
    }


def read(session: Session, shop_id: int) -> RunInputs:
    """Return everything that a run of the shop computes from; those who withdrew are nobody in it."""
    db.expect_many_rows(session)
    folder = settings.get().scoring_spill_folder
    small = {
        name: bulk_copy.read_to_disk(session, query, shop_id, schema=schema, folder=folder)
        for name, (query, schema) in SMALL.items()
    }
    allowed = step_limits.allowed(session, shop_id)
    small["writable"] = pa.table({"customer_id": pa.array(sorted(allowed.letters), pa.string())})
    return RunInputs(
        fetched=facts.fetch(session, shop_id, small=small),
        small=small,
        networks=tuple(session.scalars(inputs.networks(shop_id))),
        previous=read_memberships(session, shop_id),
        definitions=tuple(
            session.scalars(
                select(Segment.definition)
                .where(Segment.shop_id == shop_id)
                .order_by(Segment.position, Segment.name)
            )
        ),
        agreed=condition_sources.agreed_in(session, shop_id, definitions.of_shop(session, shop_id).values()),
        may=finder.May(
            links=pa.array(sorted(allowed.links), pa.string()),
            names=pa.array(sorted(allowed.names), pa.string()),
            **asdict(step_limits.seen(session, shop_id)),
        ),
    )


def numbered(given: RunInputs) -> tuple[valuation.ScoringInputs, facts.Names]:
    """Return what the library takes, with numbers for ids, and the ids of these numbers."""
    known = given.fetched.numbered()
    books = valuation.ScoringInputs(
        orders=known.orders,
        lines=known.lines,
        ties=known.ties,
        **{name: known.numbered(table) for name, table in given.small.items()},
        networks=given.networks,
        combinable=tuple(name for name in given.networks if name in COMBINABLE),
        parallel_ties=known.parallel_ties,
    )
    return books, known.names


def open_here() -> ledger.Engine:
    """Return an engine in this process, within the limits of the settings."""
    chosen = settings.get()
    limits = ledger.Limits(
        memory_limit=chosen.scoring_memory,
        threads=chosen.scoring_threads,
        spill_directory=chosen.scoring_spill_folder,
    )
    return ledger.open_engine(limits)


def compute(
    given: RunInputs,
    *,
    as_of: datetime,
    parameters: Mapping[str, Any],
    progress: Progress = unheard,
    open_engine: Callable[[], ledger.Engine] = open_here,
) -> Scored:
    """Return values, evidence and memberships as of `as_of`; the same facts give the same result."""
    rates = {code: float(rate) for code, rate in parameters["exchange_rates"].items()}
    books, names = numbered(given)
    result = valuation.compute_valuation(
        books,
        as_of=as_of,
        choices=valuation.Choices(
            values.ValueParameters(
                currency=parameters["currency"],
                exchange_rates=rates,
                horizon_days=parameters["horizon_days"],
                weekly=True,
            ),
            ledger.Parameters(**parameters["rules"]),
            open_engine,
        ),
        progress=progress,
    )
    progress("segments")
    told = names.told
    found, evidence, networks = told(result.values.table), told(result.evidence), told(result.networks)
    wanted = [definitions.read(one) for one in given.definitions if definitions.why_refused(one) is None]
    stands_on = date.fromisoformat(str(result.values.model["stands_on"]))
    details = segments.Details(evidence, networks, given.agreed, stands_on)
    members = segments.assign(found, wanted, given.previous, as_of=as_of, details=details)
    steps = _steps(result, given.may, names, customer_ids=found["customer_id"])
    return Scored(
        {
            Score: values.stored(found),
            Evidence: evidence,
            Credit: told(result.credits),
            NetworkScore: networks,
            Membership: members,
        },
        finder.STEPS.empty_table() if steps is None else steps.steps,
        dict(result.values.model)
        | {"ledger": result.ledger, "affinity": _with_products(result.affinity, names)}
        | {"finder": None if steps is None else steps.report()},
        tuple(result.values.notes),
    )


def _steps(
    result: valuation.Valuation, may: finder.May, names: facts.Names, *, customer_ids: pa.ChunkedArray
) -> finder.Found | None:
    """Return what teaches the shop most; None where nobody's influence is computed."""
    if result.exposed is None:
        return None
    customers, letters = names.told(result.exposed.customers), names.told(result.exposed.letters)
    exposed = replace(result.exposed, customers=customers, letters=letters)
    return finder.find_steps(exposed, may, customers=customer_ids)


def _with_products(affinity: Json, names: facts.Names) -> Json:
    """Return the report with the ids of products in place of their numbers."""
    pairs = [dict(one) for one in affinity["pairs"]]
    for column in ("product_id", "other_id"):
        numbers = pa.chunked_array([pa.array([one[column] for one in pairs], facts.NUMBER)])
        for one, product_id in zip(pairs, names.products.of(numbers).to_pylist(), strict=True):
            one[column] = product_id
    return dict(affinity) | {"pairs": tuple(pairs)}


def bring(session: Session, scored: Scored) -> None:
    """Put what was computed into temporary tables of the transaction, for `write`; nobody waits for that."""
    for model, table in scored.tables.items():
        bulk_copy.bring(session, table.select(bulk_copy.versioned_columns(model)), like=model)


def bring_back(session: Session, shop_id: int, *, back_to: int) -> None:
    """Put the rows of the run `back_to` there, as far as these customers are still here."""
    db.expect_many_rows(session)
    for model in VERSIONED:
        bulk_copy.bring_back(session, shop_id, run_id=back_to, like=model)


def write(session: Session, shop_id: int, *, run_id: int) -> dict[str, int]:
    """Replace the shop's rows by those that were brought, touching only rows that differ; returns counts.

    The caller holds `staging.lock` and `shops.lock_facts`: others take those first, and these rows then.
    """
    db.expect_many_rows(session)
    counts: dict[str, int] = {}
    for model in VERSIONED:
        changed, gone = bulk_copy.replace(session, shop_id, into=model, run_id=run_id)
        counts |= {f"{model.__tablename__}_changed": changed, f"{model.__tablename__}_gone": gone}
    return counts


def write_steps(session: Session, shop_id: int, scored: Scored | None, *, run_id: int) -> None:
    """The shop's steps are those that were found; none where an earlier result was brought back."""
    session.execute(delete(LearningStep).where(LearningStep.shop_id == shop_id))
    rows = [] if scored is None else scored.steps.to_pylist()
    if rows:
        session.execute(insert(LearningStep), [row | {"shop_id": shop_id, "run_id": run_id} for row in rows])


def read_memberships(session: Session, shop_id: int) -> pa.Table:
    """Return who is in which segment now."""
    query: Any = select(*(getattr(Membership, name) for name in segments.MEMBERSHIPS.names))
    return bulk_copy.read(session, query.where(Membership.shop_id == shop_id), segments.MEMBERSHIPS)
