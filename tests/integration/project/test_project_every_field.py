"""Each field of each file, one after another, with each evil value: an error that people understand, or accepted, and nothing escapes."""

from __future__ import annotations

import copy
import io
import json
import shutil
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from begun_canvas import begin_canvas
from PIL import Image

from genstudio.graph.check import check
from genstudio.graph.node_types import node_types
from genstudio.graph.plan import PlanContext, plan_shot
from genstudio.graph.recall import recalled
from genstudio.graph.review import review_of
from genstudio.graph.stale import StaleMarks, stale_problems
from genstudio.pipelines.catalogue import Catalogue, load_pipeline
from genstudio.project import canvas_form, paths
from genstudio.project.adopt import adopt
from genstudio.project.auto_saves import AutoSaves
from genstudio.project.canvas_file import CanvasFile
from genstudio.project.intent import plan_context
from genstudio.project.media import embedded_record, ffmpeg_path
from genstudio.project.media_tags import png_with_text
from genstudio.project.project import ProjectFolder
from genstudio.project.take_files import claim_holder
from genstudio.project.workspace import WorkspaceFolder
from genstudio.schema.canvas import Operation, Patch
from genstudio.schema.errors import GenStudioError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

DEEP = "@deep@"
"""Stands for a list in a list, a thousand times; written as text, since no value of that depth is needed for it."""
EVIL = (None, True, -1, 10**400, float("nan"), "x" * 20_000, "a\0b", DEEP, "../..", "/etc/passwd", "🦊", "\u2028", "\ud800", [], {})
REMOVED = object()


