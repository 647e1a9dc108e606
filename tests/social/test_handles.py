"""What a person types becomes a normalised handle, or they are told what is wrong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saleor_influence_app.social.failures import Final, Reason, code_of
from saleor_influence_app.social.handles import Handle, parse, server
from saleor_influence_app.social.networks import NETWORKS

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


MUNICH = "xn--mnchen-3ya.social"


@pytest.mark.parametrize(
    "typed",
    [
        "@anna@münchen.social",
        "@anna@MÜNCHEN.Social",
        "@anna@mu\u0308nchen.social",
        "anna@münchen。social",
        "\uff20\uff41nna\uff20münchen\uff0esocial",
        "https://münchen.social/@anna",
        "HTTPS://MÜNCHEN.SOCIAL/@anna/109876?lang=de#top",
        "münchen.social/@anna",
        "https://mastodon.social/@anna@münchen.social",
        f"@anna@{MUNICH}",
        f"@anna@{MUNICH.upper()}",
        "acct:anna@münchen.social",
        "mailto:anna@münchen.social",
    ],
)
def test_case_9_a_server_may_be_written_in_its_own_letters_and_is_shown_so_that_it_cannot_deceive(
    typed: str,
) -> None:
    handle = parse("mastodon", typed)

    assert handle == Handle(network="mastodon", name="anna", base_url=f"https://{MUNICH}")
    assert handle.shown == f"@anna@{MUNICH}"
    assert parse("mastodon", handle.shown) == handle
    assert server(typed) == f"https://{MUNICH}"


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("@anna@straße.de", "@anna@xn--strae-oqa.de"),
        ("@anna@strasse.de", "@anna@strasse.de"),
        ("@anna@п\u0440им\u0435\u0440.\u0440ф", "@anna@xn--e1afmkfd.xn--p1ai"),
        ("@anna@日本語カナ.jp", "@anna@xn--lck2c295sncbk91h.jp"),
        ("@anna@\u0430\u0440\u0440\u04cf\u0435.com", "@anna@xn--80ak6aa92e.com"),
        ("@anna@\uff4dastodon.social", "@anna@mastodon.social"),
        ("@anna@ن\u0627م\u0647\u200c\u0627ی.com", "@anna@xn--mgba3gch31f060k.com"),
    ],
)
def test_hosts_of_every_script_have_one_spelling_in_ascii(typed: str, shown: str) -> None:
    handle = parse("mastodon", typed)

    assert isinstance(handle, Handle), handle
    assert handle.shown == shown
    assert parse("mastodon", shown) == handle


@pytest.mark.parametrize(
    ("network", "typed", "name"),
    [
        ("mastodon", "(@alma@social.example)", "alma"),
        ("mastodon", "“@alma@social.example”,", "alma"),
        ("mastodon", "<https://social.example/@alma>.", "alma"),
        ("mastodon", "@alma@social.example/", "alma"),
        ("mastodon", "\u00a0@alma\u200b@social.example.\u200f", "alma"),
        ("mastodon", "https://social.example/@alma/with_replies", "alma"),
        ("mastodon", "https://other.example/deck/@alma@social.example", "alma"),
        ("mastodon", "http://social.example/users/alma/statuses/1", "alma"),
        ("bluesky", "https://bsky.app/profile/alma.bsky.social?ref=x#y", "alma.bsky.social"),
        ("bluesky", "bsky.app/profile/alma.bsky.social", "alma.bsky.social"),
        ("bluesky", "https://alma.example.org/", "alma.example.org"),
        ("bluesky", "@alma.münchen.social", f"alma.{MUNICH}"),
        ("bluesky", "did:web:alma.example.org", "did:web:alma.example.org"),
        ("youtube", "https://m.youtube.com/@Alma?si=x", "Alma"),
        ("youtube", "https://www.youtube.com/c/AlmaKnits", "AlmaKnits"),
        ("youtube", "https://youtube.com/user/AlmaKnits/featured", "AlmaKnits"),
        ("instagram", "https://www.instagram.com/Alma.Knits?igsh=abc==", "alma.knits"),
        ("instagram", "instagram.com/alma/", "alma"),
        ("tiktok", "https://www.tiktok.com/@alma?lang=it", "alma"),
        ("tiktok", "https://m.tiktok.com/@alma/video/1", "alma"),
        ("x", "https://x.com/Alma?s=20", "alma"),
        ("x", "https://mobile.twitter.com/alma/status/1", "alma"),
        ("x", "x.com/@alma/", "alma"),
        ("x", "\uff20alma", "alma"),
        ("reddit", "https://old.reddit.com/u/Alma_K/comments", "Alma_K"),
        ("reddit", "/user/Alma_K", "Alma_K"),
        ("reddit", "U/Alma_K/", "Alma_K"),
        ("reddit", "@Alma_K", "Alma_K"),
    ],
)
def test_what_people_paste_is_read(network: str, typed: str, name: str) -> None:
    handle = parse(network, typed)

    assert isinstance(handle, Handle), handle
    assert handle.name == name
    assert parse(network, handle.shown) == handle


@pytest.mark.parametrize(
    ("network", "typed", "other"),
    [
        ("mastodon", "https://www.tiktok.com/@alma", "TikTok"),
        ("mastodon", "https://x.com/alma", "X"),
        ("mastodon", "@alma@x.com", "X"),
        ("mastodon", "@alma.bsky.social", "Bluesky"),
        ("mastodon", "https://www.threads.net/@alma", "Threads"),
        ("bluesky", "@alma@social.example", "Mastodon"),
        ("bluesky", "https://www.instagram.com/alma/", "Instagram"),
        ("x", DID, "Bluesky"),
        ("x", "@alma@social.example", "Mastodon"),
        ("instagram", "youtube.com/@alma", "YouTube"),
        ("instagram", "https://facebook.com/alma", "Facebook"),
        ("tiktok", "https://www.reddit.com/user/alma", "Reddit"),
        ("youtube", "https://bsky.app/profile/alma.bsky.social", "Bluesky"),
        ("reddit", "https://twitter.com/alma", "X"),
    ],
)
def test_the_address_of_another_network_is_called_by_its_name(network: str, typed: str, other: str) -> None:
    wrong = parse(network, typed)

    assert isinstance(wrong, Final), wrong
    assert (wrong.reason, wrong.other) == (Reason.HANDLE, other)
    assert f"like {other}" in wrong.sentence
    assert code_of(wrong) == f"other-network:{other}"


@pytest.mark.parametrize(
    ("network", "typed"),
    [
        ("mastodon", "https://social.example:8443/@alma"),
        ("mastodon", "https://127.0.0.1/@alma"),
        ("mastodon", "@alma@①②⑦.⓪.⓪.①"),
        ("mastodon", "@alma@2130706433"),
        ("mastodon", "@alma@0x7f.0x1"),
        ("mastodon", "https://user:secret@social.example/@alma"),
        ("mastodon", "@alma@-a.example"),
        ("mastodon", "@alma@☃.example"),
        ("mastodon", "@alma@soc\u0131al.\u0435\u0445ample"),
        ("bluesky", "did:web:127.0.0.1"),
        ("bluesky", "did:web:localhost"),
        ("youtube", "https://youtu.be/abcdefghijk"),
        ("youtube", "https://www.youtube.com/"),
        ("youtube", "@\u0430lma"),
        ("instagram", "https://www.instagram.com/reel/"),
        ("instagram", "https://www.instagram.com/stories/alma/1/"),
        ("instagram", "instagram.com"),
        ("tiktok", "https://vm.tiktok.com/ZMabc/"),
        ("x", "https://x.com/home"),
        ("x", "https://x.com/i/communities/1"),
        ("reddit", "https://www.reddit.com/r/knitting/"),
    ],
)
def test_what_names_nobody_is_refused_in_words(network: str, typed: str) -> None:
    wrong = parse(network, typed)

    assert isinstance(wrong, Final), wrong
    assert wrong.reason is Reason.HANDLE
    assert wrong.sentence.endswith(".")


@pytest.mark.parametrize(
    "typed", ["@東京散歩", "https://www.youtube.com/@%E6%9D%B1%E4%BA%AC%E6%95%A3%E6%AD%A9"]
)
def test_a_youtube_handle_may_be_of_any_one_script(typed: str) -> None:
    handle = parse("youtube", typed)

    assert isinstance(handle, Handle)
    assert handle.shown == "@東京散歩"
    assert handle.name.isascii()


PIECES = [
    "@",
    "alma",
    "münchen",
    "social.example",
    ".",
    "/",
    "https://",
    "x.com",
    "bsky.app",
    "profile/",
    "u/",
]
PIECES += [
    ":",
    "?",
    "#",
    "%",
    "%40",
    "xn--",
    "\u0430",
    "\u200d",
    "\ud800",
    "日本",
    "_",
    "-",
    " ",
    "did:plc:",
    "ẞ",
]
PASTED = st.text(max_size=80) | st.lists(st.sampled_from(PIECES), max_size=9).map("".join)


@given(network=st.sampled_from(list(NETWORKS)), typed=PASTED)
def test_whatever_is_typed_there_is_an_answer(network: str, typed: str) -> None:
    handle = parse(network, typed)

    if isinstance(handle, Handle):
        assert handle.name.isascii()
        assert not set(handle.name) & set("/?#@ \\")
        assert parse(network, handle.shown) == handle
        assert handle.shown.isprintable()
    else:
        assert handle.sentence.endswith(".")
        handle.sentence.encode()
    server(typed)
    in_development = parse(network, typed, allow_private=True)
    assert isinstance(in_development, Final) or in_development.shown
