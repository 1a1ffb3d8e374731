"""Looking back and going back, recovery, the queue and what stands before Generate, in the studio's own page."""

from __future__ import annotations

import itertools
import re
import shutil
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image
from playwright.sync_api import expect
from running_studio import private_environment
from studio_page import StudioPage

from genstudio.graph.plan import plan_shot
from genstudio.project.intent import plan_context
from genstudio.project.workspace import WorkspaceFolder
from genstudio.schema.canvas import Operation, Patch
from genstudio.schema.take import TakeRecord

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser
    from running_studio import Studio

    from genstudio.project.project import ProjectFolder

pytestmark = [pytest.mark.browser, pytest.mark.slow]
_NUMBERS = itertools.count(1)
NODES = {
    "shot_010": {"type": "shot", "data": {"name": "Crossing", "prompt": "a fox"}},
    "film": {"type": "vse_assembler", "data": {"name": "Film"}},
}
WIRE = {"source": "shot_010", "sourceHandle": "sequence_out", "target": "film", "targetHandle": "sequence_in", "order": "a0"}


def edit(project: ProjectFolder, *operations: tuple[Any, str, Any]) -> None:
    """Edit the canvas as another process does."""
    file = project.canvas()
    made = tuple(Operation(op=op, path=path, value=value) for op, path, value in operations)
    file.apply(Patch(base=file.read().canvas.version, operations=made, author="bob#2"))


def publish(project: ProjectFolder, scratch: Path) -> None:
    """Publish and commit a take of just what the canvas asks of the shot now."""
    canvas = project.canvas().read().canvas
    plan = plan_shot(canvas, "shot_010", plan_context(project, canvas, {}))
    media = scratch / "take.png"
    Image.new("RGB", (320, 180), "teal").save(media)
    known = {"schema": "genstudio.take/1", "id": "SHOT-010_v01_take01", "renders": "SCENE_01/SHOT_010", "media": "x.png", "kind": "image"}
    made = {
        "sha256": "0" * 64,
        "bytes": 1,
        "pipeline": {"id": "draft-image", "version": "1.0.0"},
        "quality": {"requested": "low", "used": "draft"},
    }
    asked = {"intent_key": plan.intent_key, "inputs": plan.inputs, "job": "job"}
    canvas_of = {"canvas": {"path": project.canvas().path, "version": 1, "node": "shot_010"}}
    name = project.takes.claim("SCENE_01/SHOT_010", 1, "job")
    record = project.takes.publish(name, media, TakeRecord.model_validate({**known, **made, **asked, **canvas_of}))
    project.repository.commit_all(f"{record.id}: a fox")


@pytest.fixture(scope="module")
def workspace(place: Path) -> Iterator[WorkspaceFolder]:
    """The studio's workspace, for a process beside it."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in private_environment(place).items():
            patch.setenv(name, value)
        yield WorkspaceFolder.find(place / "Studio")


@pytest.fixture(scope="module")
def desk(chromium: Browser, workspace: WorkspaceFolder, studio: Studio) -> Iterator[StudioPage]:
    """One page for all tests of this module."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, color_scheme="dark")
    context.set_default_timeout(60_000)
    context.set_default_navigation_timeout(180_000)  # the first visitor of a studio waits for its kernel
    film = StudioPage(context.new_page())
    film.page.goto(studio.page("genstudio/app"))
    expect(film.hook("home")).to_be_visible()
    yield film
    context.close()


def show(desk: StudioPage, project: ProjectFolder) -> StudioPage:
    """Open a project in the page, as a link to it does."""
    desk.page.evaluate("uuid => { location.hash = `project=${uuid}` }", project.uuid)
    expect(desk.hook("project-title")).to_have_text(project.manifest.title)
    expect(desk.hook("node-shot_010")).to_be_visible()
    return desk


def film_of(workspace: WorkspaceFolder, title: str) -> ProjectFolder:
    project = workspace.create(f"{title} {next(_NUMBERS)}")
    edit(project, *(("add", f"/nodes/{name}", node) for name, node in NODES.items()), ("add", "/edges/e_1", WIRE))
    return project


def test_an_artist_sees_what_happened_names_it_and_goes_back(desk: StudioPage, workspace: WorkspaceFolder, tmp_path: Path) -> None:
    project = film_of(workspace, "Back")
    publish(project, tmp_path)
    film = show(desk, project)
    assert film.page.evaluate("document.activeElement === document.body")
    film.page.keyboard.press("?")  # nothing has the focus: on a page of our own the keys are meant for the canvas
    expect(film.page.get_by_role("dialog", name="Keys")).to_be_visible()
    film.page.keyboard.press("Escape")
    film.page.keyboard.press("h")
    versions = film.hook("version")
    expect(versions).to_have_count(2)
    expect(versions.first).to_contain_text("SHOT_010 take 1")
    expect(versions.first.locator("img")).to_have_js_property("complete", value=True)

    film.hook("checkpoint-name").fill("Rough cut")
    film.page.keyboard.press("Enter")
    expect(film.hook("checkpoint-name")).to_have_value("")
    expect(versions.first).to_contain_text("Rough cut")
    edit(project, ("replace", "/nodes/shot_010/data/prompt", "a bear"))
    expect(film.hook("stale-shot_010")).to_be_visible()
    expect(film.hook("cut-stale-shot_010")).to_be_visible()

    versions.first.get_by_role("button").first.click()
    film.hook("against").select_option("now")
    expect(film.hook("changes")).to_have_text(re.compile(r"SHOT_010 prompt\s*a fox\s*became\s*a bear"))
    film.hook("go-back").click()
    expect(film.hook("restore-preview")).to_contain_text("SHOT_010 prompt")
    expect(film.hook("nothing-lost")).to_contain_text("Nothing is lost")
    film.hook("confirm-back").click()
    expect(film.page.get_by_role("dialog")).to_have_count(0)
    expect(film.hook("prompt-shot_010").first).to_contain_text("a fox")
    expect(film.hook("stale-shot_010")).to_have_count(0)
    assert project.canvas().read().canvas.nodes["shot_010"].data["prompt"] == "a fox"

    film.page.get_by_role("button", name="Close the history").click()
    expect(film.hook("history-panel")).to_have_count(0)
    film.page.keyboard.press("Control+z")
    expect(film.hook("prompt-shot_010").first).to_contain_text("a bear")


