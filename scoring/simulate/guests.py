"""Buyers without an account: each of their orders has an id of its own, and nobody is tied to them."""

from dataclasses import replace

import numpy as np

from scoring.simulate.circles import People
from scoring.simulate.planted import Lines


def with_guests(rng: np.random.Generator, accounts: People, size: int) -> People:
    """Return `size` buyers: those with accounts first, then guests, of the same circles and without ties."""
    circles = int(accounts.circle.max()) + 1
    guests = rng.integers(0, circles, size - accounts.size)
    return replace(accounts, size=size, circle=np.concatenate([accounts.circle, guests]))


def as_guests(lines: Lines, *, accounts: int, size: int) -> Lines:
    """Return the lines with a customer of its own for every order of those who have no account."""
    known = lines.customer < accounts
    return replace(lines, customer=np.where(known, lines.customer, size + lines.order))
