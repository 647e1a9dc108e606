"""Where a customer or guest stands: four states, of which each changes by its own act alone."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from saleor_influence_app.consent import ledger
from saleor_influence_app.erasure import objections
from saleor_influence_app.models import Profile, TombstoneKind
from saleor_influence_app.shops import tombstones


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """What is so now."""

    objected_at: datetime | None
    """When they objected; None: they have not, or take part again."""
    erased_at: datetime | None
    """When everything was erased; None: it never was, or they take part again."""
    networks: tuple[str, ...]
    """Where a profile of theirs is linked: participation in social profiles."""
    consents: tuple[ledger.Key, ...]
    """Purpose and network of each consent that is given."""

    @property
    def takes_part(self) -> bool:
        """Say whether anything may be computed of them."""
        return self.objected_at is None and self.erased_at is None


def standing(session: Session, shop_id: int, customer_id: str) -> Standing:
    """Return all four states of a customer, or of a guest by their name in the ledger."""
    noted = tombstones.newest(session, shop_id, customer_id)
    objection = objections.standing_of(session, shop_id, customer_id)
    linked = select(Profile.network).where(Profile.shop_id == shop_id, Profile.customer_id == customer_id)
    return Standing(
        objected_at=objection.at
        if objection is not None
        else tombstones.since(noted, TombstoneKind.OBJECTED),
        erased_at=tombstones.since(noted, TombstoneKind.ERASED),
        networks=tuple(session.scalars(linked.order_by(Profile.network))),
        consents=tuple(sorted(ledger.given(session, shop_id, customer_id), key=str)),
    )


def takes_part(session: Session, shop_id: int, customer_id: str) -> bool:
    """Say whether anything may be computed of the customer or guest."""
    return not objections.standing_of(session, shop_id, customer_id) and not tombstones.is_away(
        session, shop_id, customer_id
    )
