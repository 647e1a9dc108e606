"""The manifest: one file, equal to the catalog, cut to what the asking version knows."""

import json
import struct
from typing import Any

import pytest
from sqlalchemy import Engine

from saleor_influence_app import manifest, settings
from saleor_influence_app.main import create_app
from saleor_influence_app.manifest import Addresses
from tests.support.recorded import VERSIONS, saleor_schema
from tests.support.shop_server import AppClient
from webhooks import catalog

HERE = Addresses("https://panel.example", "http://app.internal:8080")
PERMISSION = "MANAGE_CUSTOMER_TYPES_AND_ATTRIBUTES"


@pytest.fixture
def asking(engine: Engine) -> AppClient:
    assert engine
    return AppClient(create_app())


def ask(client: AppClient, version: str | None, path: str = "/api/manifest", **more: str) -> dict[str, Any]:
    sent = {"saleor-schema-version": version} if version else {}
    answer = client.get(path, headers=sent | {name.replace("_", "-"): value for name, value in more.items()})
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


def mounts(document: dict[str, Any]) -> set[str]:
    return {extension["mount"] for extension in document["extensions"]}


def test_manifest_json_is_equal_to_the_catalog_and_the_package() -> None:
    # to mend it: ./influence manifest > manifest.json
    assert json.loads(manifest.FILE.read_text()) == manifest.generated()


def test_every_mount_of_the_finished_product_is_there_from_the_start() -> None:
    assert mounts(manifest.render(HERE, schema_version="3.23")) == {
        "CUSTOMER_DETAILS_WIDGETS",
        "ORDER_DETAILS_WIDGETS",
        "VOUCHER_DETAILS_WIDGETS",
        "HOMEPAGE_WIDGETS",
        "PRODUCT_DETAILS_WIDGETS",
        "PRODUCT_DETAILS_MORE_ACTIONS",
        "DRAFT_ORDER_DETAILS_WIDGETS",
        "ORDER_DETAILS_MORE_ACTIONS",
        "VOUCHER_DETAILS_MORE_ACTIONS",
        "VOUCHER_OVERVIEW_MORE_ACTIONS",
        "GIFT_CARD_DETAILS_WIDGETS",
        "GIFT_CARD_DETAILS_MORE_ACTIONS",
        "CATEGORY_DETAILS_MORE_ACTIONS",
        "CUSTOMER_DETAILS_MORE_ACTIONS",
        "CUSTOMER_OVERVIEW_MORE_ACTIONS",
        "NAVIGATION_CUSTOMERS",
        "NAVIGATION_DISCOUNTS",
        "NAVIGATION_ORDERS",
        "NAVIGATION_CATALOG",
        "COLLECTION_DETAILS_MORE_ACTIONS",
    }


def test_widgets_are_for_versions_that_have_them() -> None:
    assert not any(
        extension["target"] == "WIDGET"
        for extension in manifest.render(HERE, schema_version="3.21")["extensions"]
    )
    assert "HOMEPAGE_WIDGETS" not in mounts(manifest.render(HERE, schema_version="3.22"))
    assert "CUSTOMER_DETAILS_WIDGETS" in mounts(manifest.render(HERE, schema_version="3.22"))


def test_an_action_in_the_search_is_for_versions_of_which_every_patch_knows_it() -> None:
    known = {
        version: "SEARCH_ACTION" in mounts(manifest.render(HERE, schema_version=version))
        for version in ("3.22", "3.23", "3.24")
    }

    assert known == {"3.22": False, "3.23": False, "3.24": True}


def test_no_version_is_named_for_a_mount_that_nothing_uses() -> None:
    assert set(manifest.MOUNTS_SINCE) <= {one["mount"] for one in manifest.template()["extensions"]}


@pytest.mark.parametrize("version", ["3.21", "3.22"])
def test_no_mount_and_target_is_unknown_to_a_version_that_checks_them(version: str) -> None:
    from graphql import GraphQLEnumType

    schema = saleor_schema(version)
    known = {name: schema.type_map[f"AppExtension{name}Enum"] for name in ("Mount", "Target")}

    for extension in manifest.render(HERE, schema_version=version)["extensions"]:
        for name, values in known.items():
            assert isinstance(values, GraphQLEnumType)
            assert extension[name.lower()] in values.values


@pytest.mark.parametrize("version", VERSIONS)
def test_no_event_query_or_permission_is_unknown_to_the_version(version: str) -> None:
    from graphql import GraphQLEnumType, parse, validate

    schema = saleor_schema(version)
    document = manifest.render(HERE, schema_version=version)
    names = ("WebhookEventTypeAsyncEnum", "WebhookEventTypeSyncEnum", "PermissionEnum")
    events, waited, permissions = (schema.type_map[name] for name in names)

    assert isinstance(events, GraphQLEnumType)
    assert isinstance(waited, GraphQLEnumType)
    assert isinstance(permissions, GraphQLEnumType)
    assert set(document["permissions"]) <= permissions.values.keys()
    for webhook in document["webhooks"]:
        assert set(webhook.get("asyncEvents", ())) <= events.values.keys()
        assert set(webhook.get("syncEvents", ())) <= waited.values.keys()
        assert validate(schema, parse(webhook["query"])) == []


