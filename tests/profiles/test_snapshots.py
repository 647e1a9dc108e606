"""Profiles are looked at by the real client: numbers stay; strangers, texts and whoever withdrew do not."""

import gzip
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Thread
from typing import Any

import pytest
from sqlalchemy.orm import Session

from saleor_influence_app import db
from saleor_influence_app.erasure import retention
from saleor_influence_app.profiles import follows, link_failures, snapshots
from saleor_influence_app.social.http_client import RateLimitedHttp
from sandbox.networks.bluesky import Bluesky, did_of
from sandbox.networks.people import Note, Person
from tests.support.backups import dump
from tests.support.laws import some
from tests.support.looks import CONSENT, NET, look
from tests.support.pocket_install import wait_for
from tests.support.social_shop import Shop, sql

Link = Callable[..., int]


@pytest.fixture
def alma(bluesky: Bluesky) -> Person:
    notes = [
        Note(number=n, at=datetime.now(UTC) - timedelta(days=n), text=f"secret-text-{n} about tea", likes=2)
        for n in range(1, 41)
    ]
    return bluesky.people.add(Person(number=7, name="alma", followers=[8, *range(100, 130)], notes=notes))


@pytest.fixture
def bo(bluesky: Bluesky) -> Person:
    return bluesky.people.add(Person(number=8, name="bo"))


@pytest.fixture
def both(shop: Shop, link: Link, bluesky: Bluesky, alma: Person, bo: Person) -> dict[str, int]:
    """Ines is Alma there, Mara is Bo, and both agree to scores. Bo follows Alma."""
    found = {}
    for customer_id, person in (("ines", alma), ("mara", bo)):
        shop.agree(customer_id, *CONSENT)
        did = did_of(person.number)
        found[customer_id] = link(
            customer_id, person.name, NET, network_id=did, api_id=did, base_url=bluesky.base_url
        )
    return found


def ties(session: Session) -> list[tuple[Any, ...]]:
    query = "SELECT source_id, target_id, kind, origin, valid_to IS NULL FROM ties ORDER BY 1, 2"
    return [tuple(row) for row in sql(session, query)]


def test_a_look_keeps_counts_engagement_and_the_ties_to_others_who_agree(
    shop: Shop, session: Session, both: dict[str, int], http: RateLimitedHttp
) -> None:
    sql(session, "INSERT INTO categories VALUES (:shop_id, 'tea-id', NULL, 'Tea')", shop_id=shop.shop_id)
    session.commit()

    assert look(both["ines"], http)

    [row] = sql(session, "SELECT * FROM snapshots")
    assert (row.followers, row.followers_seen, row.followers_known) == (31, 31, 1)
    assert (row.posts_read, row.engagement_median) == (29, 2.0), "of the last thirty days"
    assert row.topics == {"tea-id": 29}
    assert ties(session) == [("ines", "mara", NET, "social", True)]
    assert len(sql(session, "SELECT * FROM posts")) == 29
    assert not look(both["ines"], http), "not again on the same day"


@some("count", 1_000, 10_000)
def test_after_ten_thousand_strangers_the_database_holds_none(
    both: dict[str, int], alma: Person, patient: RateLimitedHttp, session: Session, count: int
) -> None:
    middle, last = 10_000 + count // 2, 10_000 + count
    alma.followers = [*range(10_000, middle), 8, *range(middle, last)]
    for _ in range(5):
        look(both["ines"], patient)
    [row] = sql(session, "SELECT * FROM snapshots")
    assert (row.followers_seen, row.followers_known) == (count + 1, 1)

    text = dump()
    assert did_of(8) in text, "the dump is one of everything"
    strangers = [did_of(number) for number in range(10_000, last)]
    assert [one for one in strangers if one in text or one.removeprefix("did:plc:") in text] == []
    key = follows.hash_key(session, 1)
    from saleor_influence_app.social.reduction import keyed_hash

    assert [one for one in strangers if keyed_hash(NET, one, key=key).hex() in text] == []
    assert "secret-text" not in text
    assert len(gzip.compress(text.encode())) < 200_000


