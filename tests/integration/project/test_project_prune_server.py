"""Making room where the remote is a server: only what the server says it has may go, and it can be fetched again."""

from __future__ import annotations

import os

import pytest
from lfs_server import GitServer

from genstudio.project.prune import plan_prune, prune


@pytest.fixture
def server(request, tmp_path, git, monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    folder = tmp_path / "server"
    folder.mkdir()
    git(folder, "init", "-q", "--bare", "--initial-branch=main", "film.git")
    git(folder / "film.git", "config", "http.receivepack", "true")
    with GitServer(folder, getattr(request, "param", "ann:secret")) as running:
        yield running


@pytest.fixture
def film(project):
    """A project whose picture has two older versions."""
    picture = project.root / "01_Assets/Source_Media/plate.png"
    for _ in range(3):
        picture.write_bytes(os.urandom(20_000))
        project.repository.commit_all("A plate")
    return project


def kept_by(server):
    return {path.name for path in server.objects.iterdir()}


def older(film):
    now = {pointer.sha256 for pointer in film.history.media.pointers()}
    return sorted({pointer.sha256 for pointer in film.history.media.all_pointers()} - now)


def lfs(plan):
    return sorted(file.path.rpartition("/")[2] for file in plan.files if file.kind == "lfs")


@pytest.mark.parametrize("server", ["", "ann:secret"], ids=["open", "with a login"], indirect=True)
def test_what_a_server_has_may_go_and_comes_back(film, server):
    film.history.remotes.set(server.url("film.git"))
    assert lfs(plan_prune(film.repository)) == []
    film.history.push()
    server.asked.clear()
    assert lfs(plan_prune(film.repository)) == older(film)
    assert {what for what, _ in server.asked} == {"download"}
    assert {oid for _, oid in server.asked} == set(older(film))
    assert lfs(prune(film.repository)) == older(film)
    assert film.history.media.missing() == []
    assert len(film.history.media.missing("HEAD~1")) == 1
    film.history.restore("HEAD~1")
    assert (film.root / "01_Assets/Source_Media/plate.png").stat().st_size == 20_000


def test_what_a_server_lacks_stays_and_a_server_that_does_not_answer_proves_nothing(film, server):
    film.history.remotes.set(server.url("film.git"))
    film.history.push()
    lost, there = older(film)
    (server.objects / lost).unlink()
    plan = prune(film.repository)
    assert lfs(plan) == [there]
    assert plan.kept[0].startswith("1 contents of older versions are kept: origin does not have them")
    assert film.history.media.object_path(lost).is_file()
    server.login = "somebody:else"
    (server.objects / lost).write_bytes(b"x")
    plan = prune(film.repository)
    assert lfs(plan) == []
    assert "or does not say so" in plan.kept[0]
    assert "secret" not in plan.kept[0]
    assert film.history.media.object_path(lost).is_file()


def test_what_was_not_sent_or_is_in_no_version_stays(film, server, git):
    film.history.remotes.set(server.url("film.git"))
    film.history.push()
    picture = film.root / "01_Assets/Source_Media/plate.png"
    sent = older(film)
    for _ in range(2):
        picture.write_bytes(os.urandom(10_000))
        film.repository.commit_all("A plate")
    git(film.root, "reset", "-q", "--hard", "HEAD~1")
    plan = prune(film.repository)
    assert set(sent) <= set(lfs(plan))
    assert len(plan.kept) == 1
    assert set(lfs(plan)) <= kept_by(server)


def test_a_program_that_carries_media_elsewhere_proves_nothing(film, server, git, tmp_path):
    film.history.remotes.set(server.url("film.git"))
    film.history.push()
    git(tmp_path, "config", "--global", "lfs.standalonetransferagent", "carrier")
    git(tmp_path, "config", "--global", "lfs.customtransfer.carrier.path", "true")
    plan = plan_prune(film.repository)
    assert lfs(plan) == []
    assert "cannot be asked" in plan.kept[0]


def test_a_content_of_which_the_settings_of_the_project_lead_to_a_folder_proves_nothing(film, server, tmp_path):
    film.history.remotes.set(server.url("film.git"))
    film.history.push()
    (film.root / ".lfsconfig").write_text(f"[lfs]\n\turl = file://{tmp_path}/nowhere\n")
    plan = plan_prune(film.repository)
    assert lfs(plan) == []
    assert "no Git LFS server" in plan.kept[0]


def test_where_nobody_answers_that_is_said(film, server):
    film.history.remotes.set(server.url("film.git"))
    film.history.push()
    film.history.remotes.set("http://127.0.0.1:9/film.git")
    plan = plan_prune(film.repository)
    assert lfs(plan) == []
    assert "2 contents" in plan.kept[0]
