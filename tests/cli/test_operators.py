"""What operators type: options of commands and the environment, in one strict form."""

from typing import Any

import pytest
from cryptography.fernet import Fernet
from pydantic import ValidationError
from typer.testing import CliRunner

from saleor_influence_app.cli.commands import app
from saleor_influence_app.saleor import versions
from saleor_influence_app.settings import Settings

# ruff: noqa: RUF001 - digits that look alike are what is tested
GIVEN: dict[str, Any] = {
    "database_url": "postgresql://nobody@127.0.0.1/none",
    "redis_url": "redis://127.0.0.1/0",
    "secret_key": Fernet.generate_key().decode(),
}


@pytest.mark.parametrize("option", ["--port", "--web-workers", "--concurrency"])
@pytest.mark.parametrize("written", ["1_000", "１２", " 8", "8.0", "1e3", "0", "-1", "", "99999999", "nan"])
def test_an_option_that_is_no_count_ends_the_command_before_it_starts(option: str, written: str) -> None:
    answer = CliRunner().invoke(app, ["serve", f"{option}={written}"])

    assert answer.exit_code == 2
    assert "must" in answer.output


@pytest.mark.parametrize(
    ("name", "written"),
    [
        *(
            (name, text)
            for name in ("saleor_timeout_seconds", "score_delay_seconds", "reconcile_minutes")
            for text in ("nan", "inf", "-1", "1e3", "1_0", " 5", "５", "", "true", "99999999")
        ),
        *(
            (name, text)
            for name in ("webhook_body_limit", "scoring_threads", "outbox_concurrency")
            for text in ("1_000_000_000", "2.0", "１", "-1", "", "1e6", "true", "9" * 30)
        ),
    ],
)
def test_a_setting_that_is_no_number_is_refused(name: str, written: str) -> None:
    with pytest.raises(ValidationError, match=name):
        Settings.model_validate(GIVEN | {name: written})


def test_settings_as_people_write_them_are_read() -> None:
    read = Settings(**GIVEN, saleor_timeout_seconds="2.5", scoring_threads="4", score_delay_seconds="0")

    assert (read.saleor_timeout_seconds, read.scoring_threads, read.score_delay_seconds) == (2.5, 4, 0)


@pytest.mark.parametrize(
    ("written", "parts"),
    [
        ("3.23.28", (3, 23, 28)),
        ("3.24.0-alpha.1", (3, 24, 0)),
        ("3.23", (3, 23)),
        ("3.²", (3,)),
        ("٣.٢٣", ()),
        ("", ()),
        (None, ()),
        ("v3.23", ()),
        ("9" * 5_000, ()),
    ],
)
def test_a_version_is_read_as_far_as_it_is_one(written: str | None, parts: tuple[int, ...]) -> None:
    assert versions.parts(written) == parts
    versions.major_minor(written)
    versions.reaches(written, (3, 22))
