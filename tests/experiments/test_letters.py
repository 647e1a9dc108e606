"""The letters of a trial are told to the shop's webhook, signed, each once, while they are to be sent."""

from collections.abc import Iterator

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from saleor_influence_app import db
from saleor_influence_app.experiments import trials
from saleor_influence_app.hand_off import deliveries as on_their_way
from saleor_influence_app.hand_off import targets, webhook
from saleor_influence_app.hand_off.targets import WebhookWanted
from tests.support.hand_off import Receiver, receiving
from tests.support.lots import CONTACTS, THINGS, agree, begun, letters, valued_shop


@pytest.fixture
def shop_id(session: Session) -> int:
    return valued_shop(session)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


def point_at(shop_id: int, url: str, *events: str) -> None:
    with db.transaction() as session:
        wanted = WebhookWanted.model_validate({"url": url, "events": events})
        targets.set_webhook(session, shop_id, wanted)


def drained(shop_id: int) -> int:
    with webhook.opened() as channel:
        return on_their_way.drain(db.transaction, shop_id, channel=channel)


def test_each_contact_is_told_once_with_what_the_lots_said(
    session: Session, shop_id: int, receiver: Receiver
) -> None:
    point_at(shop_id, receiver.url, "letter.drawn")
    trial_id = begun(session, shop_id)
    drained(shop_id)
    assert drained(shop_id) == 0

    drawn = letters(session, trial_id)
    assert {one["type"] for one in receiver.events} == {"letter.drawn"}
    told = {one["data"]["customer_id"]: one["data"] for one in receiver.events}
    assert sorted(told) == CONTACTS
    assert len(receiver.events) == len(CONTACTS)
    for who, data in told.items():
        assert (data["sender_id"], data["trial_id"]) == ("anna", trial_id)
        assert data["things"] == [{"product_id": one, "chosen": one in drawn[who]} for one in THINGS]
        assert data["ends_at"].startswith("2026-12-01T12:00:00")


def test_who_agrees_no_longer_and_whose_trial_has_ended_are_not_told_of(
    session: Session, shop_id: int, receiver: Receiver
) -> None:
    point_at(shop_id, receiver.url, "letter.drawn")
    trial_id = begun(session, shop_id)
    agree(session, shop_id, CONTACTS[0], action="withdrawn")
    session.commit()
    with db.transaction() as other:
        other.execute(
            text("UPDATE hand_off_deliveries SET next_attempt_at = 'infinity' WHERE customer_id > :last"),
            {"last": CONTACTS[1]},
        )

    drained(shop_id)
    assert [one["data"]["customer_id"] for one in receiver.events] == [CONTACTS[1]]

    trials.stop(session, shop_id, trial_id)
    session.commit()
    with db.transaction() as other:
        other.execute(text("UPDATE hand_off_deliveries SET next_attempt_at = now()"))
    drained(shop_id)
    assert len(receiver.events) == 1


def test_a_shop_that_does_not_ask_for_it_is_told_of_no_letter(
    session: Session, shop_id: int, receiver: Receiver
) -> None:
    point_at(shop_id, receiver.url, "grant.created")
    begun(session, shop_id)
    assert drained(shop_id) == 0
