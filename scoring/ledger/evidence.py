"""What the tests stand on, summed for each customer, or for each customer and topic."""

import ibis.expr.types as ir

from scoring.ledger.engine import number
from scoring.ledger.parameters import Parameters


def _powers(table: ir.Table, after: str, before: str) -> dict[str, ir.Value]:
    """Sums of squares from which the spread of (after - p (after + before)) follows for any p."""
    x = table[after].cast("float64")
    both = x + table[before].cast("float64")
    return {"xx": (x * x).sum(), "xb": (x * both).sum(), "bb": (both * both).sum()}


def beside(left: ir.Table, right: ir.Table, keys: list[str]) -> ir.Table:
    """`left` with the columns of `right` beside it, nulls where it has no such keys."""
    joined = left.left_join(right, keys)
    return joined.drop([name for name in joined.columns if name.endswith("_right")])


def by_items(stats: ir.Table, keys: list[str]) -> ir.Table:
    """Chance of each key over the products; item_xx, item_xb, item_bb say how they cluster."""
    powers = {f"item_{name}": value for name, value in _powers(stats, "after", "before").items()}
    return stats.group_by(keys).agg(
        tied=stats["tied"].sum(),
        expected=stats["expected"].sum(),
        variance=stats["variance"].sum(),
        expected_before=stats["expected_before"].sum(),
        observed_before=stats["before"].sum(),
        near=(stats["after"] + stats["before"]).sum(),
        **powers,
    )


def meetings(near: ir.Table, led: ir.Table, keys: list[str]) -> ir.Table:
    """(keys, target_id): purchases after and before, and in how many orders of hers the ones after were."""
    people = [*keys, "target_id"]
    counts = near.group_by(people).agg(
        after=(near["gap"] > 0).cast("int64").sum(), before=(near["gap"] < 0).cast("int64").sum()
    )
    baskets = led.group_by(people).agg(baskets=led["order_id"].nunique())
    joined = beside(counts, baskets, people)
    return joined.mutate(baskets=joined["baskets"].fill_null(0))


def by_followers(met: ir.Table, followers: ir.Table, keys: list[str], *, parameters: Parameters) -> ir.Table:
    """Pairs that count for each key: of trusted followers, each with at most `follower_cap` of them."""
    pair = ["source_id", "target_id"]
    known = beside(met, followers.select(*pair, "trusted"), pair)
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


def by_money(rows: ir.Table, keys: list[str]) -> ir.Table:
    """Credit of each key, and what is left of it in lines when its single best product is left out."""
    items = rows.group_by([*keys, "product_id"]).agg(credit=rows["credit"].sum(), lines=rows["counted"].sum())
    return items.group_by(keys).agg(
        credit=items["credit"].sum(), lines=items["lines"].sum(), best_item=items["lines"].max()
    )


def gathered(items: ir.Table, people: ir.Table, money: ir.Table, *, keys: list[str]) -> ir.Table:
    """One row a key with everything; a key without purchases near in time has zeros."""
    joined = items
    for part in (people, money):
        joined = beside(joined, part, keys)
    zero = {
        name: joined[name].cast("float64").fill_null(number(0)) for name in joined.columns if name not in keys
    }
    return joined.mutate(**zero)


def with_topics(table: ir.Table, topics: ir.Table) -> ir.Table:
    """The rows once for every topic their product belongs to."""
    return table.join(topics, "product_id")
