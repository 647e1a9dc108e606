"""Every kind of row, in every state, under every refusal: it ends done, now or when it is due again.

Case 1: a removal has no final state. Case 2: trouble in a success is no refusal.
"""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import select, text

from saleor_influence_app import db
from saleor_influence_app.erasure import objections
from saleor_influence_app.models import AskedBy, OutboxRow, Problem, Shop
from saleor_influence_app.saleor.client import SaleorClient, open_client
from saleor_influence_app.shops import problems
from saleor_influence_app.writeback import flush, sender, staging
from sandbox.world import User
from tests.support.laws import some
from tests.support.pocket_shop import Pocket, pocket_saleor
from tests.support.shop_rows import NOW, put_customers, put_membership, put_run, put_score

pytestmark = pytest.mark.usefixtures("engine")

MINUTES = timedelta(minutes=15)
DAY = timedelta(days=1)
Answer = Callable[[list[str]], httpx.Response]


def _graphql(status: int = 200, **body: Any) -> httpx.Response:
    return httpx.Response(status, json=body)


def _error(code: str, message: str = "Internal Server Error", **more: Any) -> dict[str, Any]:
    return {"message": message, "extensions": {"exception": {"code": code}}, **more}


def _each(answer: Any, names: list[str], errors: list[Any] | None = None) -> httpx.Response:
    more: dict[str, Any] = {"errors": errors} if errors else {}
    return _graphql(data=dict.fromkeys(names, answer), **more)


def _raise(trouble: Exception) -> httpx.Response:
    raise trouble


REFUSALS: dict[str, Answer] = {
    "no network": lambda _: _raise(httpx.ConnectError("refused")),
    "a time-out": lambda _: _raise(httpx.ReadTimeout("slow")),
    "429": lambda _: httpx.Response(429, headers={"retry-after": "86400"}),
    "429 with a date of nonsense": lambda _: httpx.Response(
        429, headers={"retry-after": "Wed, 21 Oct 99999999999999999999 07:28:00 GMT"}
    ),
    "429 at once": lambda _: httpx.Response(429, headers={"retry-after": "0"}),
    "500": lambda _: httpx.Response(500),
    "503": lambda _: httpx.Response(503, text="<html>maintenance"),
    "522": lambda _: httpx.Response(522),
    "a lost database in 200": lambda _: _graphql(errors=[_error("OperationalError")], data=None),
    "a lost database in 400": lambda _: _graphql(400, errors=[_error("InterfaceError", "closed")], data=None),
    "a lost database in each part": lambda names: _each(
        None, names, [_error("OperationalError", path=[name]) for name in names]
    ),
    "a maintenance page": lambda _: httpx.Response(200, html="<html>We are back soon</html>"),
    "nothing": lambda _: httpx.Response(200),
    "half an answer": lambda _: httpx.Response(200, text='{"data": {"m0": {"err'),
    "an answer without parts": lambda _: _graphql(data={}),
    "JSON that is no object": lambda _: httpx.Response(200, json=[1]),
    "permission denied": lambda names: _each(
        None, names, [_error("PermissionDenied", "No.", path=[name]) for name in names]
    ),
    "permission denied as a whole": lambda _: _graphql(errors=[_error("PermissionDenied", "No.")], data=None),
    "a refusal with a code": lambda names: _each({"errors": [{"code": "REQUIRED", "message": "key"}]}, names),
    "a race": lambda names: _each({"errors": [{"code": "NOT_UPDATED", "message": "race"}]}, names),
    "a refusal of each part": lambda names: _each(
        None, names, [_error("ValidationError", "No.", path=[name]) for name in names]
    ),
    "a refused request": lambda _: _graphql(400, errors=[_error("GraphQLError", "Unknown field.")]),
    "a wrong address": lambda _: httpx.Response(404, text="<html>nginx"),
    "a redirect": lambda _: httpx.Response(302, headers={"location": "https://elsewhere.example/"}),
}


