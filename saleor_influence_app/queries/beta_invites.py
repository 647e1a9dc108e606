"""Betas: who has a seat, what shoppers see of theirs, and what members and regular customers answer.

Answers are counted side by side and never named. Where fewer than five answered, nothing is said: who knows
who has a seat would know who said what.
"""

import csv
import io
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from saleor_influence_app import spreadsheets
from saleor_influence_app.errors import RowMissing
from saleor_influence_app.fields import Json
from saleor_influence_app.models import (
    InvitationState,
    PerkGrant,
    PerkInvitation,
    PerkProgramme,
    PerkRemark,
    ProgrammeState,
)
from saleor_influence_app.perks.strategies.beta_invite import STRATEGY, counting
from saleor_influence_app.perks.strategies.beta_invite.terms import BetaTerms, Question
from saleor_influence_app.queries.api_model import ApiModel

Group = Literal["members", "regulars"]
_GROUPS: dict[Group, bool] = {"members": False, "regulars": True}


class QuestionAsked(ApiModel):
    """A question, as its terms say it."""

    number: int
    kind: Literal["text", "choice", "rating"]
    text: str
    options: list[str]


class ShopperInvitation(ApiModel):
    """An invitation as its owner sees it; link and questions are for those who have accepted."""

    state: InvitationState
    answer_by: datetime | None
    link: str | None
    questions: list[QuestionAsked]
    answers: dict[str, str | int]
    """By the number of the question."""


class OptionCount(ApiModel):
    """How many chose an option, and the share with the ends of its 90 % interval."""

    option: str
    count: int
    share: float
    low: float
    high: float


class QuestionCounts(ApiModel):
    """What a group answered to a question."""

    number: int
    text: str
    answered: int | None
    """None: too few to show anything."""
    options: list[OptionCount]


class GroupAnswers(ApiModel):
    """The answers of members of the segment, or of regular customers who are none."""

    group: Group
    invited: int
    """Who was asked so far, whatever became of it."""
    accepted: int
    questions: list[QuestionCounts]


class Remarks(ApiModel):
    """What people wrote, of both groups, in alphabetical order."""

    number: int
    text: str
    remarks: list[str] | None
    """None: too few to show any."""


class BetaAnswers(ApiModel):
    """Where the invitations stand, and what those answered who have a seat."""

    seats: int
    states: dict[InvitationState, int]
    groups: list[GroupAnswers]
    remarks: list[Remarks]


def of_shopper(
    session: Session, grants: Sequence[tuple[PerkGrant, PerkProgramme]]
) -> dict[int, ShopperInvitation]:
    """Which of these grants are invitations, and what do their owners see?"""
    by_id = {grant.id: (grant, of) for grant, of in grants}
    rows = session.scalars(select(PerkInvitation).where(PerkInvitation.grant_id.in_(by_id)))
    found = {}
    for row in rows:
        grant, of = by_id[row.grant_id]
        found[row.grant_id] = _shown(session, row, grant=grant, of=of)
    return found


def states(session: Session, grant_ids: Sequence[int]) -> dict[int, InvitationState]:
    """Where do the invitations among these grants stand?"""
    rows = select(PerkInvitation.grant_id, PerkInvitation.state).where(PerkInvitation.grant_id.in_(grant_ids))
    return {grant_id: InvitationState(state) for grant_id, state in session.execute(rows)}


def answers(session: Session, shop_id: int, programme_id: int) -> BetaAnswers:
    """How do the invitations stand, and what was answered?"""
    programme = _beta(session, shop_id, programme_id)
    terms = BetaTerms.model_validate(programme.terms)
    counted = session.execute(
        select(PerkInvitation.state, func.count())
        .where(PerkInvitation.programme_id == programme.id)
        .group_by(PerkInvitation.state)
    )
    found: Counter[str] = Counter()
    for state, count in counted:
        found[state] = count
    return BetaAnswers(
        seats=terms.seats,
        states={state: found[state] for state in InvitationState},
        groups=[_group(session, programme, terms, name=name) for name in _GROUPS],
        remarks=_remarks(session, programme, terms),
    )


