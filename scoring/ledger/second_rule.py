"""Version 2 of the statement: who leads by `leaders`, rows by probability, one rule for every comparison."""

from dataclasses import replace

import ibis.expr.types as ir
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from scoring.ledger import statement, trials, verdicts
from scoring.ledger.chance import expectations
from scoring.ledger.credit import credit_rows
from scoring.ledger.engine import beside, built_once, collected, number
from scoring.ledger.evidence import CUSTOMER, TOPIC, EvidenceSums, in_topics
from scoring.ledger.leaders import Leading
from scoring.ledger.nearby import followers
from scoring.ledger.pairs import PAIR
from scoring.ledger.parameters import Parameters
from scoring.ledger.statement import ROW_ORDER, Proof, Statement, aligned, floats, places
from scoring.ledger.verdicts import Judgement, ShopPriors, Sums, attributable
from scoring.ledger.workings import Workings
from scoring.words import EARLY, LEADS

Floats = npt.NDArray[np.float64]
EVEN = ("tied", "observed", "expected", "variance", "observed_before", "expected_before", "near")


def state_by_groups(
    workings: Workings, sums: EvidenceSums, leading: Leading, *, early: pa.Array, parameters: Parameters
) -> Statement:
    """Return verdicts and the tables they stand in, where `leading` leads; of the rest `early` buy early."""
    rows, winners = _rows(workings, leading), trials.winners_of(workings.inputs, parameters)
    counted = _counted(
        workings.pairs.matched,
        followers(workings, parameters),
        workings.chance,
        buyers=workings.purchases.buyers,
        window=parameters.window,
    )
    people = collected(_even(sums.customers, counted, CUSTOMER), CUSTOMER)
    people = statement.with_others(people, rows, winners["source_id"], pa.chunked_array([early]))
    by_topic = collected(_even(sums.topics, in_topics(counted, workings.purchases.topics), TOPIC), TOPIC)
    of_customers, prior = verdicts.judge_customers(floats(people), gate_open=False, parameters=parameters)
    of_topics, strength = verdicts.judge_topics(
        floats(by_topic),
        statement.own_sums(by_topic, people),
        prior,
        gate_open=False,
        parameters=parameters,
    )
    leaders = leading.leaders["source_id"]
    leads = places(people["source_id"], leaders) >= 0
    of_customers = _led(of_customers, leads, leading.fraction)
    before_others = places(people["source_id"], pa.chunked_array([early])) >= 0
    of_customers = _early(of_customers, before_others)
    money = _customer_money(people, of_customers, leading)
    people = _with_credit(people, _sums(rows, people["source_id"]))
    proof = Proof(rows, workings.owners.to_pyarrow(), winners)
    evidence = statement.customer_statement(people, of_customers, money, proof=proof, parameters=parameters)

    of_topics = _led(of_topics, _leads_in(by_topic, leading.topics), leading.fraction)
    credit = _topic_credit(rows, by_topic, workings.purchases.topics.to_pyarrow())
    by_topic, possible = _with_credit(by_topic, credit), _possible(by_topic, of_topics)
    shares = _topic_money(by_topic, evidence) | {"possible_up_to": possible}
    topics = statement.topic_statement(by_topic, of_topics, shares, evidence=evidence, parameters=parameters)
    booked = statement.booked_rows(rows, evidence, rule=parameters.rule_version)
    return Statement(booked, evidence, topics, ShopPriors(prior, strength))


# Rows


def _rows(workings: Workings, leading: Leading) -> pa.Table:
    """Return the ledger's rows; share of inferred ones is the probability that the source caused the line."""
    none = workings.credit.rows.limit(0)
    proven = collected(credit_rows(none, workings.proven, workings.purchases.categories), ROW_ORDER)
    inferred = leading.rows
    categories = workings.purchases.categories.to_pyarrow()
    topic = categories["topic"].take(pc.index_in(inferred["product_id"], categories["product_id"]))
    size = inferred.num_rows
    credit = pc.multiply(inferred["amount"], pc.multiply(inferred["share"], inferred["cap"]))
    given = {
        "topic": topic,
        "trust": pa.repeat(1.0, size),
        "credit": credit,
        "proven": pa.repeat(pa.scalar(value=False), size),
    }
    columns = {name: given[name] if name in given else inferred[name] for name in proven.column_names}
    both = pa.concat_tables([pa.table(columns).cast(proven.schema), proven])
    return both.sort_by([(name, "ascending") for name in ROW_ORDER])


# The same followers on every side


@built_once
def _even(whole: ir.Table, counted: ir.Table, keys: list[str]) -> ir.Table:
    """Return the sums of evidence, with what is compared counted by the same followers after and before."""
    sums = counted.group_by(keys).agg(**{name: counted[name].sum() for name in EVEN})
    joined = beside(whole.drop(*EVEN), sums, keys)
    return joined.mutate(**{name: joined[name].fill_null(number(0)) for name in EVEN})


