"""What mutations answer: their refusals as exceptions, the ids of what they made as text."""

from saleor_influence_app.errors import SaleorRefused, SaleorUnreachable
from saleor_influence_app.fields import Json
from saleor_influence_app.saleor.client import refusals_in


def raise_for(answer: Json, mutation: str, *, but: str = "") -> None:
    """Raise `SaleorRefused` for the mutation's first error, except those of the code `but`."""
    errors = [error for error in refusals_in(answer, mutation) if error.get("code") != but]
    if errors:
        field = f"{errors[0]['field']}: " if errors[0].get("field") else ""
        raise SaleorRefused(f"Saleor refused: {field}{errors[0].get('message')} ({errors[0].get('code')})")


def made_id(answer: Json, mutation: str, name: str) -> str:
    """Return the id of what the mutation made; half an answer is `SaleorUnreachable`."""
    made = answer[mutation].get(name)
    if not isinstance(made, dict) or not isinstance(made.get("id"), str):
        raise SaleorUnreachable(f"Saleor's answer to {mutation} is not whole.")
    return str(made["id"])
