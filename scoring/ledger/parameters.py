"""The settings of a ledger: windows, thresholds, seeds. A change of meaning gets a new rule version."""

from dataclasses import dataclass

FIRST, SECOND = 1, 2
RULES = {FIRST: "ledger-1.3", SECOND: "ledger-2.1"}
MICROSECONDS_PER_DAY = 86_400_000_000
TRUST_HALF = 2.0
ALWAYS = {"valid_from": -(2**62), "valid_to": 2**62}


@dataclass(frozen=True)
class Parameters:
    """Every number the method leaves open, with its default.

    `strangers_at_once` redeemers without a tie may use one code within `burst_days`; more are a leak.
    `follower_cap` is in order lines' worth of shares that one follower may bring to one customer;
    `trusted_from` is the trust from which a follower counts as evidence (0.5 = two orders not credited).
    An order of less than `least_order` of the shop's usual one says nothing of a life of one's own.
    `proven_redeemers` trusted people who redeemed a code, on `proven_days` different days (UTC), prove that
    its owner leads.
    """

    window_days: float = 30.0
    decay_days: float = 10.0
    min_pairs: int = 5
    min_followers: int = 3
    trusted_from: float = 0.5
    follower_cap: float = 5.0
    false_discovery_rate: float = 0.10
    interval: float = 0.90
    gate_level: float = 0.05
    permutations: int = 200
    gate_purchases: int = 150_000
    active_days: float = 180.0
    strangers_at_once: int = 20
    burst_days: float = 3.0
    orders_of_one_redeemer: int = 3
    proven_redeemers: int = 3
    proven_days: int = 2
    least_order: float = 0.25
    seed: int = 1
    rule: int = SECOND
    """Which version of the rule speaks; the other runs beside it."""

    def __post_init__(self) -> None:
        if self.rule not in RULES:
            raise ValueError(f"the rule is one of {', '.join(map(str, RULES))}")
        positive = (self.window_days, self.decay_days, self.follower_cap, self.active_days, self.burst_days)
        rates = (self.false_discovery_rate, self.interval, self.gate_level)
        shares = (*rates, self.trusted_from, self.least_order)
        if not all(value > 0 for value in positive):
            raise ValueError("windows, decay and cap must be greater than 0")
        if not all(0 < value < 1 for value in shares):
            raise ValueError("levels, rates, trusted_from and least_order must lie between 0 and 1")
        counts = (self.min_pairs, self.min_followers, self.permutations, self.gate_purchases)
        codes = (self.strangers_at_once, self.orders_of_one_redeemer, self.proven_redeemers, self.proven_days)
        if min(*counts, *codes) < 1:
            raise ValueError("counts must be at least 1")

    @property
    def rule_version(self) -> str:
        """The name of the rule, as rows carry it."""
        return RULES[self.rule]

    @property
    def window(self) -> int:
        """The window in microseconds, the unit of every time inside the engine."""
        return round(self.window_days * MICROSECONDS_PER_DAY)

    @property
    def other_orders(self) -> int:
        """How many orders not credited to a source make a follower trusted: n/(n+2) >= trusted_from."""
        needed = TRUST_HALF * self.trusted_from / (1 - self.trusted_from)
        return max(1, int(-(-(needed - 1e-9) // 1)))
