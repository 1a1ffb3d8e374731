"""Projects are put away from their cards and brought back; files come in pieces; exports are listed and taken away."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator
from typing import Any

import pytest
from PIL import Image

from genstudio.engine.submit import Engine
from genstudio.project.project import ProjectFolder
from genstudio.project.workspace import WorkspaceFolder
from genstudio.schema.errors import BadInputError, ConflictError, GenStudioError, NotFoundError
from genstudio.session.exports import find_export, list_exports
from genstudio.session.workspace_session import WorkspaceSession

PICTURE = "01_Assets/Source_Media/fox.png"


@pytest.fixture
def shelf(workspace: WorkspaceFolder, engine: Engine) -> Iterator[WorkspaceSession]:
    """A view of the workspace."""
    session = WorkspaceSession(workspace, send=lambda _: None, engine=engine)
    yield session
    session.close()


def png() -> bytes:
    buffer = io.BytesIO()
    Image.effect_noise((160, 90), 90).save(buffer, "PNG")
    return buffer.getvalue()


def test_a_project_that_is_put_away_comes_back_as_it_was(shelf: WorkspaceSession, project: ProjectFolder) -> None:
    (project.root / "06_Exports").mkdir(exist_ok=True)
    (project.root / "06_Exports/film.mp4").write_bytes(b"film")
    (project.root / "02_Source_Creative/Scripts/new.txt").write_text("a fox\n")
    title, root = project.manifest.title, project.root
    made = shelf.archive_project(project.uuid, remove=True)
    assert (made["removed"], root.exists(), shelf.list_projects()) == (True, False, [])
    assert [archive["name"] for archive in shelf.archives()] == [made["name"]]
    assert [path.name for path in (shelf.workspace.root / "Archives").iterdir()] == [made["name"]]
    card = shelf.restore_project(made["name"])
    assert (card["id"], card["name"], card["left_out"]) == (project.uuid, title, [])
    back = shelf.workspace.project(title).root
    assert ((back / "06_Exports/film.mp4").read_bytes(), (back / "02_Source_Creative/Scripts/new.txt").read_text()) == (b"film", "a fox\n")


def test_a_project_that_is_there_still_comes_back_beside_itself(shelf: WorkspaceSession, project: ProjectFolder) -> None:
    made = shelf.archive_project(project.uuid)
    card = shelf.restore_project(made["name"])
    assert card["id"] != project.uuid
    assert card["name"] == f"{project.manifest.title} (restored)"
    assert {each["id"] for each in shelf.list_projects()} == {project.uuid, card["id"]}
    assert shelf.workspace.problems() == []


def test_a_project_that_is_open_is_not_removed_and_no_archive_is_named_by_a_path(
    shelf: WorkspaceSession, project: ProjectFolder, view: Any
) -> None:
    view("ann")
    with pytest.raises(ConflictError, match="is open in 1 pages"):
        shelf.archive_project(project.uuid, remove=True)
    assert shelf.archives() == []
    for name in ("../workspace.json", "nothing.tar.gz", "/etc/passwd"):
        with pytest.raises(NotFoundError):
            shelf.restore_project(name)


def test_a_damaged_archive_removes_nothing_and_leaves_nothing(
    shelf: WorkspaceSession, project: ProjectFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    from genstudio.project import shelf as room

    whole = room.archive_project

    def damaged(*arguments: Any, **named: Any) -> Any:
        made = whole(*arguments, **named)
        data = bytearray(made.path.read_bytes())
        data[len(data) // 2] ^= 0xFF
        made.path.write_bytes(data)
        return made

    monkeypatch.setattr(room, "archive_project", damaged)
    with pytest.raises(GenStudioError):
        shelf.archive_project(project.uuid, remove=True)
    assert ProjectFolder.open(project.root).uuid == project.uuid
    assert not [path for path in (shelf.workspace.root / "Archives").iterdir() if path.name.startswith(".")]


def test_a_file_that_comes_in_pieces_is_whole_and_a_lie_leaves_nothing(view: Any, project: ProjectFolder) -> None:
    ann, data = view("ann"), png()
    upload = ann.result("upload_begin", path=PICTURE, size=len(data))
    for at in range(0, len(data), 5000):
        ann.result("upload_piece", upload=upload, data=base64.b64encode(data[at : at + 5000]).decode())
    assert ann.result("upload_end", upload=upload)["path"] == PICTURE
    assert (project.root / PICTURE).read_bytes() == data
    assert ann.call("upload_end", upload=upload).payload["code"] == "not_found"
    assert ann.call("upload_begin", path=PICTURE, size=len(data)).payload["code"] == "conflict"  # before anything is sent
    assert ann.call("upload_remove", path="03_Renders/x.png").payload["code"] == "read_only"
    ann.patch(("add", "/nodes/walk", {"type": "motion_source", "data": {"name": "The walk", "file": PICTURE}}))
    refused = ann.call("upload_remove", path=PICTURE).payload
    assert (refused["code"], refused["message"]) == ("conflict", f"{PICTURE!r} is used by The walk.")
    ann.result("upload_remove", path=PICTURE, force=True)
    assert not (project.root / PICTURE).exists()
    assert [path.read_bytes() for path in (project.root / ".genstudio/orphans").iterdir()] == [data]
    assert ann.call("upload_begin", path=PICTURE + ".html", size=3).payload["code"] == "bad_input"
    lie = ann.result("upload_begin", path=PICTURE.replace("fox", "lie"), size=3)
    assert ann.call("upload_piece", upload=lie, data="%%%").payload["code"] == "bad_input"
    left = ann.result("upload_begin", path=PICTURE.replace("fox", "left"), size=3)
    ann.result("upload_piece", upload=left, data="YWJj")
    ann.session.close()
    assert not list((project.root / "05_Cache/downloads").iterdir())


def test_exports_are_listed_with_their_facts_and_only_they_are_sent_as_downloads(project: ProjectFolder) -> None:
    exports = project.root / "06_Exports"
    (exports / "Film_handoff_v001").mkdir(parents=True)
    for name in ("film.mp4", "Film_handoff_v001/cut.edl", "Film_handoff_v001/.hidden.edl", "film.tar.gz", "page.html", ".tmp.mp4"):
        (exports / name).write_bytes(b"12345")
    (project.root / "04_Project_Files/EDLs/Film.edl").write_text("TITLE: Film\n")
    (exports / "link.mp4").symlink_to("/etc/passwd")
    found = {entry["name"]: entry for entry in list_exports(project.root, project.uuid)}
    assert set(found) == {"film.mp4", "Film_handoff_v001", "film.tar.gz", "Film.edl"}
    assert [found[name]["kind"] for name in ("film.mp4", "Film_handoff_v001", "film.tar.gz", "Film.edl")] == [
        "film", "package", "archive", "list",
    ]  # fmt: skip
    assert ([file["name"] for file in found["Film_handoff_v001"]["files"]], found["Film_handoff_v001"]["bytes"]) == (["cut.edl"], 5)
    assert find_export(project.root, "06_Exports/film.tar.gz").size == 5
    assert find_export(project.root, "04_Project_Files/EDLs/Film.edl").type == "application/octet-stream"
    for name in ("06_Exports/page.html", "06_Exports/.tmp.mp4", "project.json", "06_Exports/../project.json", "06_Exports/nothing.edl"):
        with pytest.raises((NotFoundError, BadInputError)):
            find_export(project.root, name)
    with pytest.raises((NotFoundError, BadInputError)):
        find_export(project.root, "06_Exports/link.mp4")
