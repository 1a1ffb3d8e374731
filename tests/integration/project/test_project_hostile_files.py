"""Files from elsewhere, with any value in any field: an error that people understand, or accepted; never a path outside the project."""

from __future__ import annotations

import copy
import io
import json
import os
import shutil
import tarfile
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest
from begun_canvas import begin_canvas
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from genstudio.graph.check import check
from genstudio.graph.node_types import node_types
from genstudio.graph.plan import plan_shot
from genstudio.graph.review import review_of
from genstudio.graph.stale import StaleMarks, stale_problems
from genstudio.project import paths
from genstudio.project.archive import archive_project
from genstudio.project.asset_care import where_used
from genstudio.project.canvas_file import CanvasFile
from genstudio.project.intent import plan_context
from genstudio.project.project import ProjectFolder
from genstudio.project.restore import restore_archive
from genstudio.project.takes import TakeStore
from genstudio.project.workspace import WorkspaceFolder
from genstudio.schema.canvas import Operation, Patch
from genstudio.schema.errors import GenStudioError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

EVIL = [
    "../../../etc/passwd",
    "/etc/passwd",
    "..",
    ".",
    "",
    "a/../../b",
    "x\x00y",
    "C:\\x",
    "NaN",
    "\ud800",
    "🦊" * 50,
    "SCENE_01/../..",
    "-rf",
]
ARCHIVE_EVIL = [
    *("../escaped", "/etc/passwd", "x\x00y", "\x1b[2J", "-x", "--upload-pack=x", "a..b", "@{-1}", "🦊" * 5000, ""),
    *(None, -1, 2**70, True, [], {"a": {"b": [{}]}}),
]
VALUES = st.one_of(
    st.sampled_from(EVIL),
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(allow_nan=True, allow_infinity=True),
    st.text(max_size=20),
    st.lists(st.sampled_from(EVIL), max_size=3),
    st.dictionaries(st.sampled_from(["path", "sha256", "uuid", "__proto__", ""]), st.sampled_from([*EVIL, 1, None]), max_size=3),
)
HERE = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    max_examples=2000 if "GENSTUDIO_CAMPAIGN" in os.environ else 20,
)


