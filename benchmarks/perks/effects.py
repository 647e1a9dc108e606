"""What is said of perk programmes against simulated truth: coverage, false alarms, power, stops, leaks."""

from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import timedelta
from itertools import product

import numpy as np
from scipy.stats import t

from benchmarks.validity.measures import table
from scoring import leaks, perk_design, perk_effects
from scoring.perk_effects import Effect, Flags, Floats, Lots, Members
from scoring.simulate.perks import PERKS, SPENDING, START, by_day, drawn, redeemed, used_code

ARMS = ((20, 20), (180, 20), (380, 20), (160, 40), (100, 100), (950, 50), (1_800, 200))
DRAWS = 199
RESAMPLES = 199
MOST_RESAMPLED = 40
WAYS = ("ours", "lots", "Welch", "bootstrap-t")
LEVEL = 0.05
DAYS = 60
TABLES = ("coverage", "power", "shops", "stops", "leaks")


def run_effects(programmes: int, *, seed: int, tables: Collection[str] = TABLES) -> None:
    """Print every table."""
    runs: dict[str, Callable[[int, int], None]] = {
        "coverage": _coverage,
        "power": _power,
        "shops": _shops,
        "stops": _stops,
        "leaks": _leaks,
    }
    for name, run in runs.items():
        if name in tables:
            run(programmes, seed)


def _coverage(programmes: int, seed: int) -> None:
    header = ["granted, held out", "spending", "no effect: shown to pay", "no effect: covered"]
    header += [f"lowest of 5 effects: {name}" for name in WAYS]
    table(
        f"90 % intervals of {programmes:,} programmes a perk; false alarms aim: at most 5 %",
        header,
        (
            _covered(spending, arms, programmes=programmes, seed=seed)
            for arms, spending in product(ARMS, SPENDING)
        ),
    )


def _covered(spending: str, arms: tuple[int, int], *, programmes: int, seed: int) -> list[object]:
    name = f"{arms[0]:,} and {arms[1]:,}"
    missed, judged = _misses(spending, arms, programmes=programmes, seed=seed)
    if judged < programmes / 2:
        return [name, spending, f"judged: {judged}", *["-"] * (1 + len(WAYS))]
    shares = {way: [1 - missed[perk, way] / judged for perk in PERKS] for way in WAYS}
    resampled = sum(arms) <= MOST_RESAMPLED
    return [
        name,
        spending,
        f"{missed['none', 'false alarm'] / judged:.1%}",
        f"{shares['ours'][0]:.1%}",
        *("-" if way == "bootstrap-t" and not resampled else f"{min(shares[way]):.1%}" for way in WAYS),
    ]


def _misses(
    spending: str, arms: tuple[int, int], *, programmes: int, seed: int
) -> tuple[Counter[tuple[str, str]], int]:
    """Return how often each way missed the truth by perk, and how many of the programmes were judged."""
    rng = np.random.default_rng([seed, *arms, list(SPENDING).index(spending)])
    missed, judged, size = Counter[tuple[str, str]](), 0, sum(arms)
    for number in range(programmes):
        without = SPENDING[spending](size, rng)
        if not perk_design.enough(*arms, buyers=int(np.sum(without > 0))):
            continue
        judged += 1
        granted = drawn(size, arms[1], rng)
        with_it = {name: perk(without, rng) for name, perk in PERKS.items()}
        seen = [np.where(granted, one, without) for one in with_it.values()]
        lots = perk_effects.redraw(
            [one - one.mean() for one in seen], granted=granted, strata=None, seed=number, draws=DRAWS
        )
        for name, values, drawn_again in zip(PERKS, seen, lots, strict=True):
            truth = float(np.mean(with_it[name] - without))
            for way, holds in _holds(values, granted, lots=drawn_again, truth=truth).items():
                missed[name, way] += not holds
    return missed, judged


def _holds(seen: Floats, granted: Flags, *, lots: Lots, truth: float) -> dict[str, bool]:
    """Return of each way whether its interval holds the truth, without working out the interval."""
    point, error, freedom = perk_effects.welch(seen, granted)
    by_lots = [lots.p(truth, sign) for sign in (1, -1)]
    student = (point - truth) / error if error else 0.0
    by_welch = [float(t.sf(sign * student, freedom)) for sign in (1, -1)]
    none = max(lots.p(0.0, 1), float(t.sf(point / error, freedom)) if error else 1.0)
    found = {
        "lots": min(by_lots) > LEVEL,
        "Welch": min(by_welch) > LEVEL,
        "ours": all(max(pair) > LEVEL for pair in zip(by_lots, by_welch, strict=True)),
        "false alarm": none > LEVEL,
    }
    if len(seen) <= MOST_RESAMPLED:
        found["bootstrap-t"] = _bootstrapped(seen, granted, student=student)
    return found


