"""The largest likelihood, found by its slope."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

Floats = npt.NDArray[np.float64]
AT_BOUND, FLAT = 1e-3, 1e-4
"""How near to a bound is on it; the slope, per customer and logarithm, that counts as none."""


@dataclass(frozen=True)
class Typical:
    """What parameters usually are and how far, in logarithms, they usually lie from that (log-normal)."""

    parameters: tuple[float, ...]
    log_spreads: tuple[float, ...]


@dataclass(frozen=True)
class Maximum:
    """Where the value is largest, in logarithms, and what keeps it from being a true maximum, if anything."""

    logarithms: Floats
    trouble: str | None


def maximise(
    value_and_slope: Callable[[Floats], tuple[float, Floats]],
    start: Sequence[float],
    *,
    bounds: Sequence[tuple[float, float]],
) -> Maximum:
    """The logarithms of the positive parameters where the value is largest, within bounds (L-BFGS-B)."""

    def loss(parameters: Floats) -> tuple[float, Floats]:
        value, slope = value_and_slope(parameters)
        return -value, -slope

    found = minimize(
        loss,
        np.log(np.asarray(start, dtype=np.float64)),
        jac=True,
        method="L-BFGS-B",
        bounds=list(bounds),
        options={"ftol": 1e-15, "gtol": 1e-9, "maxiter": 500},
    )
    at = np.asarray(found.x, dtype=np.float64)
    lowest, highest = np.asarray(bounds, dtype=np.float64).T
    if (np.minimum(at - lowest, highest - at) < AT_BOUND).any():
        return Maximum(at, "it ended at the limits of what is searched")
    # The optimiser's own verdict is ABNORMAL where the last digit cannot be improved: the slope decides.
    flat = bool(np.abs(value_and_slope(at)[1]).max() < FLAT)
    return Maximum(at, None if flat else "it found no maximum")
