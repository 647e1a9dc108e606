"""Nodes and weights for expectations over a Beta law and integrals over a stretch of time."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
BETA_NODES = 16
TIME_NODES = 12


def beta_nodes(a: Floats, b: Floats, count: int = BETA_NODES) -> tuple[Floats, Floats]:
    """Gauss nodes in (0, 1) and weights that sum to 1, one row for each Beta(a, b).

    Golub and Welsch (1969): eigenvalues of the Jacobi matrix; scipy's `roots_jacobi` overflows for b > 1000.
    """
    total = (a + b - 2)[:, None]
    k = np.arange(1, count)
    middle = np.empty((len(a), count))
    middle[:, 0] = (a - b) / (a + b)
    both = 2 * k + total
    middle[:, 1:] = ((a - b) * (a + b - 2))[:, None] / (both * (both + 2))
    side = 4 * k * (k + b[:, None] - 1) * (k + a[:, None] - 1) / (both**2 * (both + 1))
    side[:, 1:] *= (k[1:] + total) / (both[:, 1:] - 1)
    matrix = np.zeros((len(a), count, count))
    diagonal = np.arange(count)
    matrix[:, diagonal, diagonal] = middle
    matrix[:, diagonal[1:], diagonal[:-1]] = np.sqrt(side)
    values, vectors = np.linalg.eigh(matrix)
    return np.clip((1 + values) / 2, 0.0, 1.0), vectors[:, 0, :] ** 2


def interval_nodes(length: float, count: int = TIME_NODES) -> tuple[Floats, Floats]:
    """Gauss-Legendre nodes and weights on (0, length)."""
    nodes, weights = np.polynomial.legendre.leggauss(count)
    return np.asarray((nodes + 1) * length / 2), np.asarray(weights * length / 2)
