"""Functions of a customer's phase, x and age, computed at a few of them and read off in between."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
COUNT_NODES, AGE_NODES = 32, 16


@dataclass(frozen=True)
class Table:
    """values[phase, count, age, …], linear in phase, log(1 + x) and log(alpha + age) between the nodes."""

    phases: Floats
    counts: Floats
    log_ages: Floats
    values: Floats

    def corners(
        self, phase: Floats, x: Floats, log_age: Floats
    ) -> list[tuple[Floats, tuple[Integers, Integers, Integers]]]:
        """The nodes around each customer with their weights."""
        sides = [
            between(self.phases, phase),
            between(np.log1p(self.counts), np.log1p(x)),
            between(self.log_ages, log_age),
        ]
        found: list[tuple[Floats, tuple[Integers, Integers, Integers]]] = [
            (np.ones(len(x)), (np.zeros(len(x), np.int64),) * 3)
        ]
        for axis, (corner, part) in enumerate(sides):
            last = self.values.shape[axis] - 1
            ends = ((corner, 1 - part),) if last == 0 else ((corner, 1 - part), (corner + 1, part))
            found = [
                (weight * share, (*places[:axis], place, *places[axis + 1 :]))  # type: ignore[misc]
                for weight, places in found
                for place, share in ends
            ]
        return found

    def at(self, phase: Floats, x: Floats, log_age: Floats) -> Floats:
        """The values of each customer."""
        total = np.zeros((len(x), *self.values.shape[3:]))
        for weight, places in self.corners(phase, x, log_age):
            total += weight[:, None] * self.values[places]
        return total


@dataclass(frozen=True)
class Covered:
    """The counts and ages of the customers for whom tables are made: others are read off the same nodes."""

    x: Floats
    age: Floats

    def nodes(self, alpha: float) -> tuple[Floats, Floats]:
        """Counts, and logarithms of alpha + age."""
        return _spread_counts(self.x), _spread_ages(alpha, self.age)

    def and_later(self, days: float) -> "Covered":
        """The same with newcomers, and with who buys on each of so many more days."""
        return Covered(
            np.append(self.x, [0.0, self.x.max() + days]), np.append(self.age, [0.0, self.age.max() + days])
        )


def between(nodes: Floats, wanted: Floats) -> tuple[Integers, Floats]:
    """The node at or below each wanted value, and how far it lies towards the next one."""
    if len(nodes) == 1:
        return np.zeros(len(wanted), dtype=np.int64), np.zeros(len(wanted))
    place = np.clip(np.searchsorted(nodes, wanted, "right") - 1, 0, len(nodes) - 2)
    part = (wanted - nodes[place]) / (nodes[place + 1] - nodes[place])
    return place, np.clip(part, 0.0, 1.0)


def _spread_ages(alpha: float, age: Floats) -> Floats:
    """The logarithms of alpha + age at which tables are made."""
    ends = np.log(alpha + np.array([age.min(), age.max()]))
    return np.linspace(ends[0], ends[1], AGE_NODES if ends[0] < ends[1] else 1)


def _spread_counts(x: Floats) -> Floats:
    """The distinct counts if they are few, otherwise all the small ones and some of the others."""
    counts = np.unique(x)
    if len(counts) <= COUNT_NODES:
        return counts
    small, large = counts[: COUNT_NODES // 2], counts[COUNT_NODES // 2 :]
    aims = np.geomspace(large[0], large[-1], COUNT_NODES // 2)
    return np.unique(np.concatenate([small, large[np.searchsorted(large, aims * (1 - 1e-12))]]))
