"""One more day in the account: only what its orders and ties touch is computed again.

A change of order lines changes some first purchases. Those change the pairs they are part of, those the order
lines they share, those the trust in their buyers. Chance changes for every source of a product whose buyers
changed. Everything else stands. The order in which days arrive does not matter.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from functools import reduce

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from scoring.ledger import adoptions, chance, credit, pairs, ties, topics
from scoring.ledger.account import Account
from scoring.ledger.engine import Engine
from scoring.ledger.intake import instant, line_table, redemption_table, tie_table
from scoring.ledger.parameters import Parameters

BOUGHT = ["customer_id", "product_id"]
PAIR = ["source_id", "target_id"]
GIVEN = ["source_id", "product_id"]
TAKEN = ["target_id", "product_id"]


@dataclass(frozen=True)
class Changes:
    """Order lines as they are now (net 0 = cancelled or refunded), new ties, redemptions of these orders."""

    purchases: pa.Table
    ties: pa.Table | None = None
    redemptions: pa.Table | None = None


def post(
    account: Account, changes: Changes, engine: Engine, *, as_of: datetime, parameters: Parameters
) -> Account:
    """The account with the changes in it, equal to one opened from all the tables; the old one is used up."""
    named = changes.purchases.select(["order_id", "line_id", *BOUGHT])
    account = _with_facts(account, changes, engine, as_of=as_of)
    bought, keys = _first_purchases(account, engine.load(named), engine)
    people = engine.keep(engine.load(named).select("customer_id").distinct())
    orders = _exchanged(
        account.orders,
        adoptions.order_counts(
            account.lines.semi_join(people, "customer_id"), bought.semi_join(people, "customer_id")
        ),
        people,
        engine=engine,
    )
    flipped = engine.keep(_flipped(account.orders, orders, people, least=parameters.other_orders))
    account = replace(account, adoptions=bought, orders=orders)
    matched, near, touched = _pairs(account, keys, changes, engine=engine, parameters=parameters)
    account = replace(account, matched=matched, near=near)
    account = _credit(account, touched, people, engine=engine, parameters=parameters)
    changed = [keys.select("product_id"), touched.select("product_id")]
    changed.append(account.matched.semi_join(flipped, "target_id").select("product_id"))
    return _chance(account, engine.keep(_merged(changed).distinct()), engine, parameters=parameters)


def _flipped(before: ir.Table, after: ir.Table, people: ir.Table, *, least: int) -> ir.Table:
    """(target_id): of the people, who now has enough orders to count as a follower, or no longer has."""
    was, has = (
        orders.semi_join(people, "customer_id").filter(lambda t: t["orders"] > least).select("customer_id")
        for orders in (before, after)
    )
    changed = ibis.union(has.anti_join(was, "customer_id"), was.anti_join(has, "customer_id"))
    return changed.rename(target_id="customer_id")


def compacted(account: Account, engine: Engine) -> Account:
    """The same account with every table computed: after some days posted, and at night."""
    parts = (
        "adoptions",
        "orders",
        "buyers",
        "matched",
        "near",
        "led",
        "followers",
        "rows",
        "stats",
        "topics",
    )
    kept = {name: engine.keep(getattr(account, name)) for name in parts}
    facts = replace(
        account.facts,
        lines=engine.keep(account.facts.lines),
        ties=engine.keep(account.facts.ties),
        redemptions=engine.keep(account.facts.redemptions),
    )
    lines = adoptions.participating_lines(facts)
    return replace(account, facts=facts, lines=lines, ties=ties.eligible_ties(facts), **kept)


def _exchanged(old: ir.Table, new: ir.Table, keys: ir.Table, *, engine: Engine) -> ir.Table:
    """The old rows without those of the keys, and the new rows."""
    return ibis.union(old.anti_join(keys, keys.columns), engine.keep(new.select(old.columns)))


def _merged(tables: list[ir.Table]) -> ir.Table:
    return reduce(ibis.union, tables)


def _with_facts(account: Account, changes: Changes, engine: Engine, *, as_of: datetime) -> Account:
    """The account with the changed lines, ties, redemptions and topics of products; nothing else yet."""
    facts, now = account.facts, instant(as_of)
    id_types = account.lines.schema().to_pyarrow()
    fresh, _ = line_table(changes.purchases, now)
    fresh = fresh.cast(pa.schema([id_types.field(name) for name in fresh.column_names]))
    keys = engine.load(changes.purchases.select(["order_id", "line_id"]))
    lines = facts.lines.anti_join(keys, keys.columns)
    facts = replace(facts, lines=ibis.union(lines, engine.load(fresh).select(lines.columns)), as_of=now)
    if changes.redemptions is not None:
        redeemed = engine.load(redemption_table(changes.redemptions, fresh))
        facts = replace(facts, redemptions=ibis.union(facts.redemptions, redeemed).distinct())
    if changes.ties is not None:
        more = engine.load(tie_table(changes.ties)).select(facts.ties.columns)
        more = more.cast(facts.ties.schema())
        facts = replace(facts, ties=ibis.union(facts.ties, more), parallel_ties=True)
    lines = adoptions.participating_lines(facts)
    products = engine.load(changes.purchases.select(["product_id"])).distinct()
    product_topics = _exchanged(
        account.product_topics,
        adoptions.product_topics(lines.semi_join(products, "product_id")),
        products,
        engine=engine,
    )
    return replace(
        account,
        facts=facts,
        lines=lines,
        ties=ties.eligible_ties(facts),
        product_topics=product_topics,
        topics=topics.topics_of_products(product_topics, account.paths),
        proven=credit.proven_lines(
            lines, facts.redemptions, same_home=ties.same_home(facts), barred=facts.barred
        ),
    )


def _first_purchases(account: Account, named: ir.Table, engine: Engine) -> tuple[ir.Table, ir.Table]:
    """First purchases with the changes, and the keys (customer_id, product_id) that may have changed."""
    keys = engine.keep(named.select(BOUGHT).distinct())
    new = adoptions.first_purchases(account.lines.semi_join(keys, BOUGHT))
    return _exchanged(account.adoptions, new, keys, engine=engine), keys


def _pairs(
    account: Account, keys: ir.Table, changes: Changes, *, engine: Engine, parameters: Parameters
) -> tuple[ir.Table, ir.Table, ir.Table]:
    """Matched and near pairs with the changes, and every pair that came or went."""
    given, taken = keys.rename(source_id="customer_id"), keys.rename(target_id="customer_id")
    old = account.matched
    fresh, rest = (
        engine.keep(account.adoptions.semi_join(keys, BOUGHT)),
        account.adoptions.anti_join(keys, BOUGHT),
    )
    # Ties of a day's buyers first: without them the optimizer walks every purchase along every tie.
    told = engine.keep(account.ties.semi_join(fresh.select(source_id="customer_id"), "source_id"))
    telling = engine.keep(account.ties.semi_join(fresh.select(target_id="customer_id"), "target_id"))
    joins = [(fresh, account.adoptions, told), (rest, fresh, telling)]
    gone = [old.semi_join(given, GIVEN), old.anti_join(given, GIVEN).semi_join(taken, TAKEN)]
    kept = old.anti_join(given, GIVEN).anti_join(taken, TAKEN)
    if changes.ties is not None:
        people = (
            engine.load(tie_table(changes.ties).select(PAIR))
            .cast({name: old.schema()[name] for name in PAIR})
            .distinct()
        )
        joins.append((rest, rest, account.ties.semi_join(people, PAIR)))
        gone.append(kept.semi_join(people, PAIR))
        kept = kept.anti_join(people, PAIR)
    new = engine.keep(
        _merged(
            [
                pairs.matched_pairs(*three, parallel=account.facts.parallel_ties).select(old.columns)
                for three in joins
            ]
        )
    )
    touched = engine.keep(ibis.union(_merged(gone), new))
    matched = ibis.union(kept, new)
    near = account.near.anti_join(touched.select(*PAIR, "product_id").distinct(), [*PAIR, "product_id"])
    return (
        matched,
        ibis.union(near, pairs.near_pairs(new, parameters.window).select(near.columns)),
        touched,
    )


def _credit(
    account: Account, touched: ir.Table, people: ir.Table, *, engine: Engine, parameters: Parameters
) -> Account:
    """Shared lines of the touched pairs, and trust and credit of everybody who bought or shares anew."""
    lines = engine.keep(touched.select(TAKEN).distinct())
    near = account.near.semi_join(lines, TAKEN)
    led = _exchanged(
        account.led,
        credit.shared_lines(
            near, account.adoptions, account.facts.redemptions, decay_days=parameters.decay_days
        ),
        lines,
        engine=engine,
    )
    buyers = engine.keep(
        ibis.union(lines.select("target_id"), people.select(target_id="customer_id")).distinct()
    )
    anew = engine.keep(led.semi_join(buyers, "target_id"))
    followers = _exchanged(
        account.followers,
        credit.followers_of(
            anew, credit.shared_products(account.matched, anew), account.orders, parameters=parameters
        ),
        buyers,
        engine=engine,
    )
    rows = _exchanged(
        account.rows,
        credit.credited_rows(anew, followers.semi_join(buyers, "target_id")),
        buyers,
        engine=engine,
    )
    return replace(account, led=led, followers=followers, rows=rows)


def _chance(account: Account, products: ir.Table, engine: Engine, *, parameters: Parameters) -> Account:
    """Chance of every source of these products."""
    concerned = engine.keep(account.adoptions.semi_join(products, "product_id"))
    counted = adoptions.item_counts(concerned)
    buyers = _exchanged(account.buyers, counted, products, engine=engine)
    around = chance.tied_buyers(
        account.matched.semi_join(products, "product_id"),
        account.orders,
        window=parameters.window,
        other_orders=parameters.other_orders,
    )
    around = chance.buyers_around(
        engine.keep(around), concerned, engine.load(chance.ENDS), window=parameters.window
    )
    stats = _exchanged(account.stats, chance.expectations(around, buyers), products, engine=engine)
    return replace(account, buyers=buyers, stats=stats)
