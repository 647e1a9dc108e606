"""What a customer is worth, and why."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from saleor_influence_app.models import (
    Customer,
    Evidence,
    Exclusion,
    PersonalCode,
    Run,
    Score,
    Shop,
    Trial,
)
from saleor_influence_app.queries import (
    influence,
    ranks,
    segments,
    sentences,
    topics,
    trial_sentences,
    verdicts,
)
from saleor_influence_app.queries.api_model import ApiModel
from saleor_influence_app.queries.money import Money, amount
from saleor_influence_app.queries.segments import SegmentMembership
from saleor_influence_app.queries.sentences import Grade
from saleor_influence_app.queries.topics import Topic
from saleor_influence_app.queries.verdicts import PROVEN, Verdict
from saleor_influence_app.shops.suppression import objects

ValueState = Literal["valued", "no-orders", "unknown", "not-yet-run", "objected"]


class RunReference(ApiModel):
    """Which run the numbers are of."""

    id: int
    as_of: datetime
    finished_at: datetime | None


class ScoreInputs(ApiModel):
    """What the four scores are made of."""

    reach_contacts: int
    contacts: int
    amplification_rate: float
    credit_lines: float
    exposures: int
    network_mean: float | None
    engaged_contacts: int
    interactions: int
    intensity: float
    months: int


class CustomerValue(ApiModel):
    """Everything the customer widget shows; a customer without a value has the state that says why."""

    customer_id: str
    state: ValueState
    evidence_sentence: str
    run: RunReference | None
    currency: str | None
    value: Money | None
    value_low: Money | None
    value_high: Money | None
    clv: Money | None
    clv_low: Money | None
    clv_high: Money | None
    crv_expected: Money | None
    crv_expected_low: Money | None
    crv_expected_high: Money | None
    civ_expected: Money | None
    civ_expected_low: Money | None
    civ_expected_high: Money | None
    horizon_days: int | None
    """How far the value looks ahead."""
    stands_on: date | None
    """The first day that it looks at: the week's start, in which only new orders change a value."""
    brought: Money | None
    """Brought so far: `crv` and `civ`."""
    crv: Money | None
    crv_orders: int | None
    civ: Money | None
    civ_estimate: Money | None
    civ_low: Money | None
    civ_high: Money | None
    possible_up_to: Money | None
    net: Money | None
    influenced: int | None
    followed: float | None
    """How many purchases followed theirs, which the verdict rests on; null where none was looked at."""
    followed_by_chance: float | None
    """How many would by chance alone."""
    first_order: date | None
    orders_count: int
    revenue: Money | None
    days_since_last_order: int | None
    frequency: int | None
    percentile: float | None
    rank: int | None
    """By value, equal values alike; null beyond the first 10,000."""
    score: int | None
    reach: int | None
    amplification: int | None
    network: int | None
    ambassador: int | None
    follow_on: float | None
    follow_on_low: int | None
    follow_on_high: int | None
    follow_on_days: int | None
    follow_on_money: Money | None
    """What purchases of others that may follow may bring within the horizon, by chance or not."""
    forecast_sentence: str | None
    inputs: ScoreInputs | None
    evidence: Grade
    verdict: Verdict
    verdict_sentence: str
    topics: list[Topic]
    is_staff: bool
    """Of the shop: nothing is written into their record, and no perk is given to them."""
    exclusion: str | None
    segments: list[SegmentMembership]
    reasons: list[str]


COPIED = (
    "customer_id",
    "currency",
    "orders_count",
    "crv_orders",
    "frequency",
    "percentile",
    "score",
    "reach",
    "amplification",
    "network",
    "ambassador",
    "influenced",
    "follow_on",
    "follow_on_low",
    "follow_on_high",
    "follow_on_days",
    "verdict",
    "evidence",
)
MONEY = (
    *(
        f"{term}{end}"
        for term in ("value", "clv", "crv_expected", "civ_expected", "civ")
        for end in ("", "_low", "_high")
    ),
    "crv",
    "follow_on_money",
    "civ_estimate",
    "possible_up_to",
    "net",
    "revenue",
)


def customer(session: Session, shop_id: int, customer_id: str) -> CustomerValue:
    """What is this customer worth, and why?"""
    newest = influence.last_run(session, shop_id)
    run = _reference(newest)
    if session.scalar(select(objects(shop_id, customer_id))):
        return _unvalued(customer_id, "objected", run=run)
    score = session.get(Score, (shop_id, customer_id))
    if score is not None and is_valued(score):
        return _valued(session, score, newest)
    known = session.get(Customer, (shop_id, customer_id))
    state: ValueState = "unknown"
    if score is not None or (known is not None and known.deleted_at is None):
        state = "not-yet-run" if run is None else "no-orders"
    found = _unvalued(customer_id, state, run=run, is_staff=known is not None and known.is_staff)
    codes = sorted(session.scalars(_codes(shop_id, customer_id))) if state == "no-orders" else []
    return found.model_copy(update={"evidence_sentence": sentences.unused(codes)}) if codes else found


