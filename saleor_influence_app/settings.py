"""The environment, read once, here only; `.env.example` documents every variable."""

import ipaddress
import re
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Self
from urllib.parse import SplitResult, urlsplit

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from pydantic import (
    AfterValidator,
    Field,
    HttpUrl,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from saleor_influence_app.errors import SecretUnreadable, SettingInvalid
from saleor_influence_app.fields import Number, Whole

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

ROOT = Path(__file__).resolve().parents[1]


def _memory(value: str) -> str:
    if not re.fullmatch(r"[1-9][0-9]*(MB|GB)", value):
        raise ValueError("must be a whole number of MB or GB, such as 2GB")
    return value


Memory = Annotated[str, AfterValidator(_memory)]


class Settings(BaseSettings):
    """Everything an operator can set, as variables in upper case: docs/operate.md has the table of these."""

    model_config = SettingsConfigDict(
        env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True, use_attribute_docstrings=True
    )

    database_url: SecretStr
    """PostgreSQL, by the app's own role, which may read and write rows:
    `postgresql://user:password@host/database`."""
    migration_database_url: SecretStr | None = None
    """The same by the role that owns the tables, for `./influence migrate`, see [roles](#database-roles).
    Default: DATABASE_URL."""
    signer_database_url: SecretStr | None = None
    """The same by the signer's role, for `./influence consent sign`, see [roles](#database-roles).
    Default: DATABASE_URL."""
    redis_url: SecretStr
    """Redis, for Celery's messages: `redis://host:6379/0`."""
    secret_key: SecretStr
    """Fernet key (`./influence new-secret-key` prints one): encrypts the shops' tokens and their keys for
    e-mail hashes."""
    new_secret_key: SecretStr | None = None
    """The next SECRET_KEY, while [rotating](#rotate-the-secret-key): new values are encrypted with it, and
    both keys decrypt."""
    allowed_domain_pattern: str = r"https://[a-z0-9-]+\.saleor\.cloud"
    """Regular expression. The *origin* of the Saleor API URL must match it from end to end."""
    allow_private_networks: bool = False
    """Let Saleor and social networks live on loopback or a private address, for development. Never in
    production."""
    app_iframe_base_url: str | None = None
    """The app as the browser sees it. Default: the address of the request."""
    app_api_base_url: str | None = None
    """The app as Saleor sees it. Default: the address of the request."""
    dashboard_origins: Annotated[list[str], NoDecode] = Field(default_factory=list)
    """Origins, divided by commas, that may frame the panel besides the shop's own. **Needed where the
    dashboard is at another address than the API**: otherwise its pages about Influence are blank.
    `./influence doctor` names a page that tried."""
    trusted_proxies: Annotated[list[IPv4Network | IPv6Network], NoDecode] = Field(default_factory=list)
    """Addresses or networks of proxies, divided by commas, that are believed about who asks and at which
    address; see [behind a proxy](#behind-a-proxy). Default: none."""
    webhook_body_limit: Whole = Field(default=2_000_000, ge=1_000, le=100_000_000)
    """Bytes. Larger webhooks get 413 and are read by the reconciler."""
    saleor_timeout_seconds: Number = Field(default=30.0, gt=0, le=600)
    """For each wait on Saleor. A whole answer may take twice as long."""
    reconcile_minutes: Number = Field(default=5.0, gt=0, le=1_440)
    """How often orders and customers are polled by `updatedAt`."""
    reconcile_overlap_minutes: Number = Field(default=10.0, ge=0, le=10_080)
    """How far each poll reaches back into the one before."""
    score_delay_seconds: Number = Field(default=10.0, ge=0, le=86_400)
    """How long scoring waits for more orders after a new one, at least: see
    [how soon](#how-soon-and-in-which-order)."""
    scoring_memory: Memory = "2GB"
    """What the ledger's engine may use before it spills to disk: a whole number of `MB` or `GB`. The worker
    itself needs some memory beside it."""
    scoring_threads: Whole = Field(default=2, ge=1, le=256)
    """Threads of the engine."""
    scoring_spill_folder: Path | None = None
    """Where it spills to: a disk with room for several times the shop's tables.
    Default: a temporary folder."""
    scored_by_command: Annotated[list[str], NoDecode] = Field(default_factory=list)
    """Saleor API URLs, divided by commas, of shops whose runs workers leave to `./influence score`: those
    that outgrow one machine, see [large shops](scale.md#from-which-size-on-spark)."""
    tombstone_folder: Path | None = None
    """Folder outside of the database and its backups that notes, by keyed hash, who was forgotten. Social
    profiles cannot be switched on without it, see [privacy](privacy.md)."""
    smtp_url: SecretStr | None = None
    """Server by which guests are mailed the link to their page: `smtp://user:password@host:587` (STARTTLS,
    demanded), `smtps://…:465` (TLS from the start) or `smtp+plain://…:25` (no TLS: a relay on this machine).
    Needs MAIL_FROM and APP_IFRAME_BASE_URL. Without it the page tells guests to write to the shop, and staff
    hand links over."""
    mail_from: str | None = None
    """Whom these mails are from, such as `Your shop <privacy@shop.example>`."""
    consent_public_keys_file: Path | None = None
    """The signer's public keys (a JWKS), by which signed heads of the consent ledger are checked. Every
    process may read it, see [privacy](privacy.md#the-consent-ledger)."""
    consent_signing_key_file: Path | None = None
    """The signer's private key, for `./influence consent sign` alone. Web and workers must not be able to
    read it."""
    consent_anchor_folder: Path | None = None
    """Where the signer keeps every head that it has signed: outside of the database and its backups. Web and
    workers may only read it."""
    consent_anchor_mail_to: str | None = None
    """Who is mailed the signed heads once a day. Needs SMTP_URL."""
    consent_anchor_url: SecretStr | None = None
    """Where signed heads are put once a day, by HTTP PUT, each at a name of its own below this address: a
    bucket, a WebDAV folder."""
    consent_anchor_headers: SecretStr | None = None
    """Headers for it, as `name=value`, divided by commas."""
    timestamp_url: HttpUrl | None = None
    """A time stamp service (RFC 3161), which makes the date of a signed head certain."""
    outbox_concurrency: Whole = Field(default=4, ge=1, le=16)
    """Requests at a time when writing to one shop."""
    metrics_token: SecretStr | None = Field(default=None, min_length=16)
    """16 characters or more: `GET /metrics` answers whoever sends it as `Authorization: Bearer …`. Without it
    there is no such page."""
    otel_exporter_otlp_endpoint: HttpUrl | None = None
    """An OpenTelemetry collector over HTTP, such as `http://collector:4318`: requests, tasks and calls of
    Saleor as traces."""
    otel_exporter_otlp_headers: SecretStr | None = None
    """Headers for it, as `name=value`, divided by commas."""
    sentry_dsn: SecretStr | None = None
    """Faults in the app's code are sent to this Sentry."""
    log_level: str = "INFO"
    """`DEBUG`, `INFO`, `WARNING` or `ERROR`. At no level does the log name a person
    ([below](#logs-traces-faults))."""
    log_json: bool = True
    """One JSON object a line, or text for people."""

    @field_validator("dashboard_origins", "scored_by_command", mode="before")
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
        _check_port(url)
        return SecretStr(re.sub(r"^postgres(ql)?(\+psycopg)?://", "postgresql+psycopg://", url))

    @field_validator("redis_url")
    @classmethod
    def _redis(cls, value: SecretStr) -> SecretStr:
        if not value.get_secret_value().startswith(("redis://", "rediss://", "redis+socket://")):
            raise ValueError("must be a redis://, rediss:// or redis+socket:// URL")
        parts = _check_port(value.get_secret_value())
        if parts.scheme != "redis+socket" and not re.fullmatch(r"/?[0-9]*", parts.path):
            raise ValueError("must end with the number of a database, such as redis://localhost:6379/0")
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
                raise ValueError(
                    f"{name} is no Fernet key; `./influence new-secret-key` prints one"
                ) from error
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


def close_secret(clear: str) -> str:
    """Return the text as it is stored: encrypted with the newest key."""
    return get().fernet.encrypt(clear.encode()).decode()


def open_secret(encrypted: str) -> bytes:
    """Return what is behind a stored secret; raises SecretUnreadable if no key of this process opens it."""
    try:
        return get().fernet.decrypt(encrypted.encode())
    except InvalidToken:
        raise SecretUnreadable from None


def _check_port(url: str) -> SplitResult:
    """Return the parts of an address whose port is a number."""
    parts = urlsplit(url)
    try:
        port = 1 if parts.port is None else parts.port
    except ValueError:
        port = 0
    if not port:
        raise ValueError(
            "has a port that is no number from 1 to 65535; in a password, @ : / # are written %40 %3A %2F %23"
        )
    return parts


def read() -> Settings:
    """Return the settings of the environment, or raise `SettingInvalid`: a line for each wrong variable."""
    try:
        return Settings()
    except ValidationError as error:
        wrong = [_fault(item) for item in error.errors(include_input=False, include_url=False)]
        raise SettingInvalid(
            "\n".join((*wrong, "Correct it in .env or the environment; docs/operate.md has every variable."))
        ) from None


def _fault(item: "ErrorDetails") -> str:
    """Return which variable is wrong, how, and what it must be; its value is not quoted."""
    name = ".".join(str(part) for part in item["loc"]).upper()
    if item["type"] == "missing":
        prints = "; `./influence new-secret-key` prints one" if name == "SECRET_KEY" else ""
        return f"{name} is not set{prints}."
    said = item["msg"].removeprefix("Value error, ").removesuffix(", unable to interpret input")
    said = re.sub(r"^(Input|String|Value) should", "must", said)
    if item["type"].startswith("bool"):
        said = "must be true or false"
    return f"{name} {said}.".lstrip()


@lru_cache(maxsize=1)
def get() -> Settings:
    """Return the settings, read once a process."""
    return read()
