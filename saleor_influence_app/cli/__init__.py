"""`influence`: what an operator does; each command says what to do next when it fails."""

import json
import sys

import typer
from kombu.exceptions import OperationalError as BrokerError
from redis import RedisError
from sqlalchemy.exc import SQLAlchemyError

from saleor_influence_app import log, server_faults
from saleor_influence_app import settings as environment
from saleor_influence_app.cli import alive, choices, documents, keys, privacy, process, score, shops
from saleor_influence_app.cli import consent as signer
from saleor_influence_app.errors import AppError

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
app.command()(process.migrate)
app.command()(alive.alive)
app.command()(process.after_restore)
app.command()(shops.doctor)
webhooks.command("migrate")(shops.migrate_webhooks)
app.command()(shops.backfill)
app.command()(score.score)
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


def main() -> None:
    """Run the command line; what an operator can mend ends with a sentence instead of a traceback."""
    try:
        app(prog_name="./influence")
    except AppError as error:
        typer.echo(error.message, err=True)
    except SQLAlchemyError as error:
        typer.echo(server_faults.of_postgresql(error), err=True)
    except (RedisError, BrokerError) as error:
        url = environment.get().redis_url.get_secret_value()
        typer.echo(server_faults.of_redis(error, url=url), err=True)
    except Exception as error:  # noqa: BLE001 - its text would quote what it was about
        typer.echo(
            f"This is a fault of the app; report it with: {json.dumps(log.described(error))}", err=True
        )
    sys.exit(1)
