"""What the demo shows of the ledger: the shop's gate with its plot, planted influencers, rows that sum."""

from decimal import Decimal
from typing import Any

from rich.console import Console

from sandbox.stack import Stack

BINS, WIDTH, ROWS = 12, 40, 4
NOTHING = {"amount": "0.00"}


def report(stack: Stack, app_id: str, console: Console) -> None:
    """Print whether influence shows, who was found, and what stands behind the best of them."""
    found = stack.panel(app_id, "/api/influence")
    console.print(f"\n[bold]Influence[/bold]\n  {found['gate']['sentence']}")
    for line in plot(found["gate"]["observed"], found["gate"]["permuted"]):
        console.print(f"  {line}")
    _planted(stack, app_id, found["verdicts"], console=console)
    leading = stack.panel(app_id, "/api/customers", sort="civ", verdict="proven", limit=1)["customers"]
    if leading:
        customer = stack.panel(app_id, f"/api/customers/{leading[0]['customer_id']}")
        _evidence(stack, app_id, customer, console=console)


def without_ties(stack: Stack, app_id: str, console: Console) -> None:
    """Print what is known of the shop without a single tie."""
    console.print("\n[bold]Known without a single tie[/bold]")
    told = stack.panel(app_id, "/api/insights")
    for part in ("expected", "due", "slipping", "sells_together"):
        console.print(f"  {told[part]['sentence']}")


def plot(observed: int, permuted: list[int]) -> list[str]:
    """Return a histogram of the shuffled counts with the real one marked, as lines of text."""
    if not permuted:
        return []
    low, high = min(permuted), max(*permuted, observed)
    size = max(1, -(-(high - low + 1) // BINS))
    counts = [0] * ((high - low) // size + 1)
    for count in permuted:
        counts[(count - low) // size] += 1
    scale = WIDTH / max(counts)
    lines = []
    for place, number in enumerate(counts):
        first = low + place * size
        here = "  <- the real shop" if first <= observed < first + size else ""
        lines.append(f"{first:>7,} to {first + size - 1:>7,} | {'#' * round(number * scale)}{here}")
    return [f"purchases that followed, in {len(permuted)} shuffled shops:", *lines]


def _planted(stack: Stack, app_id: str, verdicts: dict[str, int], *, console: Console) -> None:
    leads, proven, first = (named(stack, app_id, verdict) for verdict in ("leads", "proven", "buys early"))
    influencers, early = stack.planted()
    found = leads | proven
    console.print(
        f"  {len(influencers):,} influencers are planted in this shop. {len(found)} are found: "
        f"{len(leads)} lead, {len(proven)} are proven by their codes. {len(found & influencers)} are planted."
    )
    if early:
        console.print(
            f"  {len(early):,} others are planted who buy what is new before everybody and lead nobody. "
            f"{len(first)} are found, {len(first & early)} of them planted; {len(found & early)} pass for "
            "influencers."
        )
    console.print(f"  Verdicts: {', '.join(f'{n:,} {verdict}' for verdict, n in verdicts.items())}")


def named(stack: Stack, app_id: str, verdict: str) -> set[str]:
    """Return the ids of all customers with that verdict."""
    ids: set[str] = set()
    further: dict[str, str] = {}
    while True:
        page = stack.panel(app_id, "/api/customers", verdict=verdict, limit=100, **further)
        ids |= {row["customer_id"] for row in page["customers"]}
        if page["next"] is None:
            return ids
        further = {"after": page["next"]}


def _evidence(stack: Stack, app_id: str, customer: dict[str, Any], *, console: Console) -> None:
    customer_id = customer["customer_id"]
    console.print(f"  {stack.name_of(customer_id)}: {customer['verdict_sentence']}")
    for part, term in (("proven", "crv"), ("inferred", "civ")):
        rows = _rows(stack, app_id, customer_id, part=part)
        total = sum((Decimal(row["booked"]["amount"]) for row in rows), Decimal(0))
        shown = customer[term] or NOTHING
        console.print(f"    {term.upper()} {shown['amount']} = the sum of {len(rows)} rows, {total}:")
        for row in rows[:ROWS]:
            console.print(f"      {row['booked']['amount']:>8}  {row['sentence']}")
        if len(rows) > ROWS:
            console.print(f"                … and {len(rows) - ROWS} more")


def _rows(stack: Stack, app_id: str, customer_id: str, *, part: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    while True:
        path = f"/api/customers/{customer_id}/credits"
        page = stack.panel(app_id, path, part=part, limit=100, offset=len(rows))
        rows += page["rows"]
        if not page["rows"] or len(rows) >= page["total"]:
            return rows
