"""What can go wrong, in words for a person; a code names each for machines."""


class AppError(Exception):
    """Something a person must hear about: `code` for machines, the message for people.

    `reason` says more exactly what, for pages that word it in another language; mostly there is none.
    """

    code = "INVALID_INPUT"
    status = 422

    def __init__(self, message: str, *, code: str | None = None, reason: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.reason = reason
        if code is not None:
            self.code = code


class SettingInvalid(AppError):
    """A variable of the environment is missing or wrong."""


class InputInvalid(AppError):
    """A request that no retry mends."""


class TokenInvalid(AppError):
    """A token that we do not accept."""

    code = "TOKEN_INVALID"
    status = 401


class TokenExpired(AppError):
    """A token that was right once."""

    code = "TOKEN_EXPIRED"
    status = 401


class PermissionMissing(AppError):
    """A staff member without the permission for this."""

    code = "PERMISSION_DENIED"
    status = 403


class ShopUnknown(AppError):
    """A shop that has not installed this app, or has removed it."""

    code = "SHOP_UNKNOWN"
    status = 403


class RunRefused(AppError):
    """A run that may not begin now."""


class RowMissing(AppError):
    """Nothing of that id in this shop."""

    code = "NOT_FOUND"
    status = 404


class ServiceUnavailable(AppError):
    """Our own trouble: trying again later is right."""

    code = "UNAVAILABLE"
    status = 503


class SecretUnreadable(ServiceUnavailable):
    """Encrypted with a key that this process was not started with: after a restart it may know it."""

    def __init__(self) -> None:
        super().__init__(
            "Something stored cannot be decrypted: it was encrypted with another SECRET_KEY or "
            "NEW_SECRET_KEY than this process was started with. Restart every process with both keys."
        )


class SaleorRefused(AppError):
    """Saleor answered and said no: final, a person must act."""

    code = "SALEOR_REFUSED"
    status = 502


class SaleorPermissionMissing(SaleorRefused, PermissionMissing):
    """Saleor says that this app's token lacks a permission, or is no longer valid."""


class SaleorUnreachable(AppError):
    """Network, time-out, 429 or 5xx: trying again later is right."""

    code = "SALEOR_UNREACHABLE"
    status = 503

    def __init__(self, message: str, *, code: str | None = None, retry_after: float | None = None) -> None:
        super().__init__(message, code=code)
        self.retry_after = retry_after
        """Seconds that Saleor asked us to wait, if it said so."""
