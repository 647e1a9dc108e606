"""One more day in the account: only what its orders and ties touch is computed again, in place.

A change of order lines changes some first purchases. Those change the pairs they are part of, those the order
lines they share, those the trust in their buyers, and how many bought near in time. Everything else stands.
The order in which days arrive does not matter.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from functools import reduce

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from scoring.ledger import adoptions, credit, pairs, ties
from scoring.ledger.account import Account, winners_of
from scoring.ledger.adoptions import BOUGHT
from scoring.ledger.arrivals import Arrival, Changes, arrived
from scoring.ledger.engine import Engine
from scoring.ledger.parameters import Parameters
from scoring.ledger.recount import counted_anew

__all__ = ["Changes", "post"]

PAIR = ["source_id", "target_id"]
GIVEN = ["source_id", "product_id"]
TAKEN = ["target_id", "product_id"]


@dataclass(frozen=True)
class Purchases:
    """First purchases that may have changed (`keys`, of `people`), before and after."""

    keys: ir.Table
    people: ir.Table
    before: ir.Table
    after: ir.Table


def post(
    account: Account, changes: Changes, engine: Engine, *, as_of: datetime, parameters: Parameters
) -> Account:
    """The account with the changes in it, equal to one opened from all the tables; the old one is used up."""
    account, arrival = arrived(account, changes, as_of=as_of, parameters=parameters, engine=engine)
    account, moved, flipped = _purchases(account, arrival, engine, least=parameters.other_orders)
    account, touched = _pairs(account, moved, arrival, engine=engine, parameters=parameters)
    account, credited = _credit(account, touched, moved, engine=engine, parameters=parameters)
    account, counted = counted_anew(
        account,
        (moved.before, moved.after),
        anew=_anew(account, touched, moved=moved, flipped=flipped),
        engine=engine,
        parameters=parameters,
    )
    winners = winners_of(account.facts, parameters)
    named = engine.load(pa.concat_tables([account.winners, winners]).select(["source_id"]))
    concerned = [touched.select("source_id"), credited, counted, arrival.owners, named]
    return replace(account, winners=winners, touched=engine.keep(_merged(concerned).distinct()))


def _merged(tables: list[ir.Table]) -> ir.Table:
    return reduce(ibis.union, tables)


def _purchases(
    account: Account, arrival: Arrival, engine: Engine, *, least: int
) -> tuple[Account, Purchases, ir.Table]:
    """First purchases and counts with the changes; and (target_id) of who now counts as a follower or not."""
    keys = engine.keep(arrival.named.select(BOUGHT).distinct())
    people = engine.keep(keys.select("customer_id").distinct())
    columns = [*BOUGHT, "order_id", "at"]
    theirs = engine.keep(account.lines.select(columns).semi_join(people, "customer_id"))
    first = engine.keep(adoptions.first_purchases(theirs, engine.keep(adoptions.repeated_products(theirs))))
    before = engine.keep(account.adoptions.semi_join(people, "customer_id").semi_join(keys, BOUGHT))
    after = engine.keep(first.semi_join(keys, BOUGHT))
    counts = engine.keep(adoptions.order_counts(theirs, first))
    old = account.orders.semi_join(people, "customer_id")
    was, has = (
        table.filter(table["orders"] > least).select(target_id="customer_id") for table in (old, counts)
    )
    flipped = engine.keep(ibis.union(has.anti_join(was, "target_id"), was.anti_join(has, "target_id")))
    known = replace(
        account,
        adoptions=engine.exchange(account.adoptions, keys, after),
        orders=engine.exchange(account.orders, people, counts),
        buyers=_buyers(account, before, after, engine=engine),
    )
    return known, Purchases(keys, people, before, after), flipped


def _buyers(account: Account, before: ir.Table, after: ir.Table, *, engine: Engine) -> ir.Table:
    """How many bought each product, by difference."""
    signed = [
        table.select("product_id", buyers=ibis.literal(sign, type="int64"))
        for table, sign in ((before, -1), (after, 1))
    ]
    products = engine.keep(_merged(signed).select("product_id").distinct())
    known = ibis.union(account.buyers.semi_join(products, "product_id"), _merged(signed))
    counts = known.group_by("product_id").agg(buyers=known["buyers"].sum())
    return engine.exchange(account.buyers, products, counts.filter(counts["buyers"] > 0))


def _pairs(
    account: Account, moved: Purchases, arrival: Arrival, *, engine: Engine, parameters: Parameters
) -> tuple[Account, ir.Table]:
    """The account with the pairs of these purchases and of new ties, and every pair that came or went."""
    old, keys = account.matched, moved.keys
    given, taken = keys.rename(source_id="customer_id"), keys.rename(target_id="customer_id")
    rest = account.adoptions.anti_join(keys, BOUGHT)
    # Ties of a day's buyers first: without them the optimizer walks every purchase along every tie.
    told, telling = (
        engine.keep(
            ties.money_ties(
                account.facts, account.facts.ties.semi_join(moved.people.rename({end: "customer_id"}), end)
            )
        )
        for end in PAIR
    )
    joins = [(moved.after, account.adoptions, told), (rest, moved.after, telling)]
    gone = [old.semi_join(given, GIVEN), old.anti_join(given, GIVEN).semi_join(taken, TAKEN)]
    if arrival.tied is not None:
        kept = old.anti_join(given, GIVEN).anti_join(taken, TAKEN)
        more = engine.keep(ties.money_ties(account.facts, account.facts.ties.semi_join(arrival.tied, PAIR)))
        joins.append((rest, rest, more))
        gone.append(kept.semi_join(arrival.tied, PAIR))
    parallel, kinds = account.facts.parallel_ties, account.facts.kinds
    new = engine.keep(
        _merged(
            [
                pairs.matched_pairs(*three, parallel=parallel, kinds=kinds).select(old.columns)
                for three in joins
            ]
        )
    )
    touched = engine.keep(ibis.union(_merged(gone), new))
    names = engine.keep(touched.select(*PAIR, "product_id").distinct())
    near = pairs.near_pairs(new, parameters.window)
    known = replace(
        account,
        matched=engine.exchange(old, names, new),
        near=engine.exchange(account.near, names, near),
    )
    return known, touched


def _credit(
    account: Account, touched: ir.Table, moved: Purchases, *, engine: Engine, parameters: Parameters
) -> tuple[Account, ir.Table]:
    """Shared lines of the touched pairs, trust and credit of who bought or shares anew; and their sources."""
    lines = engine.keep(touched.select(TAKEN).distinct())
    first = engine.keep(adoptions.first_lines(account.lines, lines.rename(customer_id="target_id")))
    near = account.near.semi_join(lines, TAKEN)
    shared = credit.shared_lines(near, first, account.facts.redemptions, decay_days=parameters.decay_days)
    led = engine.exchange(account.led, lines, shared)
    buyers = engine.keep(
        ibis.union(lines.select("target_id"), moved.people.select(target_id="customer_id")).distinct()
    )
    anew = engine.keep(led.semi_join(buyers, "target_id"))
    common = credit.shared_products(account.matched, anew)
    known = engine.keep(credit.followers_of(anew, common, account.orders, parameters=parameters))
    followers = engine.exchange(account.followers, buyers, known)
    rows = engine.exchange(account.rows, buyers, credit.credited_rows(anew, known))
    return replace(account, led=led, followers=followers, rows=rows), anew.select("source_id")


def _anew(account: Account, touched: ir.Table, *, moved: Purchases, flipped: ir.Table) -> ir.Table:
    """(source_id, product_id) whose tied buyers are counted from the start."""
    return _merged(
        [
            touched.select(GIVEN),
            moved.keys.select("product_id", source_id="customer_id").select(GIVEN),
            account.matched.semi_join(flipped, "target_id").select(GIVEN),
        ]
    ).distinct()
