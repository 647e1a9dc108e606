"""Programmes of perks for tests: a plan with everything it needs, and a shop whose segment has members."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from saleor_influence_app import db
from saleor_influence_app.models import PerkGrant, PerkProgramme
from saleor_influence_app.perks import programmes, schedule
from saleor_influence_app.perks.programmes import ProgrammeWanted
from saleor_influence_app.targeting import definitions
from tests.support.shop_rows import put_customers, put_membership, put_run

APP = "https://influence.example"
"""The address of the app, for links."""
SEGMENT = "loyal"
CODE_TERMS: dict[str, Any] = {
    "discount": "percentage",
    "channels": [{"slug": "default-channel", "currency": "EUR", "value": "10"}],
}
REFERRAL_TERMS: dict[str, Any] = CODE_TERMS | {"reward": "15", "return_days": 14, "prefix": "FRIEND"}
CARD_TERMS = {"amount": "20", "currency": "EUR"}
SHIPPING_TERMS: dict[str, Any] = {
    "name": "Priority",
    "channels": [
        {"slug": "default-channel", "currency": "EUR", "price": "1.5"},
        {"slug": "second", "currency": "EUR"},
    ],
    "cost": "8",
    "min_days": 1,
    "max_days": 2,
}
BETA_TERMS: dict[str, Any] = {
    "products": ["UHJvZHVjdDox"],
    "channel": "default-channel",
    "link": "https://shop.example/products/new",
    "seats": 10,
    "answer_days": 7,
    "questions": [
        {"kind": "rating", "text": "How do you like it?"},
        {"kind": "choice", "text": "Which colour?", "options": ["Blue", "Red"]},
        {"kind": "text", "text": "What is missing?"},
    ],
}


def plan(**given: Any) -> ProgrammeWanted:
    """Ten per cent for the loyal, from yesterday on for a month, of whom three in ten are held out."""
    now = datetime.now(UTC)
    values: dict[str, Any] = {
        "kind": "discount_code",
        "title": "Thank you",
        "segment": SEGMENT,
        "terms": CODE_TERMS,
        "starts_at": now - timedelta(days=1),
        "ends_at": now + timedelta(days=30),
        "currency": "EUR",
        "hold_out": 0.3,
        "needs_consent": False,
    }
    return ProgrammeWanted.model_validate(values | given)


def put_members(session: Session, shop_id: int, *members: str) -> None:
    """The shop has the usual segments, and these customers in the one that plans are for."""
    put_run(session, shop_id)
    definitions.store_defaults(session, shop_id)
    put_customers(session, shop_id, *members)
    put_membership(session, shop_id, SEGMENT, *members)


def started(shop_id: int, wanted: ProgrammeWanted, *, seed: int = 1) -> int:
    """A programme that was started, and whose customers are drawn; with the same seed always the same."""
    with db.transaction() as session:
        programme_id = programmes.create(session, shop_id, wanted, made_by="staff")
        session.get_one(PerkProgramme, programme_id).seed = seed
        programmes.start(session, shop_id, programme_id)
    schedule.sweep(db.transaction)
    return programme_id


def grants_of(programme_id: int) -> list[PerkGrant]:
    """Who was drawn, in order."""
    with db.transaction() as session:
        rows = select(PerkGrant).where(PerkGrant.programme_id == programme_id).order_by(PerkGrant.id)
        return list(session.scalars(rows))
