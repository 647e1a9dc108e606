"""Topics: a product's category and every category above it, so that evidence adds up the tree."""

import ibis
import ibis.expr.types as ir
import pyarrow as pa


def category_paths(categories: pa.Table) -> pa.Table:
    """(category_id, topic): every category with itself and all above it; a circle ends where it closes."""
    parents = dict(
        zip(categories["category_id"].to_pylist(), categories["parent_id"].to_pylist(), strict=True)
    )
    start, topic = [], []
    for category in sorted({c for c in [*parents, *parents.values()] if c is not None}):
        seen: list[object] = []
        here = category
        while here is not None and here not in seen:
            seen.append(here)
            here = parents.get(here)
        start += [category] * len(seen)
        topic += seen
    id_type = categories.schema.field("category_id").type
    return pa.table({"category_id": pa.array(start, id_type), "topic": pa.array(topic, id_type)})


def topics_of_products(product_topics: ir.Table, paths: ir.Table) -> ir.Table:
    """(product_id, topic): every topic a product belongs to; a category outside the tree stands alone."""
    listed = (
        product_topics.rename(category_id="topic").join(paths, "category_id").select("product_id", "topic")
    )
    alone = product_topics.anti_join(paths, product_topics["topic"] == paths["category_id"])
    return ibis.union(listed, alone.select("product_id", "topic"))
