"""Writing back, against a pocket Saleor: what arrives, what is spared, what is refused, what is repeated."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import bindparam, select, text
from sqlalchemy.dialects.postgresql import JSONB

from saleor_influence_app import db
from saleor_influence_app.erasure import objections
from saleor_influence_app.models import AskedBy, OutboxRow, OutboxState, Problem, Shop
from saleor_influence_app.saleor import attributes
from saleor_influence_app.saleor.client import SaleorClient, open_client
from saleor_influence_app.shops import problems
from saleor_influence_app.targeting import shop_settings
from saleor_influence_app.writeback import flush, outbox, sender, staging
from tests.support.pocket_shop import TOKEN, Pocket, pocket_saleor
from tests.support.shop_rows import NOW, put_customers, put_membership, put_run, put_score

pytestmark = pytest.mark.usefixtures("engine")


@dataclass(frozen=True)
class Sent:
    """A request, the segments that it names, and when it was under way."""

    names: frozenset[str]
    begin: float
    end: float


class Watch(httpx.BaseTransport):
    """Carries requests, and remembers which of them were under way at the same time."""

    def __init__(self) -> None:
        self.sent: list[Sent] = []
        self._carrier = httpx.HTTPTransport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send it on."""
        begin = time.monotonic()
        response = self._carrier.handle_request(request)
        response.read()
        names = frozenset(
            name for name in ("loyal", "rising") if f'"value":"{name}"'.encode() in request.content
        )
        self.sent.append(Sent(names, begin, time.monotonic()))
        return response

    def close(self) -> None:
        """Close the connections."""
        self._carrier.close()


@pytest.fixture
def pocket() -> Iterator[Pocket]:
    with pocket_saleor() as pocket:
        yield pocket


def given_scores(pocket: Pocket, people: list[Any], **given: Any) -> int:
    """A shop whose people have been valued, with everything staged."""
    with db.transaction() as session:
        shop_id = pocket.put_row(session, **given)
        run_id = put_run(session, shop_id)
        put_customers(session, shop_id, *(user.id for user in people))
        for place, user in enumerate(people):
            put_score(session, shop_id, user.id, run_id=run_id, value=100 + place)
        staging.stage(session, shop_id, as_of=NOW)
    return shop_id


def rows(shop_id: int) -> dict[str, OutboxRow]:
    with db.transaction() as session:
        found = session.scalars(select(OutboxRow).where(OutboxRow.shop_id == shop_id))
        return {row.customer_id: row for row in found}


def test_every_valued_customer_gets_all_keys_in_their_private_metadata(pocket: Pocket) -> None:
    people = pocket.people(10)
    shop_id = given_scores(pocket, people)

    flushed = flush.flush(db.transaction, shop_id)

    assert flushed == flush.Flushed(written=10)
    assert people[3].private_metadata == {
        "influence.segments": "[]",
        "influence.value": "103.00 EUR",
        "influence.version": staging.VERSION,
        "influence.updated": "2026-11-01T12:00:00Z",
    }
    assert all(user.metadata == {} for user in people)


@pytest.mark.parametrize(("score", "written"), [(62, "64"), (66, "64"), (61, "61"), (67, "67"), (None, None)])
def test_a_score_is_written_again_once_it_moved_by_more_than_two_points(
    pocket: Pocket, score: int | None, written: str | None
) -> None:
    [user] = pocket.people(1)
    shop_id = given_scores(pocket, [user])
    for now in (64, score):
        with db.transaction() as session:
            session.execute(text("UPDATE scores SET score = :now"), {"now": now})
            staging.stage(session, shop_id, as_of=NOW)
        flush.flush(db.transaction, shop_id)

    assert user.private_metadata.get("influence.score") == written


def private_keys(user: Any) -> set[str]:
    return {key.removeprefix("influence.") for key in user.private_metadata if key.startswith("influence.")}


def test_who_has_no_score_has_no_key_for_it_and_one_that_was_there_goes(pocket: Pocket) -> None:
    scored, unscored, before = pocket.people(3)
    shop_id = given_scores(pocket, [scored, unscored, before])
    with db.transaction() as session:
        session.execute(text("UPDATE scores SET score = 64 WHERE customer_id = :id"), {"id": scored.id})
        staging.stage(session, shop_id, as_of=NOW)
    flush.flush(db.transaction, shop_id)
    old = {"influence.score": "not-enough-evidence", "influence.version": "1"}
    before.private_metadata |= old | {"erp.number": "4711"}
    with db.transaction() as session:
        session.execute(
            text("""
                UPDATE outbox SET wanted = jsonb_set(wanted, '{private}', wanted->'private' || :old),
                    written = jsonb_set(written, '{private}', written->'private' || :old)
                WHERE customer_id = :id
            """).bindparams(bindparam("old", old, JSONB)),
            {"id": before.id},
        )
        staging.stage(session, shop_id, as_of=NOW)

    flush.flush(db.transaction, shop_id)

    assert scored.private_metadata["influence.score"] == "64"
    for user in (unscored, before):
        assert private_keys(user) == {"segments", "value", "version", "updated"}
        assert user.private_metadata["influence.version"] == staging.VERSION
    assert before.private_metadata["erp.number"] == "4711"


