"""One-time tokens come into orders' metadata of a pocket Saleor, once each, and go when they are used."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from saleor_influence_app import db
from saleor_influence_app.errors import TokenInvalid
from saleor_influence_app.surveys import links, responses
from saleor_influence_app.surveys.responses import Respondent, SurveyChannel, Told
from saleor_influence_app.writeback import saleor_writes
from sandbox.client import AnswerUnexpected, ShopClient
from sandbox.generate import fill
from tests.support.pocket_shop import Pocket, pocket_saleor
from tests.support.shop_rows import put_order
from tests.support.social_shop import sql

pytestmark = pytest.mark.usefixtures("engine")
NOW = datetime.now(UTC)


@pytest.fixture
def pocket() -> Iterator[Pocket]:
    with pocket_saleor() as pocket:
        fill(pocket.state, customers=3, orders=3, seed=2)
        yield pocket


@pytest.fixture
def order(pocket: Pocket) -> Any:
    return next(iter(pocket.state.store.orders.values()))


def put(pocket: Pocket, order_id: str, *, on: bool = True) -> int:
    with db.transaction() as session:
        shop_id = pocket.put_row(session, survey=on)
        put_order(session, shop_id, None, order_id=order_id, created_at=NOW, email_hash=b"g" * 32)
        links.stage(session, shop_id, {order_id: NOW, "old": NOW - timedelta(hours=3)})
    return shop_id


def drained(shop_id: int) -> int:
    return saleor_writes.drain(db.transaction, shop_id, writers=links.WRITERS)


def test_a_new_order_has_a_token_that_is_stored_as_a_hash_alone(pocket: Pocket, order: Any) -> None:
    shop_id = put(pocket, order.id)

    assert drained(shop_id) == 1

    token = order.metadata[links.METADATA_KEY]
    with db.transaction() as session:
        assert links.order_of(session, shop_id, token) == order.id
        [(row,)] = sql(session, "SELECT survey_links::text FROM survey_links")
        assert token not in row
        links.stage(session, shop_id, {order.id: NOW})
    assert drained(shop_id) == 0
    assert order.metadata[links.METADATA_KEY] == token


def test_whoever_knows_the_order_reads_its_token_and_nobody_else_can_write_one(
    pocket: Pocket, order: Any
) -> None:
    drained(put(pocket, order.id))
    client = ShopClient(pocket.api_url)
    query = "query($i:ID!,$k:String!){order(id:$i){metafield(key:$k)}}"

    read = client.data(query, token="", i=order.id, k=links.METADATA_KEY)["order"]["metafield"]

    assert read == order.metadata[links.METADATA_KEY]
    write = "mutation($i:ID!,$v:[MetadataInput!]!){updateMetadata(id:$i,input:$v){errors{code}}}"
    given = [{"key": links.METADATA_KEY, "value": "forged"}]
    with pytest.raises(AnswerUnexpected):
        client.data(write, token="", i=order.id, v=given)
    client.close()


def test_a_shop_that_does_not_ask_writes_nothing(pocket: Pocket, order: Any) -> None:
    assert drained(put(pocket, order.id, on=False)) == 0
    assert links.METADATA_KEY not in order.metadata


def test_an_attempt_that_was_cut_off_makes_another_token_and_the_newest_counts(
    pocket: Pocket, order: Any
) -> None:
    shop_id = put(pocket, order.id)
    writer = links.LinkWriter()
    write = saleor_writes.Write(1, shop_id, links.KIND, order.id, {"order_id": order.id}, 1, 1, NOW)
    with db.transaction() as session:
        first = writer.prepare(session, write)
    assert first is not None

    assert drained(shop_id) == 1

    with db.transaction() as session:
        with pytest.raises(TokenInvalid):
            links.order_of(session, shop_id, first["input"][0]["value"])
        assert links.order_of(session, shop_id, order.metadata[links.METADATA_KEY]) == order.id


def test_a_used_token_is_taken_out_of_the_order(pocket: Pocket, order: Any) -> None:
    shop_id = put(pocket, order.id)
    drained(shop_id)
    with db.transaction() as session:
        who = Respondent(f"guest:{(b'g' * 32).hex()}", order.id)
        responses.respond(session, shop_id, who, told=Told(SurveyChannel.ADVERT))

    assert drained(shop_id) == 1

    assert links.METADATA_KEY not in order.metadata


def test_an_order_that_saleor_no_longer_has_is_let_go(pocket: Pocket) -> None:
    shop_id = put(pocket, "T3JkZXI6MDAwMDAwMDAtMDAwMC0wMDAwLTAwMDAtMDAwMDAwMDAwMDAw")

    assert drained(shop_id) == 1
