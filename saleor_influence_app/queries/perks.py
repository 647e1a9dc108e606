"""Perk programmes: what they give, who was drawn, what they cost and brought, before and after they start."""

from collections import Counter
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session

from saleor_influence_app import models
from saleor_influence_app.errors import RowMissing
from saleor_influence_app.fields import Json
from saleor_influence_app.models import GrantState, PerkArm, PerkGrant, PerkProgramme
from saleor_influence_app.perks import grants as grants_of_perks
from saleor_influence_app.perks import programmes, refusals, sentences
from saleor_influence_app.perks.sentences import Standing
from saleor_influence_app.perks.strategies import of_kind
from saleor_influence_app.perks.strategies.gift_card.strategy import STRATEGY as GIFT_CARDS
from saleor_influence_app.perks.strategies.referral import links
from saleor_influence_app.perks.strategy import Bind
from saleor_influence_app.queries import beta_invites, perk_tallies, perk_uses, rewards, top_ups
from saleor_influence_app.queries.api_model import ApiModel
from saleor_influence_app.queries.beta_invites import ShopperInvitation
from saleor_influence_app.queries.money import Money, amount
from saleor_influence_app.queries.rewards import ShopperReferral
from saleor_influence_app.queries.segments import Condition, SegmentPart
from saleor_influence_app.queries.top_ups import ToppedUp
from saleor_influence_app.targeting import conditions

LEAKS = "The code was seen where it does not belong: orders since then are credited to nobody. Replace it."
USED_BY_OTHERS = "Somebody else ordered with it: nothing is credited for that."


class PerkCounts(ApiModel):
    """How many customers are where."""

    members: int
    granted: int
    held_out: int
    on_their_way: int
    given: int
    failed: int
    taken_back: int
    declined: int
    by_hand: int
    refused: int
    """No lot was drawn for them; the reason is at each."""


class Programme(ApiModel):
    """A programme, what it gave and what came back; money is of orders in the programme's currency."""

    id: int
    kind: str
    kind_title: str
    bind: Bind
    binding: str
    title: str
    summary: str
    segment: str | None
    conditions: list[Condition] | None
    """In place of a segment."""
    whom: str
    """The segment's name, or the conditions in words."""
    state: models.ProgrammeState
    starts_at: datetime
    ends_at: datetime
    ended_at: datetime | None
    made_at: datetime
    terms: Json
    currency: str
    hold_out: float
    open_share: float
    needs_consent: bool
    most_money: Money | None
    most_uses: int | None
    most_people: int | None
    uses_each: int
    counts: PerkCounts
    uses: int
    """Orders in which it was used and that were not cancelled."""
    uses_by_others: int
    """Of these, by somebody else than its owner."""
    leaks: int
    """Codes of it that leak, and were not replaced yet."""
    top_ups_waiting: int
    """Top-ups of gift cards on their way to Saleor."""
    cost: Money
    paid: Money
    """What those orders brought in: not what the perk brought in."""
    result: str | None
    """What it brought, as a sentence, once it was judged; until then what is awaited."""
    net_effect: Money | None
    """What it brought a member after its cost, as judged; None: too early, or not enough evidence."""
    standing: Standing | None
    """What is known of that; None: it was not judged yet."""
    naive: str
    """All redemptions, caused by the perk or not, so that people see the difference."""
    loss_seen_at: datetime | None
    error: str | None
    """What Saleor said when it refused, of one of those it refused."""
    seed: str | None
    """Of the lots; known once the programme has ended."""


class ProgrammePage(ApiModel):
    """Some programmes, and how many there are in all."""

    total: int
    programmes: list[Programme]


class Grant(ApiModel):
    """A customer who was drawn, or was given the perk by hand."""

    id: int
    programme_id: int
    programme_title: str
    summary: str
    customer_id: str | None
    arm: PerkArm
    state: GrantState
    is_open: bool
    by_hand: bool
    code: str | None
    error: str | None
    drawn_at: datetime
    given_at: datetime | None
    invitation: models.InvitationState | None
    uses: int
    link: str | None
    """To forward; None where the kind has none."""
    visits: int
    uses_by_others: int
    """Of these, by somebody else than its owner."""
    refusal: models.Refusal | None
    refused: str | None
    """As a sentence: why no lot was drawn for them, or what is wrong with the use of their code."""
    can_be_replaced: bool
    """Whether it has a code that can be replaced by a new one now."""
    card_id: str | None
    """The gift card's id in Saleor, which knows its balance; None where the kind gives none."""
    topped_up: ToppedUp | None
    """What was added to the card; None: nothing, and nothing was tried."""


