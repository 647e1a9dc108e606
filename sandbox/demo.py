"""`make demo`: a generated shop, the app installed, its history read, scored, written back and shown."""

import argparse
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from sandbox import from_nothing, influence, programmes, shoppers
from sandbox import stack as stacks
from sandbox.fast_clock import FastClock
from sandbox.parts import ROOT, PartFailed

FOLDER = ROOT / ".demo"
MOST_OVERTAKEN = 5
CUSTOMERS = 12_000
HURRY = {"SCORE_DELAY_SECONDS": "20", "RECONCILE_MINUTES": "1"}
RATES = {"USD": "0.92", "GBP": "1.17", "PLN": "0.23"}
"""Of the generated shop's other currencies, in euro."""


def main(arguments: list[str] | None = None) -> int:
    """Run the demo; return the exit status: 0 after a clean end, 1 when a part failed."""
    options = read_options(arguments)
    console = Console(highlight=False, soft_wrap=not sys.stdout.isatty())
    signal.signal(signal.SIGTERM, _interrupt)
    FOLDER.mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="run-", dir=FOLDER))
    started = time.monotonic()
    console.print("Starting PostgreSQL, Redis, a pocket Saleor, two pocket networks and the app …")
    try:
        with stacks.running(
            folder,
            saleor_arguments=_saleor_arguments(options),
            ports=stacks.Ports(),
            environment=from_nothing.environment() if options.from_nothing else HURRY,
            clock=(clock := from_nothing.clock(options, folder) if options.from_nothing else None),
        ) as stack:
            if clock:
                _learn(stack, options, console, clock=clock)
            else:
                _show(stack, options, console, started=started)
            if not options.once:
                _go_on(stack, console)
    except KeyboardInterrupt:
        console.print("\nStopped. Nothing is left running.")
    except PartFailed as failure:
        console.print(f"[red]{failure}[/red]\nLogs: {folder}")
        return 1
    shutil.rmtree(folder)
    return 0


def read_options(arguments: list[str] | None) -> argparse.Namespace:
    """Return the command line, read."""
    parser = argparse.ArgumentParser(prog='make demo ARGS="…"', description=main.__doc__)
    parser.add_argument("--customers", type=int, help="customers of the generated shop (12,000; 2,000)")
    parser.add_argument("--orders", type=int, default=60_000, help="orders over three years")
    parser.add_argument("--seed", type=int, help="another seed, another shop")
    parser.add_argument("--orders-per-minute", type=float, default=20, help="new orders while it runs")
    parser.add_argument(
        "--from-nothing",
        action="store_true",
        help="a shop without ties that asks who told its customers and gives them links, on a fast clock",
    )
    parser.add_argument(
        "--weeks", type=int, default=from_nothing.WEEKS, choices=range(1, 53), metavar="1..52",
        help="of it (%(default)s)",
    )  # fmt: skip
    parser.add_argument("--once", action="store_true", help="end after showing the result")
    return parser.parse_args(arguments)


def _saleor_arguments(options: argparse.Namespace) -> list[str]:
    if options.from_nothing:
        return from_nothing.saleor_arguments(options)
    return [
        *("--customers", str(CUSTOMERS if options.customers is None else options.customers)),
        *("--orders", str(options.orders)),
        *("--seed", str(options.seed or 1)),
        *("--live-orders-per-minute", str(options.orders_per_minute)),
    ]


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def _show(stack: stacks.Stack, options: argparse.Namespace, console: Console, *, started: float) -> None:
    console.print(f"Installing the app from {stack.app_url}/api/manifest …")
    app_id = stack.install()
    chosen = stack.panel(app_id, "/api/settings")
    stack.panel(app_id, "/api/settings", json=chosen | {"currency": "EUR", "exchange_rates": RATES})
    customer_id = _follow(stack, app_id, console)
    took = timedelta(seconds=round(time.monotonic() - started))
    console.print(f"\n[bold]Ready after {took}.[/bold]")
    _report(stack, app_id, customer_id, console=console)
    if not options.once:
        console.print("\nNew orders keep coming.")


def _learn(stack: stacks.Stack, options: argparse.Namespace, console: Console, *, clock: FastClock) -> None:
    app_id = from_nothing.show(stack, clock, weeks=options.weeks, console=console)
    of_one_run(stack, app_id, lambda: influence.report(stack, app_id, console), console=console)
    _to_open(stack, console)


def _go_on(stack: stacks.Stack, console: Console) -> None:
    console.print("Ctrl-C stops everything.")
    while True:
        stack.check()
        time.sleep(1)


