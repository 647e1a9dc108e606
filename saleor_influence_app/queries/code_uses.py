"""What personal codes were used for: paid orders with them, by others and by their owners."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from saleor_influence_app import models
from saleor_influence_app.models import Order
from saleor_influence_app.perks.strategy import NOT_ORDERED
from saleor_influence_app.queries.api_model import ApiModel
from saleor_influence_app.queries.money import Money, amount


class CodeUses(ApiModel):
    """Paid orders with a code, as long as orders are kept; whether they count for its owner is not asked."""

    by_others: int
    by_owner: int
    paid: list[Money]
    """What others paid in them, in each currency that they paid in."""
    last_at: datetime | None


NONE = CodeUses(by_others=0, by_owner=0, paid=[], last_at=None)


def uses_of(session: Session, shop_id: int, codes: Sequence[str]) -> dict[str, CodeUses]:
    """Return the uses of those of these personal codes that were used."""
    code = models.PersonalCode
    by_owner = func.coalesce(Order.customer_id == code.customer_id, False)
    rows = session.execute(
        select(
            code.code,
            Order.currency,
            func.count().filter(~by_owner).label("by_others"),
            func.count().filter(by_owner).label("by_owner"),
            func.coalesce(func.sum(Order.charged).filter(~by_owner), 0).label("paid"),
            func.max(Order.created_at).label("last_at"),
        )
        .join(Order, and_(Order.shop_id == code.shop_id, Order.voucher_code == code.code))
        .where(
            code.shop_id == shop_id,
            code.code.in_(codes),
            Order.charged > 0,
            Order.status.not_in(NOT_ORDERED),
        )
        .group_by(code.code, Order.currency)
        .order_by(func.count().desc(), Order.currency)
    )
    found = defaultdict(list)
    for row in rows:
        found[row.code].append(row)
    return {
        name: CodeUses(
            by_others=sum(row.by_others for row in some),
            by_owner=sum(row.by_owner for row in some),
            paid=[amount(row.paid, row.currency) for row in some if row.paid],
            last_at=max(row.last_at for row in some),
        )
        for name, some in found.items()
    }
