"""Personal discount codes: one voucher a programme, with a random code of their own for each customer."""

from saleor_influence_app.perks.strategies.discount_code.strategy import STRATEGY

__all__ = ["STRATEGY"]
