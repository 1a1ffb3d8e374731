"""Takes in the studio: looked at, reviewed, compared, printed, made again, and a shot brought back from a file that is dropped."""

from __future__ import annotations

import json
import re
import subprocess
from secrets import token_hex
from typing import TYPE_CHECKING, Any

import pytest
from engine_lab import until
from playwright.sync_api import expect

from genstudio.graph.plan import plan_shot
from genstudio.pipelines.catalogue import Catalogue
from genstudio.project.intent import plan_context
from genstudio.project.media import ffmpeg_path, tag
from genstudio.project.workspace import WorkspaceFolder
from genstudio.schema.canvas import Operation, Patch
from genstudio.schema.take import TakeRecord

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page
    from running_studio import Studio
    from studio_page import StudioPage

    from genstudio.project.project import ProjectFolder

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SHOT, FIRST, SECOND = "shot_010", "SHOT-010_v01_take01", "SHOT-010_v01_take02"
TIMES = "() => [...document.querySelectorAll('.gs-compare video')].map(video => video.currentTime)"


@pytest.fixture
def project(studio: Studio) -> ProjectFolder:
    """A project with a shot that has two takes of two seconds, as the engine publishes them."""
    workspace = WorkspaceFolder.find(studio.workspace)
    project = workspace.create(f"Dailies {token_hex(3)}")
    project.update_settings(height=90, fps="12")
    data = {"name": "Fox", "prompt": "a fox in the snow", "duration": "2s", "renders": "SCENE_01/SHOT_010"}
    shot = Operation(op="add", path=f"/nodes/{SHOT}", value={"type": "shot", "data": data})
    project.canvas().apply(Patch(base=0, operations=(shot,), author="test"))
    for seed, picture in ((7, "testsrc2"), (8, "smptebars")):
        publish(project, Catalogue.load(workspace.root), seed, picture)
    return project


def publish(project: ProjectFolder, catalogue: Catalogue, seed: int, picture: str) -> None:
    """Publish a take of what the canvas asks for, with its record embedded."""
    state = project.canvas().read()
    plan = plan_shot(state.canvas, SHOT, plan_context(project, state.canvas, catalogue.tasks))
    name = project.takes.claim(plan.renders, 1, f"job-{seed}")
    record = TakeRecord.model_validate(
        {
            "id": name.id,
            "renders": plan.renders,
            "media": f"{name.id}.mp4",
            "kind": "video",
            "sha256": "0" * 64,
            "bytes": 1,
            "width": 160,
            "height": 90,
            "fps": "12",
            "frames": 24,
            "draft": True,
            "job": f"job-{seed}",
            "intent_key": plan.intent_key,
            "asked": plan.asked,
            "pipeline": {"id": "draft-video", "version": catalogue.get("draft-video").manifest.version},
            "quality": {"requested": "low", "used": "draft"},
            "inputs": {**plan.inputs, "seed": seed},
            "canvas": {"path": project.manifest.canvas_path, "version": state.canvas.version, "node": SHOT, "name": plan.name},
        }
    )
    folder = project.root / "05_Cache" / "made"
    folder.mkdir(parents=True, exist_ok=True)
    plain, tagged = folder / f"{seed}.mp4", folder / f"{seed}-tagged.mp4"
    source = ["-f", "lavfi", "-i", f"{picture}=size=160x90:rate=12:duration=2", "-pix_fmt", "yuv420p", "-g", "4"]
    subprocess.run([ffmpeg_path(), "-loglevel", "error", *source, str(plain)], check=True)
    told = record.model_dump(mode="json", by_alias=True, exclude={"media", "sha256", "bytes"})
    tag(plain, tagged, record.start_timecode, record.reel, json.dumps(told))
    project.takes.publish(name, tagged, record)


def review(project: ProjectFolder, take: str = SECOND) -> dict[str, Any]:
    """Return what the canvas on disk says of a take."""
    return dict(project.canvas().read().canvas.nodes[SHOT].data.get("review", {}).get(take, {}))


def test_takes_are_reviewed_compared_printed_and_brought_back_in_one_sitting(
    page: Page, film: StudioPage, studio: Studio, project: ProjectFolder
) -> None:
    page.goto(studio.page("genstudio/app") + f"#project={project.uuid}")
    film.shows(SHOT, SECOND)
    film.stands_still()
    rated_by_click_and_by_key(film, project)
    noted_at_a_frame(film, project)
    compared(film)
    overlooked(film, project)
    linked(film, studio, project)
    settings_return(film, project)
    brought_back(film, project)


def select(film: StudioPage) -> None:
    film.hook(f"node-{SHOT}").click(position={"x": 60, "y": 14})


