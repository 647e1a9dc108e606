"""Trouble that a shop's staff should know of: shown in the panel and in Saleor, gone on recovery."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from saleor_influence_app import db, log
from saleor_influence_app.errors import AppError, SaleorRefused
from saleor_influence_app.models import Problem, Shop
from saleor_influence_app.saleor import versions
from saleor_influence_app.saleor.client import Opener, SaleorClient, open_client, refusals_in

logger = log.get(__name__)

SCORING_FAILED = "influence-scoring-failed"
SEGMENT_REFUSED = "influence-segment-refused"
WRITEBACK_UNREACHABLE = "influence-writeback-unreachable"
WRITEBACK_DENIED = "influence-writeback-denied"
WRITEBACK_FAILED = "influence-writeback-failed"
WRITEBACK_ATTRIBUTE = "influence-writeback-attribute"
CODE_LEAKS = "influence-code-leaks"
PERKS_DENIED = "influence-perks-denied"
FORGOTTEN_UNKNOWN = "influence-forgotten-unknown"
MESSAGE_LIMIT = 2048
"""Characters that Saleor keeps of a message."""
AGGREGATION_MINUTES = 60 * 24
"""Repeats of a key within a day count up the problem that Saleor shows instead of adding another."""


def raise_problem(session: Session, shop_id: int, key: str, message: str) -> None:  # noqa: PLR0917 - a sentence
    """The shop has this problem from now on; the same one again changes nothing, another message replaces."""
    new = insert(Problem).values(shop_id=shop_id, key=key, message=message[:MESSAGE_LIMIT])
    changed = session.execute(
        new.on_conflict_do_update(
            index_elements=[Problem.shop_id, Problem.key],
            set_={
                "message": new.excluded.message,
                "since": text("CASE WHEN problems.dismissed_at IS NULL THEN problems.since ELSE now() END"),
                "dismissed_at": None,
                "reported": False,
            },
            where=Problem.dismissed_at.is_not(None) | (Problem.message != new.excluded.message),
        ).returning(Problem.key)
    ).scalar()
    if changed is not None:
        logger.warning("problem.raised", shop_id=shop_id, key=key)
        db.after_commit(session, "outbox.flush", shop_id)


def resolve_problem(session: Session, shop_id: int, *keys: str) -> None:
    """The shop no longer has these problems; one that Saleor shows is dismissed there next."""
    ours = (Problem.shop_id == shop_id, Problem.key.in_(keys), Problem.dismissed_at.is_(None))
    session.execute(delete(Problem).where(*ours, ~Problem.reported))
    resolved = session.scalars(
        update(Problem).where(*ours).values(dismissed_at=func.now(), reported=False).returning(Problem.key)
    ).all()
    if resolved:
        logger.info("problem.resolved", shop_id=shop_id, keys=list(resolved))
        db.after_commit(session, "outbox.flush", shop_id)


def report(transaction: db.Transaction, shop_id: int, *, opener: Opener = open_client) -> int:
    """Saleor shows each problem in its present state, where it can (3.22.36); returns the calls made.

    That Saleor cannot be reached is no error here: the rows stay, and the next sweep tries again.
    """
    with transaction() as session:
        shop = session.get(Shop, shop_id)
        rows = session.scalars(
            select(Problem).where(Problem.shop_id == shop_id, ~Problem.reported).order_by(Problem.key)
        ).all()
    if shop is None or not shop.active or not rows:
        return 0
    if not _knows_problems(shop):
        with transaction() as session:
            _mark_reported(session, shop_id, rows)
        return 0
    calls = 0
    try:
        with opener(shop.api_url, shop.token_encrypted) as client:
            for row in rows:
                calls += _told(transaction, row, client=client)
    except AppError as error:
        logger.warning("problem.not_reported", shop_id=shop_id, reason=error.code)
    return calls


def _told(transaction: db.Transaction, row: Problem, *, client: SaleorClient) -> bool:
    """Say whether Saleor shows the problem in its present state; one that it refuses stops no other."""
    try:
        _tell(client, row)
    except SaleorRefused as error:
        logger.warning("problem.refused", shop_id=row.shop_id, key=row.key, reason=error.code)
        return False
    with transaction() as session:
        _mark_reported(session, row.shop_id, [row])
    return True


def _tell(client: SaleorClient, row: Problem) -> None:
    if row.dismissed_at is not None:
        data = client.execute("app_problem_dismiss", {"keys": [row.key]})
        refusals = refusals_in(data, "appProblemDismiss")
    else:
        data = client.execute("app_problem_create", {"input": _input(row)})
        refusals = refusals_in(data, "appProblemCreate")
    errors = [error for error in refusals if error.get("code") != "NOT_FOUND"]
    if errors:
        raise SaleorRefused(f"Saleor did not take a problem: {errors[0].get('message')}")


def _input(row: Problem) -> dict[str, Any]:
    return {"key": row.key, "message": row.message, "aggregationPeriod": AGGREGATION_MINUTES}


def _mark_reported(session: Session, shop_id: int, rows: Sequence[Problem]) -> None:
    """Note what Saleor shows; a row that changed meanwhile stays to be told."""
    for row in rows:
        same = (
            Problem.shop_id == shop_id,
            Problem.key == row.key,
            Problem.message == row.message,
            Problem.dismissed_at.is_not_distinct_from(row.dismissed_at),
        )
        if row.dismissed_at is not None:
            session.execute(delete(Problem).where(*same))
        else:
            session.execute(update(Problem).where(*same).values(reported=True))


def _knows_problems(shop: Shop) -> bool:
    """Tell by the version: 3.22.36 and later; without a full version the schema's is taken on trust."""
    version = versions.parts(shop.saleor_version)
    if len(version) >= 3:  # noqa: PLR2004 - major, minor, patch
        return version >= (3, 22, 36)
    return versions.parts(shop.schema_version) >= (3, 23)
