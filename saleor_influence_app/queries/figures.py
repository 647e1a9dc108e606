"""What an operator watches: figures of every shop, read from the tables at the moment somebody asks.

A shop is named by its id, never by its address, and nobody's row is named at all. Each reading is one
statement that an index answers, and is given up after `TIMEOUT`: the others are told without it.
"""
# ruff: noqa: S608 - only names and states of our own tables are put into statements

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from saleor_influence_app import db, log
from saleor_influence_app.models import BackfillState, ErasureState, MessageState, OutboxState, RunState

logger = log.get(__name__)
TIMEOUT = "3s"


@dataclass(frozen=True, slots=True)
class Gauge:
    """One figure: its name and meaning, the names of its labels, and a value for each of their values."""

    name: str
    meaning: str
    labels: tuple[str, ...]
    values: tuple[tuple[tuple[str, ...], float], ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """A statement whose first columns are labels, and the rest one gauge each, in this order."""

    name: str
    statement: str
    labels: tuple[str, ...]
    gauges: tuple[tuple[str, str], ...]

    def empty(self) -> list[Gauge]:
        """Return the gauges without values."""
        return [Gauge(name, meaning, self.labels) for name, meaning in self.gauges]


READINGS = (
    Reading(
        "shops",
        f"""
        SELECT s.id, s.active::int,
            (SELECT count(*) FROM problems p WHERE p.shop_id = s.id AND p.dismissed_at IS NULL),
            coalesce((SELECT d.gaps FROM drift_checks d WHERE d.shop_id = s.id), 0),
            coalesce(extract(epoch FROM now() - (
                SELECT min(e.asked_at) FROM erasures e
                WHERE e.shop_id = s.id AND e.state <> '{ErasureState.DONE}')), 0)
        FROM shops s
        """,
        ("shop",),
        (
            ("influence_shop_active", "Whether the app is switched on in the shop."),
            ("influence_problems", "Problems that the shop's staff are shown."),
            ("influence_drift_gaps", "Ids that only Saleor or only the app has, by the newest comparison."),
            ("influence_erasure_oldest_seconds", "Age of the oldest request to forget that is not done."),
        ),
    ),
    Reading(
        "messages",
        f"""
        SELECT s.id, coalesce(p.pending, 0), coalesce(extract(epoch FROM now() - m.received_at), 0),
            coalesce(f.failed, 0)
        FROM shops s
        LEFT JOIN (SELECT shop_id, count(*) AS pending, min(id) AS oldest FROM messages
                   WHERE state = '{MessageState.PENDING}' GROUP BY shop_id) p ON p.shop_id = s.id
        LEFT JOIN messages m ON m.id = p.oldest
        LEFT JOIN (SELECT shop_id, count(*) AS failed FROM messages
                   WHERE state = '{MessageState.FAILED}' GROUP BY shop_id) f ON f.shop_id = s.id
        """,
        ("shop",),
        (
            ("influence_messages_pending", "Deliveries that are stored and not yet handled."),
            ("influence_message_oldest_pending_seconds", "Age of the oldest of them; 0 = none waits."),
            ("influence_messages_failed", "Deliveries that could not be understood."),
        ),
    ),
    Reading(
        "runs",
        f"""
        SELECT s.id, greatest(coalesce(extract(epoch FROM now() - q.not_before), 0), 0),
            coalesce(extract(epoch FROM now() - (
                SELECT min(r.started_at) FROM runs r
                WHERE r.shop_id = s.id AND r.state = '{RunState.RUNNING}')), 0),
            extract(epoch FROM now() - (
                SELECT d.finished_at FROM runs d WHERE d.shop_id = s.id AND d.state = '{RunState.DONE}'
                ORDER BY d.id DESC LIMIT 1))
        FROM shops s LEFT JOIN runs q ON q.shop_id = s.id AND q.state = '{RunState.QUEUED}'
        """,
        ("shop",),
        (
            ("influence_run_queued_seconds", "For how long the queued run could have begun; 0 = none."),
            ("influence_run_running_seconds", "For how long a run has been working; 0 = none is."),
            ("influence_run_last_done_seconds", "Age of the newest run that was done; none = not yet."),
        ),
    ),
    Reading(
        "outbox",
        f"""
        SELECT s.id, t.state, coalesce(o.found, 0), greatest(coalesce(extract(epoch FROM o.age), 0), 0)
        FROM shops s CROSS JOIN (
            VALUES ('{OutboxState.PENDING}'), ('{OutboxState.CLAIMED}'), ('{OutboxState.FAILED}')
        ) AS t (state)
        LEFT JOIN (
            SELECT shop_id, '{OutboxState.PENDING}' AS state, count(*) AS found,
                now() - min(next_attempt_at) AS age
            FROM outbox WHERE state = '{OutboxState.PENDING}' GROUP BY shop_id
            UNION ALL
            SELECT shop_id, '{OutboxState.CLAIMED}', count(*), now() - min(lease_until)
            FROM outbox WHERE state = '{OutboxState.CLAIMED}' GROUP BY shop_id
            UNION ALL
            SELECT shop_id, '{OutboxState.FAILED}', count(*), now() - min(changed_at)
            FROM outbox WHERE state = '{OutboxState.FAILED}' GROUP BY shop_id
        ) o ON o.shop_id = s.id AND o.state = t.state
        """,
        ("shop", "state"),
        (
            ("influence_outbox_rows", "Customer records that Saleor does not have as they should be."),
            (
                "influence_outbox_lag_seconds",
                "Since when the oldest is due (pending), its worker is gone (claimed), it failed (failed).",
            ),
        ),
    ),
    Reading(
        "history",
        f"""
        SELECT shop_id, kind, (state = '{BackfillState.DONE}')::int, (state = '{BackfillState.FAILED}')::int,
            extract(epoch FROM now() - watermark)
        FROM backfills
        """,
        ("shop", "kind"),
        (
            ("influence_history_done", "Whether the shop's history has been read to its end."),
            ("influence_history_failed", "Whether Saleor refuses to give it."),
            ("influence_reconciled_seconds", "How old the newest change is up to which all has been read."),
        ),
    ),
)


def read(transaction: db.Transaction, reading: Reading) -> list[Gauge] | None:
    """Return the reading's gauges, None if the database did not give them in time."""
    try:
        with transaction() as session:
            session.execute(text(f"SET LOCAL statement_timeout = '{TIMEOUT}'"))
            rows = session.execute(text(reading.statement)).all()
    except SQLAlchemyError as error:
        logger.warning("figures.not_read", figures=reading.name, error=type(error).__name__)
        return None
    count = len(reading.labels)
    return [
        Gauge(
            gauge.name,
            gauge.meaning,
            gauge.labels,
            tuple(
                (tuple(str(label) for label in row[:count]), float(row[count + place]))
                for row in rows
                if row[count + place] is not None
            ),
        )
        for place, gauge in enumerate(reading.empty())
    ]


def shop_ids(transaction: db.Transaction) -> Iterator[tuple[str, str]]:
    """Give address and id of each shop; nothing while the database is away."""
    try:
        with transaction() as session:
            rows = session.execute(text("SELECT api_url, id FROM shops")).all()
    except SQLAlchemyError as error:
        logger.warning("figures.not_read", figures="shop_ids", error=type(error).__name__)
        return
    for api_url, shop_id in rows:
        yield api_url, str(shop_id)
