"""Commands of the signer of consents: a process of its own, with a key that web and workers cannot read."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from saleor_influence_app import db, fields, log, server_faults, settings
from saleor_influence_app.errors import AppError, InputInvalid, SettingInvalid

Minutes = Annotated[
    int | None,
    typer.Option(
        help="Go on, and look again after so many minutes.", parser=fields.limited(least=1, most=1_440)
    ),
]


def new_key() -> None:
    """Write a new key to CONSENT_SIGNING_KEY_FILE and add its public half to CONSENT_PUBLIC_KEYS_FILE."""
    from saleor_influence_app.consent import signing

    given = settings.get()
    if given.consent_signing_key_file is None or given.consent_public_keys_file is None:
        raise SettingInvalid("Set CONSENT_SIGNING_KEY_FILE and CONSENT_PUBLIC_KEYS_FILE.")
    try:
        half = signing.make_key(given.consent_signing_key_file, given.consent_public_keys_file)
    except FileExistsError:
        raise InputInvalid(
            "There is a key already: move it away first. Its public half stays known."
        ) from None
    except OSError as error:
        raise InputInvalid(f"The key cannot be written ({type(error).__name__}).") from None
    typer.echo(f"Key {half['kid']}. Give an auditor its public half: {given.consent_public_keys_file}")


def sign(
    *,
    now: Annotated[bool, typer.Option("--now", help="Sign and anchor even what has not changed.")] = False,
    every: Minutes = None,
    restored: Annotated[
        str | None, typer.Option(help="Why rows are gone that were signed: a backup was put back.")
    ] = None,
) -> None:
    """Check every consent ledger, sign its head and store that elsewhere; exit with 1 on a problem."""
    from saleor_influence_app.consent import signer, signing

    log.configure(level=settings.get().log_level, as_json=settings.get().log_json)
    key, why = signing.read_key(), signer.demand_reason(restored)
    while True:
        try:
            done = signer.sign_all(_transaction, key, at_once=now, restored=why)
        except AppError:
            if every is None:
                raise
            log.get(__name__).exception("consent_heads.not_signed")
            done = []
        for shop in done:
            where = f": {', '.join(shop.anchored)}" if shop.anchored else ""
            typer.echo(
                f"{'BAD' if shop.trouble else 'ok '} {shop.api_url}: {shop.rows:,} rows are signed{where}"
            )
            for sentence in shop.trouble:
                typer.echo(f"    {sentence}")
        if every is None:
            raise typer.Exit(int(any(shop.trouble for shop in done)))
        now, why = False, None
        time.sleep(every * 60)


@contextmanager
def _transaction() -> Iterator[Session]:
    """Give a session of the signer's own role."""
    given = settings.get()
    if given.signer_database_url is None:
        with db.transaction() as session:
            yield session
        return
    engine = db.make_engine(given.signer_database_url.get_secret_value(), pool_size=1)
    try:
        with Session(engine, expire_on_commit=False) as session, session.begin():
            yield session
    except OperationalError as error:
        said = server_faults.of_postgresql(error, variable="SIGNER_DATABASE_URL")
        raise SettingInvalid(said) from error
    finally:
        engine.dispose()
