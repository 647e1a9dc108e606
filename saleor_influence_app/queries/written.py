"""What a customer's record in Saleor says, and what it is to say."""

from datetime import datetime

from sqlalchemy.orm import Session

from saleor_influence_app import models
from saleor_influence_app.fields import Json
from saleor_influence_app.models import OutboxState
from saleor_influence_app.queries.api_model import ApiModel


class Written(ApiModel):
    """A customer's record by part (`private` and `public` metadata, `attribute`); null = nothing of ours."""

    written: Json | None
    """What Saleor has; a part that is null may or may not have arrived."""
    wanted: Json | None
    """What it is to have: another than `written` until it has arrived."""
    state: OutboxState | None
    """Null: nothing was ever written."""
    changed_at: datetime | None
    """When that last changed."""
    run_id: int | None
    """The run that changed it; null = staff or the customer did."""
    error: str | None
    """Why Saleor refused."""


def written(session: Session, shop_id: int, customer_id: str) -> Written:
    """What does this customer's record in Saleor say of them?"""
    row = session.get(models.OutboxRow, (shop_id, customer_id))
    if row is None:
        return Written(written=None, wanted=None, state=None, changed_at=None, run_id=None, error=None)
    return Written.model_validate(row)
