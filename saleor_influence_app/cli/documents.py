"""Commands that print what is generated."""

import json

import typer


def openapi() -> None:
    """Print the description of the panel's API, from which its client is generated."""
    from saleor_influence_app.api import contract  # imported where it is used, as in `shops`

    typer.echo(json.dumps(contract.describe(), indent=2, ensure_ascii=False))


def print_manifest() -> None:
    """Print manifest.json as it should stand for this version's webhooks."""
    from saleor_influence_app import manifest

    typer.echo(json.dumps(manifest.generated(), indent=2, ensure_ascii=False))
