"""Consent is to a text that was read, within the limits that it names; wider settings ask again."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Thread
from typing import Any

import pytest
from sqlalchemy.orm import Session

from saleor_influence_app import db
from saleor_influence_app.consent import ages, agreements
from saleor_influence_app.consent import ledger as consents
from saleor_influence_app.consent.agreements import Limits
from saleor_influence_app.consent.privacy_settings import PrivacySettings
from saleor_influence_app.erasure import retention
from saleor_influence_app.models import Purpose
from saleor_influence_app.profiles import snapshots
from saleor_influence_app.social.http_client import RateLimitedHttp
from sandbox.networks.bluesky import Bluesky, did_of
from sandbox.networks.people import Note, Person
from tests.support.pocket_install import wait_for
from tests.support.social_shop import SETTINGS, Shop, sql, tick

Link = Callable[..., int]
LINK, SCORE = ("link", "mastodon"), ("score", "mastodon")
BRIEF = {"posts_days": 1, "features_months": 1}
LONG = {"posts_days": 30, "features_months": 13}
YOUNG = {"minimum_age": 13, "countries": ["BE"]}
SNAPSHOT = "INSERT INTO snapshots (shop_id, profile_id, at, followers) VALUES (:shop_id, :id, :at, 5)"
POST = """
    INSERT INTO posts (shop_id, profile_id, post_id, at, topics) VALUES (:shop_id, :id, :post, :at, '{}')
