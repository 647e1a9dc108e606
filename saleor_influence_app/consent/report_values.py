"""What the papers say of one shop: which parts are switched on, and what stands for each placeholder."""

from collections.abc import Collection
from datetime import UTC, datetime
from string import Template
from urllib.parse import urlencode, urlsplit

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from saleor_influence_app import settings
from saleor_influence_app.consent import retention_periods, wording
from saleor_influence_app.consent.languages import Language
from saleor_influence_app.consent.privacy_settings import PrivacySettings
from saleor_influence_app.consent.report_words import words
from saleor_influence_app.models import (
    Consent,
    HandOffSettings,
    PerkProgramme,
    Profile,
    Segment,
    Shop,
    SurveyResponse,
    Trial,
)
from saleor_influence_app.social.networks import NETWORKS, TITLES

WITHOUT_SIGN_IN = frozenset(name for name, one in NETWORKS.items() if not one.has_sign_in)
"""Networks where nobody signs in to link."""
WITHOUT_TIES = frozenset(name for name, one in NETWORKS.items() if not one.lists_followers)
"""Networks that do not say who follows whom."""
WITH_RESPONSES = frozenset(name for name, one in NETWORKS.items() if one.lists_responders)
"""Networks of which it is read who responded to posts."""


def sends_mail() -> bool:
    """Say whether the operator has set up mail, so that guests get their link by it."""
    return settings.get().smtp_url is not None


def parts(
    session: Session, shop: Shop, chosen: PrivacySettings, *, language: Language, base_url: str | None
) -> dict[str, bool]:
    """Return of everything that a paper may depend on whether it is so in this shop."""
    social = chosen.enabled and chosen.confirmed_at is not None
    held = chosen.confirmed_at is not None and (
        _count(session, shop, Profile) or _count(session, shop, Consent)
    )
    handed_off = session.get(HandOffSettings, shop.id)
    known = {
        "social": social,
        "paused": held and not social,
        "oauth": chosen.networks.keys() - WITHOUT_SIGN_IN,
        "network_ties": chosen.networks.keys() - WITHOUT_TIES,
        "responses": chosen.networks.keys() & WITH_RESPONSES,
        "youtube": "youtube" in chosen.networks,
        "trials": _count(session, shop, Trial),
        "perks": _count(session, shop, PerkProgramme),
        "fair_service": shop.fair_service,
        "survey": shop.survey or _count(session, shop, SurveyResponse),
        "segments": _count(session, shop, Segment),
        "writes": shop.write_back,
        "segments_only": shop.segments_only,
        "mirror": shop.public_mirror,
        "attribute": shop.segments_attribute_id is not None,
        "tombstones": settings.get().tombstone_folder is not None,
        "mail": sends_mail(),
        "webhook": handed_off is not None and handed_off.webhook_url is not None,
        "shop_mail": handed_off is not None and handed_off.smtp_host is not None,
        "orders_end": True,
        "page": base_url is not None,
        "gaps": gaps(chosen, language),
    }
    return {name: bool(so) for name, so in known.items()}


def gaps(chosen: PrivacySettings, language: Language) -> list[str]:
    """Return what the controller has not filled in, in words."""
    said: dict[str, str] = words(language)["gaps"]
    return [said[name] for name in said if not getattr(chosen, name)]


def values(
    session: Session, shop: Shop, chosen: PrivacySettings, *, language: Language, base_url: str | None
) -> dict[str, str]:
    """Return what stands for each placeholder."""
    said = words(language)
    nobody: str = said["not_named"]
    segments = session.scalars(
        select(Segment.name).where(Segment.shop_id == shop.id).order_by(Segment.position)
    )
    page = f"{(base_url or '').rstrip('/')}/shopper?{urlencode({'saleorApiUrl': shop.api_url})}"
    return {
        "shop": shop.api_url,
        "store": chosen.controller_name or urlsplit(shop.api_url).netloc,
        "page": page,
        "today": datetime.now(UTC).strftime("%Y-%m-%d"),
        "state": _state(chosen, language),
        "controller": chosen.controller_name or nobody,
        "contact": chosen.controller_contact or nobody,
        "write_to": chosen.controller_contact or said["write_to"],
        "officer": chosen.officer or nobody,
        "authority": chosen.authority or nobody,
        "operator": chosen.operator or nobody,
        "transfers": chosen.transfers or said["no_transfers"],
        "gaps": ", ".join(gaps(chosen, language)),
        "networks": ", ".join(_networks(chosen)) or nobody,
        "tie_networks": _titles(chosen.networks.keys() - WITHOUT_TIES),
        "response_networks": _titles(chosen.networks.keys() & WITH_RESPONSES),
        "origins": ", ".join(chosen.storefront_origins) or nobody,
        "minimum_age": str(chosen.minimum_age),
        "posts": retention_periods.told("posts", chosen, language=language),
        "features": retention_periods.told("features", chosen, language=language),
        "orders_months": str(shop.orders_months),
        "survey_days": str(shop.survey_days),
        "horizon_days": str(shop.horizon_days),
        "segments": ", ".join(segments),
        "linked": str(_count(session, shop, Profile)),
        "tombstones": str(settings.get().tombstone_folder or nobody),
    }


def wordings(chosen: PrivacySettings, language: Language) -> str:
    """Return every text that is agreed to, as it is shown now, as a list."""
    shown = []
    for purpose, network in wording.asked_for(chosen):
        text = wording.wording(purpose, network, language=language, choices=chosen)
        title = words(language)["consents"][purpose] + (f", {TITLES[network]}" if network else "")
        shown.append(f"- {title} ({text.version}): {text.text}".replace("$", "$$"))
    return "\n".join(shown)


def _state(chosen: PrivacySettings, language: Language) -> str:
    said: dict[str, str] = words(language)["state"]
    if chosen.confirmed_at is None:
        return said["never"]
    return Template(said["on" if chosen.enabled else "off"]).substitute(
        at=f"{chosen.confirmed_at:%Y-%m-%d}", by=chosen.confirmed_by or "?"
    )


def _titles(networks: Collection[str]) -> str:
    return ", ".join(TITLES[name] for name in sorted(networks))


def _networks(chosen: PrivacySettings) -> list[str]:
    return [
        TITLES[name] + (f" ({network.base_url})" if network.base_url else "")
        for name, network in sorted(chosen.networks.items())
    ]


def _count(
    session: Session,
    shop: Shop,
    model: type[Consent | PerkProgramme | Profile | Segment | SurveyResponse | Trial],
) -> int:
    rows = select(func.count()).select_from(model).where(model.shop_id == shop.id)
    return session.scalar(rows) or 0
