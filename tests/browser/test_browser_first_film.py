"""The first film by hand, in a real browser: in the studio page, in JupyterLab, and in plain Voila."""

from __future__ import annotations

import json
import subprocess
from secrets import token_hex
from typing import TYPE_CHECKING

import pytest
from engine_lab import until
from playwright.sync_api import expect
from running_studio import plain_voila
from studio_hosts import run_all
from studio_page import StudioPage

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page
    from running_studio import Studio

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PROMPT = "a fox crosses a frozen river, wide, slow dolly left"
TAKE, SECOND = "SHOT-010_v01_take01", "SHOT-010_v01_take02"
MIDDLE_OF_NODES = """() => {
  const all = [...document.querySelectorAll('.svelte-flow__node')].map((node) => node.getBoundingClientRect());
  const middle = (from, to) => (Math.min(...all.map((box) => box[from])) + Math.max(...all.map((box) => box[to]))) / 2;
  return [middle('left', 'right'), middle('top', 'bottom')];
}"""


def first_shot(film: StudioPage, title: str) -> str:
    """Go the way from New project to a take of a shot; return the shot's node."""
    film.create_project(title)
    shot, pipeline = film.add("shot"), film.add("pipeline")
    film.drag_wire(pipeline, "pipeline", shot, "pipeline")
    expect(film.page.locator(".svelte-flow__edge")).to_have_count(1)
    film.write_prompt(shot, PROMPT)
    film.generate(shot, TAKE)
    return shot


def check_take(root: Path) -> None:
    """Check media, record and commit of the first take: the media is in Git as an LFS pointer once the producer has committed it."""
    shot = root / "03_Renders" / "SCENE_01" / "SHOT_010"
    (media,) = [path for path in shot.glob(f"{TAKE}.*") if path.suffix != ".json"]
    record = json.loads((shot / f"{TAKE}.json").read_text())
    assert (record["media"], record["bytes"], record["draft"]) == (media.name, media.stat().st_size, True)
    show = ["git", "show", f"HEAD:{media.relative_to(root)}"]
    pointer = until(lambda: subprocess.run(show, cwd=root, check=False, capture_output=True, text=True).stdout, what="the commit")
    assert pointer.startswith("version https://git-lfs.github.com/spec/v1")
    assert record["sha256"] in pointer


def test_an_artist_makes_takes_in_the_studio_page_and_finds_them_after_a_reload(page: Page, film: StudioPage, studio: Studio) -> None:
    page.goto(studio.page("genstudio/app"))
    expect(film.hook("home")).to_be_visible()
    title = f"Artist_{token_hex(3)}"
    shot = first_shot(film, title)
    film.generate(shot, SECOND)
    expect(film.hook("connection")).to_have_attribute("data-carrier", "websocket")
    check_take(studio.workspace / "Projects" / title)
    assert studio.nodes(title)[shot]["data"]["prompt"] == PROMPT

    pipeline = next(key for key, node in studio.nodes(title).items() if node["type"] == "pipeline")
    assert film.refused_wire(pipeline, "pipeline", shot, "character") == "Character: This gives a pipeline, but an asset is wanted here."
    expect(page.locator(".svelte-flow__edge")).to_have_count(1)

    page.reload()
    find_again(film, title, shot, SECOND)


def find_again(film: StudioPage, title: str, shot: str, take: str = TAKE) -> None:
    """Check after a reload that everything of the first film is still there; its card is clicked where the page begins at home."""
    card = film.page.locator(f'[data-testid="project-card"][data-title="{title}"]')
    card.or_(film.hook("canvas")).first.wait_for()
    if card.is_visible():
        card.click()
    film.shows(shot, take)
    expect(film.page.locator(".svelte-flow__edge")).to_have_count(1)
    expect(film.hook(f"prompt-{shot}").first).to_contain_text("a fox crosses")


def test_a_researcher_makes_takes_in_jupyterlab(page: Page, film: StudioPage, studio: Studio) -> None:
    studio.put_notebook("first.ipynb", ["from genstudio import Workspace\nWorkspace()"])
    run_all(page, studio, "first.ipynb")
    title = f"Researcher_{token_hex(3)}"
    shot = first_shot(film, title)
    expect(film.hook("connection")).to_have_attribute("data-carrier", "websocket")
    check_take(studio.workspace / "Projects" / title)
    assert studio.nodes(title)[shot]["data"]["prompt"] == PROMPT
    page.locator('.jp-Toolbar-item[data-jp-item-name="save"]').click()
    expect(page.locator(".jp-mod-dirty")).to_have_count(0)
    page.reload()
    find_again(film, title, shot)


