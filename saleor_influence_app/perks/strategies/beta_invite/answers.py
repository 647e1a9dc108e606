"""Answers to a beta's questions, as people give them: choices are counted, what they write is read."""

from collections.abc import Mapping

from sqlalchemy import delete
from sqlalchemy.orm import Session

from saleor_influence_app.errors import InputInvalid
from saleor_influence_app.models import PerkGrant, PerkInvitation, PerkRemark
from saleor_influence_app.perks.strategies.beta_invite.terms import BEST, Question

LONGEST = 1000


def store(
    session: Session,
    grant: PerkGrant,
    invitation: PerkInvitation,
    *,
    questions: list[Question],
    answers: Mapping[str, str | int],
) -> None:
    """These are the customer's answers, in place of those before; raises InputInvalid for what is none."""
    known = {str(number): question for number, question in enumerate(questions, 1)}
    unknown = sorted(answers.keys() - known.keys())
    if unknown:
        raise InputInvalid(f"There is no question {unknown[0]}; there are {len(known)}.")
    drop(session, grant, invitation)
    chosen: dict[str, str | int] = {}
    for key, given in answers.items():
        read = _read(given, known[key], key)
        if known[key].kind != "text":
            chosen[key] = read
        elif read:
            session.add(
                PerkRemark(
                    shop_id=grant.shop_id,
                    programme_id=grant.programme_id,
                    customer_id=str(grant.customer_id),
                    question=int(key),
                    text=str(read),
                )
            )
    invitation.answers = chosen
    session.flush()


def drop(session: Session, grant: PerkGrant, invitation: PerkInvitation) -> None:
    """The customer has answered nothing."""
    theirs = delete(PerkRemark).where(
        PerkRemark.programme_id == grant.programme_id, PerkRemark.customer_id == grant.customer_id
    )
    session.execute(theirs)
    invitation.answers = None


def _read(given: str | int, question: Question, key: str) -> str | int:
    """Return the answer; raises InputInvalid in words, which do not repeat it."""
    if question.kind == "rating":
        if isinstance(given, bool) or not isinstance(given, int) or not 1 <= given <= BEST:
            raise InputInvalid(f"Question {key}: answer with a whole number from 1 to {BEST}.")
        return given
    if not isinstance(given, str):
        raise InputInvalid(f"Question {key}: answer in words.")
    if question.kind == "choice" and given not in question.options:
        raise InputInvalid(f"Question {key}: answer with one of its options.")
    if len(given) > LONGEST:
        raise InputInvalid(f"Question {key}: {LONGEST} letters at most.")
    return given.strip()
