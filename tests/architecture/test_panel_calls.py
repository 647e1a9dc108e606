"""Everything that the API can do has its place in the panel, or a reason why not."""

import json
import re
from pathlib import Path

UI = Path(__file__).parents[2] / "dashboard_ui"
CALL = re.compile(r"\.(GET|POST|PUT|DELETE)\(\s*(?:([`\"])([^`\"]*)[`\"]|([A-Z_]+))")
NAMED = re.compile(r'const ([A-Z_]+) = "(/api/[^"]+)"')
NO_PLACE = {
    "GET /api/customers/{customer_id}/neighbourhood": "drawn on the customer's page",
    "GET /api/runs/{run_id}": "the list of runs has the same of each",
    "GET /api/trials/{trial_id}": "the list of trials has the same of each",
    "POST /api/ties": "for the shop's own tools; staff import a list of ties",
    "GET /api/live": "asked by who operates the app",
    "GET /api/ready": "asked by who operates the app",
    "GET /api/health": "asked by who operates the app",
}
"""Operations that the panel need not call."""
OF_SHOPPERS = "/api/shopper"
"""Called by the shopper's page, and by storefronts."""


def called() -> set[str]:
    """Return the operations that the panel's code calls."""
    found = set()
    for file in (UI / "src" / "panel").rglob("*.ts*"):
        text = file.read_text(encoding="utf-8")
        names = dict(NAMED.findall(text))
        for method, _, written, name in CALL.findall(text):
            path = written
            for one, meant in names.items():
                path = path.replace(f"${{{one}}}", meant)
            found.add(f"{method} {path or names.get(name)}")
    return found


def operations() -> set[str]:
    """Return those that the API has for staff."""
    paths = json.loads((UI / "openapi.json").read_text(encoding="utf-8"))["paths"]
    return {
        f"{method.upper()} {path}"
        for path, methods in paths.items()
        for method in methods
        if not path.startswith(OF_SHOPPERS)
    }


def test_the_panel_calls_every_operation_that_has_no_reason_to_be_without_a_place() -> None:
    assert operations() - called() - NO_PLACE.keys() == set()


def test_the_reasons_are_of_operations_that_there_are() -> None:
    assert NO_PLACE.keys() - operations() == set()
    assert called() - operations() == set()
