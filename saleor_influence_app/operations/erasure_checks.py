"""The doctor on forgetting: would it survive a restore, and has a restore undone any of it?"""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import func, select

from saleor_influence_app import db, settings
from saleor_influence_app.consent import ledger_audit, signed_heads, signer
from saleor_influence_app.models import PrivacySettingsRow, TombstoneRow
from saleor_influence_app.operations import database_roles, restores
from saleor_influence_app.operations.doctor import Finding, bad, good
from saleor_influence_app.shops import (
    installations,
    tombstone_check,
    tombstone_copies,
    tombstone_folder,
    tombstones,
)

SUBJECT = "privacy"
LEDGER = "consents"


def examine(transaction: db.Transaction) -> Iterator[Finding]:
    """Give findings on the tombstones and on each shop's consent ledger."""
    folder = settings.get().tombstone_folder
    with transaction() as session:
        on = session.scalar(select(func.count()).where(PrivacySettingsRow.enabled)) or 0
        forgotten = session.scalar(select(TombstoneRow.number).limit(1)) is not None
    if folder is None:
        advice = "Set TOMBSTONE_FOLDER to a folder outside of the database's backups (docs/privacy.md)."
        message = "After a restore from backup, people who were forgotten would be back."
        yield bad(SUBJECT, message, advice) if on or forgotten else good(SUBJECT, "Nobody was forgotten yet.")
    else:
        wrong = [*_notes(transaction, folder), *_restored(transaction, folder)]
        yield from wrong or [good(SUBJECT, "Whoever was forgotten is, and stays so after a restore.")]
    yield from _ledgers(transaction)


def _ledgers(transaction: db.Transaction) -> Iterator[Finding]:
    """Give what is wrong with the consent ledgers, their guards, and what should be signed and anchored."""
    with transaction() as session:
        known = signed_heads.known(session)
        installed = installations.installed(session)
        house = ledger_audit.of_house(session, known, [api_url for _, api_url in installed])
        one_role = database_roles.is_mighty(session)
    for sentence in house.trouble:
        yield bad(LEDGER, f"{sentence[0].upper()}{sentence[1:]}.", "Find out who could write.")
    for shop_id, api_url in installed:
        with transaction() as session:
            refusal = tombstone_check.refusal(session, shop_id)
            found = ledger_audit.of_shop(session, shop_id, known.heads.get(api_url, []))
            behind = signer.late(session, shop_id)
        if refusal:
            yield bad(api_url, refusal, "docs/operate.md, backup and restore, says what to do.")
        for sentence in found.trouble:
            yield bad(api_url, f"The consent ledger was changed: {sentence}.", "Find out who could write.")
        if behind:
            message = f"The head of the consent ledger is {'; '.join(behind)}."
            yield bad(api_url, message, "Look at the signer: ./influence consent sign")
    if settings.get().consent_public_keys_file is None:
        advice = "./influence consent sign proves to others that no row was cut off (docs/privacy.md)."
        yield good(LEDGER, "Nobody signs the consent ledgers.", advice)
    if one_role:
        advice = "Give the app a role of its own: docs/operate.md, database roles."
        yield good(LEDGER, "The app's role owns the tables, and could change consents.", advice)


def _notes(transaction: db.Transaction, folder: Path) -> Iterator[Finding]:
    """Give what is wrong with the folder, and with those of other machines."""
    if (trouble := tombstone_folder.trouble(folder)) is not None:
        advice = (
            "Until it can be written, no erasure is reported done; then everything that waits is written."
        )
        yield bad(SUBJECT, f"Cannot note who is forgotten: {trouble}.", advice)
    with transaction() as session:
        late, lost = tombstone_copies.late(session), tombstone_copies.lost(session)
        by_now = datetime.now(UTC) - tombstone_check.LATE_AFTER  # other machines' need a minute to arrive
        rows = tombstones.everything(session, noted_before=by_now)
    content = tombstone_folder.read(folder)
    if late:
        advice = "They are written within a minute of the folder being writable and a worker running."
        yield bad(SUBJECT, f"{late:,} endings wait to be noted outside of the database.", advice)
    if content.unreadable:
        advice = "What the database knows is written anew. Look at the disk, then delete the damaged lines."
        yield bad(SUBJECT, f"{content.unreadable:,} lines in TOMBSTONE_FOLDER are damaged.", advice)
    if lacking := len(rows.keys() - content.stones):
        message = f"TOMBSTONE_FOLDER lacks {lacking:,} of the {len(rows):,} endings that the database knows."
        yield bad(SUBJECT, message, "A running worker writes them within a minute: ./influence serve")
    for one in lost:
        message = (
            f"The folder {one.name} of {one.host} with {one.lines:,} tombstones was last seen at "
            f"{one.seen_at:%Y-%m-%d %H:%M} UTC. After a restore it alone may know who was forgotten since."
        )
        advice = f"Mount it again. If it is gone on purpose: ./influence privacy retire-folder {one.name}"
        yield bad(SUBJECT, message, advice)


def _restored(transaction: db.Transaction, folder: Path) -> Iterator[Finding]:
    back = restores.apply(transaction, folder, dry_run=True).total
    if back:
        message = f"The database is older than its tombstones: {back} endings are not in it."
        yield bad(SUBJECT, message, "Run: ./influence privacy forget-again")
