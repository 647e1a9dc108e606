"""Answers of the app's API about social profiles: one for every state that the panel shows."""

from typing import Any

from saleor_influence_app.consent.privacy_settings import PrivacySettings
from tests.support.panel_answers import CUSTOMER_ID

Answer = dict[str, Any]
GUEST = f"guest:{'0a' * 32}"
LONG_HANDLE = f"@{'a_very_long_name_' * 5}@{'a-very-long-server-name.' * 4}example"


def consent(number: int, **given: Any) -> Answer:
    """A row of the ledger, a yes to linking unless told otherwise."""
    return {
        "number": number,
        "purpose": "link",
        "network": "mastodon",
        "action": "given",
        "wording": (
            "I want to link my Mastodon profile. Kaffa BV may store its address, name and id, and how I "
            "proved that it is mine, until I withdraw."
        ),
        "wording_version": "1-3fa0c1",
        "language": "en",
        "proof": "Saleor session",
        "at": f"2026-11-{number:02}T08:15:00Z",
        "hash": f"{number:02x}" * 32,
        "limits": None,
    } | given


def withdrawn(number: int, **given: Any) -> Answer:
    return consent(number, action="withdrawn", wording="", wording_version="", language="", **given)


def profile(network: str, **given: Any) -> Answer:
    """A profile that was proven and has not been read yet, unless told otherwise."""
    return {
        "network": network,
        "handle": "@ines@m.example",
        "url": "https://m.example/@ines",
        "proof": "oauth",
        "proven_at": "2026-11-02T08:15:00Z",
        "state": "linked",
        "trouble": None,
        "trouble_reason": None,
        "trouble_since": None,
        "next_at": "2026-11-23T08:15:00Z",
        "posts_held": 0,
        "snapshots": [],
    } | given


SNAPSHOT: Answer = {
    "at": "2026-11-22T08:15:00Z",
    "followers": 10_412_003,
    "following": 214,
    "posts": 3120,
    "followers_seen": 50_000,
    "followers_known": 12,
    "posts_read": 40,
    "rows_skipped": 0,
    "engagement_median": 8.5,
    "topics": {"Q2F0ZWdvcnk6MQ==": 4},
}
UNTOLD: Answer = SNAPSHOT | dict.fromkeys(
    ("following", "posts", "followers_seen", "followers_known", "posts_read", "engagement_median")
)
SCORES: Answer = {
    "kind": "mastodon",
    "reach": 71,
    "amplification": None,
    "network": 40,
    "ambassador": None,
    "contacts": 12,
    "reach_contacts": 9,
    "amplification_rate": 0.02,
    "engaged_contacts": 3,
    "interactions": 5,
    "months": 2,
}


def link(place: int, state: str, **given: Any) -> Answer:
    """Where a customer stands with a network."""
    return {
        "customer_id": f"VXNlcjo{place}",
        "network": "mastodon",
        "state": state,
        "handle": None if state == "withdrawn" else f"@someone{place}@m.example",
        "proof": "oauth" if state == "linked" else None,
        "trouble": None,
        "since": "2026-11-20T09:00:00Z",
    } | given


NOBODY_LINKED: Answer = {
    "customer_id": CUSTOMER_ID,
    "switched_on": True,
    "profiles": [],
    "consents": [],
    "links": [],
    "network_scores": [],
    "ties": [],
}
OFF: Answer = {**NOBODY_LINKED, "switched_on": False}
LINKED: Answer = {
    **NOBODY_LINKED,
    "profiles": [
        profile(
            "bluesky",
            handle=LONG_HANDLE,
            url="javascript:alert(1)",
            proof="nonce",
            state="relink",
            trouble="The network has not answered for a day; nothing is lost, it is asked again by itself.",
            trouble_since="2026-11-21T22:00:00Z",
        ),
        profile("mastodon", posts_held=40, snapshots=[SNAPSHOT]),
        profile("youtube", handle="@ines", url="https://www.youtube.com/@ines", snapshots=[UNTOLD]),
    ],
    "consents": [
        consent(1),
        consent(2, proof="ownership: oauth"),
        consent(3, purpose="score"),
        consent(4, purpose="outreach", network=None),
        withdrawn(5, purpose="outreach", network=None),
        consent(6, network="bluesky", language="it", wording="Voglio collegare il mio profilo Bluesky."),
        consent(7, network="bluesky", proof="ownership: nonce"),
        consent(8, network="youtube", proof="ownership: oauth"),
    ],
    "links": [link(12, "linked"), link(12, "waiting", network="reddit", handle="u/ines")],
    "network_scores": [SCORES],
    "ties": [
        {"kind": "code", "may_be_led": 3, "may_lead": 0},
        {"kind": "mastodon", "may_be_led": 12, "may_lead": 1},
        {"kind": "sports-club", "may_be_led": 1204, "may_lead": 1204},
    ],
}
LINKS: Answer = {
    "switched_on": True,
    "total": 43,
    "links": [
        link(1, "linked"),
        link(
            2, "linked", network="bluesky", proof="nonce", handle=LONG_HANDLE, trouble="It does not answer."
        ),
        link(3, "waiting"),
        link(4, "waiting", handle=None),
        link(5, "withdrawn", network="x"),
    ],
}
NO_LINKS: Answer = {"switched_on": True, "total": 0, "links": []}
SETTINGS_NEVER: Answer = {
    "enabled": False,
    "confirmed_by": None,
    "confirmed_at": None,
    "minimum_age": 18,
    "countries": [],
    "posts_days": 30,
    "features_months": 13,
    "controller_name": "",
    "controller_contact": "",
    "officer": "",
    "authority": "",
    "operator": "",
    "transfers": "",
    "storefront_origins": [],
    "networks": {},
    "lacking": None,
    **PrivacySettings().model_dump(mode="json", include={"offered", "languages"}),
}
SETTINGS_ON: Answer = {
    **SETTINGS_NEVER,
    "enabled": True,
    "confirmed_by": "VXNlcjo5OTk5",
    "confirmed_at": "2026-11-01T09:30:00Z",
    "controller_name": "Kaffa BV",
    "controller_contact": "privacy@kaffa.example",
    "storefront_origins": ["https://kaffa.example", "https://kaffa.nl"],
    "networks": {
        "mastodon": {"base_url": "https://m.example", "client_id": None, "client_secret": None},
        "youtube": {"base_url": None, "client_id": "1234.apps.example", "client_secret": None},
    },
}
SETTINGS_OFF: Answer = {**SETTINGS_ON, "enabled": False}
SETTINGS_LACKING: Answer = {**SETTINGS_NEVER, "lacking": "tombstone-folder"}


