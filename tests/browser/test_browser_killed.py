"""The kernel, the producer and the server are killed under an open page: it goes on, or comes back by itself, with a short notice."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import urllib.request
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import psutil
import pytest
from engine_end import end_engines
from engine_lab import until
from playwright.sync_api import expect
from running_studio import Studio, free_port, private_environment
from small_films import make_small_workspace

from genstudio.engine.lease import holder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Page
    from studio_page import StudioPage

pytestmark = [pytest.mark.browser, pytest.mark.campaign, pytest.mark.once]
TITLE = "Unkillable"


@contextmanager
def server(place: Path, port: int) -> Iterator[tuple[Studio, subprocess.Popen[str]]]:
    """Run the studio on a port; leaving the block kills it, as a fault does, and leaves its engine alone."""
    words = ["-m", "genstudio", "studio", "--workspace", str(place / "Studio"), "--no-browser", "--port", str(port)]
    environment = private_environment(place)
    process = subprocess.Popen([sys.executable, *words], env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert process.stdout is not None
    try:
        found = next(filter(None, (re.search(r"(http://\S+/)genstudio/app\?token=(\S+)", line) for line in process.stdout)))
        yield Studio(found[1], found[2], workspace=place / "Studio"), process
    finally:
        process.kill()
        process.communicate()


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Path]:
    """A place of this test's own, whose engine is ended afterwards."""
    make_small_workspace(tmp_path / "Studio")
    yield tmp_path
    end_engines(tmp_path / "state")


def kernels(studio: Studio) -> list[dict[str, Any]]:
    request = urllib.request.Request(f"{studio.url}api/kernels", headers={"Authorization": f"token {studio.token}"})  # noqa: S310
    with urllib.request.urlopen(request) as answer:  # noqa: S310 - loopback
        return list(json.load(answer))


def process_of(kernel: str) -> psutil.Process | None:
    for process in psutil.process_iter(["cmdline"]):
        if any(kernel in word for word in process.info["cmdline"] or ()):
            return process
    return None


def prompt_on_disk(studio: Studio, shot: str) -> str:
    return str(studio.nodes(TITLE).get(shot, {}).get("data", {}).get("prompt", ""))


def test_whatever_is_killed_the_page_goes_on(page: Page, film: StudioPage, place: Path) -> None:
    port = free_port()
    with server(place, port) as (studio, _):
        page.goto(studio.page("genstudio/app"))
        film.create_project(TITLE)
        shot = film.add("shot")
        the_kernel_is_killed(film, studio, shot)
        the_producer_is_killed(film, studio, shot, place)
        film.write_prompt(shot, "written before the server was killed")
        until(lambda: prompt_on_disk(studio, shot) == "written before the server was killed", what="the edit before the kill")
    expect(film.hook("connection")).to_have_attribute("data-state", "lost")
    film.write_prompt(shot, "written while there was no server")
    with server(place, port) as (studio, _):
        expect(film.hook("connection")).to_have_attribute("data-state", "open")
        until(lambda: prompt_on_disk(studio, shot) == "written while there was no server", what="the edit made meanwhile")
        film.generate(shot, "SHOT-010_v01_take02")
        page.reload()
        film.shows(shot, "SHOT-010_v01_take02")
        expect(film.hook(f"prompt-{shot}").first).to_contain_text("written while there was no server")


def the_kernel_is_killed(film: StudioPage, studio: Studio, shot: str) -> None:
    """The page lives on the server's WebSocket: edits go on, and nothing lies over the canvas."""
    (kernel,) = [each["id"] for each in kernels(studio) if each["connections"]]
    process = until(lambda: process_of(kernel), what="the kernel")
    process.kill()
    process.wait(30)
    film.write_prompt(shot, "written without a kernel")
    until(lambda: prompt_on_disk(studio, shot) == "written without a kernel", what="the edit without a kernel")
    expect(film.hook("connection")).to_have_attribute("data-state", "open")
    until(lambda: process_of(kernel), what="Jupyter starts the kernel again")
    film.write_prompt(shot, "written beside a new kernel")
    until(lambda: prompt_on_disk(studio, shot) == "written beside a new kernel", what="the edit beside a new kernel")
    assert film.page.locator(".jp-Dialog, dialog[open]").count() == 0
    film.page.keyboard.press("Escape")
    film.page.screenshot(path=studio.workspace.parent / "without-kernel.png")


def the_producer_is_killed(film: StudioPage, studio: Studio, shot: str, place: Path) -> None:
    """The click is in the store: another producer takes over what was running."""
    film.hook(f"generate-{shot}").click()
    (state,) = (place / "state" / "genstudio").glob("*")
    found = until(lambda: holder(state), what="the producer")
    os.kill(found.pid, signal.SIGKILL)
    film.shows(shot, "SHOT-010_v01_take01")
    takes = place / "Studio" / "Projects" / TITLE / "03_Renders" / "SCENE_01" / "SHOT_010"
    assert len(list(takes.glob("*.json"))) == 1