def test_a_notebook_and_its_canvas_show_each_others_edits(page: Page, film: StudioPage, studio: Studio) -> None:
    title = f"Both_hands_{token_hex(3)}"
    make = f"""from genstudio import Workspace
canvas = Workspace().create('{title}').canvas()
shot = canvas.add_shot('One', prompt='before')"""
    cells = [make, "canvas", "shot.prompt = 'written in a cell'"]
    studio.put_notebook("both.ipynb", cells)
    run_all(page, studio, "both.ipynb")
    (shot,) = wait_for_shots(studio, title, 1)
    expect(film.hook(f"prompt-{shot}").first).to_contain_text("written in a cell")
    film.write_prompt(shot, "typed on the canvas")
    expect(page.locator(f'textarea[data-testid="prompt-{shot}"]').first).to_have_value("typed on the canvas")
    add_cell(page, "print('cell reads:', shot.prompt)")
    expect(page.locator(".jp-OutputArea-output", has_text="cell reads: typed on the canvas")).to_be_visible()
    assert studio.nodes(title)[shot]["data"]["prompt"] == "typed on the canvas"


def test_keys_and_the_view_stay_on_their_own_side_in_jupyterlab(page: Page, film: StudioPage, studio: Studio) -> None:
    make = "from genstudio import Workspace\ncanvas = Workspace().project('Keys', create=True).canvas()\nshot = canvas.add_shot('One')"
    filler = ["# a line\n" * 12] * 12
    studio.put_notebook("keys.ipynb", [make, "canvas", *filler])
    run_all(page, studio, "keys.ipynb", cells=2)
    (shot,) = wait_for_shots(studio, "Keys", 1)
    # Fitted once it has a size, though it is made before it has one.
    expect(film.hook(f"node-{shot}")).to_be_in_viewport(ratio=0.99)
    film.stands_still()
    assert page.evaluate(MIDDLE_OF_NODES) == pytest.approx(film.middle(page.locator(".svelte-flow").first), abs=20)
    status = page.locator("#jp-main-statusbar")
    film.hook(f"node-{shot}").click(position={"x": 60, "y": 14})
    for key in "aabx":  # of JupyterLab: insert above, above and below, cut
        page.keyboard.press(key)
    expect(status).to_contain_text("/14")
    expect(film.hook(f"node-{shot}")).to_be_visible()

    film.fit()
    viewport = page.locator(".svelte-flow__viewport")
    place = viewport.get_attribute("style")
    scroll(page, 1)
    page.locator(".jp-Notebook-cell").last.locator(".jp-InputPrompt").click()
    page.keyboard.press("b")  # now it is JupyterLab's
    expect(status).to_contain_text("/15")
    for key in ("Delete", "Backspace", "g"):  # of the canvas
        page.keyboard.press(key)
    scroll(page, 0)
    expect(film.hook(f"node-{shot}")).to_be_in_viewport(ratio=0.99)
    assert viewport.get_attribute("style") == place
    assert shot in studio.nodes("Keys")
    expect(film.hook(f"state-{shot}")).to_have_attribute("data-state", "idle")


def scroll(page: Page, share: float) -> None:
    """Scroll the notebook to a share of its length."""
    page.locator(".jp-WindowedPanel-outer").evaluate("(panel, share) => panel.scrollTo(0, share * panel.scrollHeight)", share)


