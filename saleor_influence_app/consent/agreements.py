"""What people agreed to beside the text: the limits that hold for them until they agree to others.

Narrower settings hold at once for everybody. Wider ones are asked for again, and meanwhile the shorter time
holds. Where somebody else has become responsible, or a higher age is asked for, reading pauses.
"""
# ruff: noqa: S608 - only names and states of our own tables are put into statements

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict
from sqlalchemy import text
from sqlalchemy.orm import Session

from saleor_influence_app.consent import ages, privacy_settings, retention_periods
from saleor_influence_app.consent.privacy_settings import PrivacySettings
from saleor_influence_app.consent.retention_periods import Span
from saleor_influence_app.errors import InputInvalid
from saleor_influence_app.models import Action, Purpose
from saleor_influence_app.models.consent import OF_A_NETWORK

Change = Literal["controller", "age-higher", "age-lower", "server", "retention"]
PAUSING: frozenset[Change] = frozenset({"controller", "age-higher"})
"""Changes with which nothing new is read before somebody has agreed to them."""
LINKING: frozenset[Change] = PAUSING | {"server"}
"""The same for linking: whoever agreed to accounts of one server did not agree to those of others."""
_SPAN = re.compile(r"(\d+) (?:(days?|dag(?:en)?|giorn[oi])|months?|maand(?:en)?|mes[ei])\b")

_GIVEN = text(f"""
    SELECT * FROM (
        SELECT DISTINCT ON (s.customer_id, c.purpose, c.network)
            s.customer_id, c.purpose, c.network, c.action, c.wording, c.limits
        FROM consent_subjects s
        JOIN consents c ON c.shop_id = s.shop_id AND c.customer_ref = consent_ref(s.salt, s.customer_id)
        WHERE s.shop_id = :shop_id AND (CAST(:network AS text) IS NULL OR c.network = :network)
            AND (CAST(:customer_id AS text) IS NULL OR s.customer_id = :customer_id)
            AND (CAST(:among AS text[]) IS NULL OR s.customer_id = ANY (CAST(:among AS text[])))
            AND (CAST(:purpose AS text) IS NULL OR c.purpose = :purpose)
        ORDER BY s.customer_id, c.purpose, c.network, c.number DESC
    ) AS newest WHERE action = '{Action.GIVEN}' ORDER BY customer_id, purpose, network
""")


_ANYBODY = text(f"""
    SELECT EXISTS (
        SELECT FROM consent_subjects s
        CROSS JOIN LATERAL (
            SELECT c.action FROM consents c
            WHERE c.shop_id = s.shop_id AND c.customer_ref = consent_ref(s.salt, s.customer_id)
                AND c.purpose = :purpose
            ORDER BY c.number DESC LIMIT 1
        ) AS newest
        WHERE s.shop_id = :shop_id AND newest.action = '{Action.GIVEN}'
    )
""")


class Limits(BaseModel):
    """As a row of the ledger stores them: only what its text and its tick speak of."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    controller: str
    minimum_age: int | None = None
    """The age that they said they have reached; None: the row is older than this was stored."""
    country: str | None = None
    network: str | None = None
    server: str | None = None
    """Where the network is asked; of Mastodon the one server whose accounts may be linked, None = any."""
    posts_days: int | None = None
    features_months: int | None = None
    features_days: int | None = None
    """Instead of months, where the network's own terms allow less."""

    @property
    def features(self) -> Span | None:
        """Return for how long counts may be kept; None where the text does not say."""
        if self.features_days is not None:
            return Span(self.features_days, "days")
        return None if self.features_months is None else Span(self.features_months, "months")

    def stored(self) -> dict[str, Any]:
        """Return it as JSON, without what is not said."""
        return self.model_dump(exclude_none=True)


