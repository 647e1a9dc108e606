"""Shops whose truth is known, by name: without influence, and with it; any size, the same for the same seed.

`world` makes them. They feed the credit ledger directly and tell which order lines were caused by whom.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from scoring.simulate import causes, early, seasons
from scoring.simulate.circles import Floats, Habits, draw_people
from scoring.simulate.guests import as_guests, with_guests
from scoring.simulate.late_ties import with_late_ties
from scoring.simulate.planted import Lines, Planted, heavy_tailed_prices, nobody, usual_prices, written
from scoring.simulate.scene import NOBODY_EARLY, Earliness, Scene, Step, draw_early

SIMILAR_TASTE, SIMILAR_TIES = 0.85, 0.95
GUEST_SHARE = 0.8
ON_TOP = " + "


@dataclass(frozen=True)
class Recipe:
    """How a world is made: what people buy of their own accord, then each of the `steps` in turn.

    `similar`: friends are of the same circle and taste. `guests` is the share of buyers without an account.
    `late_ties` begin after the purchases and are "dated" or "undated". `customers` is how many there are,
    whatever was asked for. `influencers` says whether the world names those who lead, or would.
    """

    steps: tuple[Step, ...] = ()
    similar: bool = False
    earliness: Earliness = NOBODY_EARLY
    rates: Callable[[np.random.Generator, int, float], Floats] = causes.usual_rates
    prices: Callable[[np.random.Generator, Lines], Floats] = usual_prices
    guests: float = 0.0
    late_ties: str | None = None
    customers: int | None = None
    influencers: bool = False


RELEASE = Earliness(fast_days=15, slow_days=90)
FASHION = Earliness(fast_days=3, slow_days=20)
ADVERT = Earliness(fast_days=3, slow_days=12)

ZERO_WORLDS = {
    "null": Recipe((causes.led, causes.shuffled), influencers=True),
    "homophily": Recipe(similar=True, influencers=True),
    "sale": Recipe((causes.on_sale,), influencers=True),
    "common cause": Recipe((causes.advertised,), influencers=True),
    "early release": Recipe((early.released,), earliness=RELEASE),
    "early circle": Recipe((early.in_fashion,), earliness=FASHION),
    "early advert": Recipe((early.advertised,), earliness=ADVERT),
    "early advert, own friends only": Recipe((early.advertised_to_own_friends,), earliness=ADVERT),
    "season": Recipe((seasons.seasonal,)),
    "growth": Recipe((seasons.growing,)),
    "drift": Recipe((seasons.drifting,)),
    "activity": Recipe(rates=causes.unequal_rates),
    "ties after purchase, dated": Recipe(late_ties="dated"),
    "ties after purchase, undated": Recipe(late_ties="undated"),
}
"""Nobody causes anything. Only the first four, the oldest, name as influencers who would lead."""

INFLUENCED_WORLDS = {
    "influence": Recipe((causes.led,), influencers=True),
    "mixture": Recipe((causes.on_sale, causes.led), similar=True, influencers=True),
    "one topic": Recipe((causes.led_in_one_topic,), influencers=True),
    "fast and slow delays": Recipe((causes.led_fast_and_slow,), influencers=True),
    "heavy-tailed prices": Recipe((causes.led,), prices=heavy_tailed_prices, influencers=True),
    "80 % guests": Recipe((causes.led,), guests=GUEST_SHARE, influencers=True),
    "200 customers": Recipe((causes.led,), customers=200, influencers=True),
    "early circle + influence": Recipe((early.in_fashion, causes.led), earliness=FASHION, influencers=True),
    "early advert + influence": Recipe((early.advertised, causes.led), earliness=ADVERT, influencers=True),
}
"""Some customers lead those who are tied to them."""

WORLDS = {**ZERO_WORLDS, **INFLUENCED_WORLDS}
ADDED = ("homophily", "sale", "influence")
"""What any world can have on top: "growth + sale + homophily"."""


def recipe_of(name: str) -> Recipe:
    """Return how the world of that name is made; a ValueError says which names there are."""
    first, *added = (name,) if name in WORLDS else name.split(ON_TOP)
    if first not in WORLDS or not set(added) <= set(ADDED):
        known, tops = "; ".join(WORLDS), ", ".join(ADDED)
        raise ValueError(f"a world is one of {known} (or with one of {tops} after ' + '), not {name!r}")
    recipe = WORLDS[first]
    for top in added:
        recipe = replace(
            recipe,
            steps=recipe.steps + WORLDS[top].steps,
            similar=recipe.similar or WORLDS[top].similar,
            influencers=recipe.influencers or top in INFLUENCED_WORLDS,
        )
    return recipe


def world(
    name: str,
    *,
    customers: int = 1_000,
    seed: int = 1,
    habits: Habits | None = None,
    earliness: Earliness | None = None,
) -> Planted:
    """The world of that name, one of `WORLDS`, with any of `ADDED` on top; same arguments, same world.

    `customers` counts all buyers, guests too. `habits.strength` is the chance that one exposure leads to a
    purchase (influence, common cause). `earliness` replaces that of a world with early people, for
    example `replace(WORLDS["early circle"].earliness, share=0.2)`. A world without them refuses it.
    """
    recipe = recipe_of(name)
    if earliness is not None:
        if recipe.earliness is NOBODY_EARLY:
            raise ValueError(f"the world {name!r} has no early people")
        recipe = replace(recipe, earliness=earliness)
    rng = np.random.default_rng(seed)
    scene = _scene(rng, recipe, customers=recipe.customers or customers, habits=habits or Habits())
    people = scene.people
    lines = causes.draw_own(rng, scene, recipe.rates(rng, people.size, scene.habits.orders_each))
    for step in recipe.steps:
        lines = step(rng, scene, lines)
    if recipe.guests:
        lines = as_guests(lines, accounts=scene.accounts, size=people.size)
    made = written(rng, lines, people, prices=recipe.prices)
    if recipe.late_ties:
        made = with_late_ties(rng, made, lines=lines, people=people, dated=recipe.late_ties == "dated")
    named = people.influencers if recipe.influencers else nobody()
    return replace(made, influencers=named, early=np.flatnonzero(scene.early))


def _scene(rng: np.random.Generator, recipe: Recipe, *, customers: int, habits: Habits) -> Scene:
    if recipe.similar:
        habits = replace(habits, taste=SIMILAR_TASTE, homophily=SIMILAR_TIES)
    accounts = max(1, round(customers * (1 - recipe.guests)))
    people = draw_people(rng, accounts, habits)
    if recipe.guests:
        people = with_guests(rng, people, customers)
    return Scene(
        people=people,
        accounts=accounts,
        habits=habits,
        products=max(40, round(customers * habits.products_per_customer)),
        early=draw_early(rng, people, recipe.earliness),
        earliness=recipe.earliness,
    )