def test_the_canvas_edits_generates_and_cancels_while_a_cell_runs(page: Page, film: StudioPage, studio: Studio) -> None:
    title = f"Busy_{token_hex(3)}"
    make = f"""from genstudio import Workspace
canvas = Workspace().create('{title}').canvas()
shot = canvas.add_shot('One', prompt='a wolf')
long = canvas.add_shot('Two', prompt='a bear', duration='55s')"""
    cells = [make, "canvas", "import time\nprint('began')\ntime.sleep(10)\nprint('ended')"]
    studio.put_notebook("busy.ipynb", cells)
    run_all(page, studio, "busy.ipynb")
    first, second = wait_for_shots(studio, title, 2)
    expect(page.locator(".jp-OutputArea-output", has_text="began")).to_be_attached()
    film.write_prompt(first, "a wolf in the rain")
    film.generate(first, TAKE)
    film.hook(f"generate-{second}").click()
    expect(film.hook(f"state-{second}")).to_have_attribute("data-state", "generating")
    film.hook(f"cancel-{second}").click()
    expect(film.hook(f"state-{second}")).to_have_attribute("data-state", "cancelled")
    assert studio.nodes(title)[first]["data"]["prompt"] == "a wolf in the rain"
    assert not list((studio.workspace / "Projects" / title / "03_Renders").glob("SCENE_01/SHOT_020/*.json"))


def wait_for_shots(studio: Studio, project: str, count: int) -> list[str]:
    """Wait until a project that a notebook makes has its shots, and return their ids in the order of their folders."""

    def shots() -> list[str]:
        try:
            nodes = studio.nodes(project)
        except (FileNotFoundError, json.JSONDecodeError):
            return []
        found = {node["data"]["renders"]: key for key, node in nodes.items() if node["type"] == "shot"}
        return [found[renders] for renders in sorted(found)] if len(found) == count else []

    return until(shots, what=f"{count} shots in {project}")


def add_cell(page: Page, source: str) -> None:
    """Add a cell at the end of the open notebook and run it."""
    page.locator(".jp-Notebook-footer").click()
    page.locator(".jp-Notebook-cell").last.locator(".cm-content").click()
    page.keyboard.insert_text(source)
    page.keyboard.press("Shift+Enter")


def test_plain_voila_works_over_the_comm(page: Page, film: StudioPage, place: Path) -> None:
    with plain_voila(place) as address:
        page.goto(address)
        expect(film.hook("home")).to_be_visible()
        title = f"Over_the_comm_{token_hex(3)}"
        shot = first_shot(film, title)
        expect(film.hook("connection")).to_have_attribute("data-carrier", "comm")
        check_take(place / "Studio" / "Projects" / title)
        root = place / "Studio" / "Projects" / title
        (take,) = (root / "03_Renders" / "SCENE_01" / "SHOT_010").glob("*_take01.mp4")
        film.drop(take, name="from the mail.mp4")
        expect(film.page.get_by_text("This is take 1")).to_be_visible()
        assert not list((root / "01_Assets" / "Source_Media").glob("*.mp4"))
        page.reload()
        find_again(film, title, shot)


@pytest.mark.campaign
def test_four_pages_at_once_hold_one_film(page: Page, film: StudioPage, studio: Studio) -> None:
    page.goto(studio.page("genstudio/app"))
    title = f"Four_pages_{token_hex(3)}"
    film.create_project(title)
    shot = film.add("shot")
    pages = [film, *(StudioPage(page.context.new_page()) for _ in range(3))]
    for other in pages[1:]:
        other.page.goto(page.url)
    for each in pages:
        expect(each.hook(f"node-{shot}")).to_be_visible()
        expect(each.hook("presence").get_by_role("button")).to_have_count(3)

    # All at once: each page adds a node of its own and types into the one prompt; nobody waits for anybody.
    for number, each in enumerate(pages):
        each.hook("palette-item-note").first.click()
        each.write_prompt(shot, f"the fox of page {number}")
    for each in pages:
        expect(each.page.locator('[data-testid^="node-"]')).to_have_count(5)
    notes = {key for key, node in studio.nodes(title).items() if node["type"] == "note"}
    assert len(notes) == 4

    words = until(lambda: agreed(pages, shot), what="one prompt on all pages")
    until(lambda: studio.nodes(title)[shot]["data"]["prompt"] == words, what="the same prompt in the file")
    assert words in {f"the fox of page {number}" for number in range(4)}

    # A page that is closed is gone from the others; what it did stays.
    pages.pop().page.close()
    for each in pages:
        expect(each.hook("presence").get_by_role("button")).to_have_count(2)
        expect(each.page.locator('[data-testid^="node-"]')).to_have_count(5)


def agreed(pages: list[StudioPage], shot: str) -> str:
    """Return the prompt that all pages show, empty while they differ."""
    shown = {each.hook(f"prompt-{shot}").first.input_value() for each in pages}
    return shown.pop() if len(shown) == 1 else ""
