"""Files of lists of customers: a worker writes them page by page; their rows go after an hour."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from saleor_influence_app import db, log, spreadsheets
from saleor_influence_app.errors import InputInvalid, RowMissing
from saleor_influence_app.models import UNFINISHED, CustomerExport, CustomerExportRow, ExportState
from saleor_influence_app.queries import customers
from saleor_influence_app.queries.api_model import ApiModel
from saleor_influence_app.queries.customer_filter import CustomerFilter
from saleor_influence_app.queries.customers import CustomerRow, Sort
from saleor_influence_app.queries.money import Money
from saleor_influence_app.shops import shops

logger = log.get(__name__)

KEPT = timedelta(hours=1)
TOLD = timedelta(days=396)
"""For how long it is known who asked for which file: 13 months."""
MOST_AT_ONCE = 5
SHOWN = 20
PAGE = 2_000
SLICE_SECONDS = 10.0
HEADER = (
    "customer_id",
    "currency",
    "value",
    "value_low",
    "value_high",
    "clv",
    "crv",
    "civ",
    "score",
    "follow_on",
    "orders_count",
    "revenue",
    "last_order",
    "verdict",
    "evidence",
    "percentile",
    "segments",
)


class CustomerExportAnswer(ApiModel):
    """A file of a list of customers, and who asked for it."""

    id: int
    state: Literal["queued", "running", "done", "expired"]
    sort: Sort
    asked: CustomerFilter
    asked_by: str
    """The Saleor id of the staff member, who alone can load the file."""
    asked_at: datetime
    finished_at: datetime | None
    expires_at: datetime | None
    """When its rows are deleted; null while it is being written."""
    rows: int


def ask(session: Session, shop_id: int, *, asked: CustomerFilter, sort: Sort, user_id: str) -> int:
    """Queue a file and return its id; raises InputInvalid while too many are being written."""
    shops.lock_facts(session, shop_id)
    mine = (CustomerExport.shop_id == shop_id, CustomerExport.state.in_(UNFINISHED))
    if (session.scalar(select(func.count()).where(*mine)) or 0) >= MOST_AT_ONCE:
        raise InputInvalid(f"{MOST_AT_ONCE} files are being written. Wait until one of them is ready.")
    kept = {"sort": sort, "asked": asked.model_dump(mode="json"), "asked_by": user_id}
    export_id = session.execute(
        insert(CustomerExport).values(shop_id=shop_id, **kept).returning(CustomerExport.id)
    ).scalar_one()
    logger.info("customers.export_asked", shop_id=shop_id, export_id=export_id, user_id=user_id)
    db.after_commit(session, "facts.export", export_id)
    return export_id


def exports(session: Session, shop_id: int) -> list[CustomerExportAnswer]:
    """Return the newest files and who asked for them, the newest first."""
    rows = session.scalars(
        select(CustomerExport)
        .where(CustomerExport.shop_id == shop_id)
        .order_by(CustomerExport.id.desc())
        .limit(SHOWN)
    )
    return [_told(row) for row in rows]


def export(session: Session, shop_id: int, export_id: int) -> CustomerExportAnswer:
    """Return one file's state; raises RowMissing if the shop has none of this id."""
    return _told(_found(session, shop_id, export_id))


def check_readable(session: Session, shop_id: int, export_id: int, *, user_id: str) -> None:
    """Raise RowMissing unless the file is there for this member of staff."""
    found = _found(session, shop_id, export_id)
    if found.asked_by != user_id:
        raise RowMissing("Only who asked for this file can load it. Ask for one of your own.")
    if found.state != ExportState.DONE:
        raise RowMissing("This file is not ready, or its hour is over. Ask for a new one.")


def lines(transaction: db.Transaction, export_id: int) -> Iterator[str]:
    """Yield the file's text, page by page, each read in a transaction of its own."""
    yield spreadsheets.written(HEADER, ())
    position = 0
    while True:
        with transaction() as session:
            rows = session.execute(
                select(CustomerExportRow.position, CustomerExportRow.line)
                .where(CustomerExportRow.export_id == export_id, CustomerExportRow.position > position)
                .order_by(CustomerExportRow.position)
                .limit(PAGE)
            ).all()
        if not rows:
            return
        position = rows[-1].position
        yield "".join(row.line for row in rows)


