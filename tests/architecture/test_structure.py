"""What no type checker sees: names that must agree, files that must exist, libraries that must be ours."""

import re
import subprocess
import sys
import tomllib
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

import pyarrow as pa
import pytest
import yaml
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine

import scoring
import webhooks
from saleor_influence_app import clock, models, pools, settings, worker
from saleor_influence_app.cli import documents
from saleor_influence_app.db import Base
from saleor_influence_app.personal_data.inventory import HOLDINGS
from saleor_influence_app.queries.credits import CreditRow
from saleor_influence_app.queries.customer import CustomerValue, ScoreInputs
from scoring import columns, valuation, values

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("library", [scoring, webhooks])
def test_the_libraries_are_ours_and_not_the_index_packages_of_the_same_name(library: ModuleType) -> None:
    assert Path(str(library.__file__)).resolve().parent.parent == REPOSITORY


def test_the_contracts_of_imports_hold() -> None:
    """In a process of its own: it configures logging, and switches off every logger that is there."""
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [linter, "--no-cache"], cwd=REPOSITORY, capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, done.stdout


def test_the_migrations_give_the_tables_that_the_models_describe(engine: Engine) -> None:
    config = Config()
    config.set_main_option("script_location", str(REPOSITORY / "saleor_influence_app" / "migrations"))
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.check(config)


def test_every_table_goes_with_its_shop() -> None:
    for table in Base.metadata.sorted_tables:
        # Machines' folders are of no shop, and registrations are shops to be.
        apart = {models.Shop.__table__, models.TombstoneFolder.__table__, models.Registration.__table__}
        if table in apart:
            continue
        [key] = table.c.shop_id.foreign_keys
        assert key.column.table is models.Shop.__table__, table.name
        # tokens are still to be revoked, and tombstones to be kept; they name nobody
        outlives = table in {models.Revocation.__table__, models.TombstoneRow.__table__}
        assert key.ondelete == ("SET NULL" if outlives else "CASCADE"), table.name
        assert table.c.shop_id.nullable is outlives, table.name


def test_a_column_has_one_name_from_the_library_to_the_browser() -> None:
    found = set(values.VALUES.names)
    stored = {column.name for column in models.Score.__table__.columns} - {"shop_id", "run_id"}
    shown = set(CustomerValue.model_fields)
    assert found - stored == {"rank"}, (
        "it changes for everybody whenever one moves, and is counted when asked for"
    )
    assert stored <= found
    assert found - shown == {"recency_days", "age_days", "monetary_value"}, "said in reasons, not as columns"


def test_every_column_says_which_end_of_it_is_good_and_whether_it_is_what_somebody_is_worth() -> None:
    """A new column must choose: nobody may be picked for a low value in a column that says worth."""
    derived = {"days_since_last_order", "gaps_since_last_order"}
    times = derived | {"recency_days", "age_days"}

    same_for_all = {"customer_id", "currency", "follow_on_days"}
    consents = set(columns.CONSENTS)  # only who has agreed can be asked for: see test_definitions
    of_other_tables = {name for name, column in columns.COLUMNS.items() if column.about} | consents

    assert set(columns.COLUMNS) == set(values.VALUES.names) - same_for_all | derived | of_other_tables
    for name, column in columns.COLUMNS.items():
        is_worth = name not in times | consents
        assert column.is_worth is is_worth, f"{name}: say here that it is a time, or call it worth"
        assert (column.better == "neither") is (name in times), name
    assert [name for name, column in columns.COLUMNS.items() if column.better == "low"] == ["rank"]


@pytest.mark.parametrize(
    ("schema", "model"), [(valuation.EVIDENCE, models.Evidence), (valuation.CREDITS, models.Credit)]
)
def test_a_table_of_the_ledger_has_the_columns_that_the_library_gives(
    schema: pa.Schema, model: type[Base]
) -> None:
    stored = {column.name: column for column in model.__table__.columns}
    assert set(schema.names) == stored.keys() - {"shop_id", "run_id"}
    for field in schema:
        kind: Any = stored[field.name].type.python_type
        assert kind in KINDS[str(field.type)], field.name


KINDS: dict[str, set[Any]] = {"string": {str}, "bool": {bool}, "int64": {int}, "double": {float, Decimal}}


def test_the_inputs_of_scores_are_shown_by_the_names_they_are_stored_by() -> None:
    assert set(ScoreInputs.model_fields) <= {column.name for column in models.Evidence.__table__.columns}
    shown = set(CreditRow.model_fields) - {"order_number", "topic_name", "booked", "sentence", "is_hidden"}
    assert shown == set(valuation.CREDITS.names) - {"proven"}


