"""Workers killed at any statement while perks are drawn and told: none is lost, a repeat is known as one."""

from collections.abc import Iterator
from typing import Any

import pytest

from saleor_influence_app import db, settings
from saleor_influence_app.hand_off import targets
from saleor_influence_app.hand_off.targets import MailWanted, WebhookWanted
from saleor_influence_app.models import PerkGrant, Shop
from saleor_influence_app.perks import programmes
from tests.support.hand_off import Receiver, agree, deliveries, receiving
from tests.support.history import Worker, kill_at_every_step, mortal_worker
from tests.support.laws import some
from tests.support.mailbox import Mailbox
from tests.support.perks import SHIPPING_TERMS, plan, put_members, started
from tests.support.pocket_shop import PERMISSIONS, Pocket, pocket_saleor

pytestmark = pytest.mark.usefixtures("engine")
SHIPPING: dict[str, Any] = {"kind": "shipping", "terms": SHIPPING_TERMS, "hold_out": 0.0}


@pytest.fixture(scope="module")
def pocket(_environment: None) -> Iterator[Pocket]:
    with pocket_saleor() as pocket:
        pocket.app.permission_codes = PERMISSIONS | {"MANAGE_SHIPPING"}
        yield pocket


@pytest.fixture(scope="module")
def members(pocket: Pocket) -> list[str]:
    return [user.id for user in pocket.people(2)]


@pytest.fixture(scope="module")
def worker(_environment: None) -> Iterator[Worker]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("APP_IFRAME_BASE_URL", "https://app.example")
        settings.get.cache_clear()
        with mortal_worker() as work:
            yield work
    settings.get.cache_clear()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


def shop_with(pocket: Pocket, members: list[str], *, url: str = "", mail_port: int = 0) -> int:
    with db.transaction() as session:
        session.query(Shop).delete()
        shop_id = pocket.put_row(session)
        put_members(session, shop_id, *members)
        agree(session, shop_id, *members)
        if url:
            wanted = WebhookWanted.model_validate({"url": url, "events": ["grant.created"]})
            targets.set_webhook(session, shop_id, wanted)
        if mail_port:
            given = {"host": "127.0.0.1", "port": mail_port, "security": "none", "sender_name": "Kaffa"}
            mail = MailWanted.model_validate(given | {"sender_address": "hallo@kaffa.example"})
            targets.set_mail(session, shop_id, mail)
    return shop_id


@some("stride", 13, 1)
def test_killed_while_telling_the_webhook(
    pocket: Pocket, members: list[str], worker: Worker, receiver: Receiver, stride: int
) -> None:
    def make() -> int:
        shop_id = shop_with(pocket, members, url=receiver.url)
        started(shop_id, plan(**SHIPPING))
        receiver.got.clear()
        return shop_id

    for shop_id in kill_at_every_step(worker, "webhook", make, stride=stride):
        rows = deliveries(shop_id)
        assert {one.state for one in rows} == {"sent"}
        told = {headers["webhook-id"]: body for headers, body in receiver.got}
        assert set(told) == {one.message_id for one in rows}
        assert len(told) == len(members)
        assert len(receiver.got) <= len(members) + 1, "one at most is told twice"


@some("stride", 13, 1)
def test_killed_while_writing_to_customers(
    pocket: Pocket, members: list[str], worker: Worker, mailbox: Mailbox, stride: int
) -> None:
    def make() -> int:
        shop_id = shop_with(pocket, members, mail_port=mailbox.port)
        started(shop_id, plan(**SHIPPING))
        mailbox.letters.clear()
        return shop_id

    for shop_id in kill_at_every_step(worker, "mail", make, stride=stride):
        rows = deliveries(shop_id)
        assert {one.state for one in rows} == {"sent"}
        told = {letter["Message-ID"].strip("<>").partition("@")[0] for _, letter in mailbox.letters}
        assert told == {one.message_id for one in rows}
        assert len(mailbox.letters) <= len(members) + 1


@some("stride", 7, 1)
def test_killed_while_drawing(
    pocket: Pocket, members: list[str], worker: Worker, receiver: Receiver, stride: int
) -> None:
    def make() -> int:
        shop_id = shop_with(pocket, members, url=receiver.url)
        with db.transaction() as session:
            programme_id = programmes.create(session, shop_id, plan(**SHIPPING), made_by="staff")
            programmes.start(session, shop_id, programme_id)
        return shop_id

    for shop_id in kill_at_every_step(worker, "perks", make, stride=stride):
        with db.transaction() as session:
            given = {one.id for one in session.query(PerkGrant).filter_by(shop_id=shop_id, state="given")}
        assert len(given) == len(members)
        assert sorted(one.grant_id or 0 for one in deliveries(shop_id)) == sorted(given)
