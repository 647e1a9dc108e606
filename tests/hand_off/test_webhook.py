"""Perks and segments are told to a webhook: signed, in the transaction that gives, until it is taken."""

import base64
import hashlib
import hmac
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import func, text, update

from saleor_influence_app import db
from saleor_influence_app.addresses import CheckedTransport
from saleor_influence_app.erasure import erasure, objections
from saleor_influence_app.hand_off import deliveries as on_their_way
from saleor_influence_app.hand_off import segment_moves, targets, webhook
from saleor_influence_app.hand_off.deliveries import GIVE_UP, TELL_AFTER
from saleor_influence_app.hand_off.targets import WebhookWanted
from saleor_influence_app.models import AskedBy, HandOffDelivery, HandOffSettings, Membership, Problem
from saleor_influence_app.perks import grants, programmes
from saleor_influence_app.targeting import segments
from tests.support.hand_off import Receiver, deliveries, make_due, receiving
from tests.support.perks import SEGMENT, SHIPPING_TERMS, grants_of, plan, put_members, started
from tests.support.shop_rows import put_shop

pytestmark = pytest.mark.usefixtures("engine")
PEOPLE = [f"member-{number:02}" for number in range(8)]
EVERYTHING = ["grant.created", "grant.taken_back", "segment.entered", "segment.left"]
SHIPPING: dict[str, Any] = {"kind": "shipping", "terms": SHIPPING_TERMS, "title": "Priority: danke „schön“"}


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def shop_id() -> int:
    with db.transaction() as session:
        shop_id = put_shop(session, permissions=["MANAGE_SHIPPING", "MANAGE_USERS"])
        put_members(session, shop_id, *PEOPLE)
    return shop_id


def point_at(shop_id: int, url: str, *events: str) -> str:
    wanted = WebhookWanted.model_validate({"url": url, "events": events or EVERYTHING})
    with db.transaction() as session:
        return targets.set_webhook(session, shop_id, wanted) or ""


def drained(shop_id: int) -> int:
    with webhook.opened() as channel:
        return on_their_way.drain(db.transaction, shop_id, channel=channel)


def given(shop_id: int) -> list[str]:
    return sorted(
        str(one.customer_id) for one in grants_of(started(shop_id, plan(**SHIPPING))) if one.given_at
    )


def test_what_is_given_and_taken_back_is_told_once_to_who_holds_the_secret(
    shop_id: int, receiver: Receiver
) -> None:
    secret = point_at(shop_id, receiver.url)

    programme_id = started(shop_id, plan(**SHIPPING))
    granted = [one for one in grants_of(programme_id) if one.given_at]
    assert len(deliveries(shop_id)) == len(granted) > 0
    assert drained(shop_id) == len(granted)
    with db.transaction() as session:
        grants.take_back(session, shop_id, granted[0].id)
        grants.decline(session, shop_id, granted[1].id, customer_id=str(granted[1].customer_id))
    drained(shop_id)
    assert drained(shop_id) == 0

    created = [one for one in receiver.events if one["type"] == "grant.created"]
    assert [one["data"]["customer_id"] for one in created] == [one.customer_id for one in granted]
    assert created[0]["data"] | {"ends_at": ""} == {
        "customer_id": granted[0].customer_id,
        "grant_id": granted[0].id,
        "programme": {"id": programme_id, "title": SHIPPING["title"], "kind": "shipping"},
        "code": None,
        "ends_at": "",
    }
    ended = [one["data"] for one in receiver.events if one["type"] == "grant.taken_back"]
    assert [(one["customer_id"], one["by"]) for one in ended] == [
        (granted[0].customer_id, "staff"),
        (granted[1].customer_id, "customer"),
    ]
    assert len({headers["webhook-id"] for headers, _ in receiver.got}) == len(receiver.got)
    for headers, body in receiver.got:  # as https://www.standardwebhooks.com verifies
        assert abs(int(headers["webhook-timestamp"]) - time.time()) < 300
        signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        key = base64.b64decode(secret.removeprefix("whsec_"))
        digest = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
        assert headers["webhook-signature"] == f"v1,{digest}"


