"""``genstudio edl``: lists that are written and lists that are read."""

from __future__ import annotations

import hashlib
import json
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from genstudio.graph.sample import sample_film
from genstudio.project.media import ffmpeg_path
from genstudio.project.paths import get_record_path, get_shot_dir
from genstudio.schema.canvas import Operation
from genstudio.schema.take import TakeName
from genstudio.widget import Project

if TYPE_CHECKING:
    from collections.abc import Callable

    from genstudio.project.project import ProjectFolder

CORPUS = Path(__file__).parents[2] / "corpus" / "edl"


def test_any_list_is_printed_as_events_for_machines(genstudio: Callable[..., Any]) -> None:
    read = genstudio("edl", "parse", str(CORPUS / "test_25.edl"), "--fps", "25", "--json").document
    assert (read["fps"], len(read["events"])) == ("25", 11)
    first = read["events"][0]
    assert {"number", "reel", "channels", "transition", "source_in", "record_out", "comments"} <= set(first)
    assert first["record_in"].count(":") == 3


def test_what_is_wrong_in_a_list_is_named_with_its_line(genstudio: Callable[..., Any], tmp_path: Path) -> None:
    path = tmp_path / "bad.edl"
    path.write_text("001  AX V C 01:00:00:24 01:00:01:00 00:00:00:00 00:00:01:00\n002 what is this\n")
    read = genstudio("edl", "parse", str(path), "--fps", "24")
    assert read.status == 0
    assert "line 1: The timecode 01:00:00:24" in read.err
    assert "line 2: This line is no event" in read.err
    assert "AX" in read.out


@pytest.mark.parametrize("arguments", [("parse", "missing.edl"), ("parse", "missing.edl", "--fps", "none"), ("pars", "missing.edl")])
def test_a_list_that_is_not_there_is_one_line(genstudio: Callable[..., Any], arguments: tuple[str, ...]) -> None:
    ended = genstudio("edl", *arguments)
    assert (ended.status, ended.out, ended.err.count("\n")) == (1, "", 1)


@pytest.fixture
def film(genstudio: Callable[..., Any]) -> Path:
    """The sample film with takes of its shots, as a folder."""
    made = genstudio("new", "Film", "--json").document
    canvas = Project(Path(made["path"])).canvas()
    document = sample_film().document()
    operations = [
        *(Operation(op="add", path=f"/nodes/{name}", value=node) for name, node in document["nodes"].items()),
        *(Operation(op="add", path=f"/edges/{name}", value=edge) for name, edge in document["edges"].items()),
    ]
    canvas.patch(operations, label="film")
    for index, shot in enumerate(canvas.shots):
        make_take(canvas.project.folder, shot.id, str(shot.renders), index)
    return Path(made["path"])


def make_take(project: ProjectFolder, node: str, renders: str, hue: int) -> None:
    name = TakeName(renders=renders, take=1)
    folder = get_shot_dir(project.root, renders)
    folder.mkdir(parents=True, exist_ok=True)
    media = folder / f"{name.id}.mp4"
    picture = f"testsrc2=size=320x180:rate=24,hue=h={hue * 90}"
    command = [ffmpeg_path(), "-v", "error", "-f", "lavfi", "-i", picture, "-frames:v", "48", "-timecode", "01:00:00:00", str(media)]
    subprocess.run(command, check=True)
    record = {
        "id": name.id,
        "renders": renders,
        "media": media.name,
        "kind": "video",
        "sha256": hashlib.sha256(media.read_bytes()).hexdigest(),
        "bytes": media.stat().st_size,
        "width": 320,
        "height": 180,
        "fps": "24",
        "frames": 48,
        "reel": f"T{hue:07}",
        "pipeline": {"id": "p", "version": "1"},
        "quality": {"requested": "low", "used": "low"},
        "canvas": {"path": "c", "version": 1, "node": node},
    }
    get_record_path(project.root, name).write_text(json.dumps({"schema": "genstudio.take/1", **record}))


def test_a_film_goes_to_an_editor_and_comes_back_changed(genstudio: Callable[..., Any], film: Path) -> None:
    handed = genstudio("handoff", str(film), "--json").document
    folder = Path(handed["path"])
    assert {path.suffix for path in folder.iterdir()} >= {".edl", ".otio", ".xml", ".txt", ".json"}
    assert sorted(path.name for path in (folder / "Media").iterdir()) == ["T0000000.mov", "T0000001.mov", "T0000002.mov"]
    edl = folder / "Film.edl"
    assert genstudio("import", str(edl), str(film)).out == "Nothing was changed.\n"
    lines = [line for line in edl.read_text().splitlines() if "T0000001" not in line]
    changed = folder / "changed.edl"
    changed.write_text(
        "\n".join(lines).replace("01:00:00:00 01:00:02:00 01:00:00:00 01:00:02:00", "01:00:00:12 01:00:02:00 01:00:00:12 01:00:02:00")
    )
    told = genstudio("import", str(changed), str(film))
    assert "begins 12 frames later" in told.out
    assert "is not in the film any more" in told.out
    assert "--apply" in told.out
    done = genstudio("import", str(changed), str(film), "--apply", "--json").document
    assert done["applied"]
    assert {change["kind"] for change in done["changes"]} >= {"trimmed", "removed"}
    canvas = Project(film).canvas()
    assert [event.source.node for event in canvas.film().events] == ["shot_010", "shot_030"]
    assert canvas.film().events[0].source_in == 12


def test_an_import_of_what_is_no_list_changes_nothing(genstudio: Callable[..., Any], film: Path, tmp_path: Path) -> None:
    stranger = tmp_path / "x.otio"
    stranger.write_text("{}")
    ended = genstudio("import", str(stranger), str(film), "--apply")
    assert (ended.status, ended.out) == (1, "")
    assert "no timeline" in ended.err


def test_an_edit_list_is_rendered_alone_and_only_if_it_names_takes(genstudio: Callable[..., Any], film: Path, tmp_path: Path) -> None:
    stranger = tmp_path / "stranger.edl"
    stranger.write_text("001  NOTHERE  V     C        00:00:00:00 00:00:01:00 01:00:00:00 01:00:01:00\n")
    for arguments, reason in (
        (("--edl", str(stranger)), "names a take of the project"),
        (("--edl", str(tmp_path / "missing.edl")), "is no edit list"),
        (("--edl", str(stranger), "--assembler", "film"), "without a canvas"),
    ):
        ended = genstudio("render", str(film), *arguments)
        assert (ended.status, ended.out, ended.err.count("\n")) == (1, "", 1)
        assert reason in ended.err
