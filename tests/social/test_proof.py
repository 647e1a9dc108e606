"""A profile is a customer's when it holds what we gave to them alone."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saleor_influence_app.social.proof import has_link, has_nonce, me_links, new_nonce, text_of

PROFILE = "https://social.example/@alma"


def test_nonces_are_many_and_hard_to_misread() -> None:
    nonces = {new_nonce() for _ in range(2_000)}

    assert len(nonces) == 2_000
    assert not set("".join(nonces).replace("influence", "")) & set("018bilo")


@pytest.mark.parametrize("around", ["{}", "I knit. {}", "{}.", "({})", "a\n{}\nb", "{}, hello", "“{}”"])
def test_a_nonce_is_found_in_whatever_text_stands_around_it(around: str) -> None:
    nonce = new_nonce()

    assert has_nonce(around.format(nonce), nonce)
    assert has_nonce(around.format(nonce.upper()), nonce)


@pytest.mark.parametrize("around", ["{}x", "x{}", "{}-aaaaa", "my-{}", "{}9"])
def test_a_nonce_inside_another_word_is_none(around: str) -> None:
    nonce = new_nonce()

    assert not has_nonce(around.format(nonce), nonce)


def test_another_customers_nonce_and_a_part_of_ones_own_prove_nothing() -> None:
    nonce = new_nonce()

    assert not has_nonce(new_nonce(), nonce)
    assert not has_nonce(nonce[:-1], nonce)
    assert not has_nonce("", nonce)
    assert not has_nonce("x" * 50_000 + " " + nonce, nonce), "no network has so long a profile text"


@pytest.mark.parametrize(
    "html",
    [
        f'<a rel="me" href="{PROFILE}">Me</a>',
        f"<a rel='nofollow ME noopener' href='{PROFILE}/'>Me</a>",
        f"<html><head><link rel=me href={PROFILE}></head>",
        f'<a href="{PROFILE}" rel="me"><b>unclosed',
        f'<A REL="me" HREF=" {PROFILE}#x ">Me</A>',
        '<a rel="me" href="https://SOCIAL.example:443/@alma">Me</a>',
    ],
)
def test_a_link_of_a_page_to_its_owner_is_found(html: str) -> None:
    assert has_link(me_links(html), PROFILE)


@pytest.mark.parametrize(
    "html",
    [
        f'<a href="{PROFILE}">Me</a>',
        f'<a rel="meh" href="{PROFILE}">Me</a>',
        f'<!-- <a rel="me" href="{PROFILE}">Me</a> -->',
        f'<script>"<a rel=\\"me\\" href=\\"{PROFILE}\\">"</script>',
        f'<template><a rel="me" href="{PROFILE}">Me</a></template>',
        f'<textarea><a rel="me" href="{PROFILE}">Me</a></textarea>',
        f'<iframe><a rel="me" href="{PROFILE}">Me</a></iframe>',
        f'<a rel="nofollow" rel="me" href="{PROFILE}">of two, the first counts</a>',
        f'<a rel="me" href="{PROFILE}2">Me</a>',
        '<a rel="me" href="https://evil.example/https://social.example/@alma">Me</a>',
        '<a rel="me" href="https://user@social.example/@alma">Me</a>',
        '<a rel="me" href="http://social.example/@alma">not over TLS</a>',
        '<a rel="me" href="https://soci\u0430l.example/@alma">Me</a>',
        '<a rel="me" href="javascript:alert(1)">Me</a>',
        '<a rel="me">Me</a>',
        "<a rel='me' href='https://[x'>Me</a>",
        "",
        "\x00<<<",
    ],
)
def test_a_link_that_only_seems_to_be_the_owners_is_not_found(html: str) -> None:
    assert not has_link(me_links(html), PROFILE)


def test_a_huge_page_is_read_to_a_limit() -> None:
    assert not has_link(me_links(" " * 1_000_001 + f'<a rel="me" href="{PROFILE}">'), PROFILE)
    assert len(me_links('<a rel="me" href="x">' * 10_000)) == 2_000


def test_a_link_to_our_page_is_found_among_the_links_of_a_profile() -> None:
    assert has_link(("https://a.example/", "https://shop.example/me/7"), "https://shop.example/me/7/")
    assert not has_link(("https://shop.example/me/7?x=1",), "https://shop.example/me/7")
    assert not has_link(("mailto:a@b.example", "https://[x"), "https://shop.example/me/7")
    assert not has_link((), "not an address")


def test_text_is_what_a_person_reads() -> None:
    assert text_of("<p>all &amp; <b>sundry</b></p><p>two</p>") == "all & sundry\ntwo"


@given(st.text(max_size=300))
def test_no_page_breaks_the_reader(html: str) -> None:
    me_links(html)
    text_of(html)
    has_link(me_links(html), PROFILE)


@pytest.mark.parametrize(
    "piece", ["<a ", '<a x="', "<!--", "<![CDATA[", "</", "<", "&", "<script>", "<a href= "]
)
def test_a_profile_text_of_nothing_but_unfinished_markup_is_read_in_a_moment(piece: str) -> None:
    """The standard library's reader takes ten seconds for 18 kB of the first one."""
    html = piece * (1_000_000 // len(piece))
    began = time.process_time()

    text_of(html)
    me_links(html)

    assert time.process_time() - began < 10


@pytest.mark.parametrize("html", ["<![x y]>", f"&#{'9' * 5_000};", "&#xffffffffff;", "<!doctype [<!x", "<?x"])
def test_markup_that_is_none_is_no_reason_to_fail(html: str) -> None:
    assert "I knit." in text_of(f"<p>I knit.</p>{html}")
    assert me_links(f'<a rel="me" href="{PROFILE}">{html}') == (PROFILE,)


def test_a_sign_that_is_no_markup_is_text() -> None:
    assert text_of("I <3 tea, 2 < 3 > 1 &amp; <b class='a>b'>so</b>") == "I <3 tea, 2 < 3 > 1 & so"
