"""Commands about installed shops."""

import time
from typing import TYPE_CHECKING, Annotated

import typer
from sqlalchemy.orm import Session

from saleor_influence_app import db
from saleor_influence_app.errors import ShopUnknown

# The steps are imported where they are used: `serve` must not read half of the app before it starts anything.
if TYPE_CHECKING:
    from collections.abc import Iterator

    from saleor_influence_app.operations.doctor import Finding
    from saleor_influence_app.writeback.flush import Left

CLEANUP_PAUSE_SECONDS = 0.2
IDLE_ROUNDS = 3

DryRun = Annotated[bool, typer.Option("--dry-run", help="Only show what would be done.")]
OneShop = Annotated[str, typer.Option("--shop", help="The shop's API URL, such as https://shop/graphql/.")]
SomeShop = Annotated[str | None, typer.Option("--shop", help="One shop's API URL; without it: all.")]


def doctor() -> None:
    """Check database, broker, workers and every shop; exit with 1 and say what to do if one has a problem."""
    from saleor_influence_app.operations import doctor as examination
    from saleor_influence_app.operations import erasure_checks

    ill, able = 0, True
    for finding in examination.examine_house(db.engine()):
        ill += _print(finding)
        able = able and (finding.well or finding.subject not in {"database", "migrations"})
    for finding in (
        (*erasure_checks.examine(db.snapshot), *examination.examine_shops(examination.DoctorContext()))
        if able
        else ()
    ):
        ill += _print(finding)
    typer.echo(f"{ill} to mend." if ill else "All is well.")
    raise typer.Exit(int(bool(ill)))


def migrate_webhooks(dry_run: DryRun = False) -> None:
    """Update every shop's webhooks to this version; those that are switched off stay off."""
    from saleor_influence_app.shops import webhook_registration

    failed = False
    for upgrade in webhook_registration.upgrade_all(db.transaction, dry_run=dry_run):
        typer.echo(upgrade.api_url)
        for change in upgrade.changes:
            typer.echo(f"  {'would ' if dry_run else ''}{change.do} {change.name}: {change.why}")
        if upgrade.trouble:
            typer.echo(f"  failed: {upgrade.trouble}")
        elif not upgrade.changes:
            typer.echo("  nothing to do")
        failed = failed or upgrade.trouble is not None
    raise typer.Exit(int(failed))


def backfill(
    shop: SomeShop = None,
    restart: Annotated[bool, typer.Option("--restart", help="Read it again from its beginning.")] = False,
) -> None:
    """Show how much of each shop's history has been read."""
    from saleor_influence_app.sync import backfill as history

    if restart:
        with db.transaction() as session:
            for shop_id, _ in shops_at(session, shop):
                history.start(session, shop_id)
    with db.snapshot() as session:
        for shop_id, api_url in shops_at(session, shop):
            typer.echo(api_url)
            for kind in history.progress(session, shop_id):
                total = "?" if kind.total is None else f"{kind.total:,}"
                rate = f", {kind.rows_per_second:,.0f}/s" if kind.rows_per_second else ""
                left = f", {kind.seconds_left:,.0f} s left" if kind.seconds_left else ""
                trouble = f": {kind.error}" if kind.error else ""
                typer.echo(f"  {kind.kind}: {kind.done:,} of {total}, {kind.state}{rate}{left}{trouble}")


def retry_messages(shop: SomeShop = None) -> None:
    """After an upgrade, retry webhook messages that could not be read before."""
    from saleor_influence_app.sync import inbox

    with db.transaction() as session:
        for shop_id, api_url in shops_at(session, shop):
            typer.echo(f"{api_url}: {inbox.retry_failed(session, shop_id)} messages are tried again")


