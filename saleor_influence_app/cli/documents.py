"""Commands that print what is generated."""

import json

import typer

from saleor_influence_app import manifest


def openapi() -> None:
    """Print the description of the panel's API, from which its client is generated."""
    from saleor_influence_app.api import contract  # slow: the whole web side

    typer.echo(json.dumps(contract.describe(), indent=2, ensure_ascii=False))


def print_manifest() -> None:
    """Print manifest.json as it should stand for this version's webhooks."""
    typer.echo(json.dumps(manifest.generated(), indent=2, ensure_ascii=False))
