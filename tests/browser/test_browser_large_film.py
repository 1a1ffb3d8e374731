"""A film of hundreds of nodes: few are elements, the rest is drawn, and nothing that a person does tells them apart; two pages on it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Literal
from uuid import uuid4

import pytest
from engine_lab import until
from playwright.sync_api import expect

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Locator, Page
    from running_studio import Studio
    from studio_page import StudioPage

    from genstudio.project.project import ProjectFolder

COLUMNS, ROWS = 20, 10
SCRIPT = '<script>window.ran = 1</script><img src=x onerror="window.ran = 2">'
RIGHT_TO_LEFT = "\u05e9\u05dc\u05d5\u05dd <b>\u05e2\u05d5\u05dc\u05dd</b> \u202egnp.exe"
MEGABYTE = "<i>fox</i> " * 95_400
HOSTILE = {0: {"name": SCRIPT, "prompt": SCRIPT}, 1: {"name": RIGHT_TO_LEFT, "prompt": RIGHT_TO_LEFT}, 2: {"prompt": MEGABYTE}}
"""What some shots hold that a careless page would run, turn around or choke on."""
FOCUSED_NODE = """async () => {
  for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame);  // nobody presses Tab more than once a frame
  return document.activeElement.closest('.svelte-flow__node')?.dataset.id;
}"""


DRAWING = """async () => {
  for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame);  // an edit is drawn in the frame after it
  const sketch = document.querySelector('[data-testid="sketch"]');
  const {width, height} = sketch;
  window.drawing = sketch.getContext('2d').getImageData(0, 0, width, height).data;
  return width * height;
}"""
"""Remembers the drawing and returns how many pixels it has."""
UNLIKE = """async () => {
  const before = window.drawing;
  const {width, height} = document.querySelector('[data-testid="sketch"]');
  const now = document.querySelector('[data-testid="sketch"]').getContext('2d').getImageData(0, 0, width, height).data;
  if (now.length !== before.length) return Infinity;
  let unlike = 0;
  for (let at = 0; at < now.length; at++) if (Math.abs(now[at] - before[at]) > 8) unlike++;
  return unlike;
}"""
"""Counts the values, of 0 to 255, in which the drawing is not about the remembered one."""
ROUNDED = 12
"""In how many values of some millions a wire may differ that is cut where a part ends: one or two were seen."""
WATCH_CLEARED = """() => {
  window.cleared = [];
  const clearRect = CanvasRenderingContext2D.prototype.clearRect;
  CanvasRenderingContext2D.prototype.clearRect = function (x, y, width, height) {
    if (this.canvas.dataset.testid === 'sketch') window.cleared.push(width * height);
    clearRect.call(this, x, y, width, height);
  };
}"""


@pytest.fixture(scope="module")
def project(place: Path, studio: Studio) -> ProjectFolder:
    """A project with a film of 200 shots in rows, each wired to the next."""
    assert studio.workspace == place / "Studio"
    return made(studio, "Large", COLUMNS * ROWS)


def made(studio: Studio, title: str, shots: int) -> ProjectFolder:
    """Make a project with shots in rows, each wired to the next."""
    from genstudio.project.workspace import WorkspaceFolder
    from genstudio.schema.canvas import Operation, Patch

    found = WorkspaceFolder.find(studio.workspace).create(title)
    operations = []
    for at in range(shots):
        shot = {"type": "shot", "data": {"name": f"Shot {at}", "prompt": "", "duration": "4s"} | HOSTILE.get(at, {})}
        operations.append(Operation(op="add", path=f"/nodes/shot_{at}", value=shot))
        operations.append(Operation(op="add", path=f"/layout/shot_{at}", value={"x": at % COLUMNS * 330, "y": at // COLUMNS * 360}))
        if at:
            ends = {"source": f"shot_{at - 1}", "sourceHandle": "sequence_out", "target": f"shot_{at}", "targetHandle": "sequence_in"}
            operations.append(Operation(op="add", path=f"/edges/e_{at}", value=ends))
    found.canvas().apply(Patch(base=0, operations=tuple(operations), author="test"))
    return found


@pytest.fixture
def large(desk: StudioPage, project: ProjectFolder) -> StudioPage:
    """The film in a page, all of it in view, nothing chosen."""
    desk.open_project(project)
    desk.stands_still()
    desk.page.keyboard.press("f")  # it opens where it was looked at last
    desk.stands_still()
    expect(desk.hook("sketch")).to_be_visible()
    return desk


def where(film: StudioPage, at: int) -> tuple[float, float]:
    """Return the point of the screen at which the middle of a shot is drawn, if it stands where it was put first."""
    x, y, zoom = film.page.evaluate(
        """() => {
          const {a, e, f} = new DOMMatrix(getComputedStyle(document.querySelector('.svelte-flow__viewport')).transform);
          const box = document.querySelector('.svelte-flow').getBoundingClientRect();
          return [e + box.x, f + box.y, a];
        }"""
    )
    return x + (at % COLUMNS * 330 + 132) * zoom, y + (at // COLUMNS * 360 + 130) * zoom


def test_what_the_pointer_meets_in_the_drawing_can_be_chosen_and_dragged(large: StudioPage, studio: Studio) -> None:
    page = large.page
    expect(page.locator(".svelte-flow__node")).to_have_count(0)
    file = studio.workspace / "Projects" / "Large" / "02_Source_Creative" / "Canvases" / "main_canvas.json"

    def place() -> dict[str, float]:
        return dict(json.loads(file.read_text())["layout"]["shot_47"])

    before = place()
    page.mouse.move(*where(large, 47))
    expect(large.hook("node-shot_47")).to_be_visible()
    x, y = where(large, 47)
    page.mouse.down()
    page.mouse.move(x + 10, y + 40, steps=4)
    page.mouse.move(x + 20, y + 60, steps=4)
    page.mouse.up()
    expect(page.locator('.svelte-flow__node.selected[data-id="shot_47"]')).to_have_count(1)
    expect(large.hook("canvas")).to_have_attribute("data-nodes", str(COLUMNS * ROWS))
    moved = until(lambda: place() != before and place(), what="the move")
    assert moved["x"] > before["x"]
    assert moved["y"] > before["y"]
    page.keyboard.press("Escape")


def test_an_edit_is_drawn_where_it_was_made_and_the_drawing_is_as_if_all_had_been(desk: StudioPage, studio: Studio) -> None:
    from genstudio.schema.canvas import Operation, Patch

    project, page, count = made(studio, f"Drawn {uuid4().hex[:6]}", COLUMNS * ROWS), desk.page, COLUMNS * ROWS
    desk.open_project(project)
    desk.stands_still()
    page.evaluate(WATCH_CLEARED)
    edits = (
        Operation(op="add", path="/layout/shot_47", value={"x": 2400, "y": 800}),  # over others, with the wires on both sides of it
        Operation(op="add", path="/nodes/shot_49/data/name", value="Another name"),
        Operation(op="remove", path="/nodes/shot_70"),
    )
    project.canvas().apply(Patch(base=project.canvas().read().canvas.version, operations=edits, author="elsewhere"))
    expect(desk.hook("canvas")).to_have_attribute("data-nodes", str(count - 1))
    whole = page.evaluate(DRAWING)
    assert 0 < sum(page.evaluate("window.cleared")) < whole / 2
    looks_as_drawn_whole(page)

    page.mouse.click(*where(desk, 105))
    expect(desk.hook("inspector")).to_be_visible()
    desk.stands_still()
    for scheme in ("light", "dark"):  # the window is smaller now
        draw_whole(page, scheme)
    x, y = where(desk, 105)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 10, y + 10, steps=3)
    page.mouse.move(x + 60, y + 90, steps=6)
    page.mouse.up()  # it stays an element, and its wires, of which the other ends are drawn, lead to where it is now
    expect(page.locator('.svelte-flow__node.selected[data-id="shot_105"]')).to_have_count(1)
    page.evaluate(DRAWING)
    looks_as_drawn_whole(page)


def draw_whole(page: Page, scheme: Literal["light", "dark"]) -> None:
    """Have all of the drawing drawn anew, in the colours of a scheme that is not the one before."""
    page.evaluate("window.cleared.length = 0")
    page.emulate_media(color_scheme=scheme)
    page.wait_for_function(
        """() => {
          const {width, height} = document.querySelector('[data-testid="sketch"]');
          return window.cleared.some((pixels) => pixels >= width * height);
        }"""
    )


def looks_as_drawn_whole(page: Page) -> None:
    """Compare the remembered drawing with one that is made all at once."""
    draw_whole(page, "light")
    assert page.evaluate(UNLIKE) > 1000 * ROUNDED
    draw_whole(page, "dark")
    assert page.evaluate(UNLIKE) <= ROUNDED


def test_near_shots_are_elements_with_their_wires_and_tab_goes_from_one_to_the_next(large: StudioPage) -> None:
    page = large.page
    page.mouse.move(*where(large, 105))
    for _ in range(9):
        page.mouse.wheel(0, -200)
    expect(page.locator(".svelte-flow__edge").first).to_be_attached()
    shown = page.locator(".svelte-flow__node")
    expect(shown.first).to_be_visible()
    assert shown.count() < COLUMNS * ROWS / 2
    page.locator('.svelte-flow__node[data-id="shot_105"]').focus()
    seen = set()
    for _ in range(400):
        page.keyboard.press("Tab")
        seen.add(page.evaluate(FOCUSED_NODE))
        if "shot_119" in seen:
            break
    assert {f"shot_{at}" for at in range(106, 120)} <= seen


def find(film: StudioPage, words: str, shot: str) -> Locator:
    """Find a shot by its words, as a person does, and return its element, which is chosen then."""
    film.page.keyboard.press("Control+f")
    film.hook("find-field").fill(words)
    film.page.keyboard.press("Enter")
    expect(film.hook("inspector")).to_contain_text(shot)
    return film.hook(f"node-{shot}")


def test_what_people_write_is_text_whatever_it_says(large: StudioPage) -> None:
    faults: list[str] = []
    large.page.on("pageerror", lambda error: faults.append(str(error)))
    for name, shot in ((SCRIPT, "shot_0"), (RIGHT_TO_LEFT, "shot_1")):
        node = find(large, name[:30], shot)
        expect(node.locator("header")).to_contain_text(name)
        expect(large.hook("inspector").locator("h2")).to_have_text(name)
        expect(large.page.locator(f'textarea[data-testid="prompt-{shot}"]').first).to_have_value(name)
    heavy = find(large, "fox", "shot_2")
    expect(heavy).to_contain_text("<i>fox</i>")
    expect(heavy.get_by_role("button", name="Edit all")).to_contain_text(f"{len(MEGABYTE):,} characters")
    assert large.page.evaluate("window.ran ?? null") is None
    assert faults == []


@pytest.mark.campaign
def test_ten_thousand_shots_and_a_megabyte_of_prompt_are_worked_on(film: StudioPage, studio: Studio) -> None:
    page, count = film.page, 10_000
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(studio.page("genstudio/app") + f"#project={made(studio, 'Endless', count).uuid}")
    expect(film.hook("canvas")).to_have_attribute("data-nodes", str(count))
    expect(film.hook("sketch")).to_be_visible()
    film.stands_still()
    film.hook("palette-item-note").first.click()
    expect(page.locator('.svelte-flow__node.selected [data-type="note"]')).to_be_visible()
    heavy = find(film, "fox", "shot_2")
    heavy.get_by_role("button", name="Edit all").click()
    prompt = heavy.locator("textarea")
    expect(prompt).to_have_value(MEGABYTE)
    prompt.press("End")
    prompt.press_sequentially("!")
    until(lambda: studio.nodes("Endless")["shot_2"]["data"]["prompt"].count("!") == 1, what="the letter in the file")
    page.mouse.move(700, 400)
    for _ in range(6):
        page.mouse.wheel(0, 400)
    page.reload()
    expect(film.hook("canvas")).to_have_attribute("data-nodes", str(count + 1))
    assert faults == []


def test_two_pages_see_each_other_and_what_was_done_before_a_reload_can_be_taken_back(
    large: StudioPage, chromium: Browser, studio: Studio, project: ProjectFolder
) -> None:
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    other: Page = context.new_page()
    other.goto(studio.page("genstudio/app") + f"#project={project.uuid}")
    expect(other.get_by_test_id("presence").locator("button")).to_have_count(1)
    expect(large.hook("presence").locator("button")).to_have_count(1)
    large.page.mouse.move(700, 400)
    large.page.mouse.move(720, 420)
    expect(other.get_by_test_id("hand")).to_be_visible()
    large.hook("palette-item-note").first.click()
    everything = str(COLUMNS * ROWS)
    expect(other.get_by_test_id("canvas")).to_have_attribute("data-nodes", str(COLUMNS * ROWS + 1))
    large.page.reload()
    expect(large.hook("canvas")).to_have_attribute("data-nodes", str(COLUMNS * ROWS + 1))
    large.page.locator(".svelte-flow__pane").click(position={"x": 30, "y": 30})
    large.page.keyboard.press("Control+z")
    expect(large.hook("canvas")).to_have_attribute("data-nodes", everything)
    expect(other.get_by_test_id("canvas")).to_have_attribute("data-nodes", everything)
    context.close()
    expect(large.hook("presence")).to_have_count(0)
