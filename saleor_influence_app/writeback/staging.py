"""What each customer's record should say, decided in SQL beside the scores; only real changes become work."""
# ruff: noqa: S608 - only names and states of our own tables are put into statements

from datetime import datetime
from typing import Any

from sqlalchemy import TextClause, func, select, text
from sqlalchemy.orm import Session

from saleor_influence_app import db
from saleor_influence_app.models import OutboxState, Run, RunState, Shop, TrialState
from saleor_influence_app.personal_data.inventory import COMPUTED_OF_A_CUSTOMER, DRAWN_OF_A_CUSTOMER

INVITED = "invited-"
"""With a trial's number: the segment of those who get its letter, for as long as it runs."""

VERSION = "2"
"""Of the keys and the method behind them; another one rewrites every record."""
LOCK = 0x0B0C
"""First half of the advisory lock under which many outbox rows change at once; the second is the shop."""
SHARE_OF_VALUE = 0.1
SHARE_OF_MEAN = 0.01
"""A value that moved by less than a tenth of what was written, or 1 % of the shop's mean, is left alone."""
POINTS_OF_SCORE = 2
"""A score that moved by no more than so many of its hundred points is left alone with it."""

GRADUAL = ("influence.value", "influence.score", "influence.updated")
"""Keys that alone are no reason to write at the least change."""

_DUE = f"CASE WHEN state = '{OutboxState.CLAIMED}' THEN state ELSE '{OutboxState.PENDING}' END"
"""A row that somebody is sending stays theirs: they find that it says something else by now."""


def _stage_statement(*, whose: str = "", moved: str = "") -> TextClause:
    """Return the statement for a shop's customers, or `whose`; `moved`: when a value is written anyway."""
    return text(f"""
WITH band AS (
    SELECT CAST(:share_of_mean AS numeric) * avg(abs(value)) AS width FROM scores WHERE shop_id = :shop_id
), names AS (
    SELECT customer_id, jsonb_agg(segment ORDER BY segment COLLATE "C") AS segments
    FROM (
        SELECT customer_id, segment FROM memberships WHERE shop_id = :shop_id
        UNION ALL
        SELECT g.customer_id, :invited || g.trial_id FROM trial_guests g JOIN trials t ON t.id = g.trial_id
        WHERE g.shop_id = :shop_id AND g.invited AND t.state = '{TrialState.RUNNING}'
    ) AS m GROUP BY customer_id
), target AS (
    SELECT s.customer_id, s.value, s.score, s.currency, n.segments, coalesce(c.is_staff, false) AS is_staff,
           o.wanted, o.state, o.wanted->'private' AS old,
           CAST(split_part(o.wanted->'private'->>'influence.value', ' ', 1) AS numeric) AS old_value,
           split_part(o.wanted->'private'->>'influence.value', ' ', 2) AS old_currency,
           CAST(substring(o.wanted->'private'->>'influence.score' FROM '^[0-9]{{1,3}}$') AS integer)
               AS old_score,
           jsonb_strip_nulls(jsonb_build_object(
               'influence.segments', CAST(coalesce(n.segments, '[]') AS text),
               'influence.value',
                   CASE WHEN NOT :segments_only THEN round(s.value, 2) || ' ' || s.currency END,
               'influence.score', CASE WHEN NOT :segments_only THEN CAST(s.score AS text) END,
               'influence.version', CAST(:version AS text),
               'influence.updated', CAST(:updated AS text))) AS new
    FROM scores s
    LEFT JOIN names n USING (customer_id)
    LEFT JOIN outbox o ON o.shop_id = s.shop_id AND o.customer_id = s.customer_id
    LEFT JOIN customers c ON c.shop_id = s.shop_id AND c.customer_id = s.customer_id
    WHERE s.shop_id = :shop_id AND NOT EXISTS (SELECT FROM objections j
        WHERE j.shop_id = s.shop_id AND j.customer_id = s.customer_id AND j.ended_at IS NULL)
        {whose}
), desired AS (
    SELECT t.*, CASE WHEN :segments_only AND segments IS NULL THEN NULL ELSE
        jsonb_build_object('private', CASE
            WHEN old IS NULL OR (old ? 'influence.value') <> (new ? 'influence.value') THEN new
            WHEN old - CAST(:gradual AS text[]) <> new - CAST(:gradual AS text[]) THEN new
            WHEN :segments_only THEN old
            WHEN old_currency <> currency {moved} THEN new
            WHEN (score IS NULL) <> (old_score IS NULL) OR abs(score - old_score) > :points_of_score
                OR abs(value - old_value)
                    > greatest(CAST(:share_of_value AS numeric) * abs(old_value), band.width) THEN new
            ELSE old END)
        || CASE WHEN :mirror AND segments IS NOT NULL THEN jsonb_build_object(
            'public', jsonb_build_object('influence.segments', CAST(segments AS text))) ELSE '{{}}' END
        || CASE WHEN :attribute AND segments IS NOT NULL THEN jsonb_build_object(
            'attribute', segments) ELSE '{{}}' END END AS should
    FROM target t CROSS JOIN band
)
INSERT INTO outbox (shop_id, customer_id, wanted, run_id, state)
SELECT :shop_id, customer_id, should, CAST(:run_id AS integer),
    CASE WHEN is_staff THEN '{OutboxState.SKIPPED_STAFF}' ELSE '{OutboxState.PENDING}' END
FROM desired
WHERE wanted IS DISTINCT FROM should OR (:retry_failed AND state = '{OutboxState.FAILED}')
ON CONFLICT (shop_id, customer_id) DO UPDATE SET
    wanted = excluded.wanted, run_id = excluded.run_id, attempts = 0, error = NULL,
    next_attempt_at = now(), changed_at = now(),
    state = CASE WHEN outbox.state = '{OutboxState.CLAIMED}' THEN outbox.state ELSE excluded.state END
""")