"""


def asked_again(shop: Shop, customer_id: str = "ines") -> dict[str, set[str]]:
    found = shop.as_customer(customer_id, "GET", "/about").json()["asked_again"]
    return {one["purpose"]: set(one["changes"]) for one in found}


def ledger(session: Session) -> list[Any]:
    return sql(session, "SELECT * FROM consents ORDER BY number")


def test_what_was_not_read_is_not_stored(shop: Shop, session: Session) -> None:
    shop.switch_on(mastodon={}, changed=BRIEF)
    shop.agree("ines", LINK)
    read = shop.tick(*SCORE)
    shop.switch_on(mastodon={}, changed=LONG)

    answer = shop.as_customer("ines", "POST", "/consents", json=read)

    assert answer.status_code == 409
    assert answer.json()["error"] == {
        "code": "TEXT_CHANGED",
        "message": "The text has changed meanwhile, so nothing was stored: read it again.",
    }
    [new] = [one for one in answer.json()["wordings"] if (one["purpose"], one["network"]) == SCORE]
    assert "30 days" in new["text"]
    assert [row.purpose for row in ledger(session)] == ["link"]
    session.rollback()
    again = read | {"text_hash": new["text_hash"]}
    assert shop.as_customer("ines", "POST", "/consents", json=again).status_code == 204
    assert ledger(session)[-1].wording == new["text"], "the row holds what was shown, to the letter"


@pytest.mark.parametrize(
    "replayed",
    [
        tick("link", "bluesky", text_hash=tick("link", "mastodon")["text_hash"]),
        tick("link", "mastodon", language="nl", text_hash=tick("link", "mastodon")["text_hash"]),
        tick("perks", text_hash=tick("outreach")["text_hash"]),
    ],
    ids=["another network", "another language", "another purpose"],
)
def test_the_hash_of_one_text_is_no_consent_to_another(
    shop: Shop, session: Session, replayed: dict[str, Any]
) -> None:
    assert shop.as_customer("ines", "POST", "/consents", json=replayed).status_code == 409
    assert ledger(session) == []


def test_a_tick_by_version_alone_is_refused(shop: Shop, session: Session) -> None:
    old = {key: value for key, value in tick(*LINK).items() if key != "text_hash"} | {"wording_version": "1"}

    assert shop.as_customer("ines", "POST", "/consents", json=old).status_code == 422
    assert ledger(session) == []


def test_a_row_stores_the_limits_that_its_text_names_and_they_are_in_the_chain(
    shop: Shop, session: Session
) -> None:
    shop.switch_on(mastodon={"base_url": "https://m.example"}, changed=BRIEF)
    shop.agree("ines", LINK, SCORE, ("perks", None))

    everybody = {"controller": "Kaffa BV", "minimum_age": 18}
    there = {"network": "mastodon", "server": "https://m.example"}
    assert [row.limits for row in ledger(session)] == [
        everybody | there,
        everybody | there | BRIEF,
        everybody,
    ]
    assert consents.verify(session, shop.shop_id).broken is None
    sql(session, "SET LOCAL session_replication_role = replica")
    sql(session, """UPDATE consents SET limits = limits || '{"posts_days": 30}' WHERE number = 2""")
    assert consents.verify(session, shop.shop_id).broken == "row 2 is not as it was written"
    sql(session, "UPDATE consents SET limits = NULL WHERE number = 2")
    assert consents.verify(session, shop.shop_id).broken == "row 2 is not as it was written"


def test_a_row_from_before_limits_were_stored_verifies_and_holds_what_its_text_says(
    shop: Shop, session: Session
) -> None:
    shop.switch_on(mastodon={}, changed=BRIEF)
    with db.transaction() as own:
        texts = {one["purpose"]: one for one in shop.as_customer("ines", "GET", "/about").json()["wordings"]}
        old = [
            consents.Decision(
                purpose=purpose,
                network="mastodon" if purpose in {"link", "score"} else None,
                action="given",
                wording=one["text"],
                version="1",
                language="en",
                proof="Saleor session",
                age_ok=True,
            )
            for purpose, one in texts.items()
        ]
        consents.record(own, shop.shop_id, "ines", decisions=old)
    assert asked_again(shop) == {}
    assert consents.verify(session, shop.shop_id).broken is None
    session.rollback()

    shop.switch_on(mastodon={}, changed=LONG)
    assert asked_again(shop) == {"score": {"retention"}}
    shop.switch_on(mastodon={}, changed=BRIEF | {"controller_name": "Another BV"})
    assert set(asked_again(shop)) == {"link", "score", "perks", "outreach"}


def test_wider_settings_ask_again_and_the_old_limits_hold_until_they_are_agreed_to(
    shop: Shop, session: Session, link: Link, now: datetime
) -> None:
    shop.switch_on(mastodon={}, changed=BRIEF)
    for who in ("ines", "mara"):
        shop.agree(who, LINK, SCORE)
    profile = {who: link(who, who) for who in ("ines", "mara")}
    shop.switch_on(mastodon={}, changed=LONG | YOUNG)
    assert asked_again(shop) == {"link": {"age-lower"}, "score": {"age-lower", "retention"}}
    shop.agree("mara", LINK, SCORE)
    assert asked_again(shop, "mara") == {}

    for number in profile.values():
        for days in (0.5, 2):
            at = now - timedelta(days=days)
            sql(session, POST, shop_id=shop.shop_id, id=number, post=str(days), at=at)
        for days in (20, 40):
            sql(session, SNAPSHOT, shop_id=shop.shop_id, id=number, at=now - timedelta(days=days))
    retention.prune(session)
    session.commit()

    def left(table: str, who: str) -> int:
        query = f"SELECT count(*) FROM {table} WHERE profile_id = :id"
        return int(sql(session, query, id=profile[who])[0][0])

    assert (left("posts", "ines"), left("snapshots", "ines")) == (1, 1)
    assert (left("posts", "mara"), left("snapshots", "mara")) == (2, 2)


def test_a_tie_that_has_ended_goes_when_the_shorter_agreement_of_its_two_ends_says(
    shop: Shop, session: Session, link: Link, now: datetime
) -> None:
    shop.switch_on(mastodon={}, changed=BRIEF)
    shop.agree("ines", LINK, SCORE)
    shop.switch_on(mastodon={}, changed=LONG)
    shop.agree("mara", LINK, SCORE)
    link("ines", "ines")
    link("mara", "mara")
    tie = """INSERT INTO ties (shop_id, source_id, target_id, kind, origin, valid_from, valid_to)
        VALUES (:shop_id, 'mara', 'ines', :kind, 'social', :since, :until)"""
    for kind, days in (("mastodon", 40), ("mastodon:responses", 20)):
        since, until = now - timedelta(days=100), now - timedelta(days=days)
        sql(session, tie, shop_id=shop.shop_id, kind=kind, since=since, until=until)

    retention.prune(session)

    assert [row.kind for row in sql(session, "SELECT kind FROM ties")] == ["mastodon:responses"]


def test_narrower_settings_hold_at_once_and_nobody_is_asked(
    shop: Shop, session: Session, link: Link, now: datetime
) -> None:
    shop.switch_on(mastodon={}, changed=LONG)
    shop.agree("ines", LINK, SCORE)
    number = link("ines", "ines")
    shop.switch_on(mastodon={"base_url": "https://m.example"}, changed=BRIEF)
    assert asked_again(shop) == {}

    sql(session, POST, shop_id=shop.shop_id, id=number, post="1", at=now - timedelta(days=2))
    retention.prune(session)

    assert sql(session, "SELECT * FROM posts") == []


@pytest.fixture
def both(shop: Shop, link: Link, bluesky: Bluesky) -> dict[str, int]:
    """Ines and Mara on Bluesky, both agreed to be read there; Mara follows Ines and likes two posts."""
    at = datetime.now(UTC) - timedelta(hours=2)
    notes = [Note(number=n, at=at - timedelta(days=n), text="tea", likes=1, liked_by=[8]) for n in (0, 3)]
    people = {
        "ines": Person(number=7, name="alma", followers=[8], notes=notes),
        "mara": Person(number=8, name="bo"),
    }
    found = {}
    for customer_id, person in people.items():
        bluesky.people.add(person)
        shop.agree(customer_id, ("link", "bluesky"), ("score", "bluesky"))
        did = did_of(person.number)
        found[customer_id] = link(
            customer_id, person.name, "bluesky", network_id=did, api_id=did, base_url=bluesky.base_url
        )
    return found


@pytest.fixture
def http(patient: RateLimitedHttp) -> RateLimitedHttp:
    """A client that waits for the rate limit: a snapshot sends more requests than it allows at once."""
    return patient


@pytest.fixture
def confirm(shop: Shop, bluesky: Bluesky) -> Callable[..., None]:
    """A function by which an admin confirms other settings."""
    return lambda **changed: shop.switch_on(bluesky={"base_url": bluesky.base_url}, changed=changed)


def look(profile_id: int, http: RateLimitedHttp, *, days: float = 0) -> bool:
    moment = datetime.now(UTC) + timedelta(days=days, minutes=1)
    return snapshots.take(db.transaction, profile_id, http=http, now=moment)


def next_at(session: Session, profile_id: int) -> datetime | None:
    session.rollback()
    found: datetime | None = sql(session, "SELECT next_at FROM profiles WHERE id = :id", id=profile_id)[0][0]
    return found


def test_nothing_is_read_for_somebody_else_who_became_responsible_until_it_is_agreed_to(
    shop: Shop, session: Session, both: dict[str, int], confirm: Callable[..., None], *, http: RateLimitedHttp
) -> None:
    confirm(controller_name="Another BV")
    assert asked_again(shop) == {"link": {"controller"}, "score": {"controller"}}
    assert not look(both["ines"], http)
    assert next_at(session, both["ines"]) is None, "nor is it tried again and again"
    assert sql(session, "SELECT * FROM snapshots") == []

    shop.agree("ines", ("link", "bluesky"))
    assert not look(both["ines"], http), "what is read was agreed to as the former one's"
    shop.agree("ines", ("score", "bluesky"))
    assert look(both["ines"], http)

    [row] = sql(session, "SELECT * FROM snapshots")
    assert (row.profile_id, row.followers, row.followers_known) == (both["ines"], 1, 0)
    assert sql(session, "SELECT * FROM ties") == [], "Mara has not agreed yet"
    shop.agree("mara", ("link", "bluesky"), ("score", "bluesky"))
    assert look(both["ines"], http, days=2)
    ties = "SELECT source_id, target_id, kind FROM ties ORDER BY kind"
    assert [tuple(row) for row in sql(session, ties)] == [
        ("ines", "mara", "bluesky"),
        ("ines", "mara", "bluesky:responses"),
    ]


def test_a_tie_to_somebody_whose_reading_pauses_neither_begins_nor_ends(
    shop: Shop,
    session: Session,
    both: dict[str, int],
    *,
    confirm: Callable[..., None],
    bluesky: Bluesky,
    http: RateLimitedHttp,
) -> None:
    assert look(both["ines"], http)
    confirm(controller_name="Another BV")
    shop.agree("ines", ("link", "bluesky"), ("score", "bluesky"))
    bluesky.people.by_number[7].followers = []

    assert look(both["ines"], http, days=2)

    assert sql(session, "SELECT valid_to FROM ties WHERE kind = 'bluesky'")[0].valid_to is None


def test_settings_that_are_confirmed_while_a_profile_is_looked_at_hold_for_what_is_kept(
    session: Session,
    both: dict[str, int],
    confirm: Callable[..., None],
    bluesky: Bluesky,
    *,
    http: RateLimitedHttp,
) -> None:
    bluesky.faults.add("slow", 1.0, match="getFollowers")
    looking = Thread(target=look, args=(both["ines"], http))
    looking.start()
    wait_for(lambda: any("getProfile" in path for path in bluesky.heard))
    confirm(controller_name="Another BV")
    assert looking.is_alive(), "the look is under way still"
    looking.join()

    assert sql(session, "SELECT * FROM snapshots") == []
    assert sql(session, "SELECT * FROM ties") == []


def test_reading_goes_on_by_itself_when_the_settings_are_as_before(
    session: Session, both: dict[str, int], confirm: Callable[..., None], *, http: RateLimitedHttp
) -> None:
    confirm(controller_name="Another BV")
    assert not look(both["ines"], http)

    confirm()

    assert next_at(session, both["ines"]) is not None
    assert look(both["ines"], http)


def test_posts_older_than_was_agreed_to_are_not_even_read(
    shop: Shop, session: Session, both: dict[str, int], confirm: Callable[..., None], *, http: RateLimitedHttp
) -> None:
    confirm(**BRIEF)
    shop.agree("ines", ("score", "bluesky"))
    confirm(**LONG)

    assert look(both["ines"], http)

    assert len(sql(session, "SELECT * FROM posts")) == 1, "one is of three days ago"
    assert sql(session, "SELECT * FROM ties WHERE kind = 'bluesky:responses'") == [], "it takes two of them"


def test_a_tie_by_responses_lasts_for_the_shorter_time_that_its_two_ends_agreed_to(
    shop: Shop, session: Session, both: dict[str, int], confirm: Callable[..., None], *, http: RateLimitedHttp
) -> None:
    confirm(features_months=1)
    shop.agree("mara", ("score", "bluesky"))
    confirm(features_months=13)

    assert look(both["ines"], http)

    [tie] = sql(session, "SELECT valid_from, valid_to FROM ties WHERE kind = 'bluesky:responses'")
    assert timedelta(days=28) <= tie.valid_to - tie.valid_from <= timedelta(days=31)


def test_a_higher_age_pauses_the_reading_of_those_who_said_a_lower_one(
    shop: Shop, session: Session, both: dict[str, int], confirm: Callable[..., None], *, http: RateLimitedHttp
) -> None:
    assert session
    confirm(minimum_age=21)

    assert asked_again(shop) == {"link": {"age-higher"}, "score": {"age-higher"}}
    assert not look(both["ines"], http)
    shop.agree("ines", ("link", "bluesky"), ("score", "bluesky"))
    assert look(both["ines"], http)


def test_a_profile_is_linked_under_settings_that_were_agreed_to(shop: Shop, bluesky: Bluesky) -> None:
    bluesky.people.add(Person(number=7, name="alma"))
    wish = {"network": "bluesky", "method": "nonce", "handle": "alma.pocket.test"}
    shop.agree("ines", ("link", "bluesky"))
    for changed, network in (
        ({"controller_name": "Another BV"}, {"base_url": bluesky.base_url}),
        ({}, {"base_url": "https://elsewhere.example"}),
    ):
        shop.switch_on(bluesky=network, changed=changed)
        error = shop.as_customer("ines", "POST", "/links", json=wish).json()["error"]
        assert (error["reason"], error["message"]) == (
            "agree",
            "The settings have changed: agree to linking this profile again.",
        )
    shop.switch_on(bluesky={"base_url": bluesky.base_url})
    assert shop.as_customer("ines", "POST", "/links", json=wish).status_code == 201


CHOSEN = PrivacySettings.model_validate(
    SETTINGS | {"networks": {"mastodon": {}, "youtube": {}, "bluesky": {}}}
)


@pytest.mark.parametrize(
    ("agreed", "changed", "found"),
    [
        ({}, {}, []),
        ({}, {"controller_name": "Another BV"}, ["controller"]),
        ({"posts_days": 29}, {}, ["retention"]),
        ({"features_months": 12}, {}, ["retention"]),
        ({"features_months": None, "features_days": 30}, {"features_months": 1}, ["retention"]),
        ({"network": "youtube", "features_months": None, "features_days": 30}, {}, []),
        ({"server": "https://a.example"}, {}, ["server"]),
        ({"server": "https://a.example"}, {"networks": {"mastodon": {"base_url": "https://a.example/"}}}, []),
        (
            {"server": "https://a.example"},
            {"networks": {"mastodon": {"base_url": "https://b.example"}}},
            ["server"],
        ),
        ({}, {"networks": {"mastodon": {"base_url": "https://b.example"}}}, []),
        ({"network": "bluesky"}, {"networks": {"bluesky": {"base_url": "https://b.example"}}}, ["server"]),
        ({"posts_days": 1, "server": "x"}, {"networks": {}}, []),
        ({}, {"minimum_age": 16}, ["age-lower"]),
        ({}, {"minimum_age": 19}, ["age-higher"]),
        ({"minimum_age": 14, "country": "IT"}, {"minimum_age": 13, "countries": ["IT", "DE"]}, []),
        ({"minimum_age": 14, "country": "IT"}, {"minimum_age": 13}, []),
        ({"minimum_age": None}, {"minimum_age": 99}, []),
    ],
    ids=str,
)
def test_only_wider_settings_another_controller_or_another_age_ask_again(
    agreed: dict[str, Any], changed: dict[str, Any], found: list[str]
) -> None:
    stored = agreements.limits("score", "mastodon", chosen=CHOSEN, country=None).stored()
    limits = Limits.model_validate(stored | agreed)
    chosen = PrivacySettings.model_validate(CHOSEN.model_dump() | changed)

    assert agreements.changes(limits, chosen) == found


@pytest.mark.parametrize(
    ("minimum_age", "countries", "country", "asked"),
    [
        (18, [], None, 18),
        (13, [], None, 16),
        (13, ["BE"], "BE", 13),
        (13, ["BE", "IT", "NL"], "IT", 14),
        (13, ["BE", "IT"], None, 14),
        (15, ["BE", "IT"], "BE", 15),
        (13, ["CZ"], "CZ", 15),
    ],
)
def test_the_age_asked_for_is_the_countrys_or_the_shops_own_higher_one(
    minimum_age: int, countries: list[str], country: str | None, *, asked: int
) -> None:
    assert ages.asked(minimum_age, countries, country) == asked


def test_no_country_is_below_what_article_8_allows_and_its_own_age_is_the_highest() -> None:
    assert len(ages.AGES) == 32, "EU, EEA, Switzerland, United Kingdom"
    assert (min(ages.AGES.values()), ages.HIGHEST) == (13, 16)


def test_one_age_for_all_is_no_lower_than_the_highest_that_a_country_may_need(shop: Shop) -> None:
    wanted = SETTINGS | {"networks": {"mastodon": {}}, "minimum_age": 15}

    refused = shop.as_staff("PUT", "/privacy-settings", json=wanted)

    assert refused.status_code == 422
    assert "minimum_age must be 16 or more, or countries must say" in refused.json()["error"]["message"]
    assert shop.as_staff("PUT", "/privacy-settings", json=wanted | {"countries": ["FR"]}).status_code == 200
    assert shop.as_staff("PUT", "/privacy-settings", json=wanted | {"countries": ["XX"]}).status_code == 422


def test_where_the_shop_serves_several_countries_each_says_theirs_and_no_birthday(
    shop: Shop, session: Session
) -> None:
    shop.switch_on(mastodon={}, changed={"minimum_age": 13, "countries": ["NL", "BE"]})
    about = shop.as_customer("ines", "GET", "/about").json()
    assert about["countries"] == [
        {"country": "BE", "minimum_age": 13},
        {"country": "NL", "minimum_age": 16},
    ]

    def agree(**more: Any) -> tuple[int, str]:
        answer = shop.as_customer("ines", "POST", "/consents", json=shop.tick(*LINK, **more))
        return answer.status_code, "" if answer.is_success else answer.json()["error"]["message"]

    assert agree() == (422, "Say in which country you live: the age depends on it.")
    assert agree(country="FR") == (422, "This shop does not ask for people of that country.")
    assert agree(country="NL", old_enough=False) == (422, "This is for people of 16 or older.")
    assert agree(country="BE") == (204, "")
    [row] = ledger(session)
    assert (row.limits["country"], row.limits["minimum_age"]) == ("BE", 13)


def test_staff_see_how_many_would_be_asked_again_before_they_confirm(shop: Shop) -> None:
    shop.switch_on(mastodon={})
    shop.agree("ines", LINK, SCORE, ("outreach", None))
    shop.agree("mara", ("perks", None))
    now = SETTINGS | {"networks": {"mastodon": {}}}

    def asked(**changed: Any) -> dict[str, int]:
        answer = shop.as_staff("POST", "/privacy-settings/asked-again", json=now | changed)
        assert answer.status_code == 200, answer.text
        found: dict[str, int] = answer.json()
        return found

    assert asked() == {"people": 0, "paused": 0}
    assert asked(controller_name="Another BV") == {"people": 2, "paused": 1}
    assert asked(**BRIEF) == {"people": 0, "paused": 0}
    assert asked(controller_name="Another BV", enabled=False) == {"people": 0, "paused": 0}
    shop.switch_on(mastodon={}, changed=BRIEF)
    shop.agree("ines", SCORE)
    assert asked() == {"people": 1, "paused": 0}
    assert shop.as_staff("GET", "/privacy-settings/asked-again").json() == {"people": 0, "paused": 0}
    shop.switch_on(mastodon={})
    assert shop.as_staff("GET", "/privacy-settings/asked-again").json() == {"people": 1, "paused": 0}


def test_somebody_agrees_to_outreach_until_the_last_who_did_takes_it_back(
    shop: Shop, session: Session
) -> None:
    def has_anybody() -> bool:
        with db.transaction() as own:
            return agreements.has_anybody(own, shop.shop_id, Purpose.OUTREACH)

    shop.switch_on(mastodon={})
    shop.agree("ines", ("perks", None))
    assert not has_anybody(), "perks are another purpose"
    shop.agree("ines", ("outreach", None))
    assert has_anybody()
    with db.transaction() as own:
        assert not agreements.has_anybody(own, shop.shop_id + 1, Purpose.OUTREACH)

    [given] = [row for row in ledger(session) if row.purpose == "outreach"]
    assert given.action == "given"
    gone = shop.as_customer("ines", "DELETE", "/consents", params={"purpose": "outreach"})
    assert gone.status_code == 204
    assert not has_anybody()
