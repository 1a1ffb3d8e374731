"""A real Chromium before a real studio."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect, sync_playwright
from running_studio import running_studio
from small_films import make_small_workspace
from studio_page import StudioPage

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page
    from running_studio import Studio

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
expect.set_options(timeout=60_000)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A headless Chromium."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("There is no Chromium: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Browser, tmp_path: Path) -> Iterator[Page]:
    """A page of 1440 by 900 in a fresh context, dark; what it showed last is left as ``last.png`` in the test's folder."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, color_scheme="dark")
    page = context.new_page()
    yield page
    page.screenshot(path=tmp_path / "last.png")
    context.close()


@pytest.fixture
def film(page: Page) -> StudioPage:
    """The page as a person uses it."""
    return StudioPage(page)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A place for the workspace of one module's tests, with its machine state beside it."""
    return tmp_path_factory.mktemp("browser")


@pytest.fixture(scope="module")
def studio(place: Path) -> Iterator[Studio]:
    """The studio as ``genstudio studio`` starts it; films are small unless their pictures are for the README."""
    if "GENSTUDIO_SCREENSHOTS" not in os.environ:
        make_small_workspace(place / "Studio")
    with running_studio(place) as studio:
        yield studio