def fields(document: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The places of all values in a document, those of objects and lists too."""
    if at:
        yield at
    inner = document.items() if isinstance(document, dict) else enumerate(document) if isinstance(document, list) else ()
    for key, value in inner:
        yield from fields(value, (*at, key))


def text_of(document: Any) -> bytes:
    return json.dumps(document).replace(f'"{DEEP}"', "[" * 1000 + "]" * 1000).encode() + b"\n"


def hurt(document: Any, values: tuple[Any, ...], shallower_than: int) -> Iterator[tuple[str, Any]]:
    """The document with one field changed: what was done to it, and what it is then."""
    for place in fields(document):
        for value in values if len(place) < shallower_than else ():
            changed = copy.deepcopy(document)
            target = changed
            for key in place[:-1]:
                target = target[key]
            if value is REMOVED:
                del target[place[-1]]
            else:
                target[place[-1]] = value
            shown = "removed" if value is REMOVED else repr(value)[:20]
            yield f"{'/'.join(str(part) for part in place)} = {shown}", changed


def check_that_it_helps(error: GenStudioError) -> None:
    assert error.message
    assert error.fix


def attack(
    document: Any,
    use: Callable[[bytes], None],
    values: tuple[Any, ...] = (*EVIL, REMOVED),
    shallower_than: int = 99,
    form: Callable[[Any], bytes] = text_of,
) -> int:
    """Use the document with every field hurt in every way; return how many ways that were. Only errors with a sentence may come out."""
    count = 0
    for what, changed in hurt(document, values, shallower_than):
        count += 1
        try:
            use(form(changed))
        except GenStudioError as error:
            check_that_it_helps(error)
        except Exception as error:
            error.add_note(what)
            raise
    return count


@pytest.fixture
def film(project: ProjectFolder, publish: Callable[..., Any]) -> ProjectFolder:
    """A project with every kind of node, a review, wires, an asset, and a take."""
    fox = project.create_asset("character", "Fox", trigger_word="fx")
    publish()
    review = {"rating": 3, "approval": "approved", "notes": {"n1": {"text": "x", "frame": 1, "author": "ann", "resolved": True}}}
    shot = {"name": "x", "prompt": "a fox", "seed": 1, "duration": "2s", "review": {"SHOT-010_v01_take01": review}}
    nodes = {
        "shot_010": {"type": "shot", "parent": "scene", "order": "a0", "data": {**shot, "active_take": "SHOT-010_v01_take01"}},
        "fox": {"type": "asset", "data": {"asset": fox.asset.uuid, "name": "Fox"}},
        "words": {"type": "text", "data": {"text": "x", "file": "02_Source_Creative/Prompts/a.txt"}},
        "large": {"type": "super_resolution", "data": {"scale": 2, "muted": False}},
        "voice": {"type": "audio", "data": {"text": "Hello.", "file": "01_Assets/Source_Media/a.wav"}},
        "scene": {"type": "scene_group", "data": {"name": "S", "scene": "SCENE_01"}},
        "film": {"type": "vse_assembler", "data": {"events": {"shot_010": {"in": 1, "title": {"text": "x", "start": 1}}}, "music": {}}},
        "make": {"type": "pipeline", "data": {"reference": "generate-video", "params": {"steps": 3}}},
    }
    wires = [
        ("fox", "asset", "shot_010", "character"),
        ("shot_010", "output", "large", "input"),
        ("large", "output", "film", "sequence_in"),
    ]
    begin_canvas(project, nodes, wires, {"fox": {"x": 1.5, "y": 2}}, patch="p0")
    return project


def canvas_document(film: ProjectFolder) -> Any:
    return json.loads((film.root / film.canvas().path).read_bytes())


def test_every_field_of_a_canvas_its_reviews_and_its_automatic_copies(film: ProjectFolder) -> None:
    tasks = Catalogue.load().tasks
    types = node_types(tasks)
    context = plan_context(film, film.canvas().read().canvas, tasks)

    def use(data: bytes) -> None:
        canvas, _ = canvas_form.parse(data, "main_canvas.json")
        check(canvas, types, tasks)
        stale_problems(canvas, StaleMarks().find(canvas, context))
        for name, node in canvas.nodes.items():
            review_of(node.data, "SHOT-010_v01_take01")
            if node.type == "shot":
                _plan(canvas, name, context)
        canvas_form.dump(canvas)

    def _plan(canvas: Any, name: str, context: PlanContext) -> None:
        with suppress(GenStudioError):
            for given in plan_shot(canvas, name, context).files:
                assert paths.inside(film.root, given.path).resolve().is_relative_to(film.root.resolve())
            assert paths.get_shot_dir(film.root, canvas.nodes[name].data["renders"]).resolve().is_relative_to(film.root.resolve())

    assert attack(canvas_document(film), use) > 1000


def test_every_field_of_an_automatic_copy_and_of_a_checkpoint(film: ProjectFolder) -> None:
    document = canvas_document(film)
    small = {**document, "nodes": {"words": document["nodes"]["words"]}, "edges": {}}
    copies, checkpoint = AutoSaves(film.root, film.canvas().path), film.root / "checkpoint.json"
    folder = paths.get_auto_saves_dir(film.root)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    place = folder / "main_canvas.20260101T000000.v1.json"

    def use(data: bytes) -> None:
        place.write_bytes(data)
        for saved in copies.saved():
            copies.load(saved.name)
        copies.newest()

    assert attack(small, use) > 100

    def restore(data: bytes) -> None:
        checkpoint.write_bytes(data)
        canvas_form.read_checkpoint(checkpoint)

    assert attack({"sequence": 1, "canvas": small}, restore) > 100


def test_every_field_of_the_files_of_a_project(film: ProjectFolder) -> None:
    manifest = film.root / paths.MANIFEST

    def opened(data: bytes) -> None:
        manifest.write_bytes(data)
        found = ProjectFolder(film.root, film.state_dir)
        assert found.canvas().path.startswith(paths.CANVASES)
        assert found.settings.size[0] > 0

    whole = manifest.read_bytes()
    assert attack(json.loads(whole), opened) > 100
    manifest.write_bytes(whole)

    asset = film.root / film.assets()[0].folder / "asset.json"

    def used(data: bytes) -> None:
        asset.write_bytes(data)
        for found in film.assets():
            for name in found.hashes:
                assert paths.inside(film.root, name).resolve().is_relative_to(film.root.resolve())

    training = {"job": "j", "pipeline": "p@1", "sha256": "0" * 64, "bytes": 1, "references": [{"path": "p", "sha256": "0" * 64}]}
    assert attack(json.loads(asset.read_bytes()) | {"model": "model.safetensors", "training": training}, used) > 100


def test_every_field_of_a_workspace(workspace: WorkspaceFolder) -> None:
    path, state = workspace.root / paths.WORKSPACE_MANIFEST, workspace.state_dir.parent.resolve()

    def found(data: bytes) -> None:
        path.write_bytes(data)
        assert WorkspaceFolder.find(workspace.root).state_dir.resolve().is_relative_to(state)

    assert attack(json.loads(path.read_bytes()), found) > 20


def test_every_field_of_the_record_of_a_take_and_of_a_claim(film: ProjectFolder) -> None:
    path = film.root / "03_Renders/SCENE_01/SHOT_010/SHOT-010_v01_take01.json"
    reference = {"path": "p", "sha256": "0" * 64}
    inputs = {"prompt": "x", "seed": 1, "character": [{"uuid": "u", "path": "p", "references": [reference]}]}
    full = json.loads(path.read_bytes()) | {"inputs": inputs, "intent_key": "0" * 64, "asked": {"prompt": "x", "seed": 1}}
    full["pipeline"]["weights"] = [{"repo": "r", "revision": "v"}]
    canvas = film.canvas().read().canvas
    context = plan_context(film, canvas, {})

    def use(data: bytes) -> None:
        path.write_bytes(data)
        takes = film.takes.list("SCENE_01/SHOT_010")
        for record in takes:
            assert film.takes.media_path(record).resolve().is_relative_to(film.root.resolve())
            recalled(record.model_dump(mode="json", by_alias=True), None, ())
        now = PlanContext(context.settings, takes={"shot_010": takes})
        stale_problems(canvas, StaleMarks().find(canvas, now))

    assert attack(full, use) > 500
    claim = film.root / "claim.json"

    def held(data: bytes) -> None:
        claim.write_bytes(data)
        assert isinstance(claim_holder(claim), str)

    assert attack({"job": "job-1"}, held) > 10
    for data in (b"", b"\xff", b"[" * 100_000, b'{"job": "\\ud800"}', b"1e999"):
        held(data)


def toml(value: Any) -> str:
    """A value as TOML, on one line; JSON has no other strings and lists, and TOML no null."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key)} = {toml(item)}" for key, item in value.items() if item is not None) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(toml(item) for item in value if item is not None) + "]"
    return "nan" if value != value else json.dumps(value)  # noqa: PLR0124 - that is what NaN is


