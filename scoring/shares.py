"""A share with its interval: how sure it is, from how few it was counted.

Wilson (1927), Journal of the American Statistical Association 22, 209-212: the shares that a test of the
count would not reject. Right for small counts and for shares near 0 and 1, on the average over shares.
"""

from math import sqrt
from statistics import NormalDist

COVERAGE = 0.9


def interval(count: int, of: int, *, coverage: float = COVERAGE) -> tuple[float, float]:
    """Return the ends of the interval for the share of `count` in `of`, which is more than nobody."""
    z2 = NormalDist().inv_cdf((1 + coverage) / 2) ** 2
    share = count / of
    middle = (share + z2 / (2 * of)) / (1 + z2 / of)
    half = sqrt(z2 * (share * (1 - share) / of + z2 / (4 * of**2))) / (1 + z2 / of)
    return max(middle - half, 0.0), min(middle + half, 1.0)