def test_a_key_that_may_have_arrived_before_a_crash_goes_as_well(pocket: Pocket) -> None:
    [user] = pocket.people(1)
    shop_id = given_scores(pocket, [user])
    flush.flush(db.transaction, shop_id)
    user.private_metadata["influence.score"] = "64"
    with db.transaction() as session:
        session.execute(
            text("UPDATE outbox SET state = 'pending', written = jsonb_build_object('private', NULL)")
        )

    flush.flush(db.transaction, shop_id)

    assert "influence.score" not in user.private_metadata
    assert rows(shop_id)[user.id].state == "written"


def test_records_whose_keys_are_to_go_stay_within_saleors_four_mutations_a_request(pocket: Pocket) -> None:
    people = pocket.people(9)
    shop_id = given_scores(pocket, people)
    flush.flush(db.transaction, shop_id)
    with db.transaction() as session:
        put_membership(session, shop_id, "loyal", *(user.id for user in people))
        session.execute(text("UPDATE shops SET segments_only = true, segments_attribute_id = NULL"))
        staging.stage(session, shop_id, as_of=NOW)

    flushed = flush.flush(db.transaction, shop_id)

    assert (flushed.written, flushed.failed, flushed.again) == (9, 0, 0)
    assert all(private_keys(user) == {"segments", "version", "updated"} for user in people)


def test_segments_alone_are_written_where_the_shop_wants_no_more_and_nothing_of_who_is_in_none(
    pocket: Pocket,
) -> None:
    inside, outside = pocket.people(2)
    shop_id = given_scores(pocket, [inside, outside], segments_only=True)
    with db.transaction() as session:
        put_membership(session, shop_id, "loyal", inside.id)
        staging.stage(session, shop_id, as_of=NOW)

    flush.flush(db.transaction, shop_id)

    assert private_keys(inside) == {"segments", "version", "updated"}
    assert inside.private_metadata["influence.segments"] == '["loyal"]'
    assert outside.private_metadata == {}
    with db.transaction() as session:
        later = NOW + timedelta(days=1)
        assert staging.stage(session, shop_id, as_of=later) == 0, "another day alone writes nothing"


def test_changing_what_is_written_rewrites_or_removes_the_keys_at_once(pocket: Pocket) -> None:
    inside, outside = pocket.people(2)
    shop_id = given_scores(pocket, [inside, outside])
    with db.transaction() as session:
        put_membership(session, shop_id, "loyal", inside.id)
        staging.stage(session, shop_id, as_of=NOW)
        session.execute(text("UPDATE shops SET held_run_id = (SELECT min(id) FROM runs)"))
    flush.flush(db.transaction, shop_id)
    assert "value" in private_keys(inside) & private_keys(outside)
    found = []

    for segments_only in (True, False):
        with db.transaction() as session:
            wanted = shop_settings.read(session, shop_id).model_copy(update={"segments_only": segments_only})
            shop_settings.change(session, shop_id, wanted)
        flush.flush(db.transaction, shop_id)
        found.append((private_keys(inside), private_keys(outside)))

    names, everything = {"segments", "version", "updated"}, {"segments", "version", "updated", "value"}
    assert found == [(names, set()), (everything, everything)]


def test_a_second_flush_has_nothing_to_do(pocket: Pocket) -> None:
    shop_id = given_scores(pocket, pocket.people(5))
    flush.flush(db.transaction, shop_id)
    before = [user.updated_at for user in pocket.state.store.users.values()]

    assert flush.flush(db.transaction, shop_id) == flush.Flushed()

    assert [user.updated_at for user in pocket.state.store.users.values()] == before


def test_what_other_people_keep_in_the_same_record_stays(pocket: Pocket) -> None:
    [user] = pocket.people(1)
    user.private_metadata["erp.number"] = "4711"
    user.metadata["newsletter"] = "yes"
    shop_id = given_scores(pocket, [user])

    flush.flush(db.transaction, shop_id)

    assert user.private_metadata["erp.number"] == "4711"
    assert user.metadata == {"newsletter": "yes"}