_STAGE = _stage_statement()
_STAGE_SOME = _stage_statement(whose="AND s.customer_id = ANY (CAST(:customer_ids AS text[]))")
_STAGE_ONE = _stage_statement(
    whose="AND s.customer_id = :customer_id", moved="OR old_value <> round(value, 2)"
)

_REMOVE_UNSCORED = text(f"""
UPDATE outbox o SET wanted = NULL, attempts = 0, error = NULL, next_attempt_at = now(), changed_at = now(),
    run_id = CAST(:run_id AS integer),
    state = {_DUE}
WHERE shop_id = :shop_id AND wanted IS NOT NULL
    AND NOT EXISTS (SELECT FROM scores s WHERE s.shop_id = o.shop_id AND s.customer_id = o.customer_id)
""")

_REMOVE_ALL = text(f"""
UPDATE outbox SET wanted = NULL, attempts = 0, error = NULL, next_attempt_at = now(), changed_at = now(),
    state = {_DUE}
WHERE shop_id = :shop_id AND (wanted IS NOT NULL OR state <> '{OutboxState.WRITTEN}')
""")

_DROP_EMPTY = text(f"""
DELETE FROM outbox
WHERE shop_id = :shop_id AND wanted IS NULL AND written IS NULL AND state <> '{OutboxState.CLAIMED}'
""")

_UNWRITE = text(f"""
UPDATE outbox SET wanted = NULL, attempts = 0, error = NULL, next_attempt_at = now(), changed_at = now(),
    state = {_DUE}
WHERE shop_id = :shop_id AND customer_id = :customer_id AND wanted IS NOT NULL
""")

_DROP_ONE = text(f"""
DELETE FROM outbox WHERE shop_id = :shop_id AND customer_id = :customer_id
    AND wanted IS NULL AND written IS NULL AND state <> '{OutboxState.CLAIMED}'
""")

_UNCERTAIN = text("""
INSERT INTO outbox (shop_id, customer_id, wanted, written)
SELECT id, :customer_id, NULL, CAST(CASE WHEN segments_attribute_id IS NULL
    THEN '{"private": null, "public": null}'
    ELSE '{"private": null, "public": null, "attribute": null}' END AS jsonb)
FROM shops WHERE id = :shop_id
ON CONFLICT DO NOTHING
""")

_FORGET, _UNDRAW = (
    tuple(
        text(f"DELETE FROM {table} WHERE shop_id = :shop_id AND {column} = :customer_id")
        for table, column in places
    )
    for places in (COMPUTED_OF_A_CUSTOMER, DRAWN_OF_A_CUSTOMER)
)


