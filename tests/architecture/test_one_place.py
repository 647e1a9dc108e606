"""Facts that have one place: what encrypts, and how long a retry waits."""

from datetime import timedelta
from pathlib import Path

from saleor_influence_app.backoff import Backoff

APP = Path(__file__).parents[2] / "saleor_influence_app"


def files_with(*signs: str) -> set[str]:
    sources = {str(file.relative_to(APP)): file.read_text(encoding="utf-8") for file in APP.rglob("*.py")}
    return {name for name, text in sources.items() if any(sign in text for sign in signs)}


def test_secrets_are_encrypted_in_one_place() -> None:
    # While keys are rotated, what is stored is opened with one key and closed with another.
    assert files_with(".fernet.", ".encrypt(", ".decrypt(") <= {"settings.py", "shops/key_rotation.py"}


def test_a_wait_doubles_in_one_place() -> None:
    assert files_with("2 ** ", "2**attempt", "2.0 ** ") == {"backoff.py"}


def test_a_wait_doubles_up_to_the_longest_and_stays_there() -> None:
    backoff = Backoff(timedelta(minutes=2), timedelta(hours=2))

    assert [backoff.after(failures) / timedelta(minutes=1) for failures in range(7)] == [
        2,
        4,
        8,
        16,
        32,
        64,
        120,
    ]
    assert backoff.after(10_000) == timedelta(hours=2)
