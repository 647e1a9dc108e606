"""Commands about people: their rights, the register of requests, the papers, the consent ledger."""

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from sqlalchemy.orm import Session

from saleor_influence_app import db, settings
from saleor_influence_app.cli.shops import DryRun, OneShop, SomeShop, shops_at
from saleor_influence_app.consent.languages import ENGLISH, LANGUAGES
from saleor_influence_app.errors import InputInvalid, RowMissing

if TYPE_CHECKING:
    from saleor_influence_app.queries.rights import RightsRequestRow

Customer = Annotated[
    str, typer.Argument(help="A Saleor id, an e-mail address (accounts and guests), or an order's number.")
]
Reason = Annotated[str, typer.Option(help="What they said, if anything.")]
_JWS = re.compile(r"eyJ[\w-]+\.[\w-]+\.[\w-]{86}")
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask for confirmation.")]


def export(shop: OneShop, customer: Customer) -> None:
    """Print everything that is held of a customer or guest, as JSON."""
    from saleor_influence_app.queries import personal_data_export
    from saleor_influence_app.rights import register

    with db.snapshot() as session:
        [(shop_id, _)] = shops_at(session, shop)
        ids = _ids(session, shop_id, customer)
        found = [personal_data_export.holdings(session, shop_id, one) for one in ids]
    with db.transaction() as session:
        for one in ids:
            register.note_export(session, shop_id, one, by=register.OPERATOR)
    typer.echo(json.dumps(found, indent=2, ensure_ascii=False))


def statement(shop: OneShop, customer: Customer) -> None:
    """Print what a customer or guest sees on their page, as JSON."""
    from saleor_influence_app.api.shopper_statement import statement_of

    with db.snapshot() as session:
        [(shop_id, _)] = shops_at(session, shop)
        ids = _ids(session, shop_id, customer)
        found = [statement_of(session, shop_id, one).model_dump(mode="json") for one in ids]
    typer.echo(json.dumps(found, indent=2, ensure_ascii=False))


def object_(shop: OneShop, customer: Customer, reason: Reason = "") -> None:
    """Note an objection (Art. 21 GDPR): nothing is computed of the customer or guest any more."""
    from saleor_influence_app.rights import register

    with db.transaction() as session:
        [(shop_id, _)] = shops_at(session, shop)
        ids = _ids(session, shop_id, customer)
        new = [register.object_(session, shop_id, one, by=register.OPERATOR, reason=reason) for one in ids]
    typer.echo("Nothing is computed of them from now on." if any(new) else "They object already.")


def take_part_again(shop: OneShop, customer: Customer, yes: Yes = False) -> None:
    """End an objection, or an erasure for the future. Only if the person has asked for it."""
    from saleor_influence_app.rights import register

    with db.transaction() as session:
        [(shop_id, _)] = shops_at(session, shop)
        ids = _ids(session, shop_id, customer)
        if not yes:
            typer.confirm(f"Have they themselves asked that {', '.join(ids)} take part again?", abort=True)
        ended = [register.take_part_again(session, shop_id, one, by=register.OPERATOR) for one in ids]
    typer.echo("They take part again." if any(ended) else "They take part already.")


def requests(
    shop: SomeShop = None,
    everything: Annotated[bool, typer.Option("--all", help="Those that are done as well.")] = False,
) -> None:
    """List requests about personal data by deadline; exit with 1 if one is overdue."""
    from saleor_influence_app.queries import rights as questions

    late = False
    with db.snapshot() as session:
        for shop_id, api_url in shops_at(session, shop):
            typer.echo(api_url)
            for row in questions.requests(session, shop_id, is_open=not everything).requests:
                late = late or (row.days_left or 0) < 0
                typer.echo(f"  {row.id} {row.kind} of {row.customer_id or 'somebody erased'}: {_clock(row)}")
            for one in questions.contests(session, shop_id, is_open=not everything):
                late = late or (one.days_left or 0) < 0
                about = "answered" if one.days_left is None else _days(one.days_left)
                typer.echo(f"  contest {one.id} ({one.kind}) of {one.customer_id}: {about}")
    raise typer.Exit(int(late))


def erase(shop: OneShop, customer: Customer, yes: Yes = False) -> None:
    """Erase everything that names a customer or guest, and print what was deleted; orders stay."""
    from saleor_influence_app.erasure import certificates
    from saleor_influence_app.rights import register
    from saleor_influence_app.shops import tombstones

    with db.transaction() as session:
        [(shop_id, _)] = shops_at(session, shop)
        ids = _ids(session, shop_id, customer)
        if not yes:
            typer.confirm(f"Erase {', '.join(ids)}?", abort=True)
        done = [register.erase(session, shop_id, one, by=register.OPERATOR) for one in ids]
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
    kind: Annotated[str, typer.Option(help="notice, assessment, record or dpia.")] = "record",
    language: Annotated[str, typer.Option(help=f"One of {', '.join(LANGUAGES)}.")] = ENGLISH,
) -> None:
    """Print a document for the configuration: notice, legitimate-interest assessment, record or DPIA."""
    from saleor_influence_app.consent import reports

    if kind not in reports.KINDS or language not in LANGUAGES:
        raise InputInvalid(f"There are {', '.join(reports.KINDS)}, in {', '.join(LANGUAGES)}.")
    base = settings.get().app_iframe_base_url
    with db.snapshot() as session:
        [(shop_id, _)] = shops_at(session, shop)
        written = reports.paper(session, shop_id, kind, language=language, base_url=base)
    typer.echo(written)


