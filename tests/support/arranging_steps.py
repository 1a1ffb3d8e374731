"""Shots in a row that go into an assembler, and how a person arranges them, wherever the canvas is shown."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING, Any

from engine_lab import until
from playwright.sync_api import expect

from genstudio.project.media import ffmpeg_path
from genstudio.schema.canvas import Operation, Patch

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from studio_page import StudioPage

    from genstudio.project.project import ProjectFolder
    from genstudio.project.workspace import WorkspaceFolder

__all__ = [
    "arranged",
    "copied_to_another_canvas",
    "document",
    "files_become_nodes_fill_nodes_or_say_why_not",
    "scenes_are_made_folded_entered_and_dissolved",
    "wire_dropped_in_space",
]


def arranged(workspace: WorkspaceFolder, title: str) -> ProjectFolder:
    """Make a project with three shots in a row, ``shot_0`` to ``shot_2``, that go into the assembler ``cut``."""
    found = workspace.create(title)
    operations = [
        Operation(op="add", path="/nodes/cut", value={"type": "vse_assembler", "data": {"events": {}}}),
        Operation(op="add", path="/layout/cut", value={"x": 1050, "y": 0}),
    ]
    for at in range(3):
        name = f"shot_{at}"
        operations.append(Operation(op="add", path=f"/nodes/{name}", value={"type": "shot", "data": {"name": f"Fox {at}"}}))
        operations.append(Operation(op="add", path=f"/layout/{name}", value={"x": 300 * at, "y": 20 * at}))
        ends = {"source": name, "sourceHandle": "sequence_out", "target": "cut", "targetHandle": "sequence_in"}
        operations.append(Operation(op="add", path=f"/edges/e_{at}", value=ends))
    found.canvas().apply(Patch(base=0, operations=tuple(operations), author="test"))
    return found


def document(project: ProjectFolder) -> dict[str, Any]:
    """Return the main canvas of a project as it is on disk."""
    return dict(json.loads((project.root / project.manifest.canvas_path).read_text()))


def files_become_nodes_fill_nodes_or_say_why_not(film: StudioPage, project: ProjectFolder, place: Path) -> None:
    """Drop videos, sounds and pictures, made in a folder, on an empty canvas and on its nodes; and files that are not what they say."""
    page = film.page
    walk = _made_by_ffmpeg(place / "a walk #1.mp4", "testsrc=size=160x90:rate=12:duration=1")
    wind = _made_by_ffmpeg(place / "wind.wav", "sine=duration=0.3")
    fox = _made_by_ffmpeg(place / "red_fox.png", "color=orange:size=64x64", "-frames:v", "1")
    (place / "page.html").write_text("<script>alert(1)</script>")
    (place / "lies.mp4").write_bytes(fox.read_bytes())

    film.drop(walk)
    expect(page.locator('[data-type="motion_source"]')).to_have_count(1)
    expect(page.locator('[data-testid^="source-motion_source"]')).to_have_js_property("readyState", 4)
    audio = film.add("audio")
    film.drop(wind, film.middle(film.hook(f"node-{audio}")))
    expect(film.hook(f"source-{audio}")).to_be_visible()
    assert until(lambda: document(project)["nodes"][audio]["data"]["file"], what="the file of the sound") == (
        "01_Assets/Source_Media/wind.wav"
    )
    film.drop(wind, film.middle(film.hook(f"node-{audio}")))
    until(lambda: document(project)["nodes"][audio]["data"]["file"].endswith("wind-2.wav"), what="a second file of one name")

    page.keyboard.press("Escape")
    film.drop(fox, (500, 700))
    film.hook("picture-character").click()
    expect(page.locator('[data-type="asset"] img')).to_be_visible()
    for bad in ("page.html", "lies.mp4"):
        film.drop(place / bad, (800, 200))
        expect(film.hook("arrival").get_by_role("alert")).to_contain_text(bad)
        film.hook("arrival").get_by_role("button").click()
        expect(film.hook("arrival")).to_have_count(0)


def scenes_are_made_folded_entered_and_dissolved(film: StudioPage, project: ProjectFolder) -> None:
    """Group two shots, fold, enter, find what is hidden, and take it all back; no wire is lost."""
    page = film.page
    before = document(project)
    nodes, wires = page.locator(".svelte-flow__node"), page.locator(".svelte-flow__edge")
    expect(nodes).to_have_count(4)
    expect(wires).to_have_count(3)
    film.stands_still()
    film.hook("node-shot_0").click(position={"x": 60, "y": 14})
    film.hook("node-shot_1").click(position={"x": 60, "y": 14}, modifiers=["Control"])
    page.keyboard.press("Control+g")
    expect(nodes).to_have_count(5)
    (scene,) = until(lambda: set(document(project)["nodes"]) - set(before["nodes"]), what="the scene")
    assert document(project)["edges"] == before["edges"]
    expect(film.hook(f"node-{scene}")).to_be_visible()
    expect(page.locator(f'.svelte-flow__node.selected[data-id="{scene}"]')).to_have_count(1)

    page.keyboard.press("c")
    expect(nodes).to_have_count(3)
    expect(wires).to_have_count(3)
    expect(film.socket(scene, "shot_0.sequence_out")).to_have_attribute("data-connected", "true")
    page.keyboard.press("e")
    expect(film.hook("crumbs")).to_be_visible()
    expect(film.hook("node-shot_0")).to_be_visible()
    expect(page.locator('.svelte-flow__node.gs-outside[data-id="cut"]')).to_have_count(1)
    expect(film.hook("node-shot_2")).to_have_count(0)
    inner = film.add("note")
    assert until(lambda: document(project)["nodes"].get(inner), what="the note")["parent"] == scene
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(film.hook("crumbs")).to_have_count(0)

    page.keyboard.press("Control+f")
    film.hook("find-field").fill("fox 1")
    page.keyboard.press("Enter")
    expect(film.hook("crumbs")).to_be_visible()
    expect(page.locator('.svelte-flow__node.selected[data-id="shot_1"]')).to_have_count(1)
    for _ in ("the note", "folding", "the scene"):
        page.keyboard.press("Control+z")
    until(lambda: document(project)["nodes"] == before["nodes"], what="everything taken back")
    assert document(project)["edges"] == before["edges"]


def copied_to_another_canvas(film: StudioPage, project: ProjectFolder, other: ProjectFolder, go: Callable[[ProjectFolder], object]) -> None:
    """Copy all nodes, paste them into another project, which ``go`` opens, and take them back there in one step."""
    page = film.page
    expect(film.hook("node-shot_1")).to_be_visible()
    expect(film.hook("generate-cut")).to_have_text("Make what is missing")
    film.stands_still()
    page.locator(".svelte-flow__pane").click(position={"x": 20, "y": 20})
    page.keyboard.press("Control+a")
    page.keyboard.press("Control+c")
    go(other)
    before = set(document(other)["nodes"])
    page.locator(".svelte-flow__pane").click(position={"x": 20, "y": 20})
    page.keyboard.press("Control+v")
    made = until(lambda: (new := set(document(other)["nodes"]) - before) and len(new) == 4 and new, what="the copies")
    there = document(other)
    assert sorted(there["nodes"][name]["type"] for name in made) == ["shot", "shot", "shot", "vse_assembler"]
    wires = [edge for edge in there["edges"].values() if edge["target"] in made]
    assert len(wires) == 3
    assert {edge["source"] for edge in wires} < made
    assert made.isdisjoint(document(project)["nodes"])
    page.keyboard.press("Control+z")
    until(lambda: set(document(other)["nodes"]) == before, what="the copies taken back in one step")


def wire_dropped_in_space(film: StudioPage, project: ProjectFolder) -> None:
    """Let a wire go in free space, take what fits it first, and take both back."""
    page = film.page
    expect(film.hook("node-shot_0")).to_be_visible()
    film.stands_still()
    start = film.middle(film.socket("shot_0", "pipeline"))
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(start[0] - 40, start[1] + 250, steps=6)
    page.mouse.up()
    expect(page.get_by_test_id("quick-search")).to_be_focused()
    expect(page.locator(".gs-quick h3").first).to_have_text("Fits this wire")
    page.keyboard.press("Enter")
    made = until(
        lambda: [edge for edge in document(project)["edges"].values() if edge["targetHandle"] == "pipeline"],
        what="the wire of the new node",
    )
    assert [edge["target"] for edge in made] == ["shot_0"]
    assert document(project)["nodes"][made[0]["source"]]["type"] == "pipeline"
    page.keyboard.press("Control+z")
    until(lambda: made[0]["source"] not in document(project)["nodes"], what="node and wire taken back in one step")


def _made_by_ffmpeg(file: Path, *source: str) -> Path:
    """Make a small media file."""
    subprocess.run([ffmpeg_path(), "-v", "error", "-y", "-f", "lavfi", "-i", *source, str(file)], check=True)
    return file
