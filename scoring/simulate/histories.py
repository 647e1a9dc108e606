"""Customers who buy as the models say, with a past to learn from and a future to check against."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from scoring.lifetime import Customers
from scoring.simulate.behaviour import Floats, Integers, Population, draw_baskets, draw_people, draw_repeats

DAYS_PER_YEAR = 365.25
UTC_TIME = pa.timestamp("us", tz="UTC")


@dataclass(frozen=True)
class Record:
    """Every basket of some customers, one a purchase day, first ones included.

    day counts from the customer's first purchase; up to age (one value a customer) it is past.
    """

    age: Integers
    owner: Integers
    day: Integers
    money: Floats

    @property
    def past(self) -> npt.NDArray[np.bool_]:
        """Which baskets have been seen."""
        return np.asarray(self.day <= self.age[self.owner])

    def customers(self) -> Customers:
        """What a shop knows of them."""
        size, past = len(self.age), self.past
        owner, day, money = self.owner[past], self.day[past], self.money[past]
        baskets = np.bincount(owner, minlength=size).astype(np.float64)
        total = np.bincount(owner, money, minlength=size)
        repeat = np.bincount(owner, np.where(day > 0, money, 0.0), minlength=size)
        recency = np.zeros(size)
        np.maximum.at(recency, owner, day)
        return Customers(
            x=baskets - 1,
            recency=recency,
            age=self.age.astype(np.float64),
            baskets=baskets,
            basket_mean=total / baskets,
            repeat_baskets=baskets - 1,
            repeat_mean=repeat / np.maximum(baskets - 1, 1),
        )

    def future_money(self, annual_discount: float = 0.0) -> Floats:
        """What each of them really spends after age, discounted to it."""
        ahead = ~self.past
        years = (self.day - self.age[self.owner])[ahead] / DAYS_PER_YEAR
        spent = self.money[ahead] * (1 + annual_discount) ** -years
        return np.bincount(self.owner[ahead], spent, minlength=len(self.age)).astype(np.float64)

    def orders(self, as_of: datetime) -> pa.Table:
        """The past as orders: noon of each day, one currency, no codes."""
        past = self.past
        owner, ago = self.owner[past], (self.age[self.owner] - self.day)[past]
        noon = np.datetime64((as_of - timedelta(hours=as_of.hour - 12)).replace(tzinfo=None), "us")
        placed = pa.array(noon - ago.astype("timedelta64[D]"), pa.timestamp("us")).cast(UTC_TIME)
        size = len(owner)
        return pa.table(
            {
                "customer_id": pa.array(owner).cast(pa.string()),
                "order_id": pa.array(np.arange(size)).cast(pa.string()),
                "created_at": placed,
                "currency": pa.repeat("EUR", size),
                "charged": self.money[past],
                "voucher_code": pa.nulls(size, pa.string()),
            }
        )


def draw_record(
    count: int, *, seed: int, population: Population | None = None, years: float = 2, future_days: int = 365
) -> Record:
    """`count` customers who came evenly over the years, watched for `future_days` more."""
    rng, laws = np.random.default_rng(seed), population or Population()
    people = draw_people(rng, count, laws)
    age = np.floor(rng.random(count) * years * DAYS_PER_YEAR).astype(np.int64)
    owner, when = draw_repeats(rng, people, (age + future_days).astype(np.float64))
    owner = np.concatenate([np.arange(count), owner])
    day = np.concatenate([np.zeros(count, dtype=np.int64), np.ceil(when).astype(np.int64)])
    money = np.maximum(draw_baskets(rng, people, owner=owner, population=laws), 0.01)
    # Several purchases of a day are one basket, as `purchases` sees them.
    days = int(day.max(initial=0)) + 1
    distinct, place = np.unique(owner * days + day, return_inverse=True)
    baskets = np.bincount(place, money, minlength=len(distinct)).astype(np.float64)
    return Record(age, distinct // days, distinct % days, baskets)
