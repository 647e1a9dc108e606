"""Tied and near buyers counted again after first purchases came or went: by difference where that will do."""

from dataclasses import replace

import ibis
import ibis.expr.types as ir

from scoring.ledger import chance
from scoring.ledger.account import Account
from scoring.ledger.engine import Engine
from scoring.ledger.parameters import Parameters

GIVEN = ["source_id", "product_id"]


def counted_anew(
    account: Account,
    purchases: tuple[ir.Table, ir.Table],
    *,
    anew: ir.Table,
    engine: Engine,
    parameters: Parameters,
) -> tuple[Account, ir.Table]:
    """The account's `stats` with (before, after) purchases in it, and (source_id) of whom it changed for.

    Rows of `anew` are counted from the start; of others of the same product only who bought near in time
    can have changed, by those who came or went.
    """
    window, anew = parameters.window, engine.keep(anew)
    tied = engine.keep(
        chance.tied_buyers(
            account.matched.semi_join(anew, GIVEN),
            account.orders,
            window=window,
            other_orders=parameters.other_orders,
        )
    )
    fresh = chance.buyers_near(tied, account.adoptions, engine.load(chance.NEIGHBOURS), window=window)
    moved = engine.keep(_differences(*purchases))
    shifted = engine.keep(
        _shifted(account.stats.anti_join(anew, GIVEN).select(account.stats.columns), moved, window=window)
    )
    columns = account.stats.columns
    rows = engine.keep(ibis.union(fresh.select(columns), shifted.select(columns)))
    keys = engine.keep(ibis.union(anew, shifted.select(GIVEN)))
    stats = engine.exchange(account.stats, keys, rows)
    return replace(account, stats=stats), keys.select("source_id")


def _differences(before: ir.Table, after: ir.Table) -> ir.Table:
    """(product_id, at, sign) of purchases that went (-1) or came (1); unchanged ones cancel."""
    signed = [
        table.mutate(sign=ibis.literal(sign, type="int64")) for table, sign in ((before, -1), (after, 1))
    ]
    both = ibis.union(*signed)
    sums = both.group_by("customer_id", "product_id", "at").agg(sign=both["sign"].sum())
    return sums.filter(sums["sign"] != 0).select("product_id", "at", "sign")


def _shifted(stats: ir.Table, moved: ir.Table, *, window: int) -> ir.Table:
    """The rows of `stats` that have one of these purchases within the window, as they are now."""
    size = ibis.literal(window, type="int64")
    reach = moved.aggregate(least=moved["at"].min() - size, most=moved["at"].max() + size)
    known = stats.cross_join(reach)
    known = known.filter(known["source_at"] >= known["least"], known["source_at"] <= known["most"])
    met = known.drop("least", "most").join(moved, "product_id")
    met = met.select("source_id", "product_id", "sign", gap=met["at"] - met["source_at"])
    after = (met["gap"] > 0) & (met["gap"] <= size)
    before = (met["gap"] < 0) & (met["gap"] >= -size)
    met = met.mutate(after=after.cast("int64") * met["sign"], before=before.cast("int64") * met["sign"])
    met = met.filter((met["after"] != 0) | (met["before"] != 0))
    sums = met.group_by(GIVEN).agg(more_after=met["after"].sum(), more_before=met["before"].sum())
    rows = stats.join(sums, GIVEN)
    return rows.mutate(
        m_after=rows["m_after"] + rows["more_after"], m_before=rows["m_before"] + rows["more_before"]
    )
