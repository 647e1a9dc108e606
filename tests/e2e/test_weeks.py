"""The first weeks of a shop without ties, as its owner sees them: before the first step, and after."""

import io
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from rich.console import Console

from sandbox import from_nothing
from sandbox import stack as stacks
from sandbox.demo import read_options
from sandbox.weeks import Weeks
from tests.support.dashboard import Dashboard, Shop

pytestmark = [pytest.mark.e2e, pytest.mark.exhaustive]
WEEKS = 9
"""In the seventh somebody is found in this shop."""


@pytest.fixture(scope="module")
def young() -> Iterator[Weeks]:
    """A shop whose history was read, on the day of the installation."""
    options = read_options(["--from-nothing", "--weeks", str(WEEKS)])
    with tempfile.TemporaryDirectory(prefix="influence-e2e-") as folder:
        clock = from_nothing.clock(options, Path(folder))
        with stacks.running(
            Path(folder),
            saleor_arguments=from_nothing.saleor_arguments(options),
            ports=stacks.Ports(0, 0),
            environment=from_nothing.environment(),
            clock=clock,
        ) as stack:
            yield from_nothing.install(stack, clock, Console(file=io.StringIO()))


def test_an_owner_sees_what_is_known_at_once_and_weeks_later_who_is_proven(
    young: Weeks, browser: Browser
) -> None:
    context = browser.new_context(viewport={"width": 1440, "height": 1000})
    context.clock.set_system_time(young.clock.now())  # the owner's own clock is that of the shop
    owner = Dashboard(context.new_page(), Shop(young.stack, young.app_id))
    frame = owner.app()
    steps = frame.get_by_role("region", name="First steps")
    expect(steps.get_by_role("button")).to_have_count(3)
    expect(frame.get_by_text("No ties between customers are known yet", exact=False)).to_be_visible()
    expect(frame.get_by_text("purchases that followed a tied customer's")).to_have_count(0)
    owner.settled(frame)
    owner.look_at_widths(frame, "weeks-before")

    printed = io.StringIO()
    first = from_nothing.learn(young, weeks=WEEKS, console=Console(file=printed, width=300))

    assert first is not None, printed.getvalue()
    said, mended = young.compare()
    assert ", 0 gaps when compared on" in said
    assert mended == 0
    context.clock.set_system_time(young.clock.now())
    owner.page.set_viewport_size({"width": 1440, "height": 1000})
    frame = owner.app()
    steps = frame.get_by_role("region", name="First steps")
    expect(steps.get_by_text("ties so far.").first).to_be_visible()
    expect(steps.get_by_role("button", name="Switch the question on", exact=True)).to_have_count(0)
    owner.settled(frame)
    owner.look_at_widths(frame, "weeks-after")
    [proven] = owner.shop.stack.panel(young.app_id, "/api/customers", verdict="proven")["customers"][:1]
    frame = owner.evidence(proven["customer_id"])
    expect(frame.get_by_text("Proven", exact=True).first).to_be_visible()
    owner.settled(frame)
    owner.look_at_widths(frame, "weeks-proven")
    complaints = list(owner.complaints)
    context.close()
    assert complaints == []
