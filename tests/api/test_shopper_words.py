"""What a shopper reads says the same in each language: nothing is missing, left in English, or unused."""

import json
import re
from pathlib import Path
from string import Template

import pytest

from saleor_influence_app import settings
from saleor_influence_app.api import referral_links, shopper_page, shopper_survey
from saleor_influence_app.consent import wording
from saleor_influence_app.consent.languages import LANGUAGES
from saleor_influence_app.models import Purpose
from saleor_influence_app.surveys.responses import SurveyChannel

SOURCE = settings.ROOT / "dashboard_ui" / "src" / "shopper"
OTHERS = pytest.mark.parametrize("language", [one for one in LANGUAGES if one != "en"])
EQUAL = {"grade.no", "segment.beta-tester", "segment.influencer", "signin.password"}
"""Keys whose words may be the same as in English."""
ADDRESS = {
    "nl": r"\b(u|uw|uzelf)\b",
    "it": r"\b(Lei|Suo|Sua|Suoi|Sue|La preghiamo|vostr[aeio])\b",
    "de": r"\b([Dd]u|[Dd]ich|[Dd]ir|[Dd]ein\w*)\b",
}
"""The other way to speak to somebody: je, tu and Sie are ours."""
USED = re.compile(r"""words\.(?:t|known|has)\(\s*(?:"([^"]+)"|`([^`]+)`)""")


def words(language: str) -> dict[str, str]:
    """Every text with its key, as an ICU message; that these fit together is a test of the page's own."""
    text = (SOURCE / "words" / f"{language}.json").read_text(encoding="utf-8")
    found: dict[str, str] = json.loads(text)
    return found


@OTHERS
def test_each_language_has_every_text(language: str) -> None:
    assert words("en").keys() == words(language).keys()


@OTHERS
def test_no_text_is_empty_or_was_left_in_english(language: str) -> None:
    english = words("en")
    assert {key for key, text in words(language).items() if text == english[key]} <= EQUAL
    assert all(text.strip() for text in words(language).values())


@pytest.mark.parametrize("language", ADDRESS)
def test_each_language_keeps_to_one_form_of_address(language: str) -> None:
    files = [SOURCE / "words" / f"{language}.json", *wording.FOLDER.glob(f"*.{language}.txt")]
    for file in files:
        assert not re.findall(ADDRESS[language], file.read_text(encoding="utf-8")), file.name


def test_a_customer_is_nobody_of_one_sex() -> None:
    text = " ".join([*words("en").values(), *(file.read_text() for file in wording.FOLDER.glob("*.en.txt"))])
    assert not re.findall(r"\b(she|her|hers|he|him|his)\b", text, re.IGNORECASE)


def said_by_the_server() -> set[str]:
    found: set[str] = set()
    for module in (shopper_page, referral_links, shopper_survey):
        text = Path(str(module.__file__)).read_text(encoding="utf-8")
        found |= set(re.findall(r'(?:said\(|_words\(request, )"([\w.]+)"', text))
    return found | {f"thanks.{channel}" for channel in SurveyChannel}


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_server_says_itself_has_nothing_to_fill_in(language: str) -> None:
    keys = said_by_the_server()
    assert {"noscript", "proof", "thanks.question"} < keys
    assert not [key for key in keys if re.search("[{}']", words(language)[key])]


def test_every_text_that_the_page_uses_is_there_and_no_other() -> None:
    """A key may be made of parts, as in `gate.${why}`: then some text must fit."""
    known, used = set(words("en")), set()
    for script in SOURCE.rglob("*.ts*"):
        text = script.read_text(encoding="utf-8")
        for whole, made in USED.findall(text):
            pattern = re.escape(whole) if whole else re.sub(r"\\\$\\\{.*?\\\}", "(.+)", re.escape(made))
            fitting = {key for key in known if re.fullmatch(pattern, key)}
            assert fitting, f"{script.name}: {whole or made}"
            used |= fitting
        # Keys that a variable holds, or one of two: they stand between quotes somewhere.
        used |= {key for key in known if f'"{key}"' in text or f"`{key}`" in text}
        used |= {
            key for key in known for made in re.findall(r"`([a-z]+)\.\$", text) if key.startswith(f"{made}.")
        }
        used |= {f"{key}.title" for key in used if f"{key}.title" in known and "}.title`" in text}
    used |= said_by_the_server()
    assert known - used == set()


@pytest.mark.parametrize("purpose", Purpose)
def test_the_texts_to_agree_to_have_one_version_and_the_same_places(purpose: Purpose) -> None:
    found = {}
    for language in LANGUAGES:
        first, _, text = (wording.FOLDER / f"{purpose}.{language}.txt").read_text().partition("\n")
        found[language] = (first, set(Template(text).get_identifiers()))
    assert set(map(str, found.values())) == {str(found["en"])}


PROMISES = (
    "all the numbers",
    "nothing about you is left",
    "nothing can be changed",
    "can be changed afterwards",
    "nothing changes for you",
    "nobody gets worse",
    "never mixed",
)


def test_no_sentence_promises_what_is_not_so() -> None:
    text = " ".join(
        [*words("en").values(), *(file.read_text() for file in Path(wording.FOLDER).glob("*.en.txt"))]
    )
    assert not [one for one in PROMISES if one in text.lower()]
