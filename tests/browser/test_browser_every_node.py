"""Every kind of node in every state, in the dark and in the light: the real front end over the development harness's pretended studio.

States such as "running at 62 %" and "failed for want of weights" last a moment in a real studio, or need a broken one; here they stand
still. With GENSTUDIO_SCREENSHOTS=1 the pictures go to the documentation.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

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
PARTS = {
    "shot_rest": ("textarea[data-testid=prompt-shot_rest]", "text=Generate", ".gs-take >> nth=1", "img[data-testid=thumbnail-shot_rest]"),
    "asset_rest": ("img[alt='character Fox']", "header >> text=Fox"),
    "pipeline_rest": ("header >> text=Text to video", "select[aria-label=Pipeline]"),
    "scene_group_rest": ("header >> text=The crossing", "text=Enter"),
    "motion_source_rest": ("[data-testid=choose-motion_source_rest]", "text=Take the motion"),
    "audio_rest": ("[data-testid=choose-audio_rest]", "textarea[data-testid=words-audio_rest]", "text=Speak"),
    "super_resolution_rest": ("[data-testid=scale-2-super_resolution_rest][aria-pressed=true]", "[data-testid=mute-super_resolution_rest]"),
    "video_restoration_rest": ("input[type=range][data-testid=strength-video_restoration_rest]", "output >> text=50 %"),
    "vse_assembler_rest": ("[data-testid=render-vse_assembler_rest]", "text=Wire the Sequence"),
    "text_rest": ("textarea",),
    "note_rest": ("textarea[aria-label=Note]",),
    "pipeline_faceswap_rest": ("header >> text=Face swap", "input[type=range]", "input[type=checkbox]", "text=Generate"),
    "lip_sync_9000_rest": ("text=It is kept as it is.",),
}
"""What a person works with on each kind of node, once it is chosen; the last is of a kind that nobody knows."""
PATCHES = "studio.received.filter(message => message.type === 'client:patch').map(message => message.payload.patch)"
"""The edits that the page has sent, oldest first."""


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
        expect(gallery.locator('[data-testid$="_stale"] .gs-problems')).to_have_count(7)
        expect(gallery.get_by_test_id("progress-shot_running")).to_have_attribute("aria-valuetext", re.compile("^62 %, Denoising 31/50"))
        expect(gallery.get_by_test_id("state-shot_running")).to_have_role("status")
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


def placed(gallery: Page, query: str = "gallery=2") -> StudioPage:
    """Open the harness's canvas with one node of each kind, standing still."""
    gallery.goto(f"{ADDRESS}harness.html?mode=canvas&{query}")
    film = StudioPage(gallery)
    expect(gallery.locator("article.gs-node").first).to_be_visible()
    film.stands_still()
    return film


def test_each_node_is_chosen_moved_and_wired_by_keys_alone_and_has_its_parts(gallery: Page) -> None:
    film = placed(gallery)
    inspector = film.hook("inspector")
    for name, parts in PARTS.items():
        gallery.locator(f'.svelte-flow__node[data-id="{name}"]').focus()
        gallery.keyboard.press("Enter")
        expect(inspector.locator(".gs-id")).to_have_text(name)
        for part in parts:
            expect(film.hook(f"node-{name}").locator(part).first, part).to_be_visible()
        gallery.locator(".gs-workbench").focus()
        gallery.keyboard.press("Escape")
        expect(inspector).to_have_count(0)
    labels = gallery.locator(".gs-socket").evaluate_all("all => all.map(socket => socket.ariaLabel)")
    assert len(labels) > 20
    assert [label for label in labels if not re.fullmatch(r"(Input|Output) [A-Z][\w ]+: [\w ]+(, connected)?", label)] == []

    shot = gallery.locator('.svelte-flow__node[data-id="shot_rest"]')
    shot.focus()
    gallery.keyboard.press("Enter")
    before = gallery.evaluate("studio.canvas.layout.shot_rest")
    for _ in range(3):
        gallery.keyboard.press("ArrowDown")
    (move,) = sent(gallery, 1)
    assert move["label"] == "move a node"
    after = gallery.evaluate("studio.canvas.layout.shot_rest")
    assert (after["x"], after["y"] > before["y"]) == (before["x"], True)

    inspector.get_by_label("Connect Pipeline").select_option("pipeline_rest pipeline")
    disconnect = inspector.get_by_label("Disconnect Pipeline")
    expect(disconnect).to_be_visible()
    (wire,) = gallery.evaluate("Object.values(studio.canvas.edges)")
    assert (wire["source"], wire["target"], wire["targetHandle"]) == ("pipeline_rest", "shot_rest", "pipeline")
    expect(film.socket("shot_rest", "pipeline")).to_have_attribute("aria-label", re.compile(", connected$"))
    disconnect.focus()
    gallery.keyboard.press("Enter")
    expect(disconnect).to_have_count(0)
    assert gallery.evaluate("studio.canvas.edges") == {}


