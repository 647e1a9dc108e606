"""What `webhooks migrate` would do: the queries in Saleor become those of this version and of that Saleor."""

from typing import Any

from saleor_influence_app.shops import webhook_registration
from webhooks.catalog import manifest_webhooks

BASE = "https://app.example"


def in_saleor(version: tuple[int, int]) -> list[dict[str, Any]]:
    """The webhooks as an installation in a Saleor of that version left them."""
    return [
        {
            "id": str(number),
            "name": entry["name"],
            "isActive": True,
            "targetUrl": entry["targetUrl"],
            **{
                kind: [{"eventType": event} for event in entry.get(kind, ())]
                for kind in ("asyncEvents", "syncEvents")
            },
            "subscriptionQuery": entry["query"],
        }
        for number, entry in enumerate(manifest_webhooks(BASE, saleor_version=version))
    ]


def test_nothing_is_to_be_done_where_all_is_as_this_version_has_it() -> None:
    for version in ((3, 21), (3, 22), (3, 23), (3, 24)):
        assert webhook_registration.plan(in_saleor(version), version, base_url=BASE) == []


def test_queries_of_before_orders_told_their_traits_are_updated() -> None:
    found = in_saleor((3, 23))
    for hook in found:
        hook["subscriptionQuery"] = hook["subscriptionQuery"].replace("isGift", "")

    changes = webhook_registration.plan(found, (3, 23), base_url=BASE)

    assert {(change.do, change.why) for change in changes} == {("update", "query differs")}
    assert len(changes) == 9
    assert all("isGift" in change.input["query"] for change in changes if change.input)


def test_a_saleor_that_became_3_22_is_asked_for_cards_of_transactions() -> None:
    changes = webhook_registration.plan(in_saleor((3, 21)), (3, 22), base_url=BASE)

    assert len(changes) == 9
    assert all("paymentMethodDetails" in change.input["query"] for change in changes if change.input)