@built_once
def _counted(
    matched: ir.Table, people: ir.Table, chance: ir.Table, *, buyers: ir.Table, window: int
) -> ir.Table:
    """Return by source and product what trusted followers did, and what chance would bring."""
    met = matched.join(people.filter(people["trusted"]).drop("trusted", "spent"), PAIR)
    gap = met["target_at"] - met["source_at"]
    near = (gap != 0) & (gap.abs() <= window)
    after, before = (near & (gap > 0)).cast("float64"), (near & (gap < 0)).cast("float64")
    weight = met["weight"]
    sums = met.group_by("source_id", "product_id").agg(
        tied=weight.sum(), observed=(weight * after).sum(), observed_before=(weight * before).sum()
    )
    around = chance.select("source_id", "product_id", "m_after", "m_before")
    known = expectations(sums.join(around, ["source_id", "product_id"]), buyers)
    return known.mutate(near=known["observed"] + known["observed_before"])


# Verdicts and money


def _led(judged: Judgement, leads: npt.NDArray[np.bool_], fraction: float) -> Judgement:
    """Return the judgement with these leading; of their credit this fraction is booked."""
    part = np.where(leads, fraction, attributable(judged.ratio.rr))
    verdict = np.where(leads, LEADS, judged.verdict)
    return replace(judged, enough=judged.enough | leads, verdict=verdict, booked_part=part)


def _early(judged: Judgement, early: npt.NDArray[np.bool_]) -> Judgement:
    """Return the judgement in which these buy early, but for who leads; that is worth no money."""
    verdict = np.where(early & (judged.verdict != LEADS), EARLY, judged.verdict)
    return replace(judged, verdict=verdict)


def _leads_in(by_topic: pa.Table, topics: pa.Table) -> npt.NDArray[np.bool_]:
    """Return which rows are of a customer and a topic that somebody leads in."""
    leads = np.zeros(by_topic.num_rows, dtype=np.bool_)
    at = np.flatnonzero(places(by_topic["source_id"], topics["source_id"]) >= 0)
    theirs = by_topic.select(TOPIC).take(pa.array(at))
    known = set(zip(*(topics[name].to_pylist() for name in TOPIC), strict=True))
    pairs = zip(*(theirs[name].to_pylist() for name in TOPIC), strict=True)
    leads[at] = [pair in known for pair in pairs]
    return leads


def _customer_money(people: pa.Table, judged: Judgement, leading: Leading) -> Sums:
    """Return booked money, the estimate of what was caused with its interval, and what is only possible."""
    caused, low, high = (
        aligned(leading.leaders, name, people["source_id"])
        for name in ("caused", "caused_low", "caused_high")
    )
    return {
        "civ": leading.fraction * caused / leading.identified.scale,
        "civ_estimate": caused,
        "civ_low": low,
        "civ_high": high,
        "possible_up_to": _possible(people, judged),
    }


def _possible(known: pa.Table, judged: Judgement) -> Floats:
    ratio = judged.ratio
    money = verdicts.influence_value(
        judged.verdict, floats(known)["credit"], rr=ratio.rr, low=ratio.low, high=ratio.high
    )
    return money["possible_up_to"]


def _sums(rows: pa.Table, people: pa.ChunkedArray) -> Floats:
    """Return the inferred credit of each."""
    inferred = rows.filter(pc.invert(rows["proven"]))
    place = places(inferred["source_id"], people)
    return np.bincount(place, weights=inferred["credit"].to_numpy(), minlength=len(people)).astype(np.float64)


def _topic_credit(rows: pa.Table, by_topic: pa.Table, topics: pa.Table) -> Floats:
    """Return the inferred credit of each customer and topic, up the tree."""
    inferred = rows.filter(pc.invert(rows["proven"])).select(["source_id", "product_id", "credit"])
    listed = inferred.join(topics, "product_id", join_type="inner")
    sums = listed.group_by(TOPIC).aggregate([("credit", "sum")])
    wanted = by_topic.select(TOPIC).append_column("place", pa.array(np.arange(by_topic.num_rows)))
    found = wanted.join(sums, TOPIC, join_type="left outer").sort_by("place")
    return np.asarray(pc.fill_null(found["credit_sum"], 0.0).to_numpy(), dtype=np.float64)


def _topic_money(by_topic: pa.Table, evidence: pa.Table) -> Sums:
    """Return each topic's part of the customer's money, by its credit."""
    place = places(by_topic["source_id"], evidence["customer_id"])
    credit, whole = floats(by_topic)["credit"], evidence["credit"].to_numpy()[place]
    part = np.divide(credit, whole, out=np.zeros_like(credit), where=whole > 0)
    names = ("civ", "civ_estimate", "civ_low", "civ_high")
    return {name: evidence[name].to_numpy()[place] * part for name in names}


def _with_credit(known: pa.Table, credit: Floats) -> pa.Table:
    return known.set_column(known.column_names.index("credit"), "credit", pa.array(credit))
