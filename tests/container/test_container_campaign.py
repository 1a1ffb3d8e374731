"""Parts of the engine, the containers and the container engine itself are killed at random points while containers work.

``make campaign`` runs it. The container engine is one of the test's own, so that nobody else's is harmed.
"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from campaign_tally import Tally
from engine_lab import EngineLab, end_engine, engine_environment, until, write_pipeline
from honest_skips import cannot

from genstudio.project.workspace import WorkspaceFolder

pytestmark = [pytest.mark.container, pytest.mark.once]

ROUNDS = int(os.environ.get("GENSTUDIO_CAMPAIGN_ROUNDS", "40"))
JOBS = 5
KILLS = 3
MANIFEST = (Path(__file__).parent / "actor" / "pipeline.toml").read_text()


class PrivateEngine:
    """A container engine of its own, with the image of the actor in it."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.host = f"unix://{place}/docker.sock"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        places = [part for name in ("data-root", "exec-root", "pidfile") for part in (f"--{name}", str(self.place / name))]
        own = [*places, "--bridge", "none", "--iptables=false"]
        # In a network of its own: without a bridge, dockerd removes the one of the machine's own engine.
        command = ["unshare", "--net", "dockerd", "-H", self.host, *own]
        environment = os.environ | {"PATH": f"{os.environ['PATH']}{os.pathsep}/usr/sbin{os.pathsep}/sbin"}
        for _ in range(5):  # on a busy machine dockerd loses patience with its own containerd
            (self.place / "pidfile").unlink(missing_ok=True)
            with (self.place / "log").open("ab") as log:
                self._process = subprocess.Popen(command, cwd=self.place, env=environment, stdout=log, stderr=log, start_new_session=True)
            until(lambda: self._answers() or self._ended(), 90, "a container engine")
            if self._answers():
                return
        raise AssertionError((self.place / "log").read_text()[-2000:])

    def _answers(self) -> bool:
        return self._ask("info").returncode == 0

    def _ended(self) -> bool:
        return self._process is not None and self._process.poll() is not None

    def crash(self) -> None:
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def stop(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(60)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        for process in psutil.process_iter(["cmdline"]):  # shims of containers that it had when it was killed
            if any(str(self.place) in word for word in process.info["cmdline"] or ()):
                process.kill()
        left = [line.split()[1] for line in Path("/proc/mounts").read_text().splitlines() if str(self.place) in line]
        for mount in sorted(left, reverse=True):
            subprocess.run(["umount", "-l", mount], check=True)

    def load(self, image: str) -> None:
        with subprocess.Popen(["docker", "save", image], stdout=subprocess.PIPE) as saved:
            subprocess.run(["docker", "-H", self.host, "load"], stdin=saved.stdout, check=True, capture_output=True)

    def containers(self) -> list[str]:
        return self._ask("ps", "-aq").stdout.decode().split()

    def kill_one(self, chance: random.Random) -> bool:
        running = self._ask("ps", "-q").stdout.decode().split()
        return bool(running) and self._ask("kill", chance.choice(running)).returncode == 0

    def _ask(self, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(["docker", "-H", self.host, *arguments], capture_output=True, check=False, timeout=60)


@pytest.fixture(scope="module")
def private(tmp_path_factory: pytest.TempPathFactory, actor_image: str) -> Iterator[PrivateEngine]:
    if os.geteuid() != 0:
        cannot("start a container engine of the test's own, which needs root.")
    if not any(shutil.which("dockerd", path=path) for path in (os.environ["PATH"], "/usr/sbin")):
        pytest.skip("There is no dockerd: apt-get install docker.io")
    engine = PrivateEngine(tmp_path_factory.mktemp("docker"))
    engine.start()
    try:
        engine.load(actor_image)
        yield engine
    finally:
        engine.stop()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, private: PrivateEngine) -> Iterator[WorkspaceFolder]:
    """A workspace whose worker uses the private engine."""
    place = tmp_path_factory.mktemp("campaign")
    with pytest.MonkeyPatch.context() as patch:
        engine_environment(patch, place, "container")
        patch.setenv("GENSTUDIO_JOB_MEMORY_GIB", "0.5")
        patch.setenv("DOCKER_HOST", private.host)
        workspace = WorkspaceFolder.find(place / "Studio")
        write_pipeline(workspace.root, "actor", {"pipeline.toml": MANIFEST})
        yield workspace
        end_engine(workspace)


@pytest.fixture(scope="module")
def tally(pytestconfig: pytest.Config) -> Iterator[Tally]:
    found = Tally()
    yield found
    found.tell(pytestconfig)


@pytest.mark.campaign
@pytest.mark.parametrize("seed", range(ROUNDS))
def test_no_job_is_lost_or_repeated_and_no_container_left_whatever_is_killed(
    lab: EngineLab, private: PrivateEngine, tally: Tally, seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311 - a choice that can be repeated
    lab.project.update_settings(when_unavailable="queue")
    lab.shot("shot_1", reference="actor@1.0.0", prompt="sleep 1")
    tasks = [lab.generate() for _ in range(JOBS)]
    for _ in range(KILLS):
        lab.engine.ensure_producer()
        for _ in range(chance.randint(1, 8)):
            wait_for_a_move(lab)
        killed = kill_something(lab, private, chance)
        if killed:
            tally.kills[killed] += 1
    lab.engine.ensure_producer()
    ended = [lab.ended(task, 300) for task in tasks]
    made = [job for job in ended if job.state.state == "succeeded"]
    fair = ("worker_lost", "out_of_memory")  # killed from outside is what a container out of memory looks like
    assert [job.state for job in ended if job.state.state != "succeeded" and job.state.code not in fair] == []
    takes = lab.project.takes.list("SCENE_01/SHOT_010")
    tally.count(ended, takes)
    assert {take.job for take in takes} == {job.id for job in made}
    assert len(takes) == len(made)
    until(lambda: private.containers() == [], 60, "no container left")
    until(lambda: all(worker.free_cpu == worker.cpu and not worker.jobs for worker in lab.engine.workers()), 60, "all places free")


def kill_something(lab: EngineLab, private: PrivateEngine, chance: random.Random) -> str:
    """Kill a part by chance. Return which it was, empty if there was none to kill."""
    what = chance.choice(["producer", "scheduler", "worker", "container", "engine"])
    if what == "container":
        return what if private.kill_one(chance) else ""
    if what == "engine":
        private.crash()
        private.start()
    else:
        part = {"producer": lab.producer, "scheduler": lab.scheduler, "worker": lab.worker}[what]()
        if not part.alive():
            return ""
        lab.kill(part)
    return what


def wait_for_a_move(lab: EngineLab) -> None:
    """Wait until a job moves, or none is left that could."""
    seen = lab.store.data_version()
    until(lambda: lab.store.data_version() != seen or not lab.store.jobs(lab.project.uuid, active=True), what="a move")


@pytest.mark.campaign
def test_a_job_whose_container_engine_dies_is_made_once_it_is_there_again(lab: EngineLab, private: PrivateEngine) -> None:
    lab.project.update_settings(when_unavailable="queue")
    lab.shot("shot_1", reference="actor@1.0.0", prompt="sleep 2")
    task = lab.generate()
    lab.running(task, "sleeping")
    private.crash()
    until(lambda: lab.job(task).state.state == "waiting", what="a job that waits")
    private.start()
    job = lab.ended(task)
    assert job.state.state == "succeeded", job.state
    assert job.attempt == 2
    until(lambda: private.containers() == [], 60, "no container left")


@pytest.mark.campaign
def test_a_worker_that_begins_while_the_container_engine_is_away_takes_it_once_it_is_there(lab: EngineLab, private: PrivateEngine) -> None:
    lab.project.update_settings(when_unavailable="queue")
    lab.shot("shot_1", reference="actor@1.0.0", prompt="sleep 0")
    lab.engine.ensure_producer()
    before = lab.worker()
    private.crash()
    lab.kill(before)
    task = lab.generate()
    until(lambda: lab.worker() != before and lab.job(task).state.state == "waiting", what="a worker without containers")
    private.start()
    job = lab.ended(task)
    assert (job.state.state, job.attempt) == ("succeeded", 1), job.state
