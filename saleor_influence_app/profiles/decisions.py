"""What a shopper decides on their page: consent by a text that they saw, withdrawal at any time."""

from dataclasses import dataclass

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from saleor_influence_app import db, log, run_queue, settings
from saleor_influence_app.consent import agreements, ledger, privacy_settings, wording
from saleor_influence_app.consent.ledger import Decision
from saleor_influence_app.consent.privacy_settings import PrivacySettings
from saleor_influence_app.consent.wording import Wording
from saleor_influence_app.erasure import erasure
from saleor_influence_app.errors import AppError, InputInvalid, RowMissing
from saleor_influence_app.models import Action, Customer, Profile, ProfileState, Purpose
from saleor_influence_app.rights import standing
from saleor_influence_app.shops import suppression
from saleor_influence_app.targeting import consenting_members
from saleor_influence_app.writeback import staging

logger = log.get(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class ConsentGrant:
    """A consent that a shopper ticks: for what, by which text, and that they are old enough."""

    purpose: Purpose
    network: str | None
    text_hash: str
    language: str
    old_enough: bool
    country: str | None = None


class TextChanged(AppError):
    """The text has changed since it was read: nothing is stored, and it must be read again."""

    code = "TEXT_CHANGED"
    status = 409

    def __init__(self, wordings: list[Wording]) -> None:
        super().__init__("The text has changed meanwhile, so nothing was stored: read it again.")
        self.wordings = wordings


def wordings(session: Session, shop_id: int, language: str) -> list[Wording]:
    """Return every text that they can agree to in this shop, in their language."""
    chosen = privacy_settings.demand(session, shop_id)
    return [
        wording.wording(purpose, network, language=language, choices=chosen)
        for purpose, network in wording.asked_for(chosen)
    ]


def give(session: Session, shop_id: int, customer_id: str, *, yes: ConsentGrant) -> None:
    """Store the consent with the text that they saw; it ends no objection and undoes no erasure."""
    chosen = privacy_settings.demand(session, shop_id, yes.network)
    text = wording.wording(yes.purpose, yes.network, language=yes.language, choices=chosen)
    if text.text_hash != yes.text_hash:
        raise TextChanged(wordings(session, shop_id, yes.language))
    limits = agreements.limits(yes.purpose, yes.network, chosen=chosen, country=_country(yes, chosen))
    if not yes.old_enough:
        raise InputInvalid(f"This is for people of {limits.minimum_age} or older.", reason="age")
    staging.lock(session, shop_id)
    ledger.lock(session, shop_id)
    _demand_alive(session, shop_id, customer_id)
    given = ledger.given(session, shop_id, customer_id)
    if yes.purpose == Purpose.SCORE and (Purpose.LINK, yes.network) not in given:
        raise InputInvalid("Scores need a linked profile: agree to linking first.")
    decision = Decision(
        purpose=yes.purpose,
        network=yes.network,
        action=Action.GIVEN,
        wording=text.text,
        version=text.version,
        language=text.language,
        proof=ledger.SESSION,
        age_ok=True,
        limits=limits.stored(),
    )
    ledger.record(session, shop_id, customer_id, decisions=[decision])
    if yes.network is not None and standing.takes_part(session, shop_id, customer_id):
        _make_due(session, shop_id, customer_id, network=yes.network)
    if consenting_members.asking(session, shop_id, yes.purpose):
        run_queue.request(session, shop_id, delay=settings.get().score_delay_seconds)
    logger.info("consent.given", shop_id=shop_id, purpose=yes.purpose, network=yes.network)


def withdraw(
    session: Session, shop_id: int, customer_id: str, *, purpose: Purpose, network: str | None
) -> None:
    """Withdraw the consent and delete what was based on it."""
    if (purpose, network) not in ledger.given(session, shop_id, customer_id):
        raise RowMissing("There is no such consent of yours to withdraw.")
    decision = Decision(purpose=purpose, network=network, action=Action.WITHDRAWN, proof=ledger.SESSION)
    erasure.withdraw(session, shop_id, customer_id, decision=decision)


def _make_due(session: Session, shop_id: int, customer_id: str, *, network: str) -> None:
    """Make their profile on the network due at once, if they have one; also if reading was paused."""
    linked = (
        update(Profile)
        .where(Profile.shop_id == shop_id, Profile.customer_id == customer_id)
        .where(Profile.network == network, Profile.state == ProfileState.LINKED)
        .values(next_at=func.now())
    )
    session.execute(linked)
    db.after_commit(session, "social.snapshot", shop_id)


def _country(yes: ConsentGrant, chosen: PrivacySettings) -> str | None:
    """Return the country whose minimum age applies; for a shop that serves one country, that one."""
    if len(chosen.countries) == 1 and yes.country is None:
        return chosen.countries[0]
    if chosen.countries and yes.country is None:
        raise InputInvalid("Say in which country you live: the age depends on it.", reason="country")
    if yes.country is not None and yes.country not in chosen.countries:
        raise InputInvalid("This shop does not ask for people of that country.", reason="country")
    return yes.country


def _demand_alive(session: Session, shop_id: int, customer_id: str) -> None:
    """Raise for a deleted customer; lock the row against deletion until the commit."""
    row = session.execute(
        select(Customer.deleted_at)
        .where(Customer.shop_id == shop_id, Customer.customer_id == customer_id)
        .with_for_update(key_share=True)
    ).one_or_none()
    ended = suppression.ended(session, shop_id, [customer_id]).get(customer_id)
    gone = ended is not None and ended.deleted_at is not None if row is None else row.deleted_at is not None
    if gone:
        raise RowMissing("This account has been deleted.")
