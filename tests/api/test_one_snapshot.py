"""What one answer of the panel's API shows is of one moment, whatever is committed while it is made."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from saleor_influence_app import db
from saleor_influence_app.api import session as api_session
from tests.support.endpoints import ENDPOINTS
from tests.support.shop_rows import put_customers
from tests.support.staff import Staff
from tests.support.transactions import watched

# An export stands in the register that somebody was given their data: that one writes.
READING = [
    (method, path, body)
    for method, path, _, body in ENDPOINTS
    if (method == "GET" and not path.endswith(("/export", "/people"))) or path == "/api/segments/preview"
]
"""All but exports, which write into the register, and a gift card's people, whom Saleor tells."""
A_RUN_COMMITS = [
    "UPDATE scores SET value = value + 1000, score = 1",
    "UPDATE scores_past SET value = value + 1000",
    "UPDATE memberships SET reason = reason || '!'",
    """UPDATE segments SET
    definition = jsonb_set(definition, '{title}', to_jsonb(definition->>'title' || '!'))""",
    "UPDATE runs SET as_of = as_of + interval '1 day'",
    "UPDATE orders SET number = number || '!'",
]


def ask(staff: Staff, method: str, path: str, body: Any) -> Any:
    answer = staff.ask(method, path, **({"json": body} if body is not None else {}))
    return answer.status_code, answer.text


@pytest.fixture
def full(valued: Callable[[], int], shop_id: int) -> None:
    """A shop with a value for each of three customers, twice."""
    from saleor_influence_app import run_queue
    from saleor_influence_app.runs import execution
    from tests.support.shop_rows import NOW

    valued()
    with db.transaction() as session:
        run_id = run_queue.request(session, shop_id, kind="full")
        assert run_id is not None
    assert execution.execute(db.transaction, run_id, as_of=NOW)


def a_run_commits() -> None:
    with db.transaction() as session:
        for statement in A_RUN_COMMITS:
            session.execute(text(statement))


@pytest.mark.usefixtures("full")
def test_no_answer_shows_what_was_committed_while_it_was_made(staff: Staff, engine: Engine) -> None:
    changed, looked = [], []
    for method, path, body in READING:
        before = ask(staff, method, path, body)
        with watched(engine, between=a_run_commits) as seen:
            during = ask(staff, method, path, body)
        assert during == before, path
        several = [one for one in seen if len(one.statements) > 1]
        assert all(one.one_snapshot for one in several), path
        looked += [path] if any(one.one_snapshot for one in seen) else []
        changed += [path] if ask(staff, method, path, body) != before else []

    assert looked == [path for _, path, _ in READING], "each has read from a snapshot"
    assert {"/api/customers", "/api/customers/often", "/api/segments", "/api/runs/1"} <= set(changed)


@pytest.mark.usefixtures("full")
def test_without_one_snapshot_a_page_would_be_torn(staff: Staff, engine: Engine, shop_id: int) -> None:
    """The proof that the test above can fail: the same page of statements that each see what is newest."""

    def statement_by_statement() -> Any:
        with db.transaction() as session:
            yield session

    def somebody_comes() -> None:
        with db.transaction() as session:
            put_customers(session, shop_id, "new")
            session.execute(
                text(
                    'INSERT INTO scores SELECT (jsonb_populate_record(s, \'{"customer_id": "new"}\')).*'
                    " FROM scores s WHERE customer_id = 'often'"
                )
            )

    def listed() -> tuple[int, int]:
        found = staff.get("/api/customers").json()
        return found["total"], len(found["customers"])

    staff.client.app.dependency_overrides[api_session.request_session] = statement_by_statement
    with watched(engine, between=somebody_comes, after="FROM scores"):
        total, rows = listed()
    assert total == rows + 1


def test_what_only_reads_cannot_write(session: Session) -> None:
    from sqlalchemy.exc import InternalError

    with db.snapshot() as own, pytest.raises(InternalError, match="read-only"):
        own.execute(text("UPDATE shops SET active = false"))
    with db.transaction() as own:
        own.execute(text("UPDATE shops SET active = active"))
    assert session.connection().get_isolation_level() == "READ COMMITTED", (
        "a connection is given back as it was"
    )
