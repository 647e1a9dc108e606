"""Every endpoint of the panel: method, path, the permission that it asks for, and a body."""

from typing import Any

DEFINITION = {
    "name": "big-spender",
    "title": "Big spender",
    "conditions": [{"column": "revenue", "operator": ">=", "threshold": 100}],
}


CODE = {"code": "ANNA-10", "customer_id": "often"}


TIE = {"source": "often", "target": "once", "kind": "club"}


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
    ("DELETE", "/api/personal-codes?code=anna-10", "MANAGE_DISCOUNTS", None),
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
