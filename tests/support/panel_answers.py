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
    "crv_expected": money("329.44"),
    "crv_expected_low": money("0.00"),
    "crv_expected_high": money("610.00"),
    "civ_expected": None,
    "civ_expected_low": None,
    "civ_expected_high": None,
    "stands_on": "2026-11-16",
    "horizon_days": 365,
    "brought": money("287.10"),
    "crv": money("287.10"),
    "crv_orders": 3,
    "civ": None,
    "civ_estimate": None,
    "civ_low": None,
    "civ_high": None,
    "possible_up_to": None,
    "net": money("2311.40"),
    "influenced": None,
    "followed": None,
    "followed_by_chance": None,
    "first_order": "2025-09-14",
    "orders_count": 14,
    "revenue": money("2311.40"),
    "days_since_last_order": 12,
    "frequency": 11,
    "percentile": 97.4,
    "rank": 12,
    "score": None,
    "reach": None,
    "amplification": None,
    "network": None,
    "ambassador": None,
    "follow_on": 0.21,
    "follow_on_low": 0,
    "follow_on_high": 1,
    "follow_on_days": 60,
    "follow_on_money": money("41.20"),
    "forecast_sentence": (
        "In the next 60 days up to 1 purchase of others may follow this customer's (80% interval 0 to 1)."
    ),
    "inputs": None,
    "topics": [],
    "is_staff": False,
    "exclusion": None,
    "evidence": "little",
    "evidence_sentence": "Three orders came with the personal code; a verdict needs at least eight.",
    "verdict": "proven",
    "verdict_sentence": "Proven: 3 orders of others redeemed this customer's personal code.",
    "segments": [
        {
            "name": "ambassador",
            "title": "Ambassador",
            "since": "2026-10-03T03:00:00Z",
            "reason": "3 orders worth €329 came with the personal code; 2 are needed.",
            "parts": [],
        },
        {
            "name": "loyal",
            "title": "Loyal",
            "since": "2026-01-12T03:00:00Z",
            "reason": "11 repeat purchases in 14 months, the last one 12 days ago.",
            "parts": [],
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
    "clv_low": money("0.00"),
    "clv_high": money("41.00"),
    "crv_expected": None,
    "crv_expected_low": None,
    "crv_expected_high": None,
    "brought": money("0.00"),
    "crv": money("0.00"),
    "crv_orders": 0,
    "percentile": 3.0,
    "rank": 10411,
    "evidence": "none",
    "evidence_sentence": "No order has been tied to this customer yet: a personal code is the first step.",
    "verdict": "not enough evidence",
    "verdict_sentence": "Not enough evidence: 3 more purchases that followed theirs, 1 more follower",
    "follow_on": None,
    "follow_on_low": None,
    "follow_on_high": None,
    "follow_on_days": None,
    "follow_on_money": None,
    "forecast_sentence": "Not enough evidence yet to say who may follow.",
    "segments": [],
    "reasons": ["Bought once, 301 days ago, for €18.00."],
}


LEADS: Answer = {
    **VALUED,
    "value": money("1304.96"),
    "civ_expected": money("70.40"),
    "civ_expected_low": money("12.10"),
    "civ_expected_high": money("151.00"),
    "brought": money("407.53"),
    "civ": money("120.43"),
    "civ_estimate": money("120.43"),
    "civ_low": money("81.20"),
    "civ_high": money("140.00"),
    "influenced": 7,
    "followed": 26.0,
    "followed_by_chance": 7.3,
    "net": money("2402.11"),
    "score": 83,
    "reach": 64,
    "amplification": 91,
    "network": 70,
    "ambassador": 88,
    "follow_on": 3.1,
    "follow_on_low": 0,
    "follow_on_high": 7,
    "follow_on_money": money("588.10"),
    "forecast_sentence": (
        "In the next 60 days about 3 purchases of others may follow this customer's (80% interval 0 to 7)."
    ),
    "inputs": {
        "reach_contacts": 14,
        "contacts": 21,
        "amplification_rate": 0.0713,
        "credit_lines": 18.4,
        "exposures": 258,
        "network_mean": 57.2,
        "engaged_contacts": 9,
        "interactions": 26,
        "intensity": 2.89,
        "months": 11,
    },
    "verdict": "leads",
    "verdict_sentence": (
        "Others buy because of this customer: 26 purchases followed theirs where chance alone would bring "
        "7.3, 3.4 times as many (90% interval 2.3 to 4.8), and more buy after them than before."
    ),
    "topics": [
        {
            "topic": "Q2F0ZWdvcnk6MQ==",
            "name": "Coffee",
            "verdict": "leads",
            "rests_on": "topic",
            "observed": 19.0,
            "expected": 4.1,
            "civ": money("96.20"),
            "sentence": (
                "Others buy because of this customer: 19 purchases followed theirs where chance alone "
                "would bring 4.1, 4.3 times as many (90% interval 2.8 to 6.3), and more buy after "
                "them than before."
            ),
        },
        {
            "topic": "Q2F0ZWdvcnk6Mg==",
            "name": "Garden",
            "verdict": "not enough evidence",
            "rests_on": "customer",
            "observed": 2.0,
            "expected": 0.8,
            "civ": money("24.23"),
            "sentence": "Not enough evidence: 3 more purchases that followed theirs",
        },
    ],
}

TOGETHER: Answer = {
    **NO_EVIDENCE,
    "civ": money("0.00"),
    "civ_estimate": money("0.00"),
    "civ_low": money("0.00"),
    "civ_high": money("0.00"),
    "possible_up_to": money("48.20"),
    "influenced": 0,
    "followed": 12.0,
    "followed_by_chance": 4.9,
    "verdict": "buys together",
    "verdict_sentence": (
        "Buys together with friends: 12 purchases followed theirs where chance alone would bring 4.9, "
        "2.4 times as many (90% interval 1.4 to 3.9), but who leads whom is not shown. "
        "Nothing is counted; possibly up to 48.20 EUR."
    ),
}


EARLY: Answer = {
    **TOGETHER,
    "possible_up_to": money("0.00"),
    "value": money("40.21"),
    "value_low": money("31.00"),
    "value_high": money("72.00"),
    "crv": money("31.00"),
    "crv_orders": 1,
    "verdict": "buys early",
    "verdict_sentence": (
        "1 order with this customer's code. Buys early: buys before others who buy the same, more often than "
        "chance explains. Nobody is shown to follow, so nothing is counted; worth inviting to previews."
    ),
}


def credit_row(place: int, *, booked: str, **given: Any) -> Answer:
    return {
        "source_id": CUSTOMER_ID,
        "order_id": f"T3JkZXI6{place}",
        "order_number": str(4700 + place),
        "line_id": f"T3JkZXJMaW5lOj{place}",
        "customer_id": f"VXNlcjo{place}",
        "product_id": "UHJvZHVjdDox",
        "topic": "Q2F0ZWdvcnk6MQ==",
        "topic_name": "Coffee",
        "tie_kind": "import",
        "days_between": 11.8,
        "sharers": 2,
        "is_hidden": False,
        "share": 0.61,
        "trust": 0.8,
        "cap": 1.0,
        "amount": money("20.00"),
        "credit": money("9.76"),
        "booked": money(booked),
        "sentence": (
            f"Order {4700 + place}, twelve days after this customer's; two customers share it; 49% of "
            "20.00 EUR (a share of 61%, weighed by how independent the buyer is)."
        ),
    } | given


INFERRED: Answer = {
    "part": "inferred",
    "total": 34,
    "booked": money("120.43"),
    "explanation": "71% of the credit is beyond chance; that part of each row is counted.",
    "rows": [
        *(credit_row(place, booked="6.93") for place in range(1, 5)),
        credit_row(5, booked="0.07", customer_id=None),
    ],
}
PROVEN: Answer = {
    "part": "proven",
    "total": 1,
    "booked": money("329.44"),
    "explanation": "These orders redeemed this customer's personal code and are counted in full.",
    "rows": [
        credit_row(
            11,
            booked="329.44",
            credit=money("329.44"),
            tie_kind="code",
            sentence="Order 4711 redeemed this customer's personal code: all of 329.44 EUR.",
        )
    ],
}
NO_ROWS: Answer = {
    "part": "proven",
    "total": 0,
    "booked": money("0.00"),
    "explanation": "There are no such orders.",
    "rows": [],
}

STAFF: Answer = {**NO_EVIDENCE, "is_staff": True}
RESELLER: Answer = {**NO_EVIDENCE, "exclusion": "reseller"}


def _value_after(run_id: int, at: str, value: str) -> Answer:
    ends = {"value_low": money("600.00"), "value_high": money("1900.00")}
    return {"run_id": run_id, "at": at, "value": money(value), "verdict": "leads"} | ends


HISTORY: Answer = {
    "values": [
        _value_after(9, "2026-10-26T03:00:41Z", "1104.10"),
        _value_after(11, "2026-11-09T03:00:41Z", "1180.70"),
        _value_after(12, "2026-11-21T03:00:41Z", "1304.96"),
    ],
    "shown_since": "2026-11-21T03:00:41Z",
    "spent": [
        {"on": on, "so_far": money(so_far)}
        for on, so_far in (
            ("2025-09-14", "210.00"),
            ("2025-12-20", "640.10"),
            ("2026-03-02", "1203.00"),
            ("2026-07-19", "1805.40"),
            ("2026-11-21", "2311.40"),
        )
    ],
    "expected": {
        "on": "2027-11-16",
        "so_far": money("3216.52"),
        "low": money("2912.40"),
        "high": money("3611.40"),
    },
}
EMPTY_HISTORY: Answer = {"values": [], "shown_since": None, "spent": [], "expected": None}


def _entry(kind: str, at: str, **given: Any) -> Answer:
    return {"kind": kind, "id": f"{kind} {at}", "at": at} | given


TIMELINE: Answer = {
    "entries": [
        _entry("saleor", "2026-11-21T03:00:52Z", state="written", removal=False, run_id=12),
        _entry(
            "run",
            "2026-11-21T03:00:41Z",
            run_id=12,
            value_before=money("1180.70"),
            value=money("1304.96"),
            verdict_before="buys early",
            verdict="leads",
        ),
        _entry(
            "credit",
            "2026-11-18T10:00:00Z",
            direction="received",
            order_id="T3JkZXI6MQ==",
            number="4701",
            other_id=None,
            proven=False,
            days_between=11.8,
            credit=money("9.76"),
        ),
        _entry(
            "order",
            "2026-11-09T09:30:00Z",
            order_id="T3JkZXI6Mg==",
            number="4655",
            status="FULFILLED",
            paid=money("82.00"),
            code=None,
        ),
        _entry(
            "perk",
            "2026-11-02T08:00:00Z",
            event="given",
            programme_id=1,
            title="Thank you",
            arm="granted",
            state="given",
            by_hand=False,
            order_id=None,
            cost=None,
        ),
        _entry(
            "consent",
            "2026-10-30T17:12:00Z",
            purpose="perks",
            network=None,
            action="given",
            proof="Saleor session",
        ),
    ],
    "next": "a-cursor",
    "withheld": [],
}
OLDER: Answer = _entry(
    "contact",
    "2026-09-02T08:00:00Z",
    event="outreach",
    title="Thank the best",
    answer="thanked",
    network=None,
    trial_id=None,
)
NOTHING_HAPPENED: Answer = {"entries": [], "next": None, "withheld": ["perk"]}


def _person(place: int, depth: int, verdict: str = "not enough evidence") -> Answer:
    return {
        "customer_id": CUSTOMER_ID if place == 0 else f"VXNlcjo{place}",
        "depth": depth,
        "verdict": verdict,
        "value": money("120.00"),
        "crv": money("0.00"),
        "civ": None,
        "influenced": 0,
        "credit": None if depth == 0 else money("24.00"),
        "community": 1 + place % 2,
    }


def _link(source: str, follower: str, credit: str) -> Answer:
    ends = {"source_id": source, "customer_id": follower, "credit": money(credit)}
    return ends | {
        "orders": 1,
        "lines": 1,
        "tie_kinds": ["club"],
        "proven": money("0.00"),
        "booked": money("0"),
    }


AROUND: Answer = {
    "customer_id": CUSTOMER_ID,
    "depth": 1,
    "people": [
        _person(0, 0, "leads"),
        _person(1, 1, "proven"),
        _person(2, 1, "buys early"),
        _person(3, 1, "buys together"),
        _person(4, 1),
    ],
    "links": [
        *(_link(CUSTOMER_ID, f"VXNlcjo{place}", f"{place * 8}.00") for place in range(1, 4)),
        _link("VXNlcjo4", CUSTOMER_ID, "24.00"),
        _link("VXNlcjo1", "VXNlcjo2", "4.00"),
    ],
    "communities": [{"number": 1, "people": 3}, {"number": 2, "people": 2}],
    "modularity": 0.1,
    "guests": 2,
    "left_out": {"depth_1": 3, "depth_2": 0, "links": 0},
}
NOBODY_AROUND: Answer = {
    **AROUND,
    "people": [_person(0, 0)],
    "links": [],
    "communities": [{"number": 1, "people": 1}],
    "modularity": None,
    "guests": 0,
    "left_out": {"depth_1": 0, "depth_2": 0, "links": 0},
}
WRITTEN: Answer = {
    "written": {"private": {"influence.segments": "ambassador,loyal", "influence.value": "1304.96"}},
    "wanted": {"private": {"influence.segments": "ambassador,loyal", "influence.value": "1304.96"}},
    "state": "written",
    "changed_at": "2026-11-21T03:00:52Z",
    "run_id": 12,
    "error": None,
}
NOT_WRITTEN: Answer = dict.fromkeys(WRITTEN)

OPEN: Answer = {
    "gate": {
        "state": "open",
        "sentence": "712 purchases followed a tied customer's; by chance it would be 388 to 461.",
        "run_id": 12,
        "as_of": "2026-11-21T03:00:00Z",
        "observed": 712,
        "permuted": [424 + (place * 37) % 41 - (place * 11) % 37 for place in range(200)],
        "p": 0.005,
        "reversal_p": None,
        "directed_after": 0,
        "directed_before": 0,
        "seed": 1,
        "rule_version": "ledger-1",
    },
    "identified": {
        "low": money("3900.00"),
        "estimate": money("5200.00"),
        "high": money("6500.00"),
        "booked": money("3201.55"),
        "sentence": "Between EUR 3,900.00 and EUR 6,500.00 of the revenue so far came through influence; "
        "EUR 3,201.55 of it can be laid to persons.",
    },
    "late_ties": {
        "booked": money("0.00"),
        "sentence": "EUR 0.00 of the booked influence rests on ties that were recorded after the purchase.",
    },
    "other_rule": {
        "rule": 1,
        "leads": 18,
        "booked": money("1200.00"),
        "only_here": 24,
        "only_there": 1,
        "sentence": "By version 1 18 customers lead and EUR 1,200.00 would be counted: 1 lead by it alone, "
        "24 no longer would.",
    },
    "foretold": {
        "days": 91,
        "came": money("12310.40"),
        "by_score": 0.62,
        "by_followers": 0.41,
        "sentence": "Others bought for EUR 12,310.40 after customers they know in the last 91 days. The "
        "tenth of customers with the highest score before were followed by 62% of it, the tenth whom most "
        "people follow by 41%.",
    },
    "totals": {
        "value": money("559900.10"),
        "clv": money("551230.10"),
        "crv_expected": money("6900.00"),
        "civ_expected": money("1770.00"),
        "crv": money("8120.00"),
        "civ": money("3201.55"),
        "possible_up_to": money("910.20"),
    },
    "verdicts": {
        "leads": 41,
        "proven": 61,
        "buys early": 18,
        "buys together": 120,
        "not enough evidence": 10172,
    },
    "ties": {"code": 561, "gift": 29, "import": 28450},
    "set_aside": {"unpaid": 478, "gift": 43},
}
SHUT: Answer = {
    **OPEN,
    "gate": {
        **OPEN["gate"],
        "state": "shut",
        "sentence": "430 purchases followed a tied customer's, as chance would have it.",
        "observed": 430,
        "p": 0.41,
    },
    "identified": None,
    "totals": {**OPEN["totals"], "civ": None, "civ_expected": None, "possible_up_to": None},
    "verdicts": {"proven": 61, "buys together": 161, "not enough evidence": 10190},
}
NO_TIES: Answer = {
    "gate": {
        **OPEN["gate"],
        "state": "no-ties",
        "sentence": "No ties between customers are known yet, so influence cannot show.",
        "observed": 0,
        "permuted": [],
        "p": None,
    },
    "identified": None,
    "late_ties": None,
    "other_rule": None,
    "foretold": None,
    "totals": dict.fromkeys(OPEN["totals"]),
    "verdicts": {},
    "ties": {},
    "set_aside": {},
}


def unvalued(state: str) -> Answer:
    empty = dict.fromkeys(
        (
            "value",
            "value_low",
            "value_high",
            "clv",
            "clv_low",
            "clv_high",
            "crv",
            "crv_orders",
            "rank",
            "stands_on",
        )
    )
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


def run(number: int, **given: Any) -> Answer:
    """A run that went well, unless told otherwise."""
    return {
        "id": number,
        "state": "done",
        "kind": "full",
        "back_to": None,
        "step": None,
        "progress": None,
        "cancel_asked": False,
        "seconds": 41.27,
        "peak_memory_mb": 612,
        "parameters": {},
        "as_of": "2026-11-21T03:00:00Z",
        "not_before": "2026-11-21T03:00:00Z",
        "started_at": "2026-11-21T03:00:00Z",
        "finished_at": "2026-11-21T03:00:41Z",
        "counts": {"customers": 10412, "changed": 211},
        "notes": [],
        "error": None,
    } | given


WAITING = run(
    13, state="queued", kind="incremental", not_before="2199-11-21T04:30:00Z", started_at=None, seconds=None,
    finished_at=None, progress=None, step=None, counts={},
)  # fmt: skip
RUNNING = run(13, state="running", step="gate", progress=0.5, seconds=None, finished_at=None, counts={})
DONE: Answer = {
    "shop": {
        "api_url": "",
        "active": True,
        "installed_at": "2026-11-01T09:00:00Z",
        "currency": "EUR",
        "held_run_id": None,
    },
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
    "orders_kept": {"months": 36, "summed": 1204},
    "last_run": run(
        12, notes=["412 orders in currencies without an exchange rate were counted, but not their money."]
    ),
    "last_done": run(12),
    "segments": SEGMENTS,
    "outbox": {"pending": 4, "written": 11794, "failed": 2, "skipped_staff": 3},
    "inbox": {"pending": 0, "failed": 0},
    "counted_to": 50000,
    "problems": [],
}


def _figure(key: str, now: Any, before: Any, missing: str | None = None) -> Answer:
    return {"key": key, "now": now, "before": before, "missing": missing}


def _sizes(name: str, title: str, *sizes: int) -> Answer:
    after = [
        {"run_id": 3 + day, "as_of": f"2026-11-{12 + day}T04:00:00Z", "size": size}
        for day, size in enumerate(sizes)
    ]
    return {"name": name, "title": title, "sizes": after}


WEEK: Answer = {
    "since": "2026-11-14",
    "until": "2026-11-21",
    "figures": [
        _figure("orders_paid", 412, 380),
        _figure("orders_led", 31, 34),
        _figure("value_expected", money("148200.00"), money("146900.00")),
        _figure("customers_leading", 57, 57),
        _figure("perks_used", 12, None, "young"),
    ],
    "segments": [
        _sizes("ambassador", "Ambassador", 40, 42, 42, 45, 51, 50, 53),
        _sizes("loyal", "Loyal", 310, 312, 318, 316, 321, 330, 334),
        _sizes("big-spender", "Big spender", 90, 91, 88, 92, 95, 97, 96),
    ],
}
YOUNG_WEEK: Answer = {
    "since": "2026-11-14",
    "until": "2026-11-21",
    "figures": [
        _figure("orders_paid", None, None, "history"),
        _figure("orders_led", None, None, "history"),
        _figure("value_expected", None, None, "not-run"),
        _figure("customers_leading", None, None, "not-run"),
        _figure("perks_used", 0, None, "young"),
    ],
    "segments": [],
}
MOVERS: Answer = {
    "difference": {
        "earlier": run(11, as_of="2026-11-20T04:00:00Z"),
        "later": run(12),
        "total": 211,
        "moves": [
            {
                "customer_id": CUSTOMER_ID,
                "value_before": money("905.12"),
                "value_after": money("1234.56"),
                "change": money("329.44"),
                "verdict_before": "not enough evidence",
                "verdict_after": "proven",
                "entered": ["ambassador"],
                "left": [],
                "terms": [{"term": "crv_expected", "before": money("0.00"), "after": money("329.44")}],
                "orders": 0,
                "code_orders": 3,
                "reasons": ["3 more orders with their code."],
            }
        ],
    }
}
NO_MOVERS: Answer = {"difference": None}

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
    "last_done": None,
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
        "seconds": None,
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
            "clv": money(f"{9000 / (place + 1) ** 0.5:.2f}"),
            "crv": money("0.00"),
            "civ": (money(f"{320 / (place + 1):.2f}"), None)[place % 2],
            "score": (83, None)[place % 2],
            "follow_on": 12.4 / (place + 1),
            "follow_on_low": 4 // (place + 1),
            "follow_on_high": 21 // (place + 1),
            "verdict": ("leads", "not enough evidence", "proven", "buys together")[place % 4],
            "orders_count": 40 - place,
            "revenue": money(f"{4000 - 90 * place}.00"),
            "last_order": f"2026-10-{28 - place % 28:02}",
            "segments": (["ambassador", "loyal"], ["rising"], [])[place % 3],
            "evidence": ("some", "little", "none", "good")[place % 4],
            "percentile": 99 - place,
        }
        for place in range(count)
    ]
    return {"total": count, "total_is_exact": True, "next": None, "customers": rows}


