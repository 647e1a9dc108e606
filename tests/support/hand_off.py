"""A shop whose perks are handed off: who agreed, and a real receiver of webhooks on loopback."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from saleor_influence_app import db
from saleor_influence_app.consent import ledger, privacy_settings
from saleor_influence_app.consent.ledger import Decision
from saleor_influence_app.models import HandOffDelivery
from tests.support.social_shop import SETTINGS


@dataclass
class Receiver:
    """What a webhook was sent, and what it answers: the statuses in `answers` first, then 204."""

    url: str = ""
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)

    @property
    def events(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, body in self.got]


@contextmanager
def receiving() -> Iterator[Receiver]:
    """Give a receiver on loopback that answers until the block ends."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            receiver.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(receiver.answers.pop(0) if receiver.answers else 204)
            self.send_header("content-length", "0")
            if self.path == "/later":
                self.send_header("retry-after", "3600")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing is printed."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    receiver.url = f"http://127.0.0.1:{server.server_port}/hooks"
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def agree(session: Session, shop_id: int, *customer_ids: str) -> None:
    """The shop has confirmed its privacy settings, and these customers agreed to perks."""
    wanted = privacy_settings.PrivacySettingsInput.model_validate(SETTINGS | {"networks": {"mastodon": {}}})
    privacy_settings.confirm(session, shop_id, wanted, user_id="VXNlcjox")
    session.flush()
    for customer_id in customer_ids:
        _decide(session, shop_id, customer_id, action="given")


def withdraw(session: Session, shop_id: int, customer_id: str) -> None:
    """The customer no longer agrees to perks."""
    _decide(session, shop_id, customer_id, action="withdrawn")


def _decide(session: Session, shop_id: int, customer_id: str, *, action: Any) -> None:
    decision = Decision(
        purpose="perks",
        network=None,
        action=action,
        proof=ledger.SESSION,
        age_ok=True,
        wording=f"I agree that {SETTINGS['controller_name']} uses it.",
        version="2",
        language="en",
    )
    ledger.record(session, shop_id, customer_id, decisions=[decision])


def deliveries(shop_id: int) -> list[HandOffDelivery]:
    """Every row, in order."""
    with db.transaction() as session:
        rows = select(HandOffDelivery).where(HandOffDelivery.shop_id == shop_id)
        return list(session.scalars(rows.order_by(HandOffDelivery.id)))


def make_due() -> None:
    """As if the waits of what failed had passed."""
    with db.transaction() as session:
        session.query(HandOffDelivery).update({"next_attempt_at": HandOffDelivery.happened_at})
