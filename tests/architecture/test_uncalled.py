"""Nothing is kept that nobody calls: tests and benchmarks do not count as callers."""

from pathlib import Path

from vulture import Vulture

REPOSITORY = Path(__file__).resolve().parents[2]
KINDS = {"class", "function", "import", "method", "property"}
"""Fields of tables, answers and settings are read by name, which no such tool sees."""
REGISTERED = [
    "@router.*",
    "@task",
    "@app.*",
    "@*.command",
    "@*.connect",
    "@*_validator",
    "@computed_field",
    "@event.listens_for",
]
CALLED_BY_A_LIBRARY = {
    "collect": "prometheus_client asks every collector for its samples",
    "create_served_app": "uvicorn is given its name",
    "_prepare_result": "gql hands over each answer",
    "TRANSPORT_ALIASES": "a dictionary of kombu's that is added to",
    "_get_socket": "smtplib dials by it",
    "OtelSpan": "in a quoted annotation",
    "Hint": "in a quoted annotation",
    "ErrorDetails": "in a quoted annotation",
}
KEPT = {
    "log_likelihood": "by it the fits are compared with those published",
}


def test_nothing_of_the_product_is_called_by_nobody() -> None:
    found = Vulture(ignore_decorators=REGISTERED)
    folders = ["saleor_influence_app", "webhooks", "scoring", "sandbox"]
    found.scavenge([str(REPOSITORY / folder) for folder in folders], exclude=["*/migrations/*"])
    uncalled = {
        f"{Path(item.filename).relative_to(REPOSITORY)}: {item.name}": item.name
        for item in found.get_unused_code()
        if item.typ in KINDS
    }
    # The pocket shop answers GraphQL by name, and `scoring.simulate` draws worlds for tests and benchmarks.
    ours = {
        place: name
        for place, name in uncalled.items()
        if not place.startswith(("sandbox/", "scoring/simulate/"))
    }
    assert [place for place, name in ours.items() if name not in CALLED_BY_A_LIBRARY | KEPT] == []
    assert (CALLED_BY_A_LIBRARY | KEPT).keys() - ours.values() == set(), "these are called, or gone"