def rated_by_click_and_by_key(film: StudioPage, project: ProjectFolder) -> None:
    select(film)
    expect(film.hook("inspect-take")).to_be_visible()
    film.stands_still()  # the inspector that comes in makes the stage narrower under the pointer
    film.hook(f"take-{FIRST}").hover()
    expect(film.hook(f"preview-{SHOT}")).to_have_attribute("src", re.compile(rf"{FIRST}\.mp4$"))
    marks = film.hook("inspect-take").get_by_test_id(f"marks-{SECOND}")
    marks.get_by_label("4 stars").click()
    expect(marks).to_have_attribute("data-rating", "4")
    select(film)
    film.page.keyboard.press("Shift+Digit2")
    expect(marks).to_have_attribute("data-rating", "2")
    film.page.keyboard.press("a")
    expect(marks).to_have_attribute("data-approval", "approved")
    expect(film.hook(f"take-{SECOND}")).to_have_attribute("aria-label", "Take 2, animatic, approved, 2 stars")
    assert review(project) == {"rating": 2, "approval": "approved"}


def noted_at_a_frame(film: StudioPage, project: ProjectFolder) -> None:
    page, frame = film.page, film.hook("transport-frame")
    page.keyboard.press("v")
    expect(film.hook("review-take")).to_be_visible()
    expect(film.hook("review-screen")).to_have_js_property("readyState", 4)
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    expect(frame).to_have_value("5")
    film.hook("new-note").fill("the tail flickers")
    page.keyboard.press("Enter")
    note = film.hook("review-take").locator(".gs-review-note")
    expect(note).to_contain_text("the tail flickers")
    ((key, told),) = review(project)["notes"].items()
    assert told["frame"] == 5
    frame.fill("0")
    note.get_by_role("button", name="00:00:05").click()
    expect(frame).to_have_value("5")
    assert abs(film.hook("review-screen").evaluate("video => video.currentTime") - 5.5 / 12) < 0.02
    note.get_by_label("Resolve").click()
    expect(note.get_by_label("Open again")).to_be_visible()
    assert review(project)["notes"][key]["resolved"]
    page.keyboard.press("Escape")
    expect(film.hook("review-take")).to_have_count(0)
    assert page.evaluate("document.activeElement.closest('.svelte-flow__node')?.dataset.id") == SHOT


def compared(film: StudioPage) -> None:
    page, view = film.page, film.hook("compare-takes")
    film.hook(f"compare-{SHOT}").click()
    for side in ("A", "B"):
        expect(film.hook(f"screen-{side}")).to_have_js_property("readyState", 4)
    page.keyboard.press("Space")
    page.wait_for_function(f"({TIMES})().every(time => time > 0.4)", timeout=60_000)
    page.keyboard.press("Space")
    expect(film.hook("transport-play")).to_have_attribute("aria-label", "Play")
    first, second = page.evaluate(TIMES)
    assert first == pytest.approx(second, abs=1e-3), "both stand on the same frame"
    page.keyboard.press("t")
    expect(view).to_have_attribute("data-front", "B")
    expect(film.hook("screen-A")).to_be_hidden()
    page.keyboard.press("5")
    expect(film.hook("row-B").get_by_test_id(f"marks-{SECOND}")).to_have_attribute("data-rating", "5")
    page.keyboard.press("w")
    expect(view).to_have_attribute("data-mode", "wipe")
    film.hook("measure").click()
    expect(film.hook("likeness")).to_contain_text("over 24 frames")
    expect(view.get_by_role("row", name="seed 7 8")).to_be_visible()
    page.keyboard.press("Escape")
    expect(view).to_have_count(0)
    expect(film.hook(f"compare-{SHOT}")).to_be_focused()


SHAPE = """card => {
  const [across, down] = getComputedStyle(card).aspectRatio.split('/').map(Number);
  return [card.offsetWidth, card.offsetHeight, across / down];
}"""


def overlooked(film: StudioPage, project: ProjectFolder) -> None:
    page, cards = film.page, film.page.locator(".gs-card")
    select(film)
    page.keyboard.press("t")
    expect(cards).to_have_count(2)
    expect(picture(film, FIRST)).to_be_focused()
    width, height, shape = picture(film, FIRST).evaluate(SHAPE)
    assert width / height == pytest.approx(shape, rel=0.03)
    page.keyboard.press("x")
    expect(cards.first).to_have_attribute("data-approval", "rejected")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    expect(picture(film, SECOND)).to_be_focused()
    page.keyboard.press("Space")
    page.keyboard.press("b")
    expect(film.hook("compare-takes")).to_be_visible()
    page.keyboard.press("Escape")
    expect(picture(film, SECOND)).to_be_focused()
    film.hook("filter-approved").click()
    expect(cards).to_have_count(1)
    expect(film.hook("sheet-count")).to_have_text("1 of 2 takes")
    film.hook("print-png").click()
    sheet = film.hook("printed").get_by_role("link")
    expect(sheet).to_be_visible()
    answer = page.request.get(str(sheet.evaluate("link => link.href")))
    assert (answer.status, answer.headers["content-type"]) == (200, "image/png")
    page.keyboard.press("Escape")
    expect(film.hook("takes-sheet")).to_have_count(0)
    assert review(project, FIRST) == {"approval": "rejected"}


