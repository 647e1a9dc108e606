"""What each known attack on the money costs: what is spent for each euro that is booked to the attacker."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from benchmarks.validity.measures import table
from scoring.ledger import Ledger, LedgerInputs, Parameters, compute_ledger
from scoring.ledger.pairs import NAMED
from scoring.parameters import LEAST_PAID
from scoring.simulate.attacks import followed_by_chance, median_customer
from scoring.simulate.circles import Habits
from scoring.simulate.planted import DAYS, TIME, Lines, Planted, purchase_table
from scoring.simulate.recipes import world

Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
CUSTOMERS, PRICE, CHEAP, FIVE = 2_000, 20.0, 1.0, 5.0
RING, OWN, COPIES = 12, 4, 2
NAMED_DAY = 45.0
"""When ties of kind `named` are known: after the first orders, before what they are to bring."""
PARAMETERS = Parameters(permutations=1)


@dataclass(frozen=True)
class Fakes:
    """Accounts that copy each owner so often `within` days, and buy so much of their own at that price."""

    count: int
    copies: int
    own: int
    price: float = PRICE
    within: float = 1.0
    paid: float = 1.0


@dataclass
class Attack:
    """A shop with an attack on it. `owners` are whose money counts, `spent` is what it cost them."""

    made: Planted
    owners: list[int]
    rng: np.random.Generator
    next_customer: int
    next_product: int
    spent: float = 0.0
    lines: list[tuple[int, int, float, float]] = field(default_factory=list)
    ties: list[tuple[int, int, bool]] = field(default_factory=list)
    named: list[tuple[int, int]] = field(default_factory=list)
    redeemed: list[tuple[int, int]] = field(default_factory=list)
    homes: list[tuple[int, str]] = field(default_factory=list)

    @property
    def account(self) -> int:
        """The first owner."""
        return self.owners[0]

    def people(self, count: int) -> list[int]:
        """Return so many new customers."""
        found = list(range(self.next_customer, self.next_customer + count))
        self.next_customer += count
        return found

    def buy(
        self, who: int, day: float, price: float, *, product: int | None = None, code: int | None = None
    ) -> None:
        """Somebody buys, perhaps with the code of an owner; what is refunded but for a cent is not paid."""
        if product is None:
            product, self.next_product = self.next_product, self.next_product + 1
        if code is not None:
            self.redeemed.append((len(self.lines), code))
        self.lines.append((who, product, day, price))

    def pay(self, who: int, day: float, price: float, *, product: int | None = None) -> None:
        """The same, and only for the attack."""
        self.spent += price
        self.buy(who, day, price, product=product)

    def own(self, owner: int) -> tuple[Integers, Floats]:
        """Return the products and days of what the owner bought."""
        bought = self.made.purchases.filter(pc.equal(self.made.purchases["customer_id"], owner))
        at = bought["created_at"].cast(pa.int64()).to_numpy()
        end = int(pa.scalar(self.made.as_of, TIME).cast(pa.int64()).as_py())
        return bought["product_id"].to_numpy(), DAYS - (end - at) / 86_400e6

    def copy(self, who: int, owner: int, count: int, *, within: float = 1.0, paid: float = 1.0) -> None:
        """Somebody copies purchases of the owner; `paid` is the part that stays paid."""
        products, days = self.own(owner)
        chosen = self.rng.choice(len(products), min(count, len(products)), replace=False)
        for place in chosen:
            day = min(days[place] + within * self.rng.uniform(0.2, 1.0), DAYS)
            self.spent += PRICE * paid
            self.buy(who, day, PRICE * paid if paid >= LEAST_PAID else 0.0, product=int(products[place]))

    def name(self, named: int, respondent: int) -> None:
        """Somebody says that `named` told them of the shop."""
        self.named.append((named, respondent))

    def new_product(self) -> int:
        """Return a product that nobody has bought."""
        self.next_product += 1
        return self.next_product - 1

    def copy_after(self, who: int, owner: int, count: int, *, day: float) -> None:
        """Somebody copies what the owner bought after that day."""
        products, days = self.own(owner)
        later = np.flatnonzero(days > day)
        for place in self.rng.choice(later, min(count, len(later)), replace=False):
            self.pay(
                who, min(days[place] + self.rng.uniform(0.2, 1.0), DAYS), PRICE, product=int(products[place])
            )

    def mount(self, fakes: "Fakes") -> None:
        """Accounts tied to the owners from the start copy them, and buy things of their own."""
        for fake in self.people(fakes.count):
            for owner in self.owners:
                self.ties.append((owner, fake, True))
                self.copy(fake, owner, fakes.copies, within=fakes.within, paid=fakes.paid)
            for _ in range(fakes.own):
                self.pay(fake, self.rng.uniform(0, DAYS), fakes.price)

    def columns(self) -> tuple[Integers, Integers, Floats, Floats]:
        """Return customers, products, days and prices of the lines."""
        who, product, day, price = (np.array([line[place] for line in self.lines]) for place in range(4))
        return who.astype(np.int64), product.astype(np.int64), day.astype(float), price.astype(float)

    def shop(self) -> LedgerInputs:
        """Return the shop as the ledger takes it; what was told late is known at the end."""
        made = self.made
        who, product, day, price = self.columns()
        first, line = (int(pc.max(made.purchases[name]).as_py()) + 1 for name in ("order_id", "line_id"))
        orders = first + np.arange(len(who))
        more = purchase_table(Lines(orders, who, product, day, np.full(len(who), -1)), price)
        more = more.set_column(1, "line_id", pa.array(line + np.arange(len(who))))
        told = made.as_of - timedelta(days=DAYS - NAMED_DAY)
        known = [None if early else made.as_of for _, _, early in self.ties] + [told] * len(self.named)
        ends = [(one, other) for one, other, _ in self.ties] + self.named
        ties = pa.concat_tables(
            [
                made.ties.append_column("known_at", pa.nulls(made.ties.num_rows, TIME)).append_column(
                    "kind", pa.nulls(made.ties.num_rows, pa.string())
                ),
                pa.table(
                    {
                        "source_id": pa.array([one for one, _ in ends], pa.int64()),
                        "target_id": pa.array([one for _, one in ends], pa.int64()),
                        "known_at": pa.array(known, TIME),
                        "kind": pa.array([None] * len(self.ties) + [NAMED] * len(self.named), pa.string()),
                    }
                ),
            ]
        )
        return LedgerInputs(
            pa.concat_tables([made.purchases, more]),
            ties,
            made.categories,
            redemptions=pa.table(
                {
                    "order_id": pa.array([int(orders[place]) for place, _ in self.redeemed], pa.int64()),
                    "source_id": pa.array([owner for _, owner in self.redeemed], pa.int64()),
                }
            ),
            customers=pa.table(
                {
                    "customer_id": pa.array([who for who, _ in self.homes], pa.int64()),
                    "mailbox": pa.array([home for _, home in self.homes], pa.string()),
                }
            ),
        )


def _leaked(attack: Attack) -> None:
    """Three hundred strangers within two days."""
    for stranger in attack.people(300):
        attack.buy(stranger, DAYS / 2 + attack.rng.uniform(0, 2), 35.0, code=attack.account)


def _partner(attack: Attack) -> None:
    (partner,) = attack.people(1)
    for week in range(16):
        attack.buy(partner, 100 + 7 * week, 60.0, code=attack.account)


def _plus_addresses(attack: Attack) -> None:
    attack.homes.append((attack.account, "theirs"))
    for number, guest in enumerate(attack.people(6)):
        attack.homes.append((guest, "theirs"))
        attack.buy(guest, 100 + 9 * number, 30.0, code=attack.account)


def _each_other(attack: Attack) -> None:
    (friend,) = attack.people(1)
    attack.owners.append(friend)
    for week in range(6):
        attack.buy(friend, 100 + 7 * week, 30.0, code=attack.account)
        attack.buy(attack.account, 101 + 7 * week, 30.0, code=friend)


def _backdated(attack: Attack) -> None:
    """The owner buys what many buy, and then whoever bought it next is told as their follower."""
    products = attack.made.purchases["product_id"].to_numpy()
    for product in attack.rng.choice(products, 25, replace=False):
        attack.pay(attack.account, attack.rng.uniform(60, DAYS - 40), FIVE, product=int(product))
    who, product, day, price = attack.columns()
    nobody = np.full(len(who), -1)
    bought = purchase_table(Lines(np.arange(len(who)), who, product, day, nobody), price)
    names = ["customer_id", "product_id", "created_at"]
    both = pa.concat_tables([attack.made.purchases.select(names), bought.select(names)])
    known = replace(attack.made, purchases=both)
    for who in followed_by_chance(known, attack.account):
        attack.ties.append((attack.account, int(who), False))


def _shared(attack: Attack) -> None:
    """Five accounts share thirty followers, so that what these spend besides serves all of them."""
    bought = attack.made.purchases["customer_id"].to_numpy()
    others = np.setdiff1d(np.unique(bought), [attack.account, *attack.made.influencers])
    attack.owners += [int(one) for one in attack.rng.choice(others, 4, replace=False)]
    attack.mount(Fakes(30, 3, 6))


def _ring(attack: Attack) -> None:
    """Twelve accounts name one another after a first order, and each copies two things of every other."""
    ring = attack.people(RING - 1)
    attack.owners += ring
    for one in attack.owners:
        attack.pay(one, attack.rng.uniform(0, 30), PRICE)
        for other in attack.owners:
            if other != one:
                attack.name(other, one)
    own = {one: [attack.new_product() for _ in range(OWN)] for one in attack.owners}
    days = {one: attack.rng.uniform(NAMED_DAY + 5, DAYS - 40, OWN) for one in attack.owners}
    for one in attack.owners:
        for product, day in zip(own[one], days[one], strict=True):
            attack.pay(one, day, PRICE, product=product)
        for other in attack.owners:
            for place in range(COPIES) if other != one else ():
                day = days[other][place] + attack.rng.uniform(1, 10)
                attack.pay(one, day, PRICE, product=own[other][place])


def _invented(attack: Attack) -> None:
    """Forty guests who do not exist order once for a little, name the owner, and copy three things each."""
    for guest in attack.people(40):
        attack.pay(guest, attack.rng.uniform(0, 30), FIVE)
        attack.name(attack.account, guest)
        attack.copy_after(guest, attack.account, 3, day=NAMED_DAY)


def _paid_to_name(attack: Attack) -> None:
    """Thirty accounts with a buying life of their own name the owner and copy three things each."""
    for fake in attack.people(30):
        attack.pay(fake, attack.rng.uniform(0, 30), PRICE)
        attack.name(attack.account, fake)
        attack.copy_after(fake, attack.account, 3, day=NAMED_DAY)
        for _ in range(5):
            attack.pay(fake, attack.rng.uniform(0, DAYS), PRICE)


def _leaked_and_named(attack: Attack) -> None:
    """Three hundred strangers order once for a little, name the owner, and then redeem their leaked code."""
    for stranger in attack.people(300):
        attack.pay(stranger, attack.rng.uniform(0, 30), FIVE)
        attack.name(attack.account, stranger)
        attack.buy(stranger, DAYS / 2 + attack.rng.uniform(0, 2), 35.0, code=attack.account)


def _wrongly_named(attack: Attack) -> None:
    """Two hundred real customers name the owner, of whom they never heard: by mistake, or for a favour."""
    bought = attack.made.purchases["customer_id"].to_numpy()
    others = np.setdiff1d(np.unique(bought), [attack.account])
    for who in attack.rng.choice(others, 200, replace=False):
        attack.name(attack.account, int(who))


ATTACKS: dict[str, Callable[[Attack], None] | Fakes] = {
    "300 strangers redeem a leaked code": _leaked,
    "own needs through a partner's account, 16 orders": _partner,
    "six guest orders with the own code from plus-addresses": _plus_addresses,
    "two friends use each other's codes weekly": _each_other,
    "25 purchases of 5, and whoever bought next is told as a follower": _backdated,
    "30 fakes, 3 copies, 2 orders of 1": Fakes(30, 3, 2, price=CHEAP),
    "30 fakes, 3 copies, 6 orders of 1": Fakes(30, 3, 6, price=CHEAP),
    "5 fakes, 5 copies, 8 orders of 1": Fakes(5, 5, 8, price=CHEAP),
    "30 fakes, 3 copies over 25 days, 2 orders of 5": Fakes(30, 3, 2, price=FIVE, within=25.0),
    "30 fakes, 3 copies refunded to one cent, 2 orders of 20": Fakes(30, 3, 2, paid=0.0005),
    "30 fakes, 3 copies, 3 orders of 20": Fakes(30, 3, 3),
    "30 fakes, 3 copies, 6 orders of 20": Fakes(30, 3, 6),
    "30 fakes, 3 copies, 12 orders of 20": Fakes(30, 3, 12),
    "10 fakes, 6 copies, 24 orders of 20": Fakes(10, 6, 24),
    "12 accounts name one another, 2 copies of each": _ring,
    "40 invented guests name the owner, 3 copies": _invented,
    "30 accounts name the owner, 3 copies, 6 orders of 20": _paid_to_name,
    "300 strangers name the owner, then redeem their leaked code": _leaked_and_named,
    "200 customers name somebody who told them nothing": _wrongly_named,
    "five accounts share 30 fakes, 3 copies each, 6 orders of 20": _shared,
}


def run_attack_costs(seed: int) -> None:
    """Print what each attack costs for a euro booked by version 2."""
    made = world("influence", customers=CUSTOMERS, seed=seed, habits=Habits(strength=0.05))
    people = int(pc.max(pc.max_element_wise(made.ties["source_id"], made.ties["target_id"])).as_py())
    people = max(people, int(pc.max(made.purchases["customer_id"]).as_py())) + 1
    products = int(pc.max(made.purchases["product_id"]).as_py()) + 1
    rows: list[list[object]] = []
    for name, mount in ATTACKS.items():
        rng = np.random.default_rng(seed)
        attack = Attack(made, [median_customer(made)], rng, people, products)
        if isinstance(mount, Fakes):
            attack.mount(mount)
        else:
            mount(attack)
        ledger = compute_ledger(attack.shop(), as_of=made.as_of, parameters=PARAMETERS)
        booked, verdict = booked_of(ledger, attack.owners)
        ratio = attack.spent / booked if booked > 0 else None
        shown = "nothing is booked" if ratio is None else f"{ratio:.1f}"
        rows.append([name, round(attack.spent), round(booked), shown, verdict])
    header = ["attack", "spent", "booked", "spent per booked euro", "verdict"]
    table(f"What attacks on the money cost by version 2, {CUSTOMERS:,} customers", header, rows)
    print(
        "\nspent: what nobody would have paid but for the attack. A partner who buys what both need cannot "
        "be told from a friend: their first three orders are booked, and prove nobody to lead."
    )


def booked_of(ledger: Ledger, owners: list[int]) -> tuple[float, str]:
    """Return what is booked to these, by codes and by inference, and the verdict on the first."""
    known = {row["customer_id"]: row for row in ledger.evidence.to_pylist()}
    mine = [known[owner] for owner in owners if owner in known]
    verdict = known[owners[0]]["verdict"] if owners[0] in known else "not enough evidence"
    return sum(row["civ"] + row["proven"] for row in mine), verdict
