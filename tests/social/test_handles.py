"""What a person types becomes the one spelling of her handle, or she is told what is wrong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saleor_influence_app.social.answers import Final, Reason
from saleor_influence_app.social.handles import NETWORKS, Handle, parse, server

DID = "did:plc:ewvi7nxzyoun6zhxrhs64oiz"
CHANNEL = "UCAuUUnT6oDeKwE6v1NGQxug"


@pytest.mark.parametrize(
    ("network", "typed", "name", "shown"),
    [
        ("mastodon", "@Alma@Social.Example", "alma", "@alma@social.example"),
        ("mastodon", "  alma@social.example\n", "alma", "@alma@social.example"),
        ("mastodon", "acct:alma@social.example", "alma", "@alma@social.example"),
        ("mastodon", "https://social.example/@alma", "alma", "@alma@social.example"),
        ("mastodon", "https://social.example/@alma/", "alma", "@alma@social.example"),
        ("mastodon", "https://social.example/users/alma", "alma", "@alma@social.example"),
        ("mastodon", "https://social.example/web/@alma", "alma", "@alma@social.example"),
        ("mastodon", "https://other.example/@alma@social.example", "alma", "@alma@social.example"),
        ("mastodon", "\u2066@alma@social.example\u2069", "alma", "@alma@social.example"),
        ("mastodon", "@alma@xn--mnchen-3ya.example", "alma", "@alma@xn--mnchen-3ya.example"),
        ("bluesky", "alma.bsky.social", "alma.bsky.social", "alma.bsky.social"),
        ("bluesky", "@Alma.bsky.social\u200e", "alma.bsky.social", "alma.bsky.social"),
        ("bluesky", "https://bsky.app/profile/alma.example.org", "alma.example.org", "alma.example.org"),
        (
            "bluesky",
            "https://bsky.app/profile/alma.bsky.social/post/3k",
            "alma.bsky.social",
            "alma.bsky.social",
        ),
        ("bluesky", f"https://bsky.app/profile/{DID}", DID, DID),
        ("bluesky", f"at://{DID}", DID, DID),
        ("bluesky", DID, DID, DID),
        ("youtube", "@Alma-Knits", "Alma-Knits", "@Alma-Knits"),
        ("youtube", "https://www.youtube.com/@AlmaKnits/videos", "AlmaKnits", "@AlmaKnits"),
        ("youtube", f"youtube.com/channel/{CHANNEL}", CHANNEL, f"@{CHANNEL}"),
        ("instagram", "@Alma.Knits", "alma.knits", "@alma.knits"),
        ("instagram", "https://www.instagram.com/alma_knits/?hl=en", "alma_knits", "@alma_knits"),
        ("tiktok", "https://www.tiktok.com/@alma.knits", "alma.knits", "@alma.knits"),
        ("x", "@Alma_Knits", "alma_knits", "@alma_knits"),
        ("x", "https://twitter.com/alma", "alma", "@alma"),
        ("reddit", "u/Alma-Knits", "Alma-Knits", "u/Alma-Knits"),
        ("reddit", "/u/alma_k", "alma_k", "u/alma_k"),
        ("reddit", "https://www.reddit.com/user/alma_k/", "alma_k", "u/alma_k"),
    ],
)
def test_every_way_of_writing_it_gives_one_handle(network: str, typed: str, name: str, shown: str) -> None:
    handle = parse(network, typed)

    assert isinstance(handle, Handle), handle
    assert handle.name == name
    assert handle.shown == shown
    assert parse(network, handle.shown) == handle, "the handle as shown can be typed again"


@pytest.mark.parametrize(
    ("network", "typed", "words"),
    [
        ("mastodon", "@\u0430lma@social.example", "cyrillic small letter a"),
        ("mastodon", "@alma@soci\u0430l.example", "cyrillic small letter a"),
        ("mastodon", "\uff20alma\uff20social.example", "fullwidth commercial at"),
        ("bluesky", "\u03b1lma.bsky.social", "greek small letter alpha"),
        ("x", "alm\u0251", "latin small letter alpha"),
        ("instagram", "al\u0131ce", "latin small letter dotless i"),
        ("mastodon", "alma", "which server"),
        ("mastodon", "@alma", "which server"),
        ("mastodon", "@alma@social.example@evil.example", "name of a server"),
        ("mastodon", "@alma@127.0.0.1", "name of a server"),
        ("mastodon", "@alma@localhost", "name of a server"),
        ("mastodon", "@alma@social.example:8080", "name of a server"),
        ("mastodon", "@alma@[::1]", "name of a server"),
        ("mastodon", "@alma@social.example/../x", "name of a server"),
        ("mastodon", "@al/ma@social.example", "looks like"),
        ("mastodon", "https://social.example/", "which server"),
        ("mastodon", "@@social.example", "looks like"),
        ("bluesky", "alma", "has a dot"),
        ("bluesky", "alma.local", "looks like"),
        ("bluesky", "alma.onion", "looks like"),
        ("bluesky", "did:plc:short", "has a dot"),
        ("bluesky", "-alma.bsky.social", "looks like"),
        ("x", "https://evil.example/alma", "not the address"),
        ("x", "https://x.com.evil.example/alma", "not the address"),
        ("x", "https://x.com@evil.example/alma", "not the address"),
        ("x", "javascript://x.com/alma", "not the address"),
        ("x", "a" * 16, "looks like"),
        ("reddit", "r/knitting", "looks like"),
        ("youtube", "https://www.youtube.com/watch?v=1", "not the address"),
        ("instagram", "https://www.instagram.com/p/abc/", "not the address"),
        ("tiktok", "alma knits", "no spaces"),
        ("tiktok", "", "Type your handle"),
        ("tiktok", " \u200b\t ", "Type your handle"),
        ("tiktok", "a" * 10_000, "too long"),
    ],
)
def test_what_is_wrong_is_said(network: str, typed: str, words: str) -> None:
    wrong = parse(network, typed)

    assert isinstance(wrong, Final)
    assert wrong.reason is Reason.HANDLE
    assert words in wrong.sentence


def test_a_server_on_this_machine_is_for_development_only() -> None:
    assert isinstance(parse("mastodon", "@alma@127.0.0.1:9000"), Final)
    handle = parse("mastodon", "@alma@127.0.0.1:9000", allow_private=True)

    assert isinstance(handle, Handle)
    assert handle.base_url == "http://127.0.0.1:9000"


@pytest.mark.parametrize(
    "typed",
    ["social.example", "https://social.example", "https://Social.Example/about", "@alma@social.example"],
)
def test_a_server_alone_is_enough_to_begin_linking(typed: str) -> None:
    assert server(typed) == "https://social.example"


@pytest.mark.parametrize(
    "typed", ["169.254.169.254", "localhost", "https://a:b@x", "soci\u0430l.example", ""]
)
def test_what_is_no_server_is_refused(typed: str) -> None:
    assert isinstance(server(typed), Final)


@given(network=st.sampled_from(NETWORKS), typed=st.text(max_size=80))
def test_whatever_is_typed_there_is_an_answer(network: str, typed: str) -> None:
    handle = parse(network, typed)

    if isinstance(handle, Handle):
        assert handle.name.isascii()
        assert not set(handle.name) & set("/?#@ \\")
        assert parse(network, handle.shown) == handle
    else:
        assert handle.sentence.endswith(".")
