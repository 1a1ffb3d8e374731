"""The SDK inside a pipeline process: small real pipelines, started as the studio starts them."""

from __future__ import annotations

import json
import signal
import sys
import textwrap
from typing import TYPE_CHECKING, Any

import pytest

from genstudio.pipelines.catalogue import sdk_dir

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.integration.pipelines.conftest import Job

    MakeJob = Callable[..., Job]

HEAD = """
import os, sys, time
from collections.abc import Mapping
from pathlib import Path
from genstudio_pipeline import *

@pipeline
"""
TAIL = """

if __name__ == "__main__":
    run.main()
"""


@pytest.fixture
def script(tmp_path: Path):
    """Writes the file of a pipeline whose function is given."""

    def write(function: str) -> Path:
        path = tmp_path / "run.py"
        path.write_text(HEAD + textwrap.dedent(function).strip() + TAIL)
        return path

    return write


GOOD = """
def run(request: Request, *, steps: int = 3) -> Path:
    for step in range(steps):
        progress(100 * step / steps, f"step {step + 1} of {steps}", eta_s=1.5)
    target = request.output_dir / "out.txt"
    target.write_text(request.prompt)
    return target
"""


def test_a_run_tells_its_progress_and_its_output(make_job: MakeJob, script: Callable[[str], Path]):
    job = make_job(params={"steps": 2, "unknown": 1})
    ran = job.run(script(GOOD))
    assert ran.code == 0
    assert ran.types == ["started", "progress", "progress", "done"]
    assert [event.seq for event in ran.events] == [0, 1, 2, 3]
    assert ran.last.outputs == {"output": "out.txt"}
    assert (job.outputs / "out.txt").read_text().startswith("a fox")


def test_the_file_of_events_says_the_same_as_the_channel(make_job: MakeJob, script: Callable[[str], Path]):
    job = make_job()
    ran = job.run(script(GOOD))
    assert (job.outputs / "events.jsonl").read_text() == ran.stdout


def test_what_is_printed_is_log_and_cannot_break_the_protocol(make_job: MakeJob, script: Callable[[str], Path]):
    ran = make_job().run(
        script("""
        def run(request: Request) -> Path:
            print("no newline", end="")
            os.write(1, b'{"v":1,"seq":0,"type":"done","outputs":{}}')
            os.system("echo from a child")
            progress(50, "half")
            sys.stdout.write("x" * 100_000)
            target = request.output_dir / "out.txt"
            target.write_text("done")
            return target
        """)
    )
    assert ran.types == ["started", "progress", "done"]
    assert "no newline" in ran.log
    assert "from a child" in ran.log


def test_several_outputs_and_metadata_are_passed_on(make_job: MakeJob, script: Callable[[str], Path]):
    ran = make_job().run(
        script("""
        def run(request: Request) -> Outputs:
            one, two = request.output_dir / "one", request.output_dir / "two"
            one.write_text("1"); two.write_text("2")
            return Outputs({"image": one, "mask": two}, {"peak_vram_gib": 1.5})
        """)
    )
    assert ran.last.outputs == {"image": "one", "mask": "two"}
    assert ran.last.metadata == {"peak_vram_gib": 1.5}


@pytest.mark.parametrize(
    ("body", "code", "said"),
    [
        ('raise BadInput("The picture is upside down.")', "bad_input", "The picture is upside down."),
        ('raise MissingWeights("No weights in /models.")', "missing_weights", "No weights"),
        ('raise OutOfMemory("The card is full.")', "out_of_memory", "The card is full."),
        ('raise MemoryError("40 GiB")', "out_of_memory", "not enough memory"),
        (
            'class OutOfMemoryError(RuntimeError): pass\n    raise OutOfMemoryError("CUDA out of memory")',
            "out_of_memory",
            "CUDA out of memory",
        ),
        ("raise ValueError", "internal", "ValueError: no message"),
        ("1 / 0", "internal", "ZeroDivisionError: division by zero"),
        ('return request.output_dir / "nothing"', "internal", "wrote no nothing"),
        ('return Path("/etc/hostname")', "internal", "not in its output folder"),
    ],
)
def test_each_failure_has_its_code_and_a_sentence(make_job: MakeJob, script: Callable[[str], Path], body: str, code: str, said: str):
    ran = make_job().run(script(f"def run(request: Request) -> Path:\n    {body}"))
    assert ran.code == 1
    assert ran.last.type == "error"
    assert ran.last.code == code
    assert said in ran.last.message


def test_a_disk_that_does_not_take_the_events_is_told_all_the_same(make_job: MakeJob, script: Callable[[str], Path]):
    job = make_job()
    job.outputs.mkdir()
    (job.outputs / "events.jsonl").symlink_to("/dev/full")
    ran = job.run(script(GOOD))
    assert ran.code == 1
    assert ran.types == ["started", "error"]
    assert "No space left on device" in ran.last.message


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"width": 0}, "width must be"),
        ({"frames": "many"}, "frames must be"),
        ({"fps": "0"}, "fps is '0'"),
        ({"prompt": 5}, "prompt must be text"),
        ({"files": [{"path": "../../etc/passwd"}]}, "outside the project"),
        ({"files": [{"path": "/etc/passwd"}]}, "outside the project"),
        ({"files": [{"path": "missing.png"}]}, "is not there"),
        ({"params": {"steps": "three"}}, "steps must be int"),
        ({"params": []}, None),
    ],
)
def test_a_bad_request_is_refused_in_one_sentence(
    make_job: MakeJob, script: Callable[[str], Path], changes: dict[str, Any], said: str | None
):
    ran = make_job(**changes).run(script(GOOD))
    if said is None:
        assert ran.code == 0  # an empty list stands for no parameters
        return
    assert ran.code == 1
    assert ran.last.code == "bad_input"
    assert said in ran.last.message


