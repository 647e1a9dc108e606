"""Commands about people: what is held of one, forgetting her, the papers, the consent ledger."""

import json
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.orm import Session

from saleor_influence_app import db, fields, settings
from saleor_influence_app.cli.shops import DryRun, OneShop, SomeShop, shops_at
from saleor_influence_app.errors import InputInvalid, RowMissing

Customer = Annotated[str, typer.Argument(help="Her Saleor id, or her e-mail address.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]


def export(shop: OneShop, customer: Customer) -> None:
    """Print everything that is held of a customer, as JSON."""
    from saleor_influence_app.queries import holdings

    with db.snapshot() as session:
        [(shop_id, _)] = shops_at(session, shop)
        found = [holdings.holdings(session, shop_id, one) for one in _ids(session, shop_id, customer)]
    typer.echo(json.dumps(found, indent=2, ensure_ascii=False))


def erase(shop: OneShop, customer: Customer, yes: Yes = False) -> None:
    """Delete everything that names a customer and print what it was; their orders stay without a name."""
    from saleor_influence_app.pipeline.privacy import certificates, erasure, tombstones

    with db.transaction() as session:
        [(shop_id, _)] = shops_at(session, shop)
        ids = _ids(session, shop_id, customer)
        if not yes:
            typer.confirm(f"Forget {', '.join(ids)}?", abort=True)
        done = [erasure.erase(session, shop_id, one) for one in ids]
        noted = all(tombstones.is_noted(session, shop_id, one) for one in ids)
    for one in done:
        typer.echo("\n".join(certificates.lines(one)))
    typer.echo("Gone here. The worker revokes their tokens and cleans their record in Saleor.")
    if settings.get().tombstone_folder is None:
        typer.echo(
            "Without TOMBSTONE_FOLDER nothing outside of the database notes it: a restore would undo it."
        )
    elif not noted:
        typer.echo(
            "Not done yet: TOMBSTONE_FOLDER cannot be written, so that a restore would undo it. It is tried "
            "again each minute; ./influence doctor says what is wrong.",
            err=True,
        )
        raise typer.Exit(1)


def report(
    shop: OneShop,
    kind: Annotated[str, typer.Option(help="record, dpia or notice.")] = "record",
    language: Annotated[str, typer.Option(help="en, nl or it.")] = "en",
) -> None:
    """Print a paper from the shop's settings: record of processing, DPIA skeleton or privacy notice."""
    from saleor_influence_app.pipeline.privacy import papers, wording

    if kind not in papers.KINDS or language not in wording.LANGUAGES:
        raise InputInvalid("There are record, dpia and notice, in en, nl and it.")
    with db.snapshot() as session:
        [(shop_id, _)] = shops_at(session, shop)
        typer.echo(papers.paper(session, shop_id, kind, language=language))  # type: ignore[arg-type] # checked


def forget_again(dry_run: DryRun = False) -> None:
    """After a restore from backup: forget again who was forgotten since; `serve` does it by itself."""
    from saleor_influence_app.pipeline import restores

    folder = settings.get().tombstone_folder
    if folder is None:
        raise InputInvalid("Set TOMBSTONE_FOLDER: docs/privacy.md says how.")
    done = restores.apply(db.transaction, Path(folder), dry_run=dry_run)
    would = "would end" if dry_run else "ended"
    typer.echo(f"{done.shops} shops, {done.people} people and {done.consents} consents {would} again.")


def retire_folder(
    name: Annotated[str, typer.Argument(help="As `influence doctor` names it.")],
) -> None:
    """Expect a folder of tombstones no longer: it is gone on purpose, and another one has what it had."""
    from saleor_influence_app.pipeline.privacy import tombstone_copies

    with db.transaction() as session:
        if not tombstone_copies.retire(session, name):
            raise RowMissing(
                "No folder of this name was seen; `influence doctor` names those that are missed."
            )
    typer.echo("It is expected no longer.")


def verify(
    shop: SomeShop = None,
    expect: Annotated[
        str | None, typer.Option(help="A hash noted earlier: it must still be in the chain of the shop.")
    ] = None,
) -> None:
    """Recompute the chain of consents and name the first row that is not as it was written (then exit 1)."""
    from saleor_influence_app.pipeline.privacy import consents

    broken = False
    with db.snapshot() as session:
        for shop_id, api_url in shops_at(session, shop):
            found = consents.verify(session, shop_id)
            trouble = found.broken
            if trouble is None and expect is not None and not consents.knows(session, shop_id, expect):
                trouble = f"no row has the hash {expect}: rows are missing"
            broken = broken or trouble is not None
            typer.echo(
                f"{'BAD' if trouble else 'ok '} {api_url}: {found.rows} rows, newest hash {found.head}"
            )
            if trouble:
                typer.echo(f"    {trouble}")
    raise typer.Exit(int(broken))


def _ids(session: Session, shop_id: int, customer: str) -> list[str]:
    from saleor_influence_app.pipeline import shops
    from saleor_influence_app.queries import holdings

    try:
        fields.one_line(customer)
    except ValueError as error:
        raise InputInvalid(f"The customer's name {error}.") from error
    if "@" not in customer:
        return [customer]
    digest = shops.email_hash(shops.email_key(session, shop_id), customer)
    found = holdings.customer_ids(session, shop_id, digest or b"")
    if not found:
        raise RowMissing("No customer of this shop has this address.")
    return found
