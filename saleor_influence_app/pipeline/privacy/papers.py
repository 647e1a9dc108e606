"""Papers for a data protection officer, written from the settings as they are now."""

from datetime import UTC, datetime
from pathlib import Path
from string import Template
from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from saleor_influence_app import settings
from saleor_influence_app.models import Profile, Shop
from saleor_influence_app.pipeline.privacy import choices, keeping, wording
from saleor_influence_app.pipeline.privacy.choices import PrivacyChoices
from saleor_influence_app.pipeline.privacy.keeping import TITLES
from saleor_influence_app.pipeline.privacy.wording import LANGUAGES

Kind = Literal["record", "dpia", "notice"]
Language = Literal["en", "nl", "it"]
KINDS: tuple[Kind, ...] = ("record", "dpia", "notice")
FOLDER = Path(__file__).with_name("texts") / "papers"
NOBODY = {"en": "(not filled in)", "nl": "(niet ingevuld)", "it": "(non compilato)"}
OFF = {
    "en": "Social profiles are switched OFF in this shop; this is how it would be.",
    "nl": "Sociale profielen staan UIT in deze winkel; zo zou het zijn.",
    "it": "I profili social sono DISATTIVATI in questo negozio; così sarebbe.",
}
ON = {
    "en": "Social profiles are switched on since $at, confirmed by staff member $by.",
    "nl": "Sociale profielen staan aan sinds $at, bevestigd door medewerker $by.",
    "it": "I profili social sono attivi dal $at, confermati dal membro del personale $by.",
}


def paper(session: Session, shop_id: int, kind: Kind, *, language: Language) -> str:
    """Return the paper as plain text."""
    chosen = choices.read(session, shop_id)
    template = Template((FOLDER / f"{kind}.{language}.txt").read_text(encoding="utf-8"))
    linked = session.scalar(select(func.count()).select_from(Profile).where(Profile.shop_id == shop_id))
    return template.substitute(
        shop=session.get_one(Shop, shop_id).api_url,
        today=datetime.now(UTC).strftime("%Y-%m-%d"),
        state=_state(chosen, language),
        controller=chosen.controller_name or NOBODY[language],
        contact=chosen.controller_contact or NOBODY[language],
        networks=", ".join(_networks(chosen)) or NOBODY[language],
        origins=", ".join(chosen.storefront_origins) or NOBODY[language],
        minimum_age=chosen.minimum_age,
        posts=keeping.told("posts", chosen, language=language),
        features=keeping.told("features", chosen, language=language),
        linked=linked or 0,
        tombstones=settings.get().tombstone_folder or NOBODY[language],
        wordings=_wordings(chosen, language),
    )


def _state(chosen: PrivacyChoices, language: str) -> str:
    if not chosen.enabled or chosen.confirmed_at is None:
        return OFF[language]
    return Template(ON[language]).substitute(
        at=f"{chosen.confirmed_at:%Y-%m-%d}", by=chosen.confirmed_by or "?"
    )


def _networks(chosen: PrivacyChoices) -> list[str]:
    return [
        TITLES[name] + (f" ({network.base_url})" if network.base_url else "")
        for name, network in sorted(chosen.networks.items())
    ]


def _wordings(chosen: PrivacyChoices, language: str) -> str:
    """Return every text that is agreed to, as it is shown now."""
    assert language in LANGUAGES  # noqa: S101 - as typed
    shown = []
    for purpose in wording.PURPOSES:
        for network in sorted(chosen.networks) if purpose in wording.OF_A_NETWORK else [None]:
            text = wording.wording(purpose, network, language=language, choices=chosen)
            shown.append(
                f"- {purpose}{f' · {TITLES[network]}' if network else ''} (v{text.version}): {text.text}"
            )
    return "\n".join(shown)
