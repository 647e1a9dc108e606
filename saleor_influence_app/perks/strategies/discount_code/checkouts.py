"""Codes that the app alone applies: put into their owner's checkouts, taken off everybody else's.

Saleor tells of every checkout that was made or changed, but not of changes by the app itself (they are
dropped when they come in), so that nothing goes round in circles. What is to be done is a write of its own
for each checkout; whether a basket meets the terms Saleor says.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from saleor_influence_app import log
from saleor_influence_app.fields import Json
from saleor_influence_app.models import GrantState, PerkGrant, PerkProgramme, PerkRedemption, ProgrammeState
from saleor_influence_app.perks.strategies.discount_code.terms import CodeTerms
from saleor_influence_app.saleor.client import SaleorClient, refusals_in
from saleor_influence_app.saleor.mutations import raise_for
from saleor_influence_app.writeback import saleor_writes
from saleor_influence_app.writeback.saleor_writes import Write
from webhooks.envelopes import CheckoutChange

logger = log.get(__name__)

CHECKOUT = "checkout_code"
MOST_TRIED = 3
"""Codes of one customer that a checkout is tried with: each is a request."""
USELESS = frozenset({"VOUCHER_NOT_APPLICABLE", "INVALID", "NOT_FOUND"})
"""Saleor's codes for a basket that does not meet the terms, a code that was used, a checkout that is over."""


def look_at(session: Session, shop_id: int, change: CheckoutChange) -> bool:
    """Stage what is to be done about the checkout; returns whether anything is."""
    if change.voucher_code is not None:
        payload = _to_take_off(session, shop_id, change)
    else:
        payload = _to_put(session, shop_id, change)
    if payload is None:
        return False
    payload |= {"since": change.issued_at.isoformat()}
    writes = {change.checkout_id: payload}
    saleor_writes.stage(session, shop_id, kind=CHECKOUT, writes=writes, is_urgent=True)
    return True


def _to_take_off(session: Session, shop_id: int, change: CheckoutChange) -> Json | None:
    row = session.execute(
        select(PerkGrant.id, PerkGrant.customer_id).where(
            PerkGrant.shop_id == shop_id, PerkGrant.app_code == change.voucher_code
        )
    ).first()
    is_theirs = row is not None and row.customer_id is not None and row.customer_id == change.customer_id
    return None if row is None or is_theirs else {"take_off": row.id}


def _to_put(session: Session, shop_id: int, change: CheckoutChange) -> Json | None:
    if change.customer_id is None:
        return None
    grants = [
        grant_id
        for grant_id, terms in _usable(session, shop_id, change.customer_id)
        if any(one.slug == change.channel for one in CodeTerms.model_validate(terms).channels)
    ]
    return {"put": grants[:MOST_TRIED]} if grants else None


def _usable(session: Session, shop_id: int, customer_id: str) -> Sequence[Any]:
    """Return (grant, terms) of what the app may put into a checkout of the customer, the oldest first."""
    used = select(func.coalesce(func.sum(PerkRedemption.uses), 0)).where(
        PerkRedemption.grant_id == PerkGrant.id, PerkRedemption.by_owner
    )
    return session.execute(
        select(PerkGrant.id, PerkProgramme.terms)
        .join(PerkProgramme, PerkProgramme.id == PerkGrant.programme_id)
        .where(
            PerkGrant.shop_id == shop_id,
            PerkGrant.customer_id == customer_id,
            PerkGrant.app_code.is_not(None),
            PerkGrant.state == GrantState.GIVEN,
            PerkProgramme.state == ProgrammeState.RUNNING,
            PerkProgramme.starts_at <= func.now(),
            PerkProgramme.ends_at > func.now(),
            used.scalar_subquery() < PerkProgramme.uses_each,
        )
        .order_by(PerkGrant.id)
    ).all()


class CheckoutWriter:
    """A checkout has its owner's code, or has lost somebody else's."""

    def prepare(self, session: Session, write: Write) -> Json | None:
        """Return the checkout, the codes and whose they are, as far as the customers have them still."""
        ids = write.payload.get("put") or [write.payload["take_off"]]
        rows = session.execute(
            select(PerkGrant.app_code, PerkGrant.customer_id, PerkGrant.state)
            .where(PerkGrant.id.in_(ids), PerkGrant.app_code.is_not(None))
            .order_by(PerkGrant.id)
        ).all()
        if "take_off" in write.payload:
            return {"id": write.key, "off": rows[0].app_code, "owner": rows[0].customer_id} if rows else None
        given = [row for row in rows if row.state == GrantState.GIVEN and row.customer_id is not None]
        codes = [row.app_code for row in given]
        return {"id": write.key, "codes": codes, "owner": given[0].customer_id} if given else None

    def send(self, client: SaleorClient, write: Write, wanted: Json) -> Json:  # noqa: ARG002 - as every writer
        """Take the code off, or put the first one in that the basket meets the terms of."""
        if "off" not in wanted:
            return {"done": _put(client, wanted)}
        answer = client.execute("perk_checkout_remove_code", {"id": wanted["id"], "code": wanted["off"]})
        _refuse(answer, "checkoutRemovePromoCode")
        checkout = answer["checkoutRemovePromoCode"].get("checkout")
        if _owner(checkout) is not None and _owner(checkout) == wanted["owner"]:  # it is theirs by now
            _put(client, wanted | {"codes": [wanted["off"]]})
            return {"done": False}
        return {"done": checkout is not None}

    def settle(self, session: Session, write: Write, result: Json) -> None:  # noqa: ARG002 - as every writer
        """Say how long it took: so long somebody else could have ordered with the code."""
        if result["done"]:
            seconds = (datetime.now(UTC) - datetime.fromisoformat(write.payload["since"])).total_seconds()
            event = "perk.code_taken_off" if "take_off" in write.payload else "perk.code_applied"
            logger.info(event, shop_id=write.shop_id, seconds=round(seconds, 3))

    def refuse(self, session: Session, write: Write, reason: str) -> None:
        """The write stays, with its reason."""


def _put(client: SaleorClient, wanted: Json) -> bool:
    """Put the first code in that is of use, if the checkout is its owner's and has no other."""
    checkout = client.execute("perk_checkout", {"id": wanted["id"]}).get("checkout")
    if checkout is None or checkout["voucherCode"] is not None or _owner(checkout) != wanted["owner"]:
        return False
    for code in wanted["codes"]:
        answer = client.execute("perk_checkout_add_code", {"id": wanted["id"], "code": code})
        if not _refuse(answer, "checkoutAddPromoCode"):
            return True
    return False


def _refuse(answer: Json, mutation: str) -> bool:
    """Say whether it is of no use; raises SaleorRefused for any other refusal."""
    codes = {error.get("code") for error in refusals_in(answer, mutation)}
    if not codes <= USELESS:
        raise_for(answer, mutation)
    return bool(codes)


def _owner(checkout: Any) -> str | None:
    user = checkout.get("user") if isinstance(checkout, dict) else None
    return str(user["id"]) if isinstance(user, dict) and user.get("id") else None
