"""Earlier runs: told as they were, gone back to, and forgotten in time."""

import random
from datetime import timedelta
from itertools import combinations
from typing import Any

import pyarrow as pa
import pytest
from sqlalchemy import select, text

from saleor_influence_app import bulk_copy, db, run_queue
from saleor_influence_app.erasure import objections
from saleor_influence_app.errors import InputInvalid, RowMissing
from saleor_influence_app.models import VERSIONED, AskedBy, Membership, Run, Shop, as_of_run, changed_between
from saleor_influence_app.runs import execution, progress, rollback
from saleor_influence_app.shops import shops
from saleor_influence_app.sync import customers
from saleor_influence_app.targeting import definitions, exclusions, segments, ties
from saleor_influence_app.targeting.ties import EnteredTie
from scoring.segments import MEMBERSHIPS
from tests.support.laws import some
from tests.support.remembered import remembered
from tests.support.shop_rows import (
    NOW,
    put_code,
    put_customers,
    put_order,
    put_run,
    put_score,
    put_shop,
    put_tie,
)
from tests.support.stepping import AtStep

pytestmark = pytest.mark.usefixtures("engine")

CELLS = [(segment, who) for segment in ("a", "b") for who in ("anna", "berta", "cleo")]


@some("seed", *range(12), every=3)
def test_what_changed_between_two_runs_is_what_only_one_of_their_states_has(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - a history, not a secret
    with db.transaction() as session:
        shop_id = put_shop(session)
        whole: list[int] = []
        for kind in [*chance.choices(["full", "full", "incremental"], k=6), "full", "incremental"]:
            run_id = put_run(session, shop_id, kind=kind, state="running")
            rows = [
                {"segment": segment, "customer_id": who, "since": NOW, "parts": "[]"}
                | {"reason": chance.choice("xyz")}
                for segment, who in chance.sample(CELLS, chance.randrange(len(CELLS)))
            ]
            bulk_copy.bring(session, pa.Table.from_pylist(rows, schema=MEMBERSHIPS), like=Membership)
            bulk_copy.replace(session, shop_id, into=Membership, run_id=run_id)
            session.execute(text("UPDATE runs SET state = 'done' WHERE id = :id"), {"id": run_id})
            whole += [run_id] if kind == "full" else []

        for earlier, later in combinations([*whole, run_id], 2):
            ended, begun = (
                set(session.execute(rows))
                for rows in changed_between(Membership, shop_id, earlier=earlier, later=later)
            )
            before, after = (
                set(session.execute(as_of_run(Membership, shop_id, one))) for one in (earlier, later)
            )
            assert (ended, begun) == (before - after, after - before)


State = dict[str, list[dict[str, Any]]]


def given_shop(**given: Any) -> int:
    """Anna buys every month and has a code, Berta redeemed it, Cleo bought once."""
    with db.transaction() as session:
        shop_id = put_shop(session, **given)
        put_customers(session, shop_id, "anna", "berta", "cleo")
        put_code(session, shop_id, "ANNA", "anna")
        for month in range(1, 13):
            put_order(session, shop_id, "anna", days_ago=30 * month, product=f"p{month}")
        put_order(session, shop_id, "berta", voucher_code="ANNA", charged=80, days_ago=25, product="p1")
        put_order(session, shop_id, "cleo", days_ago=400)
        definitions.store_defaults(session, shop_id)
    return shop_id


def run_now(shop_id: int, **given: Any) -> int:
    with db.transaction() as session:
        run_id = run_queue.ask(session, shop_id)
    assert execution.execute(db.transaction, run_id, as_of=NOW, **given)
    return run_id


def go_back(shop_id: int, to: int) -> int:
    with db.transaction() as session:
        run_id = rollback.go_back(session, shop_id, to)
    assert execution.execute(db.transaction, run_id)
    return run_id


def state(shop_id: int, run_id: int | None = None) -> State:
    """The shop's rows of all versioned tables, as they are or as they were after that run."""
    found: State = {}
    with db.transaction() as session:
        for model in VERSIONED:
            columns = model.__table__.columns
            now = select(*columns).where(columns.shop_id == shop_id)
            rows = session.execute(now if run_id is None else as_of_run(model, shop_id, run_id))
            found[model.__tablename__] = sorted((dict(row._mapping) for row in rows), key=repr)
    return found


def without_runs(state: State) -> State:
    return {
        name: sorted(
            ({key: value for key, value in row.items() if key != "run_id"} for row in rows), key=repr
        )
        for name, rows in state.items()
    }


def staged(shop_id: int) -> dict[str, Any]:
    with db.transaction() as session:
        rows = session.execute(
            text("SELECT customer_id, wanted FROM outbox WHERE shop_id = :id"), {"id": shop_id}
        )
        return {row.customer_id: row.wanted for row in rows}


def assert_records_say(found: dict[str, Any], then: dict[str, Any]) -> None:
    """The same as then; values as near as any run writes them, which is a tenth."""
    assert found.keys() == then.keys()
    for customer_id, record in found.items():
        now, before = dict(record["private"]), dict(then[customer_id]["private"])
        moved, was = (float(one.pop("influence.value").split()[0]) for one in (now, before))
        assert now == before
        assert moved == pytest.approx(was, rel=0.12)


def change_facts(step: int, shop_id: int) -> None:
    """What happens in the shop between one run and the next."""
    with db.transaction() as session:
        if step == 1:
            put_customers(session, shop_id, "dora")
            put_order(session, shop_id, "dora", voucher_code="ANNA", charged=500, days_ago=3)
            put_tie(session, shop_id, "anna", "cleo")
            put_order(session, shop_id, "cleo", days_ago=55, product="p2")
            session.execute(text("UPDATE orders SET charged = 900, gross = 900 WHERE customer_id = 'cleo'"))
        elif step == 2:
            put_tie(session, shop_id, "anna", "berta", valid_from=NOW - timedelta(days=700))
            put_order(session, shop_id, "berta", days_ago=85, product="p3")
            session.execute(text("UPDATE orders SET status = 'CANCELED' WHERE customer_id = 'berta'"))
            session.execute(text("UPDATE orders SET charged = 5 WHERE customer_id = 'anna'"))
            for days in (20, 60, 190, 220):
                put_order(session, shop_id, "cleo", days_ago=days, charged=300)
        else:
            session.execute(text("UPDATE orders SET status = 'FULFILLED' WHERE customer_id = 'berta'"))
            session.execute(text("UPDATE orders SET status = 'CANCELED' WHERE customer_id = 'dora'"))


def four_runs(shop_id: int) -> dict[int, tuple[State, dict[str, Any]]]:
    """Each run with what the tables and the outbox said after it."""
    seen = {}
    for step in range(4):
        if step:
            change_facts(step, shop_id)
        run_id = run_now(shop_id)
        seen[run_id] = (state(shop_id), staged(shop_id))
    return seen


@remembered
def given_four_runs() -> tuple[int, dict[int, tuple[State, dict[str, Any]]]]:
    """The shop, and what its four runs said."""
    shop_id = given_shop()
    return shop_id, four_runs(shop_id)


@remembered
def given_run() -> tuple[int, int]:
    """The shop, and its one run."""
    shop_id = given_shop()
    return shop_id, run_now(shop_id)


@remembered
def given_two_runs() -> tuple[int, int]:
    """The shop, and the run before its facts changed."""
    shop_id, first = given_run()
    change_facts(1, shop_id)
    run_now(shop_id)
    return shop_id, first


def test_the_state_after_each_run_can_be_told_again() -> None:
    shop_id = given_shop()
    other = given_shop(api_url="https://two.example/graphql/")
    seen = four_runs(shop_id)
    theirs = run_now(other)

    for run_id, (then, _) in seen.items():
        assert state(shop_id, run_id) == then
    assert state(other, theirs) == state(other)
    # the story moves rows of every table, so that none is told by chance
    for table in ("scores", "evidence", "credits", "memberships"):
        assert len({repr(then[table]) for then, _ in seen.values()}) >= 2, table


@some("place", 1, 0, 2)
def test_going_back_brings_rows_memberships_and_records_of_that_run(place: int) -> None:
    shop_id, seen = given_four_runs()
    wanted = list(seen)[place]

    back = go_back(shop_id, wanted)

    assert without_runs(state(shop_id)) == without_runs(seen[wanted][0])
    assert_records_say(staged(shop_id), seen[wanted][1])
    with db.transaction() as session:
        run, target = session.get_one(Run, back), session.get_one(Run, wanted)
        assert (run.kind, run.state, run.back_to) == ("rollback", "done", wanted)
        assert (run.as_of, run.parameters, run.model) == (target.as_of, target.parameters, target.model)
        assert f"results of run {wanted} again" in run.notes[0]
        assert session.get_one(Shop, shop_id).held_run_id == wanted
    for run_id, (then, _) in seen.items():
        assert state(shop_id, run_id) == then
    assert without_runs(state(shop_id, back)) == without_runs(seen[wanted][0])


def test_one_can_go_back_and_forth() -> None:
    shop_id, seen = given_four_runs()
    first, *_, last = seen

    go_back(shop_id, first)
    forth = go_back(shop_id, last)
    assert without_runs(state(shop_id)) == without_runs(seen[last][0])
    go_back(shop_id, first)
    go_back(shop_id, forth)

    assert without_runs(state(shop_id)) == without_runs(seen[last][0])
    assert_records_say(staged(shop_id), seen[last][1])


def test_while_a_shop_is_held_no_run_is_queued_until_somebody_asks() -> None:
    shop_id, first = given_run()
    go_back(shop_id, first)

    with db.transaction() as session:
        assert run_queue.request(session, shop_id) is None
        assert run_queue.request(session, shop_id, kind="full") is None
        execution.nightly(session, shop_id)
        ties.add(session, shop_id, [EnteredTie("anna", "cleo", "club")])
        exclusions.exclude(session, shop_id, "cleo", reason="test")
        segments.drop(session, shop_id, "rising")
        assert session.scalars(select(Run).where(Run.state == "queued")).all() == []

        asked = run_queue.ask(session, shop_id)

        assert session.get_one(Shop, shop_id).held_run_id is None
        assert session.get_one(Run, asked).kind == "full"
    assert execution.execute(db.transaction, asked, as_of=NOW)
    with db.transaction() as session:
        assert run_queue.request(session, shop_id) is not None


def test_a_run_that_waited_when_staff_went_back_is_cancelled() -> None:
    shop_id, first = given_run()
    with db.transaction() as session:
        waiting = run_queue.request(session, shop_id)

    back = go_back(shop_id, first)

    with db.transaction() as session:
        assert {run.id: run.state for run in session.scalars(select(Run))} == {
            first: "done",
            waiting: "cancelled",
            back: "done",
        }


def test_a_way_back_that_is_cancelled_holds_nothing() -> None:
    shop_id, first = given_run()
    with db.transaction() as session:
        back = rollback.go_back(session, shop_id, first)
        progress.cancel(session, shop_id, back)

        assert session.get_one(Shop, shop_id).held_run_id is None
        assert run_queue.request(session, shop_id) is not None


@some("leave", "delete", "withdraw")
def test_nobody_who_left_comes_back(leave: str) -> None:
    shop_id, first = given_two_runs()
    with db.transaction() as session:
        if leave == "delete":
            shops.lock_facts(session, shop_id)
            customers.delete(session, shop_id, {"anna": NOW})
        else:
            objections.object_(session, shop_id, "anna", by=AskedBy.SELF)

    go_back(shop_id, first)

    assert {row["customer_id"] for row in state(shop_id)["scores"]} == {"berta", "cleo"}
    for found in (state(shop_id), state(shop_id, first)):
        assert "anna" not in repr(found)
    assert not (staged(shop_id).get("anna"))


@some("leave", "delete", "withdraw")
def test_nobody_who_leaves_on_the_way_back_comes_back(leave: str) -> None:
    shop_id, first = given_two_runs()
    with db.transaction() as session:
        back = rollback.go_back(session, shop_id, first)

    def anna_leaves() -> None:
        with db.transaction() as session:
            if leave == "delete":
                shops.lock_facts(session, shop_id)
                customers.delete(session, shop_id, {"anna": NOW})
            else:
                objections.object_(session, shop_id, "anna", by=AskedBy.SELF)

    assert execution.execute(AtStep("writing", anna_leaves), back)

    assert "anna" not in repr(state(shop_id))


def test_a_segment_that_was_dropped_is_in_no_record_after_going_back() -> None:
    shop_id, first = given_run()
    assert "loyal" in staged(shop_id)["anna"]["private"]["influence.segments"]
    change_facts(2, shop_id)
    run_now(shop_id)
    with db.transaction() as session:
        segments.drop(session, shop_id, "loyal")

    go_back(shop_id, first)

    assert "loyal" not in repr(state(shop_id)["memberships"])
    assert "loyal" not in repr(staged(shop_id))


@pytest.mark.parametrize("run_state", ["queued", "running", "failed", "cancelled"])
def test_only_a_finished_run_can_be_gone_back_to(run_state: str) -> None:
    with db.transaction() as session:
        shop_id = put_shop(session)
        run_id = put_run(session, shop_id, state=run_state)

        with pytest.raises(InputInvalid, match="Only a run that was finished"):
            rollback.go_back(session, shop_id, run_id)
        assert session.get_one(Shop, shop_id).held_run_id is None


def test_a_run_of_another_shop_or_none_is_refused() -> None:
    mine, theirs = given_shop(), given_shop(api_url="https://two.example/graphql/")
    run_id = run_now(theirs)

    for wanted in (run_id, 2**31 - 1):
        with db.transaction() as session, pytest.raises(RowMissing):
            rollback.go_back(session, mine, wanted)
        with db.transaction() as session, pytest.raises(RowMissing):
            progress.cancel(session, mine, wanted)


def age_runs(days: int, *run_ids: int) -> None:
    with db.transaction() as session:
        session.execute(
            text("UPDATE runs SET finished_at = now() - make_interval(days => :days) WHERE id = ANY (:ids)"),
            {"days": days, "ids": list(run_ids)},
        )


def test_results_that_are_too_old_cannot_be_gone_back_to() -> None:
    shop_id, first = given_run()
    age_runs(31, first)

    with db.transaction() as session, pytest.raises(InputInvalid, match="kept for 30 days"):
        rollback.go_back(session, shop_id, first)


def test_pruning_keeps_what_young_runs_said_and_drops_what_only_old_ones_did() -> None:
    shop_id, seen = given_four_runs()
    first, second, third, fourth = seen
    age_runs(31, first, second)

    with db.transaction() as session:
        rollback.prune(session, shop_id)

    for run_id in (third, fourth):
        assert state(shop_id, run_id) == seen[run_id][0]
    with db.transaction() as session:
        for past in VERSIONED.values():
            oldest = session.scalar(text(f"SELECT min(until_run) FROM {past.name}"))
            assert oldest is None or oldest > third, past.name
    assert rows_refer_to_runs_that_exist()
    go_back(shop_id, third)
    assert without_runs(state(shop_id)) == without_runs(seen[third][0])


def test_pruning_drops_runs_that_nothing_refers_to_and_no_other() -> None:
    shop_id, first = given_run()
    idle = [run_now(shop_id) for _ in range(2)]
    with db.transaction() as session:
        held = put_run(session, shop_id)
        dead = [put_run(session, shop_id, state=ended) for ended in ("failed", "cancelled", "done")]
        waiting = [put_run(session, shop_id, state=ongoing) for ongoing in ("queued", "running")]
        young = put_run(session, shop_id, state="failed")
        session.get_one(Shop, shop_id).held_run_id = held
    age_runs(31, first, held, *idle, *dead, *waiting)
    age_runs(1, young)

    with db.transaction() as session:
        rollback.prune(session, shop_id)

        kept = set(session.scalars(select(Run.id)))
    assert kept == {first, held, young, *waiting}
    assert rows_refer_to_runs_that_exist()


def test_pruning_one_shop_leaves_the_others_past_alone() -> None:
    mine, theirs = given_shop(), given_shop(api_url="https://two.example/graphql/")
    seen = four_runs(theirs)
    run_now(mine)
    age_runs(31, *seen)

    with db.transaction() as session:
        rollback.prune(session, mine)

    for run_id, (then, _) in seen.items():
        assert state(theirs, run_id) == then


def rows_refer_to_runs_that_exist() -> bool:
    with db.transaction() as session:
        known = set(session.scalars(select(Run.id)))
        used = {
            run_id
            for model, past in VERSIONED.items()
            for table in (model.__tablename__, past.name)
            for run_id in session.scalars(text(f"SELECT DISTINCT run_id FROM {table}"))
        }
    return used <= known


def test_a_run_that_changes_nothing_stores_no_past() -> None:
    shop_id, _ = given_run()
    before = sizes()

    run_now(shop_id)

    assert sizes() == before


def sizes() -> dict[str, int]:
    with db.transaction() as session:
        return {
            past.name: session.execute(text(f"SELECT count(*) FROM {past.name}")).scalar_one()
            for past in VERSIONED.values()
        }


def test_a_value_set_by_hand_is_not_mistaken_for_a_run() -> None:
    """A row knows the run that wrote it: who adds one without a run is refused by the table itself."""
    with db.transaction() as session:
        shop_id = put_shop(session)
        put_score(session, shop_id, "anna")
    with db.transaction() as session, pytest.raises(Exception, match="null value in column"):
        session.execute(text("UPDATE scores SET run_id = NULL"))


def test_every_versioned_table_keeps_all_columns_in_its_past() -> None:
    for model, past in VERSIONED.items():
        assert set(past.columns.keys()) == set(model.__table__.columns.keys()) | {"until_run"}
        for column in model.__table__.columns:
            assert str(past.c[column.name].type) == str(column.type), column
    assert Membership in VERSIONED
