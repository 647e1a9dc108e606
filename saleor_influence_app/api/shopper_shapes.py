"""What shoppers send and are answered."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, StrictBool, StringConstraints

from saleor_influence_app.fields import OneLine, Storable
from saleor_influence_app.pipeline.privacy.linking import Method

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000), Storable]
Short = Annotated[str, StringConstraints(max_length=400), Storable]
Name = Annotated[str, StringConstraints(min_length=1, max_length=20), OneLine]
Secret = Annotated[str, StringConstraints(min_length=1, max_length=4096), OneLine]
Address = Annotated[str, StringConstraints(pattern=r"^https?://[^\s\\]+$", max_length=500), OneLine]


class _Input(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ConsentInput(_Input):
    """A tick: the version and language of the text that she saw."""

    purpose: Name
    network: Name | None = None
    wording_version: Name
    language: Name = "en"
    old_enough: StrictBool
    """Her own word that she has reached the shop's minimum age."""


class LinkInput(_Input):
    """What she wants to link, and how. For `oauth` at Mastodon the handle may be the server alone."""

    network: Name
    handle: Short = ""
    method: Method
    return_url: Address | None = None
    """Where the network sends her browser back to: a page of the storefront; None = the app's own page."""


class LinkBegun(_Input):
    """What she has to do next: open `url`, or put `put` into her profile; then finish."""

    method: Method
    link_id: str
    url: str | None
    put: str | None
    expires_at: datetime


class FinishInput(_Input):
    """`state` and `code` as the network gave them to the browser, or the `link_id` of a text to look for."""

    link_id: Secret | None = None
    state: Secret | None = None
    code: Secret | None = None


class ContestInput(_Input):
    """What is wrong, in her words."""

    text: Text


class WordingText(_Input):
    """A text that she can agree to."""

    purpose: str
    network: str | None
    version: str
    language: str
    text: str


class About(_Input):
    """What her page shows around the ticks."""

    enabled: bool
    minimum_age: int
    controller_name: str
    controller_contact: str
    networks: list[str]
    wordings: list[WordingText]


class Certificate(_Input):
    """What an erasure deleted; it names nobody, so that the shopper can keep it."""

    request: int
    reason: str
    asked_at: datetime
    deleted: dict[str, int]
    """Rows by table."""
    orders_kept_without_name: int
    consents_kept_without_name: bool


class InvitationShown(_Input):
    """What she was invited to."""

    network: str
    handle: str | None