def test_a_change_that_staff_make_between_staging_and_writing_is_not_lost(pocket: Pocket) -> None:
    [user] = pocket.people(1)
    shop_id = given_scores(pocket, [user])
    user.first_name, user.note = "Renamed", "called on Monday"
    user.private_metadata["crm.owner"] = "Tilda"

    flush.flush(db.transaction, shop_id)

    assert (user.first_name, user.note) == ("Renamed", "called on Monday")
    assert user.private_metadata["crm.owner"] == "Tilda"
    assert user.private_metadata["influence.value"] == "100.00 EUR"


def test_segments_stand_in_a_hidden_attribute_by_which_customers_are_found(pocket: Pocket) -> None:
    people = pocket.people(3)
    with db.transaction() as session:
        shop_id = pocket.put_row(session)
        put_customers(session, shop_id, *(user.id for user in people))
        run_id = put_run(session, shop_id)
        for user in people:
            put_score(session, shop_id, user.id, run_id=run_id)
        put_membership(session, shop_id, "loyal", people[0].id, people[1].id)
        put_membership(session, shop_id, "rising", people[0].id)
        staging.stage(session, shop_id, as_of=NOW)

    flush.flush(db.transaction, shop_id)

    assert found_by_segment(shop_id, "loyal") == {people[0].id, people[1].id}
    assert found_by_segment(shop_id, "rising") == {people[0].id}
    [attribute] = pocket.state.store.attributes.values()
    assert attribute.visible_in_storefront is False
    assert json.loads(people[0].private_metadata["influence.segments"]) == ["loyal", "rising"]


def test_a_choice_that_saleor_may_have_to_make_goes_in_a_request_alone(pocket: Pocket) -> None:
    """Of two requests at a time a real Saleor makes "loyal" and "loyal-2", and a filter finds half."""
    people = pocket.people(40)
    shop_id = given_scores(pocket, people, segments_attribute_id=None)
    with db.transaction() as session:
        put_membership(session, shop_id, "loyal", *(user.id for user in people))
        put_membership(session, shop_id, "rising", *(user.id for user in people[20:]))
        staging.stage(session, shop_id, as_of=NOW)
    watch = Watch()

    flush.flush(db.transaction, shop_id, opener=lambda url, token: open_client(url, token, transport=watch))

    assert len(found_by_segment(shop_id, "loyal")) == 40
    assert len([sent for sent in watch.sent if sent.names]) == 20
    for name in ("loyal", "rising"):
        first = min((sent for sent in watch.sent if name in sent.names), key=lambda sent: sent.begin)
        assert [s for s in watch.sent if s is not first and s.begin < first.end and s.end > first.begin] == []


def test_who_leaves_their_segments_is_no_longer_found_by_them(pocket: Pocket) -> None:
    people = pocket.people(2)
    shop_id = given_scores(pocket, people)
    with db.transaction() as session:
        put_membership(session, shop_id, "loyal", *(user.id for user in people))
        staging.stage(session, shop_id, as_of=NOW)
    flush.flush(db.transaction, shop_id)
    with db.transaction() as session:
        session.execute(text("DELETE FROM memberships WHERE customer_id = :id"), {"id": people[0].id})
        staging.stage(session, shop_id, as_of=NOW)

    flush.flush(db.transaction, shop_id)

    assert found_by_segment(shop_id, "loyal") == {people[1].id}
    assert people[0].private_metadata["influence.segments"] == "[]"


def test_a_shop_before_3_23_26_gets_metadata_only() -> None:
    with pocket_saleor("3.22.40") as old:
        people = old.people(2)
        shop_id = given_scores(old, people, saleor_version="3.22.40", schema_version="3.22")
        with db.transaction() as session:
            put_membership(session, shop_id, "loyal", people[0].id)
            staging.stage(session, shop_id, as_of=NOW)

        assert flush.flush(db.transaction, shop_id).written == 2

        assert people[0].private_metadata["influence.segments"] == '["loyal"]'
        assert (rows(shop_id)[people[0].id].wanted or {}).keys() == {"private"}


def test_the_attribute_comes_when_staff_grant_the_permission_later(pocket: Pocket) -> None:
    people = pocket.people(2)
    everything = pocket.app.permission_codes
    pocket.app.permission_codes = everything - {attributes.PERMISSION}
    shop_id = given_scores(pocket, people)
    with db.transaction() as session:
        put_membership(session, shop_id, "loyal", people[0].id)
        staging.stage(session, shop_id, as_of=NOW)
    flush.flush(db.transaction, shop_id)
    assert pocket.state.store.attributes == {}

    pocket.app.permission_codes = everything
    with db.transaction() as session:
        session.execute(text("UPDATE scores SET value = 900"))
        staging.stage(session, shop_id, as_of=NOW)
    flush.flush(db.transaction, shop_id)

    assert found_by_segment(shop_id, "loyal") == {people[0].id}


