"""Shops that do not buy as the models suppose: regular, with a season, imported; and their own back-test."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from scoring.purchases import Daily
from scoring.season import BINS, clock_of
from scoring.simulate.rhythms import SHOPS, draw_diary
from scoring.values import ValueParameters, ValueResult, compute_values
from tests.support.laws import some
from tests.support.scoring_tables import AS_OF, by_customer, column, order, orders, tell

NOW = 20_000
DISCOUNT = ValueParameters().annual_discount


@dataclass(frozen=True)
class Foreseen:
    """A shop's values, and what its customers really spent in the year after."""

    result: ValueResult
    real: np.ndarray

    @property
    def model(self) -> Mapping[str, Any]:
        return self.result.model

    @property
    def notes(self) -> str:
        return " ".join(self.result.notes)

    def ratio(self) -> float:
        return float(self.result.table["clv"].to_numpy().sum() / self.real.sum())

    def held(self) -> float:
        low, high = (self.result.table[name].to_numpy() for name in ("clv_low", "clv_high"))
        return float(np.mean((low <= self.real) & (self.real <= high + 1e-6)))


def foreseen(name: str, seed: int, customers: int = 3_000) -> Foreseen:
    diary = draw_diary(customers, SHOPS[name], seed=seed, as_of=AS_OF)
    result = compute_values(diary.orders(AS_OF), as_of=AS_OF)
    real = diary.future(DISCOUNT)
    return Foreseen(result, np.array([real[one] for one in result.table["customer_id"].to_pylist()]))


def told(name: str, shop: Foreseen) -> None:
    tell(f"{name}: expected / real money {shop.ratio():.2f}, the 90 % interval holds {shop.held():.1%}")


def test_regular_customers_with_a_lifetime_are_neither_over_nor_underestimated() -> None:
    shops = [foreseen("regular with a lifetime", seed, 2_000) for seed in (3, 4, 5)]

    for shop in shops:
        told("regular with a lifetime", shop)
        assert shop.model["method"] == "MBG/CNBD-4 x Gamma-Gamma, maximum likelihood"
        assert "overdue" in shop.notes
        assert 0.85 < shop.held() < 0.98
    assert np.mean([shop.ratio() for shop in shops]) == pytest.approx(1, abs=0.08)


@some("name", "yearly gifts", "seasonal gifts")
def test_a_gift_shop_in_june_knows_that_christmas_comes(name: str) -> None:
    shop = foreseen(name, 3)

    told(name, shop)
    assert str(shop.model["method"]).startswith("BG/NBD")
    assert shop.ratio() == pytest.approx(1, abs=0.15)
    season = shop.model["season"]
    assert np.mean(season) == pytest.approx(1)
    assert max(season) > 3
    assert "season" in shop.notes


@some("name", "apparel", "grocery", "refills", "subscriptions", "import day")
def test_the_total_and_the_customers_lie_in_their_intervals(name: str) -> None:
    shop = foreseen(name, 1)

    told(name, shop)
    total = shop.model["total"]
    assert total["low"] <= shop.real.sum() <= total["high"]
    assert total["expected"] == pytest.approx(shop.result.table["clv"].to_numpy().sum(), rel=1e-6)
    assert shop.held() > 0.85
    assert shop.model["season"] is None
    json.dumps(shop.model, allow_nan=False)


def test_the_last_quarter_is_foretold_and_held_against_what_came() -> None:
    shop = foreseen("apparel", 2)

    tested = shop.model["back_test"]
    assert (tested["since"], tested["until"]) == ("2026-04-01", "2026-06-30")
    assert tested["foretold"] == pytest.approx(tested["came"], rel=0.3)
    year = shop.model["last_year"]
    assert year["factor"] == pytest.approx((year["came"] / year["foretold"]) ** 0.8)
    assert f"{tested['came']:,.0f} came from customers known before" in shop.notes
    assert f"{shop.model['total']['expected']:,.0f} EUR expected" in shop.notes


def test_a_shop_that_stops_selling_is_told_by_its_back_test_and_gets_a_wide_total() -> None:
    rng = np.random.default_rng(1)
    days = [(n, day) for n in range(300) for day in rng.uniform(120, 700, 5)]
    calm = compute_values(orders(order(f"c{n}", day - 119) for n, day in days), as_of=AS_OF).model
    stopped = compute_values(orders(order(f"c{n}", day) for n, day in days), as_of=AS_OF).model

    test: Any = stopped["back_test"]
    assert test["came"] == 0 < test["foretold"]
    width = [model["total"]["high"] / model["total"]["expected"] for model in (calm, stopped)]  # type: ignore[index]
    assert width[1] > width[0]


def test_a_young_shop_has_no_back_test() -> None:
    result = compute_values(orders(order(f"c{n}", day) for n in range(150) for day in (1, 20)), as_of=AS_OF)

    assert result.model["back_test"] is None
    assert not any("Back-test" in note for note in result.notes)


def test_a_fit_that_ends_at_its_limits_is_said() -> None:
    rng = np.random.default_rng(2)
    rows = [order(f"c{n}", day, 10.0) for n in range(200) for day in rng.uniform(0, 300, 3)]

    result = compute_values(orders(rows), as_of=AS_OF)

    trouble = result.model["spending"]["trouble"]  # type: ignore[index]
    assert trouble == "it ended at the limits of what is searched"
    assert any(note.startswith("The fit of baskets is not sure") for note in result.notes)


