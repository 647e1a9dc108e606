"""Who asks is told by the connection, and by trusted proxies, read as the standards write it."""

import asyncio
import ipaddress
from typing import Any

import pytest
from pydantic import ValidationError
from sqlalchemy import Engine
from starlette.datastructures import Headers
from starlette.types import Receive, Scope, Send

from saleor_influence_app import manifest, settings
from saleor_influence_app.api.proxies import Proxies, address_of, elements
from saleor_influence_app.main import create_app
from tests.support.shop_server import AppClient

TRUSTED = [ipaddress.ip_network(one) for one in ("10.0.0.0/8", "192.0.2.1", "2001:db8:f::/48")]
PROXY = "10.0.0.1"
Told = list[tuple[str, str]]


def outside(peer: str | None, told: Told, *, trusted: Any = TRUSTED) -> tuple[str, str, str]:
    """Client, scheme and host as the application sees them."""
    seen: list[Scope] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        assert receive
        assert send
        seen.append(scope)

    async def nothing(_: Any = None) -> Any:
        return {}

    pairs = [("host", "inner:8080"), *told]
    scope: Scope = {
        "type": "http",
        "scheme": "http",
        "client": (peer, 4711) if peer else None,
        "headers": [(name.encode(), value.encode("latin-1")) for name, value in pairs],
    }
    asyncio.run(Proxies(app, trusted=trusted)(scope, nothing, nothing))
    [found] = seen
    headers = Headers(scope=found)
    assert not {"forwarded", "x-forwarded-for", "x-forwarded-proto", "x-forwarded-host"} & set(headers)
    return (found["client"] or ("",))[0], found["scheme"], headers["host"]


UNCHANGED = ("http", "inner:8080")


@pytest.mark.parametrize("peer", ["203.0.113.9", "127.0.0.1", "::1", "11.0.0.1", "unix:", None])
def test_who_is_no_trusted_proxy_is_believed_nothing(peer: str | None) -> None:
    told = [
        ("x-forwarded-for", "1.2.3.4"),
        ("x-forwarded-proto", "https"),
        ("x-forwarded-host", "evil.example"),
        ("forwarded", "for=1.2.3.4;proto=https;host=evil.example"),
    ]
    assert outside(peer, told) == (peer or "", *UNCHANGED)
    assert outside(PROXY, told, trusted=[]) == (PROXY, *UNCHANGED)


@pytest.mark.parametrize(
    ("told", "client"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("1.1.1.1, 203.0.113.9", "203.0.113.9"),  # the left is what the client wrote itself
        ("1.1.1.1,203.0.113.9,10.0.0.7", "203.0.113.9"),  # past a further trusted one
        ("10.9.9.9, 203.0.113.9, 192.0.2.1, 10.0.0.7", "203.0.113.9"),
        ("10.0.0.7, 10.0.0.8", "10.0.0.7"),  # all trusted: the outermost
        ("203.0.113.9:55123", "203.0.113.9"),
        ("[2001:db8::9]:55123", "2001:db8::9"),
        ("[2001:db8::9]", "2001:db8::9"),
        ("2001:db8::9", "2001:db8::9"),
        ("2001:0DB8:0:0::9", "2001:db8::9"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("203.0.113.9, ::ffff:10.0.0.7", "203.0.113.9"),
        ("1.1.1.1, unknown", PROXY),  # the proxy hides who it was; what is left of it is not believed
        ("1.1.1.1, ", PROXY),
        ("nonsense", PROXY),
        ("", PROXY),
        ("1.2.3.4.5", PROXY),
        ("203.0.113.9:port", PROXY),
        ("[203.0.113.9", PROXY),
        ("' OR 1=1 --", PROXY),
        (",".join(["1.1.1.1"] * 5_000), "1.1.1.1"),
    ],
)
def test_the_client_is_read_from_the_right_past_trusted_proxies(told: str, client: str) -> None:
    assert outside(PROXY, [("x-forwarded-for", told)])[0] == client


def test_several_lines_of_one_header_are_one_list() -> None:
    lines = [
        ("x-forwarded-for", "1.1.1.1"),
        ("x-forwarded-for", "203.0.113.9"),
        ("x-forwarded-for", "10.0.0.7"),
    ]
    assert outside(PROXY, lines)[0] == "203.0.113.9"
    standard = [("forwarded", "for=1.1.1.1"), ("forwarded", "for=203.0.113.9, for=10.0.0.7")]
    assert outside(PROXY, standard)[0] == "203.0.113.9"


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ("for=203.0.113.9", ("203.0.113.9", *UNCHANGED)),
        ("For=203.0.113.9;Proto=HTTPS;Host=a.example", ("203.0.113.9", "https", "a.example")),
        ('for="[2001:db8:cafe::17]:4711"', ("2001:db8:cafe::17", *UNCHANGED)),
        ('for="203.0.113.9:_port";host="a.example:8443"', ("203.0.113.9", "http", "a.example:8443")),
        ('for="203.0.113\\.9"; proto=https', ("203.0.113.9", "https", "inner:8080")),
        (
            'for=1.1.1.1;host=evil.example, for=203.0.113.9;proto=https, for="10.0.0.7"',
            ("203.0.113.9", "https", "inner:8080"),
        ),
        ("for=203.0.113.9, for=10.0.0.7;proto=https;host=a.example", ("203.0.113.9", "https", "a.example")),
        ('by="10.0.0.7, for=1.1.1.1";for=203.0.113.9', ("203.0.113.9", *UNCHANGED)),  # a comma in quotes
        ("for=1.1.1.1, for=unknown", (PROXY, *UNCHANGED)),
        ("for=1.1.1.1, for=_hidden;proto=https", (PROXY, "https", "inner:8080")),
        (" for=203.0.113.9 ,, ; ", ("203.0.113.9", *UNCHANGED)),
        ("for=203.0.113.9;for=1.1.1.1", (PROXY, *UNCHANGED)),  # twice in one element
        ('for="203.0.113.9', (PROXY, *UNCHANGED)),
        ("for 203.0.113.9", (PROXY, *UNCHANGED)),
        ("for=203.0.113.9;proto=javascript", ("203.0.113.9", *UNCHANGED)),
        ('for=203.0.113.9;host="a.example/path?"', ("203.0.113.9", *UNCHANGED)),
        (",".join(["for=1.1.1.1"] * 5_000), (PROXY, *UNCHANGED)),
        ("", (PROXY, *UNCHANGED)),
    ],
)
def test_forwarded_is_read_as_rfc_7239_writes_it(told: str, expected: tuple[str, str, str]) -> None:
    assert outside(PROXY, [("forwarded", told)]) == expected


