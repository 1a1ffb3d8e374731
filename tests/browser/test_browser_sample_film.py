"""The sample film in the studio: what a new user sees first, in the dark and in the light, up to the rendered film."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest
from playwright.sync_api import expect
from running_studio import private_environment
from studio_page import StudioPage

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from running_studio import Studio

pytestmark = pytest.mark.browser
PICTURES = Path(__file__).parents[2] / "docs" / "screenshots"


@pytest.fixture(scope="module")
def sample(place: Path, studio: Studio) -> str:
    """The sample film, made as ``genstudio demo`` makes it; its title."""
    command = [sys.executable, "-m", "genstudio", "demo", "--workspace", str(place / "Studio"), "--json"]
    subprocess.run(command, env=private_environment(place), check=True, capture_output=True, timeout=280)
    return "The Fox and the River"


@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_the_sample_film_is_a_picture_worth_looking_at(
    chromium: Browser, studio: Studio, sample: str, scheme: Literal["dark", "light"], tmp_path: Path
) -> None:
    """With GENSTUDIO_SCREENSHOTS=1 the pictures of the README are made anew."""
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
    expect(film.page.locator(".gs-root").first).to_have_attribute("data-theme", scheme)
    film.page.wait_for_function("document.getAnimations().every(animation => animation.playState !== 'running')")
    folder = PICTURES if os.environ.get("GENSTUDIO_SCREENSHOTS") else tmp_path
    picture = folder / ("studio.png" if scheme == "dark" else "studio-light.png")
    film.page.screenshot(path=picture)
    assert picture.stat().st_size > 50_000
    context.close()


def test_the_assembler_renders_the_film(film: StudioPage, studio: Studio, sample: str) -> None:
    film.page.goto(studio.page("genstudio/app"))
    film.page.locator(f'[data-testid="project-card"][data-title="{sample}"]').click()
    before = len(list(studio.workspace.glob("Projects/*/06_Exports/*.mp4")))
    film.page.locator('[data-testid^="render-"]').first.click()
    expect(film.page.locator('[data-testid^="film-"]').first).to_be_visible()
    assert len(list(studio.workspace.glob("Projects/*/06_Exports/*.mp4"))) == before + 1
