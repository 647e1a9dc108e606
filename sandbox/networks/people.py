"""Who is on a pocket network: people with posts and followers, and strangers without end."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sandbox.names import FIRST, LAST

EPOCH = datetime(2022, 11, 1, tzinfo=UTC)
NOW = datetime(2026, 11, 1, tzinfo=UTC)
TOPICS = ("ceramics", "trail running", "bread", "bicycles", "houseplants", "film cameras", "tea", "knitting")


@dataclass(frozen=True, kw_only=True)
class Note:
    """A post."""

    number: int
    at: datetime
    text: str
    likes: int = 0
    reposts: int = 0
    replies: int = 0
    shown: str = "public"
    """Mastodon's visibility."""
    of: str | None = None
    """Whose post it repeats: a boost or repost."""
    liked_by: Sequence[int] = ()
    reposted_by: Sequence[int] = ()
    replied_by: Sequence[int] = ()
    """Numbers, newest first, like followers; the counts may be larger: not everybody is shown."""
    answers_shown: str = "public"
    """Mastodon's visibility of the replies."""
    gone: bool = False
    """It was deleted since somebody saw it."""


@dataclass(kw_only=True)
class Person:
    """An account. `followers` are numbers: of people here, or of strangers (any other number)."""

    number: int
    name: str
    created: datetime = EPOCH
    about: str = ""
    links: list[str] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    followers: Sequence[int] = ()
    following: int = 0
    suspended: bool = False
    locked: bool = False
    hides_followers: bool = False
    logged_in_only: bool = False


@dataclass
class People:
    """All who are here, by number."""

    by_number: dict[int, Person] = field(default_factory=dict)

    def add(self, person: Person) -> Person:
        """The person is here from now on."""
        self.by_number[person.number] = person
        return person

    def named(self, name: str) -> Person | None:
        """The person of that name."""
        return next((one for one in self.by_number.values() if one.name == name), None)


def generate(count: int, *, seed: int = 1, strangers: int = 200) -> People:
    """People who follow each other and are followed by strangers; another seed, other people."""
    dice = random.Random(seed)  # noqa: S311 - makes a world, guards nothing
    people = People()
    for number in range(1, count + 1):
        first, last = dice.choice(FIRST), dice.choice(LAST)
        plain = f"{first}_{last}_{number}".encode("ascii", "ignore").decode().lower()
        known = dice.sample(range(1, count + 1), k=min(count, dice.randint(0, 8)))
        followers = [
            *(other for other in known if other != number),
            *(1_000_000 + dice.randrange(10**6) for _ in range(dice.randint(0, strangers))),
        ]
        dice.shuffle(followers)
        people.add(
            Person(
                number=number,
                name=plain,
                created=EPOCH + timedelta(days=dice.randrange(900)),
                about=f"{first} {last}. Mostly {dice.choice(TOPICS)}.",
                notes=[_note(dice, number * 1000 + index) for index in range(dice.randint(0, 60))],
                followers=followers,
                following=dice.randint(0, 400),
            )
        )
    return people


def just_posted(people: People, now: datetime) -> None:
    """Whoever has the most followers here has posted three times in these days, and they all liked it."""
    here = people.by_number
    by_name = sorted(here.values(), key=lambda one: one.name)
    popular = max(by_name, key=lambda one: sum(number in here for number in one.followers))
    fans = [number for number in popular.followers if number in here]
    for days in (1, 2, 3):
        number, at = popular.number * 1000 + 900 + days, now - timedelta(days=days)
        text = f"About {TOPICS[days]}, once more."
        popular.notes.append(Note(number=number, at=at, text=text, likes=len(fans), liked_by=fans))


def _note(dice: random.Random, number: int) -> Note:
    return Note(
        number=number,
        at=NOW - timedelta(hours=dice.randrange(24 * 400)),
        text=f"About {dice.choice(TOPICS)}, again. #{dice.choice(TOPICS).replace(' ', '')}",
        likes=dice.randrange(40),
        reposts=dice.randrange(8),
        replies=dice.randrange(6),
    )
