"""Referral links: each customer has a code to forward; a friend's order brings them a gift card."""

from saleor_influence_app.perks.strategies.referral.strategy import STRATEGY

__all__ = ["STRATEGY"]
