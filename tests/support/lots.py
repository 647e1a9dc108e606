"""A shop whose contacts agree to be contacted, and trials by lot in it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from saleor_influence_app import db, run_queue
from saleor_influence_app.consent import ledger, privacy_settings
from saleor_influence_app.consent.ledger import Decision
from saleor_influence_app.experiments import planning, trials
from saleor_influence_app.experiments.trials import Wanted
from saleor_influence_app.models import TrialCandidate
from saleor_influence_app.runs import execution
from tests.support.remembered import remembered
from tests.support.shop_rows import NOW, put_customers, put_order, put_shop, put_tie
from tests.support.social_shop import SETTINGS

CONTACTS = [f"contact-{number:02}" for number in range(24)]
THINGS = ("cup", "plate", "lamp")


def agree(session: Session, shop_id: int, *customer_ids: str, action: str = "given") -> None:
    """They tick that they may be contacted, or take it back."""
    given: dict[str, Any] = {"version": "3", "language": "en", "age_ok": action == "given"}
    given |= {"wording": "I agree." if action == "given" else "", "action": action}
    given |= {"limits": {"controller": SETTINGS["controller_name"]} if action == "given" else None}
    for one in customer_ids:
        said = Decision(purpose="outreach", network=None, proof=ledger.SESSION, **given)
        ledger.record(session, shop_id, one, decisions=[said])


def switch_on(session: Session, shop_id: int) -> None:
    """People may agree to something."""
    chosen = privacy_settings.PrivacySettingsInput.model_validate(SETTINGS | {"networks": {"mastodon": {}}})
    privacy_settings.confirm(session, shop_id, chosen, user_id="staff")


def run_now(shop_id: int, as_of: datetime = NOW) -> None:
    """A run of the shop."""
    with db.transaction() as session:
        run_id = run_queue.ask(session, shop_id)
    assert execution.execute(db.transaction, run_id, as_of=as_of)


@remembered
def valued_shop(session: Session) -> int:
    """A shop in which 24 contacts may follow anna, all of whom agreed to be contacted; it has been valued."""
    shop_id = put_shop(session)
    put_customers(session, shop_id, "anna", *CONTACTS)
    put_order(session, shop_id, "anna")
    for contact in CONTACTS:
        put_tie(session, shop_id, "anna", contact)
        for days in (100, 200):
            put_order(session, shop_id, contact, days_ago=days)
    switch_on(session, shop_id)
    agree(session, shop_id, *CONTACTS)
    session.commit()
    run_now(shop_id)
    return shop_id


def planned(session: Session, shop_id: int, customer_id: str = "anna", **given: Any) -> int:
    """A trial that a worker has planned, or refused."""
    wanted = Wanted(customer_id, **({"things": THINGS} | given))
    trial_id = trials.plan(session, shop_id, wanted, made_by="VXNlcjox", now=NOW)
    session.commit()
    planning.work(db.transaction, trial_id, now=NOW)
    session.expire_all()
    return trial_id


def begun(session: Session, shop_id: int, customer_id: str = "anna", **given: Any) -> int:
    """A trial whose lots are drawn."""
    trial_id = planned(session, shop_id, customer_id, **given)
    trials.start(session, shop_id, trial_id)
    session.commit()
    planning.work(db.transaction, trial_id, now=NOW)
    session.expire_all()
    return trial_id


def letters(session: Session, trial_id: int) -> dict[str, set[str]]:
    """By contact, what the letter says that the sender chose."""
    rows = session.scalars(select(TrialCandidate).where(TrialCandidate.trial_id == trial_id))
    return {row.customer_id: set(row.told or ()) for row in rows}


def lots(session: Session, trial_id: int, *, told: bool) -> list[tuple[str, str]]:
    """(contact, thing)s that were told, or those that were not."""
    drawn = letters(session, trial_id)
    return [(who, thing) for who in sorted(drawn) for thing in THINGS if (thing in drawn[who]) is told]


def buy(
    session: Session, shop_id: int, chosen: Iterable[tuple[str, str]], *, days: float = 3, **given: Any
) -> None:
    """These bought these so many days after the start."""
    for contact, thing in chosen:
        put_order(session, shop_id, contact, days_ago=-days, product=thing, **given)
    session.commit()


def without_consents(session: Session) -> None:
    """Until the next statement of this kind, the database's guards of consent are off."""
    session.execute(text("SET session_replication_role = replica"))
