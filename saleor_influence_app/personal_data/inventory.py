"""What is held of whom, in which table and column, why, and what becomes of it: the one list.

Erasure, deletion, anonymisation, objection, export and the papers derive from it. A test holds it against the
database: a table or column without an entry fails.
"""

from typing import Literal

from saleor_influence_app.personal_data.holding import DELETE, Holding, Purpose
from saleor_influence_app.personal_data.holdings_computed import (
    BANDS,
    COMPUTED,
    DRAWN,
    EXPORTED,
    PAST,
    SUGGESTED,
    WRITTEN,
)
from saleor_influence_app.personal_data.holdings_of_people import PEOPLE
from saleor_influence_app.personal_data.holdings_of_perks import PERKS
from saleor_influence_app.personal_data.holdings_of_shops import SHOPS
from saleor_influence_app.personal_data.holdings_of_surveys import SURVEYS

__all__ = [
    "COMPUTED_OF_A_CUSTOMER",
    "DRAWN_OF_A_CUSTOMER",
    "HOLDINGS",
    "Holding",
    "deleted_from",
    "emptied_in",
]

Event = Literal["erasure", "objection", "deletion", "anonymisation"]

HOLDINGS: dict[str, Holding] = {
    one.table: one
    for one in (
        *PEOPLE,
        *SURVEYS,
        *COMPUTED,
        *PAST,
        *BANDS,
        *SUGGESTED,
        *DRAWN,
        *EXPORTED,
        *WRITTEN,
        *PERKS,
        *SHOPS,
    )
}
"""Every table, by name."""


KEPT_NAMELESS: frozenset[Purpose] = frozenset({"rights", "perks", "attribution"})
"""Purposes of rows that stay when somebody goes, without their name."""


def deleted_from(event: Event) -> tuple[tuple[str, str], ...]:
    """Return (table, column): rows whose column names the person go, in this sequence."""
    return tuple(
        (one.table, column)
        for one in HOLDINGS.values()
        if getattr(one, event) == DELETE
        for column in one.named_by
    )


def emptied_in(event: Event) -> tuple[tuple[str, str], ...]:
    """Return (table, column): the person's id in the column is emptied, and the row stays."""
    cleared = (
        (one.table, column)
        for one in HOLDINGS.values()
        if one.purpose in KEPT_NAMELESS and one.table != "erasures"
        for column in (*(name for name in one.named_by if name in getattr(one, event).columns), *one.mentions)
    )
    return tuple(cleared)


COMPUTED_OF_A_CUSTOMER, DRAWN_OF_A_CUSTOMER = (
    tuple(place for place in deleted_from("objection") if (place[0] in drawn) == is_drawn)
    for drawn in [{one.table for one in DRAWN}]
    for is_drawn in (False, True)
)
"""(table, column): what runs say of somebody, by name; their group in a trial. Both go with an objection."""
