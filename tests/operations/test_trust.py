"""Where it is not known any more who was forgotten, nobody is valued or written about, and staff read why."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from saleor_influence_app import db, run_queue, settings
from saleor_influence_app.erasure import erasure
from saleor_influence_app.models import TombstoneKind
from saleor_influence_app.operations import erasure_checks, restores
from saleor_influence_app.runs import execution
from saleor_influence_app.shops import problems, tombstone_check, tombstone_copies, tombstones
from saleor_influence_app.writeback import flush, outbox
from tests.support.command_line import Run
from tests.support.shop_rows import put_customers
from tests.support.social_shop import Shop, sql
from tests.support.tombstones import out_of_order

STAGED = "INSERT INTO outbox (shop_id, customer_id, wanted) VALUES (:shop_id, :who, CAST(:wanted AS jsonb))"


@pytest.fixture
def folder(shop: Shop) -> Path:
    """The folder of the settings, which the database knows, and in which Ines stands as forgotten."""
    folder = settings.get().tombstone_folder
    assert folder is not None
    with db.transaction() as own:
        erasure.erase(own, shop.shop_id, "ines")
    tombstone_copies.catch_up(db.transaction, folder)
    return folder


@pytest.fixture
def scores(shop: Shop, session: Session) -> Callable[[], str]:
    """Have a run of the shop done; returns its state."""

    def score() -> str:
        with db.transaction() as own:
            run_id = run_queue.request(own, shop.shop_id, kind="full")
        assert run_id is not None
        sql(session, "UPDATE runs SET not_before = now() WHERE state = 'queued'")
        session.commit()
        execution.execute(db.transaction, run_id)
        [[state]] = sql(session, "SELECT state FROM runs WHERE id = :id", id=run_id)
        session.rollback()
        return str(state)

    return score


def empty(folder: Path) -> None:
    for file in folder.iterdir():
        file.unlink()


def stage(session: Session, shop_id: int) -> None:
    """Mara's record is to be written, and that of somebody who left is to be cleaned."""
    sql(session, "DELETE FROM outbox")
    sql(session, STAGED, shop_id=shop_id, who="mara", wanted='{"private": {"influence.value": "1"}}')
    sql(session, STAGED, shop_id=shop_id, who="gone", wanted=None)
    session.commit()


def claimed(shop_id: int) -> set[str]:
    with db.transaction() as own:
        return {claim.customer_id for claim in outbox.claim(own, shop_id, limit=10)}


def told(session: Session) -> list[str]:
    found = sql(session, "SELECT message FROM problems WHERE key = :key", key=problems.FORGOTTEN_UNKNOWN)
    session.rollback()
    return [row[0] for row in found]


def findings() -> list[str]:
    return [finding.message for finding in erasure_checks.examine(db.snapshot) if not finding.well]


@pytest.mark.usefixtures("folder")
def test_while_the_folder_is_seen_everything_goes_on(
    shop: Shop, session: Session, scores: Callable[[], str]
) -> None:
    assert tombstone_check.refusal(session, shop.shop_id) is None
    assert scores() == "done"
    stage(session, shop.shop_id)
    assert claimed(shop.shop_id) == {"mara", "gone"}


@pytest.mark.parametrize("how", ["lost", "emptied", "an old copy"])
def test_a_folder_that_lacks_what_it_held_stops_runs_and_writes_until_somebody_decides(
    how: str,
    shop: Shop,
    session: Session,
    folder: Path,
    scores: Callable[[], str],
    tmp_path: Path,
    run: Run,
) -> None:
    shutil.copytree(folder, copy := tmp_path / "copy")
    with db.transaction() as own:
        erasure.erase(own, shop.shop_id, "mara")
    tombstone_copies.catch_up(db.transaction, folder)
    [[name]] = sql(session, "SELECT name FROM tombstone_folders")
    session.rollback()
    if how == "lost":
        shutil.rmtree(folder)
        folder.mkdir()
    else:
        empty(folder)
    if how == "an old copy":
        shutil.copytree(copy, folder, dirs_exist_ok=True)

    tombstone_copies.catch_up(db.transaction, folder)

    assert scores() == "queued"
    stage(session, shop.shop_id)
    assert claimed(shop.shop_id) == {"gone"}, "what is to go still goes"
    assert [name in message for message in told(session)] == [True]
    assert any("people who were forgotten may be back" in message for message in findings())

    assert run("privacy", "retire-folder", name).returncode == 0
    assert scores() == "done"
    assert told(session) == []


