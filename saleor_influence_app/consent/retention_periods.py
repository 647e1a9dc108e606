"""How long what is read of a network is kept: as the shop says, never longer than the network allows."""

from dataclasses import dataclass

from saleor_influence_app.consent.privacy_settings import PrivacySettings
from saleor_influence_app.consent.report_words import words
from saleor_influence_app.social.networks import NETWORKS, TITLES

LONGEST_MONTH = 31


@dataclass(frozen=True, slots=True)
class Span:
    """A time to keep something for."""

    number: int
    unit: str

    def told(self, language: str) -> str:
        """Return it in words."""
        unit = words(language)["units"][self.unit]["one" if self.number == 1 else "other"]
        return f"{self.number} {unit}"


def days(span: Span) -> int:
    """Return about how many days it is, to compare it with another one."""
    return span.number * (LONGEST_MONTH if span.unit == "months" else 1)


def posts(network: str, chosen: PrivacySettings) -> Span:
    """Return for how long posts of the network are kept."""
    limit = NETWORKS[network].terms.posts_days
    return Span(chosen.posts_days if limit is None else min(chosen.posts_days, limit), "days")


def features(network: str, chosen: PrivacySettings) -> Span:
    """Return for how long counts are kept, and ties that have ended."""
    limit = NETWORKS[network].terms.features_days
    if limit is not None and chosen.features_months * LONGEST_MONTH > limit:
        return Span(limit, "days")
    return Span(chosen.features_months, "months")


def told(what: str, chosen: PrivacySettings, *, language: str) -> str:
    """Return in words for how long `posts` or `features` are kept, and where for a shorter time."""
    rule = {"posts": Span(chosen.posts_days, "days"), "features": Span(chosen.features_months, "months")}[
        what
    ]
    spans = {name: {"posts": posts, "features": features}[what](name, chosen) for name in chosen.networks}
    shorter = [
        f"{TITLES[name]}: {spans[name].told(language)}" for name in sorted(spans) if spans[name] != rule
    ]
    return rule.told(language) + (f" ({'; '.join(shorter)})" if shorter else "")
