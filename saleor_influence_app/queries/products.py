"""The products that spread most, as the run that is shown stored them."""

from datetime import datetime

from sqlalchemy.orm import Session

from saleor_influence_app.queries import influence
from saleor_influence_app.queries.api_model import ApiModel


class ProductSpread(ApiModel):
    """A product that was bought after somebody the buyer is tied to."""

    product_id: str
    purchases: int
    """Orders with the product in them."""
    tied: int
    """Of these, how many followed one of somebody the buyer is tied to."""
    followers: int
    """How many people these are."""
    brought: float
    """How many of these purchases are counted as brought by another customer."""


class ProductSpreads(ApiModel):
    """At most fifty, most tied purchases first; empty where no run has looked."""

    as_of: datetime | None
    any_ties: bool
    """Whether the shop knows any ties at all."""
    products: list[ProductSpread]


def most_spread(session: Session, shop_id: int) -> ProductSpreads:
    """Which products spread most from customer to customer?"""
    run = influence.last_run(session, shop_id)
    found = [] if run is None else run.model.get("spreads", [])
    return ProductSpreads(
        as_of=None if run is None else run.as_of,
        any_ties=influence.any_ties(session, shop_id),
        products=[ProductSpread(**one) for one in found],
    )
