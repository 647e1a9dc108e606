"""A look at a profile whose server answers oddly: what can be read is kept, and the rest is told to staff."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session
from starlette.responses import JSONResponse

from saleor_influence_app import db
from saleor_influence_app.models import Profile
from saleor_influence_app.profiles import follows, snapshots
from saleor_influence_app.social.http_client import RateLimitedHttp
from saleor_influence_app.social.network import AccountRef, Follower, Page
from tests.support.apis import Api, Heard, refusal, running
from tests.support.documented import NETWORKS
from tests.support.social_shop import Shop, sql

CONSENT = (("link", "mastodon"), ("score", "mastodon"))
ACCOUNT, FOLLOWERS = "/api/v1/accounts/1", "/api/v1/accounts/1/followers"
MARA = "https://b.example/users/mara"


def person(number: int, uri: object) -> dict[str, object]:
    return {"id": str(number), "uri": uri, "acct": f"p{number}@b.example"}


@pytest.fixture
def server() -> Iterator[Api]:
    """A Mastodon server on which Ines is Alma; the account hides the number of its followers."""
    with running() as api:
        documented = NETWORKS["mastodon"]
        assert documented.made is not None
        api.answers |= documented.made(api.base_url) | {f"{ACCOUNT}/statuses": []}
        api.answers[ACCOUNT]["followers_count"] = -1
        yield api


@pytest.fixture
def ines(shop: Shop, server: Api, link: Callable[..., int]) -> int:
    """Ines' profile; Mara has one elsewhere, and both agree to scores."""
    for who in ("ines", "mara"):
        shop.agree(who, *CONSENT)
    link("mara", "mara", network_id=MARA)
    uri = f"{server.base_url}/users/alma"
    return link("ines", "alma", network_id=uri, api_id="1", base_url=server.base_url)


def ties(session: Session) -> list[tuple[Any, ...]]:
    session.rollback()
    return [tuple(row) for row in sql(session, "SELECT source_id, target_id, valid_to IS NULL FROM ties")]


def test_cases_4_and_5_a_hidden_count_and_an_odd_row_leave_the_rest_as_it_is(
    shop: Shop, session: Session, server: Api, ines: int, patient: RateLimitedHttp
) -> None:
    server.answers[FOLLOWERS] = [person(7, MARA), person(8, {}), person(9, "https://b.example/users/9")]

    assert snapshots.take(db.transaction, ines, http=patient)

    [row] = sql(session, "SELECT * FROM snapshots")
    assert (row.followers, row.followers_seen, row.followers_known, row.rows_skipped) == (None, 2, 1, 1)
    assert ties(session) == [("ines", "mara", True)]
    assert sql(session, "SELECT trouble FROM profiles WHERE id = :id", id=ines)[0].trouble is None
    [shown] = shop.as_staff("GET", "/customers/ines/profiles").json()["profiles"]
    assert shown["snapshots"][0]["rows_skipped"] == 1


def test_case_5_nobody_is_known_to_have_left_while_a_row_cannot_be_read(
    session: Session, server: Api, ines: int, patient: RateLimitedHttp
) -> None:
    server.answers[FOLLOWERS] = [person(7, MARA)]
    snapshots.take(db.transaction, ines, http=patient)
    server.answers[FOLLOWERS] = [person(7, None)]
    snapshots.take(db.transaction, ines, http=patient, now=datetime.now(UTC) + timedelta(days=2))
    assert ties(session) == [("ines", "mara", True)]

    server.answers[FOLLOWERS] = [person(9, "https://b.example/users/9")]
    snapshots.take(db.transaction, ines, http=patient, now=datetime.now(UTC) + timedelta(days=4))

    assert ties(session) == [("ines", "mara", False)]


