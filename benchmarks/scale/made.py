"""The shop that is measured: planted, and in the product's own tables."""

import multiprocessing
import os
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from benchmarks.scale import product_shop, shop

PLANTED = "planted"
T = TypeVar("T")


@dataclass(frozen=True)
class Made:
    """A shop: its id, where its planted rows are read, how many there are, and PostgreSQL's process."""

    shop_id: int
    planted: str
    lines: int
    ties: int
    server: int


def make(folder: Path, *, customers: int, seed: int) -> Made:
    """Make the shop in the servers of `_stack` that run in the folder."""
    from saleor_influence_app import db

    server = int((folder / "postgresql" / "postmaster.pid").read_text().split()[0])
    url = os.environ["DATABASE_URL"].replace("+psycopg", "")
    planted = f"{url}{'&' if '?' in url else '?'}options=-csearch_path%3D{PLANTED}"
    lines, ties = apart(shop.fill, planted, customers, seed)
    shop_id = product_shop.fill(db.engine(), customers, shop.TREE["parent_id"].to_pylist())
    return Made(shop_id, planted, lines, ties, server)


def apart(function: Callable[..., T], *arguments: object) -> T:
    """What the function returns in a fresh process."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as one:
        return one.submit(function, *arguments).result()
