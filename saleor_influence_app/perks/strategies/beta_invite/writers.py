"""How Saleor lists products that members may buy before everybody, and lists them again as it did before.

First it is read how each product is listed, and that is stored; only then it is changed. So an attempt that
is cut off never takes its own work for what there was before.
"""

import secrets
from datetime import UTC, datetime
from typing import Literal

from sqlalchemy import func, update
from sqlalchemy.orm import Session

from saleor_influence_app import fields
from saleor_influence_app.errors import SaleorRefused, SaleorUnreachable
from saleor_influence_app.fields import Json
from saleor_influence_app.models import GrantState, PerkGrant, PerkProgramme, ProgrammeState
from saleor_influence_app.perks.strategies.beta_invite import seats
from saleor_influence_app.perks.strategies.beta_invite.terms import BetaTerms
from saleor_influence_app.saleor.client import SaleorClient
from saleor_influence_app.saleor.mutations import raise_for
from saleor_influence_app.writeback import saleor_writes
from saleor_influence_app.writeback.saleor_writes import Write

PREVIEW = "product_preview"
Shown = Literal["members", "everybody", "as_before"]
_LISTED: dict[Shown, Json] = {
    "members": {"isPublished": True, "visibleInListings": False, "isAvailableForPurchase": True},
    "everybody": {"isPublished": True, "visibleInListings": True, "isAvailableForPurchase": True},
}


def stage(session: Session, programme: PerkProgramme, *, most: int | None = None) -> None:
    """Saleor is to list the products, or the first of them, as the programme says by then.

    Each under a key of its own: a worker that settles a write holds its row and waits for the programme's,
    which is locked here.
    """
    token = secrets.token_hex(8)
    writes = {
        f"{programme.id}:{token}:{number}": {"programme_id": programme.id, "product": product}
        for number, product in enumerate(_products(programme)[:most])
    }
    saleor_writes.stage(session, programme.shop_id, kind=PREVIEW, writes=writes)


def is_open(programme: PerkProgramme) -> bool:
    """Whether members can buy all of it."""
    return programme.state == ProgrammeState.RUNNING and "opened_at" in (programme.preview or {})


class PreviewWriter:
    """The products are unlisted and for sale while the programme runs.

    All are looked at before one is changed, so that one which is refused leaves the others as they are.
    """

    def prepare(self, session: Session, write: Write) -> Json | None:
        """Return how the product is to be listed; at first nothing, so that it is looked at."""
        programme = session.get_one(PerkProgramme, write.payload["programme_id"])
        product = write.payload.get("product") or _products(programme)[0]
        wanted = {"product": product, "channel": programme.terms["channel"]}
        shown, before = _shown(programme), _before_all(programme)
        if product not in before:
            return None if shown == "as_before" else wanted | {"shown": None}
        if shown != "as_before" and not before.keys() >= {*_products(programme)}:
            return None  # the last one that is looked at has all of them opened
        listing = _LISTED[shown] if shown != "as_before" else before[product]
        return wanted | {"shown": shown, "listing": listing}

    def send(self, client: SaleorClient, write: Write, wanted: Json) -> Json:  # noqa: ARG002 - as every writer
        """Say it to Saleor; a product that staff deleted is listed nowhere anyway."""
        if wanted["shown"] is None:
            return {"product": wanted["product"], "before": _look(client, wanted)}
        channels = client.execute("channels").get("channels") or ()
        channel_id = next((one["id"] for one in channels if one["slug"] == wanted["channel"]), None)
        if channel_id is None:
            raise SaleorRefused(f"The shop has no channel '{wanted['channel']}'.")
        entry = {"channelId": channel_id, **wanted["listing"]}
        given = {"id": wanted["product"], "input": {"updateChannels": [entry]}}
        answer = client.execute("perk_product_list", given)
        raise_for(answer, "productChannelListingUpdate", but="NOT_FOUND")
        return {"product": wanted["product"], "shown": wanted["shown"]}

    def settle(self, session: Session, write: Write, result: Json) -> None:
        """What was before is stored, and all opened next; once all is open people are invited."""
        programme = session.get_one(PerkProgramme, write.payload["programme_id"], with_for_update=True)
        product, preview = result["product"], programme.preview or {}
        if "before" in result:
            before = {product: result["before"]} | _before_all(programme)
            programme.preview = preview | {"before": before}
            if before.keys() >= {*_products(programme)}:
                stage(session, programme)
            return
        if result["shown"] == "as_before" or programme.state != ProgrammeState.RUNNING:
            return
        now = datetime.now(UTC)
        opened = sorted({*preview.get("opened", ()), product})
        programme.preview = preview | {"opened": opened}
        if "opened_at" not in preview:
            if not set(opened) >= {*_products(programme)}:
                return
            programme.preview |= {"opened_at": now.isoformat()}
        session.flush()
        seats.queue(session, programme, now=now)

    def refuse(self, session: Session, write: Write, reason: str) -> None:
        """Who was to be invited is not, for Saleor's reason."""
        waiting = update(PerkGrant).where(
            PerkGrant.programme_id == write.payload["programme_id"], PerkGrant.state == GrantState.STAGED
        )
        session.execute(waiting.values(state=GrantState.FAILED, error=reason, changed_at=func.now()))


def _products(programme: PerkProgramme) -> list[str]:
    return BetaTerms.model_validate(programme.terms).products


def _before_all(programme: PerkProgramme) -> dict[str, Json]:
    """Return how each was listed, by its id; earlier programmes have one, whose id is not beside it."""
    before: Json = (programme.preview or {}).get("before") or {}
    return {_products(programme)[0]: before} if "isPublished" in before else before


def _shown(programme: PerkProgramme) -> Shown:
    """Return to whom the products are shown: once they were out they stay out."""
    if "public_at" in (programme.preview or {}):
        return "everybody"
    return "members" if programme.state == ProgrammeState.RUNNING else "as_before"


def _look(client: SaleorClient, wanted: Json) -> Json:
    """Return the product's listing, as it is written to restore it; raises SaleorRefused if it is out."""
    product = client.execute("perk_product_listings", {"id": wanted["product"]}).get("product")
    if product is None:
        raise SaleorRefused(f"The shop has no product '{wanted['product']}'.")
    try:
        listings = {one["channel"]["slug"]: one for one in product["channelListings"] or ()}
        listing = listings.get(wanted["channel"])
        if listing is None:
            raise SaleorRefused(
                f"The product {product['name']} has no price in the channel '{wanted['channel']}': "
                "give it one, unpublished."
            )
        return _before(listing, product["name"], wanted["channel"])
    except (KeyError, TypeError, ValueError) as error:
        raise SaleorUnreachable("Saleor's answer about a product's listings is not whole.") from error


def _before(listing: Json, name: str, channel: str) -> Json:
    published = listing["publishedAt"]
    is_out = published is None or fields.moment(published) <= datetime.now(UTC)
    if listing["isPublished"] and listing["visibleInListings"] and is_out:
        raise SaleorRefused(
            f"The product {name} is in the lists of '{channel}' already: choose one that is not out yet."
        )
    for_sale = listing["availableForPurchaseAt"]
    return {
        "isPublished": bool(listing["isPublished"]),
        "publishedAt": published,
        "visibleInListings": bool(listing["visibleInListings"]),
        "isAvailableForPurchase": for_sale is not None,
        **({} if for_sale is None else {"availableForPurchaseAt": for_sale}),
    }