def test_what_an_unknown_version_gets_is_what_the_oldest_gets() -> None:
    oldest = manifest.render(HERE, schema_version="3.21")
    for version in (None, "", "nonsense", "3", "v3.23", "99999.1"):
        assert manifest.render(HERE, schema_version=version) == oldest
    assert mounts(manifest.render(HERE, schema_version="3.24.0-alpha.1")) == mounts(
        manifest.render(HERE, schema_version="3.24")
    )


@pytest.mark.parametrize(
    ("version", "asked_for", "expected"),
    [
        ("3.22", True, False),
        ("3.23", False, False),  # an older patch of 3.23 would refuse the whole manifest
        ("3.23", True, True),
        ("3.24", False, True),
        (None, True, False),
    ],
)
def test_the_permission_for_attributes_is_asked_for_where_it_cannot_break_an_installation(
    version: str | None, *, asked_for: bool, expected: bool
) -> None:
    document = manifest.render(HERE, schema_version=version, customer_attributes=asked_for)

    assert (PERMISSION in document["permissions"]) is expected


def test_every_extension_stays_within_the_dashboards_rules() -> None:
    for version in ("3.21", "3.22", "3.23", "3.24"):
        document = manifest.render(HERE, schema_version=version)
        assert "MANAGE_APPS" not in document["permissions"]
        identifiers = [extension["identifier"] for extension in document["extensions"]]
        assert len(set(identifiers)) == len(identifiers)
        for extension in document["extensions"]:
            assert set(extension["permissions"]) <= set(document["permissions"])
            assert extension["url"].startswith("/")
            assert (extension["target"] == "WIDGET") is extension["mount"].endswith("_WIDGETS")
            options = extension.get("options", {})
            expected = "homeWidgetTarget" if extension["mount"] == "HOMEPAGE_WIDGETS" else "widgetTarget"
            assert set(options) <= ({expected} if extension["target"] == "WIDGET" else set())
            assert all(target == {"method": "GET"} for target in options.values())


def test_what_the_browser_opens_and_what_saleor_calls_have_their_own_addresses() -> None:
    document = manifest.render(HERE, schema_version="3.23")

    assert document["appUrl"] == "https://panel.example"
    assert document["tokenTargetUrl"] == "http://app.internal:8080/api/register"
    assert document["brand"]["logo"]["default"] == "http://app.internal:8080/logo.png"
    assert document["dataPrivacyUrl"].startswith("https://panel.example/")
    for webhook in document["webhooks"]:
        assert webhook["targetUrl"].startswith("http://app.internal:8080" + catalog.PATH_PREFIX)
    assert manifest.PLACEHOLDER not in json.dumps(document)


def test_the_route_reads_the_version_from_the_header_and_is_not_cached_across_versions(
    asking: AppClient,
) -> None:
    answer = asking.get("/api/manifest", headers={"saleor-schema-version": "3.23"})

    assert answer.headers["vary"].startswith("saleor-schema-version")
    assert len(mounts(answer.json())) == 20
    assert len(mounts(ask(asking, "3.21"))) == 8
    assert PERMISSION in ask(asking, "3.23", "/api/manifest?customer-attributes=true")["permissions"]
    assert answer.json()["requiredSaleorVersion"] == ">=3.21 <4"
    assert answer.json()["version"] == manifest.version()


def test_without_settings_the_address_is_that_of_the_request(asking: AppClient) -> None:
    assert ask(asking, "3.23")["appUrl"] == "https://influence.example"
    told = ask(asking, "3.23", x_forwarded_proto="http", x_forwarded_host="evil.example:81")
    assert told["appUrl"] == "https://influence.example", "nobody is trusted unless the operator says so"


def test_the_address_that_the_operator_set_wins(asking: AppClient, monkeypatch: pytest.MonkeyPatch) -> None:
    # settings are read from the environment, once
    monkeypatch.setenv("APP_IFRAME_BASE_URL", "https://set.example/")
    settings.get.cache_clear()
    try:
        document = ask(asking, "3.23", x_forwarded_host="other.example")
    finally:
        monkeypatch.undo()
        settings.get.cache_clear()

    assert document["appUrl"] == "https://set.example"
    assert document["tokenTargetUrl"] == "https://set.example/api/register"


def test_the_logo_is_a_square_png_of_at_least_256_pixels(asking: AppClient) -> None:
    answer = asking.get("/logo.png")

    assert answer.headers["content-type"] == "image/png"
    assert answer.content[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", answer.content[16:24])
    assert width == height >= 256
