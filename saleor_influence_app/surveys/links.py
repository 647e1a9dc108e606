"""One-time tokens of orders: staged with the order, made while it is sent to Saleor, used once.

A token stands in the order's public metadata, which whoever knows the order's id can read; here is a hash.
"""

import hashlib
import secrets
from collections import defaultdict
from collections.abc import Collection
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session
from sqlalchemy.sql.expression import ColumnElement

from saleor_influence_app.errors import TokenInvalid
from saleor_influence_app.fields import Json
from saleor_influence_app.models import SaleorWrite, Shop, SurveyLink, WriteState
from saleor_influence_app.saleor.client import SaleorClient
from saleor_influence_app.saleor.mutations import raise_for
from saleor_influence_app.writeback import saleor_writes
from saleor_influence_app.writeback.saleor_writes import Write, Writers

KIND = "survey_link"
METADATA_KEY = "influence.survey"
"""Of the order; the thank-you page and storefronts read it."""
LASTS = timedelta(days=30)
JUST_NOW = timedelta(hours=2)
"""Who ordered before that has left their thank-you page."""
A_DAY = timedelta(days=1)
TOKEN_BYTES = 24
LONGEST = 100
"""Characters; a token has 32."""


def stage(
    session: Session, shop_id: int, created: dict[str, datetime], *, now: datetime | None = None
) -> None:
    """Ask about those of the orders (by id, when each was made) that are new, where the survey is on."""
    moment = now or datetime.now(UTC)
    new = [order_id for order_id, at in created.items() if moment - JUST_NOW < at]
    if not new or not session.scalar(select(Shop.survey).where(Shop.id == shop_id)):
        return
    rows = [{"shop_id": shop_id, "order_id": one, "expires_at": moment + LASTS} for one in sorted(new)]
    statement = insert(SurveyLink).values(rows).on_conflict_do_nothing().returning(SurveyLink.order_id)
    _write(session, shop_id, session.scalars(statement).all())


def order_of(session: Session, shop_id: int, token: str, *, now: datetime | None = None) -> str:
    """Return the id of the order that the token is for; raises TokenInvalid for one that does not count."""
    row = session.execute(
        select(SurveyLink.order_id, SurveyLink.expires_at, SurveyLink.used_at).where(
            SurveyLink.shop_id == shop_id, SurveyLink.token_hash == _hashed(token[:LONGEST])
        )
    ).one_or_none()
    if row is None or row.used_at is not None or row.expires_at <= (now or datetime.now(UTC)):
        raise TokenInvalid("This link is not valid any more: each order is asked about once, for 30 days.")
    return str(row.order_id)


def use(session: Session, shop_id: int, order_id: str, *, now: datetime) -> None:
    """The order's token counts no more, and goes from Saleor."""
    used = (
        update(SurveyLink)
        .where(SurveyLink.shop_id == shop_id, SurveyLink.order_id == order_id, SurveyLink.used_at.is_(None))
        .values(used_at=now)
        .returning(SurveyLink.order_id)
    )
    _write(session, shop_id, session.scalars(used).all())


def end_expired(session: Session, *, now: datetime | None = None) -> None:
    """Tokens that have run out go from Saleor, and a day later their rows."""
    moment = now or datetime.now(UTC)
    session.execute(
        delete(SurveyLink).where(SurveyLink.expires_at < moment, SurveyLink.used_at < moment - A_DAY)
    )
    _close(session, SurveyLink.expires_at < moment, now=moment)


def end(session: Session, shop_id: int) -> None:
    """Nobody is asked any more, and every token that is in Saleor goes from there."""
    session.execute(update(Shop).where(Shop.id == shop_id).values(survey=False))
    _close(session, SurveyLink.shop_id == shop_id, now=datetime.now(UTC))


def waiting(session: Session, shop_id: int) -> int:
    """Return for how many orders a token has yet to be written or taken out."""
    mine = SaleorWrite.shop_id == shop_id, SaleorWrite.kind == KIND, SaleorWrite.state != WriteState.REFUSED
    return session.scalar(select(func.count()).select_from(SaleorWrite).where(*mine)) or 0


def _close(session: Session, which: ColumnElement[bool], *, now: datetime) -> None:
    closed = (
        update(SurveyLink)
        .where(which, SurveyLink.used_at.is_(None))
        .values(used_at=now)
        .returning(SurveyLink.shop_id, SurveyLink.order_id)
    )
    by_shop: dict[int, list[str]] = defaultdict(list)
    for shop_id, order_id in session.execute(closed):
        by_shop[shop_id].append(order_id)
    for shop_id, order_ids in sorted(by_shop.items()):
        _write(session, shop_id, order_ids)


def _write(session: Session, shop_id: int, order_ids: Collection[str]) -> None:
    writes = {one: {"order_id": one} for one in order_ids}
    saleor_writes.stage(session, shop_id, kind=KIND, writes=writes, is_urgent=True)


def _hashed(token: str) -> bytes:
    return hashlib.sha256(token.encode(errors="replace")).digest()


class LinkWriter:
    """An order's metadata has a token while its question is open, and none afterwards."""

    def prepare(self, session: Session, write: Write) -> Json | None:
        """Return a new token, of which the hash is stored; each attempt makes its own, the newest counts."""
        link = session.get(SurveyLink, (write.shop_id, write.payload["order_id"]), with_for_update=True)
        if link is None:
            return None
        wanted: Json = {"id": link.order_id}
        if link.used_at is not None:
            return wanted | {"keys": [METADATA_KEY]}
        if not session.get_one(Shop, write.shop_id).survey:
            return None
        token = secrets.token_urlsafe(TOKEN_BYTES)
        link.token_hash = _hashed(token)
        return wanted | {"input": [{"key": METADATA_KEY, "value": token}]}

    def send(self, client: SaleorClient, write: Write, wanted: Json) -> Json:  # noqa: ARG002 - as every writer
        """Write the token, or delete it; an order that Saleor no longer has needs none."""
        if "keys" in wanted:
            raise_for(client.execute("delete_metadata", wanted), "deleteMetadata", but="NOT_FOUND")
        else:
            raise_for(client.execute("update_metadata", wanted), "updateMetadata", but="NOT_FOUND")
        return {}

    def settle(self, session: Session, write: Write, result: Json) -> None:
        """Nothing is to be stored."""

    def refuse(self, session: Session, write: Write, reason: str) -> None:
        """The write stays, with its reason."""


WRITERS: Writers = {KIND: LinkWriter()}
