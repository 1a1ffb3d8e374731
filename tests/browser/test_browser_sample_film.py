"""The sample film in the studio: what a new user sees first, in the dark and in the light, up to the rendered film."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest
from accessible import faults
from playwright.sync_api import expect
from running_studio import private_environment
from small_pictures import make_small
from studio_page import StudioPage

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from running_studio import Studio

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PICTURES = Path(__file__).parents[2] / "docs" / "screenshots"


@pytest.fixture(scope="module")
def sample(place: Path, studio: Studio) -> str:
    """The sample film, made as ``genstudio demo`` makes it; its title."""
    command = [sys.executable, "-m", "genstudio", "demo", "--workspace", str(place / "Studio"), "--json"]
    subprocess.run(command, env=private_environment(place), check=True, capture_output=True, timeout=280)
    return "The Fox and the River"


@pytest.mark.parametrize("scheme", ["dark", pytest.param("light", marks=pytest.mark.campaign)])
def test_the_sample_film_is_a_picture_worth_looking_at(
    chromium: Browser, studio: Studio, sample: str, scheme: Literal["dark", "light"], tmp_path: Path
) -> None:
    """With GENSTUDIO_SCREENSHOTS=1 the pictures of the README are made anew, the light one in the campaign."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, color_scheme=scheme)
    film = StudioPage(context.new_page())
    film.page.goto(studio.page("genstudio/app"))
    card = film.page.locator(f'[data-testid="project-card"][data-title="{sample}"]')
    expect(card.locator("img")).to_have_js_property("complete", value=True)
    card.click()
    for shot in ("shot_010", "shot_020", "shot_030"):
        film.shows(shot, f"{shot.upper().replace('_', '-')}_v01_take01")
    film.hook("node-shot_010").click(position={"x": 60, "y": 14})
    expect(film.hook("inspector")).to_be_visible()
    expect(film.page.get_by_text("Looking what can make it")).to_have_count(0)
    film.page.keyboard.press("f")  # into what the inspector leaves
    film.stands_still()
    expect(film.page.locator(".gs-root").first).to_have_attribute("data-theme", scheme)
    film.page.wait_for_function("document.getAnimations().every(animation => animation.playState !== 'running')")
    folder = PICTURES if os.environ.get("GENSTUDIO_SCREENSHOTS") else tmp_path
    picture = folder / ("studio.png" if scheme == "dark" else "studio-light.png")
    film.page.screenshot(path=picture)
    make_small(picture)
    assert 50_000 < picture.stat().st_size < 300_000
    context.close()


OVER_THE_CANVAS = {
    "review": ("v", '[data-testid="review-take"]'),
    "takes": ("t", '[data-testid="takes-sheet"]'),
    "history": ("h", '[data-testid="history-panel"]'),
    "find": ("Control+f", '[data-testid="find"]'),
    "help": ("?", 'dialog[aria-label="Keys"]'),
    "palette": ("Shift+A", ".gs-quick"),
}
"""What a key opens over the canvas, and where it is drawn; Escape closes all of it."""


@pytest.mark.parametrize("scheme", ["dark", pytest.param("light", marks=pytest.mark.campaign)])
def test_no_view_has_a_serious_fault_of_accessibility(
    chromium: Browser, studio: Studio, sample: str, scheme: Literal["dark", "light"]
) -> None:
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, color_scheme=scheme, reduced_motion="reduce")
    film = StudioPage(context.new_page())
    page = film.page
    found: dict[str, list[str]] = {}

    def look(view: str, part: str = ".gs-root") -> None:
        expect(page.locator(".gs-root")).to_have_attribute("data-theme", scheme)
        found[view] = faults(page, part)

    page.goto(studio.page("genstudio/app"))
    card = page.locator(f'[data-testid="project-card"][data-title="{sample}"]')
    expect(card).to_be_visible()
    look("home")
    card.click()
    film.shows("shot_010", "SHOT-010_v01_take01")
    film.hook("node-shot_010").click(position={"x": 60, "y": 14})
    expect(film.hook("inspect-take")).to_be_visible()
    look("canvas")
    if scheme == "light":  # there may be a second take then, to compare with
        film.generate("shot_010", "SHOT-010_v01_take02")
        page.keyboard.press("b")
        expect(film.hook("compare-takes")).to_be_visible()
        look("compare", '[data-testid="compare-takes"]')
        page.keyboard.press("Escape")
        page.keyboard.press("1")
        film.shows("shot_010", "SHOT-010_v01_take01")
    for view, (key, part) in OVER_THE_CANVAS.items():
        page.keyboard.press(key)
        expect(page.locator(part)).to_be_visible()
        look(view, part)
        page.keyboard.press("Escape")
        expect(page.locator(part)).to_have_count(0)
    for name, part in (("queue", '[data-testid="queue-panel"]'), ("Notices", 'section[aria-label="What happened"]')):
        button = page.locator(".gs-bottom").get_by_role("button", name=name)
        button.click()
        look(name, part)
        button.click()
    page.get_by_role("button", name="Play the cut").first.click()
    look("player", '[data-testid="cut-player"]')
    page.keyboard.press("Escape")
    for view in ("assets", "exports", "settings"):
        film.hook(f"view-{view}").click()
        expect(film.hook(view)).to_be_visible()
        look(view, f'[data-testid="{view}"]')
    assert {view: faulty for view, faulty in found.items() if faulty} == {}
    context.close()


