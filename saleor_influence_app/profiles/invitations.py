"""Invitations to link: staff suggest a profile, and only the customer can link it."""

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Container
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from saleor_influence_app import settings, spreadsheets
from saleor_influence_app.consent import privacy_settings
from saleor_influence_app.errors import InputInvalid, RowMissing
from saleor_influence_app.fields import Person
from saleor_influence_app.models import Invitation, Shop
from saleor_influence_app.shops import shops
from saleor_influence_app.social import handles
from saleor_influence_app.social.failures import code_of
from saleor_influence_app.social.handles import Handle
from saleor_influence_app.spreadsheets import Refused, Row
from saleor_influence_app.targeting import ties

LIFETIME = timedelta(days=30)
MOST_ROWS = 5_000
COLUMNS = spreadsheets.Columns(("customer", "network"), ("handle",))
_PERSON = TypeAdapter(Person)


class Invited(BaseModel):
    """An invitation, with the address for staff to send."""

    model_config = ConfigDict(frozen=True)

    customer_id: str
    network: str
    handle: str | None
    url: str
    expires_at: datetime


class InvitationImport(BaseModel):
    """What became of the rows; at most a hundred refused ones are listed."""

    model_config = ConfigDict(frozen=True)

    invited: list[Invited]
    refused: int
    reasons: list[Refused]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """The profile that staff suggest."""

    network: str
    handle: str | None


@dataclass(frozen=True, slots=True)
class Inviter:
    """Who invites, and where the shopper's page is."""

    user_id: str
    page_url: str


def invite(session: Session, shop_id: int, customer_id: str, *, wanted: Suggestion, by: Inviter) -> Invited:
    """Invite the customer; a new invitation replaces the former one, whose address no longer works."""
    privacy_settings.demand(session, shop_id, wanted.network)
    if customer_id not in ties.known_among(session, shop_id, [customer_id]):
        raise RowMissing("There is no such customer in this shop.")
    return _store(session, shop_id, customer_id, wanted=_parsed(wanted), by=by)


def invite_csv(session: Session, shop_id: int, given: bytes | str, *, by: Inviter) -> InvitationImport:
    """Invite the customers in a CSV file; raises InputInvalid if it has no header."""
    chosen = privacy_settings.demand(session, shop_id)
    rows = spreadsheets.read(given, COLUMNS, most=MOST_ROWS).rows
    names = {row.number: name for row in rows if (name := _customer(row)) is not None}
    by_name = ties.known_among(session, shop_id, sorted(set(names.values())))
    known = {number: by_name[name] for number, name in names.items() if name in by_name}
    invited, refused = [], []
    for row in rows:
        wanted = _usable(row, known=known, networks=chosen.networks)
        if isinstance(wanted, Refused):
            refused.append(wanted)
        else:
            invited.append(_store(session, shop_id, known[row.number], wanted=wanted, by=by))
    return InvitationImport(invited=invited, refused=len(refused), reasons=spreadsheets.shown(refused))


def find(session: Session, shop_id: int, token: str) -> Invitation | None:
    """Return the invitation of a token, if valid; the caller checks whose session it is."""
    number, _, signature = token.partition(".")
    if not number.isascii() or not number.isdecimal() or len(number) > 18:  # noqa: PLR2004 - a bigint
        return None
    row = session.scalars(
        select(Invitation).where(Invitation.shop_id == shop_id, Invitation.id == int(number))
    ).first()
    if row is None or row.expires_at <= datetime.now(UTC):
        return None
    return row if hmac.compare_digest(signature.encode(), _signature(session, row).encode()) else None


def _customer(row: Row) -> str | None:
    """Return the customer that a row names; None if it names nobody."""
    try:
        return _PERSON.validate_python(row.cells.get("customer"))
    except ValidationError:
        return None


def _usable(row: Row, *, known: Container[int], networks: Container[str]) -> Suggestion | Refused:
    """Return what a row suggests, or why it cannot be used."""
    if row.refused is not None:
        return row.refused
    column, network = "handle", row.cells.get("network", "").lower()
    if network not in networks:
        column, reason = "network", "not switched on in this shop"
    elif row.number not in known:
        column, reason = "customer", "no such customer in this shop"
    else:
        try:
            return _parsed(Suggestion(network, row.cells.get("handle")))
        except InputInvalid as error:
            reason = error.message
    return Refused(row=row.number, line=row.line, column=column, reason=f"{column}: {reason}")


def _store(session: Session, shop_id: int, customer_id: str, *, wanted: Suggestion, by: Inviter) -> Invited:
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
    """Return the suggestion with its handle normalised."""
    if wanted.handle is None:
        return wanted
    allow = settings.get().allow_private_networks
    found = handles.parse(wanted.network, wanted.handle, allow_private=allow)
    if not isinstance(found, Handle):
        raise InputInvalid(found.sentence, reason=code_of(found))
    return Suggestion(wanted.network, found.shown)
