"""Where a page of a long list ended: the next page begins behind it, as quick as the first.

A cursor is encrypted, since what a list is ordered by may not be shown, and so cannot be forged either.
"""

import json
from collections.abc import Sequence

from saleor_influence_app import settings
from saleor_influence_app.errors import InputInvalid, SecretUnreadable

Key = Sequence[str | int | float | None]
"""What orders a list, of the last row that was shown."""


def after(shop_id: int, of: str, key: Key) -> str:
    """Return the cursor of a row with this key in the shop's list `of`."""
    return settings.close_secret(json.dumps([shop_id, of, list(key)]))


def key_of(shop_id: int, of: str, cursor: str) -> Key:
    """Return the key behind the cursor; raises InputInvalid for one that is not of this list."""
    try:
        shop, what, key = json.loads(settings.open_secret(cursor))
    except SecretUnreadable as error:
        raise InputInvalid("after is no cursor: give `next` of the page before, as it is.") from error
    if (shop, what) != (shop_id, of):
        raise InputInvalid("after is of another list: leave it out to begin with the first page.")
    return tuple(key)
