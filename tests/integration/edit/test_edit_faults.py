"""What goes wrong while a film is rendered ends in one clear sentence and leaves nothing half done."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

import pytest
from honest_skips import mounted_disk

from genstudio.edit.render import render_film
from genstudio.edit.tools import RenderCancelledError
from genstudio.project.media import ffmpeg_path
from genstudio.schema.errors import BadInputError, GenStudioError, NotFoundError
from genstudio.schema.event import EVENT
from genstudio.schema.job import RenderJob
from genstudio.schema.render import RenderOptions
from genstudio.schema.take import TakeCanvas


def left_over(root):
    """Films, reports and temporary folders of a project."""
    exports = [path.name for path in (root / "06_Exports").glob("**/*")]
    return exports + [path.name for path in (root / "05_Cache").rglob(".*")]


@pytest.mark.parametrize("mode", ["smart", pytest.param("moviepy", marks=pytest.mark.campaign)])
def test_a_cancelled_render_leaves_no_file_wherever_it_is_stopped(film_project, mode):
    film_project.take(1)
    film_project.take(2, sound=200)
    cut = film_project.film({"take": 1, "frames": 30}, {"take": 2, "first": 5, "frames": 30, "kind": "dissolve", "fade": 10})
    steps, options = [], RenderOptions(mode=mode)
    render_film(film_project.root, cut, options, progress=lambda _, step: steps.append(step))
    for path in (film_project.root / "06_Exports").iterdir():
        path.unlink()
    for stop in ("preparing", "rendering", "mixing", "joining", "saving"):
        for piece in (film_project.root / "05_Cache").rglob("*.mp4"):
            piece.unlink()
        reached = []

        def tell(_, step, stop=stop, reached=reached):
            if step.startswith(stop):
                reached.append(step)

        with pytest.raises(RenderCancelledError, match="cancelled"):
            render_film(film_project.root, cut, options, progress=tell, cancelled=lambda reached=reached: bool(reached))
        assert reached
        assert left_over(film_project.root) == []


def test_media_that_is_missing_is_named_with_what_to_do(film_project):
    film_project.take(1)
    film_project.path(1).unlink()
    with pytest.raises(NotFoundError, match=r"SHOT-010_v01_take01.*git lfs pull"):
        render_film(film_project.root, film_project.film({"take": 1, "frames": 24}))
    assert left_over(film_project.root) == []


def test_an_lfs_pointer_is_recognised(film_project):
    path = film_project.path(1)
    path.write_text("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 5\n")
    film_project.add(1, path, frames=24)
    with pytest.raises(BadInputError, match="git lfs pull"):
        render_film(film_project.root, film_project.film({"take": 1, "frames": 24}))


def test_media_that_is_not_what_its_record_says_is_refused(film_project):
    film_project.take(1)
    data = film_project.path(1).read_bytes()
    film_project.path(1).write_bytes(data[: len(data) // 2])
    with pytest.raises(BadInputError, match="damaged"):
        render_film(film_project.root, film_project.film({"take": 1, "frames": 24}))
    assert left_over(film_project.root) == []


@pytest.mark.parametrize(
    "content", [b"no media at all", b"\x00" * 5000, b"#EXTM3U\nhttp://127.0.0.1:1/x.ts\n", b"ffconcat version 1.0\nfile /etc/passwd\n"]
)
def test_what_cannot_be_decoded_is_refused_by_take(film_project, content):
    path = film_project.path(1)
    path.write_bytes(content)
    film_project.add(1, path, frames=24)
    with pytest.raises(GenStudioError, match="The take SHOT-010_v01_take01 cannot be read") as caught:
        render_film(film_project.root, film_project.film({"take": 1, "frames": 24}))
    assert caught.value.code == "bad_media"
    assert left_over(film_project.root) == []


def test_a_take_truncated_before_it_was_recorded_is_refused(film_project):
    film_project.take(1)
    path = film_project.path(2)
    data = film_project.path(1).read_bytes()
    path.write_bytes(data[: len(data) * 2 // 3])
    film_project.add(2, path, frames=60)
    with pytest.raises(GenStudioError, match="The take SHOT-010_v01_take02 cannot be read"):
        render_film(film_project.root, film_project.film({"take": 2, "frames": 24}))


def test_a_path_out_of_the_project_is_refused(film_project):
    film_project.take(1)
    film_project.made[1] = film_project.made[1].model_copy(update={"media": "../../etc/passwd"})
    with pytest.raises(BadInputError, match="inside the project"):
        render_film(film_project.root, film_project.film({"take": 1, "frames": 24}))


@pytest.fixture
def small_disk(tmp_path):
    """A disk of one mebibyte."""
    with mounted_disk(tmp_path / "small", "1m") as place:
        yield place


def _noise(project, number, frames=48):
    path = project.path(number)
    command = [
        ffmpeg_path(),
        "-v",
        "error",
        "-f",
        "lavfi",
        "-i",
        "nullsrc=s=320x180:r=24,geq=random(1)*255:128:128",
        "-frames:v",
        str(frames),
        "-crf",
        "23",
        str(path),
    ]
    subprocess.run(command, check=True)
    project.add(number, path, frames=frames)


@pytest.mark.parametrize("folder", ["05_Cache", "06_Exports"])
def test_a_full_disk_is_said_and_leaves_nothing(film_project, small_disk, folder):
    _noise(film_project, 1)
    (film_project.root / folder).symlink_to(small_disk)
    with pytest.raises(GenStudioError, match="disk is full") as caught:
        render_film(film_project.root, film_project.film({"take": 1, "first": 3, "frames": 45}, size=(640, 360)))
    assert caught.value.code == "disk_full"
    assert [path for path in small_disk.rglob("*") if path.is_file()] == []
    assert left_over(film_project.root) == []


def test_a_render_as_a_job_ends_on_a_full_disk_with_that_code_and_what_to_do(film_project, small_disk, tmp_path):
    _noise(film_project, 1)
    (film_project.root / "05_Cache").symlink_to(small_disk)
    cut = film_project.film({"take": 1, "first": 3, "frames": 45}, size=(640, 360))
    where = TakeCanvas(path="02_Source_Creative/Canvases/main_canvas.json", version=1, node="film")
    job = RenderJob(
        project="12345678-1234-1234-1234-123456789abc", project_root=str(film_project.root), node="film", canvas=where,
        cut=cut.model_dump(mode="json"),
    )  # fmt: skip
    (tmp_path / "job.json").write_text(job.model_dump_json())
    command = [sys.executable, "-m", "genstudio.engine.film", str(tmp_path / "job.json"), str(tmp_path / "fence"), "1"]
    ended = subprocess.run(command, capture_output=True, check=False)
    said = EVENT.validate_json(ended.stdout.splitlines()[-1])
    assert (ended.returncode, said.type, said.code) == (1, "error", "disk_full")
    assert "disk is full" in said.message
    assert "Free some space" in said.fix
    assert "Free some space" not in said.message


def test_takes_are_read_and_never_written(film_project):
    film_project.take(1, sound=100)
    path: Path = film_project.path(1)
    path.chmod(0o444)
    before = hashlib.sha256(path.read_bytes()).hexdigest()
    render_film(film_project.root, film_project.film({"take": 1, "first": 3, "frames": 24, "titles": [("x", 0, 9)]}))
    assert hashlib.sha256(path.read_bytes()).hexdigest() == before
