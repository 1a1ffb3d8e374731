"""A project as one file and back: the same project, verified; and no archive, however hostile, writes anywhere else."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import tarfile
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from genstudio.project import paths
from genstudio.project.archive import archive_project
from genstudio.project.project import ProjectFolder
from genstudio.project.restore import restore_archive
from genstudio.project.scaffold import create_project
from genstudio.schema.canvas import Operation, Patch
from genstudio.schema.errors import BadInputError, ConflictError, GenStudioError

SHOT = "SCENE_01/SHOT_010"
NOT_ARCHIVED = (".git/", "05_Cache/", "06_Exports/", ".genstudio/locks", ".genstudio/claims")


def contents(root):
    """Every file of a project that an archive promises, by path."""
    files = (path for path in root.rglob("*") if path.is_file())
    found = {path.relative_to(root).as_posix(): path.read_bytes() for path in files}
    return {name: data for name, data in found.items() if not name.startswith(NOT_ARCHIVED)}


def restored(archive, tmp_path):
    """Restore an archive and open what came out."""
    target = tmp_path / f"out-{uuid4().hex}"
    restore_archive(archive, target, tmp_path / "state-of-it")
    return ProjectFolder.open(target)


def test_a_project_comes_back_whole_with_history_takes_undo_and_what_was_not_committed(project, publish, tmp_path, git):
    take = publish(data=os.urandom(100_000))
    file = project.canvas()
    file.apply(Patch(base=0, operations=(Operation(op="add", path="/nodes/a", value={"type": "text", "data": {}}),)))
    project.history.checkpoint("A name")
    git(project.root, "branch", "other")
    (project.root / "06_Exports/film.mp4").write_bytes(b"film")
    (project.root / "02_Source_Creative/Scripts/new.txt").write_text("not committed\n")
    made = archive_project(project, tmp_path / "film.tar.gz")
    assert made.media == 1
    assert any("06_Exports: 1 files" in line for line in made.left_out)
    again = restored(made.path, tmp_path)
    assert contents(again.root) == contents(project.root)
    assert again.uuid == project.uuid
    assert again.history.log() == project.history.log()
    assert again.takes.list(SHOT) == (take,)
    assert again.takes.verify(take)
    assert [entry.sequence for entry in again.canvas().entries(0)] == [1]
    assert git(again.root, "branch", "--format=%(refname:short)").split() == ["main", "other"]
    assert git(again.root, "status", "--porcelain") == ""
    assert git(again.root, "lfs", "fsck").strip() == "Git LFS fsck OK"
    assert git(again.root, "remote") == ""
    media = again.root / "03_Renders" / SHOT / take.media
    assert not media.stat().st_mode & 0o222


names = st.text(st.sampled_from("ab é🦊.-' \"\n\r\t\u2028\u0085\x1c~^:?*[$#%"), min_size=1, max_size=8)
names = names.filter(lambda name: name.strip(". ") == name) | st.sampled_from(["-rf", "--all", '"', "a\nb.png", "A.MOV\u2028.txt"])
places = st.sampled_from(
    ("02_Source_Creative/Scripts", "01_Assets/Source_Media", "04_Project_Files/EDLs", ".genstudio/journal", "06_Exports")
)
files = st.dictionaries(st.tuples(places, names), st.binary(max_size=200), max_size=6)


deeds = st.sets(st.sampled_from(["link", "stash", "branch", "staged"]))
EXAMPLES = max(6, settings().max_examples // 20)
"""Each makes a project, an archive and a project again, with some eighty runs of Git: a twentieth of the profile's."""


def do(deeds, project, git):
    """Do to a repository what its owner may do in a terminal; return what only the stage holds."""
    script = project.root / "02_Source_Creative/Scripts/script of the owner.txt"
    if "link" in deeds:
        (script.parent / "link").symlink_to("../Prompts")
    if "branch" in deeds:
        git(project.root, "branch", "another")
    if "stash" in deeds:
        script.write_text("an idea\n")
        git(project.root, "stash", "push", "-q", "-u", "-m", "idea", "--", paths.relative(project.root, script))
    if "staged" in deeds:
        script.write_text("staged\n")
        git(project.root, "add", paths.relative(project.root, script))
        script.write_text("later\n")


def kept(root, git):
    """What a repository keeps beside the files of its newest version."""
    return [git(root, *command) for command in (("stash", "list"), ("branch", "--list"), ("tag",))]


