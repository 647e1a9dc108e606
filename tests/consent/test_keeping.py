"""Nothing is kept for longer than a network's own terms allow, whatever the shop says; and that is said."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from saleor_influence_app import db
from saleor_influence_app.consent import privacy_settings, reports, retention_periods
from saleor_influence_app.consent.languages import LANGUAGES
from saleor_influence_app.erasure import retention
from tests.support.social_shop import Shop, sql

Link = Callable[..., int]
BRIEF = {"en": "30 days", "nl": "30 dagen", "it": "30 giorni", "de": "30 Tage"}
LONG = {"en": "13 months", "nl": "13 maanden", "it": "13 mesi", "de": "13 Monate"}
TIE = """
    INSERT INTO ties (shop_id, source_id, target_id, kind, origin, valid_from, valid_to)
    VALUES (:shop_id, :source, :target, :network, 'social', :since, :until)
"""


@pytest.fixture
def both(shop: Shop, link: Link) -> dict[str, dict[str, int]]:
    """Ines and Mara on Mastodon, whose terms say nothing, and on YouTube, whose do."""
    shop.switch_on(mastodon={}, youtube={"client_id": "id", "client_secret": "secret"})
    found: dict[str, dict[str, int]] = {}
    for network in ("mastodon", "youtube"):
        for who in ("ines", "mara"):
            shop.agree(who, ("link", network), ("score", network))
            found.setdefault(network, {})[who] = link(who, f"{who}-{network}", network, network_id=who)
    return found


def seen(session: Session, shop: Shop, profile_id: int, *, at: datetime) -> None:
    sql(
        session,
        "INSERT INTO snapshots (shop_id, profile_id, at, followers) VALUES (:shop_id, :id, :at, 5)",
        shop_id=shop.shop_id,
        id=profile_id,
        at=at,
    )


def test_counts_of_youtube_go_after_thirty_days_and_others_when_the_shop_says(
    shop: Shop, session: Session, both: dict[str, dict[str, int]], now: datetime
) -> None:
    for network in both:
        for days in (1, 29, 31, 200):
            seen(session, shop, both[network]["ines"], at=now - timedelta(days=days))

    retention.prune(session)
    session.commit()

    left = "SELECT count(*) FROM snapshots WHERE profile_id = :id"
    assert sql(session, left, id=both["youtube"]["ines"])[0][0] == 2
    assert sql(session, left, id=both["mastodon"]["ines"])[0][0] == 4


def test_a_tie_of_youtube_that_nobody_has_read_again_for_thirty_days_goes(
    shop: Shop, session: Session, both: dict[str, dict[str, int]], now: datetime
) -> None:
    def tie(network: str, source: str, *, since: int, until: int | None = None) -> None:
        sql(
            session,
            TIE,
            shop_id=shop.shop_id,
            network=network,
            source=source,
            target={"ines": "mara", "mara": "ines"}[source],
            since=now - timedelta(days=since),
            until=None if until is None else now - timedelta(days=until),
        )

    for network in both:
        tie(network, "ines", since=100)
        tie(network, "mara", since=100, until=40)
        seen(session, shop, both[network]["mara"], at=now - timedelta(days=1))
    session.commit()
    retention.prune(session)
    session.commit()
    left = "SELECT kind, source_id FROM ties ORDER BY kind, source_id"
    assert [tuple(row) for row in sql(session, left)] == [("mastodon", "ines"), ("mastodon", "mara")]

    tie("youtube", "mara", since=100)
    tie("youtube", "ines", since=5)
    retention.prune(session)
    session.commit()
    kept = [row.source_id for row in sql(session, left) if row.kind == "youtube"]
    assert kept == ["ines", "mara"], "one is young, and of the other one the list was read yesterday"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_customer_agrees_to_the_time_that_is_true_of_the_network(
    shop: Shop, both: dict[str, dict[str, int]], language: str
) -> None:
    assert both
    about = shop.as_customer("ines", "GET", f"/about?language={language}").json()
    texts = {one["network"]: one["text"] for one in about["wordings"] if one["purpose"] == "score"}

    assert texts["youtube"].count(BRIEF[language]) == 2
    assert LONG[language] not in texts["youtube"]
    assert BRIEF[language] in texts["mastodon"]
    assert LONG[language] in texts["mastodon"]


@pytest.mark.parametrize("kind", ["notice", "record", "dpia"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_papers_name_the_network_that_allows_less(
    shop: Shop, both: dict[str, dict[str, int]], kind: reports.ReportKind, language: str
) -> None:
    assert both
    with db.transaction() as session:
        text = reports.paper(session, shop.shop_id, kind, language=language)

    assert f"{LONG[language]} (YouTube: {BRIEF[language]})" in " ".join(text.split())


def test_a_shop_that_keeps_less_than_a_network_allows_keeps_less() -> None:
    chosen = privacy_settings.PrivacySettings.model_validate(
        {"posts_days": 7, "features_months": 1, "networks": {"youtube": {}, "x": {}}}
    )

    assert retention_periods.posts("youtube", chosen).told("en") == "7 days"
    assert retention_periods.features("youtube", chosen).told("it") == "30 giorni", "a month may have 31"
    assert retention_periods.features("x", chosen).told("nl") == "1 maand"
    assert retention_periods.told("posts", chosen, language="en") == "7 days"
    assert retention_periods.told("features", chosen, language="en") == "1 month (YouTube: 30 days)"
