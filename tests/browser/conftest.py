"""A real Chromium before a real studio."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect, sync_playwright
from running_studio import plain_voila, running_studio
from small_films import make_small_workspace
from studio_hosts import HOSTS, Host
from studio_page import KNOWS_THE_WAY, StudioPage

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, BrowserContext, Page
    from running_studio import Studio
    from studio_hosts import HostName

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


@pytest.fixture(scope="session")
def window(chromium: Browser) -> Iterator[BrowserContext]:
    """The window of one person: what it has loaded once it has in its cache, as on every day but the first."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, color_scheme="dark")
    context.add_init_script(KNOWS_THE_WAY)
    yield context
    context.close()


@pytest.fixture
def page(window: BrowserContext, tmp_path: Path) -> Iterator[Page]:
    """A page of 1440 by 900, dark; what it showed last is left as ``last.png`` in the test's folder, and what it kept is forgotten."""
    page = window.new_page()
    yield page
    page.screenshot(path=tmp_path / "last.png")
    kept = {"origin": page.evaluate("location.origin"), "storageTypes": "local_storage,indexeddb"}
    window.new_cdp_session(page).send("Storage.clearDataForOrigin", kept)
    for opened in window.pages:
        opened.close()
    window.clear_cookies()
    window.clear_permissions()


@pytest.fixture
def film(page: Page) -> StudioPage:
    """The page as a person uses it."""
    return StudioPage(page)


@pytest.fixture(scope="session")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A place for the workspace that the tests of one process share, with its machine state beside it."""
    return tmp_path_factory.mktemp("browser")


@pytest.fixture(scope="session")
def running(place: Path) -> Iterator[Studio]:
    """The studio as ``genstudio studio`` starts it; films are small unless their pictures are for the README."""
    if "GENSTUDIO_SCREENSHOTS" not in os.environ:
        make_small_workspace(place / "Studio")
    with running_studio(place) as studio:
        yield studio


@pytest.fixture(scope="module")
def studio(running: Studio) -> Iterator[Studio]:
    """The studio, in which every module has projects of its own; the kernels of its notebooks end with it."""
    yield running
    running.end_notebooks()


@pytest.fixture(scope="module", params=HOSTS)
def host(request: pytest.FixtureRequest, studio: Studio, place: Path) -> Iterator[Host]:
    """Each host in turn, all on the workspace of one studio."""
    name: HostName = request.param
    if name != "voila":
        yield Host(name, studio)
        return
    with plain_voila(place) as address:
        yield Host(name, studio, address)


@pytest.fixture(scope="module")
def desk(chromium: Browser, studio: Studio) -> Iterator[StudioPage]:
    """A page for all tests of a module that go from project to project in it: to load one costs more than most of them do."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, color_scheme="dark")
    context.add_init_script(KNOWS_THE_WAY)
    film = StudioPage(context.new_page())
    film.page.goto(studio.page("genstudio/app"))
    expect(film.hook("home")).to_be_visible()
    yield film
    context.close()