class ShopperPerk(ApiModel):
    """A perk as its owner sees it; that they were held out is told once the programme has ended."""

    id: int
    title: str
    state: GrantState
    code: str | None
    app_applies: bool
    """Nobody is told the code: the app puts it into their checkouts."""
    drawn_at: datetime
    ends_at: datetime
    """The programme's last day, or when it ended."""
    is_over: bool
    """The programme has ended; a gift card stays theirs."""
    segment: str | None
    conditions: list[SegmentPart]
    """Why they were among those who could be drawn."""
    is_open: bool
    """They were drawn among regular customers, whatever their segment."""
    invitation: ShopperInvitation | None
    """Where they are asked first: a beta."""
    uses: int
    referral: ShopperReferral | None
    """The link to forward, where the kind has one."""


class GrantPage(ApiModel):
    """Some of those drawn, and how many there are in all."""

    total: int
    grants: list[Grant]


def programmes_of(
    session: Session, shop_id: int, *, external_id: str | None = None, page: tuple[int, int]
) -> ProgrammePage:
    """Which programmes are there, the newest first? Of one that Saleor knows by this id, that one."""
    ours = PerkProgramme.shop_id == shop_id
    if external_id is not None:
        ours &= PerkProgramme.external_id == external_id
    total = session.scalar(select(func.count()).select_from(PerkProgramme).where(ours)) or 0
    rows = select(PerkProgramme).where(ours).order_by(PerkProgramme.id.desc())
    return ProgrammePage(
        total=total, programmes=_shown(session, shop_id, rows.offset(page[0]).limit(page[1]))
    )


def programme(session: Session, shop_id: int, programme_id: int) -> Programme:
    """How is this programme going?"""
    rows = select(PerkProgramme).where(PerkProgramme.shop_id == shop_id, PerkProgramme.id == programme_id)
    found = _shown(session, shop_id, rows)
    if not found:
        raise RowMissing("There is no such programme in this shop.")
    return found[0]


def grants(  # noqa: PLR0913 - each narrows what is asked, or is a part of the answer's links
    session: Session,
    shop_id: int,
    *,
    programme_id: int | None = None,
    customer_id: str | None = None,
    page: tuple[int, int],
    base: str,
) -> GrantPage:
    """Who was drawn for a programme, or what was a customer drawn for? The newest first.

    `base` is the address of this app, for links.
    """
    target = rewards.target(session, shop_id)
    wanted = [PerkGrant.shop_id == shop_id]
    if programme_id is not None:
        wanted.append(PerkGrant.programme_id == programme_id)
    if customer_id is not None:
        wanted.append(PerkGrant.customer_id == customer_id)
    total = session.scalar(select(func.count()).select_from(PerkGrant).where(*wanted)) or 0
    found = session.execute(
        select(
            PerkGrant,
            PerkProgramme,
            perk_tallies.uses().label("uses"),
            perk_tallies.uses(by_others=True).label("by_others"),
            models.CodeLeak.since,
        )
        .outerjoin(models.CodeLeak, perk_tallies.open_leak())
        .join(PerkProgramme, PerkProgramme.id == PerkGrant.programme_id)
        .where(*wanted)
        .order_by(PerkGrant.id.desc())
        .offset(page[0])
        .limit(page[1])
    ).all()
    asked = beta_invites.states(session, [row[0].id for row in found])
    cards = [card for row in found if (card := _card_of(row[0], row[1])) is not None]
    added = top_ups.of_cards(session, cards, shop_id=shop_id)
    shown = [
        _grant(
            grant,
            of,
            uses=uses,
            by_others=by_others,
            leaks=since is not None,
            link=links.address(base, grant, of, target=target),
            invitation=asked.get(grant.id),
            topped_up=added.get(grant.external_id or ""),
        )
        for grant, of, uses, by_others, since in found
    ]
    return GrantPage(total=total, grants=shown)


def of_shopper(session: Session, shop_id: int, customer_id: str, *, base: str) -> list[ShopperPerk]:
    """Which perks does the shopper have, or did they have, and from which were they held out?"""
    target = rewards.target(session, shop_id)
    over = PerkProgramme.state == models.ProgrammeState.ENDED
    told = or_(PerkGrant.arm == PerkArm.GRANTED, and_(PerkGrant.arm == PerkArm.HELD_OUT, over))
    rows = session.execute(
        select(PerkGrant, PerkProgramme, perk_tallies.uses().label("uses"))
        .join(PerkProgramme, PerkProgramme.id == PerkGrant.programme_id)
        .where(PerkGrant.shop_id == shop_id, PerkGrant.customer_id == customer_id, told)
        .order_by(PerkGrant.id)
    ).all()
    asked = beta_invites.of_shopper(session, [(grant, of) for grant, of, _ in rows])
    usable = {g.id for g, of, _ in rows if g.state == GrantState.GIVEN and of.ended_at is None}
    return [
        ShopperPerk(
            id=grant.id,
            title=of.title,
            state=GrantState(grant.state),
            code=grant.code if grant.id in usable else None,
            app_applies=grant.id in usable and grant.app_code is not None,
            drawn_at=grant.drawn_at,
            ends_at=of.ended_at or of.ends_at,
            is_over=of.ended_at is not None,
            segment=of.segment or None,
            conditions=[SegmentPart.model_validate(one) for one in conditions.parts(of.conditions or ())],
            is_open=grant.is_open,
            invitation=asked.get(grant.id),
            uses=uses,
            referral=rewards.of_sender(session, grant, of, base=base, target=target),
        )
        for grant, of, uses in rows
    ]


