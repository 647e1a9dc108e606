"""Gift cards that are assigned to one customer each: Saleor refuses them to everybody else."""

from saleor_influence_app.perks.strategies.gift_card.strategy import STRATEGY

__all__ = ["STRATEGY"]
