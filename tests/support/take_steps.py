"""A shot with two takes, and what a person does with them, wherever the canvas is shown."""

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
from genstudio.schema.canvas import Operation, Patch
from genstudio.schema.take import TakeRecord

if TYPE_CHECKING:
    from studio_page import StudioPage

    from genstudio.project.project import ProjectFolder
    from genstudio.project.workspace import WorkspaceFolder

__all__ = [
    "FIRST",
    "SECOND",
    "SHOT",
    "brought_back",
    "compared",
    "dailies",
    "noted_at_a_frame",
    "rated_by_click_and_by_key",
    "reproduced",
    "review",
    "select",
    "settings_return",
]

SHOT, FIRST, SECOND = "shot_010", "SHOT-010_v01_take01", "SHOT-010_v01_take02"
PLAYS = "hook => document.querySelector(`[data-testid=${hook}]`)?.currentTime > 0"
TIMES = "() => [...document.querySelectorAll('.gs-compare video')].map(video => video.currentTime)"


def dailies(workspace: WorkspaceFolder) -> ProjectFolder:
    """Make a project with a shot that has two takes of two seconds, as the engine publishes them."""
    project = workspace.create(f"Dailies {token_hex(3)}")
    project.update_settings(height=90, fps="12")
    data = {"name": "Fox", "prompt": "a fox in the snow", "duration": "2s", "renders": "SCENE_01/SHOT_010"}
    shot = Operation(op="add", path=f"/nodes/{SHOT}", value={"type": "shot", "data": data})
    project.canvas().apply(Patch(base=0, operations=(shot,), author="test"))
    for seed, picture in ((7, "testsrc2"), (8, "smptebars")):
        _publish(project, Catalogue.load(workspace.root), seed, picture)
    return project


def _publish(project: ProjectFolder, catalogue: Catalogue, seed: int, picture: str) -> None:
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


def select(film: StudioPage) -> None:
    film.hook(f"node-{SHOT}").click(position={"x": 60, "y": 14})


def rated_by_click_and_by_key(film: StudioPage, project: ProjectFolder) -> None:
    select(film)
    expect(film.hook("inspect-take")).to_be_visible()
    film.stands_still()  # the inspector that comes in makes the stage narrower under the pointer
    film.hook(f"take-{FIRST}").hover()
    expect(film.hook(f"preview-{SHOT}")).to_have_attribute("aria-label", re.compile(FIRST))
    film.page.wait_for_function(PLAYS, arg=f"preview-{SHOT}")
    marks = film.hook("inspect-take").get_by_test_id(f"marks-{SECOND}")
    marks.get_by_label("4 stars").click()
    expect(marks).to_have_attribute("data-rating", "4")
    select(film)
    film.page.keyboard.press("Shift+Digit2")
    expect(marks).to_have_attribute("data-rating", "2")
    film.page.keyboard.press("a")
    expect(marks).to_have_attribute("data-approval", "approved")
    expect(film.hook(f"take-{SECOND}")).to_have_attribute("aria-label", "Take 2, animatic, approved, 2 stars")
    until(lambda: review(project) == {"rating": 2, "approval": "approved"}, what="the verdict in the file")


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
    ((key, told),) = until(lambda: review(project).get("notes"), what="the note in the file").items()
    assert told["frame"] == 5
    frame.fill("0")
    note.get_by_role("button", name="00:00:05").click()
    expect(frame).to_have_value("5")
    assert abs(film.hook("review-screen").evaluate("video => video.currentTime") - 5.5 / 12) < 0.02
    note.get_by_label("Resolve").click()
    expect(note.get_by_label("Open again")).to_be_visible()
    until(lambda: review(project)["notes"][key].get("resolved"), what="the resolved note in the file")
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


def settings_return(film: StudioPage, project: ProjectFolder) -> None:
    film.write_prompt(SHOT, "a wolf")
    film.hook(f"use-settings-{SHOT}").click()
    expect(film.hook("notice").filter(has_text="Fox has the settings of take 2 again: prompt, seed.")).to_be_visible()
    expect(film.page.locator(f'textarea[data-testid="prompt-{SHOT}"]').first).to_have_value("a fox in the snow")
    expect(film.hook("notice").filter(has_text="just after you changed it")).to_have_count(0)
    until(lambda: project.canvas().read().canvas.nodes[SHOT].data["seed"] == 8, what="the seed in the file")


def reproduced(film: StudioPage, project: ProjectFolder) -> None:
    """Make the first take again as its record says: the engine makes a third one, and says how alike they are."""
    select(film)
    film.hook(f"take-{FIRST}").click()
    film.shows(SHOT, FIRST)
    film.hook(f"reproduce-{SHOT}").click()
    expect(film.hook("notice").filter(has_text="Take 1 is being made again")).to_be_visible()
    expect(film.hook(f"take-{FIRST.replace('take01', 'take03')}")).to_be_visible()
    # It was another pipeline's picture, published under the name of this one: they cannot be the same.
    expect(film.hook("notice").filter(has_text=f"differs from {FIRST}")).to_be_visible()
    assert len(project.takes.list("SCENE_01/SHOT_010")) == 3


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
