"""Signed consent ledgers."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from saleor_influence_app import settings
from saleor_influence_app.consent import signing


@pytest.fixture
def signing_on(_environment: None, tmp_path: Path) -> Iterator[Path]:
    """The signer's settings; gives its folder of anchors."""
    patch = pytest.MonkeyPatch()  # settings come by the environment alone
    patch.setenv("CONSENT_SIGNING_KEY_FILE", str(tmp_path / "key.pem"))
    patch.setenv("CONSENT_PUBLIC_KEYS_FILE", str(tmp_path / "public.json"))
    patch.setenv("CONSENT_ANCHOR_FOLDER", str(tmp_path / "anchors"))
    settings.get.cache_clear()
    signing.make_key(tmp_path / "key.pem", tmp_path / "public.json")
    yield tmp_path / "anchors"
    patch.undo()
    settings.get.cache_clear()
