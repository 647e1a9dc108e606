"""The relational part of a ledger, step by step; every step is an expression, kept where two need it."""

from collections.abc import Callable
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from scoring.ledger import adoptions, chance, credit, evidence, pairs, redemptions, ties, topics, trials
from scoring.ledger.engine import Engine
from scoring.ledger.intake import Facts
from scoring.ledger.parameters import Parameters

Progress = Callable[[str], None]
CUSTOMER = ["source_id"]
TOPIC = ["source_id", "topic"]


def unheard(_: str) -> None:
    """Progress that nobody listens to; a listener may raise in order to cancel."""


@dataclass(frozen=True)
class Account:
    """Kept results inside the engine.

    adoptions: first purchases; matched, near: tied pairs of buyers; led: shared order lines; followers: trust
    and cap by source and target; rows: credit; stats: tied and near buyers by source and product, as whole
    numbers; proven: lines of redeemed codes; winners: whose invitation beat a hold-out; touched: the sources
    whom the last changes concern.
    """

    facts: Facts
    lines: ir.Table
    adoptions: ir.Table
    orders: ir.Table
    buyers: ir.Table
    paths: ir.Table
    ties: ir.Table
    matched: ir.Table
    near: ir.Table
    led: ir.Table
    followers: ir.Table
    rows: ir.Table
    stats: ir.Table
    topics: ir.Table
    product_topics: ir.Table
    proven: ir.Table
    winners: pa.Table
    touched: ir.Table | None = None


def open_account(
    facts: Facts, engine: Engine, *, parameters: Parameters, progress: Progress = unheard
) -> Account:
    """The shop's whole account: who may have led whom, what it is worth, what chance would bring."""
    keep, window = engine.keep, parameters.window
    progress("first purchases")
    lines = adoptions.participating_lines(facts)
    bought = keep(adoptions.first_purchases(lines, keep(adoptions.repeated_products(lines))))
    orders = keep(adoptions.order_counts(lines, bought))
    buyers = keep(adoptions.item_counts(bought))
    product_topics = keep(adoptions.product_topics(lines))
    progress("tied buyers")
    tied = ties.money_ties(facts)
    parallel, kinds = facts.parallel_ties, facts.kinds
    matched = keep(pairs.matched_pairs(bought, bought, tied, parallel=parallel, kinds=kinds))
    near = keep(pairs.near_pairs(matched, window))
    progress("credit")
    taken = near.filter(near["gap"] > 0).select("product_id", customer_id="target_id").distinct()
    first = keep(adoptions.first_lines(lines, keep(taken)))
    led = keep(credit.shared_lines(near, first, facts.redemptions, decay_days=parameters.decay_days))
    followers = keep(
        credit.followers_of(led, credit.shared_products(matched, led), orders, parameters=parameters)
    )
    rows = keep(credit.credited_rows(led, followers))
    progress("chance")
    around = chance.tied_buyers(matched, orders, window=window, other_orders=parameters.other_orders)
    stats = keep(chance.buyers_around(keep(around), bought, engine.load(chance.ENDS), window=window))
    paths = engine.load(topics.category_paths(facts.categories))
    return Account(
        facts=facts,
        lines=lines,
        adoptions=bought,
        orders=orders,
        buyers=buyers,
        paths=paths,
        ties=tied,
        matched=matched,
        near=near,
        led=led,
        followers=followers,
        rows=rows,
        stats=stats,
        topics=keep(topics.topics_of_products(product_topics, paths)),
        product_topics=product_topics,
        proven=keep(proven_lines(facts, lines, parameters)),
        winners=winners_of(facts, parameters),
    )


def proven_lines(facts: Facts, lines: ir.Table, parameters: Parameters) -> ir.Table:
    """The lines of every order that redeemed somebody else's code, those set aside among them."""
    redeemed = redemptions.judged(
        lines,
        facts.redemptions,
        ties=ties.own_ties(facts),
        same_home=ties.same_home(facts),
        parameters=parameters,
    )
    return credit.proven_lines(lines, redeemed, barred=facts.barred)


def winners_of(facts: Facts, parameters: Parameters) -> pa.Table:
    """(source_id, trial_id): see `trials.winners`."""
    known = facts.barred if facts.trials is not None and facts.trials.num_rows else facts.barred.limit(0)
    barred = known.to_pyarrow()["customer_id"].combine_chunks()
    return trials.winners(facts.trials, barred, as_of=facts.as_of, parameters=parameters)


def customer_evidence(account: Account, parameters: Parameters, *, among: ir.Table | None = None) -> ir.Table:
    """Sums by source, of all or of those `among`."""
    return _evidence(_facts_of(account, among), account, keys=CUSTOMER, parameters=parameters)


def topic_evidence(account: Account, parameters: Parameters, *, among: ir.Table | None = None) -> ir.Table:
    """Sums by source and topic, up the category tree."""
    known = {
        name: evidence.with_topics(table, account.topics) for name, table in _facts_of(account, among).items()
    }
    return _evidence(known, account, keys=TOPIC, parameters=parameters)


def _facts_of(account: Account, among: ir.Table | None) -> dict[str, ir.Table]:
    """What evidence is summed from, of all sources or of some."""
    stats = chance.expectations(account.stats, account.buyers)
    tables = {"near": account.near, "led": account.led, "rows": account.rows, "stats": stats}
    if among is None:
        return tables
    return {name: table.semi_join(among, "source_id") for name, table in tables.items()}


def _evidence(
    known: dict[str, ir.Table], account: Account, *, keys: list[str], parameters: Parameters
) -> ir.Table:
    met = evidence.meetings(known["near"], known["led"], keys)
    return evidence.gathered(
        evidence.by_items(known["stats"], keys),
        evidence.by_followers(met, account.followers, keys, parameters=parameters),
        evidence.by_money(known["rows"], keys),
        keys=keys,
    )


def credit_rows(account: Account, *, among: ir.Table | None = None) -> ir.Table:
    """The inferred rows and the proven ones, in one shape; of all sources or of those `among`."""
    inferred, proven = account.rows, account.proven
    if among is not None:
        inferred, proven = (table.semi_join(among, "source_id") for table in (inferred, proven))
    inferred = evidence.beside(inferred, account.product_topics, ["product_id"])
    proven = evidence.beside(proven, account.product_topics, ["product_id"])
    zero, one = ibis.literal(0.0, type="float64"), ibis.literal(1.0, type="float64")
    names = ["source_id", "target_id", "order_id", "line_id", "product_id", "topic", "amount"]
    inferred = inferred.select(
        *names, "tie_kind", "days_between", "sharers", "share", "trust", "cap", "credit", proven=False
    )
    proven = proven.select(
        *names,
        "tie_kind",
        days_between=zero,
        sharers=ibis.literal(1, type="int64"),
        share=one,
        trust=one,
        cap=proven["cap"],
        credit=proven["amount"] * proven["cap"],
        proven=True,
    )
    return ibis.union(inferred, proven)


def collected(table: ir.Table, order: list[str]) -> pa.Table:
    """The rows as an Arrow table in a fixed order."""
    return table.to_pyarrow().sort_by([(name, "ascending") for name in order])