def linked(film: StudioPage, studio: Studio, project: ProjectFolder) -> None:
    """Links lead to every view and to the shot, outlive a reload, go back and forward, and say in a sentence what is gone."""
    page, here = film.page, f"project={project.uuid}"
    two = f"#/compare?{here}&node={SHOT}&take={FIRST}&other={SECOND}"
    go_to(page, two)
    page.reload()
    view = film.hook("compare-takes")
    expect(view).to_be_visible()
    expect(view.get_by_label("Take A", exact=True)).to_have_value(FIRST)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    view.get_by_test_id("copy-link").click()
    expect(view.get_by_text("The link is copied.")).to_be_attached()
    assert page.evaluate("navigator.clipboard.readText()") == f"{studio.url}genstudio/app{two}", "and no token"
    page.keyboard.press("Escape")
    expect(view).to_have_count(0)
    page.wait_for_function("here => location.hash === here", arg=f"#{here}")
    page.go_back()
    expect(view).to_be_visible()
    page.go_forward()
    expect(view).to_have_count(0)
    for shown, hook in (("queue", "queue-panel"), ("history", "history-panel"), ("exports", "exports"), ("settings", "settings")):
        go_to(page, f"#/{shown}?{here}")
        expect(film.hook(hook)).to_be_visible()
    go_to(page, f"#/take?{here}&node={SHOT}&take={SECOND}&frame=5")
    expect(film.hook("transport-frame")).to_have_value("5")
    expect(film.hook("settings")).to_have_count(0)
    go_to(page, f"#/take?{here}&node={SHOT}&take=SHOT-010_v01_take09")
    expect(film.hook("notice").filter(has_text="The link leads to take 9 of Fox, which is gone.")).to_be_visible()
    expect(film.hook("review-take")).to_have_count(0)
    expect(film.hook("inspector")).to_be_visible()
    assert page.evaluate("location.hash") == f"#{here}&node={SHOT}"
    go_to(page, "#project=00000000-0000-4000-8000-000000000000")
    expect(page.get_by_text("There is no project")).to_be_visible()
    go_to(page, f"#{here}")
    film.shows(SHOT, SECOND)
    film.stands_still()


def go_to(page: Page, place: str) -> None:
    page.evaluate("place => { location.hash = place }", place)


def settings_return(film: StudioPage, project: ProjectFolder) -> None:
    film.write_prompt(SHOT, "a wolf")
    film.hook(f"use-settings-{SHOT}").click()
    expect(film.hook("notice").filter(has_text="Fox has the settings of take 2 again: prompt, seed.")).to_be_visible()
    expect(film.page.locator(f'textarea[data-testid="prompt-{SHOT}"]').first).to_have_value("a fox in the snow")
    expect(film.hook("notice").filter(has_text="just after you changed it")).to_have_count(0)
    assert project.canvas().read().canvas.nodes[SHOT].data["seed"] == 8


def brought_back(film: StudioPage, project: ProjectFolder) -> None:
    page, node = film.page, film.hook(f"node-{SHOT}")
    select(film)
    page.keyboard.press("Delete")
    expect(node).to_have_count(0)
    (media,) = (project.root / "03_Renders" / "SCENE_01" / "SHOT_010").glob(f"{FIRST}.mp4")
    film.drop(media, name="from the mail.mp4")
    expect(node).to_be_visible()
    film.shows(SHOT, FIRST)
    expect(film.hook(f"take-{SECOND}")).to_be_visible()
    assert project.canvas().read().canvas.nodes[SHOT].data["seed"] == 7
    sources = project.root / "01_Assets" / "Source_Media"
    until(lambda: not list(sources.glob("*.mp4")), what="the copy that was sent to go")
    film.drop(project.root / "05_Cache" / "made" / "7.mp4", name="plain.mp4")
    plain = page.locator('[data-testid^="node-"]').filter(has_text="plain.mp4")
    expect(plain).to_be_visible()
    assert [path.name for path in sources.glob("*.mp4")] == ["plain.mp4"]


def picture(film: StudioPage, take: str) -> Locator:
    return film.hook(f"card-{take}").locator(".gs-card-picture")
