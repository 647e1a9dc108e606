"""A look at a linked profile, as a worker takes it."""

from datetime import datetime

from saleor_influence_app import db
from saleor_influence_app.profiles import snapshots
from saleor_influence_app.social.http_client import RateLimitedHttp

NET = "bluesky"
CONSENT = (("link", NET), ("score", NET))


def look(profile_id: int, http: RateLimitedHttp, now: datetime | None = None) -> bool:
    return snapshots.take(db.transaction, profile_id, http=http, now=now)
