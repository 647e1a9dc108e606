"""The sandbox as a program."""

import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from sandbox.__main__ import options, prepare
from sandbox.client import ShopClient
from sandbox.gateway import Gateway

REPOSITORY = Path(__file__).resolve().parents[2]


def test_help_names_every_option() -> None:
    shown = subprocess.run(
        [sys.executable, "-m", "sandbox", "--help"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    ).stdout

    for name in ("--port", "--customers", "--orders", "--seed", "--live-orders-per-minute", "--public-url"):
        assert name in shown


def test_it_serves_until_it_is_told_to_stop_and_leaves_nothing_behind() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    arguments = [
        "--port",
        str(port),
        "--customers",
        "20",
        "--orders",
        "60",
        "--live-orders-per-minute",
        "600",
    ]
    process = subprocess.Popen(
        [sys.executable, "-m", "sandbox", *arguments],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    try:
        client = ShopClient(f"http://127.0.0.1:{port}/graphql/")
        deadline = time.monotonic() + 60
        while True:
            try:
                count = client.data("{orders(first:1){totalCount}}")["orders"]["totalCount"]
                break
            except httpx.TransportError:
                assert process.poll() is None, process.communicate()
                assert time.monotonic() < deadline
                time.sleep(0.1)
        client.close()
        assert count >= 60
        page = httpx.get(f"http://127.0.0.1:{port}/dashboard/customers/x", trust_env=False)
        assert "main.js" in page.text
    finally:
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=20)
    assert process.returncode in {0, -signal.SIGTERM}
    assert b"Traceback" not in errors


@pytest.mark.parametrize(("version", "known"), [("3.21.69", False), ("3.23.28", True)])
def test_it_can_play_an_older_saleor(version: str, *, known: bool) -> None:
    state = prepare(options(["--customers", "0", "--orders", "0", "--saleor-version", version]))
    try:
        status, _ = Gateway(state).answer({"query": "{customerTypes(first:1){edges{node{id}}}}"}, None)
        assert (status == 200) is known
        assert state.settings.schema_version == version[:4]
    finally:
        state.close()


def test_a_saleor_whose_schema_is_not_stored_cannot_be_played_and_the_command_says_which_can(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit):
        options(["--saleor-version", "3.19.2"])

    assert "no schema of Saleor 3.19.2. It can play 3.21, 3.22, 3.23, 3.24." in capsys.readouterr().err
