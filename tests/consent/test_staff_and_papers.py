"""The staff's side: seeing and inviting, never linking; the papers; the operator's commands."""

import json
import re
from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from saleor_influence_app import db
from saleor_influence_app.consent import languages, reports
from saleor_influence_app.operations import erasure_checks
from saleor_influence_app.shops import shops, social_tokens
from tests.support.command_line import Run
from tests.support.social_shop import API_URL, Shop, sql

Link = Callable[..., int]
LINK, SCORE = ("link", "mastodon"), ("score", "mastodon")


def test_staff_see_a_customers_profiles_with_proof_and_consent(shop: Shop, link: Link) -> None:
    shop.agree("ines", LINK, SCORE)
    link("ines", "ines")

    found = shop.as_staff("GET", "/customers/ines/profiles").json()

    assert (found["profiles"][0]["handle"], found["profiles"][0]["proof"]) == ("@ines@m.example", "nonce")
    assert [(one["purpose"], one["action"], one["proof"]) for one in found["consents"]] == [
        ("link", "given", "Saleor session"),
        ("score", "given", "Saleor session"),
        ("link", "given", "ownership: nonce"),
    ]
    assert all(one["wording"] and one["wording_version"] and one["hash"] for one in found["consents"])
    assert shop.as_staff("GET", "/customers/mara/profiles").json()["profiles"] == []
    denied = shop.as_staff("GET", "/customers/ines/profiles", permissions=["MANAGE_ORDERS"])
    assert denied.status_code == 403


def test_an_invitation_is_an_address_that_the_invited_alone_can_use(shop: Shop, session: Session) -> None:
    wanted = {"network": "mastodon", "handle": "ines@m.example"}
    told = shop.as_staff("POST", "/customers/ines/invitations", json=wanted)
    assert told.status_code == 201, told.text
    url = told.json()["url"]
    assert url.startswith("https://influence.example/shopper?saleorApiUrl=https%3A%2F%2Fone.example")
    token = url.rpartition("invitation=")[2]

    assert shop.as_customer("ines", "GET", f"/invitation?token={token}").json() == {
        "network": "mastodon",
        "handle": "@ines@m.example",
    }
    assert shop.as_customer("mara", "GET", f"/invitation?token={token}").status_code == 422
    number, _, signature = token.partition(".")
    for wrong in (f"{int(number) + 1}.{signature}", f"{number}.{signature[:-1]}x", "x.y", "9" * 30 + ".x"):
        assert shop.as_customer("ines", "GET", f"/invitation?token={wrong}").status_code == 422
    again = shop.as_staff("POST", "/customers/ines/invitations", json=wanted).json()["url"]
    assert again != url
    assert shop.as_customer("ines", "GET", f"/invitation?token={token}").status_code == 422, (
        "the newest counts"
    )
    assert sql(session, "SELECT * FROM profiles") == sql(session, "SELECT * FROM consents") == []


def test_an_invitation_is_over_after_thirty_days(shop: Shop, session: Session) -> None:
    url = shop.as_staff("POST", "/customers/ines/invitations", json={"network": "mastodon"}).json()["url"]
    sql(session, "UPDATE invitations SET expires_at = now() - interval '1 second'")
    session.commit()

    token = url.rpartition("invitation=")[2]
    assert shop.as_customer("ines", "GET", f"/invitation?token={token}").status_code == 422


def test_handles_from_a_file_are_invitations_and_nothing_else(shop: Shop, session: Session) -> None:
    with db.transaction() as own:
        digest = shops.email_hash(shops.email_key(own, shop.shop_id), "mara@example.com")
        sql(own, "UPDATE customers SET email_hash = :digest WHERE customer_id = 'mara'", digest=digest)
    text = (
        "Customer,Network,Handle\n"
        "ines,mastodon,@ines@m.example\n"
        "Mara@Example.com,bluesky,mara.bsky.social\n"
        "nobody,mastodon,@x@m.example\n"
        "ines,x,@ines\n"
        "ines,bluesky,not a handle\n"
    )

    told = shop.as_staff(
        "POST", "/invitations/import", content=text.encode(), headers={"content-type": "text/csv"}
    ).json()

    assert [(one["customer_id"], one["network"]) for one in told["invited"]] == [
        ("ines", "mastodon"),
        ("mara", "bluesky"),
    ]
    assert [(one["row"], one["line"], one["column"]) for one in told["reasons"]] == [
        (3, 4, "customer"),
        (4, 5, "network"),
        (5, 6, "handle"),
    ]
    assert all(one["reason"].startswith(f"{one['column']}: ") for one in told["reasons"])
    assert sql(session, "SELECT * FROM profiles") == []
    assert "mara@example.com" not in str(sql(session, "SELECT * FROM invitations")).lower()


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_a_list_as_excel_saves_it_is_read(shop: Shop, encoding: str) -> None:
    """Case 8; the handle as our own download keeps it from being a formula."""
    text = "sep=;\r\nNETWORK;customer;handle;\r\nMastodon;ines;'@ines@m.example;\r\nbluesky;mara;;\r\n;;;\r\n"

    told = shop.as_staff(
        "POST", "/invitations/import", content=text.encode(encoding), headers={"content-type": "text/csv"}
    ).json()

    assert [(one["customer_id"], one["network"], one["handle"]) for one in told["invited"]] == [
        ("ines", "mastodon", "@ines@m.example"),
        ("mara", "bluesky", None),
    ]
    assert told["refused"] == 0


