"""What the ledger knows of a shop: whether influence shows at all, and how the verdicts fell."""

from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from saleor_influence_app.models import Run, Score, Tie, shown_run
from saleor_influence_app.queries.api_model import ApiModel
from saleor_influence_app.queries.money import Money, amount
from saleor_influence_app.targeting import tie_counts

GateState = Literal["open", "shut", "no-ties", "not-yet-run"]
SENTENCES = {
    "not-yet-run": "Nothing has been calculated yet.",
    "no-ties": "No ties between customers are known yet, so there is nobody to look for influence among.",
}


class Gate(ApiModel):
    """Whether influence shows in the shop: the real count against counts with times shuffled."""

    state: GateState
    sentence: str
    run_id: int | None
    as_of: datetime | None
    observed: int
    permuted: list[int]
    p: float | None
    reversal_p: float | None
    directed_after: int
    directed_before: int
    seed: int | None
    rule_version: str | None


class Totals(ApiModel):
    """All money of the shop's customers: what is expected by term, and what was brought so far.

    What is only possible stays outside.
    """

    value: Money | None
    clv: Money | None
    crv_expected: Money | None
    civ_expected: Money | None
    crv: Money | None
    civ: Money | None
    possible_up_to: Money | None


class Identified(ApiModel):
    """What came through influence in this shop, whoever led to it: a 90 % interval, and what is booked."""

    low: Money
    estimate: Money
    high: Money
    booked: Money
    sentence: str


class LateTies(ApiModel):
    """What is booked for purchases from before any tie of the two was known: it must be nothing."""

    booked: Money
    sentence: str


class OtherRule(ApiModel):
    """What the version of the rule that does not speak would say."""

    rule: int
    leads: int
    booked: Money
    only_here: int
    """How many lead by the rule that speaks alone."""
    only_there: int
    sentence: str


class Foretold(ApiModel):
    """How well the score before the last stretch foretold who was followed in it."""

    days: int
    came: Money
    """What purchases of others brought that followed a customer's."""
    by_score: float
    """Which share of it the tenth of customers with the highest score had."""
    by_followers: float
    """Which share the tenth had whom most follow."""
    sentence: str


class Influence(ApiModel):
    """The ledger of a shop at a glance."""

    gate: Gate
    identified: Identified | None
    late_ties: LateTies | None
    other_rule: OtherRule | None
    foretold: Foretold | None
    totals: Totals
    verdicts: dict[str, int]
    ties: dict[str, int]
    set_aside: dict[str, int]


def influence(session: Session, shop_id: int) -> Influence:
    """Does influence show in this shop, and how much of its money rests on it?"""
    known: dict[str, int] = {}
    for (_, kind), count in sorted(tie_counts.known(session, shop_id).items(), key=lambda one: one[0][1]):
        known[kind] = known.get(kind, 0) + count
    run = last_run(session, shop_id)
    ledger = {} if run is None else run.model.get("ledger", {})
    totals = _totals(session, shop_id, run)
    return Influence(
        gate=_gate(run, ledger, any_ties=bool(known)),
        identified=_identified(ledger, totals),
        late_ties=_late_ties(run, totals),
        other_rule=_other_rule(ledger, totals),
        foretold=_foretold(ledger, totals),
        totals=totals,
        verdicts=_verdicts(session, shop_id),
        ties=known,
        set_aside=ledger.get("set_aside", {}),
    )


def last_run(session: Session, shop_id: int) -> Run | None:
    """Return the run whose results are shown."""
    return session.scalars(shown_run(shop_id)).first()


def any_ties(session: Session, shop_id: int) -> bool:
    """Tell whether the shop knows of anybody who is tied to somebody else."""
    return session.scalars(select(Tie.kind).where(Tie.shop_id == shop_id).limit(1)).first() is not None


def gate_open(run: Run | None) -> bool | None:
    """Tell whether the shop's gate was open in that run; None where it never ran."""
    gate: dict[str, Any] = {} if run is None else run.model.get("ledger", {}).get("gate", {})
    return gate.get("opened")


