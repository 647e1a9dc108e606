"""What a simulated shop sells, and which products end up in which basket."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from scoring.simulate.behaviour import Floats, Integers

CATEGORIES = ("Coffee", "Tea", "Kitchen", "Books", "Outdoor", "Garden", "Games", "Skin care")
ARRIVALS = "Ceramics"
"""A category whose products come out one by one, the first when the world opens."""
PRODUCTS_PER_CATEGORY = 40
CURRENCIES = ("EUR", "USD", "GBP", "PLN")
CURRENCY_SHARES = (0.78, 0.11, 0.07, 0.04)
UNITS_PER_EURO = (1.0, 1.1, 0.85, 4.3)
MOST_QUANTITY = 6
FAITHFUL_SHARE = 0.6


@dataclass(frozen=True)
class Tastes:
    """What each buyer likes: a favourite category and how dear, from 0 (cheap) to 1 (dear)."""

    category: Integers
    tier: Floats


@dataclass(frozen=True)
class Lines:
    """Order lines as columns; `order` is the place of the order among those asked for."""

    order: Integers
    product: Integers
    quantity: Integers


def draw_prices(rng: np.random.Generator) -> Floats:
    """Euro prices by product_no that look like prices: dearer with every number of a category."""
    categories = len(CATEGORIES) + 1
    level = rng.lognormal(2.6, 0.4, (categories, 1))
    spread = np.sort(rng.lognormal(0.0, 0.6, (categories, PRODUCTS_PER_CATEGORY)), axis=1)
    return np.asarray(np.floor(level * spread) + rng.choice([0.5, 0.9], spread.shape)).ravel()


def product_table(prices: Floats) -> pa.Table:
    """Every product: product_no, category_no, category, name, unit_price in euro."""
    category, tier = np.divmod(np.arange(len(prices)), PRODUCTS_PER_CATEGORY)
    names = (*CATEGORIES, ARRIVALS)
    return pa.table(
        {
            "product_no": pa.array(np.arange(len(prices)), pa.int64()),
            "category_no": pa.array(category, pa.int64()),
            "category": [names[c] for c in category],
            "name": [f"{names[c]} No. {t + 1}" for c, t in zip(category, tier, strict=True)],
            "unit_price": pa.array(prices, pa.float64()),
        }
    )


def draw_tastes(rng: np.random.Generator, count: int) -> Tastes:
    """`count` buyers' tastes."""
    return Tastes(category=rng.integers(0, len(CATEGORIES), count), tier=rng.beta(2, 3, count))


def draw_products(rng: np.random.Generator, tastes: Tastes, buyer: Integers) -> Integers:
    """One product for each buyer named, mostly from their favourite category and price tier."""
    faithful = rng.random(len(buyer)) < FAITHFUL_SHARE
    category = np.where(faithful, tastes.category[buyer], rng.integers(0, len(CATEGORIES), len(buyer)))
    wanted = np.clip(tastes.tier[buyer] + rng.normal(0, 0.15, len(buyer)), 0, 0.999)
    return np.asarray(
        category * PRODUCTS_PER_CATEGORY + np.floor(wanted * PRODUCTS_PER_CATEGORY), dtype=np.int64
    )


def newest(day: Floats, *, span_days: float) -> Integers:
    """Return the product of `ARRIVALS` that came out last before each day; -1 before the world opens."""
    place = np.floor(day / span_days * PRODUCTS_PER_CATEGORY).astype(np.int64)
    return np.where(place < 0, -1, len(CATEGORIES) * PRODUCTS_PER_CATEGORY + place)


def draw_lines(rng: np.random.Generator, tastes: Tastes, *, buyer: Integers, main_product: Integers) -> Lines:
    """The main product of every order and nought to four lines beside it."""
    more = np.minimum(rng.poisson(0.7, len(buyer)), 4)
    beside = np.repeat(np.arange(len(buyer)), more)
    order = np.concatenate([np.arange(len(buyer)), beside])
    product = np.concatenate([main_product, draw_products(rng, tastes, buyer[beside])])
    place = np.argsort(order, kind="stable")
    quantity = np.minimum(rng.geometric(0.75, len(order)), MOST_QUANTITY)
    return Lines(order=order[place], product=product[place], quantity=quantity)


def draw_currencies(rng: np.random.Generator, count: int) -> Integers:
    """The place in `CURRENCIES` of each buyer's currency."""
    return np.asarray(rng.choice(len(CURRENCIES), count, p=CURRENCY_SHARES), dtype=np.int64)


def unit_prices(prices: Floats, product: Integers, currency: Integers) -> Floats:
    """The price of each line in its order's currency, to the cent."""
    return np.asarray(np.round(prices[product] * np.asarray(UNITS_PER_EURO)[currency], 2), dtype=np.float64)
