"""Jobs, takes and films as Python objects, on the real engine."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

import pytest

from genstudio import Canvas, Project, Workspace
from genstudio.project.media import probe
from genstudio.schema.errors import BadInputError, GenStudioError, NotFoundError
from genstudio.widget import Film, JobTimeoutError, TakeList
from genstudio.widget.progress import JobProgress

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from genstudio.project.workspace import WorkspaceFolder

pytestmark = pytest.mark.slow

SECONDS = 180.0


@pytest.fixture(scope="module")
def film(home: WorkspaceFolder) -> Iterator[Project]:
    """A project with one short shot, where an engine runs."""
    studio = Workspace(home.root)
    project = studio.create("<b>Film</b> & «лиса»")
    project.configure(height=128)
    yield project
    studio.close()


@pytest.fixture(scope="module")
def canvas(film: Project) -> Canvas:
    canvas = film.canvas()
    shot = canvas.add_shot("SHOT_010", prompt="a <i>fox</i> crosses a river", duration="500ms")
    shot.connect(canvas.add("vse_assembler", name="Film"))
    return canvas


@pytest.fixture(scope="module")
def takes(canvas: Canvas) -> TakeList:
    return canvas.shot("SHOT_010").generate(quality="low", takes=2).result(timeout=SECONDS)


def test_generate_returns_at_once_and_the_result_is_the_takes(takes: TakeList, canvas: Canvas) -> None:
    assert [take.id for take in takes] == ["SHOT-010_v01_take01", "SHOT-010_v01_take02"]
    assert list(takes) == list(canvas.shot("SHOT_010").takes)[:2]
    assert probe(takes[0].path).frames == 12
    before = time.monotonic()
    job = canvas.shot("SHOT_010").generate()
    assert time.monotonic() - before < 5
    job.cancel()
    job.wait(SECONDS)


def test_a_take_says_how_it_was_made(takes: TakeList) -> None:
    provenance = takes[0].provenance
    assert provenance["pipeline"]["id"] == "draft-video"
    assert provenance["inputs"]["prompt"] == "a <i>fox</i> crosses a river"
    assert isinstance(provenance["inputs"]["seed"], int)
    assert re.fullmatch("[0-9a-f]{64}", provenance["sha256"])
    assert provenance["quality"] | {"notice": ""} == {
        "requested": "low",
        "used": "draft",
        "label": provenance["quality"]["label"],
        "notice": "",
    }


def test_a_take_plays_in_a_cell(takes: TakeList) -> None:
    shown = takes[0]._repr_html_()
    assert "<video controls" in shown
    assert "data:video/mp4;base64," in shown
    assert "SHOT-010_v01_take01" in shown
    assert takes._repr_html_().count("<video") == 2
    assert len(repr(takes)) < 200


def test_a_job_can_be_opened_again_by_its_id(film: Project, takes: TakeList) -> None:
    first = film.jobs()[-1]
    assert film.job(first.id).state == "succeeded"
    assert list(film.job(first.id).takes) == list(takes)
    with pytest.raises(NotFoundError):
        film.job("task_x")


def test_a_job_that_takes_longer_says_so_and_goes_on(canvas: Canvas) -> None:
    job = canvas.shot("SHOT_010").generate()
    with pytest.raises(JobTimeoutError, match="goes on"):
        job.result(timeout=0)
    assert len(job.result(timeout=SECONDS)) == 1


def test_a_cancelled_job_says_so_and_keeps_nothing(canvas: Canvas) -> None:
    shot = canvas.add_shot("SHOT_900", prompt="a fox", duration="30s")
    job = shot.generate()
    assert job.cancel() is job
    assert job.wait(SECONDS)
    assert job.state == "cancelled"
    with pytest.raises(GenStudioError, match="cancelled"):
        job.result()
    assert len(shot.takes) == 0
    shot.remove()


def test_wrong_numbers_of_takes_are_refused(canvas: Canvas) -> None:
    for number in (0, -1, 33):
        with pytest.raises(BadInputError, match="1 to 32"):
            canvas.shot("SHOT_010").generate(takes=number)


def test_the_chosen_take_stands_in_the_film(canvas: Canvas, takes: TakeList) -> None:
    shot = canvas.shot("SHOT_010")
    shot.active_take = takes[0]
    assert shot.active_take == takes[0]
    made = canvas.cut()
    assert made.cut is not None
    assert [event.source.take for event in made.cut.events] == [takes[0].id]
    shot.active_take = None
    assert shot.active_take == shot.takes[-1]


def test_the_film_is_rendered_and_plays_in_a_cell(film: Project, takes: TakeList) -> None:
    rendered = film.render().result(timeout=SECONDS)
    assert isinstance(rendered, Film)
    assert rendered.path.parent == film.path / "06_Exports"
    assert probe(rendered.path).frames == 12
    assert "<video controls" in rendered._repr_html_()
    assert film.canvas().edl().suffix == ".edl"


def test_a_job_shows_its_progress_and_then_its_takes(canvas: Canvas, takes: TakeList) -> None:
    job = canvas.shot("SHOT_010").generate()
    shown = JobProgress(job)
    bundle = shown._repr_mimebundle_()
    assert bundle["text/plain"].startswith("<Job task_")
    assert "application/vnd.jupyter.widget-view+json" in bundle
    job.wait(SECONDS)
    deadline = time.monotonic() + SECONDS
    while "<video" not in shown._result.value and time.monotonic() < deadline:
        time.sleep(0.02)
    assert "<video controls" in shown._result.value
    assert (shown._bar.value, shown._bar.bar_style) == (100, "success")
    assert "Low" not in shown._result.value or "draft" in shown._result.value


def test_a_missing_media_file_is_said_and_not_raised(canvas: Canvas, takes: TakeList, tmp_path: Path) -> None:
    path = takes[1].path
    path.rename(tmp_path / path.name)
    assert "git restore" in takes[1]._repr_html_()
    (tmp_path / path.name).rename(path)
