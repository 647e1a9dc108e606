"""The register of what people asked about their data: received when, due when, done when and by whom.

What people do themselves on their page is noted as done. Contests have a list and a deadline of their own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from saleor_influence_app import log, models
from saleor_influence_app.erasure import erasure, objections
from saleor_influence_app.errors import InputInvalid, RowMissing
from saleor_influence_app.models import AskedBy, Contest, Problem, RightsRequest, month_after
from saleor_influence_app.rights import subjects
from saleor_influence_app.shops import problems

logger = log.get(__name__)

RequestKind = models.RequestKind
SHOPPER, GUEST_LINK, OPERATOR = "shopper", "guest-link", "operator"
"""Who acts, where it is no staff member, of whom the Saleor id is noted."""
OVERDUE = "influence-rights-overdue"


@dataclass(frozen=True, slots=True)
class Received:
    """A request that somebody in the shop took: what for, when it came, and a note of theirs."""

    kind: RequestKind
    at: datetime
    note: str = ""


def receive(session: Session, shop_id: int, customer_id: str, *, what: Received, by: str) -> int:
    """The request is in the register, and its month runs; returns its number."""
    if what.at > datetime.now(UTC):
        raise InputInvalid("A request cannot be received in the future.")
    row = RightsRequest(
        shop_id=shop_id,
        customer_id=customer_id,
        kind=what.kind,
        received_at=what.at,
        received_by=by,
        due_at=month_after(what.at),
        note=what.note,
    )
    session.add(row)
    session.flush()
    logger.info("rights.received", shop_id=shop_id, kind=what.kind, request_id=row.id)
    return row.id


def finish(session: Session, shop_id: int, request_id: int, *, by: str, note: str) -> None:
    """The request is done by hand, as the note says."""
    done = session.execute(
        update(RightsRequest)
        .where(RightsRequest.shop_id == shop_id, RightsRequest.id == request_id)
        .where(RightsRequest.done_at.is_(None))
        .values(done_at=func.now(), done_by=by, note=note or RightsRequest.note)
        .returning(RightsRequest.id)
    ).scalar()
    if done is None:
        raise RowMissing("There is no such open request.")
    sweep_shop(session, shop_id)


def object_(session: Session, shop_id: int, customer_id: str, *, by: str, reason: str = "") -> bool:
    """Nothing is computed of them from now on; says whether that is new. It stands in the register."""
    asker: AskedBy = _asker(by)
    new = objections.object_(session, shop_id, customer_id, by=asker, reason=reason)
    if new:
        note_done(session, shop_id, customer_id, kind=RequestKind.OBJECTION, by=by)
    return new


def take_part_again(session: Session, shop_id: int, customer_id: str, *, by: str) -> bool:
    """Their own act alone ends an objection; says whether there was one."""
    return objections.end(
        session, shop_id, customer_id, by=AskedBy.GUEST_LINK if by == GUEST_LINK else AskedBy.SELF
    )


def erase(session: Session, shop_id: int, customer_id: str, *, by: str) -> dict[str, Any]:
    """No row names them any more; the register says so without a name, the certificate what went."""
    waiting = _open(session, shop_id, customer_id, kind=RequestKind.ERASURE)
    certificate = erasure.erase(session, shop_id, customer_id)
    _note(session, shop_id, None, kind=RequestKind.ERASURE, by=by, waiting=waiting)
    return certificate


def note_done(  # noqa: PLR0913 - a row's columns
    session: Session, shop_id: int, customer_id: str, *, kind: RequestKind, by: str, note: str = ""
) -> None:
    """What was asked for is done: an open request of this kind is, or else a row says so."""
    waiting = _open(session, shop_id, customer_id, kind=kind)
    _note(session, shop_id, customer_id, kind=kind, by=by, waiting=waiting, note=note)


def note_export(session: Session, shop_id: int, customer_id: str, *, by: str) -> None:
    """They took a copy of their data; once a day is enough to know."""
    subjects.lock(session, shop_id, customer_id)
    lately = (
        select(RightsRequest.id)
        .where(RightsRequest.shop_id == shop_id, RightsRequest.customer_id == customer_id)
        .where(
            RightsRequest.kind == RequestKind.EXPORT, RightsRequest.done_at > text("now() - interval '1 day'")
        )
    )
    if by not in {SHOPPER, GUEST_LINK} or session.execute(lately).first() is None:
        note_done(session, shop_id, customer_id, kind=RequestKind.EXPORT, by=by)


@dataclass(frozen=True, slots=True)
class Overdue:
    """What should have been answered by now."""

    requests: int
    contests: int

    @property
    def total(self) -> int:
        """Return how many there are together."""
        return self.requests + self.contests

    @property
    def sentence(self) -> str:
        """Return it in words, for staff."""
        return (
            f"{self.total} requests or contests by customers are older than one month and not answered "
            f"({self.requests} requests, {self.contests} contests). Open the app's page Privacy."
        )


def overdue(session: Session, shop_id: int) -> Overdue:
    """Count the open requests and contests whose month is over."""
    requests = select(func.count()).where(
        RightsRequest.shop_id == shop_id, RightsRequest.done_at.is_(None), RightsRequest.due_at < func.now()
    )
    contests = select(func.count()).where(
        Contest.shop_id == shop_id,
        Contest.answer.is_(None),
        Contest.at < text("now() - interval '1 month'"),
    )
    return Overdue(session.scalar(requests) or 0, session.scalar(contests) or 0)


def sweep(session: Session) -> None:
    """Shops with something overdue have the problem, and no others."""
    late = select(RightsRequest.shop_id).where(
        RightsRequest.done_at.is_(None), RightsRequest.due_at < func.now()
    )
    contests = select(Contest.shop_id).where(
        Contest.answer.is_(None), Contest.at < text("now() - interval '1 month'")
    )
    shown = select(Problem.shop_id).where(Problem.key == OVERDUE, Problem.dismissed_at.is_(None))
    for shop_id in session.scalars(late.union(contests, shown)).all():
        sweep_shop(session, shop_id)


def sweep_shop(session: Session, shop_id: int) -> None:
    """The shop has the problem if something is overdue, else it has not."""
    found = overdue(session, shop_id)
    if found.total:
        problems.raise_problem(session, shop_id, OVERDUE, found.sentence)
    else:
        problems.resolve_problem(session, shop_id, OVERDUE)


def _open(session: Session, shop_id: int, customer_id: str, *, kind: str) -> Sequence[int]:
    return session.scalars(
        select(RightsRequest.id)
        .where(RightsRequest.shop_id == shop_id, RightsRequest.customer_id == customer_id)
        .where(RightsRequest.kind == kind, RightsRequest.done_at.is_(None))
        .with_for_update()
    ).all()


def _note(  # noqa: PLR0913 - a row's columns
    session: Session,
    shop_id: int,
    customer_id: str | None,
    *,
    kind: RequestKind,
    by: str,
    waiting: Sequence[int],
    note: str = "",
) -> None:
    now = datetime.now(UTC)
    if waiting:
        done = {"done_at": now, "done_by": by}
        session.execute(update(RightsRequest).where(RightsRequest.id.in_(waiting)).values(**done))
        sweep_shop(session, shop_id)
        return
    session.add(
        RightsRequest(
            shop_id=shop_id,
            customer_id=customer_id,
            kind=kind,
            received_at=now,
            received_by=by,
            due_at=month_after(now),
            done_at=now,
            done_by=by,
            note=note,
        )
    )
    session.flush()


def _asker(by: str) -> AskedBy:
    return AskedBy.SELF if by == SHOPPER else AskedBy.GUEST_LINK if by == GUEST_LINK else AskedBy.STAFF
