import pytest

from tests.support.recorded import Recorded, Recordings, key_set, webhook_deliveries


@pytest.fixture(scope="session")
def recordings() -> Recordings:
    """The deliveries that a Saleor 3.23 has sent, and its key set."""
    return Recordings(
        tuple(
            Recorded(line["event"], line["headers"]["saleor-signature"], line["body"].encode())
            for line in webhook_deliveries()
        ),
        key_set(),
    )
