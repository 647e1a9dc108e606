"""Forgetting: what rests on a consent goes in the transaction that ends it; networks and Saleor follow.

An `Erasure` row says how far that is (asked, remote, done), and names nobody once it is done.

Locks are taken in one order everywhere: outbox (`staging.lock`), facts, consents. A run holds the first two
until it commits, so that what it computed of somebody who leaves meanwhile is seen and goes.
"""
# ruff: noqa: S608 - only names and states of our own tables are put into statements

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import CursorResult, delete, func, select, text
from sqlalchemy.orm import Session

from saleor_influence_app import db, log, run_queue
from saleor_influence_app.consent import ledger
from saleor_influence_app.consent.ledger import Decision
from saleor_influence_app.erasure import certificates, person_rows
from saleor_influence_app.erasure.person_rows import Person
from saleor_influence_app.models import (
    Action,
    ConsentSubject,
    Erasure,
    ErasureReason,
    ErasureState,
    Message,
    Notice,
    OutreachTask,
    PendingLink,
    Profile,
    Purpose,
    RunKind,
    TieOrigin,
    TombstoneKind,
)
from saleor_influence_app.orders import orders
from saleor_influence_app.personal_data.inventory import HOLDINGS, deleted_from, emptied_in
from saleor_influence_app.runs import network_part
from saleor_influence_app.runs.departed import forget_social_credits
from saleor_influence_app.shops import shops, social_tokens, suppression, tombstones
from saleor_influence_app.shops.tombstones import Ending
from saleor_influence_app.targeting import consenting_members
from saleor_influence_app.writeback import staging

logger = log.get(__name__)


@dataclass(frozen=True, slots=True)
class TokenRevocationPolicy:
    """Which erasure waits for a token's revocation, and which token must not be revoked."""

    erasure_id: int | None = None
    keep: str | None = None
    keep_all: bool = False

    def keeps(self, access: str) -> bool:
        """Say whether this token, as the network knows it, must go on working."""
        return self.keep_all or access == self.keep


_TIES = text(f"""
    DELETE FROM ties WHERE shop_id = :shop_id AND origin = '{TieOrigin.SOCIAL}'
        AND split_part(kind, ':', 1) = :network AND :customer_id IN (source_id, target_id)
""")
_READ = tuple(
    (
        one.table,
        text(f"""
            DELETE FROM {one.table} WHERE profile_id IN (SELECT id FROM profiles
                WHERE shop_id = :shop_id AND customer_id = :customer_id AND network = :network)
        """),
    )
    for one in HOLDINGS.values()
    if one.through is not None and one.through[1] == "profiles"
)
_EMPTIED = tuple(
    text(f"UPDATE {table} SET {column} = NULL WHERE shop_id = :shop_id AND {column} = ANY (:ids)")
    for table, column in emptied_in("erasure")
)
_OF_ERASED, _OF_DELETED = (
    tuple(
        (table, text(f"DELETE FROM {table} WHERE shop_id = :shop_id AND {column} = ANY (:ids)"))
        for table, column in deleted_from(event)
    )
    for event in ("erasure", "deletion")
)


def withdraw(
    session: Session,
    shop_id: int,
    customer_id: str,
    *,
    decision: Decision,
    reason: str = ErasureReason.WITHDRAWN,
) -> None:
    """End a consent and delete what rests on it; the end of linking also ends what is read of the profile."""
    purpose, network = key = decision.purpose, decision.network
    staging.lock(session, shop_id)
    also = [(Purpose.SCORE, network)] if purpose == Purpose.LINK else []
    ending = [one for one in (*also, key) if one in ledger.given(session, shop_id, customer_id)]
    if not ending:
        return
    endings = [
        Ending(customer_id=customer_id, what=TombstoneKind.WITHDRAWN, purpose=ends, network=where)
        for ends, where in ending
    ]
    tombstones.note(session, shop_id, endings)
    ledger.record(
        session,
        shop_id,
        customer_id,
        decisions=[
            Decision(
                purpose=ends,
                network=where,
                action=Action.WITHDRAWN,
                wording=decision.wording,
                version=decision.version,
                language=decision.language,
                proof=decision.proof,
            )
            for ends, where in ending
        ],
    )
    consenting_members.let_go(session, shop_id, customer_id, purpose=Purpose(purpose))
    if purpose == Purpose.OUTREACH:
        whose = OutreachTask.shop_id == shop_id, OutreachTask.customer_id == customer_id
        session.execute(delete(OutreachTask).where(*whose))
        db.after_commit(session, "facts.perks")
    if network is not None:
        erasure_id = _asked(session, shop_id, customer_id, reason=reason, network=network)
        _stop_reading(session, shop_id, customer_id, network=network)
        if purpose == Purpose.LINK:
            _drop_pending(session, shop_id, customer_id, network=network)
            unlink(session, shop_id, customer_id, network=network, follows=TokenRevocationPolicy(erasure_id))


