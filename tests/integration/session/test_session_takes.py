"""Takes through a view: reviews that all views see, comparison, contact sheets, media from elsewhere."""

from __future__ import annotations

import subprocess
from typing import Any

import pytest
from PIL import Image

from genstudio.project.media import ffmpeg_path, probe
from genstudio.project.project import ProjectFolder
from genstudio.session.media import resolve_url

FIRST, SECOND = "SHOT-010_v01_take01", "SHOT-010_v01_take02"


@pytest.fixture
def ann(view: Any, project: ProjectFolder) -> Any:
    """A view with a shot that has two adopted takes: a video and a picture."""
    ann = view("ann")
    ann.add_shot(prompt="a fox")
    folder = project.root / "01_Assets/Source_Media"
    source = ["-f", "lavfi", "-i", "testsrc2=size=640x360:rate=24:duration=1"]
    subprocess.run([ffmpeg_path(), "-loglevel", "error", *source, str(folder / "a.mp4")], check=True)
    Image.new("RGB", (640, 360), "red").save(folder / "b.png")
    for name in ("a.mp4", "b.png"):
        ann.result("adopt_take", node_id="shot_010", path=f"01_Assets/Source_Media/{name}")
    return ann


def test_a_review_is_seen_by_every_view_and_can_be_taken_back(ann: Any, view: Any) -> None:
    bob = view("bob")
    ann.result("rate_take", node_id="shot_010", take=FIRST, stars=5)
    note = ann.result("add_note", node_id="shot_010", take=FIRST, text="the tail flickers", frame=7)["note"]
    bob.result("approve_take", node_id="shot_010", take=FIRST, approval="approved")
    bob.result("resolve_note", node_id="shot_010", take=FIRST, note=note)
    sequence = bob.session.file.read().sequence
    for side in (ann, bob):
        side.wait_for_sequence(sequence)
        told = side.canvas.nodes["shot_010"].data["review"][FIRST]
        assert (told["rating"], told["approval"]) == (5, "approved")
        assert (told["notes"][note]["frame"], told["notes"][note]["author"], told["notes"][note]["resolved"]) == (7, "ann", True)
    bob.result("undo")
    assert not bob.session.file.read().canvas.nodes["shot_010"].data["review"][FIRST]["notes"][note]["resolved"]
    ann.result("remove_note", node_id="shot_010", take=FIRST, note=note)


def test_takes_are_compared_and_printed(ann: Any, project: ProjectFolder) -> None:
    found = ann.result("compare_takes", node_id="shot_010", first=FIRST, second=SECOND)
    assert not found["identical"]
    assert {"kind", "frames"} <= {each["name"] for each in found["differences"]}
    sheet = ann.result("contact_sheet", node_id="shot_010", kind="png")["path"]
    assert (project.root / sheet).is_file()


def test_a_proxy_is_served_by_its_address(ann: Any, project: ProjectFolder) -> None:
    take = ann.session.sync().takes["shot_010"][0]
    small = resolve_url(project, f"{take.output_url}?proxy")
    assert probe(small.path).width == 320
    assert ann.result("media_info", url=f"{take.output_url}?proxy")["type"] == "video/mp4"


def test_a_take_that_is_not_there_is_named(ann: Any) -> None:
    for method, more in (("rate_take", {"stars": 1}), ("reproduce_take", {}), ("add_note", {"text": "x"})):
        answer = ann.call(method, node_id="shot_010", take="SHOT-010_v01_take77", **more)
        assert answer.payload["code"] == "not_found"
    assert ann.call("rate_take", node_id="shot_010", take=FIRST, stars=9).payload["code"] == "bad_input"
    assert ann.call("adopt_take", node_id="shot_010", path="../../etc/passwd").payload["code"] == "bad_input"
    assert ann.call("reproduce_take", node_id="shot_010", take=FIRST).payload["code"] == "bad_input"