def is_valued(score: Score) -> bool:
    """Say whether a value is shown: of who paid for nothing, only what others brought or a trial proved."""
    return score.orders_count > 0 or score.crv_orders > 0 or score.verdict == PROVEN


def _valued(session: Session, score: Score, run: Run | None) -> CustomerValue:
    shop_id, customer_id = score.shop_id, score.customer_id
    shop = session.get_one(Shop, shop_id)
    last = None if run is None else run.last_order(score)
    days = None if run is None or run.day is None or last is None else (run.day - last).days
    found = session.get(Evidence, (shop_id, customer_id, ""))
    is_open = influence.gate_open(run)
    given: dict[str, Any] = {name: amount(getattr(score, name), score.currency) for name in MONEY}
    given |= {name: getattr(score, name) for name in COPIED}
    given["clv"] = _own_part(score)
    given["brought"] = amount(_sum(score, "crv", "civ"), score.currency)
    return CustomerValue(
        state="valued",
        run=_reference(run),
        stands_on=None if run is None else run.stands_on,
        rank=ranks.rank_of(session, score),
        horizon_days=shop.horizon_days,
        days_since_last_order=days,
        evidence_sentence=sentences.EVIDENCE[score.evidence],
        verdict_sentence=verdicts.sentence(
            found,
            currency=score.currency,
            gate_open=is_open,
            score=score,
            proof=_proof(session, found),
        ),
        forecast_sentence=sentences.forecast(score),
        followed=None if found is None else found.observed,
        followed_by_chance=None if found is None else found.expected,
        first_order=None if run is None else run.first_order(score),
        inputs=None if found is None or found.contacts is None else ScoreInputs.model_validate(found),
        topics=topics.topics_of(session, shop_id, customer_id, currency=score.currency, gate_open=is_open),
        is_staff=session.scalar(_staff(shop_id, customer_id)) or False,
        exclusion=session.scalar(_exclusion(shop_id, customer_id)),
        segments=segments.of_customer(session, run, score),
        reasons=sentences.reasons(score, days_since=days, last_order=last, horizon_days=shop.horizon_days),
        **given,
    )


def _unvalued(
    customer_id: str, state: ValueState, *, run: RunReference | None, is_staff: bool = False
) -> CustomerValue:
    nothing: dict[str, Any] = dict.fromkeys(CustomerValue.model_fields)
    return CustomerValue(
        **nothing
        | {
            "customer_id": customer_id,
            "state": state,
            "run": run,
            "orders_count": 0,
            "is_staff": is_staff,
            "evidence": "none",
            "evidence_sentence": sentences.UNVALUED[state],
            "verdict": verdicts.NOT_ENOUGH,
            "verdict_sentence": verdicts.NO_TIES,
            "topics": [],
            "segments": [],
            "reasons": [],
        }
    )


def _own_part(score: Score) -> Money:
    """Return the CLV so that the terms, as shown, sum to the value: the estimate takes the odd cent."""
    value = Decimal(amount(score.value, score.currency).amount)
    return amount(value - _sum(score, "crv_expected", "civ_expected"), score.currency)


def _sum(score: Score, *names: str) -> Decimal:
    """Return the sum of the amounts as shown, those that are not known apart."""
    known = (getattr(score, name) or Decimal(0) for name in names)
    return sum((Decimal(amount(one, score.currency).amount) for one in known), Decimal(0))


def _exclusion(shop_id: int, customer_id: str) -> Select[str]:
    return select(Exclusion.reason).where(Exclusion.shop_id == shop_id, Exclusion.customer_id == customer_id)


def _staff(shop_id: int, customer_id: str) -> Select[bool]:
    return select(Customer.is_staff).where(Customer.shop_id == shop_id, Customer.customer_id == customer_id)


def _codes(shop_id: int, customer_id: str) -> Select[str]:
    return select(PersonalCode.code).where(
        PersonalCode.shop_id == shop_id, PersonalCode.customer_id == customer_id
    )


def _reference(run: Run | None) -> RunReference | None:
    return None if run is None or run.as_of is None else RunReference.model_validate(run)


def _proof(session: Session, found: Evidence | None) -> str | None:
    """Return what the trial says that proves a customer's influence, if one does and is here."""
    trial = None if found is None or found.trial_id is None else session.get(Trial, found.trial_id)
    return None if trial is None else trial_sentences.proof(trial)
