"""Why a friend's order brings its sender no reward, as far as the order and its people say."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from saleor_influence_app.models import GrantState, PerkProgramme, Refusal, RewardState

WORDS = {
    Refusal.NOT_THEIRS: "The sender used their own code: the same account or the same mailbox.",
    Refusal.RING: "The two use each other's codes.",
    Refusal.HOUSEHOLD: "The order went to a delivery address, or was paid with a card, of the sender or of "
    "a friend who was rewarded before.",
    Refusal.NOT_NEW: "The friend had ordered here before.",
    Refusal.RETURNED: "The order was cancelled, returned or refunded.",
    Refusal.LEAK_PAUSED: "The code was used by more strangers than its owner's circle explains.",
    Refusal.CAP: "The sender has had as many rewards as the programme allows.",
    Refusal.BUDGET: "The budget of the programme is used up.",
    Refusal.SET_OFF: "An earlier reward was for an order that was refunded since: this one is set off.",
    Refusal.EXPIRED: "The sender no longer has the perk.",
}
_NO_ORDER = ("CANCELED", "DRAFT", "EXPIRED")
"""States of an order that does not make somebody a customer."""
_FEWER = (*_NO_ORDER, "RETURNED", "PARTIALLY_RETURNED")
"""States of an order that brings no reward."""

# An order stands while it is neither cancelled nor returned, and no money of it was given back.
STANDS = """
    o.order_id IS NOT NULL AND o.charged > 0 AND o.status <> ALL (:fewer)
    AND NOT EXISTS (SELECT FROM perk_redemptions p
        WHERE p.grant_id = r.grant_id AND p.order_id = r.order_id AND p.paid < 0)
"""
# A mailbox is the address without its variants, as `shops.mailbox_hash` says. Of a sender's orders those
# count that are bound to their account, and those made as a guest with its address.
_FACTS = text(f"""
WITH waiting AS (
    SELECT r.id, r.grant_id, r.due_at, g.state, g.customer_id AS sender, o.order_id, o.created_at,
        o.address_hash, o.payment_hash, o.email_hash, coalesce(o.mailbox_hash, o.email_hash) AS mailbox,
        coalesce(o.customer_id, (SELECT a.customer_id FROM customers a WHERE a.shop_id = r.shop_id
            AND a.email_hash = o.email_hash ORDER BY a.updated_at DESC LIMIT 1)) AS buyer,
        ({STANDS}) AS stands,
        EXISTS (SELECT FROM code_leaks l WHERE l.shop_id = r.shop_id AND l.code = g.code
            AND l.since <= o.created_at AND (l.until IS NULL OR o.created_at < l.until)) AS leaks
    FROM perk_rewards r JOIN perk_grants g ON g.id = r.grant_id
    LEFT JOIN orders o ON o.shop_id = r.shop_id AND o.order_id = r.order_id
    WHERE r.programme_id = :programme_id AND r.state = '{RewardState.WAITING}'
), senders AS (
    SELECT c.customer_id, c.email_hash, coalesce(c.mailbox_hash, c.email_hash) AS mailbox
    FROM customers c WHERE c.shop_id = :shop_id AND c.customer_id IN (SELECT sender FROM waiting)
), marks AS (
    SELECT customer_id AS sender, mailbox, NULL::bytea AS address_hash, NULL::bytea AS payment_hash
    FROM senders
    UNION SELECT s.customer_id, coalesce(h.mailbox_hash, h.email_hash), h.address_hash, h.payment_hash
    FROM senders s JOIN orders h ON h.shop_id = :shop_id AND h.customer_id = s.customer_id
    UNION SELECT s.customer_id, s.mailbox, h.address_hash, h.payment_hash
    FROM senders s JOIN orders h ON h.shop_id = :shop_id AND h.customer_id IS NULL
        AND h.email_hash = s.email_hash
)
SELECT w.id, w.grant_id, w.due_at, w.stands, w.leaks, w.address_hash, w.payment_hash,
    w.sender IS NULL OR w.state <> '{GrantState.GIVEN}' AS gone,
    w.buyer = w.sender OR EXISTS (SELECT FROM marks m
        WHERE m.sender = w.sender AND m.mailbox = w.mailbox) AS own,
    EXISTS (SELECT FROM marks m WHERE m.sender = w.sender
        AND (m.address_hash = w.address_hash OR m.payment_hash = w.payment_hash)) AS household,
    EXISTS (SELECT FROM orders x WHERE x.shop_id = :shop_id AND x.customer_id = w.sender
        AND x.voucher_code IN (
            SELECT code FROM personal_codes c WHERE c.shop_id = :shop_id AND c.customer_id = w.buyer
            UNION SELECT code FROM perk_grants c WHERE c.shop_id = :shop_id AND c.customer_id = w.buyer)
    ) AS ring,
    EXISTS (SELECT FROM orders e WHERE e.shop_id = :shop_id
        AND (e.customer_id = w.buyer OR e.email_hash = w.mailbox OR e.mailbox_hash = w.mailbox)
        AND (e.created_at, e.order_id) < (w.created_at, w.order_id) AND e.status <> ALL (:no_order)
    ) AS known
FROM waiting w ORDER BY w.due_at, w.id
""")  # noqa: S608 - states of our own tables alone are put into it


@dataclass(frozen=True)
class Judged:
    """A reward that waits, and what speaks against it now."""

    id: int
    grant_id: int
    due_at: datetime
    refusal: Refusal | None
    leaks: bool
    """Whether its code leaked when the order was made, which decides once it is due."""
    household: frozenset[bytes]
    """Keyed hashes of the order's delivery address and card."""


def judge(session: Session, programme: PerkProgramme) -> Iterator[Judged]:
    """Give the rewards of the programme that wait, those that are due first in front."""
    given = {"programme_id": programme.id, "shop_id": programme.shop_id}
    rows = session.execute(_FACTS, given | {"fewer": list(_FEWER), "no_order": list(_NO_ORDER)})
    for row in rows.all():
        against = (
            (row.gone, Refusal.EXPIRED),
            (not row.stands, Refusal.RETURNED),
            (row.own, Refusal.NOT_THEIRS),
            (row.ring, Refusal.RING),
            (row.household, Refusal.HOUSEHOLD),
            (row.known, Refusal.NOT_NEW),
        )
        refusal = next((reason for speaks, reason in against if speaks), None)
        household = frozenset(one for one in (row.address_hash, row.payment_hash) if one is not None)
        yield Judged(row.id, row.grant_id, row.due_at, refusal, leaks=row.leaks, household=household)


def no_longer_standing(session: Session, programme: PerkProgramme) -> list[int]:
    """Return the rewards that were decided on for orders which were given back since."""
    rows = text(f"""
        SELECT r.id FROM perk_rewards r
        LEFT JOIN orders o ON o.shop_id = r.shop_id AND o.order_id = r.order_id
        WHERE r.programme_id = :programme_id AND r.returned_at IS NULL
            AND r.state IN ('{RewardState.STAGED}', '{RewardState.GIVEN}')
            AND o.order_id IS NOT NULL AND NOT ({STANDS})
    """)  # noqa: S608 - the same
    return list(session.scalars(rows, {"programme_id": programme.id, "fewer": list(_FEWER)}))
