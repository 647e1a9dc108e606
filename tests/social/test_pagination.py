"""A list is read page by page, to its end, to our limit, or to where it breaks; all three are told."""

import time

import pytest

from saleor_influence_app.social.failures import Cause, Failure, Final, Reason, Transient
from saleor_influence_app.social.network import Page
from saleor_influence_app.social.pagination import PageEnd, PageLimits, Paginator
from saleor_influence_app.social.schemas import UNREADABLE_CURSOR

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


def walked(pages: Pages, *, limit: int, cursor: str | None = None) -> tuple[list[int], PageEnd]:
    paginator = Paginator(pages, limit=limit, cursor=cursor)
    numbers = list(paginator)
    assert paginator.end is not None
    return numbers, paginator.end


def test_a_list_is_read_to_its_end() -> None:
    assert walked(Pages(7), limit=100) == (list(range(7)), PageEnd(seen=7, cut=False))


@pytest.mark.parametrize(
    ("limit", "cursor", "asked"), [(2, None, 1), (3, "3", 1), (4, "3", 2), (6, "6", 2), (0, None, 1)]
)
def test_the_limit_cuts_and_the_page_that_was_cut_is_where_to_go_on(
    limit: int, cursor: str | None, asked: int
) -> None:
    pages = Pages(100)

    numbers, end = walked(pages, limit=limit)

    assert numbers == list(range(limit))
    assert end == PageEnd(seen=limit, cut=True, cursor=cursor)
    assert len(pages.asked) == asked


def test_a_list_that_is_just_as_long_as_the_limit_is_not_cut() -> None:
    assert walked(Pages(6), limit=6)[1] == PageEnd(seen=6, cut=False)


def test_a_break_is_told_with_the_place_to_go_on_and_nothing_is_lost() -> None:
    numbers, end = walked(Pages(9, broken="3"), limit=100)

    assert numbers == [0, 1, 2]
    assert end == PageEnd(seen=3, cut=False, cursor="3", failure=DOWN)
    assert walked(Pages(9), limit=100, cursor=end.cursor)[0] == [3, 4, 5, 6, 7, 8]


def test_a_network_that_gives_the_same_page_for_ever_is_left() -> None:
    paginator = Paginator(lambda _cursor: Page(items=(1,), cursor="again"), limit=10**9, name="A network")

    assert list(paginator) == [1]

    assert paginator.end is not None
    assert isinstance(paginator.end.failure, Final)
    assert paginator.end.failure.reason is Reason.UNREADABLE


def test_empty_pages_for_ever_end_as_well() -> None:
    asked = iter(range(10**9))
    paginator: Paginator[int] = Paginator(lambda _cursor: Page(items=(), cursor=str(next(asked))), limit=5)

    assert list(paginator) == []

    assert paginator.end is not None
    assert paginator.end.failure is not None
    assert next(asked) < 100


def refused(paginator: Paginator[int]) -> str:
    """Read it to its end, which is one that no going on mends; returns why."""
    list(paginator)
    assert paginator.end is not None
    assert isinstance(paginator.end.failure, Final)
    assert paginator.end.failure.reason is Reason.UNREADABLE
    return paginator.end.failure.sentence


@pytest.mark.parametrize("length", [1, 2, 3, 7, 50])
def test_pages_in_a_circle_are_asked_for_once(length: int) -> None:
    asked: list[str | None] = []

    def page(cursor: str | None) -> Page[int]:
        asked.append(cursor)
        number = int(cursor or 0)
        return Page(items=(number,), cursor=str((number + 1) % length if number else 1 % length or "0"))

    assert "again and again" in refused(Paginator(page, limit=10**9))
    assert len(asked) == len(set(asked)), "each of them costs money at some networks"


def test_a_circle_that_is_longer_than_a_part_of_the_list_is_met_by_its_landmark() -> None:
    paginator: Paginator[int] = Paginator(
        lambda cursor: Page(items=(int(cursor or 0),), cursor=str(int(cursor or 0) + 1)),
        limit=10**9,
        cursor="4",
        passed=frozenset({"9"}),
    )

    assert "again and again" in refused(paginator)
    assert paginator.end is not None
    assert paginator.end.seen == 5


def test_what_comes_twice_on_a_page_or_on_two_counts_once() -> None:
    pages = {None: Page(items=(1, 2, 1), cursor="a"), "a": Page(items=(2, 3, 3), cursor=None)}
    paginator = Paginator(lambda cursor: pages[cursor], limit=100)

    assert list(paginator) == [1, 2, 3]

    assert paginator.end == PageEnd(seen=3, cut=False)


def test_ever_new_cursors_to_the_same_rows_end() -> None:
    asked = iter(range(10**9))
    paginator = Paginator(lambda _cursor: Page(items=(1, 2, 3), cursor=str(next(asked))), limit=10**9)

    assert "nothing new" in refused(paginator)

    assert next(asked) < 100


def test_small_pages_without_end_end_at_the_limit_of_pages_and_go_on_later() -> None:
    asked = iter(range(10**9))

    def page(_cursor: str | None) -> Page[int]:
        number = next(asked)
        return Page(items=(number,), cursor=str(number))

    paginator = Paginator(page, limit=PageLimits(items=10**9, pages=60))
    assert len(list(paginator)) == 60

    assert paginator.end == PageEnd(seen=60, cut=True, cursor="59")


def test_slow_pages_end_when_the_time_is_over() -> None:
    def page(cursor: str | None) -> Page[int]:
        time.sleep(0.02)
        return Page(items=(int(cursor or 0),), cursor=str(int(cursor or 0) + 1))

    paginator = Paginator(page, limit=PageLimits(items=10**9, seconds=0.1))

    assert 1 <= len(list(paginator)) <= 6
    assert paginator.end is not None
    assert paginator.end.cut


def test_a_page_that_is_paid_for_is_read_whole_and_never_asked_for_again() -> None:
    pages = Pages(9)
    paginator = Paginator(pages, limit=PageLimits(items=4, whole_pages=True))

    assert list(paginator) == list(range(6))

    assert paginator.end == PageEnd(seen=6, cut=True, cursor="6")


def test_a_place_that_cannot_be_read_is_not_taken_for_the_end() -> None:
    paginator = Paginator(lambda _cursor: Page(items=(1,), cursor=UNREADABLE_CURSOR), limit=10)

    assert "not where" in refused(paginator)
    assert paginator.end is not None
    assert (paginator.end.seen, paginator.end.cursor) == (1, None)


def test_rows_that_cannot_be_read_are_counted_and_told() -> None:
    paginator = Paginator(lambda _cursor: Page(items=(1, 2), skipped=1), limit=10)

    assert list(paginator) == [1, 2]
    assert paginator.end == PageEnd(seen=2, cut=False, skipped=1)
