"""The papers: complete, the same in four languages, and nothing that the configuration does not do."""

import json
import re
import string
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from saleor_influence_app import settings
from saleor_influence_app.consent import (
    languages,
    privacy_settings,
    report_inventory,
    report_values,
    report_words,
    reports,
    retention_periods,
)
from saleor_influence_app.consent.reports import ReportKind
from saleor_influence_app.models import Shop as ShopRow
from saleor_influence_app.personal_data import holding
from saleor_influence_app.personal_data.inventory import HOLDINGS
from saleor_influence_app.profiles import invitations
from saleor_influence_app.runs.rollback import KEEP
from saleor_influence_app.social.failures import NotOffered
from saleor_influence_app.sync import inbox
from scoring.ledger.parameters import Parameters
from tests.support.social_shop import SETTINGS, Shop, sql

LANGUAGES = pytest.mark.parametrize("language", languages.LANGUAGES)
KINDS = pytest.mark.parametrize("kind", reports.KINDS)
SETS = {
    "whose": holding.Whose,
    "purposes": holding.Purpose,
    "bases": holding.Basis,
    "sources": holding.Source,
    "recipients": holding.Recipient,
    "kept": holding.Kept,
    "categories": holding.Category,
    "because": holding.KeptBecause,
}
OF_PEOPLE = [one for one in HOLDINGS.values() if report_inventory.OF_PEOPLE & set(one.whose)]


@pytest.fixture
def full(shop: Shop, session: Session) -> Shop:
    """The shop with everything on that a paper speaks of."""
    shop.switch_on(mastodon={}, youtube={"client_id": "ours", "client_secret": "s"})
    sql(
        session,
        """
        INSERT INTO trials (shop_id, customer_id, rule_version, seed, started_at, ends_at, made_by,
            base_share, detectable, invited, held_out)
        VALUES (:shop_id, 'ines', '1', 1, now(), now() + interval '30 days', 'staff', 0.1, 0.3, 5, 5)
        """,
        shop_id=shop.shop_id,
    )
    sql(
        session,
        """
        INSERT INTO perk_programmes (shop_id, kind, title, segment, terms, hold_out, seed, starts_at, ends_at,
            currency, made_by)
        VALUES (:shop_id, 'shipping', 'Thanks', 'loyal', '{}', 0.2, 1, now(), now() + interval '30 days',
            'EUR', 'staff')
        """,
        shop_id=shop.shop_id,
    )
    sql(
        session,
        """
        INSERT INTO hand_off_settings (shop_id, webhook_url, webhook_secret_encrypted, smtp_host)
        VALUES (:shop_id, 'https://tool.example', '', 'smtp.shop.example')
        """,
        shop_id=shop.shop_id,
    )
    sql(
        session,
        "UPDATE shops SET survey = true, survey_days = 90, fair_service = true WHERE id = :shop_id",
        shop_id=shop.shop_id,
    )
    session.commit()
    return shop


def written(session: Session, shop: Shop, kind: ReportKind, language: str) -> str:
    session.expire_all()
    return reports.paper(session, shop.shop_id, kind, language=language, base_url="https://app.example")


def flat(text: str) -> str:
    return " ".join(text.replace("\N{NO-BREAK SPACE}", " ").split())


@LANGUAGES
def test_every_key_of_the_inventory_and_every_table_has_words(language: str) -> None:
    said = report_words.words(language)
    for name, keys in SETS.items():
        assert set(typing.get_args(keys)) <= set(said[name]), name
    assert set(HOLDINGS) <= set(said["tables"])
    assert set(said["rights"]) == set(report_inventory.ACTS)
    assert {one.erasure.act for one in HOLDINGS.values()} <= set(said["acts"])


def test_the_words_have_the_same_keys_in_every_language() -> None:
    def keys(said: dict[str, Any]) -> dict[str, Any]:
        return {name: keys(value) if isinstance(value, dict) else "" for name, value in said.items()}

    english = keys(report_words.words("en"))
    for language in languages.LANGUAGES:
        assert keys(report_words.words(language)) == english, language


def _shape(kind: str, language: str) -> list[tuple[str, str, int, list[str]]]:
    """Of each block: its condition, its mark, how many lines, and which placeholders it has."""
    source = (languages.FOLDER / f"{kind}.{language}.txt").read_text(encoding="utf-8")
    found = []
    for block in source.strip().split("\n\n"):
        condition = re.match(r"\[([a-z_ ]+)\]\n", block)
        text = block[condition.end() :] if condition else block
        names = sorted(string.Template(text).get_identifiers())
        found.append(
            (
                condition[1] if condition else "",
                text[0] if text[0] in "=#-" else "",
                len(text.split("\n")),
                names,
            )
        )
    return found


