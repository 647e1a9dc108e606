"""What came of a programme, in sentences for staff that say no more than is known."""

from dataclasses import replace
from decimal import Decimal

from saleor_influence_app.models import PerkProgramme, ProgrammeState
from saleor_influence_app.perks.spending import SETTLE
from scoring import perk_design


def of_result(programme: PerkProgramme) -> str | None:
    """Return what the programme brought, or when that will be known; None before its end."""
    if programme.state != ProgrammeState.ENDED or programme.ended_at is None:
        return None
    stored = programme.result
    if stored is None:
        due = programme.ended_at + SETTLE
        return f"It is judged once, on {due:%-d %B %Y}, when returns are known."
    found = perk_design.Result(stored["granted"], stored["held_out"], programme.currency)
    if stored["money"] is not None:
        known = {name: stored["money"][name] for name in ("point", "low", "high", "error")}
        found = replace(found, **known, shown=stored["shown"])
    return perk_design.sentence(found)


def of_redemptions(paid: Decimal, orders: int, *, currency: str) -> str:
    """Return the naive figure, so that people see the difference."""
    return perk_design.naive_sentence(float(paid), orders, currency=currency)
