"""Trials by lot calibrate a shop's identified total: bound over claim, never more than 1."""

from datetime import UTC, datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from scoring import lots
from scoring.ledger.calibration import NOTHING, calibrate
from scoring.ledger.identified import Identified, Sum
from scoring.ledger.trials import TRIALS

SENDERS = pa.array(["ada", "bob", "carl"])
CLAIMS = np.array([0.6, 0.3, 0.0])


def trials(*rows: tuple[str, int | None, int | None, int | None]) -> pa.Table:
    made: list[dict[str, Any]] = [
        {
            "trial_id": number,
            "customer_id": who,
            "seen_at": datetime(2026, 1, 1, tzinfo=UTC),
            "p": 1.0,
            "told": told,
            "told_bought": heads,
            "untold_bought": tails,
        }
        for number, (who, told, heads, tails) in enumerate(rows)
    ]
    return pa.Table.from_pylist(made, TRIALS)


def test_without_trials_by_lot_the_total_stands() -> None:
    assert calibrate(None, SENDERS, CLAIMS) is NOTHING
    assert calibrate(trials(), SENDERS, CLAIMS) is NOTHING
    assert calibrate(trials(("ada", None, None, None)), SENDERS, CLAIMS) is NOTHING
    assert NOTHING.sentence == ""


def test_who_has_no_claim_says_nothing_of_claims() -> None:
    assert calibrate(trials(("carl", 100, 9, 0), ("zoe", 100, 9, 0)), SENDERS, CLAIMS) is NOTHING


def test_a_weaker_effect_than_claimed_cuts_the_total_to_its_lower_bound() -> None:
    found = calibrate(trials(("ada", 300, 70, 30), ("ada", 300, 70, 30)), SENDERS, CLAIMS)

    assert found.claimed == pytest.approx(0.6)
    assert found.bound == lots.caused_low(140, 60)
    assert 0 < found.factor == found.bound / 0.6 < 1
    assert found.sentence == (
        f"2 trials by lot: of what contacts bought after the senders the ledger lays 60% to them, lots show "
        f"at least {found.bound:.0%}. The total is multiplied by {found.factor:.2f}."
    )


def test_a_stronger_effect_than_claimed_never_raises_it() -> None:
    found = calibrate(trials(("bob", 300, 60, 2)), SENDERS, CLAIMS)
    assert (found.factor, found.enough) == (1.0, True)
    assert found.sentence.endswith("The total stands.")


def test_too_few_buyers_to_tell_leave_it_as_it_is_and_say_so() -> None:
    found = calibrate(trials(("ada", 30, 2, 1)), SENDERS, CLAIMS)
    assert (found.factor, found.enough) == (1.0, False)
    assert found.sentence == "1 trial by lot so far: too few bought to check the total by them."


def test_where_enough_bought_and_nothing_shows_nothing_is_left() -> None:
    found = calibrate(trials(("ada", 600, 100, 100)), SENDERS, CLAIMS)
    assert (found.factor, found.enough) == (0.0, True)


def test_claims_weigh_by_exposures_told() -> None:
    found = calibrate(trials(("ada", 300, 30, 5), ("bob", 100, 10, 2)), SENDERS, CLAIMS)
    assert found.claimed == pytest.approx((0.6 * 300 + 0.3 * 100) / 400)


def test_the_whole_total_is_multiplied() -> None:
    total = Identified(
        opened=True, total=Sum(80.0, 10.0), directed=Sum(60.0, 9.0), low=50.0, estimate=100.0, high=150.0
    )
    found = calibrate(trials(("ada", 600, 140, 60)), SENDERS, CLAIMS)

    cut = total.calibrated(found)

    money = (cut.total.value, cut.low, cut.estimate, cut.high)
    assert money == pytest.approx(tuple(found.factor * one for one in (80.0, 50.0, 100.0, 150.0)))
    assert cut.total.z == pytest.approx(total.total.z)
    assert cut.opened
    assert cut.report()["lots"] == found.report()
