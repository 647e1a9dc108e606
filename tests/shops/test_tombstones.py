"""Who was forgotten is noted outside of the database, whatever becomes of disks, processes and machines."""

import os
import resource
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from saleor_influence_app import db, settings, tasks
from saleor_influence_app.erasure import erasure
from saleor_influence_app.models import TombstoneKind
from saleor_influence_app.operations import erasure_checks, restores
from saleor_influence_app.profiles import revocations
from saleor_influence_app.shops import shops, tombstone_copies, tombstone_folder, tombstones
from saleor_influence_app.shops.tombstone_copies import Watch
from saleor_influence_app.shops.tombstone_folder import Tombstone
from tests.support.command_line import Run
from tests.support.laws import some
from tests.support.shop_rows import put_customers
from tests.support.social_shop import API_URL, SETTINGS, Shop, sql
from tests.support.tombstones import out_of_order


@pytest.fixture
def folder(shop: Shop) -> Path:
    """The folder of the settings."""
    assert shop
    folder = settings.get().tombstone_folder
    assert folder is not None
    return folder


LINK = ("link", "mastodon")
PEOPLE = [f"p{number}" for number in range(100)]
KIB = 1024


@dataclass(frozen=True)
class SmallDisk:
    """A disk of 16 kB under the folder, which an operator makes larger."""

    grow: Callable[[], None]


@contextmanager
def tiny_file_system(folder: Path) -> Iterator[SmallDisk]:
    mount = ["mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", str(folder)]
    done = subprocess.run(mount, check=False, capture_output=True)
    if done.returncode:
        pytest.skip("nothing may be mounted here: the same with a limit of the file's size runs beside this")

    def grow() -> None:
        subprocess.run(["mount", "-o", "remount,size=1m", str(folder)], check=True)

    try:
        yield SmallDisk(grow)
    finally:
        subprocess.run(["umount", str(folder)], check=True)


@contextmanager
def limited_file_size(folder: Path) -> Iterator[SmallDisk]:
    del folder
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (16 * KIB, hard))
    try:
        yield SmallDisk(lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard)))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def names(session: Session, shop_id: int, people: list[str]) -> set[str]:
    key = shops.derived_key(session, shop_id, "tombstones")
    return {tombstones.name_of(one, key) for one in people}


def states(session: Session) -> dict[str, int]:
    return dict(sql(session, "SELECT state, count(*) FROM erasures GROUP BY state"))


def sweep() -> None:
    tasks.social_sweep()


def findings() -> list[str]:
    return [finding.message for finding in erasure_checks.examine(db.snapshot) if not finding.well]


@some("small_disk", limited_file_size, tiny_file_system)
def test_a_disk_that_was_full_while_many_people_were_forgotten_loses_none(
    small_disk: Callable[[Path], Iterator[SmallDisk]], shop: Shop, session: Session, folder: Path
) -> None:
    """Case 15: a short write lost people silently, and the first one after it."""
    put_customers(session, shop.shop_id, *PEOPLE, "after")
    session.commit()

    with small_disk(folder) as disk:  # type: ignore[attr-defined] # a context manager
        for who in PEOPLE:
            with db.transaction() as own:
                erasure.erase(own, shop.shop_id, who)
        sql(session, "UPDATE outbox SET state = 'written'")
        session.commit()

        noted = len(tombstones.read(folder))
        assert 0 < noted < len(PEOPLE)
        sweep()
        assert states(session) == {"done": noted, "remote": len(PEOPLE) - noted}, "done is what was noted"
        sql(session, "UPDATE tombstones SET at = at - interval '10 minutes'")
        session.commit()
        assert any(f"{len(PEOPLE) - noted} endings wait to be noted" in message for message in findings())

        disk.grow()
        with db.transaction() as own:
            erasure.erase(own, shop.shop_id, "after")
        sql(session, "UPDATE outbox SET state = 'written'")
        session.commit()
        sweep()

        assert names(session, shop.shop_id, [*PEOPLE, "after"]) <= set(tombstones.read(folder))
        assert tombstone_folder.read(folder).unreadable == 0
        assert states(session) == {"done": len(PEOPLE) + 1}


def test_a_write_of_which_the_disk_takes_a_part_leaves_nothing(folder: Path) -> None:
    first, second = (
        Tombstone(who=who, what=TombstoneKind.ERASED, at="2026-11-01T12:00:00+00:00") for who in "ab"
    )
    tombstone_folder.append(folder, [first])

    with pytest.raises(OSError, match="took only a part"):
        tombstone_folder.append(folder, [second], write=lambda file, text: os.write(file, text[:40]))

    assert tombstone_folder.read(folder) == tombstone_folder.Content(frozenset({first}), 0)
    tombstone_folder.append(folder, [second])
    assert tombstone_folder.read(folder).stones == {first, second}


def writer(folder: Path, name: str, count: int, end: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "tests.support.tombstones", str(folder), name, str(count), end]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=settings.ROOT)


