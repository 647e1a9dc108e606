"""The pocket networks as the demo has them: a command of their own, with faults on demand."""

import signal
import subprocess
import sys
from pathlib import Path

import httpx

REPOSITORY = Path(__file__).resolve().parents[2]
COMMAND = [sys.executable, "-m", "sandbox.networks", "--mastodon-port", "0"]


def test_both_networks_are_served_until_the_process_is_asked_to_end() -> None:
    process = subprocess.Popen(
        [*COMMAND, "--bluesky-port", "0", "--people", "5"], cwd=REPOSITORY, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        mastodon, bluesky = (process.stdout.readline().split()[1] for _ in range(2))

        assert httpx.get(f"{mastodon}/api/v1/accounts/1").json()["uri"].startswith(f"{mastodon}/users/")
        resolved = httpx.get(f"{bluesky}/xrpc/com.atproto.identity.resolveHandle?handle=nobody.pocket.test")
        assert resolved.json() == {"error": "InvalidRequest", "message": "Unable to resolve handle"}

        posts = f"{mastodon}/api/v1/statuses"
        popular = [n for n in range(1, 6) if httpx.get(f"{posts}/{n}901/favourited_by").is_success]
        assert len(popular) == 1, "one has just posted, and their followers here like it"
        assert httpx.get(f"{posts}/{popular[0]}901/favourited_by").json()

        faults = f"{mastodon}/sandbox/faults"
        assert httpx.post(faults, json={"kind": "status", "value": 503}).json()["pending"]
        assert httpx.get(f"{mastodon}/api/v1/accounts/1").status_code == 503
        assert httpx.get(f"{mastodon}/api/v1/accounts/1").status_code == 200
        assert httpx.post(faults, json={"kind": "flood"}).status_code == 422
        assert httpx.post(faults, json={"kind": "garbage", "times": None}).is_success
        assert httpx.delete(faults).json() == {"pending": []}
    finally:
        process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=20) == 0
    process.stdout.close()
