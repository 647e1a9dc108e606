"""The signer: reads every shop's chain, signs its head if all is well, and takes it out of the database.

It is a process of its own. Its key, its folder of anchors and its role in the database are not the app's.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from joserfc.jwk import OKPKey
from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from saleor_influence_app import db, log, settings
from saleor_influence_app.consent import anchors, database_guards, ledger_audit, signed_heads, signing
from saleor_influence_app.consent.signed_heads import Head
from saleor_influence_app.errors import AppError, InputInvalid, SettingInvalid
from saleor_influence_app.models import Consent, ConsentHead, Shop
from saleor_influence_app.shops import problems

logger = log.get(__name__)

PROBLEM = "influence-consent-heads"
_INSTALLED = select(Shop.id, Shop.api_url).order_by(Shop.id)
DAILY = timedelta(hours=23)
LATE = timedelta(hours=26)
DONE = {
    "filed": ConsentHead.filed_at,
    "mailed": ConsentHead.mailed_at,
    "put": ConsentHead.put_at,
    "stamped": ConsentHead.stamped_at,
}
WORDS = {
    "filed": "written to CONSENT_ANCHOR_FOLDER",
    "mailed": "mailed to CONSENT_ANCHOR_MAIL_TO",
    "put": "put to CONSENT_ANCHOR_URL",
    "stamped": "stamped by TIMESTAMP_URL",
}


@dataclass(frozen=True, slots=True)
class Signed:
    """What became of one shop: rows that are signed, anchors that have them, and why not."""

    api_url: str
    rows: int = 0
    anchored: list[str] = field(default_factory=list)
    trouble: list[str] = field(default_factory=list)


def sign_all(
    transaction: db.Transaction, key: OKPKey, *, at_once: bool = False, restored: str | None = None
) -> list[Signed]:
    """Sign what is new, or older than a day, and anchor it; a chain that is not well is not signed.

    `restored` says why the rows after a backup are gone: what was signed of them no longer counts.
    """
    if settings.get().consent_anchor_folder is None:
        raise SettingInvalid("Set CONSENT_ANCHOR_FOLDER: the signer remembers there what it has signed.")
    if key.thumbprint() not in {known["kid"] for known in signing.signer_keys()["keys"]}:
        raise SettingInvalid(
            "CONSENT_PUBLIC_KEYS_FILE lacks the signer's key, so that nobody could check it."
        )
    with transaction() as session:
        known = signed_heads.known(session)
        shops = [(row.id, row.api_url) for row in session.execute(_INSTALLED)]
        house = ledger_audit.of_house(session, known, [api_url for _, api_url in shops])
        is_guarded = not database_guards.trouble(session)
    done = [Signed("all shops", trouble=house.trouble)] if house.trouble else []
    if not is_guarded:
        return done
    for shop_id, api_url in shops:
        shop = _Shop(shop_id, api_url, known.heads.get(api_url, []))
        found = _sign(transaction, shop, key=key, at_once=at_once, restored=restored)
        if found.rows or found.trouble:
            done.append(found)
    return done


@dataclass(frozen=True, slots=True)
class _Shop:
    shop_id: int
    api_url: str
    signed: Sequence[Head]

    @property
    def last(self) -> Head | None:
        return self.signed[-1] if self.signed else None


def _sign(
    transaction: db.Transaction, shop: _Shop, *, key: OKPKey, at_once: bool, restored: str | None
) -> Signed:
    with transaction() as session:
        found = ledger_audit.of_shop(session, shop.shop_id, shop.signed)
        head = signed_heads.now(session, shop.shop_id, shop.api_url, previous=shop.last)
        if head is not None and restored is not None and found.trouble:
            head = replace(head, restored={"rows": _common(session, shop), "why": restored})
            found = ledger_audit.of_shop(session, shop.shop_id, [*shop.signed, head])
    if found.trouble:
        return Signed(shop.api_url, trouble=found.trouble)
    if head is None:
        return Signed(shop.api_url)
    last = shop.last
    if last is None or at_once or _age(last) > DAILY or (last.rows, last.head) != (head.rows, head.head):
        signed = replace(head, signed=head.sign(key))
        with transaction() as session:
            session.execute(insert(ConsentHead).values(_row(shop.shop_id, signed)))
        logger.info("consent_head.signed", shop_id=shop.shop_id, rows=signed.rows)
    else:
        signed = last
    return _anchor(transaction, shop, signed, at_once=at_once)


def _row(shop_id: int, head: Head) -> dict[str, Any]:
    at = datetime.fromisoformat(head.at)
    return {"shop_id": shop_id, "rows": head.rows, "signed": head.signed, "signed_at": at}


def _age(head: Head) -> timedelta:
    return datetime.now(UTC) - datetime.fromisoformat(head.at)


def _common(session: Session, shop: _Shop) -> int:
    """Return how many rows the chain and what was signed of it have in common, as far as heads tell."""
    rows = select(Consent.number, Consent.hash).where(Consent.shop_id == shop.shop_id)
    hashes = {row.number: row.hash.hex() for row in session.execute(rows)}
    return max((head.rows for head in shop.signed if hashes.get(head.rows) == head.head), default=0)


def _anchor(transaction: db.Transaction, shop: _Shop, head: Head, *, at_once: bool) -> Signed:
    """Take the head to each anchor that has had none of this shop for a day; the folder has every one."""
    done, trouble = [], []
    for name in anchors.configured():
        with transaction() as session:
            if not _due(session, shop.shop_id, head, name=name, at_once=at_once):
                continue
        try:
            values = _to(name)(head) | {DONE[name].key: func.now()}
        except (AppError, OSError) as error:
            why = (
                error.message
                if isinstance(error, AppError)
                else f"The disk refuses ({type(error).__name__})."
            )
            trouble.append(f"not {WORDS[name]}: {why}")
            continue
        with transaction() as session:
            _note(session, shop.shop_id, head, values=values)
        done.append(name)
    with transaction() as session:
        _note(session, shop.shop_id, head, values={"trouble": "; ".join(trouble) or None})
    return Signed(shop.api_url, head.rows, done, trouble)


def _due(session: Session, shop_id: int, head: Head, *, name: str, at_once: bool) -> bool:
    mine = select(DONE[name]).where(ConsentHead.shop_id == shop_id, ConsentHead.signed == head.signed)
    if session.scalar(mine) is not None:
        return False
    newest = session.scalar(select(func.max(DONE[name])).where(ConsentHead.shop_id == shop_id))
    return name == "filed" or at_once or newest is None or datetime.now(UTC) - newest > DAILY


def _note(session: Session, shop_id: int, head: Head, *, values: dict[str, Any]) -> None:
    same = (ConsentHead.shop_id == shop_id, ConsentHead.signed == head.signed)
    session.execute(update(ConsentHead).where(*same).values(values))


def _to(name: str) -> Callable[[Head], dict[str, Any]]:
    """Return what takes a head to the anchor, and gives what is to be stored beside when."""
    given = settings.get()

    def go(head: Head) -> dict[str, Any]:
        if name == "filed" and given.consent_anchor_folder is not None:
            anchors.file(head, given.consent_anchor_folder)
        elif name == "mailed" and given.consent_anchor_mail_to is not None:
            anchors.post(head, given.consent_anchor_mail_to)
        elif name == "put" and given.consent_anchor_url is not None:
            anchors.put(head, given.consent_anchor_url.get_secret_value(), given.anchor_headers)
        elif name == "stamped" and given.timestamp_url is not None:
            return {"stamp": anchors.stamp(head, str(given.timestamp_url))}
        return {}

    return go


def late(session: Session, shop_id: int) -> list[str]:
    """Return what of the shop's ledger should have been signed or anchored by now, and was not."""
    given = settings.get()
    oldest = select(Consent.at).where(Consent.shop_id == shop_id).order_by(Consent.number)
    first = session.scalar(oldest.limit(1))
    limit = datetime.now(UTC) - LATE
    if given.consent_public_keys_file is None or first is None or first > limit:
        return []
    columns = {"signed": ConsentHead.signed_at} | {name: DONE[name] for name in anchors.configured()}
    newest = select(*(func.max(column) for column in columns.values())).where(ConsentHead.shop_id == shop_id)
    found = dict(zip(columns, session.execute(newest).one(), strict=True))
    why = select(ConsentHead.trouble).where(ConsentHead.shop_id == shop_id).order_by(ConsentHead.id.desc())
    behind = [
        f"not {WORDS.get(name, 'signed')} since {f'{at:%Y-%m-%d %H:%M} UTC' if at else 'the first consent'}"
        for name, at in found.items()
        if at is None or at < limit
    ]
    told = session.scalar(why.limit(1)) if behind else None
    return [*behind, *([told] if told else [])]


def report(session: Session, shop_id: int) -> None:
    """The shop has the problem that its ledger is signed or anchored late, or has it no longer."""
    behind = late(session, shop_id)
    if behind:
        message = (
            f"The head of the consent ledger is {'; '.join(behind)}. `./influence consent sign` says why."
        )
        problems.raise_problem(session, shop_id, PROBLEM, message)
    else:
        problems.resolve_problem(session, shop_id, PROBLEM)


def demand_reason(restored: str | None) -> str | None:
    """Return the reason; raises InputInvalid for one without words."""
    if restored is not None and not restored.strip():
        raise InputInvalid(
            "Say why rows are gone: --restored 'backup of 1 May put back after a disk failed'."
        )
    return restored
