"""What happened with a customer, newest first: kinds, keys and figures, which the panel words."""
# ruff: noqa: S608 - statements are put together from our own words

from collections.abc import Collection
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import Field
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from saleor_influence_app.errors import InputInvalid
from saleor_influence_app.models import Action, GrantState, OutboxState, PerkArm, Purpose
from saleor_influence_app.orders.ownership import ORDERS_OF
from saleor_influence_app.queries import cursors, shown_credits
from saleor_influence_app.queries.api_model import ApiModel
from saleor_influence_app.queries.money import Money, amount
from saleor_influence_app.queries.verdicts import Verdict
from saleor_influence_app.shops.suppression import objects

Kind = Literal["order", "credit", "perk", "contact", "run", "consent", "saleor"]
KINDS: tuple[Kind, ...] = ("order", "credit", "perk", "contact", "run", "consent", "saleor")
OF_OBJECTORS = ("consent", "saleor")
"""All that is told of who objects: nothing is made of their orders."""
MOVED_BY = 0.2
"""A run is told of that moved the value by this share or more, or changed the verdict."""


class Entry(ApiModel):
    """Something that happened."""

    id: str
    at: datetime


class OrderEntry(Entry):
    """They ordered."""

    kind: Literal["order"]
    order_id: str
    number: str
    status: str
    paid: Money
    code: str | None
    """The voucher code that they used."""


class CreditEntry(Entry):
    """They may have led somebody to an order (`received`), or somebody may have led them (`given`)."""

    kind: Literal["credit"]
    direction: Literal["received", "given"]
    order_id: str
    number: str
    other_id: str | None
    """The other one; null for a guest."""
    proven: bool
    """By the personal code."""
    days_between: float
    credit: Money


class PerkEntry(Entry):
    """A perk was drawn, given, used, or its use given back."""

    kind: Literal["perk"]
    event: Literal["drawn", "given", "used", "returned"]
    programme_id: int
    title: str
    arm: PerkArm
    state: GrantState
    by_hand: bool
    order_id: str | None
    cost: Money | None
    """What the perk took off the order."""


class ContactEntry(Entry):
    """Staff did something for them by hand, asked them for a profile, or they got a trial's letter."""

    kind: Literal["contact"]
    event: Literal["outreach", "asked_to_link", "letter"]
    title: str | None
    """Of the outreach programme."""
    answer: str | None
    network: str | None
    trial_id: int | None


class RunEntry(Entry):
    """A run changed the verdict, or the value by a fifth or more."""

    kind: Literal["run"]
    run_id: int
    value_before: Money
    value: Money
    verdict_before: Verdict
    verdict: Verdict


class ConsentEntry(Entry):
    """They agreed to something, or took it back."""

    kind: Literal["consent"]
    purpose: Purpose
    network: str | None
    action: Action
    proof: str


class SaleorEntry(Entry):
    """What their record in Saleor should say changed last."""

    kind: Literal["saleor"]
    state: OutboxState
    removal: bool
    run_id: int | None


AnyEntry = Annotated[
    OrderEntry | CreditEntry | PerkEntry | ContactEntry | RunEntry | ConsentEntry | SaleorEntry,
    Field(discriminator="kind"),
]


class Timeline(ApiModel):
    """Some of what happened, newest first, and where the next page begins."""

    entries: list[AnyEntry]
    next: str | None
    """The cursor of the next page; null on the last one."""
    withheld: list[Kind]
    """Kinds that who asks has not the permission to see."""


_CREDITED = f"""SELECT 'credit' AS kind, o.created_at AS at, {{id}} AS id, jsonb_build_object(
        'direction', '{{direction}}', 'order_id', o.order_id, 'number', o.number, 'other_id', {{other}},
        'proven', bool_or(v.proven), 'days_between', min(v.days_between),
        'credit', CAST(sum(v.credit) AS text), 'currency', min(v.currency)) AS facts
    FROM (SELECT * FROM visible WHERE {{side}} = :customer_id OFFSET 0) AS v
    JOIN orders o ON o.shop_id = :shop_id AND o.order_id = v.order_id
    WHERE {{other_id}} NOT IN {shown_credits.OBJECTORS}
    GROUP BY o.order_id, o.created_at, o.number, v.{{grouped}}, v.by_guest"""