def _follow(stack: stacks.Stack, app_id: str, console: Console) -> str:
    """Wait until everything is read, scored and written; return the id of the shopper who linked."""
    columns = (TextColumn("{task.description:<18}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    customer_id, reading = "", datetime.now(UTC)
    with Progress(*columns, console=console) as progress:
        bars = {name: progress.add_task(name, total=None) for name in ("customers", "orders", "written")}
        while True:
            stack.check()
            asked, overview = datetime.now(UTC), stack.panel(app_id, "/api/overview")
            for name, (done, total) in _counts(overview).items():
                progress.update(bars[name], completed=done, total=total or None)
            if not customer_id and progress.tasks[bars["customers"]].finished:
                customer_id, reading = _tell(stack, app_id, console), datetime.now(UTC)
                continue
            if overview["history"]["state"] == "failed":
                raise PartFailed(f"reading the history failed: {overview['history']['error']}")
            if overview["history"]["state"] != "done":
                reading = asked
            elif customer_id and _is_settled(stack, app_id, overview, known=reading):
                return customer_id
            time.sleep(0.5)


def _tell(stack: stacks.Stack, app_id: str, console: Console) -> str:
    """What people do once: say whose codes are whose, import who knows whom, and link their accounts."""
    shoppers.switch_on(stack, app_id)
    customer_id, linked = shoppers.link_friends(stack)
    console.print(f"{linked} customers linked their Mastodon accounts, each by signing in there themselves")
    codes = stack.personal_codes()
    for code in codes:
        stack.panel(app_id, "/api/personal-codes", json=code)
    console.print(f"{len(codes):,} personal voucher codes given to their owners by a merchandiser")
    ties = stack.panel(app_id, "/api/ties/import", csv=stack.ties())
    stack.let_ties_have_been_told_as_they_began()
    console.print(f"{ties['accepted']:,} ties between customers imported from a CSV, as they began")
    return customer_id


def _counts(overview: dict[str, Any]) -> dict[str, tuple[int, int | None]]:
    history, outbox = overview["history"], overview["outbox"]
    settled = outbox["written"] + outbox["failed"] + outbox["skipped_staff"]
    return {
        "customers": (history["customers"]["done"], history["customers"]["total"]),
        "orders": (history["orders"]["done"], history["orders"]["total"]),
        "written": (settled, settled + outbox["pending"]),
    }


def _is_settled(stack: stacks.Stack, app_id: str, overview: dict[str, Any], *, known: datetime) -> bool:
    """Tell whether a run that began later scored everything, and it is in Saleor; raise if it cannot be.

    A run that rests before it begins is asked for at once, as "Run now" does.
    """
    newest = overview["last_run"]
    if newest and newest["state"] == "failed":
        raise PartFailed(f"scoring failed: {newest['error']}")
    runs: Any = stack.panel(app_id, "/api/runs", limit=10)
    done = [run for run in runs if run["state"] == "done"]
    if not any(datetime.fromisoformat(run["started_at"]) > known for run in done):
        if newest and newest["state"] == "queued" and newest["kind"] == "incremental":
            stack.panel(app_id, "/api/runs", json={})
        return False
    written, total = _counts(overview)["written"]
    return bool(total) and written == total


def _report(stack: stacks.Stack, app_id: str, customer_id: str, *, console: Console) -> None:
    overview = stack.panel(app_id, "/api/overview")
    console.print(f"\n{overview['drift']['sentence']}\n\n[bold]Segments[/bold]")
    for segment in overview["segments"]:
        why = f"  {segment['why_empty']}" if segment["why_empty"] else ""
        console.print(f"  {segment['title']:<14}{segment['size']:>6}{why}")
    influence.without_ties(stack, app_id, console)
    of_one_run(stack, app_id, lambda: influence.report(stack, app_id, console), console=console)
    shoppers.report(stack, app_id, customer_id, console=console)
    of_one_run(stack, app_id, lambda: _top(stack, app_id, console), console=console)
    programmes.run(stack, app_id, console)
    _to_open(stack, console)
    shopper = f"{shoppers.email_of(stack, customer_id)} / {shoppers.PASSWORD}"
    console.print(f"  Their profiles for staff     {shoppers.evidence(stack, app_id, customer_id)}")
    console.print(f"  Their own page               {shoppers.page(stack)}   ({shopper})")


def _to_open(stack: stacks.Stack, console: Console) -> None:
    console.print("\n[bold]To open[/bold]")
    console.print(f"  Shop admin with the panel  {stack.saleor_url}/dashboard/")
    login = f"{stacks.STAFF_EMAIL} / {stacks.STAFF_PASSWORD}"
    console.print(f"  The shop's GraphQL         {stack.api_url}  ({login})")
    console.print(f"  The app                    {stack.app_url}/api/health   (logs in {stack.folder})")
    console.print(f"  PostgreSQL                 {stack.database_url}")


class Panel(Protocol):
    """What answers the panel's questions."""

    def panel(self, app_id: str, path: str, /) -> Any:
        """Return the answer."""


def of_one_run(stack: Panel, app_id: str, write: Callable[[], None], *, console: Console) -> None:
    """Print a block that is made of several answers; one that a run overtook meanwhile is made again."""
    for _ in range(MOST_OVERTAKEN):
        run_id = stack.panel(app_id, "/api/influence")["gate"]["run_id"]
        with console.capture() as written:
            write()
        if stack.panel(app_id, "/api/influence")["gate"]["run_id"] == run_id:
            break
    console.file.write(written.get())


def _top(stack: stacks.Stack, app_id: str, console: Console) -> None:
    console.print("\n[bold]Top customers[/bold]")
    top = stack.panel(app_id, "/api/customers", sort="value", limit=5)["customers"]
    for place, row in enumerate(top, 1):
        customer = stack.panel(app_id, f"/api/customers/{row['customer_id']}")
        console.print(f"  {place}. {stack.name_of(row['customer_id'])}: {_worth(customer)}")
        for reason in customer["reasons"]:
            console.print(f"       {reason}")
        console.print(f"       {customer['verdict_sentence']}")


def _worth(customer: dict[str, Any]) -> str:
    low, high, currency = customer["value_low"], customer["value_high"], customer["currency"]
    segments = ", ".join(segment["name"] for segment in customer["segments"]) or "no segment"
    money = f"{customer['value']['amount']} {currency} (90 % interval {low['amount']} to {high['amount']})"
    return f"{money}; {segments}"


if __name__ == "__main__":
    raise SystemExit(main())
