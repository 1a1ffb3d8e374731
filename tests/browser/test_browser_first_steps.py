"""The guide of the first steps: what a first visitor sees, and never again once it is put away."""

from __future__ import annotations

import re
from secrets import token_hex
from typing import TYPE_CHECKING

import pytest
from accessible import faults
from playwright.sync_api import expect
from studio_page import StudioPage

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser
    from running_studio import Studio

pytestmark = pytest.mark.browser
GUIDE = '[data-testid="first-steps"]'


@pytest.fixture
def visitor(chromium: Browser) -> Iterator[StudioPage]:
    """Somebody who was never here."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, color_scheme="dark", reduced_motion="reduce")
    yield StudioPage(context.new_page())
    context.close()


def test_a_first_visitor_is_shown_the_way_and_puts_it_away_for_good(visitor: StudioPage, studio: Studio, tmp_path: Path) -> None:
    page, guide = visitor.page, visitor.hook("first-steps")

    def look(name: str) -> None:
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            expect(page.locator(".gs-root")).to_have_attribute("data-theme", scheme)
            page.screenshot(path=tmp_path / f"{name}-{scheme}.png")

    page.goto(studio.page("genstudio/app"))
    expect(guide.get_by_role("listitem")).to_have_count(4)
    look("home")
    visitor.create_project(f"First_steps_{token_hex(3)}")
    current = guide.locator("[aria-current=step]")
    expect(current).to_contain_text("Write a shot")
    shot = visitor.add("shot")
    visitor.write_prompt(shot, "a fox crosses a frozen river")
    expect(current).to_contain_text("Press Generate")
    assert faults(page, GUIDE) == []
    look("canvas")

    # By keys alone: put away, and asked for again.
    visitor.hook("first-steps-away").focus()
    page.keyboard.press("Escape")
    expect(guide).to_have_count(0)
    expect(page.locator(".gs-workbench")).to_be_focused()
    page.reload()
    expect(visitor.hook(f"node-{shot}")).to_be_visible()
    expect(guide).to_have_count(0)
    page.locator(".gs-workbench").focus()
    page.keyboard.press("?")
    visitor.hook("ask-first-steps").focus()
    page.keyboard.press("Enter")
    expect(current).to_contain_text("Press Generate")

    visitor.hook("first-steps-away").click()
    visitor.hook("back").click()
    expect(visitor.hook("home")).to_be_visible()
    expect(guide).to_have_count(0)
    visitor.hook("ask-first-steps").click()
    expect(guide).to_have_class(re.compile("gs-first-wide"))