def test_an_attribute_of_the_same_name_that_shoppers_see_is_not_used(pocket: Pocket) -> None:
    people = pocket.people(1)
    shop_id = given_scores(pocket, people)
    with db.transaction() as session:
        put_membership(session, shop_id, "loyal", people[0].id)
        staging.stage(session, shop_id, as_of=NOW)
    flush.flush(db.transaction, shop_id)
    [attribute] = pocket.state.store.attributes.values()
    attribute.visible_in_storefront = True
    with db.transaction() as session:
        session.get_one(Shop, shop_id).segments_attribute_id = None
        session.execute(text("UPDATE outbox SET state = 'pending', wanted = wanted - 'attribute'"))

    flush.flush(db.transaction, shop_id)

    with db.transaction() as session:
        problem = session.get_one(Problem, (shop_id, problems.WRITEBACK_ATTRIBUTE))
        assert "shoppers see" in problem.message
        assert session.get_one(Shop, shop_id).segments_attribute_id is None


def test_an_attribute_that_staff_deleted_is_made_anew(pocket: Pocket) -> None:
    people = pocket.people(2)
    shop_id = given_scores(pocket, people)
    with db.transaction() as session:
        put_membership(session, shop_id, "loyal", people[0].id)
        staging.stage(session, shop_id, as_of=NOW)
    flush.flush(db.transaction, shop_id)
    delete_attribute(pocket)
    with db.transaction() as session:
        put_membership(session, shop_id, "loyal", people[1].id)
        staging.stage(session, shop_id, as_of=NOW)

    flush.flush(db.transaction, shop_id)
    make_due(shop_id)
    flush.flush(db.transaction, shop_id)

    assert people[1].id in found_by_segment(shop_id, "loyal")


def test_the_public_mirror_holds_segment_names_only_and_goes_when_switched_off(pocket: Pocket) -> None:
    people = pocket.people(2)
    shop_id = given_scores(pocket, people, public_mirror=True)
    with db.transaction() as session:
        put_membership(session, shop_id, "loyal", people[0].id)
        staging.stage(session, shop_id, as_of=NOW)
    flush.flush(db.transaction, shop_id)
    assert [user.metadata for user in people] == [{"influence.segments": '["loyal"]'}, {}]

    with db.transaction() as session:
        session.get_one(Shop, shop_id).public_mirror = False
        session.flush()
        staging.stage(session, shop_id, as_of=NOW)
    flush.flush(db.transaction, shop_id)

    assert [user.metadata for user in people] == [{}, {}]
    assert people[0].private_metadata["influence.segments"] == '["loyal"]'


def test_staff_are_skipped_and_counted_whether_we_know_of_them_or_not(pocket: Pocket) -> None:
    people, [known], [unknown] = pocket.people(6), pocket.people(1), pocket.people(1)
    known.is_staff = unknown.is_staff = True
    shop_id = given_scores(pocket, [*people, unknown])
    with db.transaction() as session:
        put_customers(session, shop_id, known.id, is_staff=True)
        put_score(session, shop_id, known.id)
        staging.stage(session, shop_id, as_of=NOW)
    attach_order(pocket, unknown)

    flushed = flush.flush(db.transaction, shop_id)

    assert (flushed.written, flushed.skipped_staff, flushed.trouble) == (6, 1, None)
    with db.transaction() as session:
        assert flush.counts(session, shop_id) == {
            "pending": 0,
            "written": 6,
            "failed": 0,
            "skipped_staff": 2,
        }
    assert known.private_metadata == unknown.private_metadata == {}


def test_a_customer_who_is_gone_takes_their_row_with_them(pocket: Pocket) -> None:
    people = pocket.people(5)
    shop_id = given_scores(pocket, people)
    pocket.state.store.remove_user(people[2])

    flushed = flush.flush(db.transaction, shop_id)

    assert (flushed.written, flushed.gone) == (4, 1)
    assert people[2].id not in rows(shop_id)


@pytest.mark.parametrize("status", [429, 500, 502, 503])
def test_while_saleor_cannot_take_it_rows_wait_and_a_problem_says_so(pocket: Pocket, status: int) -> None:
    shop_id = given_scores(pocket, pocket.people(30))
    pocket.state.faults.add("api", "status", value=status, times=None, match="updatePrivateMetadata")

    flushed = flush.flush(db.transaction, shop_id)

    assert (flushed.again, flushed.trouble) == (30, problems.WRITEBACK_UNREACHABLE)
    assert {row.state for row in rows(shop_id).values()} == {"pending"}
    assert [problem.key for problem in pocket.app.problem_list] == [problems.WRITEBACK_UNREACHABLE]