def test_a_long_list_is_read_in_slices_and_goes_on_where_it_stood(
    both: dict[str, int], alma: Person, patient: RateLimitedHttp, session: Session
) -> None:
    alma.followers = [8, *range(10_000, 10_000 + follows.SLICE + 100)]
    assert look(both["ines"], patient)
    [half] = sql(session, "SELECT walk_seen, walk_found FROM profiles WHERE customer_id = 'ines'")
    assert (half.walk_seen, half.walk_found) == (follows.SLICE, [both["mara"]])
    assert ties(session) == []
    assert look(both["ines"], patient)

    assert ties(session) == [("ines", "mara", NET, "social", True)]


def test_a_follow_that_ended_has_an_end_and_one_that_comes_again_begins_anew(
    both: dict[str, int], alma: Person, patient: RateLimitedHttp, session: Session
) -> None:
    now = datetime.now(UTC)
    look(both["ines"], patient, now + timedelta(minutes=1))
    alma.followers = list(range(100, 130))
    look(both["ines"], patient, now + timedelta(days=2))
    assert ties(session) == [("ines", "mara", NET, "social", False)]

    alma.followers = [8]
    look(both["ines"], patient, now + timedelta(days=4))

    assert ties(session) == [("ines", "mara", NET, "social", True)]
    [row] = sql(session, "SELECT valid_from FROM ties")
    assert row.valid_from == now + timedelta(days=4)


def test_without_consent_to_scores_nothing_is_read(
    shop: Shop, link: Link, bluesky: Bluesky, alma: Person, http: RateLimitedHttp
) -> None:
    shop.agree("ines", ("link", NET))
    profile_id = link(
        "ines", alma.name, NET, network_id=did_of(7), api_id=did_of(7), base_url=bluesky.base_url
    )

    assert not look(profile_id, http)
    assert bluesky.heard == []


def test_a_switched_off_module_reads_nothing(
    shop: Shop, both: dict[str, int], bluesky: Bluesky, http: RateLimitedHttp, session: Session
) -> None:
    sql(session, "UPDATE privacy_settings SET enabled = false")
    session.commit()

    assert not look(both["ines"], http)
    assert bluesky.heard == []
    assert shop.as_customer("ines", "GET", "/statement").status_code == 200, "their rights remain"
    assert shop.as_customer("ines", "POST", "/erase").status_code == 200


def test_who_withdraws_while_they_are_looked_at_leaves_nothing(
    shop: Shop, both: dict[str, int], bluesky: Bluesky, http: RateLimitedHttp, session: Session
) -> None:
    bluesky.faults.add("slow", 1.0, match="getFollowers")
    looking = Thread(target=look, args=(both["ines"], http))
    looking.start()
    wait_for(lambda: any("getProfile" in path for path in bluesky.heard))
    withdrawn = shop.as_customer("ines", "DELETE", f"/consents?purpose=score&network={NET}")
    assert looking.is_alive(), "the look is under way still"
    assert withdrawn.status_code == 204
    looking.join()

    assert ties(session) == []
    assert sql(session, "SELECT * FROM snapshots") == sql(session, "SELECT * FROM posts") == []


def test_a_network_that_is_down_is_asked_less_and_less_and_staff_see_it_after_a_day(
    shop: Shop, both: dict[str, int], bluesky: Bluesky, http: RateLimitedHttp, session: Session
) -> None:
    bluesky.faults.add("status", 503, times=None)
    now = datetime.now(UTC) + timedelta(minutes=1)
    waits = []
    for _ in range(3):
        assert look(both["ines"], http, now)
        [row] = sql(session, "SELECT next_at, trouble, failures FROM profiles WHERE customer_id = 'ines'")
        session.rollback()
        waits.append(row.next_at - now)
        now = row.next_at
        http._limiter._server.flushdb()
    assert waits == sorted(waits)
    assert waits[0] >= timedelta(minutes=2)
    assert "out of order" in row.trouble
    sql(session, "UPDATE profiles SET trouble_since = now() - interval '25 hours' WHERE failures > 0")
    link_failures.sweep(session)
    session.commit()
    [problem] = sql(session, "SELECT key, message FROM problems")
    assert (problem.key, "could not be read since" in problem.message) == (f"influence-network-{NET}", True)
    shown = shop.as_staff("GET", "/links").json()["links"]
    assert "out of order" in str(next(one for one in shown if one["customer_id"] == "ines")["trouble"])

    bluesky.faults.clear()
    look(both["ines"], http, now)
    link_failures.sweep(session)
    session.commit()
    assert sql(session, "SELECT count(*) FROM problems WHERE dismissed_at IS NULL")[0][0] == 0


