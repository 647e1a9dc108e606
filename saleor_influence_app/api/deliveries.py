"""Saleor's deliveries: the library `webhooks` judges them, with our shops' keys, into our inbox."""

import threading
import time
from collections.abc import Callable

from fastapi import APIRouter

from saleor_influence_app import db
from saleor_influence_app.pipeline import installs, intake
from saleor_influence_app.saleor.keys import fetch_keys
from webhooks.router import ShopKeys, build_router

KNOWN_SECONDS = 2.0
"""How long a shop's keys are taken on trust: saves nearly every look-up of a burst, and is over before a
reinstalled shop's first delivery would be refused as meant for another app."""
KNOWN_SHOPS = 1_000


class KnownShops:
    """The shops asked for a moment ago; those that are not installed are always looked up again."""

    def __init__(
        self, look_up: Callable[[str], ShopKeys | None], *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._look_up = look_up
        self._clock = clock
        self._known: dict[str, tuple[float, ShopKeys]] = {}
        self._lock = threading.Lock()

    def __call__(self, api_url: str) -> ShopKeys | None:
        """Return the shop at exactly this address."""
        known = self._known.get(api_url)
        if known is not None and known[0] > self._clock():
            return known[1]
        shop = self._look_up(api_url)
        with self._lock:
            self._known.pop(api_url, None)
            if shop is not None:
                while len(self._known) >= KNOWN_SHOPS:
                    del self._known[next(iter(self._known))]
                self._known[api_url] = (self._clock() + KNOWN_SECONDS, shop)
        return shop

    def forget(self) -> None:
        """Look every shop up anew."""
        with self._lock:
            self._known.clear()


def router(
    *, body_limit: int, transaction: db.Transaction = db.transaction, fetch: installs.FetchKeys = fetch_keys
) -> APIRouter:
    """Return the router of every webhook: what it answers with 2xx is committed."""

    def look_up(api_url: str) -> ShopKeys | None:
        with transaction() as session:
            return installs.keys_of(session, api_url)

    def refetch(shop_id: int) -> ShopKeys | None:
        shops.forget()
        return installs.refetch_keys(transaction, shop_id, fetch=fetch)

    shops = KnownShops(look_up)
    accept = intake.Intake(transaction, ring=intake.Doorbell().ring).accept
    return build_router(keys_of=shops, refetch_keys=refetch, accept=accept, body_limit=body_limit)