@pytest.mark.parametrize("length", [1, 7])
def test_a_list_that_goes_round_in_a_circle_is_left_and_told(
    session: Session, server: Api, ines: int, patient: RateLimitedHttp, length: int
) -> None:
    def around(heard: Heard) -> JSONResponse:
        number = int(heard.query.get("max_id", "0"))
        following = (number + 1) % length
        link = f'<{server.base_url}{FOLLOWERS}?max_id={following}>; rel="next"'
        return JSONResponse([person(number, f"https://b.example/users/{number}")], headers={"link": link})

    server.answers[FOLLOWERS] = around
    moment, looks = datetime.now(UTC) + timedelta(minutes=1), 0
    while snapshots.take(db.transaction, ines, http=patient, now=moment):
        looks += 1
        moment += timedelta(minutes=1)
        assert looks < 10

    asked = [heard for heard in server.heard if heard.path == FOLLOWERS]
    assert len(asked) <= length + 1
    [row] = sql(session, "SELECT trouble, trouble_reason, walk_cursor FROM profiles WHERE id = :id", id=ines)
    assert (row.trouble, row.walk_cursor) == ("Mastodon gives the same pages again and again.", None)
    assert row.trouble_reason == "unreadable"
    assert len(sql(session, "SELECT * FROM snapshots")) == 1, "what could be read is here all the same"


def test_a_server_that_asks_for_a_day_of_patience_is_asked_within_the_hour(
    session: Session, server: Api, ines: int, patient: RateLimitedHttp
) -> None:
    server.answers[ACCOUNT] = refusal(429, {"error": "slow down"}, retry_after="86400")
    now = datetime.now(UTC)

    assert snapshots.take(db.transaction, ines, http=patient, now=now)

    [row] = sql(session, "SELECT next_at FROM profiles WHERE id = :id", id=ines)
    assert row.next_at - now <= timedelta(hours=1, minutes=1)


class Circle:
    """A network whose list of followers has no end: after `length` pages it begins again."""

    name = "mastodon"

    def __init__(self, length: int) -> None:
        self.length = length
        self.asked = 0

    def followers(self, account: AccountRef, cursor: str | None = None) -> Page[Follower]:
        assert account
        self.asked += 1
        number = int(cursor or 0)
        people = (Follower(f"https://b.example/users/{number}"),)
        return Page(items=people, cursor=str((number + 1) % self.length))


@pytest.mark.parametrize("length", [61, 130, 777])
def test_a_circle_that_takes_many_visits_is_met_as_well(length: int) -> None:
    circle = Circle(length)
    profile = Profile(network="mastodon", walk_cursor=None, walk_seen=0, walk_found=[], walk_pages=0)
    profile.walk_skipped, profile.walk_landmark = 0, None
    again = True
    while again:
        followers_read = follows.read(circle, AccountRef(), profile, consenting={}, key=b"k" * 32)  # type: ignore[arg-type]
        profile.walk_cursor, profile.walk_seen = followers_read.cursor, followers_read.seen or 0
        profile.walk_pages, profile.walk_landmark = followers_read.pages, followers_read.landmark
        again = followers_read.again
        assert circle.asked < 6 * length + 4 * follows.SLICE_PAGES

    assert followers_read.failure is not None
    assert "again and again" in followers_read.failure.sentence
    assert not followers_read.complete


def test_a_list_of_small_pages_without_end_ends_at_the_most_that_is_read() -> None:
    endless = Circle(10**9)
    profile = Profile(network="mastodon", walk_cursor=None, walk_seen=0, walk_found=[], walk_pages=0)
    profile.walk_skipped, profile.walk_landmark = 0, None
    again = True
    while again:
        followers_read = follows.read(endless, AccountRef(), profile, consenting={}, key=b"k" * 32)  # type: ignore[arg-type]
        profile.walk_cursor, profile.walk_seen = followers_read.cursor, followers_read.seen or 0
        profile.walk_pages, profile.walk_landmark = followers_read.pages, followers_read.landmark
        again = followers_read.again

    assert follows.MOST_PAGES <= endless.asked < follows.MOST_PAGES + follows.SLICE_PAGES
    assert (followers_read.complete, followers_read.failure) == (False, None)
