"""The largest likelihood, found by its slope."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Typical:
    """What parameters usually are and how far, in logarithms, they usually lie from that (log-normal)."""

    parameters: tuple[float, ...]
    log_spreads: tuple[float, ...]


def maximise(
    value_and_slope: Callable[[Floats], tuple[float, Floats]],
    start: Sequence[float],
    *,
    bounds: Sequence[tuple[float, float]],
) -> Floats:
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
    return np.asarray(found.x, dtype=np.float64)