@dataclass(frozen=True, kw_only=True, slots=True)
class Agreed:
    """A consent that somebody has given, and within which limits."""

    customer_id: str
    purpose: str
    network: str | None
    limits: Limits

    def changes(self, chosen: PrivacySettings) -> list[Change]:
        """Return in what these settings go beyond what was agreed to."""
        return changes(self.limits, chosen)

    def stands(self, chosen: PrivacySettings) -> bool:
        """Say whether something new may be read by it under these settings."""
        return PAUSING.isdisjoint(self.changes(chosen))


class AskedAgain(BaseModel):
    """How many people are asked to agree again, and of how many nothing is read until they do."""

    model_config = ConfigDict(frozen=True)

    people: int
    paused: int


def limits(purpose: str, network: str | None, *, chosen: PrivacySettings, country: str | None) -> Limits:
    """Return the limits that somebody who agrees now agrees to."""
    found: dict[str, Any] = {
        "controller": chosen.controller_name,
        "minimum_age": ages.asked(chosen.minimum_age, chosen.countries, country),
        "country": country,
        "network": network,
        "server": _server(network, chosen),
    }
    if purpose == Purpose.SCORE and network is not None:
        features = retention_periods.features(network, chosen)
        found["posts_days"] = retention_periods.posts(network, chosen).number
        found[f"features_{features.unit}"] = features.number
    return Limits.model_validate(found)


def given(
    session: Session,
    shop_id: int,
    *,
    chosen: PrivacySettings,
    network: str | None = None,
    customer_id: str | None = None,
) -> list[Agreed]:
    """Return every consent that is given now, of the whole shop or of one network or customer."""
    wanted = {"shop_id": shop_id, "network": network, "customer_id": customer_id}
    wanted |= {"purpose": None, "among": None}
    return _given(session, wanted, chosen)


def _given(session: Session, wanted: dict[str, Any], chosen: PrivacySettings) -> list[Agreed]:
    return [
        Agreed(
            customer_id=row.customer_id,
            purpose=row.purpose,
            network=row.network,
            limits=_of(row.limits, row.wording, purpose=row.purpose, network=row.network, chosen=chosen),
        )
        for row in session.execute(_GIVEN, wanted)
    ]


def agreeing(
    session: Session,
    shop_id: int,
    purpose: Purpose,
    *,
    customer_id: str | None = None,
    among: Sequence[str] | None = None,
) -> frozenset[str]:
    """Return who, of all, one or some, agreed to the purpose and still does; with profiles off nobody."""
    chosen = privacy_settings.read(session, shop_id)
    if not chosen.enabled:
        return frozenset()
    some = None if among is None else list(among)
    wanted: dict[str, Any] = {"shop_id": shop_id, "network": None, "customer_id": customer_id}
    wanted |= {"purpose": purpose, "among": some}
    found = _given(session, wanted, chosen)
    return frozenset(one.customer_id for one in found if one.stands(chosen))


def has_anybody(session: Session, shop_id: int, purpose: Purpose) -> bool:
    """Say whether anybody has agreed to the purpose, whatever settings have changed since."""
    return bool(session.scalar(_ANYBODY, {"shop_id": shop_id, "purpose": purpose}))


def demand(session: Session, shop_id: int, customer_id: str, *, network: str) -> None:
    """Raise where a profile may not be linked before its owner has agreed to settings that have changed."""
    chosen = privacy_settings.read(session, shop_id)
    for one in given(session, shop_id, chosen=chosen, network=network, customer_id=customer_id):
        if one.purpose == Purpose.LINK and not LINKING.isdisjoint(one.changes(chosen)):
            raise InputInvalid(
                "The settings have changed: agree to linking this profile again.", reason="agree"
            )