def test_what_happens_to_the_file_behind_the_studio_is_told_and_can_be_taken_back(desk: StudioPage, workspace: WorkspaceFolder) -> None:
    project = film_of(workspace, "Recovery")
    film = show(desk, project)
    path = project.root / project.canvas().path
    path.write_text(path.read_text().replace("a fox", "a goat"))
    expect(film.hook("recovery")).to_have_attribute("data-kind", "outside")
    film.hook("recovery-look").click()
    expect(film.hook("recovery")).to_contain_text("a goat")
    film.hook("recovery-back").click()
    expect(film.hook("prompt-shot_010").first).to_contain_text("a fox")
    expect(film.hook("recovery")).to_have_count(0)

    path.write_text(path.read_text()[:-200])
    expect(film.hook("recovery")).to_have_attribute("data-kind", "damaged")
    film.hook("recovery-look").click()
    expect(film.hook("recovery-why")).to_contain_text("main_canvas.json")
    film.hook("recovery-copies").click()
    film.hook("copy").first.click()
    expect(film.hook("restore-preview")).to_contain_text("The canvas is like that already.")
    film.page.keyboard.press("Escape")
    film.page.keyboard.press("Escape")
    expect(film.hook("history-panel")).to_have_count(0)
    film.hook("recovery-keep").click()
    expect(film.hook("recovery")).to_have_count(0)
    assert project.canvas().read().canvas.nodes["shot_010"].data["prompt"] == "a fox"


def test_a_conflict_of_a_merge_is_chosen_at_its_node(desk: StudioPage, workspace: WorkspaceFolder) -> None:
    project = film_of(workspace, "Conflict")
    film = show(desk, project)
    edit(project, ("add", "/nodes/shot_010/conflicts", {"/data/prompt": {"base": "a cat", "ours": "a fox", "theirs": "a wolf"}}))
    film.hook("node-shot_010").click(position={"x": 60, "y": 14})
    film.hook("choose-theirs").click()
    expect(film.hook("conflicts")).to_have_count(0)
    expect(film.page.locator('textarea[data-testid="prompt-shot_010"]').first).to_have_value("a wolf")
    assert project.canvas().read().canvas.nodes["shot_010"].data["prompt"] == "a wolf"


def test_the_queue_is_paused_reordered_and_emptied(desk: StudioPage, workspace: WorkspaceFolder) -> None:
    project = film_of(workspace, "Queue")
    film = show(desk, project)
    film.hook("queue").click()
    film.hook("pause").click()
    expect(film.hook("paused")).to_contain_text("nothing more starts")
    film.hook("node-shot_010").click(position={"x": 60, "y": 14})
    expect(film.hook("preflight")).to_contain_text("Animatic")
    expect(film.hook("preflight")).to_contain_text("no past take tells how long")
    film.page.get_by_role("spinbutton", name="Takes").fill("3")
    film.hook("queue").click()
    film.hook("generate-takes").click()
    film.hook("queue").click()
    jobs = film.hook("job")
    expect(jobs).to_have_count(3)
    first, second, third = [job.get_attribute("data-job") for job in jobs.all()]
    jobs.nth(2).get_by_role("button", name="up").click()
    expect(jobs.nth(1)).to_have_attribute("data-job", third or "")
    jobs.nth(0).get_by_test_id("cancel-job").click()
    expect(jobs).to_have_count(2)
    assert [job.get_attribute("data-job") for job in jobs.all()] == [third, second]
    film.hook("ended").click()
    expect(film.page.locator(f'[data-job="{first}"]')).to_contain_text("Cancelled by")
    film.hook("cancel-all").click()
    film.hook("cancel-all").click()
    expect(film.hook("retry")).to_have_count(3)
    film.hook("resume").click()
    expect(film.hook("paused")).to_have_count(0)


def test_a_canvas_that_nothing_can_repair_is_brought_back_from_its_versions(desk: StudioPage, workspace: WorkspaceFolder) -> None:
    project = film_of(workspace, "Rescue")
    project.history.checkpoint("good")
    for folder in (".genstudio", "04_Project_Files/Auto_Saves"):  # as a clone, which has neither a journal nor copies
        shutil.rmtree(project.root / folder)
    path = project.root / project.canvas().path
    path.write_text(path.read_text()[:90])
    project.repository.commit([project.canvas().path], "half")
    desk.page.evaluate("uuid => { location.hash = `project=${uuid}` }", project.uuid)
    expect(desk.hook("rescue")).to_contain_text("2 nodes")
    desk.hook("rescue-version").first.click()
    expect(desk.hook("node-shot_010")).to_be_visible()
    assert project.canvas().read().canvas.nodes["shot_010"].data["prompt"] == "a fox"