@given(committed=files, later=files, deeds=deeds)
@settings(max_examples=EXAMPLES, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_archive_and_restore_is_identity(tmp_path_factory, git, committed, later, deeds):
    tmp_path = tmp_path_factory.mktemp("identity")
    (tmp_path / "Projects").mkdir()
    project = ProjectFolder.open(create_project(tmp_path / "Projects", "Film", "", tmp_path / "state"), tmp_path / "state")
    for written, then in ((committed, lambda: project.repository.commit_all("Files")), (later, lambda: None)):
        for (place, name), data in written.items():
            (project.root / place / name).write_bytes(data)
        then()
    do(deeds, project, git)
    made = archive_project(project, tmp_path / "film.tar.gz", exports=True)
    assert [line.split(",")[0] for line in made.left_out] == [
        "What is staged of 02_Source_Creative/Scripts/script of the owner.txt is left out" for _ in deeds & {"staged"}
    ]
    target = tmp_path / "again"
    restore_archive(made.path, target, tmp_path / "state")
    assert contents(target) == contents(project.root)
    exports = {path.name: path.read_bytes() for path in (project.root / "06_Exports").iterdir()}
    assert {path.name: path.read_bytes() for path in (target / "06_Exports").glob("*")} == exports
    assert ProjectFolder(target, tmp_path / "state").history.log() == project.history.log()
    assert kept(target, git) == kept(project.root, git)


def test_without_lfs_media_goes_in_beside_the_history(project, publish, tmp_path, without_lfs):
    take = publish(data=os.urandom(10_000))
    made = archive_project(project, tmp_path / "film.tar.gz")
    assert f"03_Renders/{SHOT}/{take.media}" in made.overlaid
    assert restored(made.path, tmp_path).takes.verify(take)


def test_during_a_merge_of_the_users_everything_still_goes_in(project, tmp_path):
    (project.root / ".git/MERGE_HEAD").write_text("0" * 40)
    (project.root / "02_Source_Creative/Scripts/new.txt").write_text("x")
    made = archive_project(project, tmp_path / "film.tar.gz")
    assert "02_Source_Creative/Scripts/new.txt" in made.overlaid
    assert contents(restored(made.path, tmp_path).root) == contents(project.root)


def test_a_project_without_a_history_comes_back_too(project, tmp_path):
    import shutil

    shutil.rmtree(project.root / ".git")
    project = ProjectFolder(project.root)
    (project.root / "01_Assets/Source_Media/plate.png").write_bytes(b"picture")
    again = restored(archive_project(project, tmp_path / "film.tar.gz").path, tmp_path)
    assert contents(again.root) == contents(project.root)


def test_media_that_is_not_here_is_named_and_the_rest_comes_back(project, publish, tmp_path):
    for number in (1, 2):
        publish(job=f"job-{number}", data=os.urandom(1000))
    project.repository.commit_all("Takes")
    gone, lost_object = (record for record in project.takes.list(SHOT))
    for record in (gone, lost_object):
        project.history.media.object_path(record.sha256).unlink()
    media = project.root / "03_Renders" / SHOT / gone.media
    media.unlink()
    made = archive_project(project, tmp_path / "film.tar.gz")
    assert any(gone.media in line and "fetch it first" in line for line in made.left_out)
    again = restored(made.path, tmp_path)
    assert again.takes.verify(lost_object)


def test_an_archive_replaces_nothing_and_a_restore_neither(project, tmp_path):
    made = archive_project(project, tmp_path / "film.tar.gz")
    before = made.path.read_bytes()
    with pytest.raises(ConflictError, match="already a file"):
        archive_project(project, made.path)
    assert made.path.read_bytes() == before
    with pytest.raises(ConflictError, match="already something"):
        restore_archive(made.path, project.root, tmp_path / "state")
    assert sorted(path.name for path in tmp_path.iterdir() if path.name.startswith(".")) == []


# -- hostile archives -------------------------------------------------------------------------------------------------------------


def document(files, **fields):
    declared = {name: {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()} for name, data in files.items()}
    return {"schema": "genstudio.archive/1", "uuid": "0" * 8 + "-0000-0000-0000-" + "0" * 12, "title": "x", "files": declared, **fields}


def packed(path, manifest, members):
    """Write an archive of our own making; members are TarInfo with their data."""
    data = json.dumps(manifest).encode()
    with tarfile.open(path, "w:gz", format=tarfile.PAX_FORMAT) as tar:
        head = tarfile.TarInfo("film/archive.json")
        head.size = len(data)
        tar.addfile(head, io.BytesIO(data))
        for entry, content in members:
            entry.size = len(content) if entry.isreg() else 0
            tar.addfile(entry, io.BytesIO(content))
    return path


def refused(archive, tmp_path, reason="cannot be restored"):
    (tmp_path / "restored").mkdir(exist_ok=True)
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(BadInputError, match=reason):
        restore_archive(archive, tmp_path / "restored/film", tmp_path / "state")
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize(
    "name",
    [
        *("../../outside", "/etc/passwd", "a/../../b", "a\\b", "", ".", "a//b", "./a"),
        *(".git/config", ".GIT/hooks/post-checkout", "x/.git /config", "git~1/x", ".genstudio/locks/x"),
    ],
)
def test_a_path_that_leads_out_or_into_the_repository_is_refused(tmp_path, name):
    files = {f"overlay/{name}": b"x"}
    entry = tarfile.TarInfo(f"film/overlay/{name}")
    refused(packed(tmp_path / "a.tar.gz", document(files), [(entry, b"x")]), tmp_path)


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE, tarfile.DIRTYPE])
def test_links_devices_and_pipes_are_refused(tmp_path, kind):
    entry = tarfile.TarInfo("film/overlay/project.json")
    entry.type, entry.linkname = kind, "/etc/passwd"
    refused(packed(tmp_path / "a.tar.gz", document({"overlay/project.json": b""}), [(entry, b"")]), tmp_path, "does not declare")