def unlink(
    session: Session,
    shop_id: int,
    customer_id: str,
    *,
    network: str,
    follows: TokenRevocationPolicy | None = None,
) -> None:
    """Delete their profile on the network with all that was read of it, and have its token revoked.

    Not a token that is in use still: some servers give one and the same for each authorisation of an account.
    """
    wanted = follows or TokenRevocationPolicy()
    gone = session.execute(
        delete(Profile)
        .where(Profile.shop_id == shop_id, Profile.customer_id == customer_id, Profile.network == network)
        .returning(Profile.token_encrypted, Profile.base_url)
    ).one_or_none()
    token = social_tokens.open_token(gone.token_encrypted) if gone is not None else None
    if gone is None or token is None or wanted.keeps(token.access):
        return
    social_tokens.revoke(
        session, shop_id, network, at=(gone.base_url, gone.token_encrypted), erasure_id=wanted.erasure_id
    )


def make_room(
    session: Session, shop_id: int, customer_id: str, *, network: str, keeping: TokenRevocationPolicy
) -> None:
    """Delete the profile because a newer proof counts; the token of that proof stays valid."""
    staging.lock(session, shop_id)
    erasure_id = _asked(session, shop_id, customer_id, reason=ErasureReason.MOVED, network=network)
    _stop_reading(session, shop_id, customer_id, network=network)
    unlink(session, shop_id, customer_id, network=network, follows=replace(keeping, erasure_id=erasure_id))


def add_notice(session: Session, shop_id: int, customer_id: str, *, kind: str, network: str) -> None:
    """Show the customer a notice on their page."""
    session.add(
        Notice(shop_id=shop_id, customer_id=customer_id, kind=kind, network=network, at=datetime.now(UTC))
    )


def erase(
    session: Session,
    shop_id: int,
    customer_id: str,
    *,
    reason: str = ErasureReason.ERASED,
    asked: Erasure | None = None,
) -> dict[str, Any]:
    """Delete everything that names the customer or guest, and return a certificate of what was deleted.

    Their orders stay with the shop, without the name and the hashes, and nothing is computed of them. The
    consent ledger keeps its rows, which no longer name anybody. Until Saleor's record is clean the rows that
    say so (`persons.UNTIL_DONE`) name them.
    """
    staging.lock(session, shop_id)
    shops.lock_facts(session, shop_id)
    someone = person_rows.person(session, shop_id, customer_id)
    uncertain = _is_restored(session, shop_id, customer_id)
    endings = [Ending(customer_id=name, what=TombstoneKind.ERASED) for name in someone.names]
    tombstones.note(session, shop_id, endings)
    deleted = forget(session, shop_id, someone.names, reason=reason)
    deleted["messages"] = delete_bodies(session, shop_id, [someone])
    orders.unbind(session, shop_id, [customer_id])
    orders.take_names_off(session, shop_id, someone.order_ids)
    staging.drop(session, shop_id, customer_id, uncertain=uncertain)
    row = asked or session.get_one(
        Erasure, _asked(session, shop_id, customer_id, reason=reason, network=None)
    )
    row.state = ErasureState.REMOTE
    row.certificate = certificates.certificate(row, deleted, orders_kept=len(someone.order_ids))
    db.after_commit(session, "outbox.flush", shop_id)
    run_queue.request(session, shop_id, kind=RunKind.FULL)
    return row.certificate


def ask(session: Session, shop_id: int, customer_ids: Collection[str], *, reason: str) -> None:
    """Have everything held of these customers erased within a minute: for callers that hold a later lock."""
    for customer_id in customer_ids:
        session.add(
            Erasure(
                shop_id=shop_id,
                customer_id=customer_id,
                reason=reason,
                state=ErasureState.ASKED,
                asked_at=datetime.now(UTC),
            )
        )
    if customer_ids:
        db.after_commit(session, "social.sweep")


