"""The purchases that the gate shuffles: every buyer of randomly chosen products, up to a limit."""

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa

from scoring.ledger.account import Account
from scoring.ledger.engine import Engine
from scoring.ledger.gate import GateEvidence
from scoring.ledger.parameters import Parameters


def gate_evidence(account: Account, engine: Engine, parameters: Parameters) -> GateEvidence:
    """Whole products in random order, seeded, until `gate_purchases` are reached (one product at least)."""
    chosen = engine.load(_chosen_products(account, parameters))
    bought = engine.keep(_numbered(account.adoptions.semi_join(chosen, "product_id")))
    pairs = _pairs(account.matched.semi_join(chosen, "product_id"), bought, account.ties).to_pyarrow()
    # Spark ranks in 32 bits; the shuffle's keys need 64.
    purchases = bought.select("place", "product", "at", "person").to_pyarrow().sort_by("place")
    column = {name: purchases[name].to_numpy().astype(np.int64) for name in purchases.column_names}
    pairs = pairs.sort_by([("source", "ascending"), ("target", "ascending")])
    pair = {name: pairs[name].to_numpy().astype(np.int64) for name in pairs.column_names}
    return GateEvidence(
        product=column["product"],
        at=column["at"],
        source=pair["source"],
        target=pair["target"],
        valid_from=pair["valid_from"],
        valid_to=pair["valid_to"],
        source_person=column["person"][pair["source"]] if len(purchases) else pair["source"],
        target_person=column["person"][pair["target"]] if len(purchases) else pair["target"],
        directed=pair["directed"].astype(np.bool_),
    )


def _chosen_products(account: Account, parameters: Parameters) -> pa.Table:
    """Products with tied buyers, drawn until their buyers are as many as the gate may shuffle."""
    wanted = account.adoptions.semi_join(account.matched, "product_id")
    table = wanted.group_by("product_id").agg(buyers=wanted.count()).to_pyarrow().sort_by("product_id")
    drawn = np.random.default_rng(parameters.seed).permutation(table.num_rows)
    total = np.cumsum(table["buyers"].to_numpy()[drawn])
    within = np.count_nonzero(total <= parameters.gate_purchases)
    return table.select(["product_id"]).take(pa.array(np.sort(drawn[: max(within, 1)])))


def _numbered(bought: ir.Table) -> ir.Table:
    """Purchases with their place when sorted by product and time; products and people as numbers from 0."""
    by_place = ibis.window(order_by=["product_id", "at", "customer_id"])
    return bought.select(
        "customer_id",
        "product_id",
        "at",
        place=ibis.row_number().over(by_place),
        product=ibis.dense_rank().over(ibis.window(order_by="product_id")),
        person=ibis.dense_rank().over(ibis.window(order_by="customer_id")),
    )


def _pairs(matched: ir.Table, bought: ir.Table, ties: ir.Table) -> ir.Table:
    """Matched pairs as places of their purchases; directed = no tie leads back."""
    source = bought.select("product_id", source_id="customer_id", source="place")
    target = bought.select("product_id", target_id="customer_id", target="place")
    placed = matched.join(source, ["product_id", "source_id"]).join(target, ["product_id", "target_id"])
    back = ties.select(source_id="target_id", target_id="source_id").distinct()
    mutual = placed.semi_join(back, ["source_id", "target_id"]).mutate(directed=ibis.literal(0, type="int64"))
    single = placed.anti_join(back, ["source_id", "target_id"]).mutate(directed=ibis.literal(1, type="int64"))
    return ibis.union(mutual, single).select("source", "target", "valid_from", "valid_to", "directed")