def test_a_folder_that_cannot_be_written_stops_runs_as_soon_as_somebody_waits_to_be_noted(
    shop: Shop, session: Session, folder: Path, scores: Callable[[], str]
) -> None:
    with out_of_order(folder):
        with db.transaction() as own:
            erasure.erase(own, shop.shop_id, "mara")
        sql(session, "UPDATE tombstones SET at = at - interval '10 minutes' WHERE noted_at IS NULL")
        session.commit()
        assert scores() == "queued"
        assert ["TOMBSTONE_FOLDER cannot be written" in message for message in told(session)] == [True]

    tombstone_copies.catch_up(db.transaction, folder)

    assert scores() == "done"


def test_a_folder_that_cannot_be_used_is_trusted_for_ten_minutes_and_no_longer(
    shop: Shop, session: Session, folder: Path
) -> None:
    with out_of_order(folder):
        with pytest.raises(OSError, match="is no file"):
            tombstone_copies.catch_up(db.transaction, folder)
        assert tombstone_check.refusal(session, shop.shop_id) is None
        sql(session, "UPDATE tombstone_folders SET trusted_until = trusted_until - interval '11 minutes'")
        assert "was last seen at" in (tombstone_check.refusal(session, shop.shop_id) or "")
        session.commit()

    tombstone_copies.catch_up(db.transaction, folder)

    session.expire_all()
    assert tombstone_check.refusal(session, shop.shop_id) is None


def test_another_machine_is_trusted_once_a_trusted_folder_was_seen_after_it_came(
    shop: Shop, session: Session, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("socket.gethostname", lambda: "another")
    other = tmp_path / "other"
    other.mkdir()
    tombstone_copies.catch_up(db.transaction, other)
    sql(session, "UPDATE tombstone_folders SET trusted_until = now() WHERE host <> 'another'")
    session.commit()
    assert tombstone_check.refusal(session, shop.shop_id), "the first machine alone may know more"

    tombstone_copies.catch_up(db.transaction, folder)
    tombstone_copies.catch_up(db.transaction, other)
    sql(session, "UPDATE tombstone_folders SET trusted_until = now() WHERE host <> 'another'")
    session.commit()

    assert tombstone_check.refusal(session, shop.shop_id) is None


def test_after_a_restore_each_folder_must_be_seen_again(shop: Shop, session: Session, folder: Path) -> None:
    put_customers(session, shop.shop_id, "late")
    session.commit()
    with db.transaction() as own:
        erasure.erase(own, shop.shop_id, "late")
    sql(session, "DELETE FROM tombstones")  # as in a backup from before
    sql(session, "DELETE FROM outbox")
    put_customers(session, shop.shop_id, "late")
    session.commit()

    assert restores.apply(db.transaction, folder).people > 0
    assert tombstone_check.refusal(session, shop.shop_id)

    tombstone_copies.catch_up(db.transaction, folder)
    session.expire_all()
    assert tombstone_check.refusal(session, shop.shop_id) is None


def test_where_no_folder_was_ever_set_nothing_is_stopped_and_the_doctor_says_what_a_restore_would_undo(
    shop: Shop, session: Session
) -> None:
    tombstones.note(session, shop.shop_id, [tombstones.Ending(customer_id="ines", what=TombstoneKind.ERASED)])
    session.commit()
    assert tombstone_check.refusal(session, shop.shop_id) is None
    assert flush.flush(db.transaction, shop.shop_id).trouble is None
