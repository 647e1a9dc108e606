"""Scores from 1 to 100 beside the money: Reach, Amplification, Network, Ambassador, each with its inputs.

The main ones rest on no tie of a network; each network's own rest on nothing else: what a network says enters
no other score.

A score is a percentile among customers with enough evidence; nobody else has one. Klout's three parts (true
reach, amplification, network), and ambassadors by relation x intensity x repetition.
"""

from dataclasses import replace

import ibis
import ibis.expr.types as ir
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from scipy.stats import rankdata

from scoring.ids import shaped
from scoring.ledger import contacts, evidence, pairs
from scoring.ledger.credit import share_credit
from scoring.ledger.engine import Engine
from scoring.ledger.parameters import Parameters
from scoring.ledger.statement import aligned, places
from scoring.ledger.verdicts import enough, fit_prior
from scoring.ledger.workings import Workings

SCORES_VERSION = "scores-3"
ONE_WAY = 0.1
"""With a smaller share of contacts without a tie back, the ties of a shop go both ways."""
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


def compute_scores(workings: Workings, known: pa.Table, *, parameters: Parameters) -> pa.Table:
    """Return one row a customer of `known` (customer_id, enough): four scores or nulls, with their inputs."""
    rows = contacts.without_best_product(workings.credit.rows)
    judged = ibis.union(workings.chance.select("source_id"), workings.proven.select("source_id"))
    ties = workings.pairs.ties.semi_join(judged, "source_id")
    people, sufficient = known["customer_id"], known["enough"].to_numpy(zero_copy_only=False)
    inputs, vouching = _inputs(workings, rows, people, ties=ties, parameters=parameters)
    rate = _amplification(inputs)
    relation = inputs["engaged_contacts"]
    intensity = np.divide(inputs["interactions"], relation, out=np.zeros_like(relation), where=relation > 0)
    reach, amplification = percentiles(inputs["reach_contacts"], sufficient), percentiles(rate, sufficient)
    network = _network(vouching, people, own=(reach + amplification) / 2)
    scored = {
        "reach": reach,
        "amplification": amplification,
        "network": percentiles(network, sufficient & np.isfinite(network)),
        "ambassador": percentiles(relation * intensity * inputs["months"], sufficient),
    }
    columns = {"customer_id": people} | {name: _known(one).cast(pa.int32()) for name, one in scored.items()}
    columns |= inputs | {"amplification_rate": rate, "network_mean": _known(network), "intensity": intensity}
    return pa.table(columns | {"version": pa.repeat(SCORES_VERSION, len(people))})


def _known(values: Floats) -> pa.Array:
    """Return the values with null for nan."""
    return pa.array(np.nan_to_num(values), mask=np.isnan(values))


def main_scores(part: Workings, found: pa.Table, *, parameters: Parameters) -> pa.Table:
    """Return the scores by what is known without networks (`without_networks`).

    `found` is the evidence of everybody; who is known by networks alone has no row.
    """
    if not part.inputs.combinable:  # then nobody is known by networks alone
        return compute_scores(part, found, parameters=parameters)
    known = _evidence_on(part, _with_buyers(part, found), parameters)
    return compute_scores(part, known, parameters=parameters)


def scores_by_kind(workings: Workings, *, engine: Engine, parameters: Parameters) -> pa.Table:
    """Return the scores by each network's ties alone: of those who have a trusted contact there, by customer.

    Percentiles are among those whose evidence by that network alone suffices.
    """
    found = []
    for kind in workings.inputs.kinds:
        with engine.scratch():
            part = _of_network(workings, kind, engine, parameters=parameters)
            people = _with_contacts(part, parameters)
            known = _evidence_on(part, people, parameters).sort_by("customer_id")
            one = compute_scores(part, known, parameters=parameters)
        one = one.append_column("kind", pa.repeat(kind, one.num_rows))
        found.append(shaped(one, BY_KIND))
    return pa.concat_tables(found) if found else BY_KIND.empty_table()


def percentiles(values: Floats, among: Flags) -> Floats:
    """Return 1 to 100 by rank among the flagged, equal values alike; nan for all others.

    Equal to nine decimals is equal: sums in another order must not give another score.
    """
    result = np.full(len(values), np.nan)
    if among.any():
        ranks = rankdata(np.round(values[among], 9))
        result[among] = np.ceil(100 * (ranks - 0.5) / np.count_nonzero(among))
    return result