@pytest.mark.parametrize(
    "text", ["", "a,b,c\n1,2,3", "customer,handle\nines,@ines@m.example", 'customer,network,handle\n"x']
)
def test_a_file_that_is_none_is_refused_in_words(shop: Shop, text: str) -> None:
    answer = shop.as_staff(
        "POST", "/invitations/import", content=text.encode() or b"\n", headers={"content-type": "text/csv"}
    )

    assert answer.status_code == 422
    assert answer.json()["error"]["message"]


def test_staff_find_who_is_linked_who_waits_and_who_withdrew(shop: Shop, link: Link) -> None:
    shop.agree("ines", LINK)
    link("ines", "ines")
    shop.as_staff("POST", "/customers/mara/invitations", json={"network": "mastodon"})
    shop.agree("mara", ("link", "bluesky"))
    shop.as_customer("mara", "DELETE", "/consents?purpose=link&network=bluesky")

    def found(query: str = "") -> set[tuple[str, str, str]]:
        links = shop.as_staff("GET", f"/links{query}").json()["links"]
        return {(one["customer_id"], one["network"], one["state"]) for one in links}

    everybody = {
        ("ines", "mastodon", "linked"),
        ("mara", "mastodon", "waiting"),
        ("mara", "bluesky", "withdrawn"),
    }
    assert found() == everybody
    for state in ("linked", "waiting", "withdrawn"):
        assert found(f"?state={state}") == {one for one in everybody if one[2] == state}
    assert found("?network=bluesky") == {("mara", "bluesky", "withdrawn")}
    assert shop.as_staff("GET", "/links?state=sold").status_code == 422


def test_staff_cannot_tell_a_tie_by_the_name_of_a_network(shop: Shop) -> None:
    tie = {"source": "ines", "target": "mara", "kind": "mastodon"}

    assert shop.as_staff("POST", "/ties", json=[tie]).status_code == 422


def test_with_the_module_off_staff_are_told_so(off: Shop) -> None:
    """To be off is a state, which the panel reads; only what would do something is refused."""
    profiles = off.as_staff("GET", "/customers/ines/profiles")
    assert (profiles.status_code, profiles.json()["switched_on"], profiles.json()["profiles"]) == (
        200,
        False,
        [],
    )
    links = off.as_staff("GET", "/links")
    assert (links.status_code, links.json()) == (200, {"switched_on": False, "total": 0, "links": []})
    invited = off.as_staff("POST", "/customers/ines/invitations", json={"network": "mastodon"})
    assert (invited.status_code, invited.json()["error"]["code"]) == (403, "SOCIAL_OFF")
    assert off.as_staff("GET", "/privacy-settings").json()["enabled"] is False
    off.switch_on(mastodon={})
    for path in ("/customers/ines/profiles", "/links"):
        assert off.as_staff("GET", path).json()["switched_on"] is True


@pytest.mark.parametrize("kind", reports.KINDS)
@pytest.mark.parametrize("language", languages.LANGUAGES)
def test_each_paper_says_what_is_set_now(shop: Shop, kind: str, language: str) -> None:
    answer = shop.as_staff("GET", f"/privacy-papers?kind={kind}&language={language}")

    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain")
    social = () if kind == "assessment" else ("Mastodon", "Bluesky", "18", "13")
    for told in ("Kaffa BV", "privacy@kaffa.example", "30", *social):
        assert told in answer.text, told
    assert "$" not in answer.text


