"""What a day brings: order lines as they are now, new ties, redeemed codes; taken into the facts in place."""

from dataclasses import dataclass, replace
from datetime import datetime

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from scoring.ledger import adoptions, ties, topics
from scoring.ledger.account import Account, proven_lines
from scoring.ledger.engine import Engine
from scoring.ledger.intake import Facts, instant, line_table, redemption_table, tie_table
from scoring.ledger.parameters import Parameters

LINE = ["order_id", "line_id"]


@dataclass(frozen=True)
class Changes:
    """Order lines as they are now (net 0 = cancelled or refunded), new ties, and all trials where one ended.

    `redemptions`, where given, holds all redemptions of every order that it or `purchases` names.
    """

    purchases: pa.Table
    ties: pa.Table | None = None
    redemptions: pa.Table | None = None
    trials: pa.Table | None = None


@dataclass(frozen=True)
class Arrival:
    """Lines concerned, as they were and are (`named`), new pairs of ties, owners of codes concerned."""

    named: ir.Table
    tied: ir.Table | None
    owners: ir.Table


def arrived(
    account: Account, changes: Changes, *, as_of: datetime, parameters: Parameters, engine: Engine
) -> tuple[Account, Arrival]:
    """The account with the changed lines, ties, redemptions, proven lines and topics; nothing else yet."""
    facts = replace(account.facts, as_of=instant(as_of), trials=changes.trials or account.facts.trials)
    types = facts.lines.schema().to_pyarrow()
    fresh_table, _ = line_table(changes.purchases, facts.as_of)
    fresh = engine.load(fresh_table.select(types.names).cast(types))
    keys = engine.keep(engine.load(_cast(changes.purchases.select(LINE), types)).distinct())
    old = engine.keep(facts.lines.semi_join(keys, LINE))
    named = [old, fresh]
    orders = keys.select("order_id")
    if changes.redemptions is not None:
        facts, orders = _redeemed(facts, changes.redemptions, orders, engine=engine)
        named.append(facts.lines.semi_join(orders, "order_id").anti_join(keys, LINE))
    concerned = engine.keep(ibis.union(*named))
    facts = replace(facts, lines=engine.exchange(facts.lines, keys, fresh))
    tied = None
    if changes.ties is not None:
        facts, tied = _tied(facts, changes.ties, engine)
    account = replace(
        account, facts=facts, lines=adoptions.participating_lines(facts), ties=ties.money_ties(facts)
    )
    account, owners = _proven(account, parameters=parameters, engine=engine)
    return _with_topics(account, old, fresh, engine=engine), Arrival(concerned, tied, owners)


def _cast(table: pa.Table, types: pa.Schema) -> pa.Table:
    return table.cast(pa.schema([types.field(name) for name in table.column_names]))


def _redeemed(
    facts: Facts, redemptions: pa.Table, orders: ir.Table, *, engine: Engine
) -> tuple[Facts, ir.Table]:
    """The facts with these redemptions, and all orders that they or the lines name."""
    fresh = engine.load(redemption_table(redemptions, facts.lines.schema().to_pyarrow()))
    orders = engine.keep(ibis.union(orders, fresh.select("order_id")).distinct())
    return replace(facts, redemptions=engine.exchange(facts.redemptions, orders, fresh.distinct())), orders


def _tied(facts: Facts, new: pa.Table, engine: Engine) -> tuple[Facts, ir.Table]:
    """The facts with more ties, and their pairs (source_id, target_id)."""
    fresh = ties.whole_ties(engine.load(tie_table(new)))
    known = facts.ties
    if set(tie_table(new).column_names) - set(known.columns):
        known = engine.keep(ties.whole_ties(known))  # something is said of a tie that was not stored so far
    fresh = engine.keep(fresh.select(known.columns).cast(known.schema()))
    tied = engine.keep(fresh.select("source_id", "target_id").distinct())
    return replace(facts, ties=engine.exchange(known, None, fresh), parallel_ties=True), tied


def _proven(account: Account, *, parameters: Parameters, engine: Engine) -> tuple[Account, ir.Table]:
    """The proven lines as they are now, and (source_id) of those to whom other ones are or were proven.

    One order may set others aside, so all are judged anew: they are few beside the ledger's.
    """
    old = account.proven
    fresh = engine.keep(proven_lines(account.facts, account.lines, parameters).select(old.columns))
    owners = ibis.union(ibis.difference(old, fresh), ibis.difference(fresh, old)).select("source_id")
    return replace(account, proven=fresh), engine.keep(owners.distinct())


def _with_topics(account: Account, old: ir.Table, fresh: ir.Table, *, engine: Engine) -> Account:
    """The topics of products whose category is new, or may have gone with an old line."""
    said = fresh.select("product_id", topic="category_id").filter(lambda t: t["topic"].notnull())
    news = said.anti_join(account.product_topics, ["product_id", "topic"]).select("product_id")
    products = engine.keep(ibis.union(news, old.select("product_id")).distinct())
    known = adoptions.product_topics(account.lines.semi_join(products, "product_id"))
    product_topics = engine.exchange(account.product_topics, products, known)
    listed = topics.topics_of_products(product_topics, account.paths)
    return replace(account, product_topics=product_topics, topics=listed)