def test_what_a_process_noted_before_it_was_killed_in_the_middle_of_a_write_is_there(folder: Path) -> None:
    with writer(folder, "killed", 5, "die") as process:
        said = process.communicate(timeout=120)[0]
    assert (process.returncode, said.split()) == (-9, ["0", "1", "2", "3", "4"])
    [file] = folder.glob("*.jsonl")
    assert not file.read_bytes().endswith(b"\n"), "a torn line"

    following_one = Tombstone(who="next", what=TombstoneKind.ERASED, at="2026-11-01T12:00:00+00:00")
    tombstone_folder.append(folder, [following_one])

    content = tombstone_folder.read(folder)
    expected = {f"killed-{number}-{part}" for number in range(5) for part in range(3)} | {"next"}
    assert ({stone.who for stone in content.stones}, content.unreadable) == (expected, 0)


def test_processes_and_threads_that_write_at_once_do_not_mix_their_lines(folder: Path) -> None:
    processes = [writer(folder, f"process{number}", 40, "end") for number in range(3)]

    def append(number: int) -> None:
        stone = Tombstone(who=f"thread-{number}", what=TombstoneKind.ERASED, at="2026-11-01T12:00:00+00:00")
        tombstone_folder.append(folder, [stone])

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(append, range(100)))
    for process in processes:
        process.communicate(timeout=120)

    content = tombstone_folder.read(folder)
    assert [process.returncode for process in processes] == [0, 0, 0]
    assert (len(content.stones), content.unreadable) == (3 * 40 * 3 + 100, 0)


def test_lines_are_verified_when_they_are_read_and_older_ones_are_understood(folder: Path) -> None:
    stones = [
        Tombstone(who=f"w{n}", what=TombstoneKind.ERASED, at="2026-11-01T12:00:00+00:00") for n in range(3)
    ]
    whole = [tombstone_folder.line_of(stone) for stone in stones]
    changed = whole[1].replace('"w1"', '"w9"')
    older = '{"who": "o", "what": "erased", "at": "2026-11-01T13:00:00+01:00", "network": null}\n'
    unended = whole[2].rstrip("\n")
    (folder / "a.jsonl").write_text(
        whole[0] + changed + '[]\n{"who": "x", "what": "y", "at": "never"}\n' + older
    )
    (folder / "b.jsonl").write_text(unended)

    content = tombstone_folder.read(folder)

    assert {stone.who for stone in content.stones} == {"w0", "o", "w2"}
    assert {stone.at for stone in content.stones} == {"2026-11-01T12:00:00+00:00"}
    assert content.unreadable == 3
    assert any("3 lines in TOMBSTONE_FOLDER are damaged" in message for message in findings())


def test_an_erasure_that_cannot_be_noted_is_answered_as_not_done_and_is_done_later(
    shop: Shop, session: Session, folder: Path
) -> None:
    shop.agree("ines", LINK, ("score", "mastodon"))
    shop.agree("mara", LINK)
    with out_of_order(folder):
        withdrawn = shop.as_customer("ines", "DELETE", "/consents?purpose=score&network=mastodon")
        erased = shop.as_customer("mara", "POST", "/erase")
        assert (withdrawn.status_code, erased.status_code) == (202, 202)
        sql(session, "UPDATE outbox SET state = 'written'")
        session.commit()
        sweep()
        assert states(session) == {"remote": 2}, "gone here, and not done"

    sweep()

    assert states(session) == {"done": 2}
    assert names(session, shop.shop_id, ["ines", "mara"]) == set(tombstones.read(folder))
    assert shop.as_customer("ines", "POST", "/erase").status_code == 200


def test_health_says_within_a_moment_that_it_cannot_be_noted_who_is_forgotten(
    shop: Shop, folder: Path
) -> None:
    assert "forgetting" not in shop.client.get("/api/health").json()
    folder.rename(aside := folder.with_name("aside"))
    try:
        answer = shop.client.get("/api/health")
        assert (answer.status_code, answer.json()["status"]) == (200, "degraded")
        assert answer.json()["forgetting"] == "cannot note: the folder TOMBSTONE_FOLDER does not exist"
        assert any("Cannot note who is forgotten" in message for message in findings())
    finally:
        aside.rename(folder)

    answers = threading.Event()
    watch = Watch(see=lambda _: None if answers.wait(60) else "late")
    assert [watch.trouble() for _ in range(3)] == ["the disk of TOMBSTONE_FOLDER does not answer"] * 3
    answers.set()


