"""Every kind of node in every state, in the dark and in the light: the real front end over the development harness's pretended studio.

States such as "running at 62 %" and "failed for want of weights" last a moment in a real studio, or need a broken one; here they stand
still. With GENSTUDIO_SCREENSHOTS=1 the pictures go to the documentation.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from accessible import faults
from playwright.sync_api import expect
from small_pictures import make_small
from studio_page import StudioPage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, FloatRect, Locator, Page, Route

pytestmark = pytest.mark.browser
ROOT = Path(__file__).parents[2]
ADDRESS = "http://harness.invalid/"
AIR = 24


@pytest.fixture(scope="module")
def harness(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built harness."""
    out = tmp_path_factory.mktemp("harness")
    command = [sys.executable, str(ROOT / "scripts" / "frontend.py"), "run", "harness", "--", "--out", str(out)]
    subprocess.run(command, check=True, capture_output=True, timeout=280)
    return out


@pytest.fixture(scope="module")
def gallery(chromium: Browser, harness: Path) -> Iterator[Page]:
    """A page that is served from the harness and reaches nothing else."""
    context = chromium.new_context(viewport={"width": 1800, "height": 1100}, reduced_motion="reduce")

    def serve(route: Route) -> None:
        file = harness / (route.request.url.removeprefix(ADDRESS).split("?")[0] or "harness.html")
        route.fulfill(path=file) if file.is_file() else route.abort()

    context.route("**/*", serve)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("part", [1, pytest.param(2, marks=pytest.mark.campaign)], ids=["states", "selected"])
def test_every_node_is_drawn_whole_in_both_themes(gallery: Page, part: int, tmp_path: Path) -> None:
    for_people = "GENSTUDIO_SCREENSHOTS" in os.environ
    # For people nodes are as large as they are worked on; all that is checked can be seen at half the size.
    gallery.set_viewport_size({"width": 2000, "height": 3400 if part == 1 else 2000} if for_people else {"width": 1500, "height": 1700})
    gallery.goto(f"{ADDRESS}harness.html?mode=canvas&gallery={part}")
    nodes = gallery.locator("article.gs-node")
    expect(nodes).to_have_count(int(gallery.get_by_test_id("canvas").get_attribute("data-nodes") or 0))
    if part == 2:
        gallery.locator(".svelte-flow__pane").click(position={"x": 10, "y": 10})
        gallery.keyboard.press("Control+a")
        expect(gallery.locator("article.gs-selected")).to_have_count(nodes.count())
        gallery.keyboard.press("f")
    else:
        expect(gallery.locator('.gs-state[data-state="generating"]')).to_have_count(7)
        expect(gallery.locator('.gs-state[data-state="failed"]')).to_have_count(7)
        expect(gallery.get_by_test_id("node-pipeline_failed")).to_contain_text("not in this studio's catalogue")
    expect(gallery.locator("[data-broken]")).to_have_count(0)
    StudioPage(gallery).stands_still()
    folder = ROOT / "docs" / "screenshots" if for_people else tmp_path
    for theme in ("dark", "light"):
        gallery.evaluate("light => document.body.dataset.jpThemeLight = String(light)", theme == "light")
        expect(gallery.locator(".gs-root")).to_have_attribute("data-theme", theme)
        gallery.wait_for_function("document.getAnimations().every(animation => animation.playState !== 'running')")
        assert faults(gallery) == [], theme
        sheet = folder / f"nodes-{'selected' if part == 2 else 'states'}-{theme}.png"
        gallery.screenshot(animations="disabled", path=sheet, clip=around(nodes))
        if for_people:
            make_small(sheet)
    # Nothing runs out of a card sideways.
    wide = gallery.locator(".gs-node-body").evaluate_all(
        "all => all.filter(body => body.scrollWidth > body.clientWidth + 1).map(body => body.closest('article').dataset.testid)"
    )
    assert wide == []


def around(nodes: Locator) -> FloatRect:
    """Return the part of the page in which some nodes are, with some air around them."""
    box = nodes.evaluate_all(
        """all => {
          const boxes = all.map((node) => node.getBoundingClientRect());
          const [x, y] = [Math.min(...boxes.map((box) => box.left)), Math.min(...boxes.map((box) => box.top))];
          return { x, y, width: Math.max(...boxes.map((box) => box.right)) - x, height: Math.max(...boxes.map((box) => box.bottom)) - y };
        }"""
    )
    return {"x": box["x"] - AIR, "y": box["y"] - AIR, "width": box["width"] + 2 * AIR, "height": box["height"] + 2 * AIR}


def test_a_node_that_is_dragged_lines_up_with_its_neighbours_unless_alt_is_held(gallery: Page) -> None:
    gallery.goto(f"{ADDRESS}harness.html?mode=canvas&gallery=2")
    film = StudioPage(gallery)
    head = gallery.get_by_test_id("node-text_rest").locator("header")
    expect(head).to_be_visible()
    film.stands_still()

    def across() -> int:
        return int(gallery.evaluate("studio.canvas.layout.text_rest.x"))

    def drag(by: float) -> int:
        x, y = film.middle(head)
        before = across()
        gallery.mouse.move(x, y)
        gallery.mouse.down()
        gallery.mouse.move(x + by * 5, y + 40, steps=3)
        gallery.mouse.move(x + by, y, steps=3)
        return before

    before = drag(4)
    expect(gallery.get_by_test_id("snap-guide").first).to_be_visible()
    gallery.mouse.up()
    expect(gallery.get_by_test_id("snap-guide")).to_have_count(0)
    assert across() == before
    gallery.keyboard.down("Alt")
    drag(4)
    expect(gallery.get_by_test_id("snap-guide")).to_have_count(0)
    gallery.mouse.up()
    gallery.keyboard.up("Alt")
    gallery.wait_for_function("before => studio.canvas.layout.text_rest.x !== before", arg=before)

    # With Space the whole canvas goes along instead, wherever it is held.
    before = across()
    x, y = film.middle(head)
    gallery.keyboard.down(" ")
    gallery.mouse.move(x, y)
    gallery.mouse.down()
    gallery.mouse.move(x + 40, y + 30, steps=3)
    gallery.mouse.up()
    gallery.keyboard.up(" ")
    assert film.middle(head) == pytest.approx((x + 40, y + 30), abs=2)
    assert across() == before
    assert gallery.evaluate("localStorage.getItem('genstudio-snap')") is None
    gallery.locator(".svelte-flow__pane").click(position={"x": 10, "y": 10})
    gallery.keyboard.press("s")
    expect(gallery.get_by_test_id("snap")).to_have_attribute("data-mode", "grid")
    gallery.reload()
    expect(gallery.get_by_test_id("snap")).to_have_attribute("data-mode", "grid")
