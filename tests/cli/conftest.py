"""The command line on real tables, as an operator runs it, and a pocket Saleor where a shop is needed."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from tests.support.pocket_install import Pocket, pocket


@pytest.fixture
def saleor(engine: Engine) -> Iterator[Pocket]:
    """A pocket Saleor that has installed the app."""
    assert engine
    with pocket() as running:
        app_id, message = running.install()
        assert app_id, message
        yield running
