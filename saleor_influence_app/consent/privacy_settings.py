"""The shop's privacy settings: off until an admin has confirmed them, by name and date."""

import json
import re
from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StrictBool,
    StringConstraints,
    computed_field,
    model_validator,
)
from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from saleor_influence_app import fields, log, run_queue, settings
from saleor_influence_app.consent import ages
from saleor_influence_app.consent.languages import LANGUAGES
from saleor_influence_app.errors import AppError, InputInvalid
from saleor_influence_app.models import PrivacySettingsRow, Profile, ProfileState, RunKind
from saleor_influence_app.shops import problems, tombstone_folder
from saleor_influence_app.social.networks import NETWORKS

logger = log.get(__name__)

PUBLIC_BLUESKY = "https://public.api.bsky.app"
_ORIGIN = re.compile(r"https?://[a-z0-9.-]{1,253}(:[0-9]{1,5})?")


class SocialOff(AppError):
    """Asked of a shop that has not switched social profiles on."""

    code = "SOCIAL_OFF"
    status = 403


def _origin(text: str) -> str:
    if not _ORIGIN.fullmatch(text):
        raise ValueError("must be an origin such as https://shop.example, without a path")
    return text


def _network(name: str) -> str:
    if name not in NETWORKS:
        raise ValueError(f"must be one of {', '.join(NETWORKS)}")
    return name


def _country(code: str) -> str:
    if code not in ages.AGES:
        raise ValueError(f"must be one of {', '.join(ages.AGES)}")
    return code


Network = Annotated[str, AfterValidator(_network)]
Country = Annotated[str, AfterValidator(_country)]
Words = Annotated[str, StringConstraints(strip_whitespace=True, max_length=300), fields.OneLine]
BaseUrl = Annotated[str, StringConstraints(pattern=r"^https?://[A-Za-z0-9.:\[\]-]+(/[A-Za-z0-9._~/-]*)?$")]
Credential = Annotated[str, StringConstraints(max_length=500), fields.OneLine]
MINIMUM_AGE = 18


class NetworkChoice(BaseModel):
    """A network that is switched on."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    base_url: BaseUrl | None = None
    """Another address of its API; Mastodon: the one server that shoppers may link, None = any."""
    client_id: Credential | None = None
    client_secret: Credential | None = Field(default=None, repr=False)
    """Only ever given: an answer never holds it. None keeps the one that is stored."""


class PrivacySettingsInput(BaseModel):
    """What an admin confirms."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    enabled: StrictBool
    minimum_age: Annotated[int, Field(strict=True, ge=13, le=99)] = MINIMUM_AGE
    countries: Annotated[list[Country], Field(max_length=len(ages.AGES))] = []
    """Which the shop serves: their age is asked for, or `minimum_age` where that is higher."""
    posts_days: Annotated[int, Field(strict=True, ge=1, le=30)] = 30
    features_months: Annotated[int, Field(strict=True, ge=1, le=13)] = 13
    controller_name: Words = ""
    controller_contact: Words = ""
    officer: Words = ""
    """The data protection officer and how to reach them; for the papers, as the three below."""
    authority: Words = ""
    operator: Words = ""
    transfers: Words = ""
    storefront_origins: Annotated[list[Annotated[str, AfterValidator(_origin)]], Field(max_length=20)] = []
    networks: dict[Network, NetworkChoice] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _says_who_is_responsible(self) -> Self:
        if self.enabled and not (self.controller_name and self.controller_contact):
            raise ValueError("controller_name and controller_contact must say who is responsible")
        if self.enabled and not self.networks:
            raise ValueError("at least one network must be switched on")
        if not self.countries and self.minimum_age < ages.HIGHEST:
            raise ValueError(
                f"minimum_age must be {ages.HIGHEST} or more, or countries must say which the shop serves"
            )
        for name, network in self.networks.items():
            if NETWORKS[name].needs_app and not network.client_id:
                raise ValueError(f"{name} needs the client_id and client_secret of an app of yours")
        return self


class OfferedNetwork(BaseModel):
    """A network that can be switched on, and whether the shop must bring an app of its own there."""

    model_config = ConfigDict(frozen=True)

    name: str
    title: str
    needs_app: bool


class PrivacySettings(BaseModel):
    """The settings as they are, and who confirmed them when; nobody = never."""

    model_config = ConfigDict(frozen=True)

    enabled: bool = False
    confirmed_by: str | None = None
    confirmed_at: datetime | None = None
    minimum_age: int = MINIMUM_AGE
    countries: list[str] = []
    posts_days: int = 30
    features_months: int = 13
    controller_name: str = ""
    controller_contact: str = ""
    officer: str = ""
    authority: str = ""
    operator: str = ""
    transfers: str = ""
    storefront_origins: list[str] = []
    networks: dict[str, NetworkChoice] = Field(default_factory=dict)
    """Without secrets."""
    lacking: Literal["tombstone-folder"] | None = None
    """What the operator must set before it can be switched on."""

    @computed_field  # type: ignore[prop-decorator]
    @property
    def offered(self) -> list[OfferedNetwork]:
        """Which networks can be switched on."""
        return [
            OfferedNetwork(name=one.name, title=one.title, needs_app=one.needs_app)
            for one in NETWORKS.values()
        ]

    @computed_field  # type: ignore[prop-decorator]
    @property
    def languages(self) -> list[str]:
        """In which there are papers and texts."""
        return list(LANGUAGES)