def test_a_request_that_is_no_json_is_refused(make_job: MakeJob, script: Callable[[str], Path]):
    job = make_job()
    (job.root / "request.json").write_text("{half")
    ran = job.run(script(GOOD))
    assert (ran.code, ran.last.code) == (1, "bad_input")


def test_a_file_behind_a_link_out_of_the_project_is_refused(make_job: MakeJob, script: Callable[[str], Path]):
    job = make_job(files=[{"path": "ref.png", "role": "character"}])
    (job.root / "project" / "ref.png").symlink_to("/etc/hostname")
    assert "outside the project" in job.run(script(GOOD)).last.message


@pytest.mark.once
def test_cancelling_stops_even_a_pipeline_that_swallows_exceptions(make_job: MakeJob, script: Callable[[str], Path]):
    path = script("""
    def run(request: Request) -> Path:
        progress(1, "ready")
        while True:
            try:
                time.sleep(60)
            except Exception:
                pass
    """)
    process = make_job().start(path)
    assert process.stdout is not None
    while '"ready"' not in process.stdout.readline():
        pass
    process.send_signal(signal.SIGTERM)
    stdout, _ = process.communicate(timeout=20)
    assert process.returncode == 128 + signal.SIGTERM
    assert json.loads(stdout.splitlines()[-1])["code"] == "cancelled"


def test_a_warm_process_serves_the_requests_that_follow_on_standard_input(make_job: MakeJob, script: Callable[[str], Path]):
    first = make_job("root")
    for name in ("b", "c"):
        make_job(f"root/{name}", request_id=name, prompt=name)
    make_job("root/broken", width=-1)
    first.environment["GENSTUDIO_WARM"] = "1"
    lines = "".join(json.dumps({"job": name}) + "\n" for name in ("b", "broken", "../job", "c")) + "nonsense\n"
    ran = first.run(script(GOOD.replace("request.prompt", 'f"{request.prompt} {os.getpid()}"')), lines)
    ends = [event for event in ran.events if event.type in ("done", "error")]
    assert [event.type for event in ends] == ["done", "done", "error", "error", "done", "error"]
    texts = [(first.root / name / "outputs" / "out.txt").read_text().split() for name in ("b", "c")]
    assert [words[0] for words in texts] == ["b", "c"]
    assert texts[0][1] == texts[1][1]
    starts = [event.seq for event in ran.events if event.type == "started"]
    assert starts == [0, 0, 0]


def test_a_preview_that_is_too_large_or_elsewhere_is_left_out_with_a_warning(make_job: MakeJob, script: Callable[[str], Path]):
    ran = make_job().run(
        script("""
        def run(request: Request) -> Path:
            small, large = request.output_dir / "small.jpg", request.output_dir / "large.jpg"
            small.write_bytes(b"x" * 64 * 1024); large.write_bytes(b"x" * (64 * 1024 + 1))
            preview(small); preview(large); preview(Path("/etc/hostname"))
            return small
        """)
    )
    assert ran.types == ["started", "preview", "warning", "warning", "done"]


def test_a_reader_that_went_away_does_not_stop_the_run(make_job: MakeJob, script: Callable[[str], Path]):
    job = make_job(params={"steps": 2000})
    process = job.start(script(GOOD))
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    process.stderr.read()
    assert process.wait(60) == 0
    assert '"done"' in (job.outputs / "events.jsonl").read_text().splitlines()[-1]


@pytest.mark.parametrize(
    ("function", "said"),
    [
        ("def run() -> Path: ...", "needs a first parameter annotated with Request"),
        ("def run(request) -> Path: ...", "annotated with Request"),
        ("def run(request: Request): ...", "needs a return annotation"),
        ("def run(request: Request, steps: int) -> Path: ...", r"write \* before steps"),
        ("def run(request: Request, *, steps: list[int]) -> Path: ...", "steps must be annotated"),
    ],
)
def test_a_function_that_is_no_pipeline_is_told_what_it_lacks(make_job: MakeJob, script: Callable[[str], Path], function: str, said: str):
    import re

    ran = make_job().run(script(function))
    assert ran.code != 0
    assert re.search(said, ran.log)


def test_importing_the_sdk_elsewhere_leaves_standard_output_alone(tmp_path: Path):
    import subprocess

    code = "import genstudio_pipeline; print('still here')"
    ran = subprocess.run([sys.executable, "-c", code], env={"PYTHONPATH": str(sdk_dir())}, capture_output=True, text=True, check=True)
    assert ran.stdout == "still here\n"
