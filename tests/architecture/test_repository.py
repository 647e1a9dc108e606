"""Files that no program of ours reads: CI, the image, the dev container, the changelog, the guides."""

import fnmatch
import json
import re
import subprocess
import tomllib
from typing import Any

import pytest
import yaml

from saleor_influence_app.settings import ROOT

GUIDES = ("CONTRIBUTING.md", "SECURITY.md", "docs/developing.md", "README.md")
PLACE = re.compile(
    r"`((?:saleor_influence_app|sandbox|scoring|webhooks|tests|dashboard_ui|benchmarks|docs|\.ci|\.github)/"
    r"[\w./*-]*)`"
)
MADE = ("tests/e2e/screenshots", "dashboard_ui/node_modules", "dashboard_ui/dist")
"""Places that come to be by a command."""


def workflow() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text())
    return found


def test_the_hosted_ci_runs_our_script_and_nothing_else() -> None:
    [job] = workflow()["jobs"].values()
    said = [step["run"] for step in job["steps"] if "run" in step]

    assert said == [".ci/run"]
    assert not job.get("continue-on-error")
    assert not [step for step in job["steps"] if "if" in step or step.get("continue-on-error")]
    assert (ROOT / ".ci/run").stat().st_mode & 0o111, "it can be executed"
    triggers: Any = dict(workflow().items())[True]  # type: ignore[index] # `on`, as YAML 1.1 reads it
    assert triggers.keys() == {"push", "pull_request"}


def test_actions_of_the_hosted_ci_are_pinned_and_it_may_only_read() -> None:
    [job] = workflow()["jobs"].values()
    used = [step["uses"] for step in job["steps"] if "uses" in step]

    assert used
    assert all(re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", one) for one in used)
    assert workflow()["permissions"] == {"contents": "read"}


def test_the_dev_container_ends_with_goals_of_the_makefile() -> None:
    found = json.loads((ROOT / ".devcontainer/devcontainer.json").read_text())
    goals = set(re.findall(r"^([a-z0-9]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    program, *wanted = found["postCreateCommand"].split()

    assert program == "make"
    assert set(wanted) <= goals
    assert not found["image"].endswith(":latest")


def stages() -> list[tuple[str, list[str]]]:
    """(base, instructions) of each stage of the image, the last one is what is shipped."""
    text = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
    found: list[tuple[str, list[str]]] = []
    for line in text.splitlines():
        if line.startswith("FROM "):
            found.append((line.split()[1], []))
        elif line and not line.startswith("#"):
            found[-1][1].append(line)
    return found


def test_the_image_is_pinned_and_runs_as_a_user_without_rights() -> None:
    for base, _ in stages():
        assert re.search(r":[\w.-]+@sha256:[0-9a-f]{64}$", base), base
    shipped = stages()[-1][1]
    [user] = [line.split()[1] for line in shipped if line.startswith("USER ")]
    assert user not in {"root", "0"}
    assert any(line.startswith("RUN ") and f"useradd --create-home {user}" in line for line in shipped)
    assert shipped.index(f"USER {user}") < shipped.index('ENTRYPOINT ["./influence"]')
    bases = {base for base, _ in stages()}
    assert stages()[-1][0] == stages()[-2][0], "the environment's python is a link into its own base"
    assert len(bases) == 2


def test_the_image_holds_what_the_app_reads_and_neither_tests_nor_sandbox() -> None:
    copied = [
        part
        for line in stages()[-1][1]
        if line.startswith("COPY ") and "--from=" not in line
        for part in line.split()[1:-1]
    ]
    assert set(copied) == {
        "pyproject.toml",
        "manifest.json",
        "influence",
        "saleor_influence_app",
        "webhooks",
        "scoring",
    }
    ignored = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and line[0] != "#"]
    for place in (".env", ".git", "tests", "benchmarks", "sandbox"):
        assert any(fnmatch.fnmatch(place, pattern) for pattern in ignored), place
    assert "pip install" not in " ".join(stages()[-1][1])


def test_this_version_has_a_heading_in_the_changelog() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    headings = re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)

    assert headings[0] == version
    assert json.loads((ROOT / "dashboard_ui/package.json").read_text())["version"] == version
    assert headings == sorted(headings, key=lambda one: tuple(map(int, one.split("."))), reverse=True)


def test_each_change_in_the_changelog_can_be_read_in_one_breath() -> None:
    text = (ROOT / "CHANGELOG.md").read_text()
    entries = re.findall(r"^- .*(?:\n  .*)*", text, re.MULTILINE)

    assert [line for line in text.splitlines() if len(line) > 180] == []
    assert [one for one in entries if not one.endswith(".") or len(one) > 600] == []


@pytest.mark.parametrize("guide", GUIDES)
def test_places_that_the_guides_name_are_there(guide: str) -> None:
    text = (ROOT / guide).read_text()
    named = {place.rstrip("/") for place in PLACE.findall(text)} - set(MADE)

    assert named
    assert sorted(place for place in named if not any(ROOT.glob(place))) == []


def test_format_and_fix_are_goals_that_say_what_they_do() -> None:
    done = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True)
    for goal in ("format", "fix", "environment"):
        assert re.search(rf"^{goal} +\S", done.stdout, re.MULTILINE), goal


def test_contributors_find_the_eight_tasks() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text()
    tasks = text.partition("## To add X")[2].count("\n### ")

    assert tasks == 8
    assert "docs/developing.md" in text
