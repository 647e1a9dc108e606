"""The weeks after an installation, played day by day: people order, are asked and respond, and use links.

All of it through what a shop has: webhooks, the page for shoppers with the one-time token of the order, the
checkout. A day begins when everything of the day before was worked off.
"""

import time
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import psycopg
from celery import Celery

from sandbox import buying, shoppers
from sandbox.client import ShopClient
from sandbox.fast_clock import SEEN_SECONDS, FastClock
from sandbox.parts import PartFailed
from sandbox.stack import STAFF_EMAIL, STAFF_PASSWORD, Stack

A_DAY = timedelta(days=1)
DAYS = 7
LONGEST_SECONDS = 180.0
AGAIN_SECONDS = 3.0
QUESTION = 'query($i:ID!){order(id:$i){metafield(key:"influence.survey")}}'
SWEEPS = ("facts.sweep", "outbox.sweep")
WEEKLY = ("facts.perks", "social.prune")
"""What the app's clock would ask for: rewards of senders, and tokens that nobody used."""
LEFT = """
SELECT (SELECT count(*) FROM messages WHERE state = 'pending')
    + (SELECT count(*) FROM saleor_writes
        WHERE state = 'claimed' OR state = 'pending' AND next_attempt_at <= now())
    + (SELECT count(*) FROM outbox
        WHERE state = 'claimed' OR state = 'pending' AND next_attempt_at <= now())
    + (SELECT count(*) FROM backfills WHERE state IN ('waiting', 'running'))
    + (SELECT count(*) FROM runs WHERE state = 'running' OR state = 'queued' AND kind = 'full')
"""
"""What the app has still to do; a run for newer orders may wait for the end of the week."""
READING = """
SELECT (SELECT count(*) FROM contacts WHERE reconcile_at <= now())
    + (SELECT count(*) FROM backfills WHERE lease_until > now())
"""
COMPARING_SECONDS = 30.0
PUT_OFF = "UPDATE runs SET not_before = now() + interval '1 day' WHERE state = 'queued'"
"""A run for newer orders waits for a day at most: in a week that takes seconds, each day anew."""
UNSEEN = "SELECT count(*) FROM tombstone_folders WHERE trusted_until < now()"
"""Whether the list of who was forgotten was looked at today: without, nobody is valued."""


