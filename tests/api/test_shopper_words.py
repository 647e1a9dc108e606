"""What a shopper reads says the same in each language: nothing is missing, left in English, or unused."""

import json
import re
from pathlib import Path
from string import Template

import pytest

from saleor_influence_app.api import referral_links, shopper_page
from saleor_influence_app.api.shopper_page import FILES
from saleor_influence_app.consent import wording
from saleor_influence_app.consent.languages import LANGUAGES
from saleor_influence_app.models import Purpose

Words = dict[str, str | dict[str, str]]
OTHERS = pytest.mark.parametrize("language", [one for one in LANGUAGES if one != "en"])
EQUAL = {"grade.no", "segment.beta-tester", "segment.influencer", "signin.password"}
"""Keys whose words may be the same as in English."""
FORMS = {"one", "other"}
ADDRESS = {
    "nl": r"\b(u|uw|uzelf)\b",
    "it": r"\b(Lei|Suo|Sua|Suoi|Sue|La preghiamo|vostr[aeio])\b",
    "de": r"\b([Dd]u|[Dd]ich|[Dd]ir|[Dd]ein\w*)\b",
}
"""The other way to speak to somebody: je, tu and Sie are ours."""
USED = re.compile(r"""words\.(?:t|known|has)\(\s*(?:"([^"]+)"|`([^`]+)`)""")


def words(language: str) -> Words:
    found: Words = json.loads((FILES / f"{language}.json").read_text(encoding="utf-8"))
    return found


def flat(language: str) -> dict[str, str]:
    """Every text with its key; of plurals each form."""
    found: dict[str, str] = {}
    for key, text in words(language).items():
        forms = text if isinstance(text, dict) else {"": text}
        found |= {f"{key}/{form}": one for form, one in forms.items()}
    return found


def places(text: str | dict[str, str]) -> set[str]:
    """The places to fill in; the number itself may be a word, such as "one"."""
    return set(re.findall(r"\{(\w+)\}", json.dumps(text))) - {"count"}


@OTHERS
def test_each_language_has_every_text(language: str) -> None:
    assert words("en").keys() - words(language).keys() == set()


@OTHERS
def test_each_text_has_the_same_places_and_forms(language: str) -> None:
    for key, english in words("en").items():
        text = words(language)[key]
        assert places(text) == places(english), key
        assert isinstance(text, dict) == isinstance(english, dict), key
        if isinstance(text, dict):
            assert isinstance(english, dict)
            assert text.keys() == english.keys(), key
            assert text.keys() >= FORMS, key


@OTHERS
def test_no_text_is_empty_or_was_left_in_english(language: str) -> None:
    english = flat("en")
    left = {key for key, text in flat(language).items() if text == english.get(key)}
    assert {key.partition("/")[0] for key in left} <= EQUAL
    assert all(text.strip() for text in flat(language).values())


@pytest.mark.parametrize("language", ADDRESS)
def test_each_language_keeps_to_one_form_of_address(language: str) -> None:
    files = [FILES / f"{language}.json", *wording.FOLDER.glob(f"*.{language}.txt")]
    for file in files:
        assert not re.findall(ADDRESS[language], file.read_text(encoding="utf-8")), file.name


def test_a_customer_is_nobody_of_one_sex() -> None:
    text = " ".join([*flat("en").values(), *(file.read_text() for file in wording.FOLDER.glob("*.en.txt"))])
    assert not re.findall(r"\b(she|her|hers|he|him|his)\b", text, re.IGNORECASE)


def test_every_text_that_the_page_uses_is_there_and_no_other() -> None:
    """A key may be made of parts, as in `gate.${why}`: then some text must fit."""
    known, used = set(words("en")), set()
    for script in FILES.glob("*.js"):
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
    for module in (shopper_page, referral_links):
        server = Path(str(module.__file__)).read_text(encoding="utf-8")
        used |= set(re.findall(r'(?:said\(|_words\(request, )"([\w.]+)"', server))
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
        [*flat("en").values(), *(file.read_text() for file in Path(wording.FOLDER).glob("*.en.txt"))]
    )
    assert not [one for one in PROMISES if one in text.lower()]