THINGS = ["UHJvZHVjdDox", "UHJvZHVjdDoy", "UHJvZHVjdDoz"]
NEEDS: list[Answer] = [
    {"effect": 0.05, "at_once": 141, "any_time": 195, "power": 0.83},
    {"effect": 0.02, "at_once": 388, "any_time": 540, "power": 0.25},
    {"effect": 0.01, "at_once": 888, "any_time": 1238, "power": 0.07},
]


def trial(number: int, **given: Any) -> Answer:
    """A trial by lot that is running, unless told otherwise."""
    return {
        "id": number,
        "customer_id": CUSTOMER_ID,
        "state": "running",
        "things": THINGS,
        "category_name": None,
        "segment": f"invited-{number}",
        "started_at": "2026-11-12T09:00:00Z",
        "ends_at": "2026-12-12T09:00:00Z",
        "judged_from": "2026-12-13T09:00:00Z",
        "ended_at": None,
        "looked_at": "2026-11-20T09:00:00Z",
        "contacts": 140,
        "here": 138,
        "refusal": None,
        "needs": NEEDS,
        "invited": {"drawn": 208, "bought": 4},
        "held_out": {"drawn": 212, "bought": 1},
        "base_share": 0.0015,
        "detectable": 0.047,
        "e_value": 3.1,
        "p": None,
        "difference": 0.0145,
        "difference_low": 0.0,
        "difference_high": None,
        "proven": False,
        "sentence": "Not enough yet: told that this customer chose a thing, 4 of 208 bought it; not told, 1 "
        "of 212 (e = 3.1; 20 proves it). Running until 12 December 2026.",
        "seed": None,
        "rule_version": "lots-1",
    } | given


