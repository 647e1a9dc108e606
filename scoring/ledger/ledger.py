"""The credit ledger of a shop, from inputs to statement. Start reading here."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from scoring.ledger import statement, trials
from scoring.ledger.credit import credit_rows
from scoring.ledger.early import find_early
from scoring.ledger.engine import Engine, collected, open_engine
from scoring.ledger.evidence import CUSTOMER, TOPIC, EvidenceSums, sum_evidence
from scoring.ledger.exposed import Exposed, find_exposed
from scoring.ledger.forecast import forecast
from scoring.ledger.gate import Gate, gate_evidence, run_gate
from scoring.ledger.inputs import LedgerInputs, read_inputs
from scoring.ledger.leaders import find_leaders
from scoring.ledger.nearby import find_nearby
from scoring.ledger.pairs import revenue_of
from scoring.ledger.parameters import FIRST, SECOND, Parameters
from scoring.ledger.scores import SCORES_VERSION, main_scores, scores_by_kind, without_networks
from scoring.ledger.second_rule import state_by_groups
from scoring.ledger.statement import Proof, Statement
from scoring.ledger.verdicts import ShopPriors, judge_customers, judge_topics
from scoring.ledger.workings import Progress, Workings, unheard, work_out
from scoring.words import LEADS


@dataclass(frozen=True)
class Ledger:
    """The result; `model` is JSON-able, `set_aside` counts rows that were not used, by reason.

    rows, evidence, topics: see `Statement`. scores: four scores from 1 to 100, or nulls, with inputs and
    version, for each customer of `evidence` who is in it by more than networks; scores_by_kind the same by
    the ties of each network alone. forecast: see `forecast.Forecast`; no other table is made from it.
    exposed: see `exposed.Exposed`; of the influence finder alone.
    net(customer_id, revenue, net): revenue of everybody, and the same after booked money has moved from who
    spent it to who led to it.
    """

    rows: pa.Table
    evidence: pa.Table
    topics: pa.Table
    scores: pa.Table
    scores_by_kind: pa.Table
    forecast: pa.Table
    exposed: Exposed
    net: pa.Table
    gate: Gate
    model: dict[str, Any]
    set_aside: dict[str, int]


def compute_ledger(
    shop: LedgerInputs,
    *,
    as_of: datetime,
    parameters: Parameters | None = None,
    engine: Engine | None = None,
    progress: Progress = unheard,
) -> Ledger:
    """Return the whole ledger of a shop as it was at `as_of`; same tables and parameters, same ledger.

    Raises TableWrong for tables that cannot be read, ResolutionTooCoarse for dates that are too coarse.
    """
    chosen = parameters or Parameters()
    if engine is None:
        with open_engine() as own:
            return compute_ledger(shop, as_of=as_of, parameters=chosen, engine=own, progress=progress)
    with engine.scratch():
        progress("tables")
        inputs = read_inputs(shop, engine, as_of=as_of, parameters=chosen)
        workings = work_out(inputs, engine, parameters=chosen, progress=progress)
        return conclude(workings, engine, parameters=chosen, progress=progress)


def conclude(
    workings: Workings, engine: Engine, *, parameters: Parameters, progress: Progress = unheard
) -> Ledger:
    """Return gate, verdicts, statement, scores and net values of what was worked out."""
    inputs = workings.inputs
    progress("gate")
    gate = run_gate(
        gate_evidence(workings.purchases, workings.pairs, engine, parameters=parameters), parameters
    )
    progress("verdicts")
    nearby = find_nearby(workings, parameters)
    leading = find_leaders(
        nearby,
        before=inputs.leaders,
        parameters=parameters,
        trials=trials.seen(inputs.trials, as_of=inputs.as_of),
    )
    early = find_early(workings, nearby, parameters)
    sums = sum_evidence(workings, engine, parameters=parameters)
    rules = {
        FIRST: lambda: state(workings, sums, gate_open=gate.opened, parameters=parameters),
        SECOND: lambda: state_by_groups(workings, sums, leading, early=early, parameters=parameters),
    }
    other = FIRST if parameters.rule == SECOND else SECOND
    stated = rules[parameters.rule]()
    beside = {"rule": other} | difference(stated, rules[other]())
    if parameters.rule == SECOND:
        gate = replace(gate, opened=leading.identified.opened, sentence=leading.identified.sentence)
    pa.default_memory_pool().release_unused()  # what verdicts took; the scores' joins need most
    progress("scores")
    by_kind = scores_by_kind(workings, engine=engine, parameters=parameters)
    with engine.scratch():
        part = without_networks(workings, engine, parameters=parameters)
        scores = main_scores(part, stated.evidence, parameters=parameters)
        progress("forecast")
        ahead = forecast(part, engine, parameters=parameters)
        exposed = find_exposed(part, engine, parameters=parameters)
    progress("net")
    return Ledger(
        rows=stated.rows,
        evidence=stated.evidence,
        topics=stated.topics,
        scores=scores,
        scores_by_kind=by_kind,
        forecast=ahead.expected,
        exposed=exposed,
        net=statement.net_values(revenue_of(inputs).to_pyarrow(), stated.rows),
        gate=gate,
        model=_model(gate, stated.priors, parameters)
        | {"identified": leading.identified.report(), "beside": beside}
        | {"trials": trials.summary(inputs.trials, as_of=inputs.as_of, parameters=parameters)}
        | {"forecast": ahead.model},
        set_aside=inputs.set_aside,
    )


def state(workings: Workings, sums: EvidenceSums, *, gate_open: bool, parameters: Parameters) -> Statement:
    """Return version 1 of the verdicts on customers and topics, and the tables they stand in."""
    by_topic = collected(sums.topics, TOPIC)
    credit, proven = workings.credit.rows, workings.proven
    rows = collected(credit_rows(credit, proven, workings.purchases.categories), statement.ROW_ORDER)
    proof = Proof(rows, workings.owners.to_pyarrow(), trials.winners_of(workings.inputs, parameters))
    people = collected(sums.customers, CUSTOMER)
    people = statement.with_others(people, rows, proof.winners["source_id"])

    of_customers, prior = judge_customers(
        statement.floats(people), gate_open=gate_open, parameters=parameters
    )
    of_topics, strength = judge_topics(
        statement.floats(by_topic),
        statement.own_sums(by_topic, people),
        prior,
        gate_open=gate_open,
        parameters=parameters,
    )

    money = statement.customer_money(people, of_customers)
    evidence = statement.customer_statement(people, of_customers, money, proof=proof, parameters=parameters)
    money = statement.topic_money(by_topic, evidence)
    topics = statement.topic_statement(by_topic, of_topics, money, evidence=evidence, parameters=parameters)
    booked = statement.booked_rows(rows, evidence, rule=parameters.rule_version)
    return Statement(booked, evidence, topics, ShopPriors(prior, strength))


def difference(chosen: Statement, other: Statement) -> dict[str, Any]:
    """Return as JSON what the other rule says: who leads, what is booked, and how many verdicts differ."""

    def leading(stated: Statement) -> set[object]:
        leads = pc.equal(stated.evidence["inferred"], LEADS)
        return set(stated.evidence.filter(leads)["customer_id"].to_pylist())

    here, there = leading(chosen), leading(other)
    return {
        "leads": len(there),
        "booked": float(pc.sum(other.evidence["civ"]).as_py() or 0),
        "only_here": len(here - there),
        "only_there": len(there - here),
    }


def _model(gate: Gate, priors: ShopPriors, parameters: Parameters) -> dict[str, Any]:
    """Return what the shop as a whole was found to be."""
    return {
        "rule_version": parameters.rule_version,
        "scores_version": SCORES_VERSION,
        "prior": {"a": priors.customers.a, "b": priors.customers.b},
        "topic_strength": priors.topic_strength,
        "gate_p": gate.p,
        "gate_open": gate.opened,
        "seed": parameters.seed,
    }