def sent(gallery: Page, count: int) -> list[dict[str, Any]]:
    """Wait until the page has sent some edits since it was opened, and return all there are."""
    gallery.wait_for_function(f"count => {PATCHES}.length >= count", arg=count)
    return list(gallery.evaluate(PATCHES))


def test_a_gesture_is_one_edit_and_nodes_are_chosen_by_an_area_cut_pasted_and_looked_for_on_the_overview(gallery: Page) -> None:
    film = placed(gallery)
    chosen = gallery.locator(".svelte-flow__node.selected")
    x, y = film.middle(film.hook("node-text_rest").locator("header"))
    gallery.mouse.move(x, y)
    gallery.mouse.down()
    gallery.mouse.move(x + 40, y + 50, steps=8)
    assert gallery.evaluate(f"{PATCHES}.length") == 0, "while it is in the hand nothing is sent"
    gallery.mouse.up()
    (move,) = sent(gallery, 1)
    assert [operation["path"] for operation in move["operations"]] == ["/layout/text_rest"]

    gallery.locator(".gs-workbench").focus()
    gallery.keyboard.press("Escape")
    expect(film.hook("inspector")).to_have_count(0)
    film.stands_still()
    boxes = [film.hook(f"node-{name}").bounding_box() for name in ("super_resolution_rest", "video_restoration_rest")]
    first, second = (box for box in boxes if box is not None)
    gallery.keyboard.down("Shift")
    gallery.mouse.move(first["x"] - 6, first["y"] - 6)
    gallery.mouse.down()
    gallery.mouse.move(second["x"] + 20, second["y"] + 20, steps=5)
    gallery.mouse.up()
    gallery.keyboard.up("Shift")
    expect(chosen).to_have_count(2)
    gallery.locator(".gs-workbench").focus()
    gallery.keyboard.press("m")
    assert [operation["path"] for operation in sent(gallery, 2)[1]["operations"]] == [
        "/nodes/super_resolution_rest/data/muted",
        "/nodes/video_restoration_rest/data/muted",
    ]
    there = len(PARTS)
    gallery.keyboard.press("Control+x")
    expect(film.hook("canvas")).to_have_attribute("data-nodes", str(there - 2))
    gallery.keyboard.press("Control+v")
    expect(film.hook("canvas")).to_have_attribute("data-nodes", str(there))
    expect(chosen).to_have_count(2)

    gallery.locator(".svelte-flow__pane").dblclick(position={"x": 6, "y": 6})
    expect(film.hook("quick-search")).to_be_focused()
    gallery.keyboard.press("Escape")
    expect(film.hook("quick-search")).to_have_count(0)
    view = gallery.locator(".svelte-flow__viewport")
    before = view.get_attribute("style")
    gallery.get_by_role("img", name="Overview").locator("canvas").click(position={"x": 8, "y": 8})
    expect(view).not_to_have_attribute("style", str(before))


def test_a_node_that_cannot_be_drawn_says_so_and_the_rest_of_the_page_lives(gallery: Page) -> None:
    film = placed(gallery, "broken=1")
    (broken,) = gallery.locator("[data-broken]").all()
    expect(broken).to_contain_text("This node cannot be drawn. Nothing of it is lost.")
    film.write_prompt("shot_030", "the rest lives")
    assert sent(gallery, 1)[0]["operations"][0]["value"] == "the rest lives"
