"""Who uses a programme's perk most."""

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from saleor_influence_app.errors import RowMissing
from saleor_influence_app.models import PerkGrant, PerkProgramme, PerkRedemption
from saleor_influence_app.queries.api_model import ApiModel
from saleor_influence_app.queries.money import Money, amount
from saleor_influence_app.queries.perk_tallies import open_leak


class Holder(ApiModel):
    """Somebody who has a perk, and what came of theirs; money is of orders in the programme's currency."""

    customer_id: str
    code: str | None
    uses: int
    uses_by_others: int
    paid: Money
    leaks: bool


def most_used(session: Session, shop_id: int, programme_id: int, *, most: int) -> list[Holder]:
    """Whose perk of this programme was used most? Another shop's programme raises `RowMissing`."""
    programme = session.get(PerkProgramme, programme_id)
    if programme is None or programme.shop_id != shop_id:
        raise RowMissing("There is no such programme in this shop.")
    uses = func.sum(PerkRedemption.uses)
    ours = PerkRedemption.currency == programme.currency
    rows = session.execute(
        select(
            PerkGrant.customer_id,
            PerkGrant.code,
            uses.label("uses"),
            func.coalesce(uses.filter(~PerkRedemption.by_owner), 0).label("by_others"),
            func.coalesce(func.sum(PerkRedemption.paid).filter(ours), 0).label("paid"),
            exists().where(open_leak()).correlate(PerkGrant).label("leaks"),
        )
        .join(PerkRedemption, PerkRedemption.grant_id == PerkGrant.id)
        .where(PerkGrant.programme_id == programme_id, PerkGrant.customer_id.is_not(None))
        .group_by(PerkGrant.id)
        .having(uses > 0)
        .order_by(uses.desc(), PerkGrant.id)
        .limit(most)
    )
    return [
        Holder(
            customer_id=row.customer_id,
            code=row.code,
            uses=row.uses,
            uses_by_others=row.by_others,
            paid=amount(row.paid, programme.currency),
            leaks=row.leaks,
        )
        for row in rows
    ]