_OF_KIND: dict[str, tuple[str, ...]] = {
    "order": (
        """SELECT 'order' AS kind, o.created_at AS at, 'order ' || o.order_id AS id, jsonb_build_object(
            'order_id', o.order_id, 'number', o.number, 'status', o.status, 'code', o.voucher_code,
            'paid', CAST(greatest(o.charged, 0) AS text), 'currency', o.currency) AS facts
        FROM theirs JOIN orders o ON o.shop_id = :shop_id AND o.order_id = theirs.order_id
        WHERE o.status NOT IN ('DRAFT', 'EXPIRED')""",
    ),
    "credit": (
        _CREDITED.format(
            id="'led ' || o.order_id || ' ' || v.customer_id",
            direction="received",
            other="CASE WHEN NOT v.by_guest THEN v.customer_id END",
            side="source_id",
            other_id="v.customer_id",
            grouped="customer_id",
        ),
        _CREDITED.format(
            id="'followed ' || o.order_id || ' ' || v.source_id",
            direction="given",
            other="v.source_id",
            side="customer_id",
            other_id="v.source_id",
            grouped="source_id",
        ),
    ),
    "perk": (
        *(
            f"""SELECT 'perk' AS kind, {at} AS at, '{event} ' || g.id AS id, jsonb_build_object(
                'event', '{event}', 'programme_id', p.id, 'title', p.title, 'arm', g.arm, 'state', g.state,
                'by_hand', g.by_hand, 'order_id', NULL, 'cost', NULL) AS facts
            FROM perk_grants g JOIN perk_programmes p ON p.id = g.programme_id
            WHERE g.shop_id = :shop_id AND g.customer_id = :customer_id AND {at} IS NOT NULL"""
            for event, at in (("drawn", "g.drawn_at"), ("given", "g.given_at"))
        ),
        """SELECT 'perk' AS kind, r.at, 'used ' || r.id AS id, jsonb_build_object(
            'event', CASE WHEN r.uses > 0 THEN 'used' ELSE 'returned' END, 'programme_id', p.id,
            'title', p.title, 'arm', g.arm, 'state', g.state, 'by_hand', g.by_hand, 'order_id', r.order_id,
            'cost', CAST(abs(r.cost) AS text), 'currency', r.currency) AS facts
        FROM perk_grants g JOIN perk_programmes p ON p.id = g.programme_id
        JOIN perk_redemptions r ON r.grant_id = g.id
        WHERE g.shop_id = :shop_id AND g.customer_id = :customer_id AND r.by_owner AND r.uses <> 0""",
    ),
    "contact": (
        """SELECT 'contact' AS kind, t.done_at AS at, 'outreach ' || t.id AS id, jsonb_build_object(
            'event', 'outreach', 'title', p.title, 'answer', t.answer, 'network', NULL, 'trial_id', NULL)
            AS facts
        FROM outreach_tasks t JOIN perk_programmes p ON p.id = t.programme_id
        WHERE t.shop_id = :shop_id AND t.customer_id = :customer_id AND t.done_at IS NOT NULL""",
        """SELECT 'contact' AS kind, i.made_at AS at, 'asked ' || i.id AS id, jsonb_build_object(
            'event', 'asked_to_link', 'title', NULL, 'answer', NULL, 'network', i.network, 'trial_id', NULL)
            AS facts
        FROM invitations i WHERE i.shop_id = :shop_id AND i.customer_id = :customer_id""",
        """SELECT 'contact' AS kind, g.drawn_at AS at, 'letter ' || g.trial_id AS id, jsonb_build_object(
            'event', 'letter', 'title', NULL, 'answer', NULL, 'network', NULL, 'trial_id', g.trial_id)
            AS facts
        FROM trial_guests g
        WHERE g.shop_id = :shop_id AND g.customer_id = :customer_id AND g.invited""",
    ),
    "run": (
        f"""SELECT 'run' AS kind, r.finished_at AS at, 'run ' || r.id AS id, jsonb_build_object(
            'run_id', r.id, 'value', CAST(m.value AS text), 'value_before', CAST(m.value_before AS text),
            'verdict', m.verdict, 'verdict_before', m.verdict_before, 'currency', m.currency) AS facts
        FROM (
            SELECT run_id, value, verdict, currency, lag(value) OVER rows AS value_before,
                lag(verdict) OVER rows AS verdict_before, lag(currency) OVER rows AS currency_before
            FROM (
                SELECT run_id, value, verdict, currency FROM scores
                WHERE shop_id = :shop_id AND customer_id = :customer_id
                UNION ALL SELECT run_id, value, verdict, currency FROM scores_past
                WHERE shop_id = :shop_id AND customer_id = :customer_id
            ) AS said WINDOW rows AS (ORDER BY run_id)
        ) AS m JOIN runs r ON r.id = m.run_id
        WHERE r.finished_at IS NOT NULL AND m.currency = m.currency_before AND (
            m.verdict <> m.verdict_before
            OR abs(m.value - m.value_before) >= greatest(1, {MOVED_BY} * m.value_before))""",
    ),
    "consent": (
        """SELECT 'consent' AS kind, c.at, 'consent ' || c.number AS id, jsonb_build_object(
            'purpose', c.purpose, 'network', c.network, 'action', c.action, 'proof', c.proof) AS facts
        FROM consent_subjects s JOIN consents c ON c.shop_id = s.shop_id
            AND c.customer_ref = consent_ref(s.salt, s.customer_id)
        WHERE s.shop_id = :shop_id AND s.customer_id = :customer_id""",
    ),
    "saleor": (
        """SELECT 'saleor' AS kind, b.changed_at AS at, 'saleor' AS id, jsonb_build_object(
            'state', b.state, 'removal', b.wanted IS NULL, 'run_id', b.run_id) AS facts
        FROM outbox b WHERE b.shop_id = :shop_id AND b.customer_id = :customer_id""",
    ),
}
_MONEY = ("paid", "credit", "cost", "value", "value_before")
_BEHIND = 'WHERE (at, id COLLATE "C") < (CAST(:at AS timestamptz), CAST(:id AS text))'
_NEWEST = 'ORDER BY at DESC, id COLLATE "C" DESC LIMIT :most'