def _shown(session: Session, shop_id: int, rows: Select[Any]) -> list[Programme]:
    found = list(session.scalars(rows))
    ids = [one.id for one in found]
    counts = perk_tallies.counts(session, ids)
    sums = perk_tallies.sums(session, ids)
    errors = perk_tallies.errors(session, ids)
    leaks = perk_tallies.leaks(session, ids)
    valued_in = session.scalar(select(models.Score.currency).where(models.Score.shop_id == shop_id).limit(1))
    waiting = top_ups.waiting(session, ids)
    return [
        _one(
            one,
            counts=counts[one.id],
            sums=sums.get(one.id),
            staff_time=perk_tallies.staff_time(session, one),
            error=errors.get(one.id),
        ).model_copy(
            update={
                "leaks": leaks.get(one.id, 0),
                "top_ups_waiting": waiting.get(one.id, 0),
                "whom": one.segment or conditions.in_words(one.conditions or (), valued_in or ""),
            }
        )
        for one in found
    ]


def _one(
    row: PerkProgramme, *, counts: Counter[str], sums: Any, staff_time: Decimal, error: str | None
) -> Programme:
    strategy, terms = of_kind(row.kind), programmes.terms_of(row)
    effect, standing = sentences.net_effect(row)
    bound = strategy.bound(terms)
    copied = set(Programme.model_fields) & {column.name for column in PerkProgramme.__table__.columns}
    given = {name: getattr(row, name) for name in copied - {"most_money", "seed", "result", "segment"}}
    nothing = Decimal(0)
    return Programme(
        **given,
        segment=row.segment or None,
        whom="",
        kind_title=strategy.title,
        bind=bound.bind,
        binding=bound.binding,
        summary=strategy.summary(terms, row.currency),
        most_money=amount(row.most_money, row.currency),
        counts=PerkCounts(
            members=counts["members"],
            granted=counts[PerkArm.GRANTED],
            held_out=counts[PerkArm.HELD_OUT],
            on_their_way=counts[GrantState.STAGED],
            given=counts[GrantState.GIVEN],
            failed=counts[GrantState.FAILED],
            taken_back=counts[GrantState.TAKEN_BACK],
            declined=counts[GrantState.DECLINED],
            by_hand=counts["by_hand"],
            refused=counts[PerkArm.REFUSED],
        ),
        uses=0 if sums is None else sums.uses,
        uses_by_others=0 if sums is None else sums.by_others,
        leaks=0,
        top_ups_waiting=0,
        cost=amount((nothing if sums is None else sums.cost) + staff_time, row.currency),
        paid=amount(nothing if sums is None else sums.paid, row.currency),
        result=sentences.of_result(row),
        net_effect=amount(effect, row.currency),
        standing=standing,
        naive=sentences.of_redemptions(
            nothing if sums is None else sums.paid, 0 if sums is None else sums.uses, currency=row.currency
        ),
        error=error,
        seed=str(row.seed) if row.state == models.ProgrammeState.ENDED else None,
    )


def _grant(  # noqa: PLR0913 - each is a part of what is shown
    row: PerkGrant,
    of: PerkProgramme,
    *,
    uses: int,
    by_others: int,
    leaks: bool,
    link: str | None,
    invitation: models.InvitationState | None,
    topped_up: ToppedUp | None,
) -> Grant:
    copied = set(Grant.model_fields) & {column.name for column in PerkGrant.__table__.columns}
    found = None if row.refusal is None else refusals.denial(models.Refusal(row.refusal))
    if leaks:
        found = refusals.denial(models.Refusal.LEAK_PAUSED, LEAKS)
    elif by_others and perk_uses.why_uncredited(of) is not None:
        found = refusals.denial(models.Refusal.NOT_THEIRS, USED_BY_OTHERS)
    return Grant(
        **{name: getattr(row, name) for name in copied - {"refusal"}},
        uses_by_others=by_others,
        refusal=None if found is None else found.reason,
        refused=None if found is None else found.words,
        can_be_replaced=grants_of_perks.can_be_replaced(row, of, uses_by_owner=uses - by_others),
        programme_title=of.title,
        summary=of_kind(of.kind).summary(programmes.terms_of(of), of.currency),
        invitation=invitation,
        uses=uses,
        link=link,
        card_id=_card_of(row, of),
        topped_up=topped_up,
    )


def _card_of(row: PerkGrant, of: PerkProgramme) -> str | None:
    return row.external_id if of.kind == GIFT_CARDS.kind else None
