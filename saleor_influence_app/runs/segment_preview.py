"""A segment looked at before it is saved: who would be in."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from saleor_influence_app.models import Run, RunState

Json = dict[str, Any]


def preview(session: Session, shop_id: int, definition: Json) -> Json:
    """Who would be in if this were saved now, by the newest values; nothing is saved."""
    from saleor_influence_app.runs import scores  # brings the analytical libraries
    from saleor_influence_app.targeting import definitions

    valid = definitions.validated(definition)
    as_of = session.scalar(
        select(func.max(Run.as_of)).where(Run.shop_id == shop_id, Run.state == RunState.DONE)
    ) or datetime.now(UTC)
    found, why_empty = scores.preview(session, shop_id, valid, as_of=as_of)
    return {
        "size": found.size,
        "share": found.share,
        "entering": found.entering,
        "leaving": found.leaving,
        "why_empty": why_empty,
        "sample": [{"customer_id": customer_id, "reason": reason} for customer_id, reason in found.sample],
    }
