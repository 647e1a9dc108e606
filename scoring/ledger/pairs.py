"""Two tied customers who bought the same product: the raw material of credit and of chance."""

from collections.abc import Iterable

import ibis.expr.types as ir

from scoring.ledger.ties import one_tie_each


def matched_pairs(
    sources: ir.Table, targets: ir.Table, ties: ir.Table, *, parallel: bool, kinds: Iterable[str] = ()
) -> ir.Table:
    """Every (source, target, product) where a tie was valid when the source bought, whoever bought first.

    Columns source_id, target_id, product_id, source_at, target_at, valid_from, valid_to, tie_kind.
    A tie younger than the source's purchase, or ended by then, makes no pair. `kinds`: those of networks.
    """
    given = sources.select(source_id="customer_id", product_id="product_id", source_at="at")
    taken = targets.select(target_id="customer_id", product_id="product_id", target_at="at")
    told = given.join(ties, "source_id")
    told = told.filter(told["valid_from"] <= told["source_at"], told["source_at"] < told["valid_to"])
    matched = told.join(taken, ["target_id", "product_id"])
    if parallel:
        matched = one_tie_each(matched, kinds)
    return matched.select(
        "source_id",
        "target_id",
        "product_id",
        "source_at",
        "target_at",
        "valid_from",
        "valid_to",
        "tie_kind",
    )


def near_pairs(matched: ir.Table, window: int) -> ir.Table:
    """Pairs whose purchases lie at most a window apart and not at the same instant; `gap` in microseconds."""
    gap = matched["target_at"] - matched["source_at"]
    near = matched.mutate(gap=gap)
    return near.filter(near["gap"].abs() <= window, near["gap"] != 0)
