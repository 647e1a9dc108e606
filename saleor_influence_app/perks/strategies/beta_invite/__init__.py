"""Invitations to try a product before it is out: seats, a waiting list, and questions to those who try it."""

from saleor_influence_app.perks.strategies.beta_invite.strategy import STRATEGY

__all__ = ["STRATEGY"]