@pytest.mark.parametrize(
    ("host", "proto", "expected"),
    [
        ("a.example:81", "http", ("http", "a.example:81")),
        ("a.example", "https", ("https", "a.example")),
        ("evil.example, a.example", "https", ("https", "a.example")),  # appended, by one proxy
        ("[::1]:8080", "", ("http", "[::1]:8080")),
        ("evil.example/path?", "javascript", UNCHANGED),
        ('a"><script>', "HTTPS", ("https", "inner:8080")),
        ("a.example:99999", "", UNCHANGED),
    ],
)
def test_scheme_and_host_are_those_of_the_outermost_trusted_proxy(
    host: str, proto: str, expected: tuple[str, str]
) -> None:
    told = [("x-forwarded-for", "203.0.113.9"), ("x-forwarded-host", host), ("x-forwarded-proto", proto)]
    assert outside(PROXY, told) == ("203.0.113.9", *expected)


def test_two_proxies_that_both_append_are_counted_along() -> None:
    told = [
        ("x-forwarded-for", "1.1.1.1, 203.0.113.9, 10.0.0.7"),
        ("x-forwarded-host", "evil.example, a.example, inner"),
        ("x-forwarded-proto", "https, http"),
    ]
    assert outside(PROXY, told) == ("203.0.113.9", "https", "a.example")


def test_where_the_two_kinds_of_headers_differ_neither_counts() -> None:
    told = [
        ("x-forwarded-for", "203.0.113.9"),
        ("x-forwarded-proto", "https"),
        ("x-forwarded-host", "a.example"),
    ]
    assert outside(PROXY, [*told, ("forwarded", "for=1.1.1.1;proto=http;host=evil.example")]) == (
        PROXY,
        *UNCHANGED,
    )
    assert outside(PROXY, [*told, ("forwarded", "for=203.0.113.9;proto=https;host=a.example")]) == (
        "203.0.113.9",
        "https",
        "a.example",
    )
    assert outside(PROXY, [*told, ("forwarded", "for=")]) == ("203.0.113.9", "https", "a.example")


def test_odd_text_is_read_without_a_failure() -> None:
    for text in (
        "\x00",
        "=",
        ";",
        ",",
        '"',
        "a=b=c",
        "for=\xff",
        "a" * 60_000,
        'a="' + "\\\\" * 30_000,
        "[" * 9,
        ":::",
    ):
        elements(text)
        address_of(text)


@pytest.mark.parametrize("wrong", ["nginx", "10.0.0.0/33", "10.0.0.1/8", "*", "10.0.0.1;10.0.0.2"])
def test_a_wrong_list_of_proxies_stops_the_start_with_a_sentence(wrong: str) -> None:
    with pytest.raises(ValidationError, match="must be addresses or networks"):
        settings.Settings(trusted_proxies=wrong)


def test_the_manifest_has_the_outside_address_that_a_trusted_proxy_tells(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert engine
    # settings are read from the environment, once
    monkeypatch.setenv("TRUSTED_PROXIES", "127.0.0.1, ::1")
    settings.get.cache_clear()
    try:
        client = AppClient(create_app())
        told = {"x-forwarded-proto": "https", "x-forwarded-host": "app.example"}
        document = client.get("/api/manifest", headers=told).json()
    finally:
        monkeypatch.undo()
        settings.get.cache_clear()

    assert document["appUrl"] == "https://app.example"
    assert document["id"] == manifest.app_id()