@KINDS
@LANGUAGES
def test_a_paper_says_the_same_in_every_language(kind: str, language: str) -> None:
    assert _shape(kind, language) == _shape(kind, "en")


@KINDS
def test_a_paper_depends_on_nothing_but_what_is_known_of_the_configuration(
    shop: Shop, session: Session, kind: str
) -> None:
    chosen = privacy_settings.read(session, shop.shop_id)
    row = session.get_one(ShopRow, shop.shop_id)
    known = report_values.parts(session, row, chosen, language="en", base_url=None)

    for condition, *_ in _shape(kind, "en"):
        assert set(condition.split()) - {"not"} <= set(known), condition


@LANGUAGES
def test_the_record_names_every_table_purpose_and_recipient(
    full: Shop, session: Session, language: str
) -> None:
    said, text = report_words.words(language), flat(written(session, full, "record", language))

    for one in HOLDINGS.values():
        assert f"{said['tables'][one.table]} ({one.table})" in text
        assert (
            said["purposes_by_basis"].get(f"{one.purpose}/{one.basis}", said["purposes"][one.purpose]) in text
        )
        assert said["bases"][one.basis] in text
        for key in one.recipients:
            assert key == "nobody" or said["recipients"][key] in text, key


@LANGUAGES
def test_the_notice_names_every_table_purpose_and_recipient_about_a_person(
    full: Shop, session: Session, language: str
) -> None:
    said, text = report_words.words(language), flat(written(session, full, "notice", language))
    chosen = privacy_settings.read(session, full.shop_id)
    spans = {name: retention_periods.told(name, chosen, language=language) for name in ("posts", "features")}

    for one in OF_PEOPLE:
        newest = one.table.removesuffix(report_inventory.PAST)
        assert said["tables"][newest] in text
        assert (
            said["purposes_by_basis"].get(f"{one.purpose}/{one.basis}", said["purposes"][one.purpose]) in text
        )
        assert said["bases"][one.basis] in text
        for key in one.recipients:
            assert key == "nobody" or said["recipients"][key] in text, key
        for source in one.source:
            assert said["sources"][source] in text, source
        for category in set(one.columns.values()) - {"shop", "technical", "staff"}:
            assert said["categories"][category] in text, (one.table, category)
        assert (
            string.Template(said["kept"][one.kept]).safe_substitute(spans, orders_months=36, survey_days=90)
            in text
        ), one.table


@LANGUAGES
@KINDS
def test_a_paper_is_written_to_the_end_in_every_shop(
    off: Shop, session: Session, kind: ReportKind, language: str
) -> None:
    """Also before anybody has confirmed any settings: scoring from orders runs from the installation on."""
    text = written(session, off, kind, language)

    assert "$" not in text
    assert not re.search(r"^\[[a-z]", text, re.MULTILINE)
    assert report_words.words(language)["not_named"] in text
    assert report_words.words(language)["gaps"]["operator"] in flat(text)
    assert max(map(len, text.splitlines())) <= reports.WIDTH
    for absent in ("Mastodon", "YouTube", *(["social"] if (kind, language) == ("notice", "en") else [])):
        assert absent not in text, absent


PARTS: dict[str, dict[str, str]] = {
    "trials": {
        "en": "trials by lot",
        "nl": "proeven door loting",
        "it": "prove a sorteggio",
        "de": "Versuche per Los",
    },
    "survey": {
        "en": "a customer told them of us",
        "nl": "een klant over ons heeft verteld",
        "it": "un cliente gli ha parlato di noi",
        "de": "von uns erzählt hat",
    },
    "fair_service": {
        "en": "whether we serve some customers worse than others",
        "nl": "of we sommige klanten slechter bedienen dan andere",
        "it": "se serviamo alcuni clienti peggio di altri",
        "de": "ob wir manche Kundinnen und Kunden schlechter bedienen",
    },
    "social": {
        "en": "link a profile",
        "nl": "profiel koppelt",
        "it": "colleghi un profilo",
        "de": "Profil verknüpfen",
    },
}


@LANGUAGES
@pytest.mark.parametrize("part", PARTS)
def test_the_notice_speaks_of_a_part_only_where_it_is_on(
    off: Shop, session: Session, language: str, part: str, request: pytest.FixtureRequest
) -> None:
    phrase = PARTS[part][language]

    assert phrase not in flat(written(session, off, "notice", language))
    assert phrase in flat(written(session, request.getfixturevalue("full"), "notice", language))


