"""Why a customer does not have a perk or cannot use one, in words that staff read."""

from dataclasses import dataclass

from saleor_influence_app.models import Purpose, Refusal

WORDS = {
    Refusal.NOT_THEIRS: "This customer is not among those the perk is for.",
    Refusal.EXPIRED: "The programme is not running.",
    Refusal.USED: "It was used already.",
    Refusal.BUDGET: "The budget of the programme is used up.",
    Refusal.HELD_OUT: "The lot says held out: giving it now would spoil what the programme measures.",
    Refusal.NO_CONSENT: "This customer did not agree to perks.",
    Refusal.CAP: "This customer has as many perks already as the shop allows at a time.",
    Refusal.HOUSEHOLD: "Somebody of the same household has it.",
    Refusal.LEAK_PAUSED: "The code was seen where it does not belong, and is paused.",
}
GIVEN_BEFORE = "This customer was given it before."
NOT_CONTACTED = "This customer did not agree to be contacted."


@dataclass(frozen=True)
class Denial:
    """A reason that everybody can read, and what it means here."""

    reason: Refusal
    words: str


def denial(reason: Refusal, words: str | None = None) -> Denial:
    """Return the denial, in its usual words unless others fit better."""
    return Denial(reason, WORDS[reason] if words is None else words)


def without_consent(purpose: Purpose) -> Denial:
    """Return the denial of somebody who did not agree to what the perk is, in words for that."""
    return denial(Refusal.NO_CONSENT, NOT_CONTACTED if purpose == Purpose.OUTREACH else None)