def changes(agreed: Limits, chosen: PrivacySettings) -> list[Change]:
    """Return in what these settings go beyond the limits that were agreed to."""
    found: list[Change] = []
    if agreed.controller != chosen.controller_name:
        found.append("controller")
    if agreed.minimum_age is not None:
        asked = ages.asked(chosen.minimum_age, chosen.countries, agreed.country)
        if asked != agreed.minimum_age:
            found.append("age-higher" if asked > agreed.minimum_age else "age-lower")
    if agreed.network is not None and agreed.network in chosen.networks:
        if _is_wider(agreed, _server(agreed.network, chosen)):
            found.append("server")
        if _keeps_longer(agreed, agreed.network, chosen):
            found.append("retention")
    return found


def readable(
    session: Session, shop_id: int, network: str, *, chosen: PrivacySettings
) -> Mapping[str, Limits]:
    """Return who may be read on the network: both consents stand. By customer, with the limits agreed."""
    found: dict[str, dict[str, Agreed]] = {}
    for one in given(session, shop_id, chosen=chosen, network=network):
        found.setdefault(one.customer_id, {})[one.purpose] = one
    return {
        customer_id: both[Purpose.SCORE].limits
        for customer_id, both in found.items()
        if all(purpose in both and both[purpose].stands(chosen) for purpose in OF_A_NETWORK)
    }


def count(session: Session, shop_id: int, chosen: PrivacySettings) -> AskedAgain:
    """Return how many people these settings go beyond what they agreed to; none where they are off."""
    if not chosen.enabled:
        return AskedAgain(people=0, paused=0)
    changed = [
        (one, found) for one in given(session, shop_id, chosen=chosen) if (found := one.changes(chosen))
    ]
    paused = {
        one.customer_id for one, found in changed if one.network is not None and PAUSING.intersection(found)
    }
    return AskedAgain(people=len({one.customer_id for one, _ in changed}), paused=len(paused))


def posts(network: str, chosen: PrivacySettings, agreed: Limits | None) -> Span:
    """Return for how long their posts are kept: as the shop says now, or as was agreed if that is shorter."""
    said = agreed.posts_days if agreed is not None else None
    return _shorter(retention_periods.posts(network, chosen), None if said is None else Span(said, "days"))


def features(network: str, chosen: PrivacySettings, agreed: Limits | None) -> Span:
    """Return the same for counts, and ties that have ended."""
    return _shorter(
        retention_periods.features(network, chosen), agreed.features if agreed is not None else None
    )


def _shorter(one: Span, other: Span | None) -> Span:
    return one if other is None or retention_periods.days(one) <= retention_periods.days(other) else other


def _server(network: str | None, chosen: PrivacySettings) -> str | None:
    choice = chosen.networks.get(network) if network is not None else None
    return None if choice is None or choice.base_url is None else choice.base_url.rstrip("/")


def _is_wider(agreed: Limits, server: str | None) -> bool:
    if agreed.network == "mastodon" and agreed.server is None:  # any server: a single one is narrower
        return False
    return server != agreed.server


def _keeps_longer(agreed: Limits, network: str, chosen: PrivacySettings) -> bool:
    if agreed.posts_days is not None and retention_periods.posts(network, chosen).number > agreed.posts_days:
        return True
    said = agreed.features
    return said is not None and retention_periods.days(
        retention_periods.features(network, chosen)
    ) > retention_periods.days(said)


def _of(
    stored: dict[str, Any] | None,
    wording: str,
    *,
    purpose: str,
    network: str | None,
    chosen: PrivacySettings,
) -> Limits:
    """Return what a row stores; of a row from before limits were stored, what its text says."""
    if stored is not None:
        return Limits.model_validate(stored)
    name = chosen.controller_name
    spans: Sequence[tuple[str, str]] = _SPAN.findall(wording)[-2:] if purpose == Purpose.SCORE else ()
    found: dict[str, Any] = {
        "controller": name if name and name in wording else "",
        "network": network,
        "server": _server(network, chosen),  # no text says it
    }
    if len(spans) == 2:  # noqa: PLR2004 - posts, then features
        found["posts_days"] = int(spans[0][0])
        found["features_days" if spans[1][1] else "features_months"] = int(spans[1][0])
    return Limits.model_validate(found)
