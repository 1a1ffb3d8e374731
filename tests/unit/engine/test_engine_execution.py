"""What a pipeline says, and how its end is understood; with real processes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from genstudio.engine.daemons import Daemon
from genstudio.engine.execution import CancelledAttempt, JobLog, Limits, LostRunError, Transcript, follow, scratch_errors, seconds, too_full
from genstudio.engine.runners.base import Exit, Lines, Listener, Run
from genstudio.engine.runners.process import ProcessRun, ProcessRunner, clean_environment
from genstudio.schema.errors import GenStudioError
from genstudio.schema.event import ProgressEvent

_TELL = "import json, os, sys, time\ndef tell(kind, **fields): print(json.dumps({'v': 1, 'seq': 0, 'type': kind, **fields}), flush=True)\n"


class Stage:
    """Runs little programs as pipelines."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.progress: list[ProgressEvent] = []
        self.log = JobLog(folder / "job.log")
        self.transcript = Transcript(self.log, self.progress.append)
        self.cancelled = threading.Event()
        self.note = folder / "runs" / "a.json"
        self.note.parent.mkdir()

    def run(self, code: str) -> ProcessRun:
        return ProcessRun([sys.executable, "-c", _TELL + code], self.folder, clean_environment(), self.transcript.listener, self.note)

    def follow(self, code: str, timeout: float = 60, reserve: int = 0) -> dict[str, str]:
        return follow(self.run(code), self.transcript, Limits(timeout, self.folder, reserve), self.cancelled).outputs


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    found = Stage(tmp_path)
    with found.log:
        yield found


def _failure(stage: Stage, code: str, **limits: float) -> GenStudioError:
    with pytest.raises(GenStudioError) as raised:
        stage.follow(code, **limits)
    assert raised.value.fix
    return raised.value


def test_a_pipeline_that_says_done_has_its_outputs(stage: Stage) -> None:
    assert stage.follow("tell('started'); tell('progress', progress=50, step='half'); tell('done', outputs={'output': 'a.png'})") == {
        "output": "a.png"
    }
    assert stage.transcript.started is not None
    assert [event.step for event in stage.progress] == ["half"]
    assert not stage.note.exists()


def test_the_last_progress_of_a_burst_is_told_and_no_more_than_ten_a_second(stage: Stage) -> None:
    stage.follow("[tell('progress', progress=n, step=str(n)) for n in range(101)]; time.sleep(0.5); tell('done', outputs={})")
    assert stage.progress[-1].progress == 100
    assert len(stage.progress) <= 7


def test_whatever_else_is_printed_is_log(stage: Stage) -> None:
    stage.follow("print('hello'); print('{broken'); sys.stderr.write('no newline'); tell('log', message='said'); tell('done', outputs={})")
    written = (stage.folder / "job.log").read_text()
    for line in ("hello", "{broken", "no newline", "said"):
        assert line in written


def test_a_status_other_than_zero_is_a_failure(stage: Stage) -> None:
    assert "status 3" in _failure(stage, "sys.exit(3)").message


def test_done_without_success_is_a_failure(stage: Stage) -> None:
    assert _failure(stage, "tell('done', outputs={}); sys.exit(1)").code == "internal"


def test_an_end_without_done_is_a_failure(stage: Stage) -> None:
    assert "without saying" in _failure(stage, "pass").message


def test_the_error_that_a_pipeline_names_is_the_error(stage: Stage) -> None:
    error = _failure(stage, "tell('error', code='out_of_memory', message='CUDA is full.'); sys.exit(1)")
    assert (error.code, error.message) == ("out_of_memory", "CUDA is full.")


def test_a_program_killed_from_outside_is_taken_for_one_that_ate_all_memory(stage: Stage) -> None:
    assert _failure(stage, "os.kill(os.getpid(), 9)").code == "out_of_memory"


@pytest.mark.parametrize(
    "line",
    [
        "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB.",
        "RuntimeError: CUDA error: out of memory",
        "RuntimeError: CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`",
        "jaxlib.xla_extension.XlaRuntimeError: RESOURCE_EXHAUSTED: Out of memory while trying to allocate 4096 bytes.",
        "onnxruntime: Failed to allocate memory for requested buffer of size 1024",
        "OSError: [Errno 12] Cannot allocate memory",
        "MemoryError",
    ],
)
def test_a_library_that_says_that_memory_ran_out_is_understood(stage: Stage, line: str) -> None:
    error = _failure(stage, f"print({line!r}, file=sys.stderr); sys.exit(1)")
    assert error.code == "out_of_memory"
    assert line in error.message


def test_a_traceback_of_the_sdk_that_speaks_of_memory_is_understood(stage: Stage) -> None:
    assert _failure(stage, "tell('error', code='internal', message='CUDA out of memory.'); sys.exit(1)").code == "out_of_memory"