def timeline(  # noqa: PLR0913 - each is one part of the question
    session: Session,
    shop_id: int,
    customer_id: str,
    *,
    kind: Kind | None,
    withheld: Collection[Kind],
    after: str | None,
    limit: int,
) -> Timeline:
    """What happened with this customer, of one kind or of all but those `withheld`? Newest first."""
    of = f"timeline of {customer_id}, {kind or 'all'}"
    place = None if after is None else _place(cursors.key_of(shop_id, of, after))
    told = KINDS if not session.scalar(select(objects(shop_id, customer_id))) else OF_OBJECTORS
    wanted = [one for one in told if one not in withheld and kind in {None, one}]
    found = _events(session, shop_id, customer_id, kinds=wanted, place=place, most=limit + 1)
    shown = found[:limit]
    is_last = len(found) <= limit
    return Timeline(
        entries=[_entry(one) for one in shown],
        next=None if is_last else cursors.after(shop_id, of, (shown[-1].at.isoformat(), shown[-1].id)),
        withheld=sorted(withheld),
    )


def _events(  # noqa: PLR0913 - each is one part of the question
    session: Session,
    shop_id: int,
    customer_id: str,
    *,
    kinds: Collection[str],
    place: dict[str, str] | None,
    most: int,
) -> list[Any]:
    if not kinds:
        return []
    behind = "" if place is None else _BEHIND
    parts = [
        f"(SELECT * FROM ({one}) AS events {behind} {_NEWEST})" for kind in kinds for one in _OF_KIND[kind]
    ]
    statement = f"""WITH {shown_credits.VISIBLE}, theirs AS NOT MATERIALIZED ({ORDERS_OF})
        SELECT * FROM ({" UNION ALL ".join(parts)}) AS every {_NEWEST}"""
    given = shown_credits.parameters(shop_id) | (place or {})
    return list(session.execute(text(statement), given | {"customer_id": customer_id, "most": most}))


def _place(key: cursors.Key) -> dict[str, str]:
    at, event_id = (str(one) for one in key)
    try:
        datetime.fromisoformat(at)
    except ValueError as error:
        raise InputInvalid("after is no cursor: give `next` of the page before, as it is.") from error
    return {"at": at, "id": event_id}


def _entry(found: Any) -> AnyEntry:
    facts = dict(found.facts)
    currency = facts.pop("currency", None)
    money = {
        name: None if facts[name] is None else amount(Decimal(facts[name]), currency)
        for name in _MONEY
        if name in facts
    }
    made: AnyEntry = _SHAPES[found.kind](kind=found.kind, id=found.id, at=found.at, **facts | money)
    return made


_SHAPES: dict[str, Any] = {
    "order": OrderEntry,
    "credit": CreditEntry,
    "perk": PerkEntry,
    "contact": ContactEntry,
    "run": RunEntry,
    "consent": ConsentEntry,
    "saleor": SaleorEntry,
}