def test_the_assembler_renders_the_film(desk: StudioPage, studio: Studio, sample: str) -> None:
    film = desk
    film.go_home()
    film.page.locator(f'[data-testid="project-card"][data-title="{sample}"]').click()
    before = len(list(studio.workspace.glob("Projects/*/06_Exports/*.mp4")))
    film.page.locator('[data-testid^="render-"]').first.click()
    expect(film.page.locator('[data-testid^="film-"]').first).to_be_visible()
    assert len(list(studio.workspace.glob("Projects/*/06_Exports/*.mp4"))) == before + 1


def begin(film: StudioPage, sample: str) -> str:
    """Open the sample film with its assembler in the inspector, and return the id of that."""
    film.go_home()
    film.page.locator(f'[data-testid="project-card"][data-title="{sample}"]').click()
    film.shows("shot_010", "SHOT-010_v01_take01")
    film.hook("node-assembler_1").click(position={"x": 60, "y": 14})
    expect(film.hook("inspector")).to_be_visible()
    return "assembler_1"


def strip(film: StudioPage, *shots: str) -> None:
    """Wait until the strip shows some shots, in this order."""
    expect(film.page.locator('.gs-bottom [data-testid^="strip-"]')).to_have_count(len(shots))
    for at, shot in enumerate(shots):
        expect(film.page.locator('.gs-bottom [data-testid^="strip-"]').nth(at)).to_have_attribute("data-testid", f"strip-{shot}")


def test_the_film_is_cut_titled_and_played_in_the_page(desk: StudioPage, studio: Studio, sample: str) -> None:
    film, page = desk, desk.page
    begin(film, sample)
    film.hook("clip-shot_020").click()
    page.get_by_label("Transition into Thin ice", exact=True).select_option("wipe")
    page.get_by_label("Shape of the wipe into Thin ice").select_option("119")
    page.get_by_label("Length of the transition into Thin ice").fill("00:06")
    film.hook("add-title-shot_020").click()
    film.hook("title-text").fill("On thin ice")
    film.hook("title-text").blur()
    shown = page.locator(".gs-bottom").get_by_test_id("strip-shot_020")
    expect(shown).to_contain_text("On thin ice")
    expect(shown).to_contain_text("6")
    undo = page.get_by_role("button", name="Undo", exact=True)
    strip(film, "shot_010", "shot_020", "shot_030")
    last, first = film.middle(film.hook("strip-shot_030")), film.hook("strip-shot_010").bounding_box()
    assert first is not None
    page.mouse.move(*last)
    page.mouse.down()
    page.mouse.move(first["x"] + 8, last[1], steps=4)
    page.mouse.up()
    strip(film, "shot_030", "shot_010", "shot_020")
    undo.click()
    strip(film, "shot_010", "shot_020", "shot_030")
    film.hook("clip-shot_030").click()
    out = page.get_by_label("Out point of Home")
    before = out.input_value()
    edge = film.middle(film.hook("trim-out-shot_030"))
    page.mouse.move(*edge)
    page.mouse.down()
    page.mouse.move(edge[0] - 60, edge[1], steps=4)
    page.mouse.up()
    expect(out).not_to_have_value(before)
    undo.click()
    expect(out).to_have_value(before)
    page.get_by_role("button", name="Play the cut").first.click()
    player = film.hook("cut-player")
    expect(player.get_by_test_id("lane-title")).to_be_visible()
    player.get_by_test_id("lane-title").click()
    expect(player.get_by_test_id("over")).to_have_text("On thin ice")
    frame = int(player.get_attribute("data-frame") or 0)
    player.get_by_test_id("transport-play").click()
    page.wait_for_function("was => Number(document.querySelector('[data-testid=cut-player]').dataset.frame) > was + 6", arg=frame)
    page.keyboard.press("Escape")
    expect(player).to_have_count(0)
    wanted = {"transition": {"kind": "wipe", "frames": 6, "wipe": 119}}
    title = {"text": "On thin ice", "start": 0, "position": "lower"}
    event = studio.nodes(sample)["assembler_1"]["data"]["events"]["shot_020"]
    assert event["transition"] == wanted["transition"]
    assert title.items() <= event["title"][0].items()


def test_a_list_that_an_editor_changed_is_told_and_taken_over_as_one_step(
    desk: StudioPage, studio: Studio, sample: str, tmp_path: Path
) -> None:
    film, page = desk, desk.page
    node = begin(film, sample)
    film.hook(f"package-{node}").click()
    expect(film.hook(f"told-{node}")).to_contain_text("06_Exports/")
    film.hook(f"edl-{node}").click()
    told = film.hook(f"told-{node}").locator("code")
    expect(told).to_contain_text("04_Project_Files/EDLs/")
    root = studio.workspace / "Projects" / sample.replace(" ", "_")
    text = (root / told.inner_text()).read_text()
    film.drop((root / told.inner_text()).with_suffix(".otio"), on="canvas")
    expect(film.hook("import-edit")).to_contain_text("Nothing was changed")
    page.keyboard.press("Escape")
    expect(film.hook("import-edit")).to_have_count(0)
    film.hook(f"storyboard-{node}").click()
    expect(told).to_contain_text(".pdf")
    assert (root / told.inner_text()).read_bytes().startswith(b"%PDF")
    changed = tmp_path / "changed.edl"
    changed.write_text(text[: text.index("003  ")] + "004  NONSENSE V C 01:00:00:00\n")
    film.drop(changed, on="canvas")
    dialog = film.hook("import-edit")
    expect(dialog.get_by_test_id("import-change")).to_contain_text("SHOT_030 is not in the film any more.")
    expect(dialog.get_by_test_id("import-problem").first).to_contain_text("Line ")
    film.hook("import-apply").click()
    strip(film, "shot_010", "shot_020")
    page.get_by_role("button", name="Undo", exact=True).click()
    strip(film, "shot_010", "shot_020", "shot_030")
