"""Referral links: each customer has a code to forward; a friend's order brings them a gift card."""

from saleor_influence_app.perks.strategies.referral.strategy import KIND, STRATEGY

__all__ = ["KIND", "STRATEGY"]
