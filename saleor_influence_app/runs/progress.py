"""How a long run is going: the wish to cancel it, the memory it took."""

from pathlib import Path
from resource import RUSAGE_SELF, getrusage

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from saleor_influence_app.errors import InputInvalid, RowMissing
from saleor_influence_app.models import Run, RunState, Shop
from saleor_influence_app.runs import rollback

STEPS = (
    "reading facts",
    "tables",
    "first purchases",
    "tied buyers",
    "credit",
    "chance",
    "gate",
    "verdicts",
    "scores",
    "forecast",
    "net",
    "values",
    "segments",
    "writing",
)
"""What a run does, in order, as it tells those who wait."""
_PROCESS = Path("/proc/self")


def cancel(session: Session, shop_id: int, run_id: int) -> None:
    """Cancel a run: at once if it waits, at its next step if it works; nothing is written to Saleor."""
    # As workers do: the shop's row first, then the run's.
    session.scalars(select(Shop.id).where(Shop.id == shop_id).with_for_update(key_share=True)).first()
    run = session.scalars(
        select(Run).where(Run.shop_id == shop_id, Run.id == run_id).with_for_update()
    ).first()
    if run is None:
        raise RowMissing("There is no such run in this shop.")
    if run.state == RunState.QUEUED:
        run.state, run.finished_at = RunState.CANCELLED, func.now()
        rollback.release(session, run)
    elif run.state == RunState.RUNNING:
        run.cancel_asked = True
    else:
        raise InputInvalid("This run has ended already.")


def forget_peak_memory() -> None:
    """The peak is counted from now on, where the system allows it."""
    try:
        (_PROCESS / "clear_refs").write_text("5")
    except OSError:
        return


def peak_memory_mb() -> int:
    """Return the most memory that this process held since `forget_peak_memory`."""
    try:
        status = (_PROCESS / "status").read_text()
    except OSError:
        return getrusage(RUSAGE_SELF).ru_maxrss // 1024
    line = next(line for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) // 1024
