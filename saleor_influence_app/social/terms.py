"""What a network's own terms and API demand of whoever keeps what it gave; sources: docs/networks.md."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Terms:
    """One network's. A shop may keep things for a shorter time, never for a longer one."""

    posts_days: int | None = None
    """How long posts may be kept; None: it does not say."""
    features_days: int | None = None
    """The same for what else was read: counts, ties that have ended."""
    combinable: bool = False
    """Its ties may count in money (CIV) beside other ties; False: it forbids that, or nothing says it.
    In the main scores no network's ties count."""
    one_grant: bool = False
    """Revoking any token of an account ends all that our app has been granted by it."""
