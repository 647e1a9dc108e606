"""A pytest plugin, `-p tests.support.database_only`: the tests that speak to the database, each once.

What does not ask for the database is left out, and of the parameters of a test all but the first: another
text or another network is not another statement of SQL.
"""

import pytest

DATABASE = {"engine", "database"}


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    kept: dict[str, pytest.Item] = {}
    for item in items:
        if DATABASE & {*getattr(item, "fixturenames", ())}:
            kept.setdefault(item.nodeid.partition("[")[0], item)
    chosen = set(kept.values())
    config.hook.pytest_deselected(items=[item for item in items if item not in chosen])
    items[:] = kept.values()