class Refusing(httpx.BaseTransport):
    """Carries requests; changes of customers and of the attribute get the prepared answer, if any."""

    def __init__(self, answer: Answer | None) -> None:
        self.answer = answer
        self._carrier = httpx.HTTPTransport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Refuse it, or send it on."""
        sent = json.loads(request.read())
        packed = sent["query"].startswith("mutation Packed")
        if self.answer is not None and (packed or "AttributeDelete" in sent["query"]):
            names = {name.partition("_")[0] for name in sent["variables"]} if packed else {"attributeDelete"}
            return self.answer(sorted(names))
        return self._carrier.handle_request(request)

    def close(self) -> None:
        """Close the connections."""
        self._carrier.close()


@pytest.fixture(scope="module")
def pocket() -> Iterator[Pocket]:
    with pocket_saleor() as pocket:
        yield pocket


class World:
    """A shop with valued customers, whose keys are in Saleor."""

    def __init__(self, pocket: Pocket, people: int = 2) -> None:
        self.pocket = pocket
        self.answer: Answer | None = None
        self.people: list[User] = pocket.people(people)
        with db.transaction() as session:
            self.shop_id = pocket.put_row(session)
            put_customers(session, self.shop_id, *(user.id for user in self.people))
            run_id = put_run(session, self.shop_id)
            for user in self.people:
                put_score(session, self.shop_id, user.id, run_id=run_id, value=100)
            put_membership(session, self.shop_id, "loyal", *(user.id for user in self.people))
            staging.stage(session, self.shop_id, as_of=NOW)
        self.flush()
        assert {user.private_metadata["influence.value"] for user in self.people} == {"100.00 EUR"}

    def flush(self) -> None:
        def opener(url: str, token: str) -> SaleorClient:
            return open_client(url, token, transport=Refusing(self.answer))

        flush.flush(db.transaction, self.shop_id, opener=opener)

    def rows(self) -> list[OutboxRow]:
        with db.transaction() as session:
            return list(session.scalars(select(OutboxRow).where(OutboxRow.shop_id == self.shop_id)))

    def shop(self) -> Shop:
        with db.transaction() as session:
            return session.get_one(Shop, self.shop_id)

    def pass_time(self, span: timedelta) -> None:
        """So much time goes by, and the clock sweeps."""
        with db.transaction() as session:
            session.execute(
                text("UPDATE outbox SET next_attempt_at = next_attempt_at - CAST(:span AS interval)"),
                {"span": span},
            )
            session.execute(
                text("UPDATE shops SET attribute_retry_at = attribute_retry_at - CAST(:span AS interval)"),
                {"span": span},
            )
        with db.transaction() as session:
            flush.sweep(session)

    def problem(self) -> str | None:
        with db.transaction() as session:
            found = session.get(Problem, (self.shop_id, problems.WRITEBACK_FAILED))
            return found.message if found and found.dismissed_at is None else None


def _new_value(world: World) -> None:
    with db.transaction() as session:
        session.execute(text("UPDATE scores SET value = 900"))
        staging.stage(session, world.shop_id, as_of=NOW)


def _withdrawal(world: World) -> None:
    with db.transaction() as session:
        for user in world.people:
            objections.object_(session, world.shop_id, user.id, by=AskedBy.SELF)


def _value_gone(world: World) -> None:
    with db.transaction() as session:
        session.execute(text("DELETE FROM memberships"))
        session.execute(text("DELETE FROM scores"))
        staging.stage(session, world.shop_id, as_of=NOW)


def _segments_alone(world: World) -> None:
    with db.transaction() as session:
        session.execute(text("DELETE FROM memberships"))
        session.execute(text("UPDATE shops SET segments_only = true"))
        staging.stage(session, world.shop_id, as_of=NOW)


def _cleanup(world: World) -> None:
    with db.transaction() as session:
        flush.remove_all(session, world.shop_id)


WRITES = ("a new value", "other segments")
REMOVALS = {
    "a withdrawal": _withdrawal,
    "a value that is gone": _value_gone,
    "segments alone, and none": _segments_alone,
    "a cleanup": _cleanup,
}


def _is_done(row: OutboxRow) -> bool:
    return row.state == "written" and row.written == row.wanted


def _says_what_it_should(world: World, what: str) -> bool:
    return all(_has(user, what) for user in world.people)


def _has(user: User, what: str) -> bool:
    if what == "a new value":
        return user.private_metadata["influence.value"] == "900.00 EUR"
    if what == "other segments":
        return user.private_metadata["influence.segments"] == '["rising"]'
    return user.private_metadata == {}


def _one_of_each_kind(world: World) -> dict[str, User]:
    """The rows of the shop's customers are of every kind: two writes and three removals."""
    kinds = dict(
        zip(
            ("a new value", "other segments", "a withdrawal", "a value", "another value"),
            world.people,
            strict=True,
        )
    )
    with db.transaction() as session:
        session.execute(
            text("UPDATE scores SET value = 900 WHERE customer_id = :id"), {"id": kinds["a new value"].id}
        )
        session.execute(
            text("DELETE FROM memberships WHERE customer_id = :id"), {"id": kinds["other segments"].id}
        )
        put_membership(session, world.shop_id, "rising", kinds["other segments"].id)
        for gone in ("a value", "another value"):
            session.execute(text("DELETE FROM scores WHERE customer_id = :id"), {"id": kinds[gone].id})
        staging.stage(session, world.shop_id, as_of=NOW)
        objections.object_(session, world.shop_id, kinds["a withdrawal"].id, by=AskedBy.SELF)
    return kinds


