"""Commands about what a shop chooses: its segments and settings, shown and saved as JSON."""

import json
import sys
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
from pydantic import BaseModel, ValidationError

from saleor_influence_app import db
from saleor_influence_app.cli.shops import OneShop, shops_at
from saleor_influence_app.errors import InputInvalid, RowMissing

MOST_BYTES = 1_000_000
Model = TypeVar("Model", bound=BaseModel)
File = Annotated[Path, typer.Argument(help="A file of JSON, or - for standard input.")]
Name = Annotated[str, typer.Argument(help="The segment's name, as `list` prints it.")]


def list_segments(shop: OneShop) -> None:
    """List the shop's segments with their sizes."""
    from saleor_influence_app.queries import segments  # imported where it is used, as in `shops`

    with db.snapshot() as session:
        [(shop_id, _)] = shops_at(session, shop)
        for one in segments.segments(session, shop_id):
            why = f" ({one.why_empty})" if one.why_empty else ""
            typer.echo(f"{one.name}: {one.title}, {one.size:,} customers{why}")


def show_segments(
    shop: OneShop,
    name: Annotated[str | None, typer.Argument(help="One segment; without it: all, as a list.")] = None,
) -> None:
    """Print definitions as JSON, in the form that `save` takes."""
    from saleor_influence_app.api.segments import DefinitionInput
    from saleor_influence_app.queries import segments

    with db.snapshot() as session:
        [(shop_id, _)] = shops_at(session, shop)
        stored = segments.definitions(session, shop_id)
    fields = set(DefinitionInput.model_fields)
    found = [
        one.model_dump(mode="json", include=fields, exclude_none=True)
        for one in stored
        if name in {None, one.name}
    ]
    if name is None:
        _print(found)
        return
    if not found:
        raise RowMissing("This shop has no segment of that name; `./influence segments list` prints them.")
    _print(found[0])


def save_segments(shop: OneShop, file: File) -> None:
    """Save one definition or a list, all or none; the next run fills them."""
    from saleor_influence_app.api.segments import DefinitionInput
    from saleor_influence_app.targeting import segments

    given = _read(file)
    wanted = [_checked(DefinitionInput, one) for one in (given if isinstance(given, list) else [given])]
    names = [one.name for one in wanted]
    if len(set(names)) < len(names):
        raise InputInvalid("Two of these segments have the same name.")
    with db.transaction() as session:
        [(shop_id, _)] = shops_at(session, shop)
        for one in wanted:
            segments.save(session, shop_id, one.model_dump(mode="json"))
    typer.echo(f"Saved: {', '.join(names) or 'nothing'}.")


def drop_segment(
    shop: OneShop,
    name: Name,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask for confirmation.")] = False,
) -> None:
    """Delete a segment and remove its name from Saleor."""
    from saleor_influence_app.targeting import segments

    with db.transaction() as session:
        [(shop_id, _)] = shops_at(session, shop)
        if not yes:
            typer.confirm(f"Drop the segment {name}?", abort=True)
        segments.drop(session, shop_id, name)
    typer.echo("Dropped.")


def show_settings(shop: OneShop) -> None:
    """Print the shop's settings as JSON, in the form that `set` takes."""
    from saleor_influence_app.targeting import shop_settings

    with db.snapshot() as session:
        [(shop_id, _)] = shops_at(session, shop)
        _print(shop_settings.read(session, shop_id).model_dump(mode="json"))


def set_settings(shop: OneShop, file: File) -> None:
    """Change the settings that the file names; a change queues a run."""
    from saleor_influence_app.targeting import shop_settings

    given = _read(file)
    if not isinstance(given, dict):
        raise InputInvalid('Settings are an object, such as {"horizon_days": 365}.')
    with db.transaction() as session:
        [(shop_id, _)] = shops_at(session, shop)
        known = shop_settings.read(session, shop_id)
        wanted = _checked(shop_settings.Preferences, known.model_dump(mode="json") | given)
        shop_settings.change(session, shop_id, wanted)
    typer.echo("Nothing to change." if wanted == known else "Changed.")


def _print(found: object) -> None:
    typer.echo(json.dumps(found, indent=2, ensure_ascii=False))


def _read(file: Path) -> Any:
    """Return what the JSON says; raises `InputInvalid` if it is none, too large, or has a key twice."""
    try:
        stream = sys.stdin.buffer if str(file) == "-" else file.open("rb")
        with stream:
            content = stream.read(MOST_BYTES + 1)
    except OSError as error:
        raise InputInvalid(f"{file} cannot be read ({type(error).__name__}).") from None
    if len(content) > MOST_BYTES:
        raise InputInvalid(f"{file} is larger than {MOST_BYTES:,} bytes.")
    try:
        return json.loads(content.decode(), object_pairs_hook=_object, parse_constant=_refuse)
    except RecursionError:
        raise InputInvalid(f"{file} is nested too deeply.") from None
    except ValueError as error:  # UnicodeDecodeError and JSONDecodeError too
        place = f" (line {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""
        why = error.msg if isinstance(error, json.JSONDecodeError) else str(error)
        why = "not in UTF-8" if isinstance(error, UnicodeDecodeError) else why
        raise InputInvalid(f"{file} is no JSON that can be used{place}: {why}.") from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("an object has the same key twice")
    return found


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no number of JSON")


def _checked(model: type[Model], given: object) -> Model:
    """Return the model, or raise `InputInvalid` that says where something is wrong, and what."""
    try:
        return model.model_validate(given)
    except ValidationError as error:
        wrong = [
            f"{'.'.join(map(str, item['loc'])) or 'the JSON'}: {item['msg'].removeprefix('Value error, ')}"
            for item in error.errors(include_input=False, include_url=False)[:10]
        ]
        raise InputInvalid(f"Nothing was saved. {'; '.join(wrong)}.") from None