def test_a_connection_that_breaks_is_tried_again(pocket: Pocket) -> None:
    people = pocket.people(30)
    shop_id = given_scores(pocket, people)
    pocket.state.faults.add("api", "drop", times=3, match="updatePrivateMetadata")

    flush.flush(db.transaction, shop_id)
    make_due(shop_id)
    flush.flush(db.transaction, shop_id)

    assert {row.state for row in rows(shop_id).values()} == {"written"}
    assert all("influence.value" in user.private_metadata for user in people)


def test_after_recovery_the_problem_is_dismissed_in_saleor_and_gone_here(pocket: Pocket) -> None:
    shop_id = given_scores(pocket, pocket.people(3))
    pocket.state.faults.add("api", "status", value=503, times=None, match="updatePrivateMetadata")
    flush.flush(db.transaction, shop_id)
    [problem] = pocket.app.problem_list
    assert problem.dismissed is None
    pocket.state.faults.clear()
    make_due(shop_id)

    flushed = flush.flush(db.transaction, shop_id)

    assert flushed.written == 3
    assert problem.dismissed is not None
    with db.transaction() as session:
        assert session.scalars(select(Problem)).all() == []


@pytest.mark.parametrize(
    "step", ["AttributeBySlug", "AttributeCreate", "CustomerTypes", "CustomerTypeAssignAttributes"]
)
def test_when_saleor_goes_away_while_the_attribute_is_made_it_is_made_later(
    pocket: Pocket, step: str
) -> None:
    people = pocket.people(2)
    shop_id = given_scores(pocket, people)
    with db.transaction() as session:
        put_membership(session, shop_id, "loyal", people[0].id)
        staging.stage(session, shop_id, as_of=NOW)
    pocket.state.faults.add("api", "status", value=503, times=1, match=step)

    assert flush.flush(db.transaction, shop_id).written == 2
    with db.transaction() as session:
        session.execute(text("UPDATE scores SET value = 900"))
        staging.stage(session, shop_id, as_of=NOW)
    flush.flush(db.transaction, shop_id)

    assert found_by_segment(shop_id, "loyal") == {people[0].id}
    assert len(pocket.state.store.attributes) == 1


@pytest.mark.parametrize("step", ["AppIdentity", "isStaff"])
def test_when_saleor_goes_away_while_a_refusal_is_looked_into_nobody_is_judged(
    pocket: Pocket, step: str
) -> None:
    people = pocket.people(4)
    shop_id = given_scores(pocket, people, permissions=["MANAGE_USERS"], saleor_version="3.22.40")
    people[0].is_staff = True
    attach_order(pocket, people[0])
    pocket.state.faults.add("api", "status", value=503, times=1, match=step)

    first = flush.flush(db.transaction, shop_id)
    make_due(shop_id)
    second = flush.flush(db.transaction, shop_id)

    assert (first.skipped_staff, first.trouble) == (0, problems.WRITEBACK_UNREACHABLE)
    assert (second.skipped_staff, second.written) == (1, 3)


def test_an_attribute_that_could_not_be_removed_goes_with_the_next_cleanup(pocket: Pocket) -> None:
    people = pocket.people(2)
    shop_id = given_scores(pocket, people)
    flush.flush(db.transaction, shop_id)
    pocket.state.faults.add("api", "status", value=503, times=1, match="AttributeDelete")
    for _ in range(2):
        assert len(pocket.state.store.attributes) == 1
        with db.transaction() as session:
            flush.remove_all(session, shop_id)
        flush.flush(db.transaction, shop_id)

    assert pocket.state.store.attributes == {}


def test_waits_double_with_every_failure_up_to_five_minutes(pocket: Pocket) -> None:
    shop_id = given_scores(pocket, pocket.people(1))
    pocket.state.faults.add("api", "status", value=503, times=None, match="updatePrivateMetadata")

    waits = []
    for _ in range(12):
        make_due(shop_id)
        flush.flush(db.transaction, shop_id)
        with db.transaction() as session:
            waits.append(
                session.scalar(text("SELECT extract(epoch FROM next_attempt_at - now()) FROM outbox"))
            )

    assert [round(float(wait) / 5) * 5 for wait in waits[:4]] == [5, 10, 20, 40]
    assert 290 < float(waits[-1]) <= 300