def forget(session: Session, shop_id: int, customer_ids: Collection[str], *, reason: str) -> Counter[str]:
    """End the consents of these customers and delete their rows; returns how many went of each table.

    What becomes of a table is the inventory's word, for an erasure, or a deletion in Saleor.
    """
    ids = sorted(customer_ids)
    known = session.scalars(
        select(ConsentSubject.customer_id).where(
            ConsentSubject.shop_id == shop_id, ConsentSubject.customer_id == func.any_(ids)
        )
    ).all()
    deleted: Counter[str] = Counter()
    for customer_id in known:
        _end_consents(session, shop_id, customer_id, reason=reason)
        networks = session.scalars(
            select(Profile.network).where(Profile.shop_id == shop_id, Profile.customer_id == customer_id)
        ).all()
        for network in networks:
            erasure_id = _asked(session, shop_id, customer_id, reason=reason, network=network)
            deleted += _drop_read(session, shop_id, customer_id, network=network)
            deleted["profiles"] += 1
            unlink(session, shop_id, customer_id, network=network, follows=TokenRevocationPolicy(erasure_id))
    places = _OF_DELETED if reason == ErasureReason.DELETED else _OF_ERASED
    for table, statement in places:
        deleted[table] += _count(session.execute(statement, {"shop_id": shop_id, "ids": ids}))
    for statement in _EMPTIED:
        session.execute(statement, {"shop_id": shop_id, "ids": ids})
    if known:
        forget_social_credits(session, shop_id)
    return deleted


def _end_consents(session: Session, shop_id: int, customer_id: str, *, reason: str) -> None:
    decided = ledger.current(session, shop_id, customer_id)
    active = [key for key, row in decided.items() if row.action == Action.GIVEN]
    # Whoever had withdrawn everything is withdrawn once more: the ledger says why it names them no more.
    ended = [
        Decision(purpose=purpose, network=network, action=Action.WITHDRAWN, proof=reason)
        for purpose, network in sorted(active or list(decided)[:1], key=str)
    ]
    ledger.record(session, shop_id, customer_id, decisions=ended)


def delete_bodies(
    session: Session, shop_id: int, people: Collection[Person], *, states: Collection[str] = person_rows.KEPT
) -> int:
    """Delete what Saleor sent of these people and is not handled; returns how many messages.

    What Saleor itself knows of their orders is read again by the comparison.
    """
    ids = [one.message_id for one in person_rows.bodies(session, shop_id, people, states=states)]
    return _count(session.execute(delete(Message).where(Message.id == func.any_(ids))))


def delete_stray_bodies(session: Session, shop_id: int) -> int:
    """Delete messages that were not understood and speak of who was erased or deleted before they came."""
    ids = person_rows.strays(session, shop_id)
    return _count(session.execute(delete(Message).where(Message.id == func.any_(ids))))


def _is_restored(session: Session, shop_id: int, customer_id: str) -> bool:
    """Say whether they were erased before a restore: Saleor's record may say what no row here knows."""
    ended = suppression.ended(session, shop_id, [customer_id]).get(customer_id)
    return ended is not None and ended.is_from_folder


def _count(result: object) -> int:
    return result.rowcount if isinstance(result, CursorResult) else 0


def _stop_reading(session: Session, shop_id: int, customer_id: str, *, network: str) -> None:
    """Delete what was read on the network, also from numbers about the customer, here and in Saleor."""
    network_part.take_away(session, shop_id, customer_id, network=network)
    _drop_read(session, shop_id, customer_id, network=network)
    forget_social_credits(session, shop_id)
    db.after_commit(session, "outbox.flush", shop_id)
    run_queue.request(session, shop_id, kind=RunKind.FULL)


def _drop_read(session: Session, shop_id: int, customer_id: str, *, network: str) -> Counter[str]:
    given = {"shop_id": shop_id, "customer_id": customer_id, "network": network}
    return Counter({table: _count(session.execute(one, given)) for table, one in (("ties", _TIES), *_READ)})


def _drop_pending(session: Session, shop_id: int, customer_id: str, *, network: str) -> None:
    session.execute(
        delete(PendingLink).where(
            PendingLink.shop_id == shop_id,
            PendingLink.customer_id == customer_id,
            PendingLink.network == network,
        )
    )


def _asked(session: Session, shop_id: int, customer_id: str, *, reason: str, network: str | None) -> int:
    row = Erasure(
        shop_id=shop_id, customer_id=customer_id, reason=reason, network=network, asked_at=datetime.now(UTC)
    )
    session.add(row)
    session.flush()
    logger.info("erasure.asked", shop_id=shop_id, reason=reason, network=network)
    return row.id
