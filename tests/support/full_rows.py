"""A row of every table that speaks of a person, made from the inventory and the tables themselves."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Column, insert, text
from sqlalchemy.orm import Session

from saleor_influence_app.consent import ledger
from saleor_influence_app.consent.ledger import Decision
from saleor_influence_app.db import Base
from saleor_influence_app.personal_data.inventory import HOLDINGS, Holding
from saleor_influence_app.shops import shops
from tests.support.shop_rows import put_customers, put_order

OTHER = "VXNlcjoxMTExMTE="
EMAIL = "unmistakable+tag@example.com"
AT = datetime(2026, 10, 1, tzinfo=UTC)
MARKS: dict[str, Any] = {
    "code": "UNMISTAKABLE-CODE",
    "handle": "@unmistakable@m.example",
    "url": "https://m.example/@unmistakable",
    "network_id": "https://m.example/users/unmistakable",
    "api_id": "unmistakable-api",
    "network_hash": b"unmistakable network hash",
    "address_hash": b"unmistakable address hash",
    "payment_hash": b"unmistakable payment hash",
    "gift_cards": "unmistakable gift card",
    "text": "unmistakable words",
    "segment": "unmistakable-segment",
}
"""What is searched for afterwards, beside the id and the hashes of the e-mail address."""
READ: dict[str, Any] = {"wording": "I agree.", "version": "2", "language": "en"}
SET: dict[str, dict[str, Any]] = {
    "exclusions": {"reason": "test"},
    "trials": {"state": "running", "ended_at": None, "p": None, "refusal": None},
    "outbox": {"state": "written", "wanted": {"private": {}}, "written": {"private": {}}},
    "profiles": {"proof": "nonce", "state": "linked", "network": "mastodon", "token_encrypted": None},
    "pending_links": {"method": "nonce", "network": "mastodon"},
    "invitations": {"network": "mastodon"},
    "erasures": {"reason": "erased", "state": "done", "customer_id": None},
    "score_bands": {"band": "low", "month": AT.date()},
    "ties": {"origin": "staff", "weight": 1.0, "kind": "friend", "valid_to": None},
    "orders": {"former_accounts": [], "gift_givers": [], "gift_card_lines": [], "gift_lines": []},
    "customers": {"is_staff": False, "deleted_at": None},
    "survey_responses": {"channel": "friend", "named_id": None},
    "trial_guests": {"social": False},
    "outreach_tasks": {"state": "done", "taken_by": "staff", "answer": None, "note": "unmistakable words"},
    "perk_programmes": {
        "state": "draft",
        "starts_at": AT,
        "ends_at": datetime(2026, 12, 1, tzinfo=UTC),
        "ended_at": None,
        "hold_out": 0.2,
        "terms": {},
        "segment": "regulars",
        "conditions": None,
    },
    "perk_grants": {"arm": "granted", "state": "given", "code": "OF-NOBODY-BY-THEN"},
    "perk_rewards": {"state": "given", "refusal": None},
    "perk_top_ups": {"state": "given"},
    "perk_invitations": {"state": "accepted"},
    "hand_off_deliveries": {"channel": "webhook", "event": "segment.left", "grant_id": None},
    "learning_steps": {"kind": "trial"},
    "customer_exports": {"sort": "value", "asked": {}},
    "network_scores": {"kind": "mastodon"},
    "network_scores_past": {"kind": "mastodon"},
    "contests": {"kind": "tie", "order_id": None, "outcome": None},
    "corrections": {"kind": "tie", "order_id": None, "contest_id": None},
    "objections": {"by": "self", "ended_at": None, "ended_by": None},
    "rights_requests": {"kind": "access", "done_at": None, "done_by": None},
}
"""What a table's constraints ask for."""
BY_OTHER_WAYS = {"consents", "consent_subjects", "messages", "erasures", "customers", "orders", "order_lines"}
"""Made below: by the ledger's own function, and as the person's story."""


def hashes(session: Session, shop_id: int) -> tuple[bytes, bytes]:
    """Of the person's address, and of the mailbox that it is a variant of."""
    key = shops.email_key(session, shop_id)
    own, mailbox = shops.email_hash(key, EMAIL), shops.mailbox_hash(key, EMAIL)
    assert own
    assert mailbox
    return own, mailbox