def write(transaction: db.Transaction, export_id: int) -> None:
    """The file is written, or a good part of it and the rest is queued again.

    Each page is a transaction with the place where the next one begins: a worker that is killed loses one.
    """
    until = time.monotonic() + SLICE_SECONDS
    while True:
        with transaction() as session:
            if not _write_page(session, export_id):
                return
            if time.monotonic() > until:
                db.after_commit(session, "facts.export", export_id)
                return


def _write_page(session: Session, export_id: int) -> bool:
    """Write a page; False if there is nothing more to write, or another worker writes it."""
    shop_id = session.scalar(select(CustomerExport.shop_id).where(CustomerExport.id == export_id))
    if shop_id is None:
        return False
    shops.lock_facts(session, shop_id)  # nobody is erased between reading their values and writing them
    unfinished = (CustomerExport.id == export_id, CustomerExport.state.in_(UNFINISHED))
    found = session.scalars(select(CustomerExport).where(*unfinished).with_for_update()).one_or_none()
    if found is None:
        return False
    page = customers.customers(
        session,
        shop_id,
        sort=found.sort,  # type: ignore[arg-type] # the API stored it
        asked=CustomerFilter.model_validate(found.asked),
        after=found.after,
        limit=PAGE,
        counts=False,
    )
    _put(session, found, page.customers)
    is_last = page.next is None
    session.execute(
        update(CustomerExport)
        .where(CustomerExport.id == export_id)
        .values(
            rows=select(func.count()).where(CustomerExportRow.export_id == export_id).scalar_subquery()
            if is_last
            else found.rows + len(page.customers),
            state=ExportState.DONE if is_last else ExportState.RUNNING,
            finished_at=datetime.now(UTC) if is_last else None,
            after=page.next,
        )
    )
    return not is_last


def _put(session: Session, found: CustomerExport, rows: list[CustomerRow]) -> None:
    """Who moved meanwhile from one page to another is in the file once."""
    if not rows:
        return
    table = [
        {
            "export_id": found.id,
            "position": found.rows + place,
            "shop_id": found.shop_id,
            "customer_id": row.customer_id,
            "line": spreadsheets.line(_cells(row)),
        }
        for place, row in enumerate(rows, 1)
    ]
    session.execute(insert(CustomerExportRow).on_conflict_do_nothing(), table)


def sweep(session: Session) -> None:
    """Files that nobody writes are queued; rows are deleted after an hour, and after 13 months who asked."""
    unfinished = select(CustomerExport.id).where(CustomerExport.state.in_(UNFINISHED))
    for export_id in session.scalars(unfinished):
        db.after_commit(session, "facts.export", export_id)
    now = datetime.now(UTC)
    over = (CustomerExport.state == ExportState.DONE, CustomerExport.finished_at < now - KEPT)
    expired = session.scalars(select(CustomerExport.id).where(*over).with_for_update(skip_locked=True)).all()
    if expired:
        session.execute(delete(CustomerExportRow).where(CustomerExportRow.export_id.in_(expired)))
        gone = update(CustomerExport).where(CustomerExport.id.in_(expired))
        session.execute(gone.values(state=ExportState.EXPIRED))
    old = (CustomerExport.state == ExportState.EXPIRED, CustomerExport.finished_at < now - TOLD)
    session.execute(delete(CustomerExport).where(*old))


def _found(session: Session, shop_id: int, export_id: int) -> CustomerExport:
    which = (CustomerExport.shop_id == shop_id, CustomerExport.id == export_id)
    found = session.scalars(select(CustomerExport).where(*which)).one_or_none()
    if found is None:
        raise RowMissing("There is no such file in this shop.")
    return found


def _told(row: CustomerExport) -> CustomerExportAnswer:
    expires = row.finished_at + KEPT if row.finished_at else None
    return CustomerExportAnswer.model_validate(
        {name: getattr(row, name) for name in CustomerExportAnswer.model_fields if name != "expires_at"}
        | {"expires_at": expires}
    )


def _cells(row: CustomerRow) -> tuple[Any, ...]:
    def plain(money: Money | None) -> str | None:
        return None if money is None else money.amount

    return (
        row.customer_id,
        None if row.value is None else row.value.currency,
        plain(row.value),
        plain(row.value_low),
        plain(row.value_high),
        plain(row.clv),
        plain(row.crv),
        plain(row.civ),
        row.score,
        row.follow_on,
        row.orders_count,
        plain(row.revenue),
        row.last_order,
        row.verdict,
        row.evidence,
        row.percentile,
        " ".join(row.segments),
    )