def _before(number: int, state: str, sentence: str, **given: Any) -> Answer:
    """A trial of which nothing was drawn yet."""
    nothing = dict.fromkeys(("looked_at", "e_value", "difference", "difference_low", "proven"))
    return trial(number, state=state, sentence=sentence, here=0, **nothing, **given)


PLANNED = _before(
    9,
    "planned",
    "140 contacts times 3 things are 420 exposures, half of them told: an effect of 4.7 % or more is proven "
    "four times in five.",
)
REFUSED = _before(
    8,
    "refused",
    "Too few contacts: 3 customers are tied to them, and 0 of these could get the letter. A contact agreed "
    "to be contacted personally, does not live with them, takes part in the ledger, has two paid orders of "
    "their own, is in no other trial and is not held out of a perk.",
    needs=None,
    contacts=0,
)
TRIALS: list[Answer] = [
    PLANNED,
    REFUSED,
    _before(7, "planning", "Being planned: a worker is finding the contacts.", needs=None, contacts=None),
    trial(6),
    trial(
        5,
        state="ended",
        ended_at="2026-10-13T09:00:00Z",
        started_at="2026-09-12T09:00:00Z",
        ends_at="2026-10-12T09:00:00Z",
        invited={"drawn": 208, "bought": 12},
        held_out={"drawn": 212, "bought": 1},
        e_value=95.2,
        p=0.0105,
        difference=0.053,
        difference_low=0.021,
        proven=True,
        seed="6120938457203948571",
        sentence="Proven: told that this customer chose a thing, 12 of 208 bought it; not told, 1 of 212 "
        "(e = 95).",
    ),
    trial(
        4,
        state="ended",
        ended_at="2026-08-13T09:00:00Z",
        p=0.9,
        e_value=1.1,
        seed="6120938457203948572",
        sentence="Not shown: told that this customer chose a thing, 3 of 208 bought it; not told, 2 of 212 "
        "(e = 1.1). An effect of 4.7 % or more would be proven four times in five.",
    ),
    trial(
        1,
        state="ended",
        things=None,
        looked_at=None,
        contacts=None,
        needs=None,
        e_value=None,
        ended_at="2026-06-03T09:00:00Z",
        invited={"drawn": 40, "bought": 12},
        held_out={"drawn": 40, "bought": 3},
        p=0.0099,
        difference=0.225,
        difference_low=0.079,
        difference_high=0.361,
        proven=True,
        category_name="Coffee",
        rule_version="trial-1",
        seed="6120938457203948573",
        sentence="Proven: of 40 invited in this customer's name 12 bought, of 40 held out 3 (p = 0.010).",
    ),
    trial(
        2,
        state="stopped",
        ended_at="2026-06-03T09:00:00Z",
        seed="6120938457203948574",
        sentence="Stopped on 3 June 2026, not shown: told that this customer chose a thing, 4 of 208 bought "
        "it; not told, 1 of 212 (e = 3.1).",
    ),
]