def test_words_about_memory_do_not_hide_another_error(stage: Stage) -> None:
    talk = "print('the memory of the prompt', file=sys.stderr); "
    assert _failure(stage, talk + "sys.exit(3)").code == "internal"
    assert (
        _failure(stage, "print('MemoryError', file=sys.stderr); tell('error', code='bad_input', message='No.'); sys.exit(1)").code
        == "bad_input"
    )


def test_a_status_that_stands_for_a_kill_is_taken_for_one_that_ate_all_memory(stage: Stage) -> None:
    assert _failure(stage, "sys.exit(137)").code == "out_of_memory"


def test_a_run_that_takes_too_long_is_ended(stage: Stage) -> None:
    assert _failure(stage, "time.sleep(600)", timeout=0.3).code == "timed_out"


@pytest.mark.parametrize(
    ("free", "own", "ends"), [(99, 0, True), (100, 0, False), (199, 100, False), (199, 101, True), (200, 10**6, False)]
)
def test_who_fills_a_disk_is_ended_before_those_beside_it_are(free: int, own: int, ends: bool) -> None:
    assert too_full(free, own, reserve=100) == ends


def test_a_disk_that_fills_up_ends_the_run(stage: Stage) -> None:
    assert _failure(stage, "time.sleep(600)", reserve=1 << 60).code == "disk_full"


@pytest.mark.parametrize(
    "code",
    [
        "tell('error', code='internal', message='OSError: [Errno 28] No space left on device'); sys.exit(1)",
        "tell('error', code='internal', message='ffmpeg failed: Error writing trailer: No space left on device'); sys.exit(1)",
        "tell('error', code='bad_input', message='The voice cannot speak: No space left on device.'); sys.exit(1)",
        "print('OSError: [Errno 122] Disk quota exceeded', file=sys.stderr); sys.exit(1)",
        "open('/dev/full', 'w', buffering=1).write('a line' + chr(10))",
    ],
)
def test_a_pipeline_that_finds_no_room_says_so_in_the_words_of_the_studio(stage: Stage, code: str) -> None:
    error = _failure(stage, code)
    assert (error.code, error.message) == ("disk_full", "The scratch disk is full.")
    assert "GENSTUDIO_SCRATCH" in error.fix


def test_a_full_disk_met_while_files_are_put_on_the_scratch_is_the_scratch_disk() -> None:
    with pytest.raises(GenStudioError) as raised, scratch_errors():
        raise GenStudioError("The disk is full: 'tagged.mp4' could not be written.", fix="Free some space.", code="disk_full")
    assert raised.value.message == "The scratch disk is full."
    assert "GENSTUDIO_SCRATCH" in raised.value.fix
    with pytest.raises(GenStudioError, match="upside down"), scratch_errors():
        raise GenStudioError("The picture is upside down.")


def test_words_about_room_do_not_spoil_a_run_that_succeeds(stage: Stage) -> None:
    assert stage.follow("print('No space left on device', file=sys.stderr); tell('done', outputs={'output': 'a.png'})")


def test_a_log_that_finds_no_room_does_not_stop_who_listens(stage: Stage, tmp_path: Path) -> None:
    path = tmp_path / "full.log"
    path.symlink_to("/dev/full")
    with JobLog(path) as log:
        stage.transcript.log = log
        assert stage.follow("[print(n) for n in range(20_000)]; tell('done', outputs={'output': 'a.png'})")
        assert log.tail.endswith("19999")


def test_cancel_ends_the_program_and_its_children(stage: Stage) -> None:
    code = (
        "import signal, subprocess; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        "tell('progress', progress=1, step=str(child.pid)); time.sleep(600)"
    )
    children: list[Daemon] = []

    def note_and_cancel(event: ProgressEvent) -> None:
        children.append(Daemon.of(int(event.step)))
        stage.cancelled.set()

    stage.transcript.on_progress = note_and_cancel
    with pytest.raises(CancelledAttempt):
        stage.follow(code)
    assert children[0].wait(5)


def test_children_that_a_program_leaves_behind_are_ended(stage: Stage) -> None:
    code = (
        "import subprocess; child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        "tell('warning', message=str(child.pid)); tell('done', outputs={})"
    )
    stage.follow(code)
    pid = int(stage.transcript.warnings[0])
    assert not os.path.exists(f"/proc/{pid}") or not Daemon.of(pid).alive() or Daemon.of(pid).wait(5)  # noqa: PTH110


