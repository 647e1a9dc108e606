"""Shops whose service is known: orders with what happened to them, fair or with a double standard planted."""

from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from scoring.fairness.strata import ORDERS

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
START = datetime(2026, 7, 6, tzinfo=UTC)
WEEKS = 13
ORDERS_EACH = 1.3
BANDS = np.array(["low", "middle", "high", "unknown"])
LOW, HIGH = 0, 2
OF_BANDS = (0.3, 0.3, 0.3, 0.1)
BETWEEN_CUSTOMERS, BETWEEN_ORDERS = 0.15, 0.4
"""Standard deviations of log hours."""
REFUNDED, DISCOUNTED, CANCELLED, LATE = 0.04, 0.20, 0.02, 0.15
METHODS, WAREHOUSES = 2, 2


@dataclass(frozen=True)
class Service:
    """How a shop treats people. `slower`: 0.15 is that the lowest third wait 15 % longer.

    `discounted`: of the discounts that others get, how many the lowest third do; `favoured`: how much faster
    late payers with a high score are served. `honest`: the lowest third order more often from the slow
    warehouse, by the slow method, without a sale and in small baskets, where everybody waits as unsurely.
    `always`: it was so before the app, too.
    """

    slower: float = 0.0
    discounted: float = 1.0
    favoured: float = 0.0
    honest: bool = False
    always: bool = False


def draw_service(orders: int, service: Service, *, seed: int, before: int = 0) -> pa.Table:
    """Return so many orders of a quarter, and others of the quarter before the app was installed."""
    rng = np.random.default_rng(seed)
    people = max(2, round((orders + before) / ORDERS_EACH / (1 + (before > 0))))
    band = rng.choice(4, size=people, p=OF_BANDS)
    own = rng.normal(0, BETWEEN_CUSTOMERS, people)
    loyalty = rng.gamma(2.0, 1.0, people)
    parts = []
    for size, is_before in ((orders, False), (before, True)):
        if size:
            customer = rng.choice(people, size=size, p=loyalty / loyalty.sum())
            planted = service if service.always or not is_before else Service(honest=service.honest)
            whose = _Whose(customer, band[customer], own[customer])
            parts.append(_drawn(whose, planted, is_before=is_before, rng=rng))
    return pa.concat_tables(parts)


@dataclass(frozen=True)
class _Whose:
    customer: Integers
    band: Integers
    own: Floats


def _drawn(whose: _Whose, service: Service, *, is_before: bool, rng: np.random.Generator) -> pa.Table:
    size = len(whose.customer)
    low = whose.band == LOW
    lean = np.where(low & service.honest, 0.3, 0.0)
    method = (rng.random(size) < 0.3 + lean).astype(np.int64)
    warehouse = (rng.random(size) < 0.4 + lean).astype(np.int64)
    sale = rng.random(size) < 0.4 - lean
    week = np.where(sale, rng.integers(0, 4, size), rng.integers(4, WEEKS, size))
    basket = rng.lognormal(4 - lean, 0.6)
    late = rng.random(size) < LATE
    spread = np.where(method == 1, 1.4, 1.0)
    log_hours = (
        3
        + 0.9 * method
        + 0.5 * warehouse
        + 0.3 * sale
        + spread * (whose.own + rng.normal(0, BETWEEN_ORDERS, size))
    )
    log_hours += low * np.log1p(service.slower) - (late & (whose.band == HIGH)) * np.log1p(service.favoured)
    refunded = rng.random(size) < REFUNDED * (1 + warehouse)
    given = DISCOUNTED * (1 + sale) * np.where(low, service.discounted, 1.0)
    discount = np.where(rng.random(size) < given, rng.uniform(0.05, 0.3, size), 0.0)
    cancelled = rng.random(size) < CANCELLED * (1 + warehouse)
    seconds = week * 604_800 + rng.integers(0, 604_800, size) - is_before * WEEKS * 604_800
    columns = {
        "order_id": [f"{is_before:d}-{number}" for number in range(size)],
        "customer_id": [f"c{number}" for number in whose.customer],
        "placed_at": seconds * 1_000_000 + int(START.timestamp()) * 1_000_000,
        "channel": ["web"] * size,
        "shipping_method": [f"m{one}" for one in method],
        "warehouse": [f"w{one}" for one in warehouse],
        "basket": basket,
        "band": BANDS[whose.band],
        "paid_late": late,
        "before": np.full(size, is_before),
        "fulfilment_hours": np.exp(log_hours),
        "refunded_share": np.where(refunded, rng.choice((0.3, 1.0), size), 0.0),
        "refund_days": pa.array(rng.lognormal(1, 0.6, size), mask=~refunded),
        "discount_share": discount,
        "cancelled_by_staff": cancelled.astype(np.float64),
    }
    return pa.table([pa.array(columns[name], field.type) for name, field in _FIELDS.items()], schema=ORDERS)


_FIELDS = {field.name: field for field in ORDERS}