def test_files_that_are_not_declared_missing_twice_or_of_another_content_are_refused(tmp_path):
    entry = [(tarfile.TarInfo("film/overlay/a"), b"x")]
    refused(packed(tmp_path / "1.tar.gz", document({}), entry), tmp_path, "does not declare")
    refused(packed(tmp_path / "2.tar.gz", document({"overlay/a": b"x"}), []), tmp_path, "missing")
    refused(packed(tmp_path / "3.tar.gz", document({"overlay/a": b"x"}), entry * 2), tmp_path, "does not declare")
    refused(packed(tmp_path / "4.tar.gz", document({"overlay/a": b"y"}), entry), tmp_path, "another hash")
    refused(packed(tmp_path / "5.tar.gz", document({"lfs/" + "0" * 64: b"x"}), entry), tmp_path, "not named after")
    refused(packed(tmp_path / "6.tar.gz", document({"hooks/x": b"x"}), entry), tmp_path, "belongs in no archive")


def test_a_bomb_is_refused_before_it_unpacks(tmp_path):
    big = {"overlay/a": {"bytes": 10**15, "sha256": "0" * 64}}
    refused(packed(tmp_path / "1.tar.gz", {**document({}), "files": big}, []), tmp_path, "would unpack to")
    header = tarfile.TarInfo("film/archive.json")
    header.size = 2**40
    with gzip.open(tmp_path / "2.tar.gz", "wb") as file:
        file.write(header.tobuf())
    refused(tmp_path / "2.tar.gz", tmp_path, "does not begin")
    with gzip.open(tmp_path / "3.tar.gz", "wb") as file:
        extended = tarfile.TarInfo("film/x")
        extended.type, extended.size = tarfile.XHDTYPE, 2**32
        file.write(extended.tobuf())
        file.write(b"\0" * (6 << 20))
    refused(tmp_path / "3.tar.gz", tmp_path, "absurd size")


@pytest.mark.parametrize("target", ["/etc", "../../../x", "a/../../../../x", "../../.git/hooks"])
def test_a_history_with_a_link_out_of_the_project_is_refused(project, tmp_path, git, target):
    made = archive_project(project, tmp_path / "film.tar.gz")
    link = project.root / "02_Source_Creative/Scripts/out"
    link.symlink_to(target)
    git(project.root, "add", "02_Source_Creative/Scripts/out")
    git(project.root, "commit", "-q", "-m", "a link")
    with tarfile.open(made.path) as tar:
        manifest = json.loads(tar.extractfile(tar.next()).read())
    git(project.root, "bundle", "create", "-q", str(tmp_path / "bundle"), "--branches", "HEAD")
    bundle = (tmp_path / "bundle").read_bytes()
    declared = {"history.bundle": {"bytes": len(bundle), "sha256": hashlib.sha256(bundle).hexdigest()}}
    received = manifest | {"head": git(project.root, "rev-parse", "HEAD").strip(), "files": declared}
    archive = packed(tmp_path / "received.tar.gz", received, [(tarfile.TarInfo("film/history.bundle"), bundle)])
    with pytest.raises(BadInputError, match="leads out"):
        restore_archive(archive, tmp_path / "restored", tmp_path / "state-2")
    assert not (tmp_path / "restored").exists()


def test_any_damage_to_an_archive_is_an_error_of_the_studio(project, publish, tmp_path):
    publish(data=os.urandom(3000))
    data = archive_project(project, tmp_path / "film.tar.gz").path.read_bytes()
    for place in range(20, len(data), len(data) // 12):
        broken = bytearray(data)
        broken[place] ^= 0xFF
        (tmp_path / "broken.tar.gz").write_bytes(broken)
        with pytest.raises(GenStudioError):
            restore_archive(tmp_path / "broken.tar.gz", tmp_path / "restored", tmp_path / "state-2")
        (tmp_path / "broken.tar.gz").write_bytes(data[:place])
        with pytest.raises(GenStudioError):
            restore_archive(tmp_path / "broken.tar.gz", tmp_path / "restored", tmp_path / "state-2")
    assert not (tmp_path / "restored").exists()