def _gate(run: Run | None, ledger: dict[str, Any], *, any_ties: bool) -> Gate:
    found = ledger.get("gate", {})
    state: GateState = "not-yet-run" if not found else "open" if found["opened"] else "shut"
    if found and not any_ties:
        state = "no-ties"
    return Gate(
        state=state,
        sentence=SENTENCES.get(state) or found["sentence"],
        run_id=None if run is None else run.id,
        as_of=None if run is None else run.as_of,
        observed=found.get("observed", 0),
        permuted=found.get("permuted", []),
        p=found.get("p"),
        reversal_p=found.get("reversal_p"),
        directed_after=found.get("directed_after", 0),
        directed_before=found.get("directed_before", 0),
        seed=found.get("seed"),
        rule_version=ledger.get("rule_version"),
    )


def _identified(ledger: dict[str, Any], totals: Totals) -> Identified | None:
    """Return the shop's total where it shows and money is told in a currency."""
    found, booked = ledger.get("identified", {}), totals.civ
    if not found.get("opened") or totals.clv is None:
        return None
    currency = totals.clv.currency
    low, estimate, high = (amount(Decimal(found[name]), currency) for name in ("low", "estimate", "high"))
    laid = booked or amount(Decimal(0), currency)
    return Identified(
        low=low,
        estimate=estimate,
        high=high,
        booked=laid,
        sentence=f"Between {low} and {high} of the revenue so far came through influence; "
        f"{laid} of it can be laid to persons. {found.get('lots', {}).get('sentence', '')}".strip(),
    )


def _late_ties(run: Run | None, totals: Totals) -> LateTies | None:
    """Return what the run that is shown found; runs of before did not look."""
    found = None if run is None else run.model.get("late_ties")
    if found is None or totals.clv is None:
        return None
    booked = amount(Decimal(found), totals.clv.currency)
    return LateTies(
        booked=booked,
        sentence=f"{booked} of the booked influence rests on ties that were recorded after the purchase.",
    )


def _other_rule(ledger: dict[str, Any], totals: Totals) -> OtherRule | None:
    """Return what the rule that runs beside says."""
    beside = ledger.get("beside")
    if beside is None or totals.clv is None:
        return None
    other = beside["rule"]
    booked = amount(Decimal(beside["booked"]), totals.clv.currency)
    people = "1 customer leads" if beside["leads"] == 1 else f"{beside['leads']:,} customers lead"
    return OtherRule(
        rule=other,
        leads=beside["leads"],
        booked=booked,
        only_here=beside["only_here"],
        only_there=beside["only_there"],
        sentence=f"By version {other} {people} and {booked} would be counted: "
        f"{beside['only_there']:,} lead by it alone, {beside['only_here']:,} no longer would.",
    )


def _foretold(ledger: dict[str, Any], totals: Totals) -> Foretold | None:
    """Return the back-test of the score, where there was enough to learn from."""
    forecast = ledger.get("forecast", {})
    found = forecast.get("back_test")
    if not found or totals.clv is None:
        return None
    came = amount(Decimal(found["came"]), totals.clv.currency)
    return Foretold(
        days=forecast["days"],
        came=came,
        by_score=found["by_score"],
        by_followers=found["by_followers"],
        sentence=f"Others bought for {came} after customers they know in the last {forecast['days']:,} days. "
        f"The tenth of customers with the highest score before them were followed by "
        f"{found['by_score']:.0%} of it, the tenth whom most people follow by {found['by_followers']:.0%}.",
    )


def _totals(session: Session, shop_id: int, run: Run | None) -> Totals:
    """Add up what is told of each; own purchases as the run foretold them, for those stand as of Monday."""
    terms = tuple(Totals.model_fields)
    sums = select(func.min(Score.currency), *(func.sum(getattr(Score, name)) for name in terms))
    currency, *added = session.execute(sums.where(Score.shop_id == shop_id)).one()
    found = dict(zip(terms, added, strict=True))
    foretold = None if run is None else run.model.get("total")
    if foretold and found["clv"] is not None:
        own = Decimal(str(foretold["expected"]))
        found |= {"clv": own, "value": found["value"] - found["clv"] + own}
    return Totals(**{name: amount(one, currency or "") for name, one in found.items()})


def _verdicts(session: Session, shop_id: int) -> dict[str, int]:
    rows = session.execute(
        select(Score.verdict, func.count()).where(Score.shop_id == shop_id).group_by(Score.verdict)
    )
    return {verdict: int(count) for verdict, count in rows}