STORED = tuple(name for name in PrivacySettingsInput.model_fields if name != "networks")


def read(session: Session, shop_id: int) -> PrivacySettings:
    """Return the shop's privacy settings; the defaults, switched off, before an admin confirmed any."""
    row = session.get(PrivacySettingsRow, shop_id)
    lacking = "tombstone-folder" if settings.get().tombstone_folder is None else None
    if row is None:
        return PrivacySettings.model_validate({"lacking": lacking})
    names = (*STORED, "confirmed_by", "confirmed_at", "networks")
    return PrivacySettings.model_validate({name: getattr(row, name) for name in names} | {"lacking": lacking})


def hold(session: Session, shop_id: int) -> PrivacySettings:
    """Return the settings, which nobody confirms anew until the transaction ends."""
    row = select(PrivacySettingsRow.shop_id).where(PrivacySettingsRow.shop_id == shop_id)
    session.execute(row.with_for_update(read=True))
    return read(session, shop_id)


def confirm(session: Session, shop_id: int, wanted: PrivacySettingsInput, *, user_id: str) -> PrivacySettings:
    """These are the shop's settings, confirmed by this staff member now."""
    _demand_folder(session, shop_id, wanted)
    kept, secrets = _secrets(session, shop_id), {}
    for name, network in wanted.networks.items():
        secret = network.client_secret or kept.get(name)
        if secret is not None:
            secrets[name] = secret
        elif network.client_id:
            raise InputInvalid(f"{name} needs the client_secret of your app.")
    values: dict[str, Any] = {name: getattr(wanted, name) for name in STORED}
    values |= {
        "networks": {
            name: one.model_dump(exclude={"client_secret"}, exclude_none=True)
            for name, one in wanted.networks.items()
        },
        "secrets_encrypted": settings.close_secret(json.dumps(secrets)),
        "confirmed_by": user_id,
        "confirmed_at": func.now(),
    }
    row = insert(PrivacySettingsRow).values(shop_id=shop_id, **values)
    session.execute(row.on_conflict_do_update(index_elements=[PrivacySettingsRow.shop_id], set_=values))
    session.expire_all()
    problems.resolve_problem(session, shop_id, *(f"influence-app-{name}" for name in NETWORKS))
    session.execute(  # with what was changed it may be well now, or agreed to again
        update(Profile)
        .where(Profile.shop_id == shop_id, Profile.state == ProfileState.LINKED)
        .where(Profile.trouble.is_not(None) | Profile.next_at.is_(None))
        .values(next_at=func.now())
    )
    # What a network's ties say counts from now, or no longer.
    run_queue.request(session, shop_id, kind=RunKind.FULL)
    logger.info("privacy.confirmed", shop_id=shop_id, enabled=wanted.enabled)
    return read(session, shop_id)


def _demand_folder(session: Session, shop_id: int, wanted: PrivacySettingsInput) -> None:
    """Raise if profiles are to be switched on where it cannot be noted outside who is forgotten."""
    folder, row = settings.get().tombstone_folder, session.get(PrivacySettingsRow, shop_id)
    if not wanted.enabled or (row is not None and row.enabled and folder is not None):
        return
    if folder is None:
        raise InputInvalid(
            "The operator has not set TOMBSTONE_FOLDER: without it, a restored backup would bring back "
            "people who were forgotten. docs/privacy.md says how."
        )
    if (trouble := tombstone_folder.trouble(folder)) is not None:
        raise InputInvalid(
            f"It cannot be noted who is forgotten: {trouble}. The operator must mend this first."
        )


def demand(session: Session, shop_id: int, network: str | None = None) -> PrivacySettings:
    """Return the settings of a shop where social profiles, and this network, are on; else raise SocialOff."""
    found = read(session, shop_id)
    if not found.enabled:
        raise SocialOff("This shop has not switched social profiles on.")
    if network is not None and network not in found.networks:
        raise SocialOff(f"This shop has not switched {network} on.")
    return found


def is_on(session: Session, shop_id: int, network: str) -> bool:
    """Say whether the network's profiles are processed in this shop."""
    found = read(session, shop_id)
    return found.enabled and network in found.networks


def origins(session: Session) -> frozenset[str]:
    """Return every storefront's origin, of all shops where it is on or was once."""
    lists = session.scalars(select(PrivacySettingsRow.storefront_origins))
    return frozenset(origin for one in lists for origin in one)


def secret_of(session: Session, shop_id: int, network: str) -> str | None:
    """Return the client secret that the shop brought."""
    return _secrets(session, shop_id).get(network)


def _secrets(session: Session, shop_id: int) -> dict[str, str]:
    row = session.get(PrivacySettingsRow, shop_id)
    if row is None:
        return {}
    found: dict[str, str] = json.loads(settings.open_secret(row.secrets_encrypted))
    return found
