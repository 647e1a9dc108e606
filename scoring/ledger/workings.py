"""The relational half of a ledger, in order: inputs, pairs, credit, chance; all kept in the engine."""

from collections.abc import Callable
from dataclasses import dataclass

import ibis.expr.types as ir

from scoring.ledger.chance import count_around
from scoring.ledger.credit import Credit, owners_proven, proven_lines, share_credit
from scoring.ledger.engine import Engine
from scoring.ledger.inputs import Inputs
from scoring.ledger.pairs import Pairs, Purchases, find_pairs, find_purchases, money_ties
from scoring.ledger.parameters import Parameters

Progress = Callable[[str], None]


def unheard(_: str) -> None:
    """Ignore progress. A callback that listens may raise in order to cancel."""


@dataclass(frozen=True)
class Workings:
    """What gate, verdicts, statement and scores are computed from.

    proven: `credit.proven_lines`. owners: whom these prove to lead, `credit.owners_proven`. chance:
    `chance.count_around`, tied and near buyers by source and product.
    """

    inputs: Inputs
    purchases: Purchases
    pairs: Pairs
    credit: Credit
    proven: ir.Table
    owners: ir.Table
    chance: ir.Table


def work_out(
    inputs: Inputs, engine: Engine, *, parameters: Parameters, progress: Progress = unheard
) -> Workings:
    """Return who may have led whom, what it is worth, and what chance would bring."""
    progress("first purchases")
    purchases = find_purchases(inputs, engine, parameters=parameters)
    progress("tied buyers")
    ties = money_ties(inputs)
    pairs = find_pairs(inputs, purchases.first, ties, engine=engine, window=parameters.window)
    progress("credit")
    credit = share_credit(inputs, purchases, pairs, engine=engine, parameters=parameters)
    proven = engine.keep(proven_lines(inputs, purchases.lines, parameters=parameters))
    owners = engine.keep(owners_proven(proven, purchases.orders, parameters=parameters))
    progress("chance")
    chance = count_around(purchases, pairs, engine, parameters=parameters)
    return Workings(inputs, purchases, pairs, credit, proven, owners, chance)
