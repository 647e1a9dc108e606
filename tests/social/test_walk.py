"""A list is read page by page, to its end, to our limit, or to where it breaks; all three are told."""

import pytest

from saleor_influence_app.social.answers import Cause, Failure, Final, Reason, Transient
from saleor_influence_app.social.network import Page
from saleor_influence_app.social.walk import End, Walk

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

    assert list(walk) == [1, 1]

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