def test_one_customer_that_saleor_chokes_on_does_not_hold_back_the_others(pocket: Pocket) -> None:
    people = pocket.people(8)
    pocket.app.permission_codes = frozenset({"MANAGE_USERS"})
    shop_id = given_scores(pocket, people)
    with db.transaction() as session:
        session.execute(
            text("""UPDATE outbox SET wanted = '{"private": {"k": "poison"}}' WHERE customer_id = :id"""),
            {"id": people[0].id},
        )
    pocket.state.faults.add("api", "status", value=500, times=None, match="poison")

    for _ in range(sender.ALONE_AFTER + 1):
        make_due(shop_id)
        flush.flush(db.transaction, shop_id)

    assert [user.id for user in people if not user.private_metadata] == [people[0].id]
    assert rows(shop_id)[people[0].id].state == "pending"


def test_a_revoked_permission_is_told_as_such_and_takes_nobody_for_staff(pocket: Pocket) -> None:
    people = pocket.people(6)
    shop_id = given_scores(pocket, people, segments_attribute_id="QXR0cmlidXRlOjE=")
    pocket.app.permission_codes = frozenset({"MANAGE_ORDERS"})

    flushed = flush.flush(db.transaction, shop_id)

    assert (flushed.again, flushed.skipped_staff) == (6, 0)
    assert flushed.trouble == problems.WRITEBACK_DENIED
    [problem] = pocket.app.problem_list
    assert "MANAGE_USERS" in problem.message

    pocket.app.permission_codes = frozenset({"MANAGE_ORDERS", "MANAGE_USERS"})
    make_due(shop_id)
    assert flush.flush(db.transaction, shop_id).written == 6
    assert problem.dismissed is not None


def test_a_token_that_is_no_longer_good_keeps_every_row(pocket: Pocket) -> None:
    shop_id = given_scores(pocket, pocket.people(3), segments_attribute_id="QXR0cmlidXRlOjE=")
    pocket.app.is_active = False

    flushed = flush.flush(db.transaction, shop_id)

    assert (flushed.again, flushed.trouble) == (3, problems.WRITEBACK_DENIED)


def test_a_shop_that_is_switched_off_is_left_alone(pocket: Pocket) -> None:
    people = pocket.people(3)
    shop_id = given_scores(pocket, people, active=False)

    assert flush.flush(db.transaction, shop_id) == flush.Flushed()
    assert people[0].private_metadata == {}


def test_a_row_that_changes_while_it_is_written_is_written_again(pocket: Pocket) -> None:
    [user] = pocket.people(1)
    shop_id = given_scores(pocket, [user])

    class Meanwhile:
        """The transaction factory, and a run that stages another value while Saleor is being called."""

        calls = 0

        def __call__(self) -> Any:
            self.calls += 1
            if self.calls == 4:  # after the claim, before it is settled
                with db.transaction() as session:
                    session.execute(text("UPDATE scores SET value = 900"))
                    staging.stage(session, shop_id, as_of=NOW)
            return db.transaction()

    flush.flush(Meanwhile(), shop_id)

    assert user.private_metadata["influence.value"] == "900.00 EUR"
    assert rows(shop_id)[user.id].state == "written"


def test_removal_takes_our_keys_and_nothing_else(pocket: Pocket) -> None:
    people = pocket.people(7)
    people[0].private_metadata["erp.number"] = "4711"
    shop_id = given_scores(pocket, people, public_mirror=True)
    with db.transaction() as session:
        put_membership(session, shop_id, "loyal", *(user.id for user in people))
        staging.stage(session, shop_id, as_of=NOW)
    flush.flush(db.transaction, shop_id)
    with db.transaction() as session:
        flush.remove_all(session, shop_id)

    flush.flush(db.transaction, shop_id)

    assert [user.private_metadata for user in people] == [{"erp.number": "4711"}, *[{}] * 6]
    assert all(user.metadata == {} for user in people)
    assert rows(shop_id) == {}
    assert pocket.state.store.attributes == {}


def test_after_removal_no_run_writes_again(pocket: Pocket) -> None:
    people = pocket.people(2)
    shop_id = given_scores(pocket, people)
    with db.transaction() as session:
        flush.remove_all(session, shop_id)

        assert staging.stage(session, shop_id, as_of=NOW) == 0

    assert rows(shop_id) == {}


def test_removal_of_what_may_or_may_not_have_arrived_removes_it(pocket: Pocket) -> None:
    [user] = pocket.people(1)
    shop_id = given_scores(pocket, [user])
    flush.flush(db.transaction, shop_id)
    with db.transaction() as session:  # as a crash after Saleor's answer leaves it
        session.execute(text("""UPDATE outbox SET state = 'pending', written = '{"private": null}'"""))
        flush.remove_all(session, shop_id)

    flush.flush(db.transaction, shop_id)

    assert user.private_metadata == {}


