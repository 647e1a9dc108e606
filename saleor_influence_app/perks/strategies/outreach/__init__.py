"""Outreach: what staff do by hand for each customer who agreed to be contacted, and gifts sent to them."""

from saleor_influence_app.perks.strategies.outreach.strategy import STRATEGY

__all__ = ["STRATEGY"]
