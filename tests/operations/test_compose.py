"""docker-compose.yml says what the documents promise, and each part of the app runs as it says."""

import os
import re
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from cryptography.fernet import Fernet
from sqlalchemy import make_url

from saleor_influence_app.settings import Settings
from sandbox.servers import free_port
from tests.support.compose import Project, VariableMissing, interpolate
from tests.support.laws import some

REPOSITORY = Path(__file__).resolve().parents[2]
OURS = ("migrate", "web", "worker", "beat")
WAIT_SECONDS = 300
METRICS_TOKEN = "a-token-for-prometheus-alone"
BEARER = {"authorization": f"Bearer {METRICS_TOKEN}"}
SEEN = (
    "influence_beat_last_tick_timestamp_seconds",
    r'influence_worker_last_seen_timestamp_seconds\{worker="facts[^"]+"\}',
    r'influence_queue_last_task_timestamp_seconds\{queue="facts"\}',
    r'influence_process_start_timestamp_seconds\{process="(web)"\}',
    r'influence_process_start_timestamp_seconds\{process="(beat)"\}',
    r'influence_tasks_total\{outcome="success",task="runs.sweep"\}',
)
"""What one process tells of the others."""
KEY = Fernet.generate_key().decode()


def dotenv(**lines: str) -> str:
    """.env.example as an operator fills it in."""
    filled = (REPOSITORY / ".env.example").read_text().replace("SECRET_KEY=\n", f"SECRET_KEY={KEY}\n", 1)
    return filled + "".join(f"{name}={value}\n" for name, value in lines.items())


def project(*, exported: Mapping[str, str] | None = None, **lines: str) -> Project:
    return Project.read(REPOSITORY, dotenv=dotenv(**lines), exported=exported or {})


