"""What a shop hears of who led whom: answers to a question after an order, and orders by somebody's link."""

from datetime import datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from scoring.simulate.planted import Planted

ANSWERED, WRONG = 1 / 3, 0.1
SHARE_A_LINK, USED = 0.2, 0.5


def orders_since(made: Planted, at: datetime) -> pa.Table:
    """Return the orders after that moment with who caused them, or null; one row each, in order of number.

    (order_id, customer_id, created_at, source_id)
    """
    orders = made.purchases.select(["order_id", "customer_id", "created_at"])
    orders = orders.group_by(["order_id", "customer_id"]).aggregate([("created_at", "min")])
    orders = orders.rename_columns(["order_id", "customer_id", "created_at"])
    orders = orders.filter(pc.greater(orders["created_at"], pa.scalar(at, orders["created_at"].type)))
    causes = made.caused.group_by("order_id").aggregate([("source_id", "min")])
    causes = causes.rename_columns(["order_id", "source_id"])
    return orders.join(causes, "order_id", join_type="left outer").sort_by("order_id")


def answers(made: Planted, rng: np.random.Generator, *, since: datetime, invented: bool = False) -> pa.Table:
    """Return the orders since then that are answered by, with the person named: who caused it, or null.

    (order_id, customer_id, created_at, named_id). One answer in ten names anybody by mistake; invented: all.
    """
    orders = orders_since(made, since)
    orders = orders.filter(pa.array(rng.random(orders.num_rows) < ANSWERED))
    people = pc.unique(made.purchases["customer_id"])
    anybody = people.take(pa.array(rng.integers(0, len(people), orders.num_rows)))
    wrong = pa.array(rng.random(orders.num_rows) < (1.0 if invented else WRONG))
    named = pc.if_else(wrong, anybody, orders["source_id"])
    return orders.drop_columns(["source_id"]).append_column("named_id", named)


def by_link(made: Planted, rng: np.random.Generator, *, since: datetime) -> pa.Table:
    """Return the orders since then that come by the link of who caused them.

    (order_id, customer_id, created_at, source_id). A fifth of those who lead share one; it is used in half of
    the orders that they cause.
    """
    orders = orders_since(made, since)
    sharing = made.influencers[rng.random(len(made.influencers)) < SHARE_A_LINK]
    by_sharing = pc.is_in(orders["source_id"], value_set=pa.array(sharing, orders["source_id"].type))
    return orders.filter(pc.and_(by_sharing, pa.array(rng.random(orders.num_rows) < USED)))
