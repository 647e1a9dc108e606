"""A shop that installs the app, without anybody's ties: what its owner sees first, where each step leads."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Frame, expect

from sandbox import stack as stacks
from tests.support.dashboard import Dashboard, Shop

pytestmark = pytest.mark.e2e
IMPATIENT = {"SCORE_DELAY_SECONDS": "1"}  # nothing more is bought that a run should wait for


@pytest.fixture(scope="module")
def bare() -> Iterator[Shop]:
    """A shop whose history was read and valued, and nothing else."""
    arguments = ["--customers", "1000", "--orders", "7000", "--seed", "7"]
    with (
        tempfile.TemporaryDirectory(prefix="influence-e2e-") as folder,
        stacks.running(
            Path(folder), saleor_arguments=arguments, ports=stacks.Ports(0, 0), environment=IMPATIENT
        ) as stack,
    ):
        shop = Shop(stack, stack.install())
        shop.wait_for_calm()
        yield shop


@pytest.fixture
def owner(bare: Shop, browser: Browser) -> Iterator[Dashboard]:
    context = browser.new_context(viewport={"width": 1440, "height": 1000})
    owner = Dashboard(context.new_page(), bare)
    yield owner
    complaints = list(owner.complaints)
    context.close()
    assert complaints == []


def opened(owner: Dashboard) -> Frame:
    frame = owner.app()
    expect(frame.get_by_role("heading", name="First steps")).to_be_visible()
    owner.settled(frame)
    return frame


def test_the_overview_begins_with_what_is_known_and_has_no_zeros(owner: Dashboard, bare: Shop) -> None:
    told = bare.get("/api/insights")
    assert told["due"]["customers"] > 0
    assert told["expected"]["total"] is not None

    frame = opened(owner)

    for sentence in (
        told["expected"]["sentence"],
        told["due"]["sentence"],
        told["slipping"]["sentence"],
        told["sells_together"]["sentence"],
        bare.get("/api/influence")["gate"]["sentence"],
    ):
        expect(frame.get_by_text(sentence, exact=True)).to_be_visible()
    first = told["due"]["first"][0]
    person = bare.person(first["customer_id"])
    due = frame.get_by_role("region", name="Due about now")
    expect(due.get_by_text(first["sentence"], exact=True).first).to_be_visible()
    expect(due.get_by_role("button", name=f"{person['firstName']} {person['lastName']}")).to_be_visible()
    assert "€0.00" not in frame.locator(".cards").inner_text().split("Top customers")[0]
    headings = frame.get_by_role("heading", level=2).all_inner_texts()
    assert headings[:2] == ["The week, and the week before", "First steps"]
    assert headings.index("What sells together") < headings.index("Top customers")
    owner.look_at_widths(frame, "first-hours")


@pytest.mark.parametrize(
    ("action", "heading"),
    [
        ("Import ties", "Ties"),
        ("Make a referral programme", "New programme"),
        ("Switch the question on", "Settings"),
    ],
)
def test_each_step_is_one_click(owner: Dashboard, action: str, heading: str) -> None:
    frame = opened(owner)

    frame.get_by_role("button", name=action, exact=True).click()

    expect(frame.get_by_role("heading", name=heading, exact=True, level=1)).to_be_visible()


def test_the_referral_step_has_its_kind_chosen(owner: Dashboard, bare: Shop) -> None:
    segment = next(one["name"] for one in bare.listed("/api/segments") if one["size"] > 0)
    frame = opened(owner)
    frame.get_by_role("button", name="Make a referral programme", exact=True).click()
    frame.get_by_role("combobox", name="Segment").select_option(segment)

    frame.get_by_role("button", name="Next", exact=True).click()

    kind = frame.get_by_role("combobox", name="What they get")
    expect(kind.locator("option:checked")).to_have_text("Referral links")


def test_a_step_that_was_taken_is_ticked_with_what_it_brought(owner: Dashboard, bare: Shop) -> None:
    anna, berta = (row["customer_id"] for row in bare.top(2))
    bare.ask("/api/ties", [{"source": anna, "target": berta, "kind": "club"}])

    frame = opened(owner)

    steps = frame.get_by_role("region", name="First steps")
    expect(steps.get_by_text("1 tie so far. Club: 1", exact=True)).to_be_visible()
    expect(steps.get_by_role("button", name="Import ties", exact=True)).to_have_count(0)
