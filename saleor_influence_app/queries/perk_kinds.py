"""Kinds of perk, and whether a shop can have them."""

from sqlalchemy.orm import Session

from saleor_influence_app.models import Shop
from saleor_influence_app.perks.strategies import KINDS
from saleor_influence_app.perks.strategy import Bind
from saleor_influence_app.queries.api_model import ApiModel
from saleor_influence_app.saleor import versions


class PerkKind(ApiModel):
    """A kind of perk, and whether the shop can have it now."""

    kind: str
    title: str
    bind: Bind
    binding: str
    permission: str
    granted: bool
    """Whether the app has the permission."""
    since: str
    known: bool
    """Whether the shop's Saleor is new enough."""


def kinds(session: Session, shop_id: int) -> list[PerkKind]:
    """Which kinds of perk are there, and which can this shop have?"""
    shop = session.get_one(Shop, shop_id)
    version = shop.saleor_version or shop.schema_version
    return [
        PerkKind(
            kind=one.kind,
            title=one.title,
            bind=one.bind,
            binding=one.binding,
            permission=one.permission,
            granted=one.permission in shop.permissions,
            since=".".join(map(str, one.since)),
            known=versions.reaches(version, one.since),
        )
        for one in KINDS.values()
    ]
