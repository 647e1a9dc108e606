"""A simulated shop as tables, with the truth beside it."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pyarrow as pa

from scoring.simulate import assortment, drafts
from scoring.simulate.behaviour import Floats, Integers
from scoring.simulate.cast import Cast, Clock, Crowd, code_of, draw_cast, draw_crowd

DAYS_PER_YEAR = 365.25
GUEST_SHARE = 0.07
CAUSED_SHARE = 0.04
CANCELLED_SHARE = 0.03
REFUNDED_SHARE = 0.04
PARTLY_REFUNDED_SHARE = 0.03
PUBLIC_CODE, PUBLIC_CODE_SHARE = "WELCOME10", 0.05


@dataclass(frozen=True)
class World:
    """One simulated shop; numbers (`…_no`) are keys, times are UTC, prices in the order's currency.

    customers(customer_no, joined_at, currency, guest_no: the guest they were before they signed up, or null);
    orders(order_no, customer_no or null, guest_no or null, created_at, currency, refunded_share 0..1,
    cancelled, voucher_code or null), sorted by time; lines(order_no, product_no, category_no, quantity,
    unit_price); products(product_no, category_no, category, name, unit_price in euro);
    codes(code, customer_no, valid_from); ties(source_no, target_no, since: source may influence target);
    truth(customer_no, is_influencer, is_early, rate_per_day, dropout);
    causes(order_no, source_no, target_no).
    """

    customers: pa.Table
    orders: pa.Table
    lines: pa.Table
    products: pa.Table
    codes: pa.Table
    ties: pa.Table
    truth: pa.Table
    causes: pa.Table


def shop(
    *, customers: int = 12_000, orders: int = 60_000, years: float = 3, seed: int = 1, as_of: datetime
) -> World:
    """A shop with exactly so many customers and orders up to `as_of`; same arguments, same shop."""
    if min(customers, orders) < 0 or not years > 0 or as_of.tzinfo is None:
        message = "a shop needs customers >= 0, orders >= 0, years > 0 and an as_of with a time zone"
        raise ValueError(message)
    rng = np.random.default_rng(seed)
    clock = Clock(as_of=as_of, span_days=years * DAYS_PER_YEAR)
    own_orders = round(orders * (1 - GUEST_SHARE - CAUSED_SHARE))
    cast = draw_cast(rng, clock, customers=customers, repeats=own_orders - customers)
    own = drafts.draw_own(rng, cast, clock=clock, at_most=own_orders)
    crowd = draw_crowd(rng, cast, clock, orders=np.bincount(own.customer, minlength=cast.size))
    own = drafts.with_arrivals(rng, own, early=crowd.early, clock=clock)
    caused = drafts.draw_caused(rng, crowd, own=own, clock=clock, at_most=round(orders * CAUSED_SHARE))
    guest_orders = orders - own.size - caused.size
    guests, guest_before = drafts.draw_guests(rng, cast, clock=clock, count=guest_orders)
    draft = drafts.joined(own, caused, guests)
    prices = assortment.draw_prices(rng)
    order_table, line_table = _written(rng, draft, cast=cast, clock=clock, prices=prices)
    return World(
        customers=_customers(cast, clock, guest_before),
        orders=order_table,
        lines=line_table,
        products=assortment.product_table(prices),
        codes=_codes(cast, crowd, clock),
        ties=_ties(crowd, clock),
        truth=_truth(cast, crowd),
        causes=_causes(draft),
    )


def _written(
    rng: np.random.Generator, draft: drafts.Draft, *, cast: Cast, clock: Clock, prices: Floats
) -> tuple[pa.Table, pa.Table]:
    """The orders with what became of them, and their lines."""
    buyer = np.where(draft.customer >= 0, draft.customer, cast.size)
    lines = assortment.draw_lines(rng, cast.tastes, buyer=buyer, main_product=draft.product)
    currency = cast.currency[buyer]
    fate = rng.random(draft.size)
    refunded = np.where(fate < REFUNDED_SHARE, 1.0, 0.0)
    partly = (fate >= REFUNDED_SHARE) & (fate < REFUNDED_SHARE + PARTLY_REFUNDED_SHARE)
    refunded[partly] = np.round(rng.uniform(0.1, 0.9, int(partly.sum())), 2)
    public = rng.random(draft.size) < PUBLIC_CODE_SHARE
    orders = pa.table(
        {
            "order_no": _numbers(np.arange(1, draft.size + 1)),
            "customer_no": _numbers(draft.customer),
            "guest_no": _numbers(draft.guest),
            "created_at": clock.at(draft.day),
            "currency": pa.array([assortment.CURRENCIES[c] for c in currency], pa.string()),
            "refunded_share": pa.array(refunded, pa.float64()),
            "cancelled": pa.array(fate > 1 - CANCELLED_SHARE, pa.bool_()),
            "voucher_code": pa.array(
                [
                    code_of(cause) if personal else PUBLIC_CODE if anyone else None
                    for cause, personal, anyone in zip(draft.cause, draft.with_code, public, strict=True)
                ],
                pa.string(),
            ),
        }
    )
    return orders, _lines(lines, currency, prices)


def _lines(lines: assortment.Lines, currency: Integers, prices: Floats) -> pa.Table:
    return pa.table(
        {
            "order_no": _numbers(lines.order + 1),
            "product_no": _numbers(lines.product),
            "category_no": _numbers(lines.product // assortment.PRODUCTS_PER_CATEGORY),
            "quantity": _numbers(lines.quantity),
            "unit_price": assortment.unit_prices(prices, lines.product, currency[lines.order]),
        }
    )


def _customers(cast: Cast, clock: Clock, guest_before: Integers) -> pa.Table:
    return pa.table(
        {
            "customer_no": _numbers(np.arange(cast.size)),
            "joined_at": clock.at(cast.joined_day),
            "currency": pa.array([assortment.CURRENCIES[c] for c in cast.currency[: cast.size]], pa.string()),
            "guest_no": _numbers(guest_before),
        }
    )


def _codes(cast: Cast, crowd: Crowd, clock: Clock) -> pa.Table:
    return pa.table(
        {
            "code": pa.array([code_of(owner) for owner in crowd.code_owners], pa.string()),
            "customer_no": _numbers(crowd.code_owners),
            "valid_from": clock.at(cast.joined_day[crowd.code_owners]),
        }
    )


def _ties(crowd: Crowd, clock: Clock) -> pa.Table:
    since = clock.at(crowd.since_day)
    return pa.table(
        {"source_no": _numbers(crowd.source), "target_no": _numbers(crowd.target), "since": since}
    )


def _truth(cast: Cast, crowd: Crowd) -> pa.Table:
    everyone = np.arange(cast.size)
    return pa.table(
        {
            "customer_no": _numbers(everyone),
            "is_influencer": np.isin(everyone, crowd.influencers),
            "is_early": np.isin(everyone, crowd.early),
            "rate_per_day": cast.people.rate,
            "dropout": cast.people.dropout,
        }
    )


def _causes(draft: drafts.Draft) -> pa.Table:
    caused = np.flatnonzero(draft.cause >= 0)
    return pa.table(
        {
            "order_no": _numbers(caused + 1),
            "source_no": _numbers(draft.cause[caused]),
            "target_no": _numbers(draft.customer[caused]),
        }
    )


def _numbers(values: Integers) -> pa.Array:
    """Whole numbers, with null for nobody."""
    return pa.array(values, pa.int64(), mask=np.asarray(values) < 0)