def as_csv(session: Session, shop_id: int, programme_id: int) -> str:
    """Return the answers that can be shown, one a row and sorted, so that no row tells whose it is."""
    found = answers(session, shop_id, programme_id)
    sink = io.StringIO()
    writer = csv.writer(sink)
    writer.writerow(("question", "group", "answer"))
    for group in found.groups:
        for counted in group.questions:
            for option in counted.options:
                cells = (counted.text, group.group, option.option)
                writer.writerows([tuple(map(spreadsheets.as_text, cells))] * option.count)
    for said in found.remarks:
        for remark in said.remarks or ():
            writer.writerow((spreadsheets.as_text(said.text), "", spreadsheets.as_text(remark)))
    return sink.getvalue()


def _shown(
    session: Session, row: PerkInvitation, *, grant: PerkGrant, of: PerkProgramme
) -> ShopperInvitation:
    terms = BetaTerms.model_validate(of.terms)
    has_seat = row.state == InvitationState.ACCEPTED
    may_answer = has_seat and of.state in {ProgrammeState.RUNNING, ProgrammeState.PAUSED}
    given: dict[str, str | int] = dict(row.answers or {})
    if has_seat:
        said = select(PerkRemark).where(
            PerkRemark.programme_id == of.id, PerkRemark.customer_id == grant.customer_id
        )
        given |= {str(one.question): one.text for one in session.scalars(said)}
    return ShopperInvitation(
        state=InvitationState(row.state),
        answer_by=row.answer_by if row.state == InvitationState.INVITED else None,
        link=terms.link if has_seat and of.state == ProgrammeState.RUNNING else None,
        questions=_asked(terms) if may_answer else [],
        answers=given,
    )


def _asked(terms: BetaTerms) -> list[QuestionAsked]:
    return [
        QuestionAsked(number=number, kind=one.kind, text=one.text, options=one.options)
        for number, one in enumerate(terms.questions, 1)
    ]


def _beta(session: Session, shop_id: int, programme_id: int) -> PerkProgramme:
    row = select(PerkProgramme).where(
        PerkProgramme.shop_id == shop_id,
        PerkProgramme.id == programme_id,
        PerkProgramme.kind == STRATEGY.kind,
    )
    programme = session.scalars(row).first()
    if programme is None:
        raise RowMissing("There is no such beta in this shop.")
    return programme


def _group(session: Session, programme: PerkProgramme, terms: BetaTerms, *, name: Group) -> GroupAnswers:
    rows = session.execute(
        select(PerkInvitation.state, PerkInvitation.invited_at, PerkInvitation.answers)
        .join(PerkGrant, PerkGrant.id == PerkInvitation.grant_id)
        .where(PerkInvitation.programme_id == programme.id, PerkGrant.is_open == _GROUPS[name])
    ).all()
    given = [row.answers for row in rows if row.answers]
    return GroupAnswers(
        group=name,
        invited=sum(row.invited_at is not None for row in rows),
        accepted=sum(row.state == InvitationState.ACCEPTED for row in rows),
        questions=[
            _counts(number, one, given) for number, one in enumerate(terms.questions, 1) if one.kind != "text"
        ],
    )


def _counts(number: int, question: Question, given: list[Json]) -> QuestionCounts:
    found = counting.count(number, question, given)
    return QuestionCounts(
        number=number,
        text=question.text,
        answered=sum(one.count for one in found) or None,
        options=[OptionCount.model_validate(one) for one in found],
    )


def _remarks(session: Session, programme: PerkProgramme, terms: BetaTerms) -> list[Remarks]:
    said: defaultdict[int, list[str]] = defaultdict(list)
    rows = select(PerkRemark.question, PerkRemark.text).where(PerkRemark.programme_id == programme.id)
    for number, text in session.execute(rows):
        said[number].append(text)
    return [
        Remarks(
            number=number,
            text=one.text,
            remarks=sorted(said[number]) if len(said[number]) >= counting.FEWEST else None,
        )
        for number, one in enumerate(terms.questions, 1)
        if one.kind == "text"
    ]
