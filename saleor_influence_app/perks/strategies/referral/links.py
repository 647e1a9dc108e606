"""Links to forward: where one leads, and how often it was opened; who opened it is not looked at."""

import re
from urllib.parse import urlsplit

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from saleor_influence_app.models import GrantState, PerkGrant, PerkProgramme, ProgrammeState, Shop
from saleor_influence_app.perks.strategies.referral.strategy import KIND
from saleor_influence_app.targeting.shop_settings import PLACE

_CODE = re.compile(r"[A-Z0-9]{1,12}(?:-[A-Z0-9]{12})?")
MOST_SHOPS = 2**31


def address(base: str, row: PerkGrant, of: PerkProgramme, *, target: str | None) -> str | None:
    """Return the link to forward; None where there is none, or none any more."""
    alive = row.state == GrantState.GIVEN and of.state == ProgrammeState.RUNNING
    if of.kind != KIND or target is None or row.code is None or not alive:
        return None
    return f"{base.rstrip('/')}/r/{row.shop_id}/{row.code}"


def follow(session: Session, shop_id: int, code: str, *, counts: bool) -> str | None:
    """Return where the link leads: without the code once it does not work; None: the shop has no links.

    The address is the shop's own alone: nothing of the request is in it.
    """
    if not 0 < shop_id < MOST_SHOPS:
        return None
    target = session.scalar(select(Shop.referral_url).where(Shop.id == shop_id, Shop.active))
    if target is None:
        return None
    bare = code.strip().upper()
    if not _CODE.fullmatch(bare):
        return without_code(target)
    found = session.execute(
        select(PerkGrant.id, PerkGrant.code)
        .join(PerkProgramme, PerkProgramme.id == PerkGrant.programme_id)
        .where(PerkGrant.shop_id == shop_id, PerkGrant.code == bare, PerkGrant.state == GrantState.GIVEN)
        .where(PerkProgramme.kind == KIND, PerkProgramme.state == ProgrammeState.RUNNING)
        .where(PerkProgramme.starts_at <= func.now(), PerkProgramme.ends_at > func.now())
    ).one_or_none()
    if found is None:
        return without_code(target)
    if counts:
        session.execute(update(PerkGrant).where(PerkGrant.id == found.id).values(visits=PerkGrant.visits + 1))
    return target.replace(PLACE, str(found.code))


def without_code(target: str) -> str:
    """Return the page of the storefront that a link leads to, or its front page, without a code."""
    parts = urlsplit(target)
    path = "/" if PLACE in parts.path else parts.path or "/"
    return f"{parts.scheme}://{parts.netloc}{path}"
