"""Every command of `influence`."""

import typer

from saleor_influence_app.cli import (
    alive,
    choices,
    database,
    documents,
    fairness,
    keys,
    privacy,
    process,
    score,
    shops,
)
from saleor_influence_app.cli import consent as signer

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
webhooks = typer.Typer(no_args_is_help=True, help="The webhooks of installed shops.")
app.add_typer(webhooks, name="webhooks")

people = typer.Typer(no_args_is_help=True, help="People's rights: what is held of them, objecting, erasing.")
consent = typer.Typer(no_args_is_help=True, help="The consent ledger.")
segments = typer.Typer(no_args_is_help=True, help="A shop's segments, as JSON.")
settings = typer.Typer(no_args_is_help=True, help="A shop's settings, as JSON.")
app.add_typer(segments, name="segments")
app.add_typer(settings, name="settings")
app.add_typer(people, name="privacy")
app.add_typer(consent, name="consent")

app.command()(process.serve)
app.command(hidden=True)(process.web)
app.command()(database.migrate)
app.command()(alive.alive)
app.command()(database.after_restore)
app.command()(shops.doctor)
webhooks.command("migrate")(shops.migrate_webhooks)
app.command()(shops.backfill)
app.command()(score.score)
app.command()(fairness.fairness)
app.command()(shops.retry_messages)
app.command()(shops.cleanup)
app.command()(shops.export_ties)
app.command()(shops.forget)
segments.command("list")(choices.list_segments)
segments.command("show")(choices.show_segments)
segments.command("save")(choices.save_segments)
segments.command("drop")(choices.drop_segment)
settings.command("show")(choices.show_settings)
settings.command("set")(choices.set_settings)
people.command()(privacy.statement)
people.command()(privacy.export)
people.command("object")(privacy.object_)
people.command()(privacy.take_part_again)
people.command()(privacy.erase)
people.command()(privacy.requests)
people.command()(privacy.report)
people.command()(privacy.forget_again)
people.command()(privacy.retire_folder)
consent.command()(privacy.verify)
consent.command()(signer.sign)
consent.command("new-key")(signer.new_key)
app.command()(keys.new_secret_key)
app.command()(keys.rotate_secret_key)
app.command()(documents.openapi)
app.command("manifest")(documents.print_manifest)
app.command()(documents.environment)
