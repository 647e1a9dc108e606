"""The tables that people read: evidence with verdict and money by customer and topic, booked rows, net."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from scoring.ledger import verdicts
from scoring.ledger.parameters import Parameters
from scoring.ledger.verdicts import Judgement, Multiplier, ShopPriors, Sums, attributable
from scoring.words import LEADS, PROVEN

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
SUMS = (
    "pairs",
    "followers",
    "trusted_followers",
    "observed",
    "expected",
    "variance",
    "observed_before",
    "expected_before",
    "credit",
)


ROW_ORDER = ["source_id", "order_id", "line_id"]


@dataclass(frozen=True)
class Statement:
    """The tables that verdicts and money stand in.

    rows(source_id, customer_id, order_id, line_id, product_id, topic, tie_kind, days_between, sharers, share,
    trust, cap, amount, credit, booked, proven, rule_version): credit = amount x share x trust x cap.
    evidence and topics: one row a customer, or a customer and topic.
    """

    rows: pa.Table
    evidence: pa.Table
    topics: pa.Table
    priors: ShopPriors


def places(ids: pa.ChunkedArray, among: pa.ChunkedArray) -> Integers:
    """Return where each id stands among the others; -1 where it does not."""
    found = pc.fill_null(pc.index_in(ids, value_set=among.combine_chunks()), -1)
    return np.asarray(found.to_numpy(), dtype=np.int64)


def aligned(table: pa.Table, name: str, people: pa.ChunkedArray) -> Floats:
    """Return a column by source_id in the order of the people; 0 for people without a row."""
    if table.num_rows == 0:
        return np.zeros(len(people))
    place = places(people, table["source_id"])
    return np.where(place >= 0, table[name].to_numpy().astype(np.float64)[place], 0.0)


def floats(table: pa.Table) -> Sums:
    """Return the numeric columns as float64."""
    kept = [
        field.name
        for field in table.schema
        if pa.types.is_floating(field.type) or pa.types.is_integer(field.type)
    ]
    return {name: table[name].to_numpy().astype(np.float64) for name in kept}


def with_others(people: pa.Table, rows: pa.Table, *others: pa.ChunkedArray) -> pa.Table:
    """Return the sums, and sums of zero for who has a redeemed code or is among others but has no sums."""
    owners = rows.filter(rows["proven"])["source_id"]
    chunks = [chunk.cast(owners.type) for some in (owners, *others) for chunk in some.chunks]
    owners = pc.unique(pa.chunked_array(chunks, owners.type))
    known = pc.is_in(owners, value_set=people["source_id"].combine_chunks())
    new = owners.filter(pc.invert(known))
    zeros = {
        name: pa.repeat(pa.scalar(0, people.schema.field(name).type), len(new))
        for name in people.column_names
        if name != "source_id"
    }
    added = pa.table({"source_id": new, **zeros}).select(people.column_names).cast(people.schema)
    return pa.concat_tables([people, added]).sort_by("source_id")


def customer_money(people: pa.Table, judged: Judgement) -> Sums:
    """Return the money of each customer of `people` by their multiplier."""
    ratio, credit = judged.ratio, floats(people)["credit"]
    return verdicts.influence_value(judged.verdict, credit, rr=ratio.rr, low=ratio.low, high=ratio.high)


def topic_money(by_topic: pa.Table, evidence: pa.Table) -> Sums:
    """Return the money of each topic by the customer's verdict and multiplier."""
    place = places(by_topic["source_id"], evidence["customer_id"])
    inferred = np.asarray(evidence["inferred"].to_numpy(zero_copy_only=False), dtype=np.str_)[place]
    customer = Multiplier(*(evidence[name].to_numpy()[place] for name in ("rr", "rr_low", "rr_high")))
    credit = floats(by_topic)["credit"]
    return verdicts.influence_value(inferred, credit, rr=customer.rr, low=customer.low, high=customer.high)


@dataclass(frozen=True)
class Proof:
    """Rows that redeemed codes, whom they prove to lead, and who won a trial: winners(source_id, trial_id).

    owners(source_id): `credit.owners_proven`. A trial proves that a customer moves people, and books nothing
    by itself.
    """

    rows: pa.Table
    owners: pa.Table
    winners: pa.Table


