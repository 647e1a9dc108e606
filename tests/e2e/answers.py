"""Answers of the app's API, as its description has them: one for every state that the panel shows."""

from typing import Any

Answer = dict[str, Any]
CUSTOMER_ID = "VXNlcjoxMg=="


def money(amount: str) -> Answer:
    return {"amount": amount, "currency": "EUR"}


def error(status: int, code: str, message: str) -> tuple[int, Answer]:
    return status, {"error": {"code": code, "message": message}}


VALUED: Answer = {
    "customer_id": CUSTOMER_ID,
    "currency": "EUR",
    "state": "valued",
    "value": money("1234.56"),
    "value_low": money("812.10"),
    "value_high": money("1890.44"),
    "clv": money("905.12"),
    "clv_low": money("601.00"),
    "clv_high": money("1300.00"),
    "crv": money("329.44"),
    "crv_orders": 3,
    "civ": None,
    "orders_count": 14,
    "revenue": money("2311.40"),
    "days_since_last_order": 12,
    "frequency": 11,
    "percentile": 97.4,
    "rank": 12,
    "score": None,
    "evidence": "little",
    "evidence_sentence": "Three orders came with the personal code; a verdict needs at least eight.",
    "verdict": "not enough evidence",
    "verdict_sentence": "Whether this customer moves others to buy cannot be told from chance yet.",
    "segments": [
        {
            "name": "ambassador",
            "title": "Ambassador",
            "since": "2026-10-03T03:00:00Z",
            "reason": "3 orders worth €329 came with the personal code; 2 are needed.",
        },
        {
            "name": "loyal",
            "title": "Loyal",
            "since": "2026-01-12T03:00:00Z",
            "reason": "11 repeat purchases in 14 months, the last one 12 days ago.",
        },
    ],
    "reasons": [
        "Bought on 12 different days in the last 14 months, most recently 12 days ago.",
        "Spends about €165 an order, more than most customers.",
        "Three orders came with the personal code AMELIA-10.",
    ],
    "run": {"id": 12, "as_of": "2026-11-21T03:00:00Z", "finished_at": "2026-11-21T03:00:41Z"},
}

NO_EVIDENCE: Answer = {
    **VALUED,
    "value": money("9.21"),
    "value_low": money("0.00"),
    "value_high": money("41.00"),
    "clv": money("9.21"),
    "crv": money("0.00"),
    "crv_orders": 0,
    "percentile": 3.0,
    "rank": 10411,
    "evidence": "none",
    "evidence_sentence": "No order has been tied to this customer yet: a personal code is the first step.",
    "segments": [],
    "reasons": ["Bought once, 301 days ago, for €18.00."],
}


def unvalued(state: str) -> Answer:
    empty = dict.fromkeys(("value", "value_low", "value_high", "clv", "clv_low", "clv_high", "crv", "rank"))
    return {**NO_EVIDENCE, **empty, "percentile": None, "state": state, "reasons": [], "run": None}


SEGMENTS: list[Answer] = [
    {
        "name": name,
        "title": title,
        "description": description,
        "size": size,
        "needs": "ledger" if why else None,
        "why_empty": why,
    }
    for name, title, description, size, why in (
        ("influencer", "Influencer", "Moves others to buy.", 0, "Empty: it needs the credit ledger."),
        ("ambassador", "Ambassador", "Brings orders with a personal code.", 61, None),
        ("rising", "Rising", "Buys more often than half a year ago.", 318, None),
        ("loyal", "Loyal", "Comes back, again and again.", 1204, None),
        ("beta-tester", "Beta tester", "Tries products early.", 0, "Empty: it needs the credit ledger."),
    )
]

DONE: Answer = {
    "shop": {"api_url": "", "active": True, "installed_at": "2026-11-01T09:00:00Z", "currency": "EUR"},
    "history": {
        "state": "done",
        "orders": {"done": 60000, "total": 60000},
        "customers": {"done": 12000, "total": 12000},
        "rows_per_second": None,
        "seconds_left": None,
        "error": None,
    },
    "drift": {
        "checked_at": "2026-11-22T07:00:00Z",
        "orders_saleor": 60000,
        "orders_here": 60000,
        "customers_saleor": 12000,
        "customers_here": 12000,
        "gaps": 0,
        "sentence": "60,000 of 60,000 orders and 12,000 of 12,000 customers, 0 gaps.",
    },
    "last_run": {
        "id": 12,
        "state": "done",
        "kind": "full",
        "as_of": "2026-11-21T03:00:00Z",
        "started_at": "2026-11-21T03:00:00Z",
        "finished_at": "2026-11-21T03:00:41Z",
        "counts": {"customers": 10412, "changed": 211},
        "notes": ["412 orders in currencies without an exchange rate were counted, but not their money."],
        "error": None,
    },
    "segments": SEGMENTS,
    "outbox": {"pending": 4, "written": 11794, "failed": 2, "skipped_staff": 3},
    "inbox": {"pending": 0, "failed": 0},
    "problems": [],
}

READING: Answer = {
    **DONE,
    "history": {
        **DONE["history"],
        "state": "running",
        "orders": {"done": 24312, "total": 60000},
        "rows_per_second": 351.4,
        "seconds_left": 101.5,
    },
    "drift": {**DONE["drift"], "checked_at": None, "sentence": "24,312 of 60,000 orders so far."},
    "last_run": None,
    "problems": [
        {
            "key": "influence-write-back",
            "message": "Two customers could not be written: Saleor refused.",
            "since": "2026-11-20T10:00:00Z",
        }
    ],
}

FAILED: Answer = {
    **DONE,
    "history": {
        **DONE["history"],
        "state": "failed",
        "orders": {"done": 24312, "total": 60000},
        "customers": {"done": 100, "total": None},
        "error": "Saleor has answered 503 for an hour.",
    },
    "last_run": {
        **DONE["last_run"],
        "state": "failed",
        "finished_at": None,
        "notes": [],
        "error": "The database was full while the scores were written.",
    },
}


def top(count: int) -> Answer:
    """The first page of customers, with every mix of segments and evidence."""
    rows = [
        {
            "customer_id": f"VXNlcjo{place}",
            "value": money(f"{9876.5 / (place + 1) ** 0.5:.2f}"),
            "value_low": money(f"{7000 / (place + 1) ** 0.5:.2f}"),
            "value_high": money(f"{13000 / (place + 1) ** 0.5:.2f}"),
            "orders_count": 40 - place,
            "segments": (["ambassador", "loyal"], ["rising"], [])[place % 3],
            "evidence": ("some", "little", "none", "good")[place % 4],
            "rank": place + 1,
        }
        for place in range(count)
    ]
    return {"total": count, "customers": rows}
