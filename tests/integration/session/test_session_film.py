"""The film in the hands of a view: its order, and the sounds there are for it."""

from __future__ import annotations

from typing import Any

from genstudio.project.paths import get_source_media_dir
from genstudio.project.project import ProjectFolder


def order(view: Any) -> list[str]:
    """Return the sources of the wires into the assembler, in their order."""
    return [edge.source for edge in sorted(view.canvas.edges.values(), key=lambda edge: edge.order)]


def test_the_clips_of_a_film_change_their_order_as_one_edit_that_is_undone(view: Any) -> None:
    ann = view("ann")
    ann.patch(("add", "/nodes/cut_1", {"type": "vse_assembler"}))
    for at in (1, 2, 3):
        ann.add_shot(f"shot_{at}")
        wire = {"source": f"shot_{at}", "sourceHandle": "sequence_out", "target": "cut_1", "targetHandle": "sequence_in", "order": f"a{at}"}
        ann.patch(("add", f"/edges/e_{at}", wire))
    version = ann.session.file.read().canvas.version
    answer = ann.result("order_film", node_id="cut_1", order=["shot_3", "shot_1", "shot_2"])
    ann.wait_for_sequence(answer["sequence"])
    assert order(ann) == ["shot_3", "shot_1", "shot_2"]
    assert answer["version"] == version + 1
    ann.wait_for_sequence(ann.result("undo")["sequence"])
    assert order(ann) == ["shot_1", "shot_2", "shot_3"]
    for wrong in (["shot_1"], ["shot_1", "shot_2", "shot_2"], ["shot_1", "shot_2", "nobody"]):
        assert ann.call("order_film", node_id="cut_1", order=wrong).payload["code"] == "bad_input"
    assert order(ann) == ["shot_1", "shot_2", "shot_3"]


def test_the_sounds_of_a_project_are_those_that_were_brought_in(view: Any, project: ProjectFolder) -> None:
    ann = view("ann")
    assert ann.result("sounds") == []
    folder = get_source_media_dir(project.root)
    (folder / "Music" / ".hidden").mkdir(parents=True)
    for name in ("theme.wav", "Music/End Title.MP3", "plate.mp4", ".secret.wav", "Music/.hidden/x.ogg"):
        (folder / name).write_bytes(b"sound")
    (folder / "link.wav").symlink_to(folder / "theme.wav")
    found = ann.result("sounds")
    assert [sound["path"] for sound in found] == ["01_Assets/Source_Media/Music/End Title.MP3", "01_Assets/Source_Media/theme.wav"]
    assert [sound["name"] for sound in found] == ["End Title.MP3", "theme.wav"]
    assert all(sound["bytes"] == 5 for sound in found)
