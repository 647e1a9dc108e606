"""A list is read page by page, to its end, to our limit, or to where it breaks; all three are told."""

import time

import pytest

from saleor_influence_app.social.answers import Cause, Failure, Final, Reason, Transient
from saleor_influence_app.social.network import Page
from saleor_influence_app.social.shapes import NOWHERE
from saleor_influence_app.social.walk import End, Limits, Walk

DOWN = Transient(cause=Cause.DOWN, sentence="It is out of order.")


class Pages:
    """Pages of three numbers; `broken` is the cursor at which it fails."""

    def __init__(self, total: int, *, broken: str | None = None) -> None:
        self.total = total
        self.broken = broken
        self.asked: list[str | None] = []

    def __call__(self, cursor: str | None) -> Page[int] | Failure:
        self.asked.append(cursor)
        if cursor is not None and cursor == self.broken:
            return DOWN
        start = int(cursor or 0)
        end = min(start + 3, self.total)
        return Page(items=tuple(range(start, end)), cursor=str(end) if end < self.total else None)


def walked(pages: Pages, *, limit: int, cursor: str | None = None) -> tuple[list[int], End]:
    walk = Walk(pages, limit=limit, cursor=cursor)
    numbers = list(walk)
    assert walk.end is not None
    return numbers, walk.end


def test_a_list_is_read_to_its_end() -> None:
    assert walked(Pages(7), limit=100) == (list(range(7)), End(seen=7, cut=False))


@pytest.mark.parametrize(
    ("limit", "cursor", "asked"), [(2, None, 1), (3, "3", 1), (4, "3", 2), (6, "6", 2), (0, None, 1)]
)
def test_the_limit_cuts_and_the_page_that_was_cut_is_where_to_go_on(
    limit: int, cursor: str | None, asked: int
) -> None:
    pages = Pages(100)

    numbers, end = walked(pages, limit=limit)

    assert numbers == list(range(limit))
    assert end == End(seen=limit, cut=True, cursor=cursor)
    assert len(pages.asked) == asked


def test_a_list_that_is_just_as_long_as_the_limit_is_not_cut() -> None:
    assert walked(Pages(6), limit=6)[1] == End(seen=6, cut=False)


def test_a_break_is_told_with_the_place_to_go_on_and_nothing_is_lost() -> None:
    numbers, end = walked(Pages(9, broken="3"), limit=100)

    assert numbers == [0, 1, 2]
    assert end == End(seen=3, cut=False, cursor="3", failure=DOWN)
    assert end.sentence("followers") == "Read 3 followers; then: It is out of order."
    assert walked(Pages(9), limit=100, cursor=end.cursor)[0] == [3, 4, 5, 6, 7, 8]


def test_a_network_that_gives_the_same_page_for_ever_is_left() -> None:
    walk = Walk(lambda _cursor: Page(items=(1,), cursor="again"), limit=10**9, name="A network")

    assert list(walk) == [1]

    assert walk.end is not None
    assert isinstance(walk.end.failure, Final)
    assert walk.end.failure.reason is Reason.UNREADABLE


def test_empty_pages_for_ever_end_as_well() -> None:
    asked = iter(range(10**9))
    walk: Walk[int] = Walk(lambda _cursor: Page(items=(), cursor=str(next(asked))), limit=5)

    assert list(walk) == []

    assert walk.end is not None
    assert walk.end.failure is not None
    assert next(asked) < 100


def refused(walk: Walk[int]) -> str:
    """Read it to its end, which is one that no going on mends; returns why."""
    list(walk)
    assert walk.end is not None
    assert isinstance(walk.end.failure, Final)
    assert walk.end.failure.reason is Reason.UNREADABLE
    return walk.end.failure.sentence


@pytest.mark.parametrize("length", [1, 2, 3, 7, 50])
def test_pages_in_a_circle_are_asked_for_once(length: int) -> None:
    asked: list[str | None] = []

    def page(cursor: str | None) -> Page[int]:
        asked.append(cursor)
        number = int(cursor or 0)
        return Page(items=(number,), cursor=str((number + 1) % length if number else 1 % length or "0"))

    assert "again and again" in refused(Walk(page, limit=10**9))
    assert len(asked) == len(set(asked)), "each of them costs money at some networks"


def test_a_circle_that_is_longer_than_a_part_of_the_list_is_met_by_its_landmark() -> None:
    walk: Walk[int] = Walk(
        lambda cursor: Page(items=(int(cursor or 0),), cursor=str(int(cursor or 0) + 1)),
        limit=10**9,
        cursor="4",
        passed=frozenset({"9"}),
    )

    assert "again and again" in refused(walk)
    assert walk.end is not None
    assert walk.end.seen == 5


def test_what_comes_twice_on_a_page_or_on_two_counts_once() -> None:
    pages = {None: Page(items=(1, 2, 1), cursor="a"), "a": Page(items=(2, 3, 3), cursor=None)}
    walk = Walk(lambda cursor: pages[cursor], limit=100)

    assert list(walk) == [1, 2, 3]

    assert walk.end == End(seen=3, cut=False)


def test_ever_new_cursors_to_the_same_rows_end() -> None:
    asked = iter(range(10**9))
    walk = Walk(lambda _cursor: Page(items=(1, 2, 3), cursor=str(next(asked))), limit=10**9)

    assert "nothing new" in refused(walk)

    assert next(asked) < 100


def test_small_pages_without_end_end_at_the_limit_of_pages_and_go_on_later() -> None:
    asked = iter(range(10**9))

    def page(_cursor: str | None) -> Page[int]:
        number = next(asked)
        return Page(items=(number,), cursor=str(number))

    walk = Walk(page, limit=Limits(items=10**9, pages=60))
    assert len(list(walk)) == 60

    assert walk.end == End(seen=60, cut=True, cursor="59")


def test_slow_pages_end_when_the_time_is_over() -> None:
    def page(cursor: str | None) -> Page[int]:
        time.sleep(0.02)
        return Page(items=(int(cursor or 0),), cursor=str(int(cursor or 0) + 1))

    walk = Walk(page, limit=Limits(items=10**9, seconds=0.1))

    assert 1 <= len(list(walk)) <= 6
    assert walk.end is not None
    assert walk.end.cut


def test_a_page_that_is_paid_for_is_read_whole_and_never_asked_for_again() -> None:
    pages = Pages(9)
    walk = Walk(pages, limit=Limits(items=4, whole_pages=True))

    assert list(walk) == list(range(6))

    assert walk.end == End(seen=6, cut=True, cursor="6")


def test_a_place_that_cannot_be_read_is_not_taken_for_the_end() -> None:
    walk = Walk(lambda _cursor: Page(items=(1,), cursor=NOWHERE), limit=10)

    assert "not where" in refused(walk)
    assert walk.end is not None
    assert (walk.end.seen, walk.end.cursor) == (1, None)


def test_rows_that_cannot_be_read_are_counted_and_told() -> None:
    walk = Walk(lambda _cursor: Page(items=(1, 2), skipped=1), limit=10)

    assert list(walk) == [1, 2]
    assert walk.end == End(seen=2, cut=False, skipped=1)
    assert walk.end.sentence("followers") == "Read all 2 followers. 1 more could not be read."