def customer_statement(
    people: pa.Table, judged: Judgement, money: Sums, *, proof: Proof, parameters: Parameters
) -> pa.Table:
    """Return evidence, verdict and money of each customer of `people` (`with_others`)."""
    sums, winners = floats(people), proof.winners
    own = proof.rows.filter(proof.rows["proven"])
    proven = np.bincount(
        places(own["source_id"], people["source_id"]),
        weights=own["credit"].to_numpy(),
        minlength=people.num_rows,
    )
    won = pc.index_in(people["source_id"], value_set=winners["source_id"].combine_chunks())
    by_trial = pc.is_valid(won).to_numpy()
    by_codes = places(people["source_id"], proof.owners["source_id"]) >= 0
    verdict = np.where(by_codes | by_trial, PROVEN, judged.verdict)
    columns = {"customer_id": people["source_id"], **_columns(sums, judged, parameters)}
    columns |= {"verdict": pa.array(verdict, pa.string()), **money, "proven": proven}
    columns["trial_id"] = winners["trial_id"].combine_chunks().take(won.combine_chunks())
    return pa.table(columns)


def own_sums(by_topic: pa.Table, people: pa.Table) -> Sums:
    """Return observed and expected of the customer as a whole, one value a topic row."""
    place = places(by_topic["source_id"], people["source_id"])
    return {name: people[name].to_numpy().astype(np.float64)[place] for name in ("observed", "expected")}


def topic_statement(
    by_topic: pa.Table, judged: Judgement, money: Sums, *, evidence: pa.Table, parameters: Parameters
) -> pa.Table:
    """Return evidence, verdict and money of every customer and topic; the verdict on its own.

    `rests_on` says whose multiplier the row may be shown with: the topic's, the customer's or the shop's.
    """
    sums, place = floats(by_topic), places(by_topic["source_id"], evidence["customer_id"])
    enough = evidence["enough"].to_numpy(zero_copy_only=False)[place]
    rests_on = np.where(judged.enough, verdicts.TOPIC, np.where(enough, verdicts.CUSTOMER, verdicts.SHOP))
    columns = {"customer_id": by_topic["source_id"], "topic": by_topic["topic"]}
    columns |= _columns(sums, judged, parameters)
    columns |= {"verdict": columns["inferred"], "rests_on": pa.array(rests_on, pa.string()), **money}
    return pa.table(columns)


def booked_rows(rows: pa.Table, evidence: pa.Table, *, rule: str) -> pa.Table:
    """Return the rows with `booked`: all of a proven one, AF of a leading customer's, else nothing."""
    place = places(rows["source_id"], evidence["customer_id"])
    leads = np.asarray(pc.equal(evidence["inferred"], LEADS).to_numpy(zero_copy_only=False))
    fraction = np.where(leads, evidence["af"].to_numpy(), 0.0)[place]
    proven = rows["proven"].to_numpy(zero_copy_only=False)
    credit = rows["credit"].to_numpy()
    booked = np.where(proven, credit, fraction * credit)
    version = pa.repeat(rule, rows.num_rows)
    named = rows.rename_columns({"target_id": "customer_id"})
    return named.append_column("booked", pa.array(booked)).append_column("rule_version", version)


def _columns(sums: Sums, judged: Judgement, parameters: Parameters) -> dict[str, pa.Array | Floats]:
    """Return the columns that customers and topics share."""
    ratio = judged.ratio
    return {
        **{name: sums[name] for name in SUMS},
        "rank_credit": verdicts.rank_credit(
            sums["lines"],
            sums["best_item"],
            af=attributable(ratio.rr),
            ranked=judged.enough & (ratio.low > 1),
        ),
        "rr": ratio.rr,
        "rr_low": ratio.low,
        "rr_high": ratio.high,
        "af": judged.booked_part,
        "p_timing": judged.p_timing,
        "p_lead": judged.p_lead,
        "enough": pa.array(judged.enough, pa.bool_()),
        "inferred": pa.array(judged.verdict, pa.string()),
        "missing": verdicts.missing(sums, judged, parameters),
    }


def net_values(revenue: pa.Table, rows: pa.Table) -> pa.Table:
    """Return (customer_id, revenue, net): booked money moved from who spent it to who led to it.

    Sums to the revenue; for budgets only. `revenue` holds every customer's own (customer_id, revenue) once;
    who led and bought nothing is added.
    """
    people = pc.unique(pa.chunked_array([*revenue["customer_id"].chunks, *rows["source_id"].chunks]))
    people = pa.chunked_array([people.take(pc.sort_indices(people))])
    own = aligned(revenue.rename_columns({"customer_id": "source_id"}), "revenue", people)
    giver, taker = places(rows["customer_id"], people), places(rows["source_id"], people)
    known = (giver >= 0) & (taker >= 0)
    booked = rows["booked"].to_numpy()[known]
    net = own + np.bincount(taker[known], weights=booked, minlength=len(own))
    net -= np.bincount(giver[known], weights=booked, minlength=len(own))
    return pa.table({"customer_id": people, "revenue": own, "net": net})
