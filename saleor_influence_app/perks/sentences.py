"""What came of a programme, in sentences for staff that say no more than is known."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from saleor_influence_app.models import PerkProgramme, ProgrammeState
from saleor_influence_app.perks.spending import SETTLE
from scoring import perk_design

Standing = perk_design.Standing
CONTACTS = "It counts members' own orders and those of people they knew before the draw."


def of_result(programme: PerkProgramme) -> str | None:
    """Return what the programme brought, or when that will be known; None before its end."""
    if programme.state != ProgrammeState.ENDED or programme.ended_at is None:
        return None
    stored = programme.result
    if stored is None:
        due = programme.ended_at + SETTLE
        return f"It is judged once, on {due:%-d %B %Y}, when returns are known."
    said = perk_design.sentence(_result_of(programme, stored))
    beside = stored.get("beside")
    if beside is None:
        return said
    money = f"{Decimal(beside['money']):,.2f} {programme.currency}"
    count = "1 order" if beside["orders"] == 1 else f"{beside['orders']:,} orders"
    return f"{said} {CONTACTS} Brought by code beside that, not compared: {count}, {money}."


def net_effect(programme: PerkProgramme) -> tuple[Decimal | None, perk_design.Standing | None]:
    """Return what the judged programme brought a member, in its currency, and what is known of that.

    No amount: there is not enough evidence. No standing: it was not judged yet.
    """
    if programme.result is None:
        return None, None
    found = _result_of(programme, programme.result)
    return None if found.point is None else Decimal(str(found.point)), found.standing


def _result_of(programme: PerkProgramme, stored: dict[str, Any]) -> perk_design.Result:
    found = perk_design.Result(stored["granted"], stored["held_out"], programme.currency)
    if stored["money"] is None:
        return found
    known = {name: stored["money"][name] for name in ("point", "low", "high", "error")}
    return replace(found, **known, shown=stored["shown"])


def of_redemptions(paid: Decimal, orders: int, *, currency: str) -> str:
    """Return the naive figure, so that people see the difference."""
    return perk_design.naive_sentence(float(paid), orders, currency=currency)
