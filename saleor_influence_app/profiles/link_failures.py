"""Failures of linked profiles: recorded on the profile, tried again if that may help, and shown to staff."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from sqlalchemy import Select, delete, func, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from saleor_influence_app import db, log
from saleor_influence_app.backoff import Backoff
from saleor_influence_app.erasure import erasure
from saleor_influence_app.models import NetworkApp, Problem, Profile, ProfileState, Purpose, Shop
from saleor_influence_app.shops import problems
from saleor_influence_app.social.failures import Cause, Failure, Final, Reason, Transient, code_of
from saleor_influence_app.social.networks import NETWORKS

logger = log.get(__name__)

BACKOFF = Backoff(timedelta(minutes=2), timedelta(hours=2))
FINAL_WAIT = timedelta(days=1)
LONG = timedelta(days=1)
"""After a network was down for so long, staff are notified."""
ENDS = {Reason.GONE: ProfileState.GONE, Reason.CREDENTIALS: ProfileState.RELINK}


def record(session: Session, profile: Profile, failure: Failure, *, now: datetime) -> None:
    """Record the failure on the profile with its begin, and when to read the profile again."""
    if isinstance(failure, Transient) and failure.cause is Cause.BUSY:  # waiting is not a failure
        again = now + timedelta(seconds=failure.retry_after or BACKOFF.first.total_seconds())
        session.execute(update(Profile).where(Profile.id == profile.id).values(next_at=again))
        return
    values: dict[str, object] = {
        "failures": Profile.failures + 1,
        "trouble": failure.sentence,
        "trouble_reason": code_of(failure),
        "trouble_since": func.coalesce(Profile.trouble_since, now),
    }
    state = ENDS.get(failure.reason) if isinstance(failure, Final) else None
    if state is not None:
        values |= {"state": state, "next_at": None}
        erasure.add_notice(
            session, profile.shop_id, profile.customer_id, kind=f"profile-{state}", network=profile.network
        )
    elif isinstance(failure, Transient):
        wait = BACKOFF.after(profile.failures)
        values["next_at"] = now + max(wait, timedelta(seconds=failure.retry_after or 0))
    else:
        values["next_at"] = now + FINAL_WAIT
    if isinstance(failure, Final) and failure.reason is Reason.APP:
        app_refused(session, profile.shop_id, profile.network, failure)
    session.execute(update(Profile).where(Profile.id == profile.id).values(**values))
    logger.warning("profile.trouble", profile_id=profile.id, network=profile.network, state=state)


def clear(
    session: Session,
    profile: Profile,
    *,
    next_at: datetime,
    shown: Mapping[str, str],
    beside: Failure | None = None,
) -> None:
    """Clear the profile's failure, or set it to `beside`; `shown` are its current handle and address."""
    well: dict[str, object] = {"failures": 0, "trouble": None, "trouble_reason": None, "trouble_since": None}
    well["next_at"] = next_at
    busy = isinstance(beside, Transient) and beside.cause is Cause.BUSY
    if beside is not None and not busy:
        since = func.coalesce(Profile.trouble_since, func.now())
        well |= {"trouble": beside.sentence, "trouble_reason": code_of(beside), "trouble_since": since}
    session.execute(update(Profile).where(Profile.id == profile.id).values(**well, **shown))
    problems.resolve_problem(session, profile.shop_id, f"influence-app-{profile.network}")


def app_refused(session: Session, shop_id: int, network: str, failure: Final) -> None:  # noqa: PLR0917 - as it is said
    """Notify staff at once: nobody can link and nothing is read until they mend it."""
    if not NETWORKS[network].needs_app:  # an app of ours, which is registered anew when somebody links next
        session.execute(
            delete(NetworkApp).where(NetworkApp.shop_id == shop_id, NetworkApp.network == network)
        )
        return
    message = f"{failure.sentence} Check the app there, then confirm the privacy settings again."
    problems.raise_problem(session, shop_id, f"influence-app-{network}", message)


def sweep(session: Session) -> None:
    """Queue a task for each shop with due profiles; notify staff of networks that are down for long."""
    for shop_id in session.scalars(due(Profile.shop_id).distinct()):
        db.after_commit(session, "social.snapshot", shop_id)
    _report_outages(session)


def due(column: InstrumentedAttribute[int]) -> Select[int]:
    """Select a column of the profiles that are due: linked, consented to, of active shops."""
    return (
        select(column)
        .join(Shop, Shop.id == Profile.shop_id)
        .where(Profile.next_at <= func.now(), Profile.state == ProfileState.LINKED, Shop.active)
        .where(func.consent_given(Profile.shop_id, Profile.customer_id, Purpose.SCORE, Profile.network))
    )


def _report_outages(session: Session) -> None:
    rows = session.execute(
        select(
            Profile.shop_id,
            Profile.network,
            func.count(),
            func.min(Profile.trouble_since),
            func.min(Profile.trouble),
        )
        .where(Profile.trouble_since < datetime.now(UTC) - LONG, Profile.state == ProfileState.LINKED)
        .group_by(Profile.shop_id, Profile.network)
    ).all()
    known = {(shop_id, network) for shop_id, network, *_ in rows}
    for shop_id, network, count, since, sentence in rows:
        message = f"{count} linked profiles could not be read since {since:%Y-%m-%d %H:%M} UTC: {sentence}"
        problems.raise_problem(session, shop_id, f"influence-network-{network}", message)
    shown = Problem.key.in_([f"influence-network-{name}" for name in NETWORKS])
    for shop_id in session.scalars(select(Problem.shop_id).where(shown).distinct()).all():
        well = [f"influence-network-{name}" for name in NETWORKS if (shop_id, name) not in known]
        problems.resolve_problem(session, shop_id, *well)
