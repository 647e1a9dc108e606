"""Contacts: a shop that does not answer is left alone for a while, then asked once whether it does again.

Three requests in a row without an answer open the circuit: no task asks that shop for half a minute, then
twice as long after each attempt, a quarter of an hour at most. When the time is over one task may ask; its
first answer closes the circuit. A pause that Saleor asks for itself counts as well.
"""

import re
import time
from collections.abc import Callable
from datetime import timedelta

import httpx
from sqlalchemy import Select, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from saleor_influence_app import db, log
from saleor_influence_app.backoff import Backoff
from saleor_influence_app.errors import SaleorUnreachable
from saleor_influence_app.models import Contact, Shop
from saleor_influence_app.saleor.addresses import CheckedTransport
from saleor_influence_app.saleor.client import SaleorClient, open_client
from saleor_influence_app.shops import problems

logger = log.get(__name__)

SILENT = "influence-saleor-silent"
LIMIT = 3
"""Failures in a row that open the circuit."""
BACKOFF = Backoff(timedelta(seconds=30), timedelta(minutes=15))
PROBE = timedelta(minutes=2)
"""For so long one task alone may ask a shop that was silent; if it dies, another may then."""


def silent() -> Select[int]:
    """Return the ids of shops that nobody should ask now, to be used in a condition."""
    return select(Contact.shop_id).where(Contact.wait_until > func.now())


def admits(session: Session, shop_id: int) -> bool:
    """Tell whether the shop may be asked now; of several who ask after a silence one may."""
    contact = session.get(Contact, shop_id, populate_existing=True)
    if contact is None or contact.wait_until is None:
        return True
    claimed = session.scalar(
        update(Contact)
        .where(Contact.shop_id == shop_id, Contact.wait_until <= func.now())
        .values(wait_until=func.now() + PROBE)
        .returning(Contact.shop_id)
    )
    return claimed is not None


def client(transaction: db.Transaction, shop_id: int) -> Callable[[str, str], SaleorClient]:
    """Return an opener of clients whose answers, and missing answers, are counted for the shop."""

    def opened(api_url: str, token_encrypted: str) -> SaleorClient:
        return open_client(api_url, token_encrypted, transport=_Counted(transaction, shop_id))

    return opened


def answered(session: Session, shop_id: int) -> None:
    """The shop answers: it may be asked by everybody."""
    before = session.scalar(
        update(Contact)
        .where(Contact.shop_id == shop_id, or_(Contact.failures > 0, Contact.wait_until.is_not(None)))
        .values(failures=0, silent_since=None, wait_until=None)
        .returning(Contact.shop_id)
    )
    if before is not None:
        problems.resolve_problem(session, shop_id, SILENT)


def failed(session: Session, shop_id: int) -> timedelta | None:
    """A request had no answer; return for how long nobody asks, if the circuit is open now."""
    row = insert(Contact).values(shop_id=shop_id, failures=1, silent_since=func.now())
    counted = row.on_conflict_do_update(
        index_elements=[Contact.shop_id],
        set_={
            "failures": Contact.failures + 1,
            "silent_since": func.coalesce(Contact.silent_since, func.now()),
        },
    )
    contact = session.execute(counted.returning(Contact.failures, Contact.silent_since)).one()
    failures, since = int(contact.failures), contact.silent_since
    if failures < LIMIT:
        return None
    wait = BACKOFF.after(failures - LIMIT)
    session.execute(update(Contact).where(Contact.shop_id == shop_id).values(wait_until=func.now() + wait))
    if failures == LIMIT:
        logger.warning("contact.silent", shop_id=shop_id)
        message = (
            f"Saleor has not answered the app since {since:%Y-%m-%d %H:%M} UTC. It is asked again every few "
            "minutes. Orders that Saleor sends are still taken in."
        )
        problems.raise_problem(session, shop_id, SILENT, message)
    return wait


def asked_to_wait(session: Session, shop_id: int, pause: timedelta) -> None:
    """Saleor asks for a pause: no task asks it before that is over."""
    until = func.now() + min(pause, BACKOFF.longest)
    row = insert(Contact).values(shop_id=shop_id, wait_until=until)
    session.execute(
        row.on_conflict_do_update(
            index_elements=[Contact.shop_id],
            set_={"wait_until": func.greatest(Contact.wait_until, row.excluded.wait_until)},
        )
    )


class _Counted(httpx.BaseTransport):
    """The guarded transport of one shop; while its circuit is open it sends nothing."""

    def __init__(self, transaction: db.Transaction, shop_id: int) -> None:
        self._transaction = transaction
        self._shop_id = shop_id
        self._inner = CheckedTransport()
        self._open_until = 0.0
        self._answers = False

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if time.monotonic() < self._open_until:
            raise SaleorUnreachable("Saleor did not answer several times in a row; it is asked again later.")
        try:
            response = self._inner.handle_request(request)
        except (httpx.RequestError, SaleorUnreachable):
            self._failed()
            raise
        if response.status_code >= httpx.codes.INTERNAL_SERVER_ERROR:
            self._failed()
        elif response.status_code == httpx.codes.TOO_MANY_REQUESTS:
            self._wait(response.headers.get("retry-after", ""))
        elif not self._answers:
            self._answers = True
            with self._transaction() as session:
                answered(session, self._shop_id)
        return response

    def close(self) -> None:
        self._inner.close()

    def _failed(self) -> None:
        self._answers = False
        with self._transaction() as session:
            wait = failed(session, self._shop_id) if session.get(Shop, self._shop_id) else None
        if wait is not None:
            self._open_until = time.monotonic() + wait.total_seconds()

    def _wait(self, retry_after: str) -> None:
        """Keep other tasks away as long as Saleor asks for; who meets this answer waits by itself."""
        self._answers = False
        if re.fullmatch("[0-9]{1,5}", retry_after):
            with self._transaction() as session:
                if session.get(Shop, self._shop_id):
                    asked_to_wait(session, self._shop_id, timedelta(seconds=int(retry_after)))