def test_the_signature_is_that_of_the_specification() -> None:
    secret = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    body = b'{"test": 2432232314}'

    assert webhook.signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body) == (
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    )


def test_who_is_held_out_is_never_told_of(shop_id: int, receiver: Receiver) -> None:
    point_at(shop_id, receiver.url)
    programme_id = started(shop_id, plan(**SHIPPING, hold_out=0.5))
    drained(shop_id)

    held_out = {one.customer_id for one in grants_of(programme_id) if one.arm == "held_out"}
    assert held_out
    assert held_out.isdisjoint(one["data"]["customer_id"] for one in receiver.events)


def test_without_a_webhook_nothing_is_put_down(shop_id: int, receiver: Receiver) -> None:
    given(shop_id)
    assert deliveries(shop_id) == []

    point_at(shop_id, receiver.url, "grant.taken_back")
    given(shop_id)
    assert deliveries(shop_id) == []


def test_a_grant_that_is_rolled_back_is_not_told(shop_id: int, receiver: Receiver) -> None:
    point_at(shop_id, receiver.url)
    with db.transaction() as session:
        programme_id = programmes.create(session, shop_id, plan(**SHIPPING), made_by="staff")
        programmes.start(session, shop_id, programme_id)
        grants.give(session, shop_id, programme_id, customer_id=PEOPLE[0])
        assert session.query(HandOffDelivery).count() == 1
        session.rollback()
    assert deliveries(shop_id) == []


def test_a_webhook_in_trouble_is_asked_again_with_the_same_id_and_staff_hear_of_it(
    shop_id: int, receiver: Receiver
) -> None:
    point_at(shop_id, receiver.url)
    people = given(shop_id)
    for status in (500, 404, 429, 302, 410):
        receiver.answers = [status]
        assert drained(shop_id) == 0, "one that fails ends the slice"
        with db.transaction() as session:
            session.execute(
                update(HandOffDelivery)
                .where(HandOffDelivery.attempts > 0)
                .values(next_attempt_at=func.now() - timedelta(hours=9))
            )
    ids = {headers["webhook-id"] for headers, _ in receiver.got}
    assert len(ids) == 1
    [tried] = [one for one in deliveries(shop_id) if one.attempts]
    assert tried.attempts > TELL_AFTER
    assert tried.error == "It answered with status 410."
    with db.transaction() as session:
        [problem] = session.query(Problem).all()
        assert problem.key == "influence-hand-off-webhook"
        assert "It answered with status 410." in problem.message

    assert drained(shop_id) == len(people)
    with db.transaction() as session:
        assert session.query(Problem).filter(Problem.dismissed_at.is_(None)).all() == []
    assert sorted({one["data"]["customer_id"] for one in receiver.events}) == people


def test_the_wait_is_as_long_as_the_receiver_asks(shop_id: int, receiver: Receiver) -> None:
    point_at(shop_id, receiver.url.replace("/hooks", "/later"))
    given(shop_id)
    receiver.answers = [503]
    drained(shop_id)

    with db.transaction() as session:
        waits = session.scalar(text("SELECT max(next_attempt_at - now()) FROM hand_off_deliveries"))
    assert timedelta(minutes=50) < waits <= timedelta(hours=1)


def test_what_nobody_takes_for_days_is_given_up_and_says_why(shop_id: int, receiver: Receiver) -> None:
    point_at(shop_id, receiver.url)
    people = given(shop_id)
    with db.transaction() as session:
        old = func.now() - GIVE_UP - timedelta(hours=1)
        session.execute(update(HandOffDelivery).values(happened_at=old))
    receiver.answers = [500] * len(people)

    for _ in people:
        drained(shop_id)

    assert {(one.state, one.error) for one in deliveries(shop_id)} == {
        ("given_up", "It answered with status 500.")
    }
    assert drained(shop_id) == 0