def test_who_withdraws_is_forgotten_and_stays_so(pocket: Pocket) -> None:
    people = pocket.people(2)
    shop_id = given_scores(pocket, people)
    flush.flush(db.transaction, shop_id)
    with db.transaction() as session:
        objections.object_(session, shop_id, people[0].id, by=AskedBy.SELF)
    flush.flush(db.transaction, shop_id)
    assert people[0].private_metadata == {}

    with db.transaction() as session:
        put_score(session, shop_id, people[0].id)
        staging.stage(session, shop_id, as_of=NOW)
    flush.flush(db.transaction, shop_id)

    assert people[0].private_metadata == {}
    assert people[1].private_metadata != {}


def test_thousands_of_rows_go_out_in_slices_and_none_is_left(pocket: Pocket) -> None:
    people = pocket.people(1500)
    shop_id = given_scores(pocket, people)

    slices = 0
    while flush.flush(db.transaction, shop_id, seconds=0.2).written:
        slices += 1

    assert slices > 1
    assert {row.state for row in rows(shop_id).values()} == {"written"}
    assert all("influence.value" in user.private_metadata for user in people)


def test_no_request_holds_more_than_four_changes(pocket: Pocket) -> None:
    people = pocket.people(9)
    shop_id = given_scores(pocket, people, public_mirror=True)
    with db.transaction() as session:
        put_membership(session, shop_id, "loyal", *(user.id for user in people[:5]))
        staging.stage(session, shop_id, as_of=NOW)

    # The pocket Saleor refuses a fifth mutation, as the real one does.
    assert flush.flush(db.transaction, shop_id).written == 9


WORKER = """
import sys
import threading
from saleor_influence_app import db
from saleor_influence_app.writeback import flush, outbox
place, shop_id = sys.argv[1], int(sys.argv[2])
def stuck(*_, **__):
    print("stuck", flush=True)
    __import__("time").sleep(60)
if place == "before settling":
    outbox.settle = stuck
if place == "while settling":
    real = outbox.settle
    outbox.settle = lambda *args: (real(*args), stuck())
flush.flush(db.transaction, shop_id)
"""


@pytest.mark.parametrize("place", ["during a request", "before settling", "while settling"])
def test_a_worker_killed_in_a_flush_only_repeats_the_same_write(pocket: Pocket, place: str) -> None:
    people = pocket.people(40)
    shop_id = given_scores(pocket, people, segments_attribute_id="QXR0cmlidXRlOjE=")
    if place == "during a request":
        pocket.state.faults.add("api", "slow", value=60, times=2, match="updatePrivateMetadata")
    kill_a_worker(place, shop_id, when=lambda: any(user.private_metadata for user in people))
    pocket.state.faults.clear()

    assert {row.state for row in rows(shop_id).values()} == {"claimed"}
    assert all(row.written == {"private": None} for row in rows(shop_id).values())
    wait_until_nobody_holds_a_transaction()
    with db.transaction() as session:
        session.execute(text("UPDATE outbox SET lease_until = now() - interval '1 s'"))
        flush.sweep(session)
    assert flush.flush(db.transaction, shop_id).written == 40

    assert all(user.private_metadata["influence.value"].endswith(" EUR") for user in people)
    assert {row.state for row in rows(shop_id).values()} == {"written"}