def test_every_field_of_a_pipeline(tmp_path: Path) -> None:
    manifest = {
        "schema": "genstudio.pipeline/1",
        "id": "evil",
        "version": "1.0.0",
        "title": "Evil",
        "kind": "video",
        "licence": {"code": "MIT", "weights": "MIT", "commercial": True},
        "video": {"fps": "16", "frames": {"step": 4, "offset": 1}},
        "inputs": [{"name": "image", "types": ["Image"], "required": True}],
        "params": [{"name": "steps", "type": "integer", "default": 3, "minimum": 1, "maximum": 9}],
        "tiers": [{"quality": "low", "vram_gib": 12, "peak_vram_gib": 8.2, "params": {"width": 832, "height": 480}, "label": "480p"}],
        "run": {"image": "genstudio/evil:latest", "command": ["python", "/app/run.py"], "warm": True, "timeout": "30m"},
        "weights": [{"repo": "r", "revision": "v", "files": ["a.bin"], "sha256": {"a.bin": "0" * 64}, "bytes": 1}],
    }
    folder = tmp_path / "evil"
    folder.mkdir()

    def use(data: bytes) -> None:
        (folder / "pipeline.toml").write_bytes(data)
        found = load_pipeline(folder)
        assert found.id == "evil"

    def written(document: Any) -> bytes:
        lines = "\n".join(f"{json.dumps(key)} = {toml(value)}" for key, value in document.items() if value is not None)
        return lines.replace(f'"{DEEP}"', "[" * 1000 + "]" * 1000).encode()

    use(written(manifest))
    assert attack(manifest, use, form=written) > 500


RECORD = {
    "schema": "genstudio.take/1",
    "id": "SHOT-010_v01_take01",
    "renders": "SCENE_01/SHOT_010",
    "job": "job-9",
    "pipeline": {"id": "p", "version": "1", "weights": [{"repo": "r"}]},
    "quality": {"requested": "low", "used": "draft", "notice": ""},
    "inputs": {"prompt": "x", "seed": 1, "image": {"node": "n", "path": "p", "sha256": "0" * 64, "take": "t"}},
    "params": {"steps": 3},
    "asked": {"prompt": "x", "seed": 1, "duration": "2s", "quality": None, "params": {}},
    "intent_key": "0" * 64,
    "draft": True,
    "canvas": {"path": "02_Source_Creative/Canvases/main_canvas.json", "version": 1, "node": "n", "blob": "", "name": ""},
    "parents": ["t"],
    "timing": {"queued_s": 1, "warm": False},
    "worker": "w",
    "fps": "24",
    "frames": 48,
}


