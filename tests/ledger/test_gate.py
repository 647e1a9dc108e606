"""The shop's gate: seeded shuffles, and ties that might as well run the other way."""

import numpy as np
import pytest

from scoring.ledger import Parameters
from scoring.ledger.gate import Gate, GateEvidence, run_gate, shuffled

DAY = 86_400_000_000


def evidence_of(
    lag_days: float, *, pairs: int = 60, jitter: float = 400.0, directed: bool = True
) -> GateEvidence:
    """Each pair shares one product with eight strangers; the target buys `lag_days` after the source."""
    rng = np.random.default_rng(0)
    buyers = 10
    at = rng.uniform(0, jitter, (pairs, buyers))
    at[:, 0] = rng.uniform(50, 300, pairs)
    at[:, 1] = at[:, 0] + lag_days
    place = np.arange(pairs) * buyers
    return GateEvidence(
        product=np.repeat(np.arange(pairs), buyers),
        at=(at.ravel() * DAY).astype(np.int64),
        source=place,
        target=place + 1,
        valid_from=np.full(pairs, -(2**62)),
        valid_to=np.full(pairs, 2**62),
        source_person=np.arange(pairs),
        target_person=np.arange(pairs) + 1_000,
        directed=np.full(pairs, directed),
    )


def gate_of(evidence: GateEvidence, seed: int = 1) -> Gate:
    return run_gate(evidence, Parameters(seed=seed))


def test_the_gate_opens_where_targets_follow_their_sources() -> None:
    gate = gate_of(evidence_of(lag_days=5))

    assert gate.opened
    assert gate.p == pytest.approx(1 / 201)
    assert len(gate.permuted) == 200
    assert gate.sentence.startswith("Influence shows in this shop: ")


def test_reversed_ties_shut_the_gate_although_friends_buy_together() -> None:
    gate = gate_of(evidence_of(lag_days=-5))

    assert not gate.opened
    assert gate.reversal_p == 1.0


def test_without_directed_ties_the_shuffle_test_decides_alone() -> None:
    gate = gate_of(evidence_of(lag_days=5, directed=False))

    assert gate.opened
    assert gate.reversal_p is None


def test_the_same_seed_gives_the_same_shuffles_and_another_seed_others() -> None:
    evidence = evidence_of(lag_days=100)

    one, same, other = gate_of(evidence, 1), gate_of(evidence, 1), gate_of(evidence, 2)

    assert one.permuted.tolist() == same.permuted.tolist() != other.permuted.tolist()
    assert not one.opened


def test_a_shuffle_keeps_the_times_of_every_product() -> None:
    product = np.repeat([0, 1, 2], [5, 1, 9])
    at = np.arange(15) * 10

    mixed = shuffled(product, at, np.random.default_rng(3))

    assert mixed.tolist() != at.tolist()
    for number in range(3):
        assert sorted(mixed[product == number]) == sorted(at[product == number])