def kill_a_worker(place: str, shop_id: int, *, when: Callable[[], bool]) -> None:
    command = [sys.executable, "-c", WORKER, place, str(shop_id)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as worker:
        try:
            if place == "during a request":
                wait_for(when)
            else:
                assert worker.stdout is not None
                assert any(line.strip() == "stuck" for line in worker.stdout)
        finally:
            os.kill(worker.pid, signal.SIGKILL)


def test_a_worker_whose_lease_ran_out_does_not_have_the_last_word(pocket: Pocket) -> None:
    [user] = pocket.people(1)
    shop_id = given_scores(pocket, [user], segments_attribute_id="QXR0cmlidXRlOjE=")
    with db.transaction() as session:
        [slow] = outbox.claim(session, shop_id, limit=1)
    with db.transaction() as session:  # it stalls; another worker takes over and writes a newer value
        session.execute(text("UPDATE outbox SET lease_until = now() - interval '1 s'"))
        session.execute(text("UPDATE scores SET value = 900"))
        outbox.take_back(session)
        staging.stage(session, shop_id, as_of=NOW)
    flush.flush(db.transaction, shop_id)

    with db.transaction() as session:  # now the slow one's call has arrived after all
        user.private_metadata["influence.value"] = "100.00 EUR"
        outbox.settle(session, shop_id, [outbox.SendResult(slow, OutboxState.WRITTEN, slow.wanted or {})])
    flush.flush(db.transaction, shop_id)

    assert user.private_metadata["influence.value"] == "900.00 EUR"


def test_two_workers_at_once_do_not_write_the_same_rows(pocket: Pocket) -> None:
    shop_id = given_scores(pocket, pocket.people(20))

    with db.transaction() as one, db.transaction() as other:
        first = outbox.claim(one, shop_id, limit=15)
        second = outbox.claim(other, shop_id, limit=15)

    assert (len(first), len(second)) == (15, 5)
    assert not {claim.customer_id for claim in first} & {claim.customer_id for claim in second}


def test_while_one_flush_works_another_leaves_the_shop_to_it(pocket: Pocket) -> None:
    shop_id = given_scores(pocket, pocket.people(20))
    with db.transaction() as session:
        outbox.claim(session, shop_id, limit=5)

    assert flush.flush(db.transaction, shop_id) == flush.Flushed()


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 120  # seconds, on a busy machine; mostly one is enough
    while not condition():
        assert time.monotonic() < deadline, "it did not come about in time"
        time.sleep(0.02)


def wait_until_nobody_holds_a_transaction() -> None:
    """PostgreSQL notices a killed client when it next reads from it."""

    def nobody() -> bool:
        with db.transaction() as session:
            return bool(
                session.scalar(
                    text("""SELECT NOT EXISTS (SELECT FROM pg_stat_activity
                            WHERE datname = current_database() AND pid <> pg_backend_pid()
                              AND state = 'idle in transaction')""")
                )
            )

    wait_for(nobody)


def make_due(shop_id: int) -> None:
    with db.transaction() as session:
        session.execute(
            text("UPDATE outbox SET next_attempt_at = now() WHERE shop_id = :id"), {"id": shop_id}
        )


def attach_order(pocket: Pocket, user: Any) -> None:
    """Saleor shows a staff account to apps only when it has orders."""
    user.orders.append(object())
    pocket.state.store.touch_user(user)


def found_by_segment(shop_id: int, segment: str) -> set[str]:
    with db.transaction() as session:
        shop = session.get_one(Shop, shop_id)
    query = """query($slug: String!) { customers(first: 100, where: {attributes: [
        {slug: "influence-segments", value: {slug: {eq: $slug}}}]}) { edges { node { id } } } }"""
    with open_client(shop.api_url, shop.token_encrypted) as client:
        data = client.execute_document(query, {"slug": segment})
    return {edge["node"]["id"] for edge in data["customers"]["edges"]}


def delete_attribute(pocket: Pocket) -> None:
    [attribute] = pocket.state.store.attributes.values()
    with SaleorClient(pocket.api_url, TOKEN) as client:
        attributes.remove(client, attribute.id)


def test_staff_who_edit_all_the_while_lose_nothing(pocket: Pocket) -> None:
    people = pocket.people(300)
    shop_id = given_scores(pocket, people)
    with db.transaction() as session:
        put_membership(session, shop_id, "loyal", *(user.id for user in people))
        staging.stage(session, shop_id, as_of=NOW)
    staff = admin_client(pocket)
    edits: list[str] = []

    def edit() -> None:
        for user in people:
            staff.execute_document(EDIT, {"id": user.id, "note": f"note of {user.pk}"})
            edits.append(user.id)

    editor = threading.Thread(target=edit)
    editor.start()
    flushed = flush.flush(db.transaction, shop_id)
    editor.join()
    staff.close()

    assert (flushed.written, len(edits)) == (300, 300)
    for user in people:
        assert user.note == f"note of {user.pk}"
        assert user.private_metadata["crm.owner"] == "Tilda"
        assert user.private_metadata["influence.segments"] == '["loyal"]'


EDIT = """mutation($id: ID!, $note: String!) { customerUpdate(id: $id, input: {
    note: $note, privateMetadata: [{key: "crm.owner", value: "Tilda"}]}) { errors { message } } }"""


def admin_client(pocket: Pocket) -> SaleorClient:
    settings = pocket.state.settings
    with SaleorClient(pocket.api_url) as anybody:
        token = anybody.execute_document(
            "mutation($email: String!, $password: String!) "
            "{ tokenCreate(email: $email, password: $password) { token } }",
            {"email": settings.admin_email, "password": settings.admin_password},
        )["tokenCreate"]["token"]
    return SaleorClient(pocket.api_url, token)