def test_a_paper_of_a_shop_where_it_is_off_says_so(off: Shop) -> None:
    answer = off.as_staff("GET", "/privacy-papers?kind=record&language=en")

    assert "social profiles are switched off" in answer.text
    assert "Scoring from orders runs." in " ".join(answer.text.split())
    purposes = [one for one in answer.text.split("\n\n") if "article 6" in one.lower()]
    assert purposes
    for one in purposes:  # a source and a recipient where it is in use, or says that it is not
        assert "the social network" not in one or "not in use" in one.splitlines()[0]
    assert "- From:\n" not in answer.text, "and none is left without a source"
    assert off.as_staff("GET", "/privacy-papers?kind=poem").status_code == 422


def test_the_operator_exports_erases_and_reports(shop: Shop, link: Link, run: Run) -> None:
    with db.transaction() as own:
        digest = shops.email_hash(shops.email_key(own, shop.shop_id), "ines@example.com")
        sql(own, "UPDATE customers SET email_hash = :digest WHERE customer_id = 'ines'", digest=digest)
    shop.agree("ines", LINK)
    link("ines", "ines")
    at = ("--shop", API_URL)

    [found] = json.loads(run("privacy", "export", *at, "Ines@example.com").stdout)
    assert found["holds"]["profiles"][0]["handle"] == "@ines@m.example"
    assert "Kaffa BV" in run("privacy", "report", *at, "--kind", "notice", "--language", "nl").stdout
    assert run("privacy", "report", *at, "--kind", "poem").returncode == 1
    assert run("privacy", "erase", *at, "nobody@example.com", "--yes").returncode == 1
    assert run("privacy", "erase", *at, "ines@example.com", "--yes").returncode == 0
    [found] = json.loads(run("privacy", "export", *at, "ines").stdout)
    assert found["holds"]["profiles"] == found["holds"]["consents"] == []
    assert "0 shops, 0 people and 0 consents" in run("privacy", "forget-again").stdout


def test_the_operator_verifies_the_consent_ledger(shop: Shop, run: Run, session: Session) -> None:
    shop.agree("ines", LINK)
    first = run("consent", "verify")
    assert (first.returncode, "1 rows" in first.stdout) == (0, True)
    [noted] = re.findall(r"newest hash ([0-9a-f]{64})", first.stdout)
    shop.agree("ines", SCORE)
    assert run("consent", "verify", "--shop", API_URL, "--expect", noted).returncode == 0
    assert "rows are missing" in run("consent", "verify", "--expect", "00" * 32).stdout

    sql(session, "SET LOCAL session_replication_role = replica")
    sql(session, "UPDATE consents SET language = 'nl' WHERE number = 2")
    session.commit()

    broken = run("consent", "verify")
    assert (broken.returncode, "row 2 is not as it was written" in broken.stdout) == (1, True)
    findings = [finding for finding in erasure_checks.examine(db.transaction) if not finding.well]
    assert ["row 2 is not as it was written" in finding.message for finding in findings] == [True]


def test_a_change_of_the_secret_key_keeps_tokens_readable(shop: Shop, link: Link, session: Session) -> None:
    from cryptography.fernet import Fernet

    from saleor_influence_app import settings
    from saleor_influence_app.shops import key_rotation
    from saleor_influence_app.social.network import Token

    shop.agree("ines", LINK)
    link("ines", "ines", proof="oauth", token=Token(access="theirs"))
    new, old = Fernet.generate_key().decode(), settings.get().secret_key.get_secret_value()

    done = key_rotation.rotate(db.transaction, [new, old])

    assert (done.rotated, done.unreadable) == (4, ())
    [row] = sql(session, "SELECT token_encrypted FROM profiles")
    assert "theirs" in Fernet(new).decrypt(row.token_encrypted.encode()).decode()
    assert social_tokens.open_token(row.token_encrypted) is None, "by the old key alone it is none"


def test_case_9_a_csv_of_invitations_takes_handles_as_people_write_them(shop: Shop) -> None:
    rows = [
        "ines,mastodon,@anna@münchen.social",
        "mara,bluesky,https://bsky.app/profile/mara.bsky.social?ref=x",
    ]
    text = "\n".join(["customer,network,handle", *rows, "ines,bluesky,@anna@münchen.social"])

    answer = shop.as_staff(
        "POST", "/invitations/import", content=text.encode(), headers={"content-type": "text/csv"}
    )

    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert [one["handle"] for one in told["invited"]] == ["@anna@xn--mnchen-3ya.social", "mara.bsky.social"]
    reason = "handle: This looks like Mastodon, not like Bluesky."
    assert told["reasons"] == [{"row": 3, "line": 4, "column": "handle", "reason": reason}]