def _inputs(
    workings: Workings, rows: ir.Table, people: pa.ChunkedArray, *, ties: ir.Table, parameters: Parameters
) -> tuple[dict[str, Floats], pa.Table]:
    """Return what the scores are made of, one value a customer; and who of their followers vouch for them."""
    trusted = contacts.trusted_now(workings, ties, parameters)
    reach = contacts.reach_of(trusted).to_pyarrow()
    engagement = contacts.engagement_of(rows, workings.credit.followers)
    engaged = engagement.to_pyarrow()
    vouching = contacts.one_way(engagement, workings.pairs.ties).to_pyarrow()
    if vouching.num_rows < ONE_WAY * engaged.num_rows:
        vouching = contacts.follow_more(engagement).to_pyarrow()
    sums = [("target_id", "count"), ("interactions", "sum"), ("weight", "sum")]
    followed = engaged.group_by("source_id").aggregate(sums)
    months = contacts.months_of(rows, workings.pairs.near).to_pyarrow()
    own = workings.purchases.orders.select("products", source_id="customer_id").to_pyarrow()
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
    """Return (a + C)/(b + X): credit in lines per exposure of a trusted contact, shrunk to the shop."""
    credit, exposed = inputs["credit_lines"], inputs["exposures"]
    prior = fit_prior(credit, exposed)
    return np.asarray((prior.a + credit) / (prior.b + exposed), dtype=np.float64)


def _network(vouching: pa.Table, people: pa.ChunkedArray, *, own: Floats) -> Floats:
    """Return the mean of engaged contacts' own scores, weighted by their shares; nan where none has one."""
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


# The workings as some of the ties alone make them


def without_networks(workings: Workings, engine: Engine, *, parameters: Parameters) -> Workings:
    """Return the workings by orders, codes, gifts and ties told by staff, for main scores and the forecast.

    A network's tie speaks for a pair only where there is no other (`pairs.one_tie_each`), so the pairs that
    are left are all that there would be if no network had said anything.
    """
    if not workings.inputs.combinable:  # then no network's tie is in the workings
        return workings
    kinds, all_pairs = workings.inputs.kinds, workings.pairs
    names = ("ties", "matched", "near")
    kept = pairs.Pairs(**{name: pairs.without_kinds(getattr(all_pairs, name), kinds) for name in names})
    return _by_pairs(workings, kept, engine=engine, parameters=parameters)


def _of_network(workings: Workings, kind: str, engine: Engine, *, parameters: Parameters) -> Workings:
    """Return the workings by the ties of this network alone; codes prove nothing about it."""
    inputs = workings.inputs
    told = pairs.of_kind(pairs.with_defaults(inputs.ties), kind)
    ties = engine.keep(pairs.eligible_ties(inputs, told))
    found = pairs.find_pairs(inputs, workings.purchases.first, ties, engine=engine, window=parameters.window)
    part = _by_pairs(workings, found, engine=engine, parameters=parameters)
    # Its ties are few, so that the scores may ask for the contacts of all their sources.
    return replace(part, chance=ties, proven=workings.proven.limit(0))


def _with_contacts(part: Workings, parameters: Parameters) -> pa.ChunkedArray:
    """Return who has a trusted contact by the ties of this part."""
    trusted = contacts.trusted_now(part, part.pairs.ties, parameters)
    return trusted.select(*evidence.CUSTOMER).distinct().to_pyarrow()["source_id"]


def _with_buyers(part: Workings, found: pa.Table) -> pa.ChunkedArray:
    """Return who of the evidence `found` is in it by this part too: by a tied buyer, a code or a trial."""
    known = (
        ibis.union(part.pairs.matched.select(*evidence.CUSTOMER), part.proven.select(*evidence.CUSTOMER))
        .distinct()
        .to_pyarrow()
    )
    by_part = pc.is_in(found["customer_id"], value_set=known["source_id"].combine_chunks())
    return found.filter(pc.or_(by_part, pc.is_valid(found["trial_id"])))["customer_id"]


def _evidence_on(part: Workings, people: pa.ChunkedArray, parameters: Parameters) -> pa.Table:
    """Return (customer_id, enough) of these people, by the ties of this part alone."""
    met = evidence.meetings(part.pairs.near, part.credit.shared, evidence.CUSTOMER)
    sums = evidence.by_followers(met, part.credit.followers, evidence.CUSTOMER, parameters=parameters)
    known = sums.select(*evidence.CUSTOMER, "observed", "trusted_followers").to_pyarrow()
    found = {name: aligned(known, name, people) for name in ("observed", "trusted_followers")}
    return pa.table({"customer_id": people, "enough": enough(found, parameters)})


def _by_pairs(workings: Workings, kept: pairs.Pairs, *, engine: Engine, parameters: Parameters) -> Workings:
    """Return the workings with these pairs, and with the credit that they alone make."""
    inputs, purchases = workings.inputs, workings.purchases
    credit = share_credit(inputs, purchases, kept, engine=engine, parameters=parameters)
    return replace(workings, pairs=kept, credit=credit)
