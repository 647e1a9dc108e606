"""Whom a customer may invite in a trial: whoever the ledger would trust to follow her."""

from datetime import datetime

import ibis
import pyarrow as pa

from scoring.ledger import adoptions, ties
from scoring.ledger.engine import Engine
from scoring.ledger.intake import Shop, instant, take_in
from scoring.ledger.parameters import Parameters


def guests_of(
    shop: Shop, source: str, *, as_of: datetime, engine: Engine, parameters: Parameters
) -> list[str]:
    """Customers whom a tie says may follow `source` now, and who have a life of their own, by id.

    As everywhere in the ledger: both take part, and share neither household nor payment. The guest has as
    many paid orders, of as many products, as make a follower trusted, else accounts made for the trial could
    win it; `shop.purchases` holds none of the orders that are credited to the source.
    """
    with engine.scratch():
        facts = take_in(shop, engine, as_of=as_of, parameters=parameters)
        tied = ties.eligible_ties(facts, facts.ties.filter(facts.ties["source_id"] == source))
        now = ibis.literal(instant(as_of), type="int64")
        tied = tied.filter((tied["valid_from"] <= now) & (now < tied["valid_to"]))
        lines = adoptions.participating_lines(facts)
        own = lines.group_by("customer_id").agg(
            orders=lines["order_id"].nunique(), products=lines["product_id"].nunique()
        )
        enough = own.filter(ibis.least(own["orders"], own["products"]) >= parameters.other_orders)
        known = tied.semi_join(enough.rename(target_id="customer_id"), "target_id")
        found: pa.Table = known.select("target_id").distinct().to_pyarrow()
        return sorted(found["target_id"].to_pylist())
