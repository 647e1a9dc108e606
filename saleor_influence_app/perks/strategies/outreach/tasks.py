"""The board: a staff member takes a task, gives it back, does it, and writes down what the customer said."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from saleor_influence_app import log
from saleor_influence_app.consent import agreements
from saleor_influence_app.errors import InputInvalid, RowMissing
from saleor_influence_app.fields import Storable
from saleor_influence_app.models import (
    NOTE_LIMIT,
    OutreachAnswer,
    OutreachTask,
    PerkProgramme,
    ProgrammeState,
    Purpose,
    Refusal,
    TaskState,
)
from saleor_influence_app.shops.suppression import objects

logger = log.get(__name__)

TAKEN = "taken"
"""Reason of the refusal when a colleague was faster."""


class OutreachResult(BaseModel):
    """What came of a task, in a note that the customer can read when they ask what is held of them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    note: Annotated[str, StringConstraints(strip_whitespace=True, max_length=NOTE_LIMIT), Storable] = ""
    answer: OutreachAnswer | None = None


def assign(session: Session, shop_id: int, task_id: int, *, by: str) -> None:
    """The task is theirs; of two who take it at once one is told that the other has it."""
    task = _locked(session, shop_id, task_id)
    state = session.get_one(PerkProgramme, task.programme_id).state
    if state != ProgrammeState.RUNNING:
        raise InputInvalid(f"This programme is {state}: no task is taken.")
    if task.taken_by not in {None, by}:
        raise InputInvalid("A colleague has taken it already.", reason=TAKEN)
    if task.state == TaskState.SUGGESTED:
        task.state, task.taken_by, task.changed_at = TaskState.ASSIGNED, by, func.now()
        session.flush()


def release(session: Session, shop_id: int, task_id: int) -> None:
    """The task is nobody's again; any colleague may say so, of whoever is ill or has left."""
    task = _locked(session, shop_id, task_id)
    if task.state != TaskState.ASSIGNED:
        raise InputInvalid("Only a task that somebody has taken, and not done, can be given back.")
    task.state, task.taken_by, task.changed_at = TaskState.SUGGESTED, None, func.now()
    session.flush()


def finish(session: Session, shop_id: int, task_id: int, *, by: str, result: OutreachResult) -> None:
    """Who has taken it has done it, and with an answer the customer has said something."""
    task = _locked(session, shop_id, task_id)
    if task.taken_by != by:
        raise InputInvalid("Only who has taken a task can say that it is done: take it first.", reason=TAKEN)
    if task.state == TaskState.ANSWERED and result.answer is None:
        raise InputInvalid("The customer has answered already.")
    task.state = TaskState.DONE if result.answer is None else TaskState.ANSWERED
    task.answer, task.note = result.answer, result.note or None
    task.done_at = task.done_at or datetime.now(UTC)
    task.changed_at = func.now()
    session.flush()
    logger.info("outreach.finished", shop_id=shop_id, programme_id=task.programme_id, state=task.state)


def _locked(session: Session, shop_id: int, task_id: int) -> OutreachTask:
    """Return the task, with its row locked, of a customer who agrees to be contacted at this moment."""
    row = select(OutreachTask).where(OutreachTask.shop_id == shop_id, OutreachTask.id == task_id)
    task = session.scalars(row.with_for_update()).first()
    if task is None:
        raise RowMissing("There is no such task: it was taken back, or the customer no longer agrees to it.")
    agrees = agreements.agreeing(session, shop_id, Purpose.OUTREACH, customer_id=task.customer_id)
    if not agrees or session.scalar(select(objects(shop_id, task.customer_id))):
        raise InputInvalid("This customer no longer agrees to be contacted.", reason=Refusal.NO_CONSENT)
    return task
