"""Money: what is booked as influence, what is possible at most, and the net column that sums to revenue."""

import numpy as np
import numpy.typing as npt

from scoring.ledger.multiplier import attributable
from scoring.words import LEADS, TOGETHER

Floats = npt.NDArray[np.float64]
Words = npt.NDArray[np.str_]


def influence_value(
    verdict: Words, credit: Floats, *, rr: Floats, low: Floats, high: Floats
) -> dict[str, Floats]:
    """civ, civ_low, civ_high, possible_up_to by customer.

    Who leads is booked AF x credit, from the interval of her multiplier; who buys together with friends is
    booked nothing and shown what it could be at most, AF at the upper end; anybody else is shown nothing.
    """
    leads, together = verdict == LEADS, verdict == TOGETHER
    nothing = np.zeros_like(credit)
    return {
        "civ": np.where(leads, attributable(rr) * credit, nothing),
        "civ_low": np.where(leads, attributable(low) * credit, nothing),
        "civ_high": np.where(leads, attributable(high) * credit, nothing),
        "possible_up_to": np.where(together, attributable(high) * credit, nothing),
    }


def rank_credit(lines: Floats, best_item: Floats, *, af: Floats, ranked: npt.NDArray[np.bool_]) -> Floats:
    """Credit in order lines to rank by: beyond chance, without the best product, and 0 without evidence."""
    return np.where(ranked, af * np.maximum(lines - best_item, 0.0), 0.0)
