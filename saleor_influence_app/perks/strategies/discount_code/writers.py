"""How a voucher and its codes come to be in Saleor, and go again."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from saleor_influence_app.errors import SaleorRefused, SaleorUnreachable
from saleor_influence_app.fields import Json
from saleor_influence_app.models import (
    GrantState,
    PerkGrant,
    PerkProgramme,
    PersonalCode,
    ProgrammeState,
)
from saleor_influence_app.perks.strategies.discount_code.codes import WORD
from saleor_influence_app.perks.strategies.discount_code.terms import CodeTerms
from saleor_influence_app.perks.strategy import mark
from saleor_influence_app.saleor.client import SaleorClient, refusals_in
from saleor_influence_app.saleor.mutations import made_id, raise_for
from saleor_influence_app.writeback import saleor_writes
from saleor_influence_app.writeback.saleor_writes import Write

VOUCHER = "voucher"
CODES = "voucher_codes"
CODES_DELETION = "voucher_codes_deletion"
PAGES = 4
"""Of a voucher's codes that one write reads: a hundred each."""
_TYPES = {"percentage": "ENTIRE_ORDER", "fixed": "ENTIRE_ORDER", "free_shipping": "SHIPPING"}


class CodesWriter:
    """A batch of codes is in the programme's voucher, which is made with the first."""

    def __init__(self, terms: type[CodeTerms], *, limits: Callable[[PerkProgramme], Json]) -> None:
        self._terms = terms
        self._limits = limits

    def prepare(self, session: Session, write: Write) -> Json | None:
        """Return the voucher as it should be, with those of the codes that are still wanted."""
        programme = session.get_one(PerkProgramme, write.payload["programme_id"])
        wanted = select(WORD).where(
            PerkGrant.id.in_(write.payload["grant_ids"]), PerkGrant.state == GrantState.STAGED
        )
        codes = list(session.scalars(wanted.order_by(PerkGrant.id)))
        if not codes:
            return None
        return {
            "voucher_id": programme.external_id,
            "name": _name(programme),
            "input": _input(programme, self._terms.model_validate(programme.terms)) | self._limits(programme),
            "channels": programme.terms["channels"],
            "is_free": programme.terms["discount"] == "free_shipping",
            "codes": codes,
        }

    def send(self, client: SaleorClient, write: Write, wanted: Json) -> Json:
        """Make the voucher, if there is none, and add the codes that it lacks."""
        voucher_id, codes = wanted["voucher_id"], wanted["codes"]
        if voucher_id is not None:
            _add_codes(client, voucher_id, codes)
            return {"voucher_id": voucher_id, "codes": codes}
        listings = _listings(client, wanted)
        voucher_id = _find(client, wanted["name"]) if write.is_repeated else None
        if voucher_id is None:
            answer = client.execute("perk_voucher_create", {"input": wanted["input"] | {"addCodes": codes}})
            raise_for(answer, "voucherCreate")
            voucher_id = made_id(answer, "voucherCreate", "voucher")
        else:
            _add_codes(client, voucher_id, codes)
        given = {"id": voucher_id, "input": {"addChannels": listings}}
        raise_for(client.execute("perk_voucher_list_in_channels", given), "voucherChannelListingUpdate")
        return {"voucher_id": voucher_id, "codes": codes}

    def settle(self, session: Session, write: Write, result: Json) -> None:
        """The customers have their codes, and each that they are told is known as its owner's."""
        programme_id = write.payload["programme_id"]
        programme = session.get_one(PerkProgramme, programme_id)
        programme.external_id = result["voucher_id"]
        given = (
            update(PerkGrant)
            .where(PerkGrant.id.in_(write.payload["grant_ids"]), WORD.in_(result["codes"]))
            .where(PerkGrant.state == GrantState.STAGED)
            .values(state=GrantState.GIVEN, given_at=func.now(), changed_at=func.now(), error=None)
            .returning(PerkGrant.code, PerkGrant.customer_id, PerkGrant.given_at)
        )
        owned = [
            {"shop_id": write.shop_id, "code": code, "customer_id": customer_id, "valid_from": given_at}
            for code, customer_id, given_at in session.execute(given)
            if customer_id is not None and code is not None  # nobody passes on what nobody knows
        ]
        if owned:
            session.execute(insert(PersonalCode).values(owned).on_conflict_do_nothing())

    def refuse(self, session: Session, write: Write, reason: str) -> None:
        """The customers have nothing, for Saleor's reason."""
        refused = update(PerkGrant).where(
            PerkGrant.id.in_(write.payload["grant_ids"]), PerkGrant.state == GrantState.STAGED
        )
        session.execute(refused.values(state=GrantState.FAILED, error=reason, changed_at=func.now()))


class VoucherWriter:
    """The voucher begins and ends when the programme says."""

    def prepare(self, session: Session, write: Write) -> Json | None:
        """Return the voucher's dates; nothing while there is none, since it is made with the right ones."""
        programme = session.get_one(PerkProgramme, write.payload["programme_id"])
        if programme.external_id is None:
            return None
        return {"id": programme.external_id, "input": _dates(programme)}

    def send(self, client: SaleorClient, write: Write, wanted: Json) -> Json:  # noqa: ARG002 - as every writer
        """Set the dates; a voucher that staff deleted has none."""
        answer = client.execute("perk_voucher_update", wanted)
        raise_for(answer, "voucherUpdate", but="NOT_FOUND")
        return {}

    def settle(self, session: Session, write: Write, result: Json) -> None:
        """Nothing is to be stored."""

    def refuse(self, session: Session, write: Write, reason: str) -> None:
        """The write stays, with its reason."""