def test_a_pipeline_sees_no_secrets_of_the_studio(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JUPYTER_TOKEN", "secret")
    stage.follow("tell('warning', message=json.dumps(dict(os.environ))); tell('done', outputs={})")
    assert "secret" not in stage.transcript.warnings[0]


def test_what_an_earlier_worker_left_running_is_ended(stage: Stage) -> None:
    run = stage.run("time.sleep(600)")
    runner = ProcessRunner(stage.note.parent)
    assert runner.sweep() == 1
    assert run.wait(10) is not None
    run.close()
    assert runner.sweep() == 0


def test_a_program_whose_worker_dies_before_noting_it_never_begins(tmp_path: Path) -> None:
    code = (
        "import os, signal, sys; from pathlib import Path; from genstudio.engine.runners import process\n"
        "from genstudio.engine.runners.base import Listener\n"
        "def note(_, entry): print(entry['pid'], flush=True); os.kill(os.getpid(), signal.SIGKILL)\n"
        "begun, here, quiet = sys.argv[1], Path(sys.argv[2]), Listener(print, print); process.write_json = note\n"
        "for stays in (False, True):\n"
        "    worker = os.fork()\n"
        "    if not worker: process.ProcessRun(['touch', begun], here, dict(os.environ), quiet, here / 'note', stays=stays)\n"
        "    assert os.waitstatus_to_exitcode(os.waitpid(worker, 0)[1]) == -signal.SIGKILL"
    )
    begun = tmp_path / "begun"
    done = subprocess.run([sys.executable, "-c", code, str(begun), str(tmp_path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    for pid in done.stdout.split():
        with suppress(ProcessLookupError):
            assert Daemon.of(int(pid)).wait(10)
    assert len(done.stdout.split()) == 2
    assert not begun.exists()


def test_a_log_is_bounded_and_its_end_is_at_hand(tmp_path: Path) -> None:
    path = tmp_path / "job.log"
    with JobLog(path) as log:
        for number in range(200):
            log.write(b"%d " % number + b"x" * 100_000)
        assert log.tail.splitlines()[-1].startswith("199 ")
        assert len(log.tail) < 50_000
    assert sum(file.stat().st_size for file in tmp_path.iterdir()) < 10 * 1024 * 1024


def test_lines_are_cut_wherever_the_pieces_end(tmp_path: Path) -> None:
    told: list[bytes] = []
    lines = Lines(told.append)
    for piece in (b"a", b"b\nc", b"\n\nd"):
        lines.feed(piece)
    lines.end()
    lines.end()
    assert told == [b"ab", b"c", b"", b"d"]


def test_a_line_without_end_does_not_fill_memory() -> None:
    told: list[bytes] = []
    lines = Lines(told.append)
    for _ in range(64):
        lines.feed(b"x" * 65536)
    assert len(told) > 4
    assert max(map(len, told)) <= 400_000


@pytest.mark.parametrize(("text", "expected"), [("30m", 1800), ("90s", 90), ("2h", 7200), ("1.5s", 1.5), ("soon", 1800), ("", 1800)])
def test_time_limits_are_read(text: str, expected: float) -> None:
    assert seconds(text) == expected


def test_a_listener_never_raises_for_what_a_pipeline_sends(stage: Stage) -> None:
    listener: Listener = stage.transcript.listener
    hostile: list[Callable[[], bytes]] = [
        lambda: b"\xff\xfe\x00",
        lambda: b"[" * 50_000,
        lambda: b'{"v": 2, "type": "progress"}',
        lambda: json.dumps({"v": 1, "seq": 0, "type": "progress", "progress": 1e999}).encode(),
        lambda: json.dumps({"v": 1, "seq": -1, "type": "done", "outputs": {}}).encode(),
        lambda: json.dumps({"v": 1, "seq": 0, "type": "done", "outputs": ["a"]}).encode(),
        lambda: b"null",
        lambda: b"",
    ]
    for line in hostile:
        listener.event(line())
    assert stage.transcript.done is None
    assert stage.progress == []


class _Lost(Run):
    """A run whose container engine has gone away."""

    def __init__(self) -> None:
        self.closed = False

    def wait(self, timeout: float) -> Exit | None:
        assert timeout
        return Exit(-1, trouble="The container engine went away.", lost=True)

    def kill(self) -> None:
        raise AssertionError

    def close(self) -> None:
        self.closed = True


def test_a_run_of_which_nobody_knows_is_lost_and_blamed_on_nobody(stage: Stage) -> None:
    run = _Lost()
    with pytest.raises(LostRunError, match="went away"):
        follow(run, stage.transcript, Limits(60, stage.folder, 0), stage.cancelled)
    assert run.closed


def test_a_run_that_was_done_when_its_engine_went_away_has_its_outputs(stage: Stage) -> None:
    stage.transcript.listener.event(b'{"v": 1, "seq": 0, "type": "done", "outputs": {"output": "a.png"}}')
    assert follow(_Lost(), stage.transcript, Limits(60, stage.folder, 0), stage.cancelled).outputs == {"output": "a.png"}


def test_a_run_that_had_failed_when_its_engine_went_away_has_failed(stage: Stage) -> None:
    stage.transcript.listener.event(b'{"v": 1, "seq": 0, "type": "error", "code": "bad_input", "message": "No picture."}')
    with pytest.raises(GenStudioError, match="No picture") as raised:
        follow(_Lost(), stage.transcript, Limits(60, stage.folder, 0), stage.cancelled)
    assert raised.value.code == "bad_input"