@dataclass
class Weeks:
    """A shop whose clock is fast, with its referral links by who shares them."""

    stack: Stack
    clock: FastClock
    app_id: str
    codes: Mapping[str, str] = field(default_factory=dict)
    answered: int = 0
    by_link: int = 0

    def __post_init__(self) -> None:
        self._shop = ShopClient(self.stack.api_url, STAFF_EMAIL, STAFF_PASSWORD, self.stack.http)
        self._tasks = Celery(broker=self.stack.variables["REDIS_URL"], set_as_current=False)

    def play(self, weeks: int) -> Iterator[int]:
        """Play so many weeks; yield the number of each once it was valued and written to Saleor."""
        for week in range(1, weeks + 1):
            for _ in range(DAYS):
                self._day()
            for task in WEEKLY:
                self.send(task)
            self.settle()
            self.value()
            yield week

    def value(self) -> None:
        """Have everybody valued now, and what has changed written to Saleor."""
        self.send("social.sweep")
        self._await(UNSEEN)
        self.stack.panel(self.app_id, "/api/runs", json={})
        self.settle()
        newest = self.stack.panel(self.app_id, "/api/overview")["last_run"]
        if newest["state"] == "failed":
            raise PartFailed(f"scoring failed: {newest['error']}")

    def compare(self) -> tuple[str, int]:
        """Have what changed read, then all compared with Saleor; return what is said, and what was mended.

        In a real shop the former happens every few minutes.
        """
        since = self.clock.now()
        with psycopg.connect(self.clock.database, autocommit=True) as connection:
            [shop_id] = connection.execute("SELECT id FROM shops").fetchone() or ()
            self.send("history.reconcile", shop_id)
            self._await(READING)
            deadline, again = time.monotonic() + LONGEST_SECONDS, 0.0
            while time.monotonic() < deadline:
                self.stack.check()
                if time.monotonic() > again:  # what still reads holds this off
                    self.send("history.compare", shop_id)
                    again = time.monotonic() + COMPARING_SECONDS
                row = connection.execute("SELECT mended FROM drift_checks WHERE checked_at > %s", [since])
                if found := row.fetchone():
                    drift = self.stack.panel(self.app_id, "/api/overview")["drift"]
                    return str(drift["sentence"]), int(found[0])
                time.sleep(0.5)
        raise PartFailed("the app was not compared with Saleor")

    def send(self, task: str, *given: int) -> None:
        """Ask the app's workers, in place of its clock."""
        queue = "facts" if task.endswith(".sweep") else task.partition(".")[0]
        self._tasks.send_task(task, args=given, queue=queue)

    def settle(self) -> None:
        """Return when the shop has told everything and the app has done all of it."""
        self._await(LEFT)

    def _await(self, left: str) -> None:
        deadline = time.monotonic() + LONGEST_SECONDS
        again = time.monotonic() + AGAIN_SECONDS
        with psycopg.connect(self.clock.database, autocommit=True) as connection:
            while self._waiting() or connection.execute(left).fetchone() != (0,):
                self.stack.check()
                if time.monotonic() > deadline:
                    raise PartFailed(f"the app did not finish a day's work in {LONGEST_SECONDS:.0f} s")
                if time.monotonic() > again:
                    for task in SWEEPS:
                        self.send(task)
                    again += AGAIN_SECONDS
                time.sleep(0.04)

    def _waiting(self) -> int:
        """Return how many deliveries of the shop are under way."""
        return int(self.stack.http.get(f"{self.stack.saleor_url}/sandbox/waiting").json()["waiting"])

    def _day(self) -> None:
        self.clock.forward(A_DAY)
        time.sleep(SEEN_SECONDS)
        with psycopg.connect(self.clock.database) as connection:
            connection.execute(PUT_OFF)
        bought: list[dict[str, Any]] = []
        until = {"until": self.clock.now().isoformat()}
        while True:
            url = f"{self.stack.saleor_url}/sandbox/coming"
            found = self.stack.http.post(url, json=until).raise_for_status().json()
            bought += found["placed"]
            if found["by_link"] is None:
                break
            bought.append(self._buy(found["by_link"]))
        self.settle()
        for order in bought:
            if order["answer"]:
                self._respond(order)

    def _buy(self, wanted: dict[str, Any]) -> dict[str, Any]:
        """Return the order of a friend who puts the sender's code into their checkout, if it is accepted."""
        token = shoppers.sign_in(self.stack, wanted["customer_id"]).token
        number = wanted["email"].partition("@")[0].rpartition("-")[2]
        home = buying.ADDRESS | {"streetAddress1": f"Main Street {number}"}
        given = {"channel": wanted["channel"], "shippingAddress": home, "billingAddress": home}
        code = self.codes.get(wanted["owner_id"])
        try:
            order = buying.buy(
                self._shop, wanted["lines"], token=token, codes=[code] if code else [], **given
            )
            self.by_link += code is not None
        except buying.Refused:  # they have used a friend's code before: it is one a customer
            order = buying.buy(self._shop, wanted["lines"], token=token, **given)
        return wanted | {"order_id": order["id"]}

    def _respond(self, order: dict[str, Any]) -> None:
        """The buyer responds on the thank-you page, with the token that stands in their order."""
        token = self._shop.data(QUESTION, token="", i=order["order_id"])["order"]["metafield"]
        if token is None:
            raise PartFailed(f"the buyer of {order['order_id']} was not asked")
        headers = {
            "authorization": f"Order {token}",
            "saleor-api-url": self.stack.api_url,
            "x-forwarded-for": _address_of(order["customer_id"]),
        }
        url = f"{self.stack.app_url}/api/shopper/thanks"
        reply = self.stack.http.post(url, json=order["answer"], headers=headers)
        if reply.is_error:
            raise PartFailed(f"a response was refused: {reply.text}")
        self.answered += 1


def _address_of(customer_id: str) -> str:
    """Return a network address of their own, as each household has one."""
    number = zlib.crc32(customer_id.encode())
    return f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