def test_orders_of_an_import_are_baskets_of_their_own_and_no_rush() -> None:
    imported = [order(f"c{n}", 400, 20.0, order_id=f"i{n}-{k}") for n in range(40) for k in range(5)]
    since = [order(f"c{n}", 100 + n, 20.0) for n in range(40)]

    result = compute_values(orders([*imported, *since]), as_of=AS_OF)

    (note,) = [one for one in result.notes if "import" in one]
    assert note.startswith("83% of all orders are dated 2025-05-26")
    row = by_customer(result.table)["c7"]
    assert (row["orders_count"], row["revenue"], row["frequency"]) == (6, 120.0, 1)
    assert row["monetary_value"] == 20.0


def daily(weights: np.ndarray, years: int, size: int = 3_000, seed: int = 1) -> Daily:
    """Orders of some years up to NOW, by the weights of the parts of a year that begins today."""
    rng = np.random.default_rng(seed)
    part = rng.choice(len(weights), size * years, p=weights / weights.sum())
    ago = (rng.integers(1, years + 1, size * years) - (part + rng.random(size * years)) / BINS) * 365.25
    day, count = np.unique(NOW - np.floor(ago).astype(np.int64), return_counts=True)
    return Daily(day, count)


def test_a_season_is_found_and_time_runs_by_it() -> None:
    weights = np.ones(BINS)
    weights[5:8] = 10

    clock = clock_of(daily(weights, 3), now=NOW)

    assert clock.index is not None
    assert clock.index == pytest.approx(weights / weights.mean(), rel=0.3)
    assert clock.length(365.25) == pytest.approx(365.25)
    assert clock.length(365.25 * 8 / BINS) > 0.6 * 365.25
    assert clock.at(np.array([NOW - 1461, NOW])) == pytest.approx([-1461, 0], abs=1)
    assert (np.diff(clock.at(np.arange(NOW - 3000, NOW + 3000))) >= 0).all()


def test_even_years_one_year_and_few_orders_have_no_season() -> None:
    season = np.where(np.arange(BINS) < 3, 10.0, 1.0)
    found = [clock_of(daily(np.ones(BINS), 3, seed=seed), now=NOW).index for seed in range(20)]

    assert found.count(None) == len(found)
    assert clock_of(daily(season, 1), now=NOW).index is None
    assert clock_of(daily(season, 3, size=100), now=NOW).index is None
    assert clock_of(Daily(np.zeros(0, np.int64), np.zeros(0, np.int64)), now=NOW).index is None


def test_growth_is_no_season() -> None:
    day = np.arange(NOW - 1_200, NOW)

    for growing in (np.exp(np.arange(1_200) / 500) * 20, np.arange(1_200) / 10 + 5):
        assert clock_of(Daily(day, growing.astype(np.int64)), now=NOW).index is None


ODD: dict[str, list[tuple[str, float, float]]] = {
    "one customer": [("a", day, 10.0) for day in (1, 50, 400)],
    "one order": [("a", 5, 10.0)],
    "all on one day": [(f"c{n}", 3, 10.0) for n in range(300)],
    "all on one day, thrice": [(f"c{n}", 3, 10.0) for n in range(300) for _ in range(3)],
    "all gaps equal": [(f"c{n}", 30 * k + n % 30, 10.0) for n in range(200) for k in range(30)],
    "huge amounts": [(f"c{n}", 7 * k + n % 90, 9e11) for n in range(150) for k in range(8)],
    "every second day for years": [(f"c{n}", 2 * k, 1.0) for n in range(101) for k in range(500)],
    "all at Christmas": [(f"c{n}", 190 + 365 * k + n % 3, 10.0) for n in range(600) for k in range(4)],
    "nobody for a year": [(f"c{n}", 400 + 20 * k + n % 20, 10.0) for n in range(200) for k in range(20)],
    "all is an import": [(f"c{n}", 200 + n % 2, 10.0) for n in range(400)],
    "cents": [(f"c{n}", 3.0 * k * (n % 7 + 1), 0.01) for n in range(150) for k in range(6)],
}


@pytest.mark.parametrize("name", ODD)
def test_an_odd_shop_has_finite_values_that_are_not_negative(name: str) -> None:
    result = compute_values(orders(order(*row) for row in ODD[name]), as_of=AS_OF)

    for amount in ("clv", "clv_low", "clv_high", "value"):
        numbers = result.table[amount].to_numpy()
        assert np.isfinite(numbers).all(), amount
        assert (numbers >= 0).all(), amount
    low, middle, high = (result.table[f"clv{end}"].to_numpy() for end in ("_low", "", "_high"))
    assert ((low <= middle) & (middle <= high)).all()
    json.dumps(result.model, allow_nan=False)


def test_names_and_order_of_rows_have_no_say_in_season_regularity_and_back_test() -> None:
    table = draw_diary(1_500, SHOPS["refills"], seed=1, as_of=AS_OF).orders(AS_OF)
    other = pa.array([f"{int(one) * 7919 % 10007:05}" for one in column(table, "customer_id")])
    mixed = table.set_column(0, "customer_id", other).take(pa.array(range(table.num_rows - 1, -1, -1)))

    one, two = (compute_values(each, as_of=AS_OF) for each in (table, mixed))

    assert one.model == two.model
    assert sorted(one.table["clv"].to_pylist()) == sorted(two.table["clv"].to_pylist())
