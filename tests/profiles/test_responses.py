"""Who responds to a post: ties between two who agree, by more than one post; of strangers nothing."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Thread
from typing import Any

import pytest
from sqlalchemy.orm import Session

from saleor_influence_app import db
from saleor_influence_app.consent import ledger
from saleor_influence_app.consent.ledger import Decision
from saleor_influence_app.erasure import erasure, retention
from saleor_influence_app.profiles import network_clients, responses
from saleor_influence_app.social.http_client import RateLimitedHttp
from saleor_influence_app.social.reduction import keyed_hash
from sandbox.networks.bluesky import Bluesky, did_of
from sandbox.networks.mastodon import Mastodon
from sandbox.networks.people import Note, Person
from tests.support.backups import dump
from tests.support.laws import some
from tests.support.looks import CONSENT, NET, look
from tests.support.pocket_install import wait_for
from tests.support.social_shop import Shop, sql

Link = Callable[..., int]
KIND = responses.kind_of(NET)
BO = 8


def note(number: int, **given: Any) -> Note:
    made = Note(number=number, at=datetime.now(UTC) - timedelta(days=number), text="tea", **given)
    counts = {"likes": made.liked_by, "reposts": made.reposted_by, "replies": made.replied_by}
    told: dict[str, Any] = {name: getattr(made, name) or len(people) for name, people in counts.items()}
    return replace(made, **told)


@pytest.fixture
def alma(bluesky: Bluesky) -> Person:
    bluesky.people.add(Person(number=BO, name="bo"))
    return bluesky.people.add(Person(number=7, name="alma"))


@pytest.fixture
def both(shop: Shop, link: Link, bluesky: Bluesky, alma: Person) -> dict[str, int]:
    """Ines is Alma there, Mara is Bo, and both agree to scores. Nobody follows anybody."""
    found = {}
    for customer_id, number in (("ines", alma.number), ("mara", BO)):
        shop.agree(customer_id, *CONSENT)
        did, base_url = did_of(number), bluesky.base_url
        found[customer_id] = link(
            customer_id, str(number), NET, network_id=did, api_id=did, base_url=base_url
        )
    return found


@pytest.fixture
def http(patient: RateLimitedHttp) -> RateLimitedHttp:
    """A client that waits for the rate limit: a snapshot sends more requests than it allows at once."""
    return patient


def ties(session: Session) -> list[Any]:
    found = sql(session, "SELECT * FROM ties ORDER BY source_id, target_id, kind")
    session.rollback()
    return found


def test_who_responds_to_two_posts_has_a_tie_of_its_own_kind_that_lasts_as_long_as_features(
    both: dict[str, int], alma: Person, http: RateLimitedHttp, session: Session
) -> None:
    alma.notes = [note(1, liked_by=[BO, 100]), note(2, replied_by=[BO]), note(3, reposted_by=[200])]
    now = datetime.now(UTC) + timedelta(minutes=1)

    assert look(both["ines"], http, now)

    [tie] = ties(session)
    assert (tie.source_id, tie.target_id, tie.kind, tie.origin) == ("ines", "mara", KIND, "social")
    assert tie.weight == pytest.approx(2 / 3), "the share of the posts"
    assert tie.valid_from == now, "not since the post: nobody says since when"
    assert timedelta(days=390) < tie.valid_to - now < timedelta(days=400)
    assert sql(session, "SELECT count(*) FROM runs")[0][0] == 1, "it is to be counted"


def test_many_responses_to_one_post_are_no_tie(
    both: dict[str, int], alma: Person, http: RateLimitedHttp, session: Session
) -> None:
    alma.notes = [note(1, liked_by=[BO], reposted_by=[BO], replied_by=[BO]), note(2, liked_by=[100])]

    look(both["ines"], http)

    assert ties(session) == []


def test_a_viral_post_is_not_walked_and_makes_no_ties(
    both: dict[str, int], alma: Person, bluesky: Bluesky, http: RateLimitedHttp, session: Session
) -> None:
    crowd = range(1_000_000, 2_000_000)
    alma.notes = [note(1, liked_by=[BO, *crowd], reposted_by=crowd), *(note(n) for n in range(2, 20))]

    look(both["ines"], http)

    assert ties(session) == []
    assert sum("getLikes" in path for path in bluesky.heard) == 2
    assert sum("getRepostedBy" in path for path in bluesky.heard) == 2
    assert sum("getPostThread" in path for path in bluesky.heard) == 0, "there is no reply"


def test_only_the_newest_posts_with_a_response_are_asked_about(
    both: dict[str, int], alma: Person, bluesky: Bluesky, http: RateLimitedHttp, session: Session
) -> None:
    alma.notes = [
        replace(note(1, liked_by=[BO]), number=n, at=datetime.now(UTC) - timedelta(hours=n))
        for n in range(1, 31)
    ]

    look(both["ines"], http)

    assert sum("getLikes" in path for path in bluesky.heard) == responses.MOST_POSTS == 20
    assert ties(session)[0].weight == 1


def test_nothing_is_asked_where_nobody_else_has_agreed(
    shop: Shop, both: dict[str, int], alma: Person, bluesky: Bluesky, http: RateLimitedHttp
) -> None:
    alma.notes = [note(1, liked_by=[BO]), note(2, liked_by=[BO])]
    shop.as_customer("mara", "DELETE", f"/consents?purpose=score&network={NET}")

    look(both["ines"], http)

    assert not any("getLikes" in path for path in bluesky.heard)


@some("count", 1_000, 10_000)
def test_after_ten_thousand_strangers_have_responded_the_database_holds_none(
    shop: Shop, both: dict[str, int], alma: Person, http: RateLimitedHttp, session: Session, count: int
) -> None:
    strangers = [*range(10_000, 10_000 + count)]
    parts = [strangers[at : at + 500] for at in range(0, count, 500)]
    alma.notes = [
        note(n + 1, liked_by=[BO, *part[:170]], reposted_by=part[170:340], replied_by=part[340:])
        for n, part in enumerate(parts)
    ]

    look(both["ines"], http)

    assert [(tie.kind, tie.target_id, tie.weight) for tie in ties(session)] == [(KIND, "mara", 1)]
    text = dump()
    assert did_of(BO) in text, "the dump is one of everything"
    key = responses_key(shop, session)
    names = [did_of(number) for number in strangers]
    assert [one for one in names if one in text or one.removeprefix("did:plc:") in text] == []
    assert [one for one in names if keyed_hash(NET, one, key=key).hex() in text] == []


def responses_key(shop: Shop, session: Session) -> bytes:
    from saleor_influence_app.profiles import follows

    return follows.hash_key(session, shop.shop_id)


def test_a_tie_lasts_on_while_they_respond_and_begins_anew_after_it_has_ended(
    both: dict[str, int], alma: Person, http: RateLimitedHttp, session: Session
) -> None:
    begun = datetime.now(UTC) + timedelta(minutes=1)
    alma.notes = [note(1, liked_by=[BO]), note(2, liked_by=[BO])]
    look(both["ines"], http, begun)

    later_look = begun + timedelta(days=2)
    look(both["ines"], http, later_look)
    [later] = ties(session)
    lasts = sql(session, "SELECT CAST(:at AS timestamptz) + interval '13 months'", at=later_look)[0][0]
    assert (later.valid_from, later.valid_to) == (begun, lasts)

    alma.notes = []
    look(both["ines"], http, begun + timedelta(days=4))
    assert ties(session) == [later], "one quiet day ends nothing"

    again = begun + timedelta(days=500)
    alma.notes = [replace(note(n, liked_by=[BO]), at=again - timedelta(days=n)) for n in (1, 2)]
    look(both["ines"], http, again)
    [anew] = ties(session)
    assert anew.valid_from == again


def test_a_tie_that_ended_is_kept_for_as_long_as_features(
    both: dict[str, int], alma: Person, http: RateLimitedHttp, session: Session
) -> None:
    alma.notes = [note(1, liked_by=[BO]), note(2, liked_by=[BO])]
    look(both["ines"], http)
    ended = (
        "UPDATE ties SET valid_from = now() - interval '3 years', "
        "valid_to = now() - :ago * interval '1 month'"
    )

    for months, left in ((12, 1), (14, 0)):
        sql(session, ended, ago=months)
        session.commit()
        retention.prune(session)
        session.commit()
        assert len(ties(session)) == left


def test_an_answer_that_cannot_be_read_costs_one_list_and_no_more(
    both: dict[str, int], alma: Person, bluesky: Bluesky, http: RateLimitedHttp, session: Session
) -> None:
    alma.notes = [note(n, liked_by=[BO]) for n in (1, 2, 3)]
    bluesky.faults.add("huge", 10_000_000, match="getLikes")

    look(both["ines"], http)

    assert [tie.weight for tie in ties(session)] == [pytest.approx(2 / 3)]
    assert not sql(session, "SELECT trouble FROM profiles WHERE customer_id = 'ines'")[0][0]


def test_a_post_that_was_deleted_meanwhile_is_passed_over(
    both: dict[str, int], alma: Person, bluesky: Bluesky, http: RateLimitedHttp, session: Session
) -> None:
    alma.notes = [note(n, replied_by=[BO]) for n in (1, 2, 3)]
    bluesky.faults.add("slow", 0.5, match="getPostThread")
    looking = Thread(target=look, args=(both["ines"], http))
    looking.start()
    wait_for(lambda: any("getAuthorFeed" in path for path in bluesky.heard))
    alma.notes = [replace(one, gone=one.number == 2) for one in alma.notes]
    looking.join()

    assert [tie.weight for tie in ties(session)] == [pytest.approx(2 / 3)]


def test_a_network_that_breaks_down_in_the_middle_leaves_what_was_found_and_is_seen(
    both: dict[str, int], alma: Person, bluesky: Bluesky, http: RateLimitedHttp, session: Session
) -> None:
    alma.followers = [BO]
    alma.notes = [*(note(n, liked_by=[BO]) for n in (1, 2)), note(3, replied_by=[BO])]
    bluesky.faults.add("status", 503, match="getPostThread")
    now = datetime.now(UTC) + timedelta(minutes=1)

    look(both["ines"], http, now)

    assert {tie.kind for tie in ties(session)} == {NET, KIND}
    assert len(sql(session, "SELECT * FROM snapshots")) == 1
    [row] = sql(
        session, "SELECT trouble, trouble_since, next_at, state FROM profiles WHERE customer_id = 'ines'"
    )
    assert ("out of order" in row.trouble, row.state) == (True, "linked")
    assert row.next_at == now + timedelta(days=1), "the followers are not read again for it"
    session.rollback()

    http._limiter._server.flushdb()
    look(both["ines"], http, now + timedelta(days=1))
    assert sql(session, "SELECT trouble FROM profiles WHERE customer_id = 'ines'")[0][0] is None


def test_who_withdraws_while_another_is_looked_at_has_no_tie_from_them(
    shop: Shop, both: dict[str, int], alma: Person, bluesky: Bluesky, http: RateLimitedHttp, session: Session
) -> None:
    """Their withdrawal has begun before the tie would be written, and ends after it."""
    alma.followers = [BO]
    alma.notes = [note(1, liked_by=[BO]), note(2, liked_by=[BO])]
    with db.transaction() as leaving:
        withdrawn = Decision(purpose="score", network=NET, action="withdrawn", proof=ledger.SESSION)
        erasure.withdraw(leaving, shop.shop_id, "mara", decision=withdrawn)
        looking = Thread(target=look, args=(both["ines"], http))
        looking.start()
        wait_for(lambda: sum("getLikes" in path for path in bluesky.heard) == 2)
        looking.join(1.0)
        assert looking.is_alive(), "it waits for the withdrawal"
    looking.join()

    assert ties(session) == []


@pytest.mark.parametrize("path", [f"/profiles/{NET}/not-me", "/erase"])
@pytest.mark.parametrize("who", ["ines", "mara"])
def test_who_says_not_me_or_erases_leaves_no_tie_of_either_kind(
    shop: Shop,
    both: dict[str, int],
    alma: Person,
    http: RateLimitedHttp,
    session: Session,
    who: str,
    path: str,
) -> None:
    alma.followers = [BO]
    alma.notes = [note(1, liked_by=[BO]), note(2, liked_by=[BO])]
    look(both["ines"], http)
    assert {tie.kind for tie in ties(session)} == {NET, KIND}

    assert shop.as_customer(who, "POST", path).is_success

    assert ties(session) == []


def test_a_statement_says_how_many_and_not_who_and_an_export_has_the_tie(
    shop: Shop, both: dict[str, int], alma: Person, http: RateLimitedHttp
) -> None:
    alma.notes = [note(1, liked_by=[BO]), note(2, liked_by=[BO])]
    look(both["ines"], http)

    counted = shop.as_customer("mara", "GET", "/statement").json()["ties"]
    assert counted == [{"kind": KIND, "may_be_led": 0, "may_lead": 1}]
    exported = shop.as_customer("mara", "GET", "/export").json()["holds"]
    [row] = exported["ties_of_others"]
    assert (row["kind"], row["target_id"], "source_id" in row) == (KIND, "mara", False)


def test_mastodon_is_read_in_the_same_way(
    shop: Shop, link: Link, mastodon: Mastodon, http: RateLimitedHttp, session: Session
) -> None:
    alma = mastodon.people.add(Person(number=7, name="alma"))
    mastodon.people.add(Person(number=BO, name="bo"))
    alma.notes = [note(1, liked_by=[100, BO]), note(2, replied_by=[BO, 101]), note(3, reposted_by=[BO])]
    server, back = mastodon.base_url, "https://a.example/"
    network_clients.register(db.transaction, shop.shop_id, server, redirect_uri=back, http=http)
    for customer_id, number in (("ines", 7), ("mara", BO)):
        shop.agree(customer_id, ("link", "mastodon"), ("score", "mastodon"))
        name = mastodon.people.by_number[number].name
        uri = f"{mastodon.base_url}/users/{name}"
        profile_id = link(customer_id, name, network_id=uri, api_id=str(number), base_url=mastodon.base_url)
        if customer_id == "ines":
            theirs = profile_id

    look(theirs, http)

    assert [(tie.source_id, tie.target_id, tie.kind, tie.weight) for tie in ties(session)] == [
        ("ines", "mara", "mastodon:responses", 1)
    ]
