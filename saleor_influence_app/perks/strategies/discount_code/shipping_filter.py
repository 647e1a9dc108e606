"""No way to ship while a checkout has somebody else's code of those that only the app applies.

Saleor asks while a shopper waits. A checkout without a code is answered without looking anything up, and one
with a code from one row of an index. Saleor is asked to ask only while a programme of such codes runs.
"""

import json
from pathlib import Path
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from saleor_influence_app import log
from saleor_influence_app.consent.languages import ENGLISH
from saleor_influence_app.fields import Json
from saleor_influence_app.models import PerkGrant, PerkProgramme, ProgrammeState
from saleor_influence_app.saleor.client import SaleorClient
from saleor_influence_app.saleor.mutations import raise_for
from saleor_influence_app.shops import webhook_registration
from saleor_influence_app.writeback import saleor_writes
from saleor_influence_app.writeback.saleor_writes import Write
from webhooks.catalog import FILTER_METHODS, PATH_PREFIX
from webhooks.envelopes import MethodsEvent

logger = log.get(__name__)

SWITCH = "shipping_filter"
NOTHING: Json = {"excluded_methods": []}
REASONS: dict[str, str] = json.loads(
    Path(__file__).with_name("removal_reasons.json").read_text(encoding="utf-8")
)
"""What the shopper reads beside each method."""


def excluded(session: Session, shop_id: int, event: MethodsEvent) -> Json:
    """Return the methods that the checkout must not have, as Saleor reads it: all, or mostly none."""
    if not _is_of_another(session, shop_id, event):
        return NOTHING
    reason = REASONS.get((event.language or "").lower().partition("_")[0], REASONS[ENGLISH])
    return {"excluded_methods": [{"id": one, "reason": reason} for one in event.methods]}


def _is_of_another(session: Session, shop_id: int, event: MethodsEvent) -> bool:
    owner = select(PerkGrant.customer_id).where(
        PerkGrant.shop_id == shop_id, PerkGrant.app_code == event.voucher_code
    )
    row = session.execute(owner).first()
    return row is not None and (row.customer_id is None or row.customer_id != event.customer_id)


def stage_switch(session: Session, shop_id: int) -> None:
    """Saleor is to ask, or to ask no more, as the shop's programmes say by then."""
    saleor_writes.stage(session, shop_id, kind=SWITCH, writes={"webhook": {}})


class FilterSwitch:
    """The webhook is on while a programme of codes that only the app applies runs, and off otherwise."""

    def prepare(self, session: Session, write: Write) -> Json | None:
        """Return whether it is to be on."""
        running = exists().where(
            PerkProgramme.shop_id == write.shop_id,
            PerkProgramme.state == ProgrammeState.RUNNING,
            PerkProgramme.terms["app_applies"].as_boolean(),
        )
        return {"on": bool(session.scalar(select(running)))}

    def send(self, client: SaleorClient, write: Write, wanted: Json) -> Json:
        """Switch it, where it is another way; a shop installed before may not have it yet."""
        for node in webhook_registration.existing(client):
            if not _is_ours(node) or node["isActive"] == wanted["on"]:
                continue
            given: dict[str, Any] = {"id": node["id"], "input": {"isActive": wanted["on"]}}
            raise_for(client.execute("webhook_update", given), "webhookUpdate", but="NOT_FOUND")
            logger.info("perk.shipping_filter", shop_id=write.shop_id, on=wanted["on"])
        return {}

    def settle(self, session: Session, write: Write, result: Json) -> None:
        """Nothing is kept of it."""

    def refuse(self, session: Session, write: Write, reason: str) -> None:
        """The write stays, with its reason; codes are taken off as before."""


def _is_ours(node: webhook_registration.Node) -> bool:
    events = {one["eventType"] for one in node["syncEvents"]}
    return FILTER_METHODS in events and PATH_PREFIX in node["targetUrl"]