def settings_of(service: Mapping[str, Any], monkeypatch: pytest.MonkeyPatch) -> Settings:
    """What the app reads in the container, which has no .env of its own."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    for name, value in service["environment"].items():
        monkeypatch.setenv(name, value)
    return Settings(_env_file=None)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a$$b", "a$b"),
        ("$SET!", "yes!"),
        ("${SET}${UNSET}", "yes"),
        ("${SET:-no}/${EMPTY:-no}/${EMPTY-no}/${UNSET-no}", "yes/no//no"),
        ("${SET:+more}/${EMPTY:+more}/${EMPTY+more}", "more//more"),
        ("${UNSET:-${SET:+nested}}", "nested"),
        ("${UNSET:-${EMPTY:+nested}}", ""),
        (r"${UNSET:-http://a\.b:8000}", r"http://a\.b:8000"),
    ],
)
def test_variables_are_put_in_as_compose_does(text: str, value: str) -> None:
    assert interpolate(text, {"SET": "yes", "EMPTY": ""}) == value


def test_a_variable_that_must_be_there_is_asked_for() -> None:
    with pytest.raises(VariableMissing, match="say so"):
        interpolate("${EMPTY:?say so}", {"EMPTY": ""})


@pytest.mark.parametrize("service", OURS)
def test_a_copied_example_leaves_the_apps_own_defaults(service: str, monkeypatch: pytest.MonkeyPatch) -> None:
    found = settings_of(project().services[service], monkeypatch)

    assert found.allow_private_networks is False
    assert found.allowed_domain_pattern == Settings.model_fields["allowed_domain_pattern"].default
    assert found.app_iframe_base_url is None
    assert found.dashboard_origins == []
    assert found.database_url.get_secret_value().endswith("@postgres/influence")


@pytest.mark.parametrize("service", OURS)
def test_with_the_profile_the_app_takes_the_saleor_beside_it(
    service: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = settings_of(project(exported={"COMPOSE_PROFILES": "saleor"}).services[service], monkeypatch)

    assert found.allow_private_networks is True
    assert re.fullmatch(found.allowed_domain_pattern, "http://saleor.localhost:8000")
    assert not re.fullmatch(found.allowed_domain_pattern, "https://shop.saleor.cloud")
    assert found.app_api_base_url == "http://influence.localhost:8080"
    assert found.dashboard_origins == ["http://localhost:9000"]


@pytest.mark.parametrize("profile", ["", "saleor"])
def test_what_env_says_comes_before_what_the_file_falls_back_to(
    profile: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = project(
        exported={"COMPOSE_PROFILES": profile},
        ALLOWED_DOMAIN_PATTERN="'https://shop\\.example'",
        ALLOW_PRIVATE_NETWORKS="false",
    )
    found = settings_of(asked.services["web"], monkeypatch)

    assert found.allowed_domain_pattern == r"https://shop\.example"
    assert found.allow_private_networks is False


@pytest.mark.parametrize("profile", ["", "saleor"])
def test_every_service_can_be_started_after_those_it_waits_for(profile: str) -> None:
    found = project(exported={"COMPOSE_PROFILES": profile})
    order = found.order()

    assert set(order) >= {"postgres", "redis", *OURS}
    for name, service in found.services.items():
        for needed, how in service.get("depends_on", {}).items():
            other = found.services[needed]
            assert how["condition"] != "service_healthy" or "healthcheck" in other, f"{name}: {needed}"
            ends = other.get("restart") == "no"
            assert (how["condition"] == "service_completed_successfully") <= ends, f"{name}: {needed}"


def test_saleor_installs_the_app_once_both_are_well_and_asks_for_the_attributes() -> None:
    install = project(exported={"COMPOSE_PROFILES": "saleor"}).services["saleor-install"]

    waits = {name: how["condition"] for name, how in install["depends_on"].items()}
    assert waits["saleor-api"] == waits["web"] == waits["worker"] == "service_healthy"
    assert "/api/manifest?customer-attributes=true" in install["command"][-1]
    assert install["environment"]["COMPOSE_PROFILES"] == "saleor"


@pytest.mark.parametrize(("profile", "code"), [("", 1), ("saleor", 127)])
def test_an_install_without_the_variable_says_how_to_start(profile: str, code: int) -> None:
    """127: there is no Saleor on this machine to go on with."""
    command = project(exported={"COMPOSE_PROFILES": "saleor"}).services["saleor-install"]["command"]
    script = command[-1].replace("python3", "no-such-program")
    done = subprocess.run(
        [*command[:-1], script],
        env={"PATH": os.environ["PATH"], "COMPOSE_PROFILES": profile},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == code
    assert ("COMPOSE_PROFILES=saleor docker compose up" in done.stderr) is (profile == "")


@pytest.mark.parametrize("profile", ["", "saleor"])
def test_ports_are_of_this_machine_alone_and_databases_have_none(profile: str) -> None:
    for name, service in project(exported={"COMPOSE_PROFILES": profile}).services.items():
        for port in service.get("ports", []):
            assert port.startswith("127.0.0.1:"), name
        if service.get("image", "").startswith(("postgres", "redis")):
            assert "ports" not in service, name


def test_every_service_ends_its_children_comes_back_and_is_pinned() -> None:
    for name, service in project(exported={"COMPOSE_PROFILES": "saleor"}).services.items():
        assert service.get("init") or name == "postgres", name  # PostgreSQL is its own init
        assert service["restart"] in {"unless-stopped", "no"}, name
        if "image" in service:
            tag = service["image"].partition("@")[0].rpartition(":")[2]
            assert re.match(r"\d+\.\d+(\.\d+)?(-|$)", tag), f"{name}: no exact version"
            assert "@sha256:" in service["image"] or service["image"].startswith("ghcr.io/saleor/"), name
    dockerfile = (REPOSITORY / "Dockerfile").read_text()
    assert all("@sha256:" in line for line in dockerfile.splitlines() if line.startswith("FROM "))


def test_every_volume_of_the_app_belongs_to_its_user() -> None:
    """A named volume takes the owner of the folder that it is mounted on."""
    dockerfile = (REPOSITORY / "Dockerfile").read_text().replace("\\\n", " ")
    user = re.search(r"^USER (\S+)$", dockerfile, re.MULTILINE)
    made = re.search(r"install --directory --owner=(\S+) --group=\S+ (.*)$", dockerfile, re.MULTILINE)
    assert user
    assert made
    assert made.group(1) == user.group(1)
    services = project(exported={"COMPOSE_PROFILES": "signer"}).services
    for service in (*OURS, "signer"):
        folders = {volume.split(":")[1]: volume.endswith(":ro") for volume in services[service]["volumes"]}
        assert set(folders) <= set(made.group(2).split())
        assert services[service]["environment"]["TOMBSTONE_FOLDER"] in folders
        assert folders[services[service]["environment"]["CONSENT_ANCHOR_FOLDER"]] is (service != "signer")


def test_nobody_but_the_signer_has_its_key_and_nobody_but_migrate_owns_the_tables() -> None:
    services = project(exported={"COMPOSE_PROFILES": "saleor,signer"}).services
    key = services["signer"]["environment"]["CONSENT_SIGNING_KEY_FILE"]

    mounted = {name for name, one in services.items() for at in one.get("volumes", []) if "signer:" in at}
    assert mounted == {"signer"}
    assert key.startswith("/var/lib/influence/signer/")
    for name in (*OURS, "signer"):
        owner = services[name]["environment"].get("MIGRATION_DATABASE_URL")
        assert (owner is not None) is (name == "migrate"), name
        role = services[name]["environment"]["DATABASE_URL"].partition("//")[2].partition(":")[0]
        assert role == "influence_app"


def test_redis_refuses_instead_of_evicting_and_shares_nothing_with_saleor() -> None:
    services = project(exported={"COMPOSE_PROFILES": "saleor"}).services
    command = " ".join(services["redis"]["command"])

    assert "--maxmemory-policy noeviction" in command
    assert "--maxmemory 256mb" in command
    for url in ("CACHE_URL", "CELERY_BROKER_URL"):
        assert services["saleor-api"]["environment"][url].startswith("redis://saleor-redis:")


@contextmanager
def container(
    service: Mapping[str, Any], changed: Mapping[str, str], port: int, log: Path
) -> Iterator["subprocess.Popen[bytes]"]:
    """The service's command as a process, with its environment and none of ours."""
    with log.open("wb") as sink:
        process = subprocess.Popen(
            [*entrypoint(), *at_port(service["command"], port)],
            cwd=REPOSITORY,
            env=environment(service, changed),
            stdout=sink,
            stderr=subprocess.STDOUT,
        )
        try:
            yield process
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait(timeout=90)


