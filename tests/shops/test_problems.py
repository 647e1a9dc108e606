"""Problems: raised once, told to Saleor once, dismissed on recovery, never lost while Saleor is away."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from saleor_influence_app import db
from saleor_influence_app.models import Problem
from saleor_influence_app.shops import problems
from tests.support.pocket_shop import Pocket, pocket_saleor

pytestmark = pytest.mark.usefixtures("engine")
KEY = "influence-test"


@pytest.fixture
def pocket() -> Iterator[Pocket]:
    with pocket_saleor() as pocket:
        yield pocket


@pytest.fixture
def shop_id(pocket: Pocket) -> int:
    with db.transaction() as session:
        return pocket.put_row(session)


def say(shop_id: int, message: str = "Something is wrong.") -> None:
    with db.transaction() as session:
        problems.raise_problem(session, shop_id, KEY, message)


def recover(shop_id: int) -> None:
    with db.transaction() as session:
        problems.resolve_problem(session, shop_id, KEY)


def stored() -> list[Problem]:
    with db.transaction() as session:
        return list(session.scalars(select(Problem)))


def test_a_problem_is_told_once_however_often_it_is_raised(pocket: Pocket, shop_id: int) -> None:
    say(shop_id)
    assert problems.report(db.transaction, shop_id) == 1
    for _ in range(3):
        say(shop_id)

    assert problems.report(db.transaction, shop_id) == 0
    [shown] = pocket.app.problem_list
    assert (shown.key, shown.message, shown.count) == (KEY, "Something is wrong.", 1)


def test_another_message_under_the_same_key_replaces_the_first(pocket: Pocket, shop_id: int) -> None:
    say(shop_id)
    problems.report(db.transaction, shop_id)
    since = stored()[0].since

    say(shop_id, "It is worse.")
    problems.report(db.transaction, shop_id)

    [shown] = pocket.app.problem_list
    assert shown.message == "It is worse."
    assert stored()[0].since == since


def test_recovery_dismisses_it_in_saleor_and_forgets_it_here(pocket: Pocket, shop_id: int) -> None:
    say(shop_id)
    problems.report(db.transaction, shop_id)
    recover(shop_id)

    assert problems.report(db.transaction, shop_id) == 1

    assert pocket.app.problem_list[0].dismissed is not None
    assert stored() == []


def test_a_problem_that_passes_before_saleor_heard_of_it_is_never_told(pocket: Pocket, shop_id: int) -> None:
    say(shop_id)
    recover(shop_id)

    assert problems.report(db.transaction, shop_id) == 0
    assert pocket.app.problem_list == []


def test_a_problem_that_comes_back_before_its_dismissal_was_told_stays_shown(
    pocket: Pocket, shop_id: int
) -> None:
    say(shop_id)
    problems.report(db.transaction, shop_id)
    recover(shop_id)
    say(shop_id)

    problems.report(db.transaction, shop_id)

    assert [shown.dismissed for shown in pocket.app.problem_list] == [None]
    assert stored()[0].dismissed_at is None


@pytest.mark.parametrize("fault", [("status", 503), ("status", 401), ("drop", 0)])
def test_while_saleor_is_away_the_problem_waits(pocket: Pocket, shop_id: int, fault: tuple[str, int]) -> None:
    say(shop_id)
    pocket.state.faults.add("api", fault[0], value=fault[1], times=None)

    assert problems.report(db.transaction, shop_id) == 0
    assert [problem.reported for problem in stored()] == [False]

    pocket.state.faults.clear()
    assert problems.report(db.transaction, shop_id) == 1


@pytest.mark.parametrize("version", ["3.21.60", "3.22.35"])
def test_a_saleor_that_knows_no_problems_is_not_asked(version: str) -> None:
    with pocket_saleor(version) as old:
        with db.transaction() as session:
            schema = ".".join(version.split(".")[:2])
            shop_id = old.put_row(session, saleor_version=version, schema_version=schema)
        say(shop_id)

        assert problems.report(db.transaction, shop_id) == 0
    assert [problem.reported for problem in stored()] == [True]


def test_a_message_longer_than_saleor_keeps_is_cut(pocket: Pocket, shop_id: int) -> None:
    say(shop_id, "x" * 5000)

    problems.report(db.transaction, shop_id)

    assert pocket.app.problem_list[0].message == "x" * 2048


def test_an_app_that_is_switched_off_tells_nothing(pocket: Pocket) -> None:
    with db.transaction() as session:
        shop_id = pocket.put_row(session, active=False)
    say(shop_id)

    assert problems.report(db.transaction, shop_id) == 0
