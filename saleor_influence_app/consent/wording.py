"""What a shopper reads when they say yes: one file a purpose and language, its version in the first line."""

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Template

from saleor_influence_app.consent import retention_periods
from saleor_influence_app.consent.languages import LANGUAGES
from saleor_influence_app.consent.privacy_settings import PrivacySettings
from saleor_influence_app.errors import InputInvalid
from saleor_influence_app.models.consent import OF_A_NETWORK, Purpose
from saleor_influence_app.social.networks import TITLES

FOLDER = Path(__file__).with_name("texts") / "consent"


@dataclass(frozen=True, slots=True)
class Wording:
    """A text to agree to, as it is shown."""

    purpose: Purpose
    network: str | None
    version: str
    language: str
    text: str

    @property
    def text_hash(self) -> str:
        """Return what a tick names the text by."""
        return text_hash(self.purpose, self.network, language=self.language, text=self.text)


def text_hash(purpose: str, network: str | None, *, language: str, text: str) -> str:
    """Return the SHA-256, in hex, of purpose, network (or nothing), language and text, a line each, in UTF-8.

    With the first three in it, a tick for one text cannot be sent for another.
    """
    return hashlib.sha256("\n".join([purpose, network or "", language, text]).encode()).hexdigest()


def purpose_of(name: str) -> Purpose:
    """Return the purpose that is asked for by its name."""
    if name not in list(Purpose):
        raise InputInvalid("There is no such purpose.")
    return Purpose(name)


def asked_for(choices: PrivacySettings) -> list[tuple[Purpose, str | None]]:
    """Return what this shop asks for: each purpose, of some network by network."""
    return [
        (purpose, network)
        for purpose in Purpose
        for network in (sorted(choices.networks) if purpose in OF_A_NETWORK else [None])
    ]


def wording(purpose: Purpose, network: str | None, *, language: str, choices: PrivacySettings) -> Wording:
    """Return the newest text of a purpose, filled in for this shop."""
    if language not in LANGUAGES:
        raise InputInvalid(f"There are texts in {', '.join(LANGUAGES)}.")
    if (purpose in OF_A_NETWORK) != (network is not None):
        raise InputInvalid("Linking and scores are agreed to network by network; the others are not.")
    version, text = _template(purpose, language)
    filled = text.substitute(
        network=TITLES[network] if network else "",
        controller=choices.controller_name,
        posts=retention_periods.posts(network, choices).told(language) if network else "",
        features=retention_periods.features(network, choices).told(language) if network else "",
    )
    return Wording(purpose, network, version, language, filled)


@cache
def _template(purpose: str, language: str) -> tuple[str, Template]:
    first, _, rest = (FOLDER / f"{purpose}.{language}.txt").read_text(encoding="utf-8").partition("\n")
    return first.removeprefix("version ").strip(), Template(" ".join(rest.split()))