def cleanup(shop: OneShop) -> None:
    """Remove the app's keys from the shop's customers and orders for good; run it before removing the app.

    A worker may do a part of it beside this command; what is told is how the records are.
    """
    from saleor_influence_app.surveys import links
    from saleor_influence_app.writeback import flush

    with db.transaction() as session:
        [(shop_id, _)] = shops_at(session, shop)
        _warn_of_ties(session, shop_id)
        _warn_of_perks(session, shop_id)
        flush.remove_all(session, shop_id)
        links.end(session, shop_id)
        begin = left = flush.left(session, shop_id)
    told, idle = -1, 0
    while idle < IDLE_ROUNDS:
        done = flush.flush(db.transaction, shop_id)
        with db.transaction() as session:
            left = flush.left(session, shop_id)
        cleaned = max(begin.records - left.records - left.staff + begin.staff, 0)
        if cleaned != told:
            typer.echo(f"{cleaned:,} of {begin.records:,} records are cleaned")
            told = cleaned
        if done.trouble or not (left.due or left.claimed):
            break
        idle = idle + 1 if done == flush.Flushed() and not left.claimed else 0  # switched off in the shop
        time.sleep(CLEANUP_PAUSE_SECONDS)
    orders = _without_tokens(shop_id)
    for sentence in _what_stays(left, orders):
        typer.echo(sentence)
    raise typer.Exit(int(bool(left.records or left.attribute or orders)))


def _without_tokens(shop_id: int) -> int:
    """Take the survey's tokens out of the shop's orders; return how many orders still have one."""
    from saleor_influence_app.saleor_writers import WRITERS
    from saleor_influence_app.surveys import links
    from saleor_influence_app.writeback import saleor_writes

    saleor_writes.drain(db.transaction, shop_id, writers=WRITERS)
    with db.transaction() as session:
        return links.waiting(session, shop_id)


def _what_stays(left: "Left", orders: int) -> "Iterator[str]":
    """Give what could not be removed, and what happens to it."""
    if left.staff:
        yield f"{left.staff:,} belong to staff, which Saleor lets no app change: tried again once a day."
    if left.records:
        yield f"{left.records:,} are tried again within minutes by the workers: keep the app installed."
    if left.attribute:
        yield "The customer attribute is still there: the workers remove it after the last record."
    if orders:
        yield f"{orders:,} orders still have a survey token: the workers take it out, keep the app installed."
    if not (left.records or left.attribute or orders):
        yield "Nothing of this app is left to remove from the shop's customers and orders."


def forget(
    shop: OneShop, yes: Annotated[bool, typer.Option("--yes", help="Do not ask for confirmation.")] = False
) -> None:
    """Delete every row of a shop whose removal of the app was never received."""
    from saleor_influence_app.shops import installations

    with db.transaction() as session:
        [(shop_id, api_url)] = shops_at(session, shop)
        if not yes:
            _warn_of_ties(session, shop_id)
            typer.confirm(f"Delete everything that is stored of {api_url}?", abort=True)
        installations.purge(session, shop_id)
    typer.echo("Gone.")


def export_ties(shop: OneShop) -> None:
    """Print the ties that staff entered as a CSV that can be imported."""
    from saleor_influence_app.queries import ties

    with db.transaction() as session:
        [(shop_id, _)] = shops_at(session, shop)
        typer.echo(ties.as_csv(session, shop_id), nl=False)


def _warn_of_ties(session: Session, shop_id: int) -> None:
    """Say what goes with the app that nobody else has."""
    from saleor_influence_app.queries import ties

    if told := ties.entered_by_staff(session, shop_id):
        typer.echo(
            f"Staff entered {told:,} ties. They go with the app: `./influence export-ties` saves them.",
            err=True,
        )


def _warn_of_perks(session: Session, shop_id: int) -> None:
    """Say what would go on in Saleor without the app."""
    from saleor_influence_app.perks import schedule

    if running := schedule.how_many(session, shop_id):
        typer.echo(
            f"Perk programmes under way: {running:,}. End them on the page *Perks* before removing the app. "
            "Otherwise their codes work until the last day, and products of beta invites stay for sale.",
            err=True,
        )


def _print(finding: "Finding") -> bool:
    """Print a finding; return whether something is to be mended."""
    typer.echo(f"{'ok ' if finding.well else 'BAD'} {finding.subject}: {finding.message}")
    if finding.advice:
        typer.echo(f"    {finding.advice}")
    return not finding.well


def shops_at(session: Session, api_url: str | None) -> list[tuple[int, str]]:
    """Return id and address of one shop or of all; raises `ShopUnknown` for an unknown address."""
    from saleor_influence_app.shops import installations

    found = [shop for shop in installations.installed(session) if api_url in {None, shop[1]}]
    if api_url is not None and not found:
        raise ShopUnknown(f"No shop at {api_url} has installed the app; `./influence doctor` lists them.")
    return found
