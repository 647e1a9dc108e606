"""Answers of the app's API about segments, settings and what the app may do, as its description has them."""

from typing import Any

from tests.support.panel_answers import CUSTOMER_ID, Answer

REASON = (
    "3 people who bought because of this customer (at least 3); verdict in Espresso: leads (at least leads)."
)


def condition(column: str, operator: str, threshold: float | str, **given: Any) -> Answer:
    plain = {"exit_threshold": None, "about": None, "about_name": None}
    return {"column": column, "operator": operator, "threshold": threshold} | plain | given


def segment(name: str, title: str, **given: Any) -> Answer:
    return {
        "name": name,
        "title": title,
        "description": "Came back at least three times and keeps their own rhythm.",
        "size": 214,
        "share": 0.178,
        "needs": None,
        "why_empty": None,
        "conditions": [condition("frequency", ">=", 3)],
        "max_share": 1.0,
        "order_by": "clv",
        "sizes": [180, 186, 191, 190, 199, 205, 203, 208, 211, 214],
    } | given


INFLUENCER = segment(
    "influencer",
    "Influencer",
    description="At least three people bought because of this customer.",
    size=31,
    share=0.0258,
    conditions=[
        condition("influenced", ">=", 3, exit_threshold=2),
        condition("category_verdict", ">=", "leads", about="c1", about_name="Espresso"),
        condition("consent_perks", ">=", "yes"),
    ],
    max_share=0.05,
    order_by="influenced",
    sizes=[12, 19, 24, 31],
)
SEGMENTS = [
    INFLUENCER,
    segment("loyal", "Loyal"),
    segment(
        "ambassador",
        "Ambassador",
        description="Recommends again and again.",
        size=0,
        share=0.0,
        needs="ledger",
        why_empty="It needs a verdict on who buys because of whom; there is not enough evidence yet.",
        max_share=0.05,
        sizes=[0, 0],
    ),
]
PREVIEW: Answer = {
    "customers": 1200,
    "size": 31,
    "share": 0.0258,
    "entering": 2,
    "leaving": 1,
    "meeting": 29,
    "why_empty": None,
    "overlap": [
        {"name": "loyal", "title": "Loyal", "both": 22},
        {"name": "rising", "title": "Rising", "both": 3},
    ],
    "agreed": {"perks": 31, "outreach": 12},
    "sample": [{"customer_id": CUSTOMER_ID, "reason": REASON}],
}
SIZES = [
    {"run_id": number, "as_of": f"2026-11-2{number}T03:00:00Z", "size": size}
    for number, size in enumerate(INFLUENCER["sizes"], 1)
]
MOVES: Answer = {
    "run_id": 4,
    "as_of": "2026-11-24T03:00:00Z",
    "earlier": 3,
    "entered": 1,
    "left": 1,
    "moves": [
        {"customer_id": CUSTOMER_ID, "entered": True, "why": REASON},
        {
            "customer_id": "VXNlcjoxMw==",
            "entered": False,
            "why": "1 person who bought because of this customer (stays while at least 2).",
        },
    ],
}
CASCADE: Answer = {
    "product_id": "UHJvZHVjdDox",
    "people": [
        {
            "customer_id": who,
            "verdict": verdict,
            "value": None,
            "crv": None,
            "civ": None,
            "influenced": None,
            "parent_id": parent,
            "root_id": CUSTOMER_ID,
            "parent_share": None if parent is None else 0.75,
            "rival_ids": [CUSTOMER_ID] if depth == 2 else [],
            "depth": depth,
            "bought_at": f"2026-10-{1 + 9 * depth:02}T10:00:00Z",
        }
        for who, verdict, parent, depth in (
            (CUSTOMER_ID, "leads", None, 0),
            ("VXNlcjoxMw==", "not enough evidence", CUSTOMER_ID, 1),
            ("VXNlcjoxNA==", "not enough evidence", "VXNlcjoxMw==", 2),
        )
    ],
    "links": [],
    "dominant_path": [CUSTOMER_ID, "VXNlcjoxMw==", "VXNlcjoxNA=="],
    "trees": [{"root_id": CUSTOMER_ID, "people": 3, "depth": 2, "structural_virality": 1.33}],
    "guests": 1,
    "left_out": {"people": 0, "links": 0},
}


def _step(day: int, purchases: int, tied: int, brought: float) -> dict[str, Any]:
    counts = {"purchases": purchases, "units": purchases, "tied": tied, "anyway": purchases - brought}
    ends = {"anyway_low": purchases - 1.4 * brought, "anyway_high": purchases - 0.5 * brought}
    return counts | ends | {"at": f"2026-10-{day:02}T00:00:00Z"}


def _band(kind: str, first: int, last: int, *, price: str | None = None) -> dict[str, Any]:
    money = None if price is None else {"amount": price, "currency": "EUR"}
    times = {"start": f"2026-10-{first:02}T00:00:00Z", "end": f"2026-10-{last:02}T00:00:00Z"}
    return times | {"kind": kind, "price": money, "off": None if price else 0.2}


SPREAD: Answer = {
    "product_id": "UHJvZHVjdDox",
    "period": "all",
    "step": "day",
    "first_at": "2026-10-01T10:00:00Z",
    "last_at": "2026-10-28T10:00:00Z",
    "start": "2026-10-01T00:00:00Z",
    "end": "2026-10-29T00:00:00Z",
    "whole": _step(1, 71, 18, 9.6),
    "steps": [_step(day, 1 + day * 7 % 5, day % 3 % 2, day % 3 % 2 * 0.6) for day in range(1, 29) if day % 9],
    "state": "counted",
    "sentence": "9.6 of 71 purchases are counted as brought by another customer (90% interval 4.8 to 13.4). "
    "The others would have sold anyway, as far as is shown.",
    "bands": [
        _band("price", 1, 15, price="30.00"),
        _band("sale", 5, 9),
        _band("price", 15, 29, price="25.00"),
        _band("voucher", 20, 22),
    ],
    "prices": "known",
}
UNSOLD: Answer = SPREAD | {
    **dict.fromkeys(("first_at", "last_at", "start", "end")),
    "steps": [],
    "bands": [],
    "whole": _step(1, 0, 0, 0.0),
    "prices": "unknown",
    "state": "not-yet-run",
}
UNTIED: Answer = CASCADE | {"people": [], "trees": [], "dominant_path": [], "guests": 0}
PRODUCTS: Answer = {
    "as_of": "2026-10-31T12:00:00Z",
    "any_ties": True,
    "products": [
        {"product_id": "UHJvZHVjdDox", "purchases": 71, "tied": 18, "followers": 15, "brought": 9.6},
        {"product_id": "UHJvZHVjdDoy", "purchases": 44, "tied": 3, "followers": 3, "brought": 0.0},
    ],
}