class CodeDeletionWriter:
    """Codes that were taken back are gone."""

    def prepare(self, session: Session, write: Write) -> Json | None:
        """Return the codes; nothing if there is no voucher."""
        programme = session.get_one(PerkProgramme, write.payload["programme_id"])
        if programme.external_id is None or not write.payload["codes"]:
            return None
        return {"id": programme.external_id, **write.payload}

    def send(self, client: SaleorClient, write: Write, wanted: Json) -> Json:  # noqa: ARG002 - as every writer
        """Look for the codes on some pages of the voucher, and delete those that are there."""
        left, after = set(wanted["codes"]), wanted.get("after")
        found: list[str] = []
        for _ in range(PAGES):
            voucher = client.execute("perk_voucher_codes", {"id": wanted["id"], "after": after})["voucher"]
            if voucher is None:
                return {"left": [], "after": None}
            edges, after = _page(voucher)
            found += [edge["node"]["id"] for edge in edges if edge["node"]["code"] in left]
            left -= {edge["node"]["code"] for edge in edges}
            if after is None or not left:
                break
        if found:
            answer = client.execute("perk_voucher_codes_delete", {"ids": found})
            raise_for(answer, "voucherCodeBulkDelete")
        return {"left": sorted(left), "after": after}

    def settle(self, session: Session, write: Write, result: Json) -> None:
        """Go on with the next pages while codes are left."""
        if result["left"] and result["after"] is not None:
            payload = write.payload | {"codes": result["left"], "after": result["after"]}
            saleor_writes.stage(session, write.shop_id, kind=write.kind, writes={write.key: payload})

    def refuse(self, session: Session, write: Write, reason: str) -> None:
        """The write stays, with its reason."""


def _find(client: SaleorClient, name: str) -> str | None:
    """Return the id of the voucher with exactly this name."""
    answer = client.execute("perk_voucher_by_name", {"search": name})
    try:
        edges = answer["vouchers"]["edges"]
        return next((str(edge["node"]["id"]) for edge in edges if edge["node"]["name"] == name), None)
    except (KeyError, TypeError) as error:
        raise SaleorUnreachable("Saleor's answer about vouchers is not whole.") from error


def _add_codes(client: SaleorClient, voucher_id: str, codes: list[str]) -> None:
    """The voucher has these codes; those that exist already are ours: nobody else can have made them."""
    given: Any = {"id": voucher_id, "input": {"addCodes": codes}}
    answer = client.execute("perk_voucher_update", given)
    taken = {
        code
        for error in refusals_in(answer, "voucherUpdate")
        if error.get("code") == "ALREADY_EXISTS"
        for code in error.get("voucherCodes") or ()
    }
    raise_for(answer, "voucherUpdate", but="ALREADY_EXISTS")
    left = [code for code in codes if code not in taken]
    if taken and left:
        given["input"]["addCodes"] = left
        raise_for(client.execute("perk_voucher_update", given), "voucherUpdate")


def _listings(client: SaleorClient, wanted: Json) -> list[Json]:
    """Return what the voucher takes off where; raises SaleorRefused for a channel that is not there."""
    known = {channel["slug"]: channel for channel in client.execute("channels").get("channels") or ()}
    listings = []
    for terms in wanted["channels"]:
        channel = known.get(terms["slug"])
        if channel is None or channel["currencyCode"] != terms["currency"]:
            raise SaleorRefused(f"The shop has no channel '{terms['slug']}' in {terms['currency']}.")
        value = "100" if wanted["is_free"] else terms["value"]
        listing = {"channelId": channel["id"], "discountValue": value, "minAmountSpent": terms["min_spent"]}
        listings.append(listing)
    return listings


def _page(voucher: Json) -> tuple[list[Json], str | None]:
    try:
        codes = voucher["codes"]
        info = codes["pageInfo"]
        return codes["edges"], info["endCursor"] if info["hasNextPage"] else None
    except (KeyError, TypeError) as error:
        raise SaleorUnreachable("Saleor's answer about a voucher's codes is not whole.") from error


def _name(programme: PerkProgramme) -> str:
    """Return the voucher's name: by its end it is found again."""
    return f"{programme.title} [influence {mark(programme)}]"


def once_each(_programme: PerkProgramme) -> Json:
    """Each code works once."""
    return {"singleUse": True}


def _input(programme: PerkProgramme, terms: CodeTerms) -> Json:
    some = {name: getattr(terms, name) for name in ("categories", "collections", "products")}
    return {
        "name": _name(programme),
        "type": "SPECIFIC_PRODUCT" if terms.is_of_some else _TYPES[terms.discount],
        "discountValueType": "FIXED" if terms.discount == "fixed" else "PERCENTAGE",
        **{key: ids for key, ids in some.items() if ids},
        **_dates(programme),
    }


def _dates(programme: PerkProgramme) -> Json:
    """Return from when to when; a programme that does not run is over for Saleor."""
    now = datetime.now(UTC)
    ends = programme.ends_at if programme.state == ProgrammeState.RUNNING else min(now, programme.ends_at)
    return {"startDate": programme.starts_at.isoformat(), "endDate": ends.isoformat()}