def _all_of_a_cleanup(world: World) -> dict[str, User]:
    """Everything in the shop is to go, the attribute as well."""
    _cleanup(world)
    return {f"cleanup {place}": user for place, user in enumerate(world.people)}


@some("refusal", *REFUSALS, every=4)
@pytest.mark.parametrize("rows", [_one_of_each_kind, _all_of_a_cleanup])
def test_a_row_ends_done_or_is_due_again_and_then_ends_done(
    pocket: Pocket, rows: Callable[[World], dict[str, User]], refusal: str
) -> None:
    """Cases 1 and 2: every kind of row under every kind of refusal, until customers go alone and beyond."""
    world = World(pocket, people=5)
    kinds = rows(world)
    world.answer = REFUSALS[refusal]
    for _ in range(sender.ALONE_AFTER + 2):
        world.flush()
        for row in world.rows():
            removal = row.wanted is None
            wait = row.next_attempt_at - datetime.now(UTC)
            assert row.state in ({"pending", "written"} if removal else {"pending", "failed", "written"})
            assert _is_done(row) or wait <= (DAY if row.state == "failed" else MINUTES)
        _check_words(world)
        world.pass_time(MINUTES)
    world.answer = None

    world.pass_time(MINUTES)
    world.flush()
    assert [what for what, user in kinds.items() if what not in WRITES and not _has(user, what)] == []
    world.pass_time(DAY)  # a write that Saleor refused for good waits for a day, or for the next full run
    world.flush()

    assert [what for what, user in kinds.items() if not _has(user, what)] == []
    assert all(map(_is_done, world.rows()))
    assert world.problem() is None
    assert world.shop().segments_attribute_id is None or rows is _one_of_each_kind


def _check_words(world: World) -> None:
    """What staff are told is what the rows will do."""
    message = world.problem()
    refused = [row for row in world.rows() if row.state == "failed"]
    if refused:
        assert message is not None
        assert "after a day, or with the next full run" in message
        assert all(row.wanted for row in refused)
    if message is not None and "may still hold keys of ours" in message:
        assert any(row.wanted is None and row.state == "pending" for row in world.rows())
        assert "each is tried again every few minutes" in message
    assert "each night" not in (message or "")


@pytest.mark.parametrize("state", ["pending", "claimed", "written", "failed", "skipped_staff"])
@pytest.mark.parametrize("what", REMOVALS)
def test_a_removal_ends_done_from_every_state_that_a_row_can_be_in(
    pocket: Pocket, what: str, state: str
) -> None:
    """An earlier version left failed removals behind, and those go as well."""
    world = World(pocket)
    with db.transaction() as session:
        session.execute(
            text("""UPDATE outbox SET state = :state, attempts = 9, error = 'x',
                    written = '{"private": null}',
                    lease_until = CASE WHEN :state = 'claimed' THEN now() - interval '1 s' END"""),
            {"state": state},
        )
    REMOVALS[what](world)

    world.pass_time(timedelta())
    world.flush()

    assert all(user.private_metadata == {} for user in world.people)
    assert all(map(_is_done, world.rows()))


def test_removals_that_an_earlier_version_gave_up_are_taken_up_again(pocket: Pocket) -> None:
    """Case 1, as it was seen: a failed row whose `wanted` is NULL, in no sweep."""
    world = World(pocket)
    with db.transaction() as session:
        session.execute(
            text("""UPDATE outbox SET wanted = NULL, state = 'failed',
            attempts = 12, error = 'Saleor refused: Internal Server Error', written = '{"private": null}'""")
        )

    world.pass_time(timedelta())
    world.flush()

    assert all(user.private_metadata == {} for user in world.people)


def test_a_full_run_tries_a_refused_write_again_at_once(pocket: Pocket) -> None:
    world = World(pocket)
    _new_value(world)
    world.answer = REFUSALS["a refusal with a code"]
    world.flush()
    assert {row.state for row in world.rows()} == {"failed"}
    world.answer = None

    with db.transaction() as session:
        staging.stage(session, world.shop_id, as_of=NOW, retry_failed=True)
    world.flush()

    assert _says_what_it_should(world, "a new value")


