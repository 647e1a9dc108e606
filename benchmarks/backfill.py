"""Backfill against the pocket Saleor's own page rate: `python -m benchmarks.backfill [--orders N]`.

In one run, with the pocket Saleor in a process of its own: its pages of orders read one after another by the
product's client with nothing done to them, then the backfill of the same shop. What the backfill takes longer
is our own cost. It is told at the pocket's own speed, and with pages as slow as a real Saleor's on two cores
(0.3 s more for a hundred orders): the next page is fetched while this one is written.
"""

import argparse
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from benchmarks import _stack
from sandbox.servers import free_port

REAL_PAGE_SECONDS = 0.3


def serve(port: int, customers: int, orders: int) -> None:
    """Be the pocket Saleor, with our app in it, until killed."""
    import uvicorn

    from sandbox import generate
    from sandbox.app import create_app
    from sandbox.apps import App
    from sandbox.build import create_state
    from sandbox.state import SandboxSettings

    state = create_state(SandboxSettings(public_url=f"http://127.0.0.1:{port}/"))
    generate.fill(state, customers=customers, orders=orders)
    app = App(
        pk=1,
        id=_stack.APP_ID,
        identifier="influence",
        name="Influence",
        created=state.store.clock.now(),
        permission_codes=frozenset({"MANAGE_USERS", "MANAGE_ORDERS"}),
        token=_stack.TOKEN,
        is_active=True,
    )
    state.apps[app.id] = app
    uvicorn.run(create_app(state), host="127.0.0.1", port=port, log_level="warning")


@contextmanager
def pocket(customers: int, orders: int) -> Iterator[str]:
    """The address of a pocket Saleor of this size in another process."""
    port = free_port()
    sizes = ["--customers", str(customers), "--orders", str(orders)]
    with subprocess.Popen(
        [sys.executable, "-m", "benchmarks.backfill", "--serve", str(port), *sizes]
    ) as process:
        try:
            _await(f"http://127.0.0.1:{port}/.well-known/jwks.json", process)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def _await(url: str, process: "subprocess.Popen[bytes]") -> None:
    while process.poll() is None:
        try:
            httpx.get(url)
        except httpx.TransportError:
            time.sleep(0.2)
        else:
            return
    raise RuntimeError("the pocket Saleor did not start")


def read_pages(api_url: str) -> tuple[int, float]:
    """Return how many orders there are, and how long reading all pages takes when nothing is done to them."""
    from saleor_influence_app.saleor.client import SaleorClient
    from saleor_influence_app.sync.saleor_pages import CHANGED_FIRST, Query, Reader

    rows, cursor = 0, None
    begin = time.perf_counter()
    with SaleorClient(api_url, _stack.TOKEN) as client:
        reader = Reader(client, "3.23")
        while True:
            page = reader.page(Query("orders_page", CHANGED_FIRST), after=cursor)
            rows += len(page.nodes)
            cursor = page.cursor
            if cursor is None:
                return rows, time.perf_counter() - begin


def backfill(shop_id: int) -> tuple[int, float, float]:
    """Return orders, seconds, and seconds of our process for the whole history from the beginning."""
    from saleor_influence_app import db
    from saleor_influence_app.sync import backfill as step

    with db.transaction() as session:
        step.start(session, shop_id)
    begin, busy = time.perf_counter(), time.process_time()
    step.work(db.transaction, shop_id, "orders")
    seconds, busy = time.perf_counter() - begin, time.process_time() - busy
    with db.transaction() as session:
        (orders,) = [one for one in step.progress(session, shop_id) if one.kind == "orders"]
    if orders.state != "done":
        raise RuntimeError(f"the backfill ended as {orders.state}: {orders.error}")
    return orders.done, seconds, busy


def main() -> None:
    """Measure and print, or serve for the measurement."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=2_000)
    parser.add_argument("--orders", type=int, default=10_000)
    parser.add_argument("--serve", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        serve(options.serve, options.customers, options.orders)
        return
    with _stack.servers(), pocket(options.customers, options.orders) as url:
        api_url = f"{url}/graphql/"
        shop_id = _stack.put_shop(api_url)
        read_pages(api_url)
        for name, pause in (("pocket's speed", 0.0), ("real speed", REAL_PAGE_SECONDS)):
            httpx.delete(f"{url}/sandbox/faults")
            if pause:
                fault = {"where": "api", "kind": "slow", "value": pause, "times": None, "match": "OrdersPage"}
                httpx.post(f"{url}/sandbox/faults", json=fault).raise_for_status()
            rows, bare = read_pages(api_url)
            done, seconds, busy = backfill(shop_id)
            print(
                f"{name:15} pages alone {rows / bare:7,.0f} rows/s   backfill {done / seconds:7,.0f} rows/s"
            )
            print(
                f"{'':15} own cost {(seconds - bare) / seconds:7.1%} ({busy:.1f} s busy of {seconds:.1f} s)"
            )


if __name__ == "__main__":
    main()
