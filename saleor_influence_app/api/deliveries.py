"""Saleor's deliveries: the library `webhooks` judges them, with our shops' keys, into our inbox."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter

from saleor_influence_app import db, log
from saleor_influence_app.perks.strategies.discount_code import checkouts, shipping_filter
from saleor_influence_app.perks.strategies.shipping.methods import methods
from saleor_influence_app.saleor.keys import fetch_keys
from saleor_influence_app.shops import installations, pending_installations
from saleor_influence_app.sync import group_commit
from webhooks.catalog import BY_SLUG
from webhooks.envelopes import MethodsEvent
from webhooks.events import CheckoutChange, PayloadInvalid, parse
from webhooks.router import Delivery, Question, ShopKeys, Undecided, build_router

logger = log.get(__name__)

KNOWN_SECONDS = 2.0
"""How long a shop's keys are taken on trust: saves nearly every look-up of a burst. Before a delivery is
refused, the shop is looked up again: another process may have reinstalled it a moment ago."""
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
        return self.note(api_url, self._look_up(api_url))

    def note(self, api_url: str, shop: ShopKeys | None) -> ShopKeys | None:
        """Remember what was just looked up of this address, and return it."""
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


@dataclass(frozen=True, slots=True)
class SecondLook:
    """What the tables say at this moment, asked before a delivery is refused for good."""

    transaction: db.Transaction
    known: KnownShops

    def look_again(self, api_url: str) -> ShopKeys | None:
        """Return the shop as it is now; raises Undecided while it is being installed."""
        with self.transaction() as session:
            # In this order: a registration that is over was committed together with its shop.
            if pending_installations.under_way(session, api_url):
                raise Undecided
            return self.known.note(api_url, installations.keys_of(session, api_url))

    def key_sets_with(self, kid: str) -> list[dict[str, Any]]:
        """Return the key sets of installed shops that have a key of this name."""
        with self.transaction() as session:
            return installations.key_sets_with(session, kid)


def router(
    *,
    body_limit: int,
    transaction: db.Transaction = db.transaction,
    fetch: installations.FetchKeys = fetch_keys,
) -> APIRouter:
    """Return the router of every webhook: what it answers with 2xx is committed."""

    def look_up(api_url: str) -> ShopKeys | None:
        with transaction() as session:
            return installations.keys_of(session, api_url)

    def refetch(shop_id: int) -> ShopKeys | None:
        found = installations.refetch_keys(transaction, shop_id, fetch=fetch)
        if found is not None:
            shops.forget()
        return found

    def reply(shop_id: int, event: Question) -> Any:
        return _answer(transaction, shop_id, event)

    def accept(delivery: Delivery) -> None:
        if not BY_SLUG[delivery.slug].is_of_a_checkout:
            store(delivery)
            return
        try:
            change = parse(delivery.slug, delivery.body)
        except PayloadInvalid as error:  # nothing is lost: the next change says all of it again
            logger.warning("checkout.not_understood", shop_id=delivery.shop_id, reason=error.reason)
            return
        if isinstance(change, CheckoutChange):
            with transaction() as session:
                checkouts.look_at(session, delivery.shop_id, change)

    shops = KnownShops(look_up)
    store = group_commit.GroupCommit(transaction, notify=group_commit.ProjectionNotifier().notify).accept
    return build_router(
        keys_of=shops,
        refetch_keys=refetch,
        accept=accept,
        reply=reply,
        body_limit=body_limit,
        second_look=SecondLook(transaction, shops),
    )


def _answer(transaction: db.Transaction, shop_id: int, event: Question) -> Any:
    if isinstance(event, MethodsEvent):
        if event.voucher_code is None:  # as most: nothing is asked
            return shipping_filter.NOTHING
        with transaction() as session:
            return shipping_filter.excluded(session, shop_id, event)
    with transaction() as session:
        return methods(
            session, shop_id, customer_id=event.customer_id, channel=event.channel, currency=event.currency
        )
