"""What a shopper decides on her page: yes by a text that she saw, no at any time."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from saleor_influence_app import db, log
from saleor_influence_app.errors import InputInvalid, RowMissing
from saleor_influence_app.models import Contest, Customer, Profile
from saleor_influence_app.pipeline import departed, runs, staging
from saleor_influence_app.pipeline.privacy import choices, consents, erasure, wording
from saleor_influence_app.pipeline.privacy.consents import Decision
from saleor_influence_app.pipeline.privacy.wording import Wording

logger = log.get(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Yes:
    """A tick that she set: for what, by which version of which text, and that she is old enough."""

    purpose: str
    network: str | None
    version: str
    language: str
    old_enough: bool


def wordings(session: Session, shop_id: int, language: str) -> list[Wording]:
    """Return every text that she can agree to in this shop, in her language."""
    chosen = choices.demand(session, shop_id)
    wanted = [
        (purpose, network)
        for purpose in wording.PURPOSES
        for network in (sorted(chosen.networks) if purpose in wording.OF_A_NETWORK else [None])
    ]
    return [
        wording.wording(purpose, network, language=language, choices=chosen) for purpose, network in wanted
    ]


def give(session: Session, shop_id: int, customer_id: str, *, yes: Yes) -> None:
    """Her yes stands in the ledger with the text that she saw; whoever had left takes part again."""
    chosen = choices.demand(session, shop_id, yes.network)
    text = wording.wording(yes.purpose, yes.network, language=yes.language, choices=chosen)
    if text.version != yes.version:
        raise InputInvalid("The text has changed meanwhile: read it again.")
    if not yes.old_enough:
        raise InputInvalid(f"This is for people of {chosen.minimum_age} or older.")
    staging.lock(session, shop_id)
    consents.lock(session, shop_id)
    _demand_alive(session, shop_id, customer_id)
    given = consents.given(session, shop_id, customer_id)
    if yes.purpose == "score" and ("link", yes.network) not in given:
        raise InputInvalid("Scores need a linked profile: agree to linking first.")
    decision = Decision(
        purpose=yes.purpose,
        network=yes.network,
        action="given",
        wording=text.text,
        version=text.version,
        language=text.language,
        proof=consents.SESSION,
        age_ok=True,
    )
    consents.record(session, shop_id, customer_id, decisions=[decision])
    if staging.readmit(session, shop_id, customer_id):
        runs.request(session, shop_id, kind="full")
    if yes.purpose == "score":
        linked = (
            update(Profile)
            .where(Profile.shop_id == shop_id, Profile.customer_id == customer_id)
            .where(Profile.network == yes.network, Profile.state == "linked")
            .values(next_at=func.now())
        )
        session.execute(linked)
        db.after_commit(session, "social.snapshot", shop_id)
    logger.info("consent.given", shop_id=shop_id, purpose=yes.purpose, network=yes.network)


def withdraw(session: Session, shop_id: int, customer_id: str, *, purpose: str, network: str | None) -> None:
    """She no longer consents to this; what rests on it is gone."""
    if (purpose, network) not in consents.given(session, shop_id, customer_id):
        raise RowMissing("There is no such consent of yours to withdraw.")
    decision = Decision(purpose=purpose, network=network, action="withdrawn", proof=consents.SESSION)
    erasure.withdraw(session, shop_id, customer_id, decision=decision)


def contest(session: Session, shop_id: int, customer_id: str, *, text: str) -> int:
    """Staff will read what she says is wrong; returns its number."""
    _demand_alive(session, shop_id, customer_id)
    row = Contest(shop_id=shop_id, customer_id=customer_id, text=text, at=datetime.now(UTC))
    session.add(row)
    session.flush()
    return row.id


def answer(session: Session, shop_id: int, contest_id: int, *, text: str, user_id: str) -> None:
    """Staff have answered; she reads it on her page."""
    found = session.execute(
        update(Contest)
        .where(Contest.shop_id == shop_id, Contest.id == contest_id)
        .values(answer=text, answered_at=func.now(), answered_by=user_id)
        .returning(Contest.id)
    ).scalar()
    if found is None:
        raise RowMissing("There is no such note.")


def _demand_alive(session: Session, shop_id: int, customer_id: str) -> None:
    """Raise for a customer who was deleted or erased; hold her against deletion until the commit."""
    row = session.execute(
        select(Customer.deleted_at)
        .where(Customer.shop_id == shop_id, Customer.customer_id == customer_id)
        .with_for_update(key_share=True)
    ).one_or_none()
    ended = departed.ended(session, shop_id, [customer_id]).get(customer_id)
    if ended is not None and ended.is_erased:
        raise InputInvalid("You had everything erased: take part again first.")
    gone = ended is not None and ended.deleted_at is not None if row is None else row.deleted_at is not None
    if gone:
        raise RowMissing("This account has been deleted.")