def test_what_is_written_into_saleor_is_told_as_it_is_set(off: Shop, session: Session) -> None:
    assert "Your groups, value and score are written" in flat(written(session, off, "notice", "en"))
    assert "public part of your customer record" not in flat(written(session, off, "notice", "en"))

    sql(session, "UPDATE shops SET public_mirror = true")
    assert "public part of your customer record" in flat(written(session, off, "notice", "en"))

    sql(session, "UPDATE shops SET write_back = false")
    silent = flat(written(session, off, "notice", "en"))
    assert "At present nothing is written to your customer record" in silent
    assert "public part of your customer record" not in silent
    assert "Writing the result" not in silent


def test_a_shop_that_switched_profiles_off_again_says_that_data_are_still_held(
    shop: Shop, session: Session
) -> None:
    shop.agree("ines", ("link", "mastodon"))
    shop.as_staff("PUT", "/privacy-settings", json=SETTINGS | {"enabled": False, "networks": {}})

    text = flat(written(session, shop, "notice", "en"))

    assert "Linking social profiles is switched off at present and nothing is read." in text
    assert "linked profiles" in text
    assert "If you link a social profile" not in text


def test_officer_authority_operator_and_transfers_stand_in_the_papers(shop: Shop, session: Session) -> None:
    named = {
        "officer": "Ada Vos, dpo@kaffa.example",
        "authority": "Autoriteit Persoonsgegevens",
        "operator": "Wolk BV, Utrecht",
        "transfers": "None: all servers are in the Netherlands.",
    }
    wanted = SETTINGS | {"networks": {"mastodon": {}}}
    before = flat(shop.as_staff("GET", "/privacy-papers?kind=notice").text)
    assert "Data protection officer: not named." in before
    assert "still has to fill in: who operates the software, and where" in before

    shop.as_staff("PUT", "/privacy-settings", json=wanted | named)

    assert shop.as_staff("GET", "/privacy-settings").json().items() >= named.items()
    for kind in reports.KINDS:
        text = flat(written(session, shop, kind, "en"))
        for name, value in named.items():
            asked = (
                kind in {"notice", "record"} or (name == "officer") or (kind, name) == ("dpia", "authority")
            )
            assert (value in text) or not asked, (kind, name)
        assert "fill in:" not in text


ANSWERED: dict[str, dict[str, str]] = json.loads(
    Path(__file__).with_name("notice_answers.json").read_text(encoding="utf-8")
)
"""What Articles 13, 14 and 21 ask of a notice, and what the app does that people would not guess."""


@LANGUAGES
def test_the_notice_answers_each_question_of_articles_13_and_14(
    full: Shop, session: Session, language: str
) -> None:
    text = flat(written(session, full, "notice", language))

    assert [question for question, said in ANSWERED.items() if said[language] not in text] == []


def test_the_objection_stands_apart_from_everything_else_and_before_it() -> None:
    """Article 21(4)."""
    for language in languages.LANGUAGES:
        headings = re.findall(
            "^# (.*)", (languages.FOLDER / f"notice.{language}.txt").read_text(), re.MULTILINE
        )
        assert headings[1] == ANSWERED["21(4) objection"][language]


ASSESSED: dict[ReportKind, tuple[str, ...]] = {
    "dpia": (
        *("hash", "household", "Trials by lot", "perks", "Other apps read the metadata"),
        *("Restored backups", "Errors and logs", "Children", "C-634/21"),
    ),
    "assessment": (
        *("Purpose", "Necessity", "Balancing", "Safeguards", "Objection", "Other programs"),
        *("household", "C-634/21"),
    ),
}


@pytest.mark.parametrize("kind", ASSESSED)
def test_the_assessments_weigh_what_the_app_does_with_orders(
    full: Shop, session: Session, kind: ReportKind
) -> None:
    text = flat(written(session, full, kind, "en"))

    assert [one for one in ASSESSED[kind] if one not in text] == []


def test_numbers_that_the_papers_name_are_those_of_the_code() -> None:
    """30 days of earlier results, of invitations, of unreadable messages, and between two purchases."""
    assert {KEEP.days, invitations.LIFETIME.days, inbox.RETENTION.days, Parameters().window_days} == {30}


def test_orders_are_kept_in_the_inventory_for_as_long_as_the_settings_say() -> None:
    assert HOLDINGS["orders"].kept == HOLDINGS["order_lines"].kept == "orders-months"