def test_what_waits_for_the_folder_is_told_while_it_waits(shop: Shop, session: Session, folder: Path) -> None:
    with out_of_order(folder), db.transaction() as own:
        erasure.erase(own, shop.shop_id, "ines")
    sql(session, "UPDATE tombstones SET at = at - interval '10 minutes'")
    session.commit()
    watch, stop = Watch(), threading.Event()
    with db.transaction() as own:
        watch.late = tombstone_copies.late(own)
    assert watch.trouble() == "1 endings wait to be noted"

    keeper = threading.Thread(target=watch.keep, args=(stop,))
    keeper.start()
    deadline = datetime.now(UTC) + timedelta(seconds=60)
    while watch.late and datetime.now(UTC) < deadline:
        stop.wait(0.05)
    stop.set()
    keeper.join(60)

    assert watch.trouble() is None
    assert names(session, shop.shop_id, ["ines"]) == set(tombstones.read(folder))


def test_each_machines_folder_is_a_full_copy(
    shop: Shop, session: Session, folder: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other machine"
    with db.transaction() as own:
        erasure.erase(own, shop.shop_id, "ines")
    assert tombstone_copies.catch_up(db.transaction, folder) == 0

    assert tombstone_copies.catch_up(db.transaction, other) == 1
    assert tombstone_copies.catch_up(db.transaction, other) == 0

    assert tombstones.read(other) == tombstones.read(folder) != {}
    assert len(sql(session, "SELECT * FROM tombstone_folders WHERE lines = 1 AND rows = 1")) == 2


def test_a_restored_database_learns_from_one_folder_what_the_others_then_get(
    shop: Shop, session: Session, folder: Path, tmp_path: Path
) -> None:
    with db.transaction() as own:
        erasure.erase(own, shop.shop_id, "ines")
    sql(session, "DELETE FROM tombstones")  # as in a backup from before
    session.commit()

    restores.apply(db.transaction, folder)
    tombstone_copies.catch_up(db.transaction, tmp_path / "other")

    assert tombstones.read(tmp_path / "other") == tombstones.read(folder) != {}


@pytest.mark.parametrize("how", ["lost", "put back from an old copy"])
def test_a_folder_that_is_lost_or_stale_is_told_until_somebody_says_that_it_is_gone_on_purpose(
    how: str, shop: Shop, session: Session, folder: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    tombstone_copies.catch_up(db.transaction, folder)
    shutil.copytree(folder, copy)
    with db.transaction() as own:
        erasure.erase(own, shop.shop_id, "ines")
    tombstone_copies.catch_up(db.transaction, folder)
    [before] = sql(session, "SELECT name FROM tombstone_folders")
    for file in folder.iterdir():
        file.unlink()
    if how != "lost":
        shutil.copytree(copy, folder, dirs_exist_ok=True)
    sql(session, "UPDATE tombstones SET noted_at = noted_at - interval '10 minutes'")
    session.commit()
    assert any("lacks 1 of the 1 endings" in message for message in findings())

    tombstone_copies.catch_up(db.transaction, folder)  # what is known is there again, but was there more?
    sql(session, "UPDATE tombstone_folders SET seen_at = seen_at - interval '2 hours'")
    session.commit()
    tombstone_copies.catch_up(db.transaction, folder)

    told, refused = findings()
    assert "nobody is valued and nothing is written" in refused
    assert f"The folder {before.name} of {socket.gethostname()} with 1 tombstones was last seen" in told
    with db.transaction() as own:
        assert tombstone_copies.retire(own, before.name)
    assert findings() == []


def test_an_erasure_by_command_says_when_it_is_not_done(
    shop: Shop,
    folder: Path,
    run: Run,
) -> None:
    assert shop.shop_id
    with out_of_order(folder):
        waits = run("privacy", "erase", "--shop", API_URL, "ines", "--yes")
    done = run("privacy", "erase", "--shop", API_URL, "ines", "--yes")

    assert (waits.returncode, "Not done yet" in waits.stderr) == (1, True)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_late_problem_is_raised_for_an_erasure_that_could_not_be_noted_for_an_hour(
    shop: Shop, session: Session, folder: Path
) -> None:
    with out_of_order(folder):
        with db.transaction() as own:
            erasure.erase(own, shop.shop_id, "ines")
        sql(session, "UPDATE outbox SET state = 'written'")
        sql(session, "UPDATE erasures SET asked_at = now() - interval '61 minutes'")
        session.commit()
        with db.transaction() as own:
            revocations.sweep(own)

    [problem] = sql(session, "SELECT message FROM problems")
    assert "cannot be noted outside of the database" in problem.message


def test_profiles_cannot_be_switched_on_where_nobody_can_be_noted(off: Shop) -> None:
    folder = settings.get().tombstone_folder
    assert folder is not None
    wanted = SETTINGS | {"networks": {"mastodon": {}}}
    folder.rename(aside := folder.with_name("aside"))
    try:
        answer = off.as_staff("PUT", "/privacy-settings", json=wanted)
        assert answer.status_code == 422
        assert "the folder TOMBSTONE_FOLDER does not exist" in answer.json()["error"]["message"]
    finally:
        aside.rename(folder)
    assert off.as_staff("PUT", "/privacy-settings", json=wanted).status_code == 200