def test_whatever_names_a_customer_goes_when_they_do() -> None:
    """Every column whose name sounds like a customer's id is one by the inventory, or speaks of nobody."""
    listed = {
        (one.table, column)
        for one in HOLDINGS.values()
        for column in (*one.named_by, *one.mentions, *one.listed_in)
    }
    names = re.compile(r"customer|source|target|giver|account|owner|buyer|user|other_id|respondent|named_id")
    found = {
        (table.name, column.name)
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if names.search(column.name)
    }
    facts = {
        ("shops", "segments_attribute_id"),
        ("drift_checks", "customers_saleor"),
        ("drift_checks", "customers_here"),
        ("perk_redemptions", "by_owner"),  # whether, not who
        ("consents", "customer_ref"),  # a hash whose salt (`consent_subjects`) goes
    }
    assert found - facts == listed
    for table, column in listed:
        assert column in Base.metadata.tables[table].columns


def test_every_timestamp_is_aware() -> None:
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if column.type.python_type.__name__ == "datetime":
                assert getattr(column.type, "timezone", False), f"{table.name}.{column.name}"


@pytest.mark.usefixtures("engine")
def test_every_entry_of_the_clock_names_a_task_in_a_queue_that_a_worker_serves() -> None:
    for entry in clock.schedule().values():
        assert entry["task"] in worker.app.tasks
    ours = {name for name in worker.app.tasks if not name.startswith("celery.")}
    assert {name.partition(".")[0] for name in ours} == set(pools.QUEUES)


def test_the_environment_example_names_every_setting_and_no_other() -> None:
    text = (REPOSITORY / ".env.example").read_text()
    named = {name.lower() for name in re.findall(r"^#? ?([A-Z_]+)=", text, re.MULTILINE)}
    assert named == set(settings.Settings.model_fields)


def test_every_setting_is_explained_for_operators_as_the_code_explains_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    documents.environment()
    table = capsys.readouterr().out

    assert table.count("\n") == 2 + len(settings.Settings.model_fields)
    assert not [line for line in table.splitlines() if line.endswith(("|  |", "| |"))], "without a meaning"
    written = (REPOSITORY / "docs" / "operate.md").read_text()
    assert table in written, "Run `make environment`, which writes the table from settings.py."


def test_docker_compose_brings_every_part_and_the_real_saleor_only_on_request() -> None:
    services = yaml.safe_load((REPOSITORY / "docker-compose.yml").read_text())["services"]
    default = {name for name, service in services.items() if "profiles" not in service}
    assert default == {"postgres", "redis", "migrate", "web", "worker", "beat"}
    assert {"saleor-api", "saleor-worker", "saleor-dashboard", "saleor-install"} <= services.keys() - default
    for name, service in services.items():
        for needed in service.get("depends_on", {}):
            assert needed in services, f"{name} waits for {needed}"


@pytest.mark.parametrize(
    "document",
    sorted([*REPOSITORY.glob("*.md"), *(REPOSITORY / "docs").glob("*.md")]),
    ids=lambda path: path.name,
)
def test_links_and_commands_in_the_documents_exist(document: Path) -> None:
    text = document.read_text()
    for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", text):
        assert (document.parent / target).exists(), target
    makefile = (REPOSITORY / "Makefile").read_text()
    for goal in re.findall(r"`make ([a-z0-9]+)", text):
        assert re.search(rf"^{goal}:", makefile, re.MULTILINE), goal
    for module in re.findall(r"python -m benchmarks\.([a-z_]+)", text):
        places = (f"{module}.py", f"{module}/__main__.py")
        assert any((REPOSITORY / "benchmarks" / place).exists() for place in places), module


def test_modules_stay_small_enough_to_read() -> None:
    files = [
        path
        for folder in ("saleor_influence_app", "webhooks", "scoring")
        for path in (REPOSITORY / folder).rglob("*.py")
        if "migrations" not in path.parts
    ]
    lengths = {str(path.relative_to(REPOSITORY)): len(path.read_text().splitlines()) for path in files}
    assert {name: lines for name, lines in lengths.items() if lines > 400} == {}


def test_the_readme_lists_the_packages_in_the_order_in_which_they_may_import() -> None:
    contracts = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["tool"]["importlinter"][
        "contracts"
    ]
    layers = next(one["layers"] for one in contracts if one.get("exhaustive"))
    place = {name: number for number, layer in enumerate(layers) for name in layer.split(" | ")}
    table = (REPOSITORY / "README.md").read_text().split("| package | what |")[1].split("\n\n")[0]
    rows = [re.findall(r"`([a-z_]+)/?`", row.split("|")[1]) for row in table.splitlines() if "`" in row]
    listed = [name for row in rows for name in row]
    assert [place[name] for name in listed] == sorted(place[name] for name in listed)
    packages = {path.parent.name for path in (REPOSITORY / "saleor_influence_app").glob("*/__init__.py")}
    assert packages <= set(listed)
