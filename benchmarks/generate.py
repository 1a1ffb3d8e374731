"""From the click on Generate to the thumbnail of the take, in each host, beside the pipeline alone that draws the same shot."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from benchmarks.browser import WAIT_MS, chromium, new_page, picture_of
from benchmarks.figures import Figure, LeftOutError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Page
    from running_studio import Studio

_PIPELINE: Final = "draft-video"
_PROMPT: Final = "a fox crosses a frozen river, wide, slow dolly left"
_REQUEST: Final = {
    "request_id": "r1", "prompt": _PROMPT, "composed_prompt": _PROMPT, "negative_prompt": "", "seed": 7, "width": 1280, "height": 720,
    "fps": "24", "frames": 96, "kind": "video", "name": "SHOT_010", "inputs": {}, "files": [], "params": {}, "tier": {},
}  # fmt: skip
"""What a new shot of a new project asks for: four seconds of 720p."""


def run(*, quick: bool) -> list[Figure]:
    """Return seconds of a Generate with the engine awake; the first of each host, which may wake it, is left out."""
    repeats = 2 if quick else 5
    figures = []
    with tempfile.TemporaryDirectory() as folder, chromium() as browser, _hosts(Path(folder)) as hosts:
        for name, open_page in hosts:
            seconds = _takes(browser, name, open_page, repeats)
            alone = statistics.median(_alone() for _ in range(repeats))
            figures.append(
                Figure("generate", f"Generate to thumbnail, {name}", statistics.median(seconds), "s", "the pipeline alone", alone, repeats)
            )
    return figures


@contextmanager
def _hosts(folder: Path) -> Iterator[list[tuple[str, Callable[[Page], object]]]]:
    from running_studio import plain_voila, running_studio

    plain = folder / "plain"
    plain.mkdir()
    with running_studio(folder) as studio, plain_voila(plain) as address:
        studio.put_notebook("studio.ipynb", ["from genstudio import Workspace\nWorkspace()"])
        yield [
            ("JupyterLab", lambda page: _lab(page, studio)),
            ("the studio's page", lambda page: page.goto(studio.page("genstudio/app"))),
            ("plain Voila", lambda page: page.goto(address)),
        ]


def _lab(page: Page, studio: Studio) -> None:
    page.goto(studio.page("lab/tree/studio.ipynb?reset"))
    page.locator('.jp-Notebook-ExecutionIndicator[data-status="idle"]').wait_for(timeout=WAIT_MS)
    page.locator(".jp-Notebook .jp-CodeCell .cm-content").first.click()
    page.keyboard.press("Shift+Enter")


def _takes(browser: Browser, name: str, open_page: Callable[[Page], object], repeats: int) -> list[float]:
    from playwright.sync_api import Error
    from studio_page import StudioPage

    with new_page(browser) as page:
        try:
            open_page(page)
            film = StudioPage(page)
            film.create_project(name)
            shot, pipeline = film.add("shot"), film.add("pipeline")
            film.drag_wire(pipeline, "pipeline", shot, "pipeline")
            film.write_prompt(shot, _PROMPT)
            return [film.generate(shot, f"take{number:02}") for number in range(1, repeats + 2)][1:]
        except (Error, AssertionError) as error:
            raise LeftOutError(f"{name} did not get to a take; see {picture_of(page)} ({str(error).splitlines()[0]})") from error


def _alone() -> float:
    """Return the seconds of the pipeline's process on a job folder of its own."""
    from genstudio.pipelines.catalogue import Catalogue
    from genstudio.pipelines.invocation import process_command, process_environment

    command = process_command(Catalogue.load().get(_PIPELINE))
    with tempfile.TemporaryDirectory() as folder:
        job = Path(folder)
        (job / "project").mkdir()
        (job / "request.json").write_text(json.dumps(_REQUEST))
        environment = os.environ | process_environment() | {"GENSTUDIO_JOB": str(job)}
        began = time.perf_counter()
        subprocess.run(
            [*command, "--project_path", str(job / "project"), "--node_id", "shot_010"],
            env=environment,
            cwd=job,
            check=True,
            capture_output=True,
        )
        return time.perf_counter() - began
