"""Atomic writes, locks between threads, and publishing that never replaces."""

from __future__ import annotations

import errno
import threading
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from honest_skips import cannot

from genstudio.project.atomic import disk_errors, locked, publish_without_replace, write_atomic, write_new
from genstudio.schema.errors import ConflictError, GenStudioError

SECOND = Path("/dev/shm")  # noqa: S108 - a filesystem of its own on Linux


def test_a_write_replaces_the_whole_file_and_leaves_nothing_beside(tmp_path):
    path = tmp_path / ("x" * 250)
    write_atomic(path, b"one")
    write_atomic(path, b"two")
    assert path.read_bytes() == b"two"
    assert list(tmp_path.iterdir()) == [path]


def test_a_reader_never_sees_half_a_file(tmp_path):
    path = tmp_path / "canvas.json"
    contents = [bytes([number]) * 200_000 for number in (1, 2)]
    write_atomic(path, contents[0])
    stop = threading.Event()
    seen = set()

    def read() -> None:
        while not stop.is_set():
            data = path.read_bytes()
            seen.add((len(data), len(set(data))))

    reader = threading.Thread(target=read)
    reader.start()
    for turn in range(40):
        write_atomic(path, contents[turn % 2])
    stop.set()
    reader.join()
    assert seen == {(200_000, 1)}


def test_a_new_file_never_replaces_one(tmp_path):
    path = tmp_path / "take"
    write_new(path, b"first")
    with pytest.raises(FileExistsError):
        write_new(path, b"second")
    assert path.read_bytes() == b"first"
    assert list(tmp_path.iterdir()) == [path]


def test_publishing_does_not_follow_links(tmp_path):
    (tmp_path / "secret").write_bytes(b"secret")
    (tmp_path / "source").symlink_to(tmp_path / "secret")
    publish_without_replace(tmp_path / "source", tmp_path / "target")
    assert (tmp_path / "target").is_symlink()


def test_publishing_to_another_filesystem_copies_without_replace(tmp_path):
    if not SECOND.is_dir():
        cannot("write to a second filesystem: only Linux has one in memory.")
    with TemporaryDirectory(dir=SECOND) as other:
        source = tmp_path / "source"
        source.write_bytes(b"media")
        target = Path(other) / "target"
        publish_without_replace(source, target)
        assert target.read_bytes() == b"media"
        source.write_bytes(b"other")
        with pytest.raises(FileExistsError):
            publish_without_replace(source, target)
        assert target.read_bytes() == b"media"


def test_only_one_holds_a_lock_and_the_others_are_told(tmp_path):
    lock = tmp_path / "locks/canvas.lock"
    with locked(lock), pytest.raises(ConflictError, match="in use"), locked(lock, timeout=0.05):
        pytest.fail("two hold the lock")
    with locked(lock, timeout=0.05):
        assert lock.exists()


def test_threads_take_turns(tmp_path):
    inside, worst = [0], [0]

    def work() -> None:
        for _ in range(20):
            with locked(tmp_path / "lock"):
                inside[0] += 1
                worst[0] = max(worst[0], inside[0])
                inside[0] -= 1

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert worst[0] == 1


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.ENOSPC, "disk_full"),
        (errno.EDQUOT, "disk_full"),
        (errno.EROFS, "no_permission"),
        (errno.EIO, "not_writable"),
        (errno.ENAMETOOLONG, "name_too_long"),
    ],
)
def test_errors_of_the_disk_become_sentences(tmp_path, number, code):
    with pytest.raises(GenStudioError) as caught, disk_errors(tmp_path / "x"):
        raise OSError(number, "x")
    assert caught.value.code == code
    assert caught.value.fix


def test_a_name_that_is_taken_is_told_as_such(tmp_path):
    with pytest.raises(FileExistsError), disk_errors(tmp_path):
        raise FileExistsError(errno.EEXIST, "x")
