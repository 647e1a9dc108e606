"""What a customer's influence is worth, order line by order line: Arrow tables in, Arrow tables out.

Reading order: `ledger` (the whole) → `inputs` → `workings` (the relational half: `pairs`, `credit`,
`chance`) → `nearby` → `groups` → `identified` → `leaders` → `second_rule` → `scores` (`contacts`).
Version 1 runs beside: `gate` → `evidence` → `verdicts` → `statement`. Beside it, `trials`
(`hold_out`) prove by lot, and `forecast` says who may be followed next, which nothing else is made of.
"""

from scoring.ledger.engine import Engine, Limits, open_engine
from scoring.ledger.inputs import LedgerInputs, ResolutionTooCoarse, TableWrong
from scoring.ledger.ledger import Ledger, compute_ledger
from scoring.ledger.parameters import Parameters
from scoring.ledger.scores import BY_KIND

__all__ = [
    "BY_KIND",
    "Engine",
    "Ledger",
    "LedgerInputs",
    "Limits",
    "Parameters",
    "ResolutionTooCoarse",
    "TableWrong",
    "compute_ledger",
    "open_engine",
]
