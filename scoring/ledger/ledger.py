"""The credit ledger of a shop: rows, evidence, gate and money. Start reading here."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.compute as pc

from scoring.ledger import trials
from scoring.ledger.account import (
    Account,
    Progress,
    collected,
    credit_rows,
    customer_evidence,
    open_account,
    topic_evidence,
    unheard,
)
from scoring.ledger.adoptions import revenue_of
from scoring.ledger.engine import Engine, open_engine
from scoring.ledger.gate import Gate, run_gate
from scoring.ledger.intake import Shop, take_in
from scoring.ledger.parameters import RULE_VERSION, Parameters
from scoring.ledger.sampling import gate_evidence
from scoring.ledger.scores import SCORES_VERSION, main_scores, scores_by_kind
from scoring.ledger.statement import (
    Standing,
    booked_rows,
    customer_statement,
    net_values,
    topic_statement,
)

ROW_ORDER = ["source_id", "order_id", "line_id"]


@dataclass(frozen=True)
class Ledger:
    """The result; `model` is JSON-able.

    rows(source_id, customer_id, order_id, line_id, product_id, topic, tie_kind, days_between, sharers, share,
    trust, cap, amount, credit, booked, proven, rule_version): credit = amount x share x trust x cap.
    evidence and topics: one row a customer, or a customer and topic. scores: four scores from 1 to 100, or
    nulls, with inputs and version, for each customer of `evidence` who is in it by more than networks;
    scores_by_kind the same by the ties of each network alone. net(customer_id, revenue, net): revenue
    of everybody, and the same after booked money has moved from who spent it to who led to it.
    """

    rows: pa.Table
    evidence: pa.Table
    topics: pa.Table
    scores: pa.Table
    scores_by_kind: pa.Table
    net: pa.Table
    gate: Gate
    model: dict[str, Any]
    set_aside: dict[str, int]
    standing: Standing


@dataclass(frozen=True)
class Day:
    """What changes in a ledger by a day: of these sources all old rows go, and these are the new ones."""

    rows: pa.Table
    evidence: pa.Table
    topics: pa.Table
    sources: pa.ChunkedArray


def compute_ledger(
    shop: Shop,
    *,
    as_of: datetime,
    parameters: Parameters | None = None,
    engine: Engine | None = None,
    progress: Progress = unheard,
) -> Ledger:
    """The whole ledger of a shop as it was at `as_of`; same tables and parameters, same ledger."""
    chosen = parameters or Parameters()
    if engine is None:
        with open_engine() as own:
            return compute_ledger(shop, as_of=as_of, parameters=chosen, engine=own, progress=progress)
    with engine.scratch():
        progress("tables")
        facts = take_in(shop, engine, as_of=as_of, parameters=chosen)
        account = open_account(facts, engine, parameters=chosen, progress=progress)
        return settle(account, engine, parameters=chosen, progress=progress, set_aside=facts.set_aside)


def settle(
    account: Account,
    engine: Engine,
    *,
    parameters: Parameters,
    progress: Progress = unheard,
    set_aside: dict[str, int],
) -> Ledger:
    """Gate, verdicts and money of an account."""
    progress("gate")
    gate = run_gate(
        gate_evidence(account, engine, parameters),
        window=parameters.window,
        permutations=parameters.permutations,
        level=parameters.gate_level,
        seed=parameters.seed,
    )
    progress("verdicts")
    standing = Standing(gate_open=gate.opened)
    rows, evidence, topics, standing = _stated(account, standing, parameters)
    pa.default_memory_pool().release_unused()  # what verdicts took; the scores' joins need most
    progress("scores")
    with engine.scratch():
        scores = main_scores(account, evidence, engine=engine, parameters=parameters)
    by_kind = scores_by_kind(account, engine=engine, parameters=parameters)
    progress("net")
    facts = account.facts
    tried = trials.summary(facts.trials, as_of=facts.as_of, parameters=parameters)
    net = net_values(revenue_of(facts).to_pyarrow(), rows)
    return Ledger(
        rows=rows,
        evidence=evidence,
        topics=topics,
        scores=scores,
        scores_by_kind=by_kind,
        net=net,
        gate=gate,
        model=_model(gate, standing, parameters) | {"trials": tried},
        set_aside=set_aside,
        standing=standing,
    )


def refresh(account: Account, standing: Standing, *, parameters: Parameters) -> Day:
    """Rows, evidence and topics of the sources whom the last changes concern, by the shop's standing.

    Their sums are those of a full run; gate, prior and what counts as significant are the last full run's.
    """
    if account.touched is None:
        raise ValueError("nothing was posted into this account")
    rows, evidence, topics, _ = _stated(account, standing, parameters, among=account.touched)
    return Day(rows, evidence, topics, collected(account.touched, ["source_id"])["source_id"])


def _stated(
    account: Account, standing: Standing, parameters: Parameters, *, among: ir.Table | None = None
) -> tuple[pa.Table, pa.Table, pa.Table, Standing]:
    """Rows, evidence and topics, and the standing with what it lacked."""
    people = collected(customer_evidence(account, parameters, among=among), ["source_id"])
    by_topic = collected(topic_evidence(account, parameters, among=among), ["source_id", "topic"])
    rows = collected(credit_rows(account, among=among), ROW_ORDER)
    winners = account.winners
    if among is not None:
        here = pc.is_in(winners["source_id"], value_set=among.to_pyarrow()["source_id"].combine_chunks())
        winners = winners.filter(here)
    evidence, standing = customer_statement(
        people, rows, winners=winners, standing=standing, parameters=parameters
    )
    topics, standing = topic_statement(by_topic, evidence, standing=standing, parameters=parameters)
    return booked_rows(rows, evidence), evidence, topics, standing


def _model(gate: Gate, standing: Standing, parameters: Parameters) -> dict[str, Any]:
    """What the shop as a whole was found to be."""
    prior = standing.prior
    return {
        "rule_version": RULE_VERSION,
        "scores_version": SCORES_VERSION,
        "prior": {"a": prior.a, "b": prior.b} if prior else None,
        "topic_strength": standing.topic_strength,
        "gate_p": gate.p,
        "gate_open": gate.opened,
        "seed": parameters.seed,
    }