def _bootstrapped(seen: Floats, granted: Flags, *, student: float) -> bool:
    rng = np.random.default_rng(1)
    means, parts = [], []
    for arm in (seen[granted], seen[~granted]):
        again = arm[rng.integers(0, len(arm), (RESAMPLES, len(arm)))]
        means.append(again.mean(axis=1) - arm.mean())
        parts.append(again.var(axis=1, ddof=1) / len(arm))
    error = np.sqrt(parts[0] + parts[1])
    apart = means[0] - means[1]
    drawn_again = np.where(error > 0, apart / np.where(error > 0, error, 1), np.sign(apart) * np.inf)
    return bool(min(np.mean(drawn_again >= student), np.mean(drawn_again <= student)) > LEVEL)


def _power(programmes: int, seed: int) -> None:
    table(
        f"Power at the smallest detectable effect; {programmes // 2:,} programmes each (plan: 80 %)",
        [
            "granted, held out",
            "spending",
            "smallest detectable, in means",
            "shown",
            "by the normal reckoning",
        ],
        (
            [
                f"{arms[0]:,} and {arms[1]:,}",
                spending,
                *_planned(spending, arms, programmes=programmes // 2, seed=seed),
            ]
            for arms, spending in product(ARMS[1:], SPENDING)
        ),
    )


def _planned(spending: str, arms: tuple[int, int], *, programmes: int, seed: int) -> list[object]:
    rng = np.random.default_rng([seed, *arms, list(SPENDING).index(spending), 1])
    shown, normal, judged, size, wanted = 0, 0, 0, sum(arms), []
    for number in range(programmes):
        money = SPENDING[spending](size, rng)
        if not perk_design.enough(*arms, buyers=int(np.sum(money > 0))):
            continue
        judged += 1
        spread = perk_design.spread_of(money.tolist())
        planned = perk_design.plan(*arms, spread)
        effect = planned.detectable or 0.0
        wanted.append(effect / spread.mean)
        granted = drawn(size, arms[1], rng)
        for brought in (effect, 2.486 * planned.error):
            seen = money + brought * granted
            [lots] = perk_effects.redraw(
                [seen - seen.mean()], granted=granted, strata=None, seed=number, draws=DRAWS
            )
            point, error, freedom = perk_effects.welch(seen, granted)
            found = max(lots.p(0.0, 1), float(t.sf(point / error, freedom))) <= LEVEL
            shown, normal = (shown + found, normal) if brought == effect else (shown, normal + found)
    if not judged:
        return ["-", "-", "-"]
    return [f"{np.median(wanted):.2f}", f"{shown / judged:.1%}", f"{normal / judged:.1%}"]


def _shops(programmes: int, seed: int) -> None:
    """Many programmes in one shop: what Benjamini and Hochberg accept."""
    together, real = 20, 3
    rng = np.random.default_rng([seed, 2])
    found, false, shops = 0, 0, max(programmes // together, 1)
    for shop in range(shops):
        effects: list[Effect] = []
        for number in range(together):
            granted = drawn(400, 80, rng)
            money = SPENDING["30 % buy"](400, rng)
            if number < real:
                planned = perk_design.plan(320, 80, perk_design.spread_of(money.tolist()))
                money += 1.25 * (planned.detectable or 0.0) * granted
            effects.append(
                perk_effects.compare(money, granted=granted, seed=shop * together + number, draws=1_999)
            )
        shown = perk_effects.shown([one.p for one in effects])
        found, false = found + sum(shown[:real]), false + sum(shown[real:])
    table(
        f"{shops} shops with {together} programmes of 320 and 80 each, {real} of which pay",
        ["found of those that pay", "pay nothing among those shown", "shown among all that pay nothing"],
        [
            [
                f"{found / (shops * real):.1%}",
                f"{false / max(found + false, 1):.1%}",
                f"{false / (shops * (together - real)):.2%}",
            ]
        ],
    )


def _stops(programmes: int, seed: int) -> None:
    rows: list[list[object]] = []
    for arms in ((100, 100), (380, 20), (900, 100), (1_000, 1_000)):
        for lost in (0.0, 0.1, 0.3):
            rng = np.random.default_rng([seed, *arms, round(100 * lost)])
            days = [day for _ in range(programmes) if (day := _stopped(arms, lost=lost, rng=rng))]
            fixed = f"{np.median(days):.0f}" if days else "-"
            name = "nothing" if lost == 0 else f"{lost:.0%} of order money"
            rows.append([f"{arms[0]:,} and {arms[1]:,}", name, f"{len(days) / programmes:.1%}", fixed])
    table(
        f"Looked at on each of {DAYS} days, {programmes:,} programmes each (false stops: aim at most 5 %)",
        ["granted, held out", "the perk loses", "stopped", "median day"],
        rows,
    )


def _stopped(arms: tuple[int, int], *, lost: float, rng: np.random.Generator) -> int | None:
    size = sum(arms)
    granted = drawn(size, arms[1], rng)
    before = by_day(size, DAYS, granted=np.zeros(size, np.bool_), lost=0.0, rng=rng)[-1]
    planned = perk_design.plan(*arms, perk_design.spread_of(before.tolist()))
    money = by_day(size, DAYS, granted=granted, lost=lost, rng=rng)
    for day, until in enumerate(money, start=1):
        members = Members(until, (until > 0).astype(np.float64), granted)
        if perk_effects.watch(members, planned_error=planned.error).stops:
            return day
    return None


@dataclass(frozen=True)
class Shop:
    """How often strangers redeem its codes, and how many come with one of them on average."""

    codes: int
    yearly: float
    party: float


def _leaks(programmes: int, seed: int) -> None:
    shops = {
        "one by one, 12 a year": Shop(100, 12, 0),
        "parties of 5, 12 a year": Shop(100, 12, 4),
        "parties of 5, 120 a year": Shop(100, 120, 4),
        "parties of 9, 60 a year": Shop(100, 60, 8),
        "three codes, parties of 5, 12 a year": Shop(3, 12, 4),
    }
    rows: list[list[object]] = []
    for name, shop in shops.items():
        years, alarms = 0, 0
        while years < programmes:
            alarms += _false_alarms(shop, seed=seed * 100_000 + years)
            years += shop.codes
        rows.append([name, f"{years:,}", alarms, f"{100 * alarms / years:.2f}"])
    header = ["strangers of a code", "code-years", "false alarms", "a hundred code-years"]
    table("Codes that do not leak, looked at after each order", header, rows)
    planted = [
        [past, f"{share:.0%}", *_planted(past, first_orders=share, seed=seed)]
        for past in (0, 2, 10, 50)
        for share in (0.9, 0.1)
    ]
    header = ["strangers in the half year before", "first orders", "found after (median, most)"]
    header += ["since: hours from the burst's first (least, most)", "reasons"]
    table("A code on a coupon site: 300 strangers in two days, 200 times", header, planted)


def _false_alarms(shop: Shop, *, seed: int) -> int:
    rng = np.random.default_rng(seed)
    yearly = shop.yearly * rng.gamma(0.6, 1 / 0.6, shop.codes)
    used = [
        used_code(365, yearly=float(rate), party=shop.party, seed=seed + place)
        for place, rate in enumerate(yearly)
    ]
    end = START + timedelta(days=365)
    known = [leaks.history(one, since=START, until=end) for one in used]
    found = (
        leaks.find(one, valid_from=START, prior=leaks.learn([*known[:place], *known[place + 1 :]]))
        for place, one in enumerate(used)
    )
    return sum(leak is not None for leak in found)


def _planted(past: int, *, first_orders: float, seed: int) -> list[object]:
    after, hours, reasons = [], [], set()
    shop = [used_code(365, yearly=12, party=4, seed=seed * 1_000 + number) for number in range(100)]
    known = [leaks.history(one, since=START, until=START + timedelta(days=365)) for one in shop]
    prior = leaks.learn(known)
    for number in range(200):
        rng = np.random.default_rng([seed, past, number])
        burst = 180 + np.sort(rng.random(300)) * 2
        usual = redeemed(np.sort(rng.random(past) * 180), first_orders=0.3, rng=rng)
        leak = leaks.find(
            [*usual, *redeemed(burst, first_orders=first_orders, rng=rng)], valid_from=START, prior=prior
        )
        if leak is None:
            after.append(np.inf)
            continue
        after.append(float(np.sum(burst <= (leak.found_at - START) / timedelta(days=1) + 1e-9)))
        hours.append(round((leak.since - START) / timedelta(hours=1) - 24 * burst[0], 1))
        reasons.add(str(leak.reason))
    return [
        f"{np.median(after):.0f}, {max(after):.0f}",
        f"{min(hours) + 0:.1f}, {max(hours) + 0:.1f}",
        ", ".join(sorted(reasons)),
    ]
