"""Scores from 1 to 100 beside the money: Reach, Amplification, Network, Ambassador, each with its inputs.

The main ones rest on no tie of a network; each network's own rest on nothing else (`parts`).

A score is a percentile among customers with enough evidence; nobody else has one. Klout's three parts (true
reach, amplification, network), and ambassadors by relation x intensity x repetition.
"""

import ibis
import ibis.expr.types as ir
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from scipy.stats import rankdata

from scoring.ledger import contacts as known_contacts
from scoring.ledger import parts
from scoring.ledger.account import Account
from scoring.ledger.engine import Engine
from scoring.ledger.multiplier import fit_prior
from scoring.ledger.parameters import Parameters
from scoring.ledger.statement import aligned, places

SCORES_VERSION = "scores-2"
_COUNTED = ("contacts", "reach_contacts", "engaged_contacts", "interactions", "months")
BY_KIND = pa.schema(
    [
        ("customer_id", pa.string()),
        ("kind", pa.string()),
        *((name, pa.int32()) for name in ("reach", "amplification", "network", "ambassador")),
        *((name, pa.int64()) for name in _COUNTED),
        ("amplification_rate", pa.float64()),
    ]
)
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


def compute_scores(
    account: Account,
    evidence: pa.Table,
    *,
    parameters: Parameters,
    topic: str | None = None,
) -> pa.Table:
    """One row a customer of `evidence` (customer_id, enough): four scores or nulls, inputs, and the version.

    With `topic` only credit of that topic counts; pass the topic's evidence.
    """
    rows = account.rows
    if topic is not None:
        rows = rows.semi_join(account.topics.filter(account.topics["topic"] == topic), "product_id")
    judged = ibis.union(account.stats.select("source_id"), account.proven.select("source_id"))
    ties = account.ties.semi_join(judged, "source_id")
    rows = known_contacts.without_best_product(rows)
    people, enough = evidence["customer_id"], evidence["enough"].to_numpy(zero_copy_only=False)
    inputs, vouching = _inputs(account, rows, people, ties=ties, parameters=parameters)
    rate = _amplification(inputs)
    relation = inputs["engaged_contacts"]
    intensity = np.divide(inputs["interactions"], relation, out=np.zeros_like(relation), where=relation > 0)
    ambassador = relation * intensity * inputs["months"]
    reach, amplification = percentiles(inputs["reach_contacts"], enough), percentiles(rate, enough)
    network = _network(vouching, people, own=(reach + amplification) / 2)
    scored = {
        "reach": reach,
        "amplification": amplification,
        "network": percentiles(network, enough & np.isfinite(network)),
        "ambassador": percentiles(ambassador, enough),
    }
    return pa.table(
        {
            "customer_id": people,
            **{
                name: pa.array(np.nan_to_num(v), mask=np.isnan(v)).cast(pa.int32())
                for name, v in scored.items()
            },
            **inputs,
            "amplification_rate": rate,
            "network_mean": pa.array(network, mask=np.isnan(network)),
            "intensity": intensity,
            "version": pa.repeat(SCORES_VERSION, len(people)),
        }
    )


def main_scores(account: Account, evidence: pa.Table, *, engine: Engine, parameters: Parameters) -> pa.Table:
    """The scores by orders, codes, gifts and ties told by staff; who is known by networks alone has none."""
    if not account.facts.combinable:  # then no network's tie is in the account
        return compute_scores(account, evidence, parameters=parameters)
    part = parts.without_networks(account, engine, parameters=parameters)
    known = parts.evidence_on(part, parts.with_buyers(part, evidence), parameters)
    return compute_scores(part, known, parameters=parameters)


def scores_by_kind(account: Account, *, engine: Engine, parameters: Parameters) -> pa.Table:
    """The scores by each network's ties alone: of those who have a trusted contact there, by customer.

    Percentiles are among those whose evidence by that network alone suffices.
    """
    found = []
    for kind in account.facts.kinds:
        with engine.scratch():
            part = parts.of_network(account, kind, engine, parameters=parameters)
            people = parts.with_contacts(part, parameters)
            known = parts.evidence_on(part, people, parameters).sort_by("customer_id")
            one = compute_scores(part, known, parameters=parameters)
        one = one.append_column("kind", pa.repeat(kind, one.num_rows))
        found.append(one.select(BY_KIND.names).cast(BY_KIND))
    return pa.concat_tables([BY_KIND.empty_table(), *found])


def percentiles(values: Floats, among: Flags) -> Floats:
    """1 to 100 by rank among the flagged, equal values alike; nan for all others.

    Equal to nine decimals is equal: sums in another order must not give another score.
    """
    result = np.full(len(values), np.nan)
    if among.any():
        ranks = rankdata(np.round(values[among], 9))
        result[among] = np.ceil(100 * (ranks - 0.5) / np.count_nonzero(among))
    return result


def _inputs(
    account: Account, rows: ir.Table, people: pa.ChunkedArray, *, ties: ir.Table, parameters: Parameters
) -> tuple[dict[str, Floats], pa.Table]:
    """What the scores are made of, one value a customer; and the trusted followers who vouch for her."""
    trusted = known_contacts.trusted_contacts(account, ties, at=account.facts.as_of, parameters=parameters)
    reach = known_contacts.reach_of(trusted).to_pyarrow()
    engagement = known_contacts.engagement_of(rows, account.followers)
    engaged, vouching = engagement.to_pyarrow(), known_contacts.one_way(engagement, account.ties).to_pyarrow()
    sums = [("target_id", "count"), ("interactions", "sum"), ("weight", "sum")]
    followed = engaged.group_by("source_id").aggregate(sums)
    months = known_contacts.months_of(rows, account.near).to_pyarrow()
    own = account.orders.select("products", source_id="customer_id").to_pyarrow()
    found = {
        "contacts": aligned(reach, "contacts", people),
        "reach_contacts": aligned(reach, "active", people),
        "purchases": aligned(own, "products", people),
        "engaged_contacts": aligned(followed, "target_id_count", people),
        "interactions": aligned(followed, "interactions_sum", people),
        "credit_lines": aligned(followed, "weight_sum", people),
        "months": aligned(months, "months", people),
    }
    return found | {"exposures": found["purchases"] * found["contacts"]}, vouching


def _amplification(inputs: dict[str, Floats]) -> Floats:
    """(a + C)/(b + X): credit in lines per exposure of a trusted contact, shrunk to the shop."""
    credit, exposed = inputs["credit_lines"], inputs["exposures"]
    prior = fit_prior(credit, exposed)
    return np.asarray((prior.a + credit) / (prior.b + exposed), dtype=np.float64)


def _network(vouching: pa.Table, people: pa.ChunkedArray, *, own: Floats) -> Floats:
    """Mean of the engaged contacts' own score, weighted by their shares; nan where none of them has one."""
    total, weight = np.zeros(len(people)), np.zeros(len(people))
    if vouching.num_rows and len(people):
        source, target = (places(vouching[name], people) for name in ("source_id", "target_id"))
        theirs = np.where(target >= 0, own[target], np.nan)
        known = (source >= 0) & np.isfinite(theirs)
        share = pc.cast(vouching["weight"], pa.float64()).to_numpy()
        np.add.at(total, source[known], (share * theirs)[known])
        np.add.at(weight, source[known], share[known])
    mean: Floats = np.divide(total, weight, out=np.full(len(people), np.nan), where=weight > 0)
    return mean
