"""What a shop may choose about the valuing of its customers."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field


class ParametersInvalid(ValueError):
    """A parameter lies outside what makes sense; the message names it and the range."""


LEAST_PAID = 0.1
"""The part of an order that must stay paid: refunded but for a cent is refunded."""
MOST_RATE = 1e6
MOST_DAYS = 3650


@dataclass(frozen=True)
class ValueParameters:
    """How money, time and doubt are counted.

    currency: the one values are told in; None takes the currency of most paid orders.
    exchange_rates: other currency -> how much of the main one a unit of it is worth.
    horizon_days: how far CLV looks ahead. annual_discount: 0.1 makes money in a year worth 1/1.1.
    coverage: of the interval. enough_repeaters: below this, shop means instead of fitted models.
    weekly: expectations stand as of the start of the week, see `purchases.Standing`.
    """

    currency: str | None = None
    exchange_rates: Mapping[str, float] = field(default_factory=dict)
    horizon_days: int = 365
    annual_discount: float = 0.1
    coverage: float = 0.9
    enough_repeaters: int = 100
    weekly: bool = False

    def __post_init__(self) -> None:
        """Refuse what cannot be meant."""
        if not 1 <= self.horizon_days <= MOST_DAYS:
            raise ParametersInvalid(f"horizon_days must lie in 1..{MOST_DAYS}, not {self.horizon_days}")
        if not 0 <= self.annual_discount < 1:
            raise ParametersInvalid(f"annual_discount must lie in [0, 1), not {self.annual_discount}")
        if not 0 < self.coverage < 1:
            raise ParametersInvalid(f"coverage must lie strictly between 0 and 1, not {self.coverage}")
        if self.enough_repeaters < 1:
            raise ParametersInvalid(f"enough_repeaters must be at least 1, not {self.enough_repeaters}")
        for currency, rate in self.exchange_rates.items():
            if not (math.isfinite(rate) and 1 / MOST_RATE <= rate <= MOST_RATE):
                raise ParametersInvalid(
                    f"the exchange rate of {currency} must be a positive number, not {rate}"
                )
