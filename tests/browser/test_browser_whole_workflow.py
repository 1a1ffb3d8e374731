"""The whole way of an artist in one sitting, from New project to a film that plays, by hand: in the studio's page, JupyterLab and Voila.

The pieces of it are tests of their own (first film, assets, takes, sample film); here nothing is prepared by anything but the page.
"""

from __future__ import annotations

import io
import json
import subprocess
from contextlib import contextmanager
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image
from playwright.sync_api import expect
from running_studio import plain_voila
from studio_hosts import open_lab
from studio_page import StudioPage

from genstudio.project.media import probe

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page
    from running_studio import Studio

pytestmark = [pytest.mark.browser, pytest.mark.campaign]
FOLDERS = ("01_Assets", "02_Source_Creative", "03_Renders", "04_Project_Files", "05_Cache", "06_Exports", ".git")
PROMPTS = ("Wide, a fox crosses a frozen river, slow dolly left", "Close-up, the ice cracks under a paw")


class Sitting:
    """One artist at one page, with a picture of every step."""

    def __init__(self, film: StudioPage, studio: Studio, album: Path, scheme: str) -> None:
        self.film, self.page, self.studio = film, film.page, studio
        self.album, self.scheme, self.number = album, scheme, 0

    def picture(self, name: str) -> None:
        self.number += 1
        self.page.wait_for_function("document.getAnimations().every(animation => animation.playState !== 'running')")
        self.page.screenshot(path=self.album / f"{self.scheme}-{self.number:02}-{name}.png")

    def root(self, title: str) -> Path:
        return self.studio.workspace / "Projects" / title.replace(" ", "_")


@contextmanager
def opened(page: Page, studio: Studio, place: Path, host: str) -> Iterator[None]:
    """Open the projects in a host while the block lasts; JupyterLab leaves the canvas a third less of the window than the page does."""
    if host == "voila":
        with plain_voila(place) as address:
            page.goto(address)
            yield
    elif host == "lab":
        open_lab(page, studio)
        page.locator(".jp-LauncherCard").filter(has_text="Film studio").click()
        yield
    else:
        page.goto(studio.page("genstudio/app"))
        yield


@pytest.mark.parametrize(("host", "scheme"), [("page", "dark"), ("page", "light"), ("lab", "light"), ("voila", "dark")])
def test_an_artist_goes_from_new_project_to_a_film_that_plays(
    chromium: Browser, studio: Studio, place: Path, tmp_path: Path, host: str, scheme: Any
) -> None:
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    with opened(page, studio, place, host):
        artist_at_work(Sitting(StudioPage(page), studio, tmp_path, scheme), f"A Fox by Hand in the {scheme} of the {host}")
    context.close()


def artist_at_work(sitting: Sitting, title: str) -> None:
    a_project_is_made(sitting, title)
    fox = a_character_is_made(sitting)
    shots = [a_shot_is_defined(sitting, fox, prompt) for prompt in PROMPTS]
    takes_are_generated(sitting, shots)
    assembler = the_sequence_is_assembled(sitting, title, shots)
    the_film_is_rendered_and_plays(sitting, title, assembler)


def a_project_is_made(sitting: Sitting, title: str) -> None:
    expect(sitting.film.hook("new-project")).to_be_enabled()
    sitting.picture("home")
    sitting.film.create_project(title)
    expect(sitting.page.get_by_text("An empty canvas")).to_be_visible()
    sitting.picture("empty-canvas")
    root = sitting.root(title)
    assert [name for name in FOLDERS if not (root / name).is_dir()] == []
    assert json.loads((root / "project.json").read_text())["title"] == title
    log = subprocess.run(["git", "log", "--oneline"], cwd=root, check=True, capture_output=True, text=True)
    assert log.stdout.count("\n") >= 1


