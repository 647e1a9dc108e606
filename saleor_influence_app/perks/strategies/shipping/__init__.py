"""Shipping of their own for each member: Saleor asks the app which methods a checkout has beside its own."""

from saleor_influence_app.perks.strategies.shipping.strategy import STRATEGY

__all__ = ["STRATEGY"]
