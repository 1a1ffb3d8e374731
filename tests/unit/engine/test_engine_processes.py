"""Leases, nudges, keys and processes."""

from __future__ import annotations

import os
import select
import signal
import stat
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from genstudio.engine import nudge
from genstudio.engine.daemons import Daemon, kill_group, start_detached, start_producer
from genstudio.engine.devices import host
from genstudio.engine.lease import Holder, Lease, holder, starting
from genstudio.engine.state import StateFolder
from genstudio.engine.tls import ensure_keys

_HOLD = (
    "import sys, time; from pathlib import Path; from genstudio.engine.lease import Lease\n"
    "lease = Lease.take(Path(sys.argv[1])); print('taken', flush=True); time.sleep(600)"
)


def test_a_lease_has_one_holder_who_can_be_named(state: StateFolder) -> None:
    assert holder(state.root) is None
    lease = Lease.take(state.root)
    assert lease is not None
    assert holder(state.root) == Holder(host(), os.getpid())
    assert Lease.take(state.root, timeout=0) is None
    lease.release()
    assert holder(state.root) is None
    again = Lease.take(state.root, timeout=0)
    assert again is not None
    again.release()


def test_a_lease_is_free_when_its_holder_is_killed(state: StateFolder) -> None:
    with subprocess.Popen([sys.executable, "-c", _HOLD, str(state.root)], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"taken\n"
        assert holder(state.root) == Holder(host(), process.pid)
        process.kill()
        process.wait()
        lease = Lease.take(state.root, timeout=0)
        assert lease is not None
        lease.release()


def test_a_nudge_reaches_a_listener_and_tells_whether_there_is_one(state: StateFolder) -> None:
    assert not nudge.send(state.root)
    listener = nudge.open_listener(state.root)
    assert nudge.send(state.root)
    assert nudge.send(state.root)
    assert select.select([listener], [], [], 5)[0]
    assert os.read(listener, 100) == b"!!"
    os.close(listener)
    assert not nudge.send(state.root)


def test_nudges_without_number_do_not_block(state: StateFolder) -> None:
    listener = nudge.open_listener(state.root)
    for _ in range(70_000):  # more than a pipe holds
        assert nudge.send(state.root)
    os.close(listener)


def test_keys_are_made_once_and_only_their_owner_reads_them(state: StateFolder) -> None:
    certificate, key = ensure_keys(state.root)
    before = key.read_bytes()
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert stat.S_IMODE(state.root.stat().st_mode) == 0o700
    assert ensure_keys(state.root) == (certificate, key)
    assert key.read_bytes() == before


def test_a_process_is_known_by_its_start_and_not_by_its_number_alone() -> None:
    me = Daemon.of(os.getpid())
    assert me.alive()
    assert not Daemon(me.pid, f"{me.started}0").alive()
    kill_group(Daemon(me.pid, f"{me.started}0"))  # of the process that had the number before: nothing happens


def test_a_process_is_known_though_the_clock_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    me = Daemon.of(os.getpid())
    boot = psutil.boot_time()
    monkeypatch.setattr(psutil._pslinux, "boot_time", lambda: boot + 7200)  # what the kernel tells once its clock was set
    assert Daemon.of(os.getpid()) == me
    assert me.alive()


def test_a_process_that_ended_but_was_not_waited_for_is_not_alive() -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        daemon = Daemon.of(process.pid)
        assert daemon.alive()
        process.kill()
        assert daemon.wait(10)
        assert not daemon.alive()


def test_a_process_that_does_not_heed_sigterm_is_killed_with_its_children() -> None:
    code = (
        "import signal, subprocess, sys; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']); print(child.pid, flush=True); child.wait()"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, start_new_session=True) as process:
        assert process.stdout is not None
        child = Daemon.of(int(process.stdout.readline()))
        Daemon.of(process.pid).end(timeout=0.2)
        assert child.wait(10)
    assert process.returncode == -signal.SIGKILL


def test_a_detached_program_is_nobodys_child_and_writes_to_its_log(tmp_path: Path) -> None:
    log = tmp_path / "logs" / "it.log"
    code = "import os; print(os.getsid(0) != int(os.environ['CALLER']), os.isatty(0))"
    start_detached([sys.executable, "-c", code], log, {**os.environ, "CALLER": str(os.getsid(0))})
    watch = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children")
    before = watch.read_text().split() if watch.exists() else []
    for _ in range(1000):
        if log.read_text():
            break
        select.select([], [], [], 0.01)
    assert log.read_text() == "True False\n"
    assert (watch.read_text().split() if watch.exists() else []) == before


def test_one_producer_is_started_however_often_it_is_asked_for(tmp_path: Path) -> None:
    state = StateFolder(tmp_path)
    state.prepare()
    descriptor = starting(state.root)
    assert descriptor is not None
    assert starting(state.root) is None
    start_producer(tmp_path, state)
    assert not state.log("producer").exists()  # not even tried
    heir = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, pass_fds=[descriptor])
    os.close(descriptor)
    assert starting(state.root) is None  # who inherited it has it still
    heir.kill()
    heir.communicate()
    again = starting(state.root)
    assert again is not None
    os.close(again)
