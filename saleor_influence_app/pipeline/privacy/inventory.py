"""What is held of whom, in which table and column, why, and what becomes of it: the one list.

Erasure, deletion, anonymisation, objection, export and the papers derive from it. A test holds it against the
database: a table or column without an entry fails.
"""

from saleor_influence_app.pipeline.privacy.holding import Holding
from saleor_influence_app.pipeline.privacy.holdings_computed import COMPUTED, DRAWN, PAST, WRITTEN
from saleor_influence_app.pipeline.privacy.holdings_of_people import PEOPLE
from saleor_influence_app.pipeline.privacy.holdings_of_shops import SHOPS

__all__ = ["HOLDINGS", "Holding"]

HOLDINGS: dict[str, Holding] = {
    one.table: one for one in (*PEOPLE, *COMPUTED, *PAST, *DRAWN, *WRITTEN, *SHOPS)
}
"""Every table, by name."""
