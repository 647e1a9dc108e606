"""Whether a shop serves some people worse: an audit of its orders, as a pure function over a table.

Reading order: `audit` (the whole) → `questions` (who is compared, and in what) → `strata` (which orders are
alike) → `permutation` (one comparison of one outcome).
"""

from scoring.fairness.audit import Audit, Finding, Verdict, audit
from scoring.fairness.strata import ORDERS

__all__ = ["ORDERS", "Audit", "Finding", "Verdict", "audit"]