def test_networks_that_are_said_to_tell_who_follows_whom_are_those_whose_adapters_do() -> None:
    from saleor_influence_app.social.networks import bluesky, instagram, mastodon, reddit, tiktok, x, youtube

    modules = {
        "bluesky": bluesky, "instagram": instagram, "mastodon": mastodon, "reddit": reddit, "tiktok": tiktok,
        "x": x, "youtube": youtube,
    }  # fmt: skip
    silent = {
        name
        for name, module in modules.items()
        if isinstance(getattr(module, "NO_FOLLOWERS", None), NotOffered)
    }
    assert silent == report_values.WITHOUT_TIES
    unsigned = {
        name for name, module in modules.items() if isinstance(getattr(module, "NO_TOKEN", None), NotOffered)
    }
    assert unsigned == report_values.WITHOUT_SIGN_IN
    answering = {
        name
        for name, module in modules.items()
        if any(hasattr(part, "responders") for part in vars(module).values() if isinstance(part, type))
    }
    assert answering == report_values.WITH_RESPONSES


UNTRUE = re.compile(
    r"""
    never\ (blended|mixed) | blending\ networks | nooit\ (tot\ één\ score\ )?vermengd | mai\ (fuse|mescolate)
    | (niemals|nie)\ vermischt
    | nothing\ (at\ all\ )?(is\ stored\ )?(of|about)\ (people|anybody|those)\ who\ (have|has|did|do)\ not
    | never\ stored:\ anybody | van\ mensen\ die\ geen\ toestemming\ gaven\ wordt\ niets
    | proprio\ nulla\ su\ chi\ non | helemaal\ niets\ (van|over)\ wie
    | changed[^.]*,\ by\ anybody | niemand\ kan\ hierin | nessuno\ può\ modificare\ in\ seguito
    | never\ whom | nothing\ about\ you\ is\ left | hier\ is\ niets\ meer\ over\ jou
    | non\ resta\ nulla\ su\ di\ te
    | all\ the\ numbers\ there\ are | alle\ getallen\ die\ er\ zijn | tutti\ i\ numeri\ esistenti
    | gets\ worse\ service | slechtere\ service | servizio\ peggiore
    | (our\ )?legal\ basis\ is\ your\ consent | nothing\ changes\ for\ you\ if
    | (gesleutelde|grafstenen) | \blapidi\b
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""Sentences that were false, and words that nobody understands; see `docs/privacy.md` for what is true."""


def _texts() -> Iterator[tuple[str, str]]:
    """Every text of the repository that people are shown."""
    app = settings.ROOT / "saleor_influence_app"
    folders = [
        (app / "pipeline" / "privacy" / "texts", ("*.txt", "*.json")),
        (app / "api" / "static", ("*.json", "*.html", "*.js")),
        (settings.ROOT / "docs", ("*.md",)),
        (settings.ROOT / "dashboard_ui" / "src", ("*.ts", "*.tsx")),
    ]
    found = [settings.ROOT / "README.md", app / "cli" / "privacy.py"]
    found += [path for folder, names in folders for name in names for path in Path(folder).rglob(name)]
    for path in sorted(found):
        yield str(path.relative_to(settings.ROOT)), flat(path.read_text(encoding="utf-8"))


def test_no_text_that_people_are_shown_says_what_is_not_so() -> None:
    texts = dict(_texts())
    assert len(texts) > 150

    untrue = [(name, hit[0]) for name, text in texts.items() for hit in UNTRUE.finditer(text)]

    assert untrue == []


SHE = re.compile(r"\b(she|her|hers|herself)\b", re.IGNORECASE)
OTHER_ADDRESS = {
    "nl": r"\b(u|uw)\b",
    "it": r"\b(Lei|Suo|Sua|Suoi|Sue|Le)\b(?! )",
    "de": r"\b(du|dein|deine|dir|dich)\b",
}


@KINDS
def test_nobody_is_she_in_a_paper(full: Shop, session: Session, kind: ReportKind) -> None:
    assert SHE.findall(written(session, full, kind, "en").partition("word for word")[0]) == []


@KINDS
@pytest.mark.parametrize("language", OTHER_ADDRESS)
def test_a_paper_keeps_one_form_of_address(kind: str, language: str) -> None:
    text = (languages.FOLDER / f"{kind}.{language}.txt").read_text(encoding="utf-8")

    assert re.findall(OTHER_ADDRESS[language], text) == []