def test_a_removal_that_saleor_refuses_is_told_and_the_words_go_with_it(pocket: Pocket) -> None:
    world = World(pocket)
    _withdrawal(world)
    world.answer = REFUSALS["a refusal with a code"]
    for _ in range(4):
        world.flush()
        world.pass_time(MINUTES)
    assert "2 customer records may still hold keys of ours" in (world.problem() or "")
    world.answer = None

    world.flush()

    assert world.problem() is None
    assert all(user.private_metadata == {} for user in world.people)


def test_a_withdrawal_during_a_refused_write_does_not_wait_for_a_day(pocket: Pocket) -> None:
    world = World(pocket)
    _new_value(world)

    def withdraw_meanwhile(names: list[str]) -> httpx.Response:
        _withdrawal(world)
        return REFUSALS["a refusal with a code"](names)

    world.answer = withdraw_meanwhile
    world.flush()
    world.answer = None
    world.pass_time(MINUTES)
    world.flush()

    assert all(user.private_metadata == {} for user in world.people)


@pytest.mark.parametrize("what", REMOVALS)
def test_the_removal_from_somebody_who_joined_the_staff_ends_and_is_tried_once_a_day(
    pocket: Pocket, what: str
) -> None:
    world = World(pocket)
    for user in world.people:
        user.is_staff = True
        user.orders.append(object())  # type: ignore[arg-type] # Saleor shows staff with orders only
        pocket.state.store.touch_user(user)
    REMOVALS[what](world)
    world.flush()

    assert {row.state for row in world.rows()} == {"skipped_staff"}
    world.pass_time(MINUTES)
    assert {row.state for row in world.rows()} == {"skipped_staff"}
    for user in world.people:
        user.is_staff = False
        user.orders.clear()
    world.pass_time(DAY)
    world.flush()
    assert all(user.private_metadata == {} for user in world.people)


def test_who_objects_and_is_gone_in_saleor_is_still_known_to_want_no_value(pocket: Pocket) -> None:
    """Saleor also hides staff without orders: as long as we hold a customer, their no is kept."""
    world = World(pocket)
    with db.transaction() as session:
        for user in world.people:
            objections.object_(session, world.shop_id, user.id, by=AskedBy.SELF)
    for user in world.people:
        pocket.state.store.remove_user(user)

    world.flush()

    assert world.rows() == []
    with db.transaction() as session:
        for user in world.people:
            put_score(session, world.shop_id, user.id)
        assert staging.stage(session, world.shop_id, as_of=NOW) == 0


def test_a_customer_whom_saleor_fails_to_find_is_not_taken_for_gone(pocket: Pocket) -> None:
    world = World(pocket)
    _withdrawal(world)
    refused = REFUSALS["permission denied"]
    world.answer = refused
    pocket.state.faults.add("api", "database", match="query Packed")

    world.flush()

    assert {(row.state, row.written["private"]) for row in world.rows() if row.written} == {("pending", None)}
    world.answer = None
    world.pass_time(MINUTES)
    world.flush()
    assert all(user.private_metadata == {} for user in world.people)


def test_forty_due_writes_wait_through_trouble_in_a_success(pocket: Pocket) -> None:
    """Case 2, as it was seen: 20 to 40 rows failed until the next full run."""
    people = pocket.people(40)
    with db.transaction() as session:
        shop_id = pocket.put_row(session)
        put_customers(session, shop_id, *(user.id for user in people))
        run_id = put_run(session, shop_id)
        for user in people:
            put_score(session, shop_id, user.id, run_id=run_id)
        staging.stage(session, shop_id, as_of=NOW)
    pocket.state.faults.add("api", "database", times=None, match="updatePrivateMetadata", probability=0.5)
    pocket.state.faults.add("api", "page", times=None, match="updatePrivateMetadata", probability=0.3)
    for _ in range(20):
        flush.flush(db.transaction, shop_id)
        with db.transaction() as session:
            assert flush.counts(session, shop_id)["failed"] == 0
            session.execute(text("UPDATE outbox SET next_attempt_at = now()"))
    pocket.state.faults.clear()

    flush.flush(db.transaction, shop_id)

    assert all("influence.value" in user.private_metadata for user in people)


def test_a_token_that_our_key_does_not_open_is_told(pocket: Pocket) -> None:
    world = World(pocket)
    _withdrawal(world)
    with db.transaction() as session:
        session.execute(text("UPDATE shops SET token_encrypted = 'gAAAAAbroken'"))

    flushed = flush.flush(db.transaction, world.shop_id)

    assert flushed.trouble == problems.WRITEBACK_DENIED
    with db.transaction() as session:
        found = session.get_one(Problem, (world.shop_id, problems.WRITEBACK_DENIED))
        assert "SECRET_KEY" in found.message