def test_every_field_of_the_record_in_a_picture(project: ProjectFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.fsync", lambda _: None)  # many takes; what a power cut would lose is tested elsewhere
    data, path = io.BytesIO(), tmp_path / "take.png"
    Image.new("RGB", (16, 16)).save(data, "PNG")

    def read(comment: bytes) -> None:
        path.write_bytes(png_with_text(data.getvalue(), comment.decode()))
        found = embedded_record(path)
        recalled(found or {}, None, {"steps"})

    def take_over(comment: bytes) -> None:
        read(comment)
        record = adopt(project, path, "SCENE_01/SHOT_010", node="shot_010")
        assert project.takes.media_path(record).resolve().is_relative_to(project.root.resolve())

    assert attack(RECORD, read) > 500
    assert attack(RECORD, take_over, values=(None, -1, "../.."), shallower_than=2) > 50
    listed = project.takes.list("SCENE_01/SHOT_010")
    assert len(listed) > 50
    assert {media.resolve().parent for media in (project.takes.media_path(take) for take in listed)} == {
        paths.get_shot_dir(project.root, "SCENE_01/SHOT_010").resolve()
    }


@pytest.mark.parametrize(
    "text", ["[" * 30_000, "{" * 30_000, '{"a": ' + "[" * 20_000 + "]" * 20_000 + "}", "NaN", '{"inputs": NaN}', "9" * 5000]
)
def test_any_text_in_the_place_of_the_record_in_media(video_file: Path, image_file: Path, tmp_path: Path, text: str) -> None:
    picture, film = tmp_path / "take.png", tmp_path / "take.mp4"
    picture.write_bytes(png_with_text(image_file.read_bytes(), text))
    notes = tmp_path / "notes.txt"
    notes.write_text(f";FFMETADATA1\ncomment={text.replace('=', chr(92) + '=')}\n")
    command = [ffmpeg_path(), "-loglevel", "error", "-i", str(video_file), "-i", str(notes), "-map_metadata", "1", "-c", "copy", str(film)]
    subprocess.run(command, check=True)
    for path in (picture, film):
        assert embedded_record(path) is None


def test_a_picture_that_is_none_is_an_error_with_a_sentence(image_file: Path, tmp_path: Path) -> None:
    path = tmp_path / "take.png"
    whole = image_file.read_bytes()
    for data in (b"", b"GIF89a", whole[:20], whole[: len(whole) // 2], whole[:40] + bytes(80) + whole[120:]):
        path.write_bytes(data)
        with suppress(GenStudioError):
            embedded_record(path)


# -- the journal -------------------------------------------------------------------------------------------------------


def damages(lines: list[bytes]) -> Iterator[tuple[str, bytes]]:
    """A journal with one of its lines damaged: what was done, and all its bytes."""
    for number, line in enumerate(lines):
        other = lines[number - 1]
        inside = line.index(b'"id":"') + 6
        ways = {
            "cut": line[: len(line) // 2],
            "cut, with its end": line[: len(line) // 2] + b"\n",
            "gone": b"",
            "doubled": line + line,
            "of another": other,
            "garbage": b"\xff\x00garbage\n",
            "zeros": bytes(len(line) - 1) + b"\n",
            "half garbage": line[:40] + b"\xff\xfe" + line[42:],
            "a wrong escape in the id": line[:inside] + b"\\q\xff" + line[inside:],
            "a huge number": line.replace(b'{"sequence":', b'{"sequence":9999999999999999', 1),
            "deep": b'{"sequence":%d,' % (number + 1) + b"[" * 100_000 + b"\n",
            "empty": b"\n",
        }
        for what, damaged in ways.items():
            yield f"line {number}: {what}", b"".join((*lines[:number], damaged, *lines[number + 1 :]))
        swapped = [*lines]
        swapped[number - 1], swapped[number] = line, other
        yield f"line {number}: swapped", b"".join(swapped)


def test_every_line_of_a_journal_damaged_in_every_way(project: ProjectFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    file = project.canvas()
    for number in range(5):
        node = {"type": "text", "data": {"text": f"Text {number}, with a line\u2028break"}}
        operation = Operation(op="add", path=f"/nodes/words_{number}", value=node)
        file.apply(Patch(base=number, operations=(operation,), author="ann", label=f"edit {number}", id=f"p{number}"))
    before = file.read().canvas
    canvas, journal = project.root / file.path, paths.get_journal_path(project.root, file.path)
    whole, lines = canvas.read_bytes(), journal.read_bytes().splitlines(keepends=True)
    assert len(lines) == 5
    monkeypatch.setattr("os.fsync", lambda _: None)
    for what, data in damages(lines):
        canvas.write_bytes(whole)
        journal.write_bytes(data)
        try:
            state = CanvasFile(project.root).read()
            assert state.canvas.nodes == before.nodes, what  # the file is whole; the journal takes nothing from it
            again = CanvasFile(project.root)
            again.entries(0)
            done = again.apply(Patch(base=state.canvas.version, operations=(Operation(op="remove", path="/nodes/words_0"),), id=what))
            assert done.version > before.version
            assert "words_0" not in CanvasFile(project.root).read().canvas.nodes, what
        except GenStudioError as error:
            check_that_it_helps(error)
        except Exception as error:
            error.add_note(what)
            raise
