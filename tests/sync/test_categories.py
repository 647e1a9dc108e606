"""The tree of categories here is that of Saleor, and trouble with it is nobody else's."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from saleor_influence_app import db, tasks
from saleor_influence_app.errors import SaleorRefused, SaleorUnreachable
from saleor_influence_app.models import Category, Run, Shop
from saleor_influence_app.sync import backfill, categories, category_tree
from tests.support.history import filled_pocket, impatient, put_shop, scripted
from tests.support.pocket_shop import Pocket
from tests.support.tellings import line, make_shop, order, rows, tell, told

Bells = Callable[[], list[tuple[Any, ...]]]


def saleor(*pages: Any) -> Callable[[Shop], Any]:
    """A Saleor that lists these (id, parent) pairs, one page after the other, or raises."""
    waiting = list(pages)

    def answer(_name: str, _variables: Any) -> dict[str, Any]:
        page = waiting.pop(0)
        if isinstance(page, Exception):
            raise page
        edges = [{"node": one if isinstance(one, dict) else node(*one)} for one in page]
        return {"page": {"edges": edges, "pageInfo": {"hasNextPage": bool(waiting), "endCursor": "x"}}}

    return scripted(answer)


def node(category_id: str, parent: str | None = None, name: str | None = None) -> dict[str, Any]:
    return {
        "id": category_id,
        "name": name or category_id.title(),
        "parent": {"id": parent} if parent else None,
    }


def forget_when_asked(session: Session) -> None:
    session.execute(text("UPDATE shops SET categories_asked_at = NULL"))
    session.commit()


def tree(session: Session, shop_id: int) -> dict[str, str | None]:
    return {row["category_id"]: row["parent_id"] for row in rows(session, "categories", shop_id)}


def read(session: Session, shop_id: int, *pages: Any) -> bool:
    forget_when_asked(session)
    return categories.read_categories(db.transaction, shop_id, opener=saleor(*pages))


@pytest.mark.parametrize("version", ["3.21.69", "3.23.28"])
def test_every_level_of_the_tree_is_read(session: Session, version: str) -> None:
    with filled_pocket(version, size={"customers": 5, "orders": 10}) as pocket:
        shop_id = put_shop(session, pocket, schema_version=version.rpartition(".")[0])
        assert categories.read_categories(db.transaction, shop_id)
        known = {item.id: item for item in pocket.state.store.categories()}

    found = tree(session, shop_id)
    assert found == {one: item.parent and item.parent.id for one, item in known.items()}
    assert sum(parent is not None for parent in found.values()) >= 8
    names = {row["name"] for row in rows(session, "categories", shop_id)}
    assert {"Coffee", "Food and drink"} <= names


def test_pages_are_put_together(session: Session) -> None:
    shop_id = make_shop(session)
    asked: list[Any] = []
    edges = [{"node": node(f"c{number}")} for number in range(3)]

    def answer(name: str, variables: Any) -> dict[str, Any]:
        asked.append((name, dict(variables)))
        last = len(asked) == 3
        info = {"hasNextPage": not last, "endCursor": f"cursor-{len(asked)}"}
        return {"page": {"edges": [edges[len(asked) - 1]], "pageInfo": info}}

    categories.read_categories(db.transaction, shop_id, opener=scripted(answer))

    assert asked == [
        ("categories_page", {"first": 100, "after": after}) for after in (None, "cursor-1", "cursor-2")
    ]
    assert set(tree(session, shop_id)) == {"c0", "c1", "c2"}


def test_categories_that_move_are_renamed_or_go_do_so_here(session: Session) -> None:
    shop_id = make_shop(session)
    read(session, shop_id, [("food",), ("tea", "food"), ("green", "tea"), ("old",)])

    read(session, shop_id, [("food",), ("green", "food"), ("tea", "food", "Teas")])

    assert tree(session, shop_id) == {"food": None, "green": "food", "tea": "food"}
    assert session.get_one(Category, (shop_id, "tea")).name == "Teas"


def test_who_climbs_the_tree_always_arrives(session: Session) -> None:
    shop_id = make_shop(session)
    read(session, shop_id, [("a", "c"), ("b", "a"), ("c", "b"), ("d", "d"), ("e", "nowhere"), ("f", "a")])

    found = tree(session, shop_id)
    assert found["d"] is None
    assert found["e"] is None
    assert found["f"] == "a"
    for start in found:
        steps, here = 0, start
        while (above := found[here]) is not None:
            here, steps = above, steps + 1
            assert steps <= len(found)


def test_one_that_cannot_be_understood_is_left_out_alone(session: Session) -> None:
    shop_id = make_shop(session)
    wrong = [{"id": 7, "name": "x"}, {"id": "x", "name": None}, {"id": "y", "name": "y", "parent": "z"}]
    huge = {"id": "h", "name": "x" * 300, "parent": None}

    assert read(session, shop_id, [("tea",), *wrong, huge, ("green", "tea")])

    assert tree(session, shop_id) == {"tea": None, "green": "tea"}


@pytest.mark.parametrize(
    "trouble",
    [SaleorUnreachable("away"), SaleorRefused("no"), [None]],
    ids=["away", "refused", "no page"],
)
def test_trouble_leaves_the_tree_and_is_tried_again_soon(
    session: Session, trouble: Any, bells: Bells
) -> None:
    shop_id = make_shop(session)
    read(session, shop_id, [("tea",)])
    answers = [trouble] * 4 if isinstance(trouble, Exception) else [{"edges": trouble}]
    forget_when_asked(session)

    def answer(_name: str, _variables: Any) -> dict[str, Any]:
        found = answers.pop(0)
        if isinstance(found, Exception):
            raise found
        return {"page": found}

    assert not categories.read_categories(db.transaction, shop_id, opener=scripted(answer))

    assert tree(session, shop_id) == {"tea": None}
    sweep = "UPDATE shops SET categories_asked_at = categories_asked_at - interval '11 minutes'"
    session.execute(text(sweep))
    session.commit()
    bells()
    with db.transaction() as own:
        categories.sweep(own)
    assert bells() == [("history.categories", shop_id)]


def test_an_empty_list_is_more_likely_trouble_than_a_reason_to_delete(session: Session) -> None:
    shop_id = make_shop(session)
    read(session, shop_id, [("tea",)])

    assert read(session, shop_id, [])

    assert tree(session, shop_id) == {"tea": None}


def test_a_list_without_an_end_is_given_up(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(categories, "MOST", 5)  # fifty thousand would take a while
    shop_id = make_shop(session)

    assert not read(session, shop_id, [(f"c{n}",) for n in range(4)], [(f"d{n}",) for n in range(4)], [])

    assert tree(session, shop_id) == {}


def test_a_shop_is_asked_once_in_a_while_and_a_paused_one_not_at_all(session: Session) -> None:
    shop_id = make_shop(session)
    assert categories.read_categories(db.transaction, shop_id, opener=saleor([("tea",)]))
    assert not categories.read_categories(db.transaction, shop_id, opener=saleor([("coffee",)]))
    session.execute(text("UPDATE shops SET active = false, categories_asked_at = NULL"))
    session.commit()

    assert not categories.read_categories(db.transaction, shop_id, opener=saleor([("coffee",)]))
    assert tree(session, shop_id) == {"tea": None}


def test_a_tree_that_changed_asks_for_scores_and_the_same_one_does_not(session: Session) -> None:
    shop_id = make_shop(session)
    read(session, shop_id, [("tea",), ("green", "tea")])
    assert session.query(Run).count() == 1
    session.execute(text("DELETE FROM runs"))

    read(session, shop_id, [("green", "tea"), ("tea",)])
    assert session.query(Run).count() == 0


def test_an_order_that_names_a_new_category_has_the_tree_read_but_not_all_the_time(
    session: Session, bells: Bells
) -> None:
    shop_id = make_shop(session)
    named = line()["variant"]["product"]["category"]["id"]

    def rung() -> int:
        return bells().count(("history.categories", shop_id))

    tell(session, shop_id, told("order_created", order("order-1")))
    assert rung() == 1

    read(session, shop_id, [(named,)])
    bells()
    tell(session, shop_id, told("order_created", order("order-2")))
    assert rung() == 0, "it is known now"

    read(session, shop_id, [("another",)])
    bells()
    tell(session, shop_id, told("order_created", order("order-3")))
    assert rung() == 0, "it was asked for a moment ago"

    session.execute(text("UPDATE shops SET categories_asked_at = now() - interval '11 minutes'"))
    session.commit()
    tell(session, shop_id, told("order_created", order("order-4")))
    assert rung() == 1
    tell(session, shop_id, told("order_updated", order("order-4"), minutes=3))
    assert rung() == 0, "nothing changed"


def test_every_shop_is_asked_each_day_and_when_its_history_is_read_again(
    session: Session, bells: Bells
) -> None:
    shop_id = make_shop(session)
    bells()

    tasks.history_sweep()
    assert ("history.categories", shop_id) in bells()

    with db.transaction() as own:
        backfill.start(own, shop_id)
    assert ("history.categories", shop_id) in bells()


def test_the_sweep_rings_for_trees_that_were_never_read_or_not_for_a_day(
    session: Session, bells: Bells
) -> None:
    never, old, young = make_shop(session), make_shop(session), make_shop(session)
    ages = {old: "27 hours", young: "1 hour"}
    for shop_id, age in ages.items():
        session.execute(
            text("UPDATE shops SET categories_asked_at = now() - CAST(:age AS interval) WHERE id = :id"),
            {"age": age, "id": shop_id},
        )
    session.commit()
    bells()

    tasks.history_sweep()

    rung = {shop_id for name, *arguments in bells() for shop_id in arguments if name == "history.categories"}
    assert rung == {never, old}


def test_saleor_being_away_for_categories_hinders_no_history(pocket: Pocket, session: Session) -> None:
    shop_id = put_shop(session, pocket)
    pocket.state.faults.add("api", "status", match="CategoriesPage", times=9, value=503)

    assert not categories.read_categories(db.transaction, shop_id, opener=impatient())
    for kind in ("customers", "orders"):
        assert backfill.work(db.transaction, shop_id, kind)

    states = {row["kind"]: row["state"] for row in rows(session, "backfills", shop_id)}
    assert states == {"customers": "done", "orders": "done"}
    assert category_tree.REST < categories.DUE_AFTER
