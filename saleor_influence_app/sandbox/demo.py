"""`make demo`: a generated shop, the app installed as Saleor would, history read, scored, written back, shown."""

import argparse
import shutil
import signal
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from saleor_influence_app.sandbox import stack as stacks

FOLDER = stacks.ROOT / ".demo"


def main(arguments: list[str] | None = None) -> int:
    """Run the demo; return the exit status: 0 after a clean end, 1 when a part failed."""
    options = _options(arguments)
    console = Console(highlight=False, soft_wrap=not sys.stdout.isatty())
    signal.signal(signal.SIGTERM, _interrupt)
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir()
    started = time.monotonic()
    console.print("Starting PostgreSQL, Redis, a pocket Saleor and the app …")
    try:
        with stacks.running(
            FOLDER,
            saleor_arguments=_saleor_arguments(options),
            ports=stacks.Ports(),
            environment=_hurry(options),
        ) as stack:
            _show(stack, options, console, started)
    except KeyboardInterrupt:
        console.print("\nStopped. Nothing is left running.")
    except stacks.PartFailed as failure:
        console.print(f"[red]{failure}[/red]\nLogs: {FOLDER}")
        return 1
    return 0


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog='make demo ARGS="…"', description=main.__doc__)
    parser.add_argument("--customers", type=int, default=12_000, help="customers of the generated shop")
    parser.add_argument("--orders", type=int, default=60_000, help="orders over three years")
    parser.add_argument("--seed", type=int, default=1, help="another seed, another shop")
    parser.add_argument("--orders-per-minute", type=float, default=20, help="new orders while it runs")
    parser.add_argument("--once", action="store_true", help="end after showing the result")
    return parser.parse_args(arguments)


def _saleor_arguments(options: argparse.Namespace) -> list[str]:
    return [
        *("--customers", str(options.customers)),
        *("--orders", str(options.orders)),
        *("--seed", str(options.seed)),
        *("--live-orders-per-minute", str(options.orders_per_minute)),
    ]


def _hurry(_: argparse.Namespace) -> dict[str, str]:
    return {"SCORE_DELAY_SECONDS": "20", "RECONCILE_MINUTES": "1"}


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def _show(stack: stacks.Stack, options: argparse.Namespace, console: Console, started: float) -> None:
    console.print(f"Installing the app from {stack.app_url}/api/manifest …")
    app_id = stack.install()
    _follow(stack, app_id, console)
    took = timedelta(seconds=round(time.monotonic() - started))
    console.print(f"\n[bold]Ready after {took}.[/bold]")
    _report(stack, app_id, console)
    if options.once:
        return
    console.print("\nNew orders keep coming; Ctrl-C stops everything.")
    while True:
        stack.check()
        time.sleep(1)


def _follow(stack: stacks.Stack, app_id: str, console: Console) -> None:
    columns = (TextColumn("{task.description:<24}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console) as progress:
        bars = {
            name: progress.add_task(name, total=None) for name in ("customers", "orders", "written to Saleor")
        }
        while True:
            stack.check()
            overview = stack.panel(app_id, "/api/overview")
            if overview["history"]["state"] == "failed":
                raise stacks.PartFailed(f"reading the history failed: {overview['history']['error']}")
            for name in ("customers", "orders"):
                counts = overview["history"][name]
                progress.update(bars[name], completed=counts["done"], total=counts["total"])
            outbox = overview["outbox"]
            settled = outbox["written"] + outbox["failed"] + outbox["skipped_staff"]
            progress.update(
                bars["written to Saleor"], completed=settled, total=settled + outbox["pending"] or None
            )
            run = overview["last_run"]
            if run and run["state"] == "failed":
                raise stacks.PartFailed(f"scoring failed: {run['error']}")
            if overview["history"]["state"] == "done" and settled and not outbox["pending"]:
                return
            time.sleep(0.5)


def _report(stack: stacks.Stack, app_id: str, console: Console) -> None:
    overview = stack.panel(app_id, "/api/overview")
    console.print(overview["drift"]["sentence"])
    for segment in overview["segments"]:
        why = f" ({segment['why_empty']})" if segment["why_empty"] else ""
        console.print(f"  {segment['title']:<14} {segment['size']:>6}{why}")
    table = Table(
        "customer", "value (90 % interval)", "segments", "why", title="Top customers", show_lines=True
    )
    top = stack.panel(app_id, "/api/customers", sort="value", limit=8)["customers"]
    for row in top:
        table.add_row(*_row(stack.panel(app_id, f"/api/customers/{row['customer_id']}")))
    console.print(table)
    console.print(f"Shop admin with the panel  {stack.saleor_url}/dashboard/")
    console.print(
        f"Shop's GraphQL             {stack.api_url}  ({stacks.STAFF_EMAIL} / {stacks.STAFF_PASSWORD})"
    )
    console.print(f"The app                    {stack.app_url}/api/health   logs in {FOLDER.name}/")
    console.print(f"PostgreSQL                 {stack.database_url}")


def _row(customer: dict[str, Any]) -> tuple[str, str, str, str]:
    money = f"{customer['value']['amount']} {customer['currency']}"
    interval = f"{customer['value_low']['amount']} to {customer['value_high']['amount']}"
    segments = ", ".join(segment["name"] for segment in customer["segments"])
    return customer["customer_id"], f"{money}\n{interval}", segments, "\n".join(customer["reasons"])


if __name__ == "__main__":
    raise SystemExit(main())
