"""The doctor on forgetting: would it survive a restore, and has a restore undone any of it?"""

from collections.abc import Iterator

from sqlalchemy import func, select

from saleor_influence_app import db, settings
from saleor_influence_app.models import PrivacySettings, Shop
from saleor_influence_app.pipeline import restores
from saleor_influence_app.pipeline.doctor import Finding, bad, good
from saleor_influence_app.pipeline.privacy import consents, tombstones

SUBJECT = "privacy"


def examine(transaction: db.Transaction) -> Iterator[Finding]:
    """Give findings on the tombstones and on each shop's consent ledger."""
    folder = settings.get().tombstone_folder
    with transaction() as session:
        on = session.scalar(select(func.count()).where(PrivacySettings.enabled)) or 0
        shops = session.execute(select(Shop.id, Shop.api_url).order_by(Shop.id)).all()
    if folder is None:
        advice = "Set TOMBSTONE_FOLDER to a folder outside of the database's backups (docs/privacy.md)."
        message = "After a restore from backup, people who were forgotten would be back."
        yield bad(SUBJECT, message, advice) if on else good(SUBJECT, "Social profiles are off everywhere.")
    elif not tombstones.is_writable(folder):
        yield bad(SUBJECT, "TOMBSTONE_FOLDER cannot be written.", "Give this user the right to write there.")
    elif back := restores.apply(transaction, folder, dry_run=True).total:
        message = f"The database is older than its tombstones: {back} endings are not in it."
        yield bad(SUBJECT, message, "Run: ./influence privacy forget-again")
    else:
        yield good(SUBJECT, "Whoever was forgotten is, and stays so after a restore.")
    for shop_id, api_url in shops:
        with transaction() as session:
            found = consents.verify(session, shop_id)
        if found.broken:
            yield bad(
                api_url, f"The consent ledger was changed: {found.broken}.", "Find out who could write."
            )
