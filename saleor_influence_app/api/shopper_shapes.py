"""What shoppers send and are answered."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictInt, StringConstraints

from saleor_influence_app.consent.agreements import Change
from saleor_influence_app.consent.languages import ENGLISH
from saleor_influence_app.fields import EMAIL_LIMIT, ID_LIMIT, OneLine, Storable
from saleor_influence_app.profiles.linking import Method
from saleor_influence_app.rights import contests
from saleor_influence_app.surveys.responses import SurveyChannel

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000), Storable]
Short = Annotated[str, StringConstraints(max_length=400), Storable]
Name = Annotated[str, StringConstraints(min_length=1, max_length=20), OneLine]
Hash = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
CountryCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
Secret = Annotated[str, StringConstraints(min_length=1, max_length=4096), OneLine]
Handle = Annotated[str, StringConstraints(min_length=1, max_length=200), OneLine]
Email = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, pattern=r"^[^\s@,;:<>()\"\\]+@[^\s@,;:<>()\"\\]+$", max_length=320
    ),
    OneLine,
]
Address = Annotated[str, StringConstraints(pattern=r"^https?://[^\s\\]+$", max_length=500), OneLine]


OrderId = Annotated[str, StringConstraints(min_length=1, max_length=ID_LIMIT), OneLine]
Friend = Annotated[str, StringConstraints(strip_whitespace=True, max_length=EMAIL_LIMIT), OneLine]


class _Input(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ConsentInput(_Input):
    """A tick: the hash of the text that was shown, and its language."""

    purpose: Name
    network: Name | None = None
    text_hash: Hash
    """The `text_hash` of `/about`; it stands for the text, its purpose, network and language."""
    language: Name = ENGLISH
    old_enough: StrictBool
    """Their own word that they have reached the age asked for: the shop's, or that of their country."""
    country: CountryCode | None = None
    """Where the shop serves several countries: theirs."""


class SurveyInput(_Input):
    """Who or what told them of the shop."""

    channel: SurveyChannel
    friend: Friend = ""
    """A friend's code, handle or e-mail address, looked for and not stored; empty: they do not say."""
    order_id: OrderId | None = None
    """Of whom signs in; a link is for one order."""


class SurveyChoice(BaseModel):
    """Something to choose, in words."""

    channel: SurveyChannel
    text: str


class SurveyQuestion(BaseModel):
    """The question in one language, and whether it may be responded to."""

    is_open: bool
    order_id: str
    question: str
    choices: list[SurveyChoice]


class LinkInput(_Input):
    """What to link, and how. For `oauth` at Mastodon the handle may be the server alone."""

    network: Name
    handle: Short = ""
    method: Method
    return_url: Address | None = None
    """Where the network sends the browser back to: a page of the storefront; None = the app's own page."""


class LinkBegun(_Input):
    """What to do next: open `url`, or put `put` into the profile; then finish."""

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


class AnswersInput(_Input):
    """By the number of the question: the option, a number from 1 to 5, or words of theirs."""

    answers: Annotated[
        dict[
            Annotated[str, StringConstraints(max_length=3)],
            StrictInt | Annotated[str, StringConstraints(strict=True, max_length=1000), Storable],
        ],
        Field(max_length=20),
    ]


class ContestInput(_Input):
    """What is wrong, in their words; `about` is an order's id, or the handle of a tie or of a household."""

    text: Text
    kind: contests.ContestKind = contests.ContestKind.OTHER
    about: Handle | None = None


class GuestLinkInput(_Input):
    """Where a guest wants the link to their page to be sent: the address that they ordered with."""

    email: Email
    language: Name = ENGLISH


class GuestLinkAsked(_Input):
    """Always the same answer, whoever is known here. `by_mail` is false where no mail can be sent."""

    by_mail: bool
    hours: int


class WordingText(_Input):
    """A text that can be agreed to; a tick names it by its hash."""

    purpose: str
    network: str | None
    version: str
    language: str
    text: str
    text_hash: str


class TextsChanged(BaseModel):
    """The text that was sent does not hold any more: nothing was stored. `wordings` are the new ones."""

    error: dict[str, str]
    wordings: list[WordingText]


class Receipt(_Input):
    """What was decided, to be read, and the same signed: a compact JWS (EdDSA) by the shop's key."""

    receipt: dict[str, Any]
    signed: str


class CountryAge(_Input):
    """From which age people of a country may agree here."""

    country: str
    minimum_age: int


class ConsentAskedAgain(_Input):
    """A consent of theirs that the settings go beyond, and in what."""

    purpose: str
    network: str | None
    changes: list[Change]
    paused: bool
    """Nothing new is read until they agree; otherwise what was agreed to goes on."""


class About(_Input):
    """What their page shows around the ticks, and what is on in this shop."""

    enabled: bool
    """Whether profiles of social networks can be linked."""
    is_guest: bool
    by_link: bool
    """Without a session of the shop: what needs an account is not offered."""
    minimum_age: int
    """Asked of people whose country is not known."""
    countries: list[CountryAge]
    """Where the shop serves more than one: each with the age asked for there."""
    controller_name: str
    controller_contact: str
    networks: list[str]
    wordings: list[WordingText]
    asked_again: list[ConsentAskedAgain]


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
    """What an invitation suggests."""

    network: str
    handle: str | None