def fields(document: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The places of all values in a document, those of objects and lists too."""
    inner = document.items() if isinstance(document, dict) else enumerate(document) if isinstance(document, list) else ()
    return [*([at] if at else []), *(place for key, value in inner for place in fields(value, (*at, key)))]


def with_value(document: Any, place: tuple[Any, ...], value: Any) -> Any:
    changed = copy.deepcopy(document)
    target = changed
    for key in place[:-1]:
        target = target[key]
    if value == "removed":
        del target[place[-1]]
    else:
        target[place[-1]] = value
    return changed


def attack(path: Path, document: Any, use: Callable[[], None], whole: bytes) -> Callable[[], None]:
    """Return a test that puts any value into any field of a file and uses it; only errors with a sentence may come out."""

    @HERE
    @given(st.sampled_from(fields(document)), VALUES | st.just("removed"))
    def run(place: tuple[Any, ...], value: Any) -> None:
        path.write_bytes(json.dumps(with_value(document, place, value)).encode() + b"\n")
        with suppress(GenStudioError):
            use()
        if path.parent.is_dir():
            path.write_bytes(whole)

    return run


@pytest.fixture
def film(project: ProjectFolder, publish: Callable[..., Any], image_file: Path) -> ProjectFolder:
    """A project with a shot, a take, a character with a picture, and a text."""
    fox = project.create_asset("character", "Fox", trigger_word="fx")
    publish()
    nodes = {
        "shot_010": {
            "type": "shot",
            "parent": "scene",
            "order": "a0",
            "data": {
                "name": "x",
                "prompt": "a fox",
                "seed": 1,
                "review": {"SHOT-010_v01_take01": {"rating": 3, "approval": "approved", "notes": {"n1": {"text": "x", "frame": 1}}}},
            },
        },
        "fox": {"type": "asset", "data": {"asset": fox.asset.uuid, "name": "Fox"}},
        "words": {"type": "text", "data": {"text": "", "file": "02_Source_Creative/Prompts/a.txt"}},
        "scene": {"type": "scene_group", "data": {"name": "S"}},
        "film": {"type": "vse_assembler", "data": {"events": {}}},
        "make": {"type": "pipeline", "data": {"reference": "generate-video", "params": {"steps": 3}}},
    }
    wires = [
        ("fox", "asset", "shot_010", "character"),
        ("words", "text", "shot_010", "prompt"),
        ("shot_010", "output", "film", "sequence_in"),
        ("make", "pipeline", "shot_010", "pipeline"),
    ]
    begin_canvas(project, nodes, wires, {"fox": {"x": 1.5, "y": 2}}, patch="p1")
    return project


def use_canvas(root: Path, project: ProjectFolder) -> None:
    """Read it as a view does: check, plans, marks, reviews, uses, and an edit on top."""
    file = CanvasFile(root)
    canvas = file.read().canvas
    check(canvas, node_types({}), {})
    stale_problems(canvas, StaleMarks().find(canvas, plan_context(project, canvas, {})))
    for name, node in canvas.nodes.items():
        review_of(node.data, "SHOT-010_v01_take01")
        if node.type == "shot":
            with suppress(GenStudioError):
                for given in plan_shot(canvas, name, plan_context(project, canvas, {})).files:
                    assert paths.inside(root, given.path).resolve().is_relative_to(root.resolve())
        if isinstance(node.data.get("renders"), str):
            with suppress(GenStudioError):
                assert paths.get_shot_dir(root, node.data["renders"]).resolve().is_relative_to(root.resolve())
    where_used(project, "x")
    file.apply(Patch(base=0, operations=(Operation(op="add", path="/layout/fox", value={"x": 2, "y": 2}),)))


def test_any_value_in_any_field_of_a_canvas(film: ProjectFolder) -> None:
    path = film.root / film.canvas().path
    whole, journal = path.read_bytes(), film.root / ".genstudio/journal"
    kept = {entry: entry.read_bytes() for entry in journal.iterdir()}

    def use() -> None:
        os.utime(path, (0, 0))
        try:
            use_canvas(film.root, film)
        finally:
            for entry in list(journal.iterdir()):
                entry.unlink()
            for entry, data in kept.items():
                entry.write_bytes(data)

    attack(path, json.loads(whole), use, whole)()


def test_any_value_in_any_field_of_a_manifest(film: ProjectFolder, workspace: WorkspaceFolder) -> None:
    path = film.root / paths.MANIFEST
    whole = path.read_bytes()

    def use() -> None:
        opened = ProjectFolder(film.root, film.state_dir)
        opened.summary()
        assert opened.canvas().path.startswith(paths.CANVASES)
        opened.canvas().read()
        opened.settings.size  # noqa: B018 - computed from text

    attack(path, json.loads(whole), use, whole)()
    assert [summary.name for summary in workspace.projects()] == ["My First Film"]


def test_any_value_in_any_field_of_a_workspace(film: ProjectFolder, workspace: WorkspaceFolder) -> None:
    path = workspace.root / paths.WORKSPACE_MANIFEST
    whole = path.read_bytes()

    def use() -> None:
        found = WorkspaceFolder.find(workspace.root)
        assert found.state_dir.resolve().is_relative_to(film.state_dir.parent.resolve())
        found.projects()

    attack(path, json.loads(whole), use, whole)()


def test_any_value_in_any_field_of_an_asset(film: ProjectFolder) -> None:
    path = film.root / film.assets()[0].folder / "asset.json"
    whole = path.read_bytes()

    def use() -> None:
        for asset in film.assets():
            for name in asset.hashes:
                assert paths.inside(film.root, name).resolve().is_relative_to(film.root.resolve())

    attack(path, json.loads(whole) | {"model": "model.safetensors"}, use, whole)()


def test_any_value_in_any_field_of_a_record(film: ProjectFolder) -> None:
    path = film.root / "03_Renders/SCENE_01/SHOT_010/SHOT-010_v01_take01.json"
    whole = path.read_bytes()
    full = json.loads(whole) | {
        "inputs": {"prompt": "x", "seed": 1, "character": [{"uuid": "u", "path": "p", "references": [{"path": "p", "sha256": "0" * 64}]}]}
    }

    def use() -> None:
        store = TakeStore(film.root, film.uuid)
        for record in store.list("SCENE_01/SHOT_010"):
            assert store.media_path(record).resolve().is_relative_to(film.root.resolve())
            canvas = film.canvas().read().canvas
            stale_problems(canvas, StaleMarks().find(canvas, plan_context(film, canvas, {})))

    attack(path, full, use, whole)()


def test_any_value_in_any_field_of_a_line_of_the_journal(film: ProjectFolder) -> None:
    path = paths.get_journal_path(film.root, film.canvas().path)
    whole, canvas = path.read_bytes(), film.root / film.canvas().path
    data, checkpoint = canvas.read_bytes(), paths.get_checkpoint_path(film.root, film.canvas().path)
    kept = checkpoint.read_bytes()

    def use() -> None:
        try:
            use_canvas(film.root, film)
            CanvasFile(film.root).entries(0)
        finally:
            canvas.write_bytes(data)
            checkpoint.write_bytes(kept)

    attack(path, json.loads(whole), use, whole)()


def test_every_field_of_an_archive_with_every_evil_value_is_refused_in_a_sentence_or_writes_nothing_outside(
    film: ProjectFolder, workspace: WorkspaceFolder, tmp_path: Path, git: Callable[..., str]
) -> None:
    git(film.root, "stash", "push", "-q", "-u", "-m", "an idea", "--", paths.MANIFEST)
    git(film.root, "remote", "add", "origin", "https://example.org/film.git")
    (film.root / "06_Exports/film.txt").write_text("film")
    made = archive_project(film, tmp_path / "film.tar.gz", exports=True)
    with tarfile.open(made.path) as tar:
        members = [(entry, tar.extractfile(entry).read()) for entry in tar]  # type: ignore[union-attr] - all are files
    document = json.loads(members[0][1])
    document["files"] = {name: document["files"][name] for name in ("history.bundle", "overlay/06_Exports/film.txt")}
    kept = [(entry, data) for entry, data in members[1:] if entry.name.partition("/")[2] in document["files"]]
    document |= {"missing": ["0" * 64], "left_out": ["a film"]}
    room = tmp_path / "room"
    room.mkdir()
    for number, (place, value) in enumerate((place, value) for place in fields(document) for value in ARCHIVE_EVIL):
        if "GENSTUDIO_CAMPAIGN" in os.environ or cheap(place, value, number):
            changed = json.dumps(with_value(document, place, value)).encode()
            write_archive(tmp_path / "evil.tar.gz", changed, kept)
            with suppress(GenStudioError):
                restore_archive(tmp_path / "evil.tar.gz", room / "film", tmp_path / "state-2")
                shutil.rmtree(room / "film")
            assert list(room.iterdir()) == [], (place, value)
    assert not (tmp_path / "escaped").exists()


def cheap(place: tuple[Any, ...], value: Any, number: int) -> bool:
    """Whether this is refused before Git runs, or is one of a few that are not: the rest belongs to the campaign."""
    told_only = place[0] in {"title", "created", "remotes", "left_out", "missing"}
    return not told_only or not isinstance(value, str) or number % 40 == 0


def write_archive(path: Path, manifest: bytes, members: list[tuple[tarfile.TarInfo, bytes]]) -> None:
    with tarfile.open(path, "w:gz", format=tarfile.PAX_FORMAT, compresslevel=1) as tar:
        head = tarfile.TarInfo(f"{members[0][0].name.partition('/')[0]}/archive.json")
        head.size = len(manifest)
        tar.addfile(head, io.BytesIO(manifest))
        for entry, data in members:
            tar.addfile(entry, io.BytesIO(data))


@pytest.mark.parametrize("data", [b"", b"\xff\xfe", b"[]", b"{" * 100_000, b'{"schema": "genstudio.project/99"}', b"null", b"1e999"])
def test_files_of_any_bytes_are_errors_with_a_sentence(film: ProjectFolder, data: bytes) -> None:
    (film.root / paths.MANIFEST).write_bytes(data)
    with pytest.raises(GenStudioError):
        ProjectFolder(film.root, film.state_dir)
    folder = film.root / film.assets()[0].folder
    (folder / "asset.json").write_bytes(data)
    assert film.assets() == []
    (film.root / "03_Renders/SCENE_01/SHOT_010/SHOT-010_v01_take01.json").write_bytes(data)
    assert film.takes.list("SCENE_01/SHOT_010") == ()