def test_a_shops_profiles_are_looked_at_in_slices_with_one_message_for_all(
    shop: Shop, both: dict[str, int], http: RateLimitedHttp, session: Session, bells: Any
) -> None:
    sql(session, "UPDATE profiles SET next_at = now() - interval '1 minute'")
    session.commit()
    bells()
    with db.transaction() as own:
        link_failures.sweep(own)
    assert bells() == [("social.snapshot", shop.shop_id)]

    assert snapshots.take_due(db.transaction, shop.shop_id, http=http, slice_seconds=0) == 0
    assert bells() == [("social.snapshot", shop.shop_id)]

    assert snapshots.take_due(db.transaction, shop.shop_id, http=http) == len(both)
    assert sql(session, "SELECT count(*) FROM snapshots")[0][0] >= 1


def test_an_account_that_is_gone_is_not_asked_for_again_and_its_owner_hears_of_it(
    shop: Shop, both: dict[str, int], alma: Person, http: RateLimitedHttp, session: Session
) -> None:
    alma.suspended = True

    look(both["ines"], http)

    [row] = sql(session, "SELECT state, next_at FROM profiles WHERE customer_id = 'ines'")
    assert (row.state, row.next_at) == ("gone", None)
    told = shop.as_customer("ines", "GET", "/statement").json()["notices"]
    assert [one["kind"] for one in told] == ["profile-gone"]


@pytest.mark.parametrize("fault", ["garbage", "page", "deep", "drop"])
def test_an_answer_that_is_none_changes_nothing(
    both: dict[str, int], bluesky: Bluesky, patient: RateLimitedHttp, session: Session, fault: str
) -> None:
    look(both["ines"], patient)
    before = ties(session)
    session.rollback()
    bluesky.faults.add(fault, match="getProfile")

    assert look(both["ines"], patient, datetime.now(UTC) + timedelta(days=2))

    assert ties(session) == before
    assert sql(session, "SELECT trouble FROM profiles WHERE customer_id = 'ines'")[0][0]


def test_one_viral_post_and_bought_followers_hardly_move_what_counts(
    both: dict[str, int], alma: Person, patient: RateLimitedHttp, session: Session
) -> None:
    alma.notes = [*alma.notes, Note(number=99, at=datetime.now(UTC), text="wow", likes=5_000_000)]
    alma.followers = [8, *range(10_000, 13_000)]
    look(both["ines"], patient)

    [row] = sql(session, "SELECT engagement_median, followers, followers_known FROM snapshots")
    assert (row.engagement_median, row.followers_known) == (2.0, 1), (
        "the followers are shown and do not count"
    )
    assert row.followers == 3_001


def test_raw_posts_and_features_are_kept_as_long_as_the_shop_says(
    shop: Shop, both: dict[str, int], http: RateLimitedHttp, session: Session
) -> None:
    look(both["ines"], http)
    sql(session, "UPDATE posts SET at = now() - interval '31 days' WHERE post_id LIKE '%1'")
    old = (
        "INSERT INTO snapshots (shop_id, profile_id, at) VALUES (:shop_id, :id, now() - interval '14 months')"
    )
    sql(session, old, shop_id=shop.shop_id, id=both["ines"])
    held = sql(session, "SELECT count(*) FROM posts WHERE at > now() - interval '30 days'")[0][0]

    retention.prune(session)
    session.commit()

    assert sql(session, "SELECT count(*) FROM posts")[0][0] == held < 29
    assert sql(session, "SELECT count(*) FROM snapshots")[0][0] == 1
