"""Whether a shopper's own token still counts: their shop is asked."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from saleor_influence_app import answers
from saleor_influence_app.errors import SaleorRefused, TokenInvalid
from saleor_influence_app.saleor.client import SaleorClient, failure_of


class _Me(BaseModel):
    model_config = ConfigDict(hide_input_in_errors=True)

    id: Annotated[str, Field(min_length=1, max_length=200)]
    is_confirmed: bool = Field(alias="isConfirmed")
    is_staff: bool = Field(alias="isStaff")


class _Answer(BaseModel):
    model_config = ConfigDict(hide_input_in_errors=True)

    me: _Me | None = None


def confirm(client: SaleorClient, customer_id: str) -> None:
    """Return if the client's token is this customer's and counts; raises TokenInvalid if it does not.

    Trouble of Saleor's own is `SaleorUnreachable`: nobody signs in anew for that.
    """
    data, errors = client.execute_partial("customer_self")
    if answers.any_trouble(errors):
        raise failure_of(errors)
    try:
        me = _Answer.model_validate(data).me
    except ValidationError as error:
        raise SaleorRefused(f"{client.api_url} gave no answer that Saleor would give.") from error
    if me is None or errors or me.id != customer_id or me.is_staff:
        raise TokenInvalid("Your shop no longer accepts this session: sign in again.")
    if not me.is_confirmed:
        raise TokenInvalid("Confirm your e-mail address in the shop first.")
