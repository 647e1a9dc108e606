"""Staff invite a customer to link; they cannot do it for her, and what they type is a suggestion to her."""

import csv
import hmac
import io
from base64 import urlsafe_b64encode
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from saleor_influence_app import settings
from saleor_influence_app.errors import InputInvalid, RowMissing
from saleor_influence_app.models import Invitation, Shop
from saleor_influence_app.pipeline import shops, ties
from saleor_influence_app.pipeline.privacy import choices
from saleor_influence_app.social import handles
from saleor_influence_app.social.answers import code_of
from saleor_influence_app.social.handles import Handle

LIFETIME = timedelta(days=30)
MOST_ROWS = 5_000
MOST_TOLD = 100
COLUMNS = ("customer", "network", "handle")


class Invited(BaseModel):
    """An invitation as staff see it: the address is for them to send."""

    model_config = ConfigDict(frozen=True)

    customer_id: str
    network: str
    handle: str | None
    url: str
    expires_at: datetime


class Refused(BaseModel):
    """A row that could not be used, counted from 1 without the header."""

    model_config = ConfigDict(frozen=True)

    row: int
    reason: str


class InvitationImport(BaseModel):
    """What became of the rows; of those refused at most a hundred are named."""

    model_config = ConfigDict(frozen=True)

    invited: list[Invited]
    refused: int
    reasons: list[Refused]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What she may link, as staff think."""

    network: str
    handle: str | None


@dataclass(frozen=True, slots=True)
class By:
    """Who invites, and where the shopper's page is."""

    user_id: str
    page_url: str


def invite(session: Session, shop_id: int, customer_id: str, *, wanted: Suggestion, by: By) -> Invited:
    """The customer is invited; inviting again makes a new address, and the former one worthless."""
    choices.demand(session, shop_id, wanted.network)
    if customer_id not in ties.known_among(session, shop_id, [customer_id]):
        raise RowMissing("There is no such customer in this shop.")
    return _store(session, shop_id, customer_id, wanted=_parsed(wanted), by=by)


def invite_csv(session: Session, shop_id: int, text: str, *, by: By) -> InvitationImport:
    """The customers in the file are invited, and nothing is linked; raises InputInvalid for no header."""
    chosen = choices.demand(session, shop_id)
    rows = _rows(text)
    known = ties.known_among(session, shop_id, sorted({row["customer"] for row in rows if row["customer"]}))
    invited, refused = [], []
    for number, row in enumerate(rows, 1):
        wanted = _usable(row, known=known, networks=chosen.networks)
        if isinstance(wanted, str):
            refused.append(Refused(row=number, reason=wanted))
        else:
            invited.append(_store(session, shop_id, known[row["customer"]], wanted=wanted, by=by))
    return InvitationImport(invited=invited, refused=len(refused), reasons=refused[:MOST_TOLD])


def find(session: Session, shop_id: int, token: str) -> Invitation | None:
    """Return the invitation behind a token, if it is ours and in time; who opened it is for her session."""
    number, _, signature = token.partition(".")
    if not number.isascii() or not number.isdecimal() or len(number) > 18:  # noqa: PLR2004 - a bigint
        return None
    row = session.scalars(
        select(Invitation).where(Invitation.shop_id == shop_id, Invitation.id == int(number))
    ).first()
    if row is None or row.expires_at <= datetime.now(UTC):
        return None
    return row if hmac.compare_digest(signature.encode(), _signature(session, row).encode()) else None


def _usable(
    row: Mapping[str, str], *, known: Mapping[str, str], networks: Container[str]
) -> Suggestion | str:
    """Return what a row suggests, or why it cannot be used."""
    if row["network"] not in networks:
        return "network: not switched on in this shop"
    if row["customer"] not in known:
        return "customer: no such customer in this shop"
    try:
        return _parsed(Suggestion(row["network"], row["handle"] or None))
    except InputInvalid as error:
        return f"handle: {error.message}"


def _store(session: Session, shop_id: int, customer_id: str, *, wanted: Suggestion, by: By) -> Invited:
    now = datetime.now(UTC)
    values = {"handle": wanted.handle, "made_by": by.user_id, "made_at": now, "expires_at": now + LIFETIME}
    statement = insert(Invitation).values(
        shop_id=shop_id, customer_id=customer_id, network=wanted.network, **values
    )
    same = [Invitation.shop_id, Invitation.customer_id, Invitation.network]
    row = session.scalars(
        statement.on_conflict_do_update(index_elements=same, set_=values).returning(Invitation),
        execution_options={"populate_existing": True},
    ).one()
    token = f"{row.id}.{_signature(session, row)}"
    shop = session.get_one(Shop, shop_id)
    query = urlencode({"saleorApiUrl": shop.api_url, "invitation": token})
    return Invited(
        customer_id=customer_id,
        network=wanted.network,
        handle=wanted.handle,
        url=f"{by.page_url}?{query}",
        expires_at=row.expires_at,
    )


def _signature(session: Session, row: Invitation) -> str:
    key = shops.derived_key(session, row.shop_id, "invitations")
    message = f"{row.id}\0{row.customer_id}\0{row.network}\0{row.expires_at.astimezone(UTC).isoformat()}"
    return urlsafe_b64encode(hmac.digest(key, message.encode(), "sha256")).rstrip(b"=").decode()


def _parsed(wanted: Suggestion) -> Suggestion:
    """Return it with the handle in its one spelling."""
    if wanted.handle is None:
        return wanted
    allow = settings.get().allow_private_networks
    found = handles.parse(wanted.network, wanted.handle, allow_private=allow)
    if not isinstance(found, Handle):
        raise InputInvalid(found.sentence, reason=code_of(found))
    return Suggestion(wanted.network, found.shown)


def _rows(text: str) -> Sequence[dict[str, str]]:
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), strict=True)
    try:
        names = [name.strip().lower() for name in reader.fieldnames or ()]
        if sorted(names) != sorted(COLUMNS):
            raise InputInvalid(f"The first line must name each column once: {', '.join(COLUMNS)}.")
        reader.fieldnames = names
        rows = [{name: str(row.get(name) or "").strip() for name in COLUMNS} for row in reader]
    except csv.Error as error:
        raise InputInvalid(f"The CSV cannot be read: {error}.") from error
    if len(rows) > MOST_ROWS:
        raise InputInvalid(f"A file holds at most {MOST_ROWS:,} rows; divide it.")
    if any("\0" in cell for row in rows for cell in row.values()):
        raise InputInvalid("The CSV holds a character that no text has.")
    return rows
