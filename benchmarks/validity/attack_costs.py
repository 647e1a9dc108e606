"""What each known attack on the money costs: what is spent for each euro that is booked to the attacker."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from benchmarks.validity.measures import table
from scoring.ledger import Ledger, LedgerInputs, Parameters, compute_ledger
from scoring.parameters import LEAST_PAID
from scoring.simulate.attacks import followed_by_chance, median_customer
from scoring.simulate.circles import Habits
from scoring.simulate.planted import DAYS, TIME, Lines, Planted, purchase_table
from scoring.simulate.recipes import world

Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
CUSTOMERS, PRICE, CHEAP, FIVE = 2_000, 20.0, 1.0, 5.0
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
        known = [None if early else made.as_of for _, _, early in self.ties]
        ties = pa.concat_tables(
            [
                made.ties.append_column("known_at", pa.nulls(made.ties.num_rows, TIME)),
                pa.table(
                    {
                        "source_id": pa.array([one for one, _, _ in self.ties], pa.int64()),
                        "target_id": pa.array([one for _, one, _ in self.ties], pa.int64()),
                        "known_at": pa.array(known, TIME),
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
