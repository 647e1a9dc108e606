"""What the tests rest on, summed for each customer, or for each customer and topic."""

from dataclasses import dataclass

import ibis.expr.types as ir

from scoring.ledger.chance import expectations
from scoring.ledger.engine import Engine, beside, built_once, number
from scoring.ledger.pairs import PAIR
from scoring.ledger.parameters import Parameters
from scoring.ledger.workings import Workings

CUSTOMER = ["source_id"]
TOPIC = ["source_id", "topic"]


@dataclass(frozen=True)
class EvidenceSums:
    """One row a source with a tied buyer, or a source and topic, up the category tree; kept in the engine.

    Columns of `by_items`, `by_followers` and `by_money`.
    """

    customers: ir.Table
    topics: ir.Table


def sum_evidence(workings: Workings, engine: Engine, *, parameters: Parameters) -> EvidenceSums:
    """Return what both versions of the rule start from."""
    followers, counted = workings.credit.followers, _counted(workings)
    topics = workings.purchases.topics
    by_topic = {name: in_topics(table, topics) for name, table in counted.items()}
    return EvidenceSums(
        customers=engine.keep(_sums(counted, followers, keys=CUSTOMER, parameters=parameters)),
        topics=engine.keep(_sums(by_topic, followers, keys=TOPIC, parameters=parameters)),
    )


@built_once
def in_topics(table: ir.Table, topics: ir.Table) -> ir.Table:
    """Return each row in every topic of its product."""
    return table.join(topics, "product_id")


def _counted(workings: Workings) -> dict[str, ir.Table]:
    """Return the tables that are summed; each has a source_id and a product_id."""
    return {
        "near": workings.pairs.near,
        "shared": workings.credit.shared,
        "rows": workings.credit.rows,
        "chance": expectations(workings.chance, workings.purchases.buyers),
    }


def _sums(
    counted: dict[str, ir.Table], followers: ir.Table, *, keys: list[str], parameters: Parameters
) -> ir.Table:
    met = meetings(counted["near"], counted["shared"], keys)
    return gathered(
        by_items(counted["chance"], keys),
        by_followers(met, followers, keys, parameters=parameters),
        by_money(counted["rows"], keys),
        keys=keys,
    )


def _powers(table: ir.Table, after: str, before: str) -> dict[str, ir.Value]:
    """Return sums of squares from which the spread of (after - p (after + before)) follows for any p."""
    x = table[after].cast("float64")
    both = x + table[before].cast("float64")
    return {"xx": (x * x).sum(), "xb": (x * both).sum(), "bb": (both * both).sum()}


@built_once
def by_items(chance: ir.Table, keys: list[str]) -> ir.Table:
    """Return the chance of each key over its products; item_xx, item_xb, item_bb say how they cluster."""
    powers = {f"item_{name}": value for name, value in _powers(chance, "after", "before").items()}
    return chance.group_by(keys).agg(
        tied=chance["tied"].sum(),
        expected=chance["expected"].sum(),
        variance=chance["variance"].sum(),
        expected_before=chance["expected_before"].sum(),
        observed_before=chance["before"].sum(),
        near=(chance["after"] + chance["before"]).sum(),
        **powers,
    )


@built_once
def meetings(near: ir.Table, shared: ir.Table, keys: list[str]) -> ir.Table:
    """Return (keys, target_id, after, before, baskets): purchases, and in how many orders those after."""
    people = [*keys, "target_id"]
    counts = near.group_by(people).agg(
        after=(near["gap"] > 0).cast("int64").sum(), before=(near["gap"] < 0).cast("int64").sum()
    )
    baskets = shared.group_by(people).agg(baskets=shared["order_id"].nunique())
    joined = beside(counts, baskets, people)
    return joined.mutate(baskets=joined["baskets"].fill_null(0))


@built_once
def by_followers(met: ir.Table, followers: ir.Table, keys: list[str], *, parameters: Parameters) -> ir.Table:
    """Return the pairs that count for each key: of trusted followers, at most `follower_cap` of each."""
    known = beside(met, followers.select(*PAIR, "trusted"), PAIR)
    trusted = known["trusted"].fill_null(False).cast("float64")  # noqa: FBT003
    most = number(parameters.follower_cap)
    after = known["after"].cast("float64")
    known = known.mutate(
        counted=trusted * (after > most).ifelse(most, after), sure=trusted * after, good=trusted
    )
    powers = {f"person_{name}": value for name, value in _powers(known, "after", "before").items()}
    return known.group_by(keys).agg(
        pairs=known["after"].sum(),
        followers=(known["after"] > 0).cast("int64").sum(),
        trusted_followers=(known["good"] * (known["after"] > 0).cast("float64")).sum(),
        observed=known["counted"].sum(),
        met=(known["after"] + known["before"]).sum(),
        sure_pairs=known["sure"].sum(),
        sure_baskets=(known["good"] * known["baskets"].cast("float64")).sum(),
        **powers,
    )


@built_once
def by_money(rows: ir.Table, keys: list[str]) -> ir.Table:
    """Return (keys, credit, lines, best_item): credit in money and in lines, and that of the best product."""
    items = rows.group_by([*keys, "product_id"]).agg(credit=rows["credit"].sum(), lines=rows["counted"].sum())
    return items.group_by(keys).agg(
        credit=items["credit"].sum(), lines=items["lines"].sum(), best_item=items["lines"].max()
    )


@built_once
def gathered(items: ir.Table, people: ir.Table, money: ir.Table, *, keys: list[str]) -> ir.Table:
    """Return one row a key with all sums; a key without purchases near in time has zeros."""
    joined = items
    for part in (people, money):
        joined = beside(joined, part, keys)
    zero = {
        name: joined[name].cast("float64").fill_null(number(0)) for name in joined.columns if name not in keys
    }
    return joined.mutate(**zero)
