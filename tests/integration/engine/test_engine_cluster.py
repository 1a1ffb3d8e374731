"""The cluster itself: who may join it, where it listens, and what it never does."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest
from engine_lab import EngineLab, until

from genstudio.engine import cluster, remote
from genstudio.engine.tls import ensure_keys
from genstudio.project.workspace import WorkspaceFolder

_OURS = "c = Client(cluster.scheduler_address(state), security=cluster.security(state), timeout=10)\n"


@pytest.fixture(scope="module")
def running(home: WorkspaceFolder) -> Iterator[EngineLab]:
    """An engine that has just done a job."""
    lab = EngineLab(home)
    lab.ended(lab.generate())
    yield lab
    lab.close()


def _ask(lab: EngineLab, code: str, *arguments: str) -> str:
    """Run a Dask client in a process of its own and return what it prints."""
    program = (
        "import sys; from pathlib import Path; from distributed import Client, Security; from genstudio.engine import cluster\n"
        "from genstudio.engine.state import StateFolder; cluster.configure(); state = StateFolder(Path(sys.argv[1]))\n" + code
    )
    command = [sys.executable, "-c", program, str(lab.state.root), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    return done.stdout + done.stderr


def test_every_process_listens_on_loopback_only(running: EngineLab) -> None:
    for daemon in (running.producer(), running.scheduler(), running.worker()):
        listening = [item for item in psutil.Process(daemon.pid).net_connections("inet") if item.status == psutil.CONN_LISTEN]
        assert {item.laddr.ip for item in listening} <= {"127.0.0.1"}


def test_nobody_speaks_to_the_scheduler_without_its_keys(running: EngineLab, tmp_path: Path) -> None:
    address = cluster.scheduler_address(running.state)
    assert address is not None
    certificate, key = ensure_keys(tmp_path)
    code = (
        "keys = Security(tls_ca_file=sys.argv[3], tls_client_cert=sys.argv[3], tls_client_key=sys.argv[4])\n"
        "for name, place, keys in (('plain', sys.argv[2].replace('tls', 'tcp'), None), ('forged', sys.argv[2], keys)):\n"
        "    try: Client(place, timeout=3, security=keys)\n"
        "    except Exception as error: print(name, type(error).__name__)\n"
    )
    said = _ask(running, code + _OURS + "print('ours', len(c.nthreads())); c.close()", address, str(certificate), str(key)).splitlines()
    told = dict(line.split() for line in said if line.startswith(("plain", "forged", "ours")))
    assert told["plain"].endswith("Error")
    assert told["forged"].endswith("Error")
    assert told["ours"] == "1"


def test_dask_neither_repeats_a_job_by_itself_nor_gives_up_a_worker_by_the_clock_of_the_day(running: EngineLab) -> None:
    ask = (
        "print('told', c.run_on_scheduler(lambda dask_scheduler: (dask_scheduler.allowed_failures, dask_scheduler.worker_ttl))); c.close()"
    )
    assert "told (0, None)" in _ask(running, _OURS + ask)


def test_workers_tell_what_they_have(running: EngineLab) -> None:
    (worker,) = until(running.engine.workers)
    assert worker.name == "cpu"
    assert worker.runners == ("process",)
    assert worker.vram_gib == worker.card_gib == 0
    assert worker.free_cpu <= worker.cpu
    assert urlsplit(worker.address).scheme == "tls"


def test_a_second_worker_of_one_name_is_refused(running: EngineLab) -> None:
    command = [sys.executable, "-m", "genstudio.engine.worker", "--workspace", str(running.workspace.root)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 1
    assert "The worker cpu of this workspace runs already." in done.stderr
    assert running.worker().alive()


def test_a_second_producer_leaves_at_once(running: EngineLab) -> None:
    before = running.producer()
    command = [sys.executable, "-m", "genstudio.engine.producer", "--workspace", str(running.workspace.root)]
    assert subprocess.run(command, check=False, timeout=60).returncode == 0
    assert running.producer() == before


def test_an_attempt_key_names_its_job_and_number() -> None:
    assert remote.parse_key(remote.key_of("job_1", 2)) == ("job_1", 2)
    assert remote.parse_key("somebody-elses-key") is None