def contest(number: int, **given: Any) -> Answer:
    return {
        "id": number,
        "customer_id": f"VXNlcjo{number}",
        "kind": "other",
        "order_id": None,
        "order_number": None,
        "other_id": None,
        "text": "I have never lived in Utrecht, and I do not know these people.",
        "at": "2026-11-21T17:00:00Z",
        "due_at": "2026-12-21T17:00:00Z",
        "days_left": 20,
        "answer": None,
        "answered_at": None,
        "outcome": None,
    } | given


CONTESTS: list[Answer] = [
    contest(1, customer_id=GUEST, days_left=-2),
    contest(2, text=f"{'This is not me. ' * 60}\n\n{'x' * 300}"),
    *(contest(number) for number in range(3, 9)),
]
ANSWERED: list[Answer] = [contest(1, answer="You are right: the tie to them is removed."), *CONTESTS[1:2]]


def request(number: int, **given: Any) -> Answer:
    """An open request of a customer, noted by staff, unless told otherwise."""
    return {
        "id": number,
        "customer_id": f"VXNlcjo{number}",
        "kind": "access",
        "received_at": "2026-11-20T09:00:00Z",
        "received_by": "VXNlcjo5OTk5",
        "due_at": "2026-12-20T09:00:00Z",
        "days_left": 20,
        "done_at": None,
        "done_by": None,
        "note": "",
    } | given


def _served(number: int, by: str, **given: Any) -> Answer:
    done = {"received_by": by, "done_by": by, "done_at": "2026-11-20T09:00:00Z", "days_left": None}
    return request(number, **done, **given)


REQUESTS: Answer = {
    "total": 12,
    "overdue": 2,
    "requests": [
        request(1, days_left=-3, note=f"By letter. {'x' * 300}"),
        request(2, kind="erasure", customer_id=GUEST, days_left=1),
        _served(3, "shopper", kind="objection"),
        _served(4, "guest-link", kind="export", customer_id=GUEST),
        _served(5, "operator", kind="rectification"),
        _served(6, "shopper", kind="erasure", customer_id=None),
    ],
}
NO_REQUESTS: Answer = {"total": 0, "overdue": 0, "requests": []}
RIGHTS: Answer = {
    "customer_id": CUSTOMER_ID,
    "is_guest": False,
    "takes_part": True,
    "objected_at": None,
    "erased_at": None,
    "requests": [request(1, kind="rectification", days_left=-3)],
    "contests": [],
    "corrections": [
        {
            "id": 1,
            "customer_id": CUSTOMER_ID,
            "kind": "tie",
            "order_id": None,
            "other_id": "VXNlcjo5",
            "made_by": "VXNlcjo5OTk5",
            "made_at": "2026-11-21T09:00:00Z",
        }
    ],
}
OBJECTED: Answer = {
    **RIGHTS,
    "takes_part": False,
    "objected_at": "2026-11-21T09:00:00Z",
    "requests": [],
    "corrections": [],
}
ERASED: Answer = {**OBJECTED, "objected_at": None, "erased_at": "2026-11-22T09:00:00Z"}
ASKED_AGAIN: Answer = {"people": 1204, "paused": 1}
