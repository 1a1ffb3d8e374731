"""The cluster itself: who may join it, where it listens, and what it never does."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest
from engine_lab import EngineLab, until

from genstudio.engine import cluster, remote
from genstudio.engine.tls import ensure_keys

_OURS = "c = Client(cluster.scheduler_address(state), security=cluster.security(state), timeout=10)\n"


@pytest.fixture
def running(lab: EngineLab) -> EngineLab:
    lab.ended(lab.generate())
    return lab


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
    plain = _ask(running, "Client(sys.argv[2].replace('tls', 'tcp'), timeout=3)", address)
    assert "Error" in plain
    certificate, key = ensure_keys(tmp_path)
    forged = (
        "keys = Security(tls_ca_file=sys.argv[3], tls_client_cert=sys.argv[3], tls_client_key=sys.argv[4])\n"
        "Client(sys.argv[2], timeout=3, security=keys)"
    )
    assert "Error" in _ask(running, forged, address, str(certificate), str(key))
    assert "workers 1" in _ask(running, _OURS + "print('workers', len(c.nthreads())); c.close()")


def test_dask_never_repeats_a_job_by_itself(running: EngineLab) -> None:
    ask = "print('allowed', c.run_on_scheduler(lambda dask_scheduler: dask_scheduler.allowed_failures)); c.close()"
    assert "allowed 0" in _ask(running, _OURS + ask)


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