def a_character_is_made(sitting: Sitting) -> str:
    """Make a character in the Asset Manager, and bring it onto the canvas."""
    film, page = sitting.film, sitting.page
    film.hook("view-assets").click()
    expect(page.get_by_text("keep a film consistent")).to_be_visible()
    sitting.picture("no-assets")
    film.hook("new-asset").click()
    film.hook("new-asset-name").fill("Rusty the fox")
    film.hook("new-asset-trigger").fill("rsty_fox")
    film.hook("create-asset").click()
    image = Image.linear_gradient("L").resize((320, 240)).convert("RGB")
    image.paste("#d1562b", (90, 60, 230, 200))
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    film.hook("asset-files").set_input_files([{"name": "fox.png", "mimeType": "image/png", "buffer": buffer.getvalue()}])
    expect(page.locator(".gs-asset-pictures img").first).to_have_js_property("complete", value=True)
    sitting.picture("character")
    film.hook("add-to-canvas").click()
    node = page.locator('[data-testid^="node-asset"]')
    expect(node).to_contain_text("Rusty the fox")
    return str(node.get_attribute("data-testid")).removeprefix("node-")


def a_shot_is_defined(sitting: Sitting, fox: str, prompt: str) -> str:
    """Add a shot with the character and a pipeline, and write what happens in it."""
    film = sitting.film
    shot, pipeline = film.add("shot"), film.add("pipeline")
    edges = sitting.page.locator(".svelte-flow__edge").count()
    sitting.page.keyboard.press("l")  # tidy
    film.drag_wire(fox, "asset", shot, "character")
    film.drag_wire(pipeline, "pipeline", shot, "pipeline")
    expect(sitting.page.locator(".svelte-flow__edge")).to_have_count(edges + 2)
    film.write_prompt(shot, prompt)
    sitting.picture("shot")
    return shot


def takes_are_generated(sitting: Sitting, shots: list[str]) -> None:
    """Press Generate, twice on the first shot, and see the progress and the takes."""
    film = sitting.film
    film.hook(f"generate-{shots[0]}").click()
    expect(film.hook(f"state-{shots[0]}")).to_contain_text("%")
    sitting.picture("generating")
    film.shows(shots[0], "SHOT-010_v01_take01")
    film.generate(shots[0], "SHOT-010_v01_take02")
    film.generate(shots[1], "SHOT-020_v01_take01")
    expect(film.hook("take-SHOT-010_v01_take01")).to_be_visible()
    sitting.picture("takes")


def the_sequence_is_assembled(sitting: Sitting, title: str, shots: list[str]) -> str:
    """Connect the shots in order, add the assembler and write the edit list."""
    film = sitting.film
    assembler = film.add("vse_assembler")
    sitting.page.keyboard.press("Escape")
    sitting.page.locator(".svelte-flow__pane").click(position={"x": 8, "y": 8})
    sitting.page.keyboard.press("l")
    film.drag_wire(shots[0], "sequence_out", shots[1], "sequence_in")
    film.drag_wire(shots[1], "sequence_out", assembler, "sequence_in")
    strip = sitting.page.locator('.gs-bottom [data-testid^="strip-"]')
    expect(strip).to_have_count(2)
    film.hook(f"node-{assembler}").click(position={"x": 60, "y": 14})
    film.hook(f"edl-{assembler}").click()
    expect(film.hook(f"told-{assembler}")).to_contain_text("04_Project_Files/EDLs/")
    sitting.picture("assembled")
    (edl,) = (sitting.root(title) / "04_Project_Files" / "EDLs").glob("*.edl")
    assert "SHOT-010_v01_take02" in edl.read_text()
    return assembler


def the_film_is_rendered_and_plays(sitting: Sitting, title: str, assembler: str) -> None:
    """Press Render Final Video, and play what comes of it from 06_Exports."""
    film = sitting.film
    film.hook(f"render-{assembler}").click()
    expect(film.hook(f"film-{assembler}")).to_be_visible()
    sitting.picture("rendered")
    expect(film.hook("first-steps")).to_contain_text("That is a film.")
    film.hook("first-steps-done").click()
    film.hook("view-exports").click()
    film.play_past("export-player", 0.5)
    sitting.picture("playing")
    (media,) = (sitting.root(title) / "06_Exports").glob("*.mp4")
    info = probe(media)
    assert info.frames == round(8 * Fraction(info.fps)), "two shots of four seconds"
