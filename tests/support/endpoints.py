"""Every endpoint of the panel: method, path, the permission that it asks for, and a body."""

from typing import Any

DEFINITION = {
    "name": "big-spender",
    "title": "Big spender",
    "conditions": [{"column": "revenue", "operator": ">=", "threshold": 100}],
}


CODE = {"code": "ANNA-10", "customer_id": "often"}


TIE = {"source": "often", "target": "once", "kind": "club"}


PERK: dict[str, Any] = {
    "kind": "discount_code",
    "title": "Thank you",
    "segment": "loyal",
    "terms": {
        "discount": "percentage",
        "channels": [{"slug": "default-channel", "currency": "EUR", "value": "10"}],
    },
    "starts_at": "2026-11-01T00:00:00Z",
    "ends_at": "2036-11-01T00:00:00Z",
    "currency": "EUR",
}


WEBHOOK: dict[str, Any] = {"url": "https://tool.example/hooks", "events": ["grant.created"]}


MAIL: dict[str, Any] = {
    "host": "smtp.shop.example",
    "port": 587,
    "sender_address": "hello@shop.example",
    "sender_name": "Shop",
}


ENDPOINTS: list[tuple[str, str, str, Any]] = [
    ("GET", "/api/customers/often", "MANAGE_USERS", None),
    ("GET", "/api/customers", "MANAGE_USERS", None),
    ("GET", "/api/orders/T3JkZXI6MQ==/credits", "MANAGE_USERS", None),
    ("GET", "/api/overview", "MANAGE_USERS", None),
    ("GET", "/api/customers/often/credits", "MANAGE_USERS", None),
    ("GET", "/api/customers/often/neighbourhood", "MANAGE_USERS", None),
    ("GET", "/api/products/UHJvZHVjdDox/cascade", "MANAGE_USERS", None),
    ("PUT", "/api/customers/often/exclusion", "MANAGE_APPS", {"reason": "test"}),
    ("DELETE", "/api/customers/often/exclusion", "MANAGE_APPS", None),
    ("GET", "/api/influence", "MANAGE_USERS", None),
    ("GET", "/api/runs", "MANAGE_USERS", None),
    ("POST", "/api/runs", "MANAGE_USERS", None),
    ("GET", "/api/runs/1", "MANAGE_USERS", None),
    ("POST", "/api/runs/1/cancel", "MANAGE_USERS", None),
    ("POST", "/api/runs/1/rollback", "MANAGE_APPS", None),
    ("GET", "/api/runs/2/difference?against=1", "MANAGE_USERS", None),
    ("GET", "/api/ties", "MANAGE_USERS", None),
    ("POST", "/api/ties", "MANAGE_APPS", [TIE]),
    ("GET", "/api/ties/export", "MANAGE_USERS", None),
    ("POST", "/api/ties/import", "MANAGE_APPS", "source,target,kind\noften,once,club\n"),
    ("DELETE", "/api/ties?source_id=often&target_id=once&kind=club", "MANAGE_APPS", None),
    ("GET", "/api/trials", "MANAGE_USERS", None),
    ("POST", "/api/trials", "MANAGE_APPS", {"customer_id": "often"}),
    ("POST", "/api/trials/plan", "MANAGE_USERS", {"customer_id": "often"}),
    ("GET", "/api/trials/1", "MANAGE_USERS", None),
    ("POST", "/api/trials/1/stop", "MANAGE_APPS", None),
    ("GET", "/api/segments", "MANAGE_USERS", None),
    ("GET", "/api/segments/choices", "MANAGE_USERS", None),
    ("GET", "/api/segments/loyal/sizes", "MANAGE_USERS", None),
    ("GET", "/api/segments/loyal/moves?run_id=1", "MANAGE_USERS", None),
    ("POST", "/api/segments/preview", "MANAGE_USERS", DEFINITION),
    ("PUT", "/api/segments/big-spender", "MANAGE_APPS", DEFINITION),
    ("DELETE", "/api/segments/loyal", "MANAGE_APPS", None),
    ("GET", "/api/exclusions", "MANAGE_USERS", None),
    ("GET", "/api/permissions", "MANAGE_USERS", None),
    ("POST", "/api/permissions/refresh", "MANAGE_USERS", None),
    ("GET", "/api/gift-cards/R2lmdENhcmQ6MQ==/people", "MANAGE_GIFT_CARD", None),
    ("GET", "/api/settings", "MANAGE_USERS", None),
    ("PUT", "/api/settings", "MANAGE_APPS", {"public_mirror": True}),
    ("GET", "/api/personal-codes", "MANAGE_DISCOUNTS", None),
    ("POST", "/api/personal-codes", "MANAGE_DISCOUNTS", CODE),
    ("POST", "/api/personal-codes/clear", "MANAGE_DISCOUNTS", {"code": "ANNA-10"}),
    ("DELETE", "/api/personal-codes?code=anna-10", "MANAGE_DISCOUNTS", None),
    ("GET", "/api/hand-off", "MANAGE_DISCOUNTS", None),
    ("PUT", "/api/hand-off/webhook", "MANAGE_APPS", WEBHOOK),
    ("POST", "/api/hand-off/webhook/secret", "MANAGE_APPS", None),
    ("POST", "/api/hand-off/webhook/test", "MANAGE_APPS", None),
    ("DELETE", "/api/hand-off/webhook", "MANAGE_APPS", None),
    ("PUT", "/api/hand-off/mail", "MANAGE_APPS", MAIL),
    ("POST", "/api/hand-off/mail/test", "MANAGE_APPS", {"to": "me@shop.example"}),
    ("DELETE", "/api/hand-off/mail", "MANAGE_APPS", None),
    ("GET", "/api/perks/1/grants/export", "MANAGE_DISCOUNTS", None),
    ("GET", "/api/perks/kinds", "MANAGE_DISCOUNTS", None),
    ("GET", "/api/perks", "MANAGE_DISCOUNTS", None),
    ("POST", "/api/perks", "MANAGE_DISCOUNTS", PERK),
    ("GET", "/api/perks/grants?customer_id=often", "MANAGE_DISCOUNTS", None),
    ("POST", "/api/perks/grants/1/take-back", "MANAGE_DISCOUNTS", None),
    ("POST", "/api/perks/grants/1/replace-code", "MANAGE_DISCOUNTS", {"given_at": "2036-12-01T00:00:00Z"}),
    ("GET", "/api/perks/uses", "MANAGE_DISCOUNTS", None),
    ("GET", "/api/perks/1", "MANAGE_DISCOUNTS", None),
    ("PUT", "/api/perks/1", "MANAGE_DISCOUNTS", PERK),
    ("DELETE", "/api/perks/1", "MANAGE_DISCOUNTS", None),
    ("GET", "/api/perks/1/check", "MANAGE_DISCOUNTS", None),
    ("POST", "/api/perks/1/start", "MANAGE_DISCOUNTS", None),
    ("POST", "/api/perks/1/pause", "MANAGE_DISCOUNTS", None),
    ("POST", "/api/perks/1/end", "MANAGE_DISCOUNTS", None),
    ("POST", "/api/perks/1/extend", "MANAGE_DISCOUNTS", {"ends_at": "2036-12-01T00:00:00Z"}),
    ("POST", "/api/perks/1/duplicate", "MANAGE_DISCOUNTS", None),
    ("GET", "/api/perks/1/grants", "MANAGE_DISCOUNTS", None),
    ("GET", "/api/perks/1/rewards", "MANAGE_DISCOUNTS", None),
    ("GET", "/api/perks/1/answers", "MANAGE_DISCOUNTS", None),
    ("GET", "/api/perks/1/answers/export", "MANAGE_DISCOUNTS", None),
    ("POST", "/api/perks/1/grants", "MANAGE_DISCOUNTS", {"customer_id": "often"}),
    ("GET", "/api/perks/1/outreach", "MANAGE_USERS", None),
    ("GET", "/api/outreach/1", "MANAGE_USERS", None),
    ("POST", "/api/outreach/1/assign", "MANAGE_USERS", None),
    ("POST", "/api/outreach/1/release", "MANAGE_USERS", None),
    ("POST", "/api/outreach/1/finish", "MANAGE_USERS", {"note": "Sent a card."}),
    ("POST", "/api/perks/1/grants/each", "MANAGE_DISCOUNTS", {"customer_ids": ["often"], "only_look": True}),
    ("GET", "/api/perks/1/use?customer_id=often", "MANAGE_DISCOUNTS", None),
    ("GET", "/api/privacy-settings", "MANAGE_USERS", None),
    ("PUT", "/api/privacy-settings", "MANAGE_APPS", {"enabled": False}),
    ("GET", "/api/privacy-settings/asked-again", "MANAGE_USERS", None),
    ("POST", "/api/privacy-settings/asked-again", "MANAGE_USERS", {"enabled": False}),
    ("GET", "/api/privacy-papers?kind=record", "MANAGE_USERS", None),
    ("GET", "/api/contests", "MANAGE_USERS", None),
    ("PUT", "/api/contests/1/answer", "MANAGE_USERS", {"text": "Thank you."}),
    ("GET", "/api/rights-requests", "MANAGE_USERS", None),
    ("POST", "/api/rights-requests", "MANAGE_USERS", {"customer": "often", "kind": "access"}),
    ("POST", "/api/rights-requests/1/done", "MANAGE_USERS", {"note": "Told by phone."}),
    ("GET", "/api/customers/often/rights", "MANAGE_USERS", None),
    ("POST", "/api/customers/often/objection", "MANAGE_USERS", {"reason": ""}),
    ("POST", "/api/customers/often/erasure", "MANAGE_USERS", None),
    ("GET", "/api/customers/often/export", "MANAGE_USERS", None),
    ("POST", "/api/orders/T3JkZXI6MQ==/guest-link", "MANAGE_USERS", None),
    ("DELETE", "/api/corrections/1", "MANAGE_USERS", None),
    ("GET", "/api/customers/often/profiles", "MANAGE_USERS", None),
    ("POST", "/api/customers/often/invitations", "MANAGE_USERS", {"network": "mastodon"}),
    ("POST", "/api/invitations/import", "MANAGE_USERS", "customer,network\noften,mastodon\n"),
    ("GET", "/api/links", "MANAGE_USERS", None),
]
