"""Why people buy: of their own accord, because of those they follow, after an advert, or in a sale."""

import numpy as np
import numpy.typing as npt

from scoring.simulate.circles import Floats, Integers, People
from scoring.simulate.planted import DAYS, LEAVES, Lines, joined, leaf_of, new_orders
from scoring.simulate.scene import Scene

DELAY_DAYS = 10.0
SHORTEST_DELAY_DAYS, LONGEST_DELAY_DAYS = 3.0, 25.0


def usual_rates(rng: np.random.Generator, size: int, orders_each: float) -> Floats:
    """Return how many orders everybody is expected to place: Gamma distributed, as in most shops."""
    return rng.gamma(1.5, orders_each / 1.5, size)


def unequal_rates(rng: np.random.Generator, size: int, orders_each: float) -> Floats:
    """Return the same where few buy very much: Pareto, of about the same mean, at most 22 times as much."""
    return orders_each * np.minimum(rng.pareto(1.2, size) / 3 + 1 / 18, 22)


def draw_own(rng: np.random.Generator, scene: Scene, rate: Floats) -> Lines:
    """What people buy of their own accord: baskets at random times, from their circle's shelf or any."""
    people, products, habits = scene.people, scene.products, scene.habits
    orders = rng.poisson(rate)
    buyer = np.repeat(np.arange(people.size), orders)
    day = rng.random(len(buyer)) * DAYS
    lines = 1 + rng.poisson(habits.lines_each - 1, len(buyer))
    order = np.repeat(np.arange(len(buyer)), lines)
    shelf = max(8, products // 20)
    first = (people.circle * 7919) % products
    popular = np.floor(products * rng.random(len(order)) ** 2.5).astype(np.int64)
    shelved = (
        first[buyer[order]] + np.floor(shelf * rng.random(len(order)) ** 1.5).astype(np.int64)
    ) % products
    product = np.where(rng.random(len(order)) < habits.taste, shelved, popular)
    return Lines(order, buyer[order], product, day[order], np.full(len(order), -1, dtype=np.int64))


def exposures(people: People, lines: Lines, sources: npt.NDArray[np.bool_]) -> tuple[Integers, Integers]:
    """(line, target): every line of these sources as each of their ties sees it."""
    line = np.flatnonzero(sources[lines.customer])
    first = np.searchsorted(people.source, lines.customer[line], "left")
    count = np.searchsorted(people.source, lines.customer[line], "right") - first
    seen = np.repeat(line, count)
    place = np.repeat(first, count) + np.arange(len(seen)) - np.repeat(np.cumsum(count) - count, count)
    return seen, people.target[place]


def led(rng: np.random.Generator, scene: Scene, lines: Lines) -> Lines:
    """Return the purchases with those that followers make because of an influencer's, each in a new order."""
    return _led(rng, scene, lines, delay_days=np.full(scene.people.size, DELAY_DAYS))


def led_fast_and_slow(rng: np.random.Generator, scene: Scene, lines: Lines) -> Lines:
    """Return the same where each influencer has a mean delay of their own."""
    delay = rng.uniform(SHORTEST_DELAY_DAYS, LONGEST_DELAY_DAYS, scene.people.size)
    return _led(rng, scene, lines, delay_days=delay)


def led_in_one_topic(rng: np.random.Generator, scene: Scene, lines: Lines) -> Lines:
    """Return the same where each influencer leads in one category alone."""
    topic = rng.choice(LEAVES, scene.people.size)
    delay = np.full(scene.people.size, DELAY_DAYS)
    return _led(rng, scene, lines, delay_days=delay, topic=topic)


def _led(
    rng: np.random.Generator,
    scene: Scene,
    lines: Lines,
    *,
    delay_days: Floats,
    topic: Integers | None = None,
) -> Lines:
    """`delay_days` and `topic` (a leaf category) are by customer; without a topic they lead in all."""
    leaders = np.zeros(scene.people.size, dtype=np.bool_)
    leaders[scene.people.influencers] = True
    line, target = exposures(scene.people, lines, leaders)
    taken = rng.random(len(line)) < scene.habits.strength
    if topic is not None:
        taken &= leaf_of(lines.product[line]) == topic[lines.customer[line]]
    line, target = line[taken], target[taken]
    source = lines.customer[line]
    day = lines.day[line] + rng.exponential(delay_days[source])
    return joined(lines, new_orders(lines, target, line=line, day=day, cause=source))


def advertised(rng: np.random.Generator, scene: Scene, lines: Lines) -> Lines:
    """Return the purchases with those of friends who saw the same advert; each reacts on their own."""
    everybody = np.ones(scene.people.size, dtype=np.bool_)
    line, target = exposures(scene.people, lines, everybody)
    taken = rng.random(len(line)) < scene.habits.strength
    line, target = line[taken], target[taken]
    shown = lines.day - rng.exponential(DELAY_DAYS, lines.size)
    day = shown[line] + rng.exponential(DELAY_DAYS, len(line))
    return joined(lines, new_orders(lines, target, line=line, day=day))


def on_sale(rng: np.random.Generator, scene: Scene, lines: Lines) -> Lines:
    """Return the purchases with those of four days, on each of which a fifth buys one of five products."""
    day, buyer, product = [], [], []
    for start in rng.uniform(0.1, 0.9, 4) * DAYS:
        who = np.flatnonzero(rng.random(scene.people.size) < 0.2)  # noqa: PLR2004
        buyer.append(who)
        day.append(start + rng.random(len(who)))
        product.append(rng.choice(rng.choice(scene.products, 5), len(who)))
    customer = np.concatenate(buyer)
    order = lines.next_order + np.arange(len(customer))
    nobody = np.full(len(customer), -1, dtype=np.int64)
    return joined(lines, Lines(order, customer, np.concatenate(product), np.concatenate(day), nobody))


def shuffled(rng: np.random.Generator, scene: Scene, lines: Lines) -> Lines:
    """Return first purchases alone, one an order, their times exchanged within each product."""
    del scene
    code = lines.customer * (int(lines.product.max(initial=0)) + 1) + lines.product
    first = lines.taken(np.unique(code, return_index=True)[1])
    day = np.empty(first.size)
    by_product = np.argsort(first.product, kind="stable")
    day[by_product] = first.day[np.lexsort((rng.random(first.size), first.product))]
    place = np.argsort(day, kind="stable")
    nobody = np.full(first.size, -1, dtype=np.int64)
    return Lines(np.arange(first.size), first.customer[place], first.product[place], day[place], nobody)
