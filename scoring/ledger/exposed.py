"""How often contacts could have followed each customer, and how often they did: what the finder starts from.

An exposure is a contact who has not got a product yet and a customer who buys it, once they are tied. Trials
by lot, links and answers all add exposures: of a letter that says who chose a thing, or of a tie that the
shop did not know.
"""

from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from scoring.ledger.contacts import reach_of, trusted_now
from scoring.ledger.engine import Engine, beside, built_once, collected, number
from scoring.ledger.pairs import NAMED, PAIR, without_kinds
from scoring.ledger.parameters import MICROSECONDS_PER_DAY, Parameters
from scoring.ledger.workings import Workings

RECENT_DAYS = 180.0
"""Purchases of so many days say how much a customer is going to buy."""
COUNTED = ("contacts", "contact_orders", "exposures", "followed", "products", "recent")


@dataclass(frozen=True)
class Exposed:
    """What is known of each customer's influence, in counts.

    customers(customer_id, and `COUNTED`), of whoever buys: trusted contacts, orders of these in the
    ledger's `active_days`, how often a contact could have followed and did, products bought ever and in the
    last `RECENT_DAYS`.
    letters(source_id, target_id): trusted contacts who may be written to. ties: how many there are, trusted
    or not.
    """

    customers: pa.Table
    letters: pa.Table
    ties: int


def find_exposed(workings: Workings, engine: Engine, *, parameters: Parameters) -> Exposed:
    """Return exposures by the ties of these workings."""
    ties = workings.pairs.ties
    trusted = engine.keep(trusted_now(workings, ties, parameters))
    drawn = trusted.semi_join(without_kinds(ties, [NAMED]), PAIR)  # no trial draws by what anybody can say
    first = workings.purchases.first
    since = round(RECENT_DAYS * MICROSECONDS_PER_DAY)
    columns = counted(trusted, ties, workings.pairs.matched, first=first, window=parameters.window)
    own = first.group_by("customer_id").agg(
        products=first.count(), recent=(first["at"] > workings.inputs.as_of - since).cast("float64").sum()
    )
    known = beside(own, reach_of(trusted).rename(customer_id="source_id"), ["customer_id"])
    known = beside(known, columns.rename(customer_id="source_id"), ["customer_id"])
    zeros = {name: known[name].cast("float64").fill_null(number(0)) for name in COUNTED}
    return Exposed(
        customers=collected(known.select("customer_id", **zeros), ["customer_id"]),
        letters=_letters(drawn, engine, workings.inputs.writable),
        ties=int(ties.select(*PAIR).distinct().count().to_pyarrow().as_py()),
    )


@built_once
def counted(
    trusted: ir.Table, ties: ir.Table, matched: ir.Table, *, first: ir.Table, window: int
) -> ir.Table:
    """Return (source_id, exposures, followed) by trusted contacts, from when each tie was known."""
    begun = ties.group_by(PAIR).agg(begun=ties["valid_from"].min()).semi_join(trusted, PAIR)
    bought = first.select(source_id="customer_id", at="at")
    seen = bought.join(begun, "source_id")
    seen = seen.filter(seen["at"] >= seen["begun"]).group_by("source_id").agg(seen=ibis._.count())
    met = matched.semi_join(trusted, PAIR)
    gap = met["target_at"] - met["source_at"]
    sums = met.group_by("source_id").agg(
        had=(gap <= 0).cast("int64").sum(), followed=((gap > 0) & (gap <= window)).cast("int64").sum()
    )
    known = beside(seen, sums, ["source_id"])
    return known.select(
        "source_id", exposures=known["seen"] - known["had"].fill_null(0), followed=known["followed"]
    )


def _letters(trusted: ir.Table, engine: Engine, writable: pa.Array | None) -> pa.Table:
    """Return the trusted contacts who may get a letter."""
    if writable is None or len(writable) == 0:
        return collected(trusted.select(*PAIR).limit(0), PAIR)
    some = engine.load(pa.table({"target_id": writable}))
    return collected(trusted.select(*PAIR).semi_join(some, "target_id"), PAIR)
