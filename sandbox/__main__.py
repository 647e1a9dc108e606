"""`python -m sandbox`: a pocket Saleor with a generated shop, until Ctrl-C."""

import argparse
import sys
from pathlib import Path

import uvicorn

from sandbox import untied
from sandbox.app import create_app
from sandbox.build import create_state
from sandbox.generate import fill
from sandbox.live import LiveOrders
from sandbox.schema import build_schema
from sandbox.state import SandboxSettings, State
from sandbox.tokens import SigningKey


def options(arguments: list[str] | None = None) -> argparse.Namespace:
    """The command line, read."""
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="where to listen (%(default)s)")
    parser.add_argument("--port", type=int, default=8000, help="(%(default)s)")
    parser.add_argument("--public-url", help="the address by which apps know the shop (http://HOST:PORT/)")
    parser.add_argument("--customers", type=int, default=12_000, help="(%(default)s)")
    parser.add_argument("--orders", type=int, default=60_000, help="over three years (%(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="the same seed, the same shop (%(default)s)")
    parser.add_argument("--live-orders-per-minute", type=float, default=0.0, help="new orders (%(default)s)")
    parser.add_argument(
        "--untied", action="store_true", help="a shop without ties, whose next year is known (--customers)"
    )
    parser.add_argument(
        "--saleor-version", type=playable, default="3.23.28", help="the Saleor to play (%(default)s)"
    )
    parser.add_argument(
        "--token-seconds", type=int, default=300, help="life of a session token (%(default)s)"
    )
    parser.add_argument("--time-scale", type=float, default=1.0, help="factor on waits between retries")
    parser.add_argument("--private-key", type=Path, help="PEM file of the signing key (a fresh one)")
    return parser.parse_args(arguments)


def playable(version: str) -> str:
    """Return the version if its schema is stored."""
    try:
        build_schema(version)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    return version


def prepare(chosen: argparse.Namespace) -> State:
    """The state that the command line asks for, filled and alive."""
    settings = SandboxSettings(
        public_url=chosen.public_url or f"http://{chosen.host}:{chosen.port}/",
        saleor_version=chosen.saleor_version,
        token_seconds=chosen.token_seconds,
        time_scale=chosen.time_scale,
    )
    key = SigningKey.from_pem(chosen.private_key.read_bytes()) if chosen.private_key else None
    state = create_state(settings, key=key)
    if chosen.untied:
        untied.fill(state, customers=chosen.customers, seed=chosen.seed)
    elif chosen.customers or chosen.orders:
        fill(state, customers=chosen.customers, orders=chosen.orders, seed=chosen.seed)
    if chosen.live_orders_per_minute > 0:
        LiveOrders(state, chosen.live_orders_per_minute, seed=chosen.seed).start()
    return state


def main(arguments: list[str] | None = None) -> int:
    """Serve until Ctrl-C or SIGTERM; return the exit status."""
    chosen = options(arguments)
    state = prepare(chosen)
    sys.stdout.write(
        f"Shop's GraphQL  {state.settings.api_url}  ({state.settings.admin_email} / "
        f"{state.settings.admin_password})\nAdmin page      {state.settings.public_url}dashboard/\n"
    )
    sys.stdout.flush()
    uvicorn.run(
        create_app(state),
        host=chosen.host,
        port=chosen.port,
        log_level="warning",
        ws="none",
        timeout_graceful_shutdown=3,
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
