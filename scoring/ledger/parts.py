"""The account as some of the ties alone make it: without those of networks, or by those of one network.

Main scores rest on the first, each network's own on the second: what a network says enters no other score.
"""

from dataclasses import replace

import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.compute as pc

from scoring.ledger import adoptions, assessment, contacts, credit, evidence, pairs, ties
from scoring.ledger.account import CUSTOMER, Account
from scoring.ledger.engine import Engine
from scoring.ledger.parameters import Parameters
from scoring.ledger.statement import aligned


def without_networks(account: Account, engine: Engine, *, parameters: Parameters) -> Account:
    """The account by orders, codes, gifts and ties told by staff.

    A network's tie speaks for a pair only where there is no other (`ties.one_tie_each`), so the pairs that
    are left are all that there would be if no network had said anything.
    """
    kinds = account.facts.kinds
    names = ("ties", "matched", "near")
    part = replace(account, **{name: ties.without_kinds(getattr(account, name), kinds) for name in names})
    led = account.led
    first = led.select("product_id", "order_id", "line_id", "amount", customer_id="target_id").distinct()
    return _credited(part, first, engine=engine, parameters=parameters)


def of_network(account: Account, kind: str, engine: Engine, *, parameters: Parameters) -> Account:
    """The account by the ties of this network alone; codes prove nothing about it."""
    facts, bought = account.facts, account.adoptions
    tied = engine.keep(ties.eligible_ties(facts, ties.of_kind(ties.whole_ties(facts.ties), kind)))
    matched = engine.keep(pairs.matched_pairs(bought, bought, tied, parallel=facts.parallel_ties))
    near = engine.keep(pairs.near_pairs(matched, parameters.window))
    taken = near.filter(near["gap"] > 0).select("product_id", customer_id="target_id").distinct()
    first = engine.keep(adoptions.first_lines(account.lines, engine.keep(taken)))
    # Its ties are few, so that the scores may ask for the contacts of all their sources.
    part = replace(account, ties=tied, matched=matched, near=near, stats=tied, proven=account.proven.limit(0))
    return _credited(part, first, engine=engine, parameters=parameters)


def with_contacts(part: Account, parameters: Parameters) -> pa.ChunkedArray:
    """Who has a trusted contact by the ties of this part."""
    trusted = contacts.trusted_contacts(part, part.ties, at=part.facts.as_of, parameters=parameters)
    return trusted.select(*CUSTOMER).distinct().to_pyarrow()["source_id"]


def with_buyers(part: Account, found: pa.Table) -> pa.ChunkedArray:
    """Who of those in the evidence `found` is there by this part too: by a tied buyer, a code or a trial."""
    known = ibis.union(part.matched.select(*CUSTOMER), part.proven.select(*CUSTOMER)).distinct().to_pyarrow()
    by_part = pc.is_in(found["customer_id"], value_set=known["source_id"].combine_chunks())
    return found.filter(pc.or_(by_part, pc.is_valid(found["trial_id"])))["customer_id"]


def evidence_on(part: Account, people: pa.ChunkedArray, parameters: Parameters) -> pa.Table:
    """(customer_id, enough) of these people, by the ties of this part alone."""
    met = evidence.meetings(part.near, part.led, CUSTOMER)
    sums = evidence.by_followers(met, part.followers, CUSTOMER, parameters=parameters)
    known = sums.select(*CUSTOMER, "observed", "trusted_followers").to_pyarrow()
    found = {name: aligned(known, name, people) for name in ("observed", "trusted_followers")}
    return pa.table({"customer_id": people, "enough": assessment.enough(found, parameters)})


def _credited(part: Account, first: ir.Table, *, engine: Engine, parameters: Parameters) -> Account:
    """The part with what follows from its pairs: shared lines, trust and credit."""
    keep, decay_days = engine.keep, parameters.decay_days
    led = keep(credit.shared_lines(part.near, first, part.facts.redemptions, decay_days=decay_days))
    common = credit.shared_products(part.matched, led)
    followers = keep(credit.followers_of(led, common, part.orders, parameters=parameters))
    return replace(part, led=led, followers=followers, rows=keep(credit.credited_rows(led, followers)))