def stage(
    session: Session,
    shop_id: int,
    *,
    as_of: datetime,
    retry_failed: bool = False,
    run_id: int | None = None,
) -> int:
    """Put each record that should say something else into the outbox; return how many are to be written.

    Staged in the transaction that writes the scores: there is no score without its row here.
    """
    shop = session.get_one(Shop, shop_id)
    if not shop.write_back:
        return 0
    lock(session, shop_id)
    db.expect_many_rows(session)
    given = _given(shop, as_of) | {"retry_failed": retry_failed, "run_id": run_id}
    staged = session.connection().execute(_STAGE, given)
    removed = session.connection().execute(_REMOVE_UNSCORED, {"shop_id": shop_id, "run_id": run_id})
    session.execute(_DROP_EMPTY, {"shop_id": shop_id})
    return staged.rowcount + removed.rowcount


def _given(shop: Shop, as_of: datetime) -> dict[str, Any]:
    return {
        "shop_id": shop.id,
        "share_of_value": SHARE_OF_VALUE,
        "share_of_mean": SHARE_OF_MEAN,
        "points_of_score": POINTS_OF_SCORE,
        "gradual": list(GRADUAL),
        "segments_only": shop.segments_only,
        "version": VERSION,
        "updated": as_of.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "mirror": shop.public_mirror,
        "attribute": shop.segments_attribute_id is not None,
        "invited": INVITED,
    }


def stage_anew(session: Session, shop_id: int) -> None:
    """Stage between two runs, with the values as they are: a setting was changed."""
    as_of = _newest(session, shop_id)
    if as_of is not None and stage(session, shop_id, as_of=as_of):
        db.after_commit(session, "outbox.flush", shop_id)


def stage_some(session: Session, shop_id: int, customer_ids: list[str]) -> None:
    """Stage some customers between two runs, with the values as they are: a trial began or ended."""
    shop, as_of = session.get_one(Shop, shop_id), _newest(session, shop_id)
    if as_of is None or not shop.write_back or not customer_ids:
        return
    lock(session, shop_id)
    given = _given(shop, as_of) | {"retry_failed": False, "run_id": None, "customer_ids": customer_ids}
    if session.connection().execute(_STAGE_SOME, given).rowcount:
        db.after_commit(session, "outbox.flush", shop_id)


def stage_one(session: Session, shop_id: int, customer_id: str) -> None:
    """Stage one customer, whose value is written to the cent, since a part of it was deleted."""
    shop, as_of = session.get_one(Shop, shop_id), _newest(session, shop_id)
    if as_of is None or not shop.write_back:
        return
    lock(session, shop_id)
    given = _given(shop, as_of) | {"retry_failed": False, "run_id": None, "customer_id": customer_id}
    session.execute(_STAGE_ONE, given)
    db.after_commit(session, "outbox.flush", shop_id)


def _newest(session: Session, shop_id: int) -> datetime | None:
    return session.scalar(
        select(func.max(Run.as_of)).where(Run.shop_id == shop_id, Run.state == RunState.DONE)
    )


def drop(session: Session, shop_id: int, customer_id: str, *, uncertain: bool = False) -> None:
    """Delete what was computed or drawn of the customer, and have Saleor's record of them cleared.

    `uncertain`: the record may say something of which no row here knows.
    """
    lock(session, shop_id)
    for statement in (_UNWRITE, _DROP_ONE, *_FORGET, *_UNDRAW):
        session.execute(statement, {"shop_id": shop_id, "customer_id": customer_id})
    if uncertain:
        session.execute(_UNCERTAIN, {"shop_id": shop_id, "customer_id": customer_id})


def clear(session: Session, shop_id: int) -> None:
    """Stop writing into this shop's records, and have everything that was written removed."""
    lock(session, shop_id)
    shop = session.get_one(Shop, shop_id)
    shop.write_back, shop.attribute_retry_at = False, None
    session.execute(_REMOVE_ALL, {"shop_id": shop_id})
    session.execute(_DROP_EMPTY, {"shop_id": shop_id})


def lock(session: Session, shop_id: int) -> None:
    """Be the only one who changes many outbox rows of the shop, until the transaction ends."""
    session.execute(text("SELECT pg_advisory_xact_lock(:space, :shop)"), {"space": LOCK, "shop": shop_id})
