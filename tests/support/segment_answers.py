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
            "depth": depth,
            "bought_at": "2026-10-01T10:00:00Z",
        }
        for who, verdict, parent, depth in (
            (CUSTOMER_ID, "leads", None, 0),
            ("VXNlcjoxMw==", "not enough evidence", CUSTOMER_ID, 1),
            ("VXNlcjoxNA==", "not enough evidence", "VXNlcjoxMw==", 2),
        )
    ],
    "links": [],
    "trees": [{"root_id": CUSTOMER_ID, "people": 3, "depth": 2, "structural_virality": 1.33}],
    "guests": 1,
    "left_out": {"people": 0, "links": 0},
}
