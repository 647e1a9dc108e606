"""The settings that a client needs; no server."""

import pytest


@pytest.fixture(autouse=True)
def _settings(_environment: None) -> None:
    """Clients read their time-out from the settings."""