def forget_again(dry_run: DryRun = False) -> None:
    """After a restore from backup, repeat the erasures made since; `serve` does it by itself."""
    from saleor_influence_app.operations import restores

    folder = settings.get().tombstone_folder
    if folder is None:
        raise InputInvalid("Set TOMBSTONE_FOLDER: docs/privacy.md says how.")
    done = restores.apply(db.transaction, Path(folder), dry_run=dry_run)
    would = "would end" if dry_run else "ended"
    typer.echo(f"{done.shops} shops, {done.people} people and {done.consents} consents {would} again.")
    if done.objections:
        typer.echo(f"{done.objections} objections {'would be' if dry_run else 'were'} made or ended again.")


def retire_folder(
    name: Annotated[str, typer.Argument(help="As `./influence doctor` names it.")],
) -> None:
    """Stop expecting a tombstone folder that was removed on purpose; another one must have its content."""
    from saleor_influence_app.shops import tombstone_copies

    with db.transaction() as session:
        if not tombstone_copies.retire(session, name):
            raise RowMissing(
                "No folder of this name was seen; `./influence doctor` names those that are missed."
            )
    typer.echo("It is expected no longer.")


def verify(  # noqa: PLR0917 - options of a command
    shop: SomeShop = None,
    expect: Annotated[
        str | None, typer.Option(help="A hash noted earlier: it must still be in the chain of the shop.")
    ] = None,
    receipt: Annotated[
        Path | None, typer.Option(help="A receipt that somebody has kept: is it genuine, and its row there?")
    ] = None,
    anchor: Annotated[
        list[Path] | None, typer.Option(help="A mail or file with signed heads; may be given several times.")
    ] = None,
) -> None:
    """Check consents against hashes, signed heads and guards; exit with 1 and say what is wrong."""
    if receipt is not None:
        raise typer.Exit(int(not _is_valid(receipt)))
    from saleor_influence_app.consent import ledger, ledger_audit, signed_heads
    from saleor_influence_app.shops import installations

    broken = False
    with db.snapshot() as session:
        known = signed_heads.known(session, [found for path in anchor or () for found in _signed_in(path)])
        for shop_id, api_url in shops_at(session, shop):
            signed = known.heads.get(api_url, [])
            found = ledger_audit.of_shop(session, shop_id, signed)
            trouble = list(found.trouble)
            if expect is not None and not ledger.knows(session, shop_id, expect):
                trouble.append(f"no row has the hash {expect}: rows are missing")
            last = (
                f", signed up to row {signed[-1].rows:,} on {signed[-1].moment}" if signed else ", not signed"
            )
            _say(f"{api_url}: {found.rows} rows, newest hash {found.head}{last}", trouble, found.notes)
            broken = broken or bool(trouble)
        house = ledger_audit.of_house(
            session, known, [api_url for _, api_url in installations.installed(session)]
        )
        _say("guards of the database and signed heads", house.trouble, house.notes)
    raise typer.Exit(int(broken or bool(house.trouble)))


def _say(what: str, trouble: list[str], notes: list[str]) -> None:
    typer.echo(f"{'BAD' if trouble else 'ok '} {what}")
    for sentence in (*trouble, *notes):
        typer.echo(f"    {sentence}")


def _signed_in(path: Path) -> list[str]:
    """Return every signed text in the file; a mail may have folded it by soft line breaks."""
    try:
        content = path.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise InputInvalid(f"{path} cannot be read ({type(error).__name__}).") from None
    found = _JWS.findall(content.replace("=\r\n", "").replace("=\n", ""))
    if not found:
        raise InputInvalid(f"{path} has no signed head in it.")
    return list(found)


def _is_valid(file: Path) -> bool:
    """Say what a receipt is worth, and whether it is valid."""
    from saleor_influence_app.consent import receipts

    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputInvalid(f"The receipt cannot be read ({type(error).__name__}).") from None
    with db.snapshot() as session:
        found = receipts.check(session, text)
    typer.echo(f"{'ok ' if found.outcome == 'valid' else 'BAD'} {found.words}")
    return found.outcome == "valid"


def _ids(session: Session, shop_id: int, customer: str) -> list[str]:
    from saleor_influence_app.rights import subjects

    return subjects.find(session, shop_id, customer)


def _clock(row: "RightsRequestRow") -> str:
    if row.days_left is None:
        return f"done on {row.done_at:%Y-%m-%d} by {row.done_by}"
    return f"received on {row.received_at:%Y-%m-%d}, {_days(row.days_left)}"


def _days(left: int) -> str:
    return f"{left} days left" if left >= 0 else f"OVERDUE by {-left} days"
