"""A pipeline of a studio's own as a process: its environment built from a wheel of its own, and the sandbox seen from inside."""

from __future__ import annotations

import json
import socket
import zipfile
from pathlib import Path

from engine_lab import EngineLab, until, write_pipeline
from honest_skips import cannot
from own_pipeline import own_manifest

from genstudio.engine.runners.base import Exit, Launch, Listener
from genstudio.engine.runners.bubblewrap import find_bubblewrap
from genstudio.engine.runners.environments import Environments
from genstudio.engine.runners.private import PrivateRunner
from genstudio.pipelines.catalogue import Pipeline, load_pipeline
from genstudio.schema.job import Succeeded, Waiting

ABSENT = "genstudio/no-such-image:latest"
PAINT = """
import struct, zlib
from pathlib import Path
from genstudio_pipeline import Request, pipeline
import tiny

def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

@pipeline
def paint(request: Request) -> Path:
    head = struct.pack(">IIBBBBB", tiny.SIZE, tiny.SIZE, 8, 0, 0, 0, 0)
    rows = zlib.compress(bytes((tiny.SIZE + 1) * tiny.SIZE))
    picture = request.output_dir / "picture.png"
    picture.write_bytes(b"\\x89PNG\\r\\n\\x1a\\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b""))
    return picture

if __name__ == "__main__":
    paint.main()
"""
LOOK = """
import json, os, socket, sys
from pathlib import Path
job = Path(os.environ["GENSTUDIO_JOB"])

def can_connect():
    try:
        socket.create_connection(("127.0.0.1", int(sys.argv[-1])), timeout=2).close()
    except OSError:
        return False
    return True

seen = {
    "reads": [path for path in (SECRET, "/etc/passwd", "/var") if os.access(path, os.R_OK)],
    "connects": can_connect(),
    "processes": [name for name in os.listdir("/proc") if name.isdigit() and int(name) > 20],
}
for path in (job / "outputs/x", job / "tmp/x", job / "project/x", job / "x", Path(SECRET), Path("/usr/x")):
    try:
        path.write_text("written")  # where it can, in memory of its own
    except OSError:
        pass
print(json.dumps(seen), flush=True)
"""


def _wheel(folder: Path) -> str:
    """Write the smallest wheel there can be, and return its name."""
    name = "tiny-1.0-py3-none-any.whl"
    about = "tiny-1.0.dist-info"
    files = {
        "tiny.py": "SIZE = 16\n",
        f"{about}/METADATA": "Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n",
        f"{about}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{about}/RECORD": f"tiny.py,,\n{about}/METADATA,,\n{about}/WHEEL,,\n{about}/RECORD,,\n",
    }
    with zipfile.ZipFile(folder / name, "w") as wheel:
        for file, text in files.items():
            wheel.writestr(file, text)
    return name


def test_a_pipeline_waits_until_somebody_builds_its_environment_and_then_runs_in_it(lab: EngineLab) -> None:
    folder = write_pipeline(lab.workspace.root, "own", {"pipeline.toml": own_manifest("own", ABSENT) + "warm = true", "run.py": PAINT})
    (folder / "requirements.txt").write_text(f"./{_wheel(folder)}\n")
    lab.project.update_settings(when_unavailable="queue")
    lab.shot("shot_1", reference="own@1.0.0")
    task = lab.generate()
    until(lambda: isinstance(lab.job(task).state, Waiting), what="the reason")
    assert lab.job(task).state == Waiting(reason="Waiting for a worker that runs containers, which Own needs.")
    Environments(lab.state.environments).build(load_pipeline(folder))
    for job in (lab.ended(task), lab.ended(lab.generate())):
        assert isinstance(job.state, Succeeded), job.state
    takes = lab.project.takes.list("SCENE_01/SHOT_010")
    assert [(take.pipeline.id, take.pipeline.runner, take.width) for take in takes] == [("own", "private", 16)] * 2
    assert [take.timing.warm for take in takes] == [False, True]


def test_a_process_in_the_sandbox_reaches_its_job_and_nothing_else(tmp_path: Path) -> None:
    if find_bubblewrap() is None:
        cannot("shut a process into a sandbox: bubblewrap is not here, or the kernel lets nobody use it.")
    secret = tmp_path / "secret"
    secret.write_text("x")
    folder = tmp_path / "look"
    folder.mkdir()
    (folder / "pipeline.toml").write_text(own_manifest("look", ABSENT))
    (folder / "run.py").write_text(LOOK.replace("SECRET", repr(str(secret))))
    (folder / "requirements.txt").write_text("")
    found = Environments(tmp_path / "environments")
    found.build(load_pipeline(folder))
    job = tmp_path / "job"
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = str(server.getsockname()[1])
        seen = _run(PrivateRunner(tmp_path / "runs", found), load_pipeline(folder), job, port)
    assert seen == {"reads": [], "connects": False, "processes": []}
    places = (job / "outputs/x", job / "tmp/x", job / "project/x", job / "x", Path("/usr/x"))
    assert [path for path in places if path.exists()] == [job / "outputs/x", job / "tmp/x"]
    assert secret.read_text() == "x"


def _run(runner: PrivateRunner, pipeline: Pipeline, job: Path, node: str) -> object:
    (job / "project").mkdir(parents=True)
    (job / "request.json").write_text("{}")
    events: list[bytes] = []
    logs: list[bytes] = []
    run = runner.start(Launch(job, pipeline, node=node), Listener(events.append, logs.append))
    try:
        assert run.wait(60) == Exit(0), logs
    finally:
        run.close()
    return json.loads(events[0])