def fill(session: Session, shop_id: int, who: str) -> set[str]:
    """Put the person into every table of the inventory that speaks of one; returns the tables."""
    is_guest = who.startswith("guest:")
    own, mailbox = hashes(session, shop_id)
    given = {"email_hash": own, "mailbox_hash": mailbox}
    if not is_guest:
        put_customers(session, shop_id, who, **given)
    put_customers(session, shop_id, OTHER)
    marks = {name: MARKS[name] for name in ("address_hash", "payment_hash")}
    marks |= {"gift_cards": {MARKS["gift_cards"]: 12.5}}
    order_id = put_order(session, shop_id, None if is_guest else who, **given, **marks)
    put_order(session, shop_id, None, **given)
    if not is_guest:
        put_order(session, shop_id, OTHER, gift_givers=[who])
        put_order(session, shop_id, OTHER, former_accounts=[who])
    for number, body in enumerate(
        (f'{{"id": "{who}", "email": "{EMAIL}"}}', f'{{"order": {{"id": "{order_id}"', f'"{EMAIL}"')
    ):
        _insert(session, "messages", shop_id, {
            "slug": "order_updated", "body": body.encode(), "body_hash": bytes([number]), "state": "failed",
        })  # fmt: skip
    others = {"slug": "order_updated", "body": f'{{"id": "{OTHER}"}}'.encode(), "body_hash": b"other"}
    _insert(session, "messages", shop_id, others | {"state": "failed"})
    if not is_guest:
        kinds = [("link", "mastodon"), ("score", "mastodon"), ("perks", None)]
        decisions = [
            Decision(
                purpose=purpose, network=network, action="given", proof=ledger.SESSION, age_ok=True, **READ
            )
            for purpose, network in kinds
        ]
        ledger.record(session, shop_id, who, decisions=decisions)
    keys = _parents(session, shop_id)
    filled = set(BY_OTHER_WAYS)
    for one in HOLDINGS.values():
        if (
            one.table not in BY_OTHER_WAYS
            and {"customer", "guest"} & set(one.whose)
            and not (is_guest and "guest" not in one.whose)
        ):
            _fill(session, shop_id, one, who=who, keys=keys)
            filled.add(one.table)
    session.flush()
    return filled


def _fill(session: Session, shop_id: int, one: Holding, *, who: str, keys: dict[str, int]) -> None:
    if one.through is not None:
        column, table, its = one.through
        named = HOLDINGS[table].named_by
        theirs = f"ORDER BY {named[0]} IS NOT DISTINCT FROM :who DESC" if named else ""
        found = session.execute(text(f"SELECT {its} FROM {table} {theirs} LIMIT 1"), {"who": who})
        parent = found.scalar_one()
        _insert(session, one.table, shop_id, keys | {column: parent})
    for column in one.named_by:
        others = dict.fromkeys(one.named_by, OTHER)
        _insert(session, one.table, shop_id, keys | others | {column: who})


def _parents(session: Session, shop_id: int) -> dict[str, int]:
    run = Base.metadata.tables["runs"]
    columns = {"shop_id": shop_id, "kind": "full", "state": "done", "finished_at": AT}
    run_id = session.execute(insert(run).values(**columns).returning(run.c.id)).scalar_one()
    trial = _insert(session, "trials", shop_id, {"customer_id": OTHER})
    programme = _insert(session, "perk_programmes", shop_id, {})
    export = _insert(session, "customer_exports", shop_id, {})
    of_run = {"run_id": run_id, "until_run": run_id}
    return of_run | {"trial_id": trial, "programme_id": programme, "export_id": export}


def _insert(session: Session, name: str, shop_id: int, given: dict[str, Any]) -> Any:
    table = Base.metadata.tables[name]
    wanted = {"shop_id": shop_id} | MARKS | SET.get(name, {}) | given
    row = {
        column.name: wanted[column.name] if column.name in wanted else _some(column)
        for column in table.columns
        if column.name in wanted or not (column.nullable or column.server_default or column.identity)
    }
    key = next(iter(table.primary_key.columns))
    statement = insert(table).values(**row)
    return session.execute(statement.returning(table.c.get("id", key))).scalar_one()


def _some(column: Column[Any]) -> Any:
    kind = column.type.python_type
    if kind is datetime:
        return AT
    if kind is bytes:
        return b"some bytes"
    if kind is dict:
        return {}
    return kind(1) if kind in {int, float, bool} else kind("1") if kind is not list else []
