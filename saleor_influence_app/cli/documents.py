"""Commands that print what is generated."""

import json
import re

import typer
from pydantic.fields import FieldInfo

from saleor_influence_app import settings


def openapi() -> None:
    """Print the OpenAPI description, from which the panel's client is generated."""
    from saleor_influence_app.api import contract  # imported where it is used, as in `shops`

    typer.echo(json.dumps(contract.describe(), indent=2, ensure_ascii=False))


def print_manifest() -> None:
    """Print manifest.json for this version's webhooks."""
    from saleor_influence_app import manifest

    typer.echo(json.dumps(manifest.generated(), indent=2, ensure_ascii=False))


def environment() -> None:
    """Print the table of environment variables in docs/operate.md."""
    lines = ["| variable | default | meaning |", "|---|---|---|"]
    for name, field in settings.Settings.model_fields.items():
        meaning = " ".join((field.description or "").split())
        for other in settings.Settings.model_fields:  # names of variables as code
            meaning = re.sub(rf"(?<![`\w]){other.upper()}(?![`\w])", f"`{other.upper()}`", meaning)
        lines.append(f"| `{name.upper()}` | {_default(field)} | {meaning}{_limits(field)} |")
    typer.echo("\n".join(lines))


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    value = field.get_default(call_default_factory=True)
    if value is None or value == []:
        return ""
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return f"`{value:g}`" if isinstance(value, float) else f"`{value}`"


def _limits(field: FieldInfo) -> str:
    """Return between which numbers it must lie."""
    found = {
        kind: limit
        for one in field.metadata
        for kind in ("ge", "gt", "le")
        if (limit := getattr(one, kind, None)) is not None
    }
    if not found:
        return ""
    least = f"{found['ge']:,}" if "ge" in found else f"more than {found['gt']:,}"
    return f" From {least} to {found['le']:,}."
