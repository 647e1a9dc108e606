"""The environment, read once, here only; `.env.example` documents every variable."""

import ipaddress
import re
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated, Self

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from pydantic import Field, HttpUrl, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from saleor_influence_app.errors import SecretUnreadable, SettingInvalid
from saleor_influence_app.fields import Number, Whole

ROOT = Path(__file__).resolve().parents[1]


class Settings(BaseSettings):
    """Everything an operator can set. Names are the variables in upper case."""

    model_config = SettingsConfigDict(env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True)

    database_url: SecretStr
    """Of the app's own role, which may read and write rows."""
    migration_database_url: SecretStr | None = None
    """Of the role that owns the tables, for `influence migrate`; default: DATABASE_URL."""
    signer_database_url: SecretStr | None = None
    """Of the signer's role, for `influence consent sign`; default: DATABASE_URL."""
    redis_url: SecretStr
    secret_key: SecretStr
    """A Fernet key (`influence new-secret-key` prints one): for app tokens and keys of e-mail hashes."""
    new_secret_key: SecretStr | None = None
    """While rotating: the key that new values are encrypted with; both keys decrypt."""

    allowed_domain_pattern: str = r"https://[a-z0-9-]+\.saleor\.cloud"
    """Regular expression; the *origin* of the Saleor API URL must match it from end to end."""
    allow_private_networks: bool = False
    """Let Saleor and social networks live on loopback or a private address (development, docker compose)."""
    app_iframe_base_url: str | None = None
    """The app as the browser sees it; default: the address of the request."""
    app_api_base_url: str | None = None
    """The app as Saleor sees it; default: the address of the request."""
    dashboard_origins: Annotated[list[str], NoDecode] = Field(default_factory=list)
    """Origins, divided by commas, that may frame the panel, besides the shop's own."""
    trusted_proxies: Annotated[list[IPv4Network | IPv6Network], NoDecode] = Field(default_factory=list)
    """Addresses or networks of proxies, divided by commas, that are believed about who asks, and where."""

    webhook_body_limit: Whole = Field(default=2_000_000, ge=1_000, le=100_000_000)
    """Bytes; a larger webhook is refused with 413 and fetched later by the reconciler."""
    saleor_timeout_seconds: Number = Field(default=30.0, gt=0, le=600)
    reconcile_minutes: Number = Field(default=5.0, gt=0, le=1_440)
    reconcile_overlap_minutes: Number = Field(default=10.0, ge=0, le=10_080)
    score_delay_seconds: Number = Field(default=10.0, ge=0, le=86_400)
    """How long after new orders the incremental scoring waits for more of them, at least."""
    scoring_memory: Annotated[str, Field(pattern=r"^[1-9][0-9]*(MB|GB)$")] = "2GB"
    """What the ledger's engine may use before it spills to disk."""
    scoring_threads: Whole = Field(default=2, ge=1, le=256)
    scoring_spill_folder: Path | None = None
    """Where it spills to; default: a temporary folder."""
    tombstone_folder: Path | None = None
    """Where it is noted, by keyed hash, who was forgotten: outside of the database and of its backups."""
    smtp_url: SecretStr | None = None
    """Server for links to guests: `smtp://user:password@host:587` (STARTTLS), `smtps://` or `smtp+plain://`."""
    mail_from: str | None = None
    """Whom these mails are from, such as `Shop <privacy@shop.example>`."""
    consent_public_keys_file: Path | None = None
    """Public keys of the signer of consents (a JWKS); every process may read it."""
    consent_signing_key_file: Path | None = None
    """The signer's private key: for `influence consent sign` alone, unreadable to web and workers."""
    consent_anchor_folder: Path | None = None
    """Where the signer keeps every head that it has signed: outside of the database and its backups."""
    consent_anchor_mail_to: str | None = None
    """Who is mailed the signed heads once a day; needs SMTP_URL."""
    consent_anchor_url: SecretStr | None = None
    """Where signed heads are put once a day, by HTTP PUT, each at a name of its own below this address."""
    consent_anchor_headers: SecretStr | None = None
    """Headers for it, as `name=value`, divided by commas."""
    timestamp_url: HttpUrl | None = None
    """A service of time stamps (RFC 3161) for signed heads."""
    outbox_concurrency: Whole = Field(default=4, ge=1, le=16)
    metrics_token: SecretStr | None = Field(default=None, min_length=16)
    """Who presents it may read `/metrics`; without it there is no such page."""
    otel_exporter_otlp_endpoint: HttpUrl | None = None
    """An OpenTelemetry collector over HTTP; traces go to /v1/traces below it."""
    otel_exporter_otlp_headers: SecretStr | None = None
    """Headers for it, as `name=value`, divided by commas."""
    sentry_dsn: SecretStr | None = None
    """Where faults in our code are told, without what they were about."""
    log_level: str = "INFO"
    log_json: bool = True

    @field_validator("dashboard_origins", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return (
            [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value
        )

    @field_validator("trusted_proxies", mode="before")
    @classmethod
    def _networks(cls, value: object) -> object:
        parts = value.split(",") if isinstance(value, str) else []
        try:
            return [ipaddress.ip_network(part.strip()) for part in parts if part.strip()]
        except ValueError as error:
            raise ValueError(f"must be addresses or networks such as 10.0.0.0/8: {error}") from error

    @field_validator("log_level")
    @classmethod
    def _known_level(cls, value: str) -> str:
        if value.upper() not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
            raise ValueError("must be DEBUG, INFO, WARNING or ERROR")
        return value.upper()

    @field_validator("database_url", "migration_database_url", "signer_database_url")
    @classmethod
    def _postgresql(cls, value: SecretStr | None) -> SecretStr | None:
        if value is None:
            return None
        url = value.get_secret_value()
        if not url.startswith(("postgresql://", "postgres://", "postgresql+psycopg://")):
            raise ValueError("must be a postgresql:// URL")
        return SecretStr(re.sub(r"^postgres(ql)?(\+psycopg)?://", "postgresql+psycopg://", url))

    @field_validator("redis_url")
    @classmethod
    def _redis(cls, value: SecretStr) -> SecretStr:
        if not value.get_secret_value().startswith(("redis://", "rediss://", "redis+socket://")):
            raise ValueError("must be a redis://, rediss:// or redis+socket:// URL")
        return value

    @field_validator("allowed_domain_pattern")
    @classmethod
    def _regular_expression(cls, value: str) -> str:
        try:
            re.compile(value)
        except re.error as error:
            raise ValueError(f"is no regular expression: {error}") from error
        return value

    @field_validator("smtp_url")
    @classmethod
    def _mail_server(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not re.match(
            r"(smtp|smtps|smtp\+plain)://[^/?#]+$", value.get_secret_value()
        ):
            raise ValueError(
                "must be smtp://, smtps:// or smtp+plain:// with a host, such as smtp://host:587"
            )
        return value

    @model_validator(mode="after")
    def _mail_has_a_sender_and_leads_here(self) -> Self:
        # A link is never built from what a request says that this app's address is: the mail has it.
        if self.smtp_url is not None and not (self.mail_from and self.app_iframe_base_url):
            raise ValueError("SMTP_URL needs MAIL_FROM, and APP_IFRAME_BASE_URL for the links in the mails")
        return self

    @model_validator(mode="after")
    def _keys_are_fernet_keys(self) -> Self:
        for name, key in (("SECRET_KEY", self.secret_key), ("NEW_SECRET_KEY", self.new_secret_key)):
            if key is None:
                continue
            try:
                Fernet(key.get_secret_value())
            except ValueError as error:
                raise ValueError(f"{name} is no Fernet key; `influence new-secret-key` prints one") from error
        return self

    @field_validator("consent_anchor_url")
    @classmethod
    def _https(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not re.match(r"https?://[^/?#]+", value.get_secret_value()):
            raise ValueError("must be an https:// address")
        return value

    @model_validator(mode="after")
    def _anchors_can_be_mailed(self) -> Self:
        if self.consent_anchor_mail_to is not None and self.smtp_url is None:
            raise ValueError("CONSENT_ANCHOR_MAIL_TO needs SMTP_URL")
        return self

    @property
    def otlp_headers(self) -> dict[str, str]:
        """Return the headers for the collector."""
        return _headers(self.otel_exporter_otlp_headers)

    @property
    def anchor_headers(self) -> dict[str, str]:
        """Return the headers for CONSENT_ANCHOR_URL."""
        return _headers(self.consent_anchor_headers)

    @property
    def fernet(self) -> MultiFernet:
        """Encrypt with the newest key, decrypt with either."""
        keys = [self.new_secret_key, self.secret_key]
        return MultiFernet([Fernet(key.get_secret_value()) for key in keys if key is not None])


def _headers(given: SecretStr | None) -> dict[str, str]:
    pairs = given.get_secret_value().split(",") if given is not None else []
    return {name.strip(): value.strip() for name, _, value in (pair.partition("=") for pair in pairs)}


def open_secret(encrypted: str) -> bytes:
    """Return what is behind a stored secret; raises SecretUnreadable if no key of this process opens it."""
    try:
        return get().fernet.decrypt(encrypted.encode())
    except InvalidToken:
        raise SecretUnreadable from None


def read() -> Settings:
    """Return the settings of the environment, or raise `SettingInvalid` naming each wrong variable."""
    try:
        return Settings()
    except ValidationError as error:
        wrong = "; ".join(
            f"{'.'.join(str(part) for part in item['loc']).upper() or 'settings'}: {item['msg']}"
            for item in error.errors(include_input=False, include_url=False)
        )
        raise SettingInvalid(f"The environment is not complete: {wrong}. See .env.example.") from None


@lru_cache(maxsize=1)
def get() -> Settings:
    """Return the settings, read once a process."""
    return read()