def environment(service: Mapping[str, Any], changed: Mapping[str, str]) -> dict[str, str]:
    found: dict[str, str] = {"PATH": os.environ["PATH"]} | service["environment"] | dict(changed)
    return found


def entrypoint() -> list[str]:
    line = next(
        line for line in (REPOSITORY / "Dockerfile").read_text().splitlines() if line.startswith("ENTRYPOINT")
    )
    found: list[str] = yaml.safe_load(line.removeprefix("ENTRYPOINT "))
    return found


def at_port(command: list[str], port: int) -> list[str]:
    return [part.replace("8080", str(port)) for part in command]


def healthy(service: Mapping[str, Any], changed: Mapping[str, str], port: int) -> str:
    """What the health check says when it fails; nothing when it does not."""
    kind, *command = service["healthcheck"]["test"]
    assert kind == "CMD"
    done = subprocess.run(
        at_port(command, port),
        cwd=REPOSITORY,
        env=environment(service, changed),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    return "" if done.returncode == 0 else done.stderr or f"it ended with {done.returncode}"


@pytest.mark.exhaustive
def test_each_part_of_the_app_runs_as_the_file_says_until_its_health_check_is_content(
    fresh_database: str, redis_url: str, tmp_path: Path
) -> None:
    services = project(METRICS_TOKEN=METRICS_TOKEN).services
    port = free_port()
    (tmp_path / "tombstones").mkdir()
    roles = {name: f"{name}_{os.getpid()}" for name in ("app", "signer")}  # of the server that tests share
    url = {name: make_url(fresh_database).set(username=role) for name, role in roles.items()}
    changed = {
        "DATABASE_URL": url["app"].render_as_string(hide_password=False),
        "REDIS_URL": redis_url,
        "TOMBSTONE_FOLDER": str(tmp_path / "tombstones"),
    }
    owns = {
        "MIGRATION_DATABASE_URL": fresh_database,
        "SIGNER_DATABASE_URL": url["signer"].render_as_string(hide_password=False),
    }
    with container(services["migrate"], changed | owns, port, tmp_path / "migrate.log") as process:
        assert process.wait(timeout=WAIT_SECONDS) == 0, (tmp_path / "migrate.log").read_text()
    with ExitStack() as stack:
        waiting = {}
        for name in ("web", "worker", "beat"):
            log = tmp_path / f"{name}.log"
            waiting[name] = stack.enter_context(container(services[name], changed, port, log))
        deadline = time.monotonic() + WAIT_SECONDS
        while waiting:
            for name, process in list(waiting.items()):
                trouble = healthy(services[name], changed, port)
                if not trouble:
                    del waiting[name]
                    continue
                written = (tmp_path / f"{name}.log").read_text()
                assert process.poll() is None, f"{name} ended: {written}"
                assert time.monotonic() < deadline, f"{name}: {trouble}\n{written}"
            time.sleep(0.5)
        told: tuple[str, ...] = SEEN
        while told:  # beat's first task is due after twenty seconds
            assert time.monotonic() < deadline, f"never told: {told}"
            time.sleep(0.5)
            answer = httpx.get(f"http://127.0.0.1:{port}/metrics", headers=BEARER, timeout=60).text
            told = tuple(sign for sign in told if not re.search(f"^{sign} ", answer, re.MULTILINE))


@some("part", "worker", "beat")
def test_a_health_check_fails_while_its_part_does_not_run(part: str, redis_url: str) -> None:
    import redis as client_library

    from saleor_influence_app import telemetry

    with client_library.Redis.from_url(redis_url) as client:
        client.delete(telemetry.SIGNS)
    service = project().services[part]

    assert f"The {part} has not been seen" in healthy(service, {"REDIS_URL": redis_url}, 1)