def test_what_no_longer_holds_is_not_told(shop_id: int, receiver: Receiver) -> None:
    point_at(shop_id, receiver.url, "grant.created", "segment.entered")
    programme_id = started(shop_id, plan(**SHIPPING))
    first, second = [one for one in grants_of(programme_id) if one.given_at][:2]
    with db.transaction() as session:
        grants.take_back(session, shop_id, first.id)
        erasure.erase(session, shop_id, str(second.customer_id))
    drained(shop_id)

    told = {one["data"]["customer_id"] for one in receiver.events}
    assert told.isdisjoint({first.customer_id, second.customer_id})
    assert second.customer_id not in {one.customer_id for one in deliveries(shop_id)}


def test_a_paused_programme_is_told_of_when_it_goes_on(shop_id: int, receiver: Receiver) -> None:
    point_at(shop_id, receiver.url)
    programme_id = started(shop_id, plan(**SHIPPING))
    with db.transaction() as session:
        programmes.pause(session, shop_id, programme_id)
    drained(shop_id)
    assert receiver.got == []

    with db.transaction() as session:
        programmes.start(session, shop_id, programme_id)
    make_due()
    assert drained(shop_id) == len(receiver.got) > 0


def test_who_enters_and_who_leaves_a_segment_is_told(shop_id: int, receiver: Receiver) -> None:
    point_at(shop_id, receiver.url)
    with db.transaction() as session, segment_moves.noted(session, shop_id):
        row = session.get_one(Membership, (shop_id, SEGMENT, PEOPLE[0]))
        session.delete(row)
        session.add(
            Membership(
                shop_id=shop_id, segment="new", customer_id=PEOPLE[0], run_id=row.run_id, since=row.since,
                reason="r", parts="[]",
            )
        )  # fmt: skip
        session.get_one(Membership, (shop_id, SEGMENT, PEOPLE[1])).reason = "another reason is no move"
    with db.transaction() as session:
        objections.object_(session, shop_id, PEOPLE[2], by=AskedBy.SELF)
        segments.drop(session, shop_id, SEGMENT)
    drained(shop_id)

    assert [(one["type"], *one["data"].values()) for one in receiver.events] == [
        ("segment.left", PEOPLE[0], SEGMENT),
        ("segment.entered", PEOPLE[0], "new"),
        ("segment.left", PEOPLE[2], SEGMENT),
        *(("segment.left", one, SEGMENT) for one in (PEOPLE[1], *PEOPLE[3:])),
    ]


def test_moves_are_put_down_only_where_a_webhook_asks_for_them(shop_id: int, receiver: Receiver) -> None:
    point_at(shop_id, receiver.url, "grant.created")
    with db.transaction() as session, segment_moves.noted(session, shop_id):
        session.delete(session.get_one(Membership, (shop_id, SEGMENT, PEOPLE[0])))
    assert deliveries(shop_id) == []


@pytest.mark.parametrize("address", ["127.0.0.1", "10.1.2.3", "169.254.169.254", "::1", "fd00::1"])
def test_no_address_of_a_private_network_is_dialled(shop_id: int, address: str) -> None:
    point_at(shop_id, "https://tool.example/hooks")
    given(shop_id)
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200)

    guarded = CheckedTransport(httpx.MockTransport(answer), resolve=lambda *_: [address], allow_private=False)
    with webhook.opened(guarded) as channel:
        on_their_way.drain(db.transaction, shop_id, channel=channel)

    assert asked == []
    assert any("not public" in (one.error or "") for one in deliveries(shop_id))


def test_a_new_secret_counts_at_once_and_a_dropped_webhook_forgets_what_waits(
    shop_id: int, receiver: Receiver
) -> None:
    first = point_at(shop_id, receiver.url)
    assert point_at(shop_id, receiver.url) == "", "the secret stays when the address changes"
    with db.transaction() as session:
        second = targets.renew_secret(session, shop_id)
        key = targets.secret_bytes(session.get_one(HandOffSettings, shop_id))
    assert first != second
    assert base64.b64decode(second.removeprefix("whsec_")) == key

    given(shop_id)
    with db.transaction() as session:
        targets.drop_webhook(session, shop_id)
    assert deliveries(shop_id) == []
