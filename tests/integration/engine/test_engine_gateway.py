"""A real Dask Gateway that lends a machine, where its server (``dask-gateway-server``) is installed."""

from __future__ import annotations

import importlib.util
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from engine_lab import EngineLab, until

from genstudio.schema.job import Succeeded

pytestmark = pytest.mark.campaign

_SERVER = """
c.DaskGateway.backend_class = "dask_gateway_server.backends.local.UnsafeLocalBackend"
c.DaskGateway.address = "127.0.0.1:{api}"
c.Proxy.address = "127.0.0.1:{proxy}"
c.Proxy.tcp_address = "127.0.0.1:{tcp}"
c.ClusterConfig.scheduler_cmd = ["{dask}", "scheduler"]
c.ClusterConfig.worker_cmd = ["{dask}", "worker"]
c.UnsafeLocalBackend.clusters_directory = "{folder}"
"""


def _port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _outer_address() -> str:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe, suppress(OSError):
        probe.connect(("192.0.2.1", 9))  # nothing is sent
        return str(probe.getsockname()[0])
    return "127.0.0.1"


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[tuple[str, str]]:
    """Address of a gateway, and of the way to its schedulers."""
    if importlib.util.find_spec("dask_gateway_server") is None or importlib.util.find_spec("dask_gateway") is None:
        pytest.skip("dask-gateway and dask-gateway-server are not installed.")
    api, proxy, tcp = _port(), _port(), _port()
    (tmp_path / "clusters").mkdir()
    config = tmp_path / "gateway.py"
    config.write_text(
        _SERVER.format(api=api, proxy=proxy, tcp=tcp, folder=tmp_path / "clusters", dask=Path(sys.executable).parent / "dask")
    )
    command = [sys.executable, "-m", "dask_gateway_server", "-f", str(config)]
    log = (tmp_path / "gateway.log").open("wb")
    with subprocess.Popen(command, cwd=tmp_path, stdout=log, stderr=log, start_new_session=True) as server:
        yield f"http://127.0.0.1:{proxy}", f"tls://127.0.0.1:{tcp}"
        os.killpg(server.pid, signal.SIGTERM)


def test_a_worker_on_a_machine_of_a_gateway_makes_a_take(
    fresh_lab: EngineLab, gateway: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    address, proxy = gateway
    host = _outer_address()
    if host == "127.0.0.1":
        pytest.skip("This machine has no address that another could reach.")
    lines = ['kind = "gateway"', f'host = "{host}"', f"port = {_port()}", f'address = "{address}"', f'proxy = "{proxy}"', 'auth = "basic"']
    lines += ['vram = ""', f'program = ["{Path(sys.executable).parent / "genstudio"}"]']
    (fresh_lab.workspace.root / "cluster.toml").write_text("\n".join(lines))
    fresh_lab.project.update_settings(when_unavailable="queue", quality="low")
    fresh_lab.shot("shot_1", reference="draft-video@1.0.0")
    monkeypatch.setenv("GENSTUDIO_RUNNERS", "none")
    fresh_lab.engine.ensure_producer()
    until(fresh_lab.engine.workers, what="the engine awake")
    monkeypatch.setenv("GENSTUDIO_RUNNERS", "process")
    assert fresh_lab.engine.start_workers() == 1
    words = fresh_lab.state.log("launch-0")
    lent = until(lambda: [view for view in fresh_lab.engine.workers() if not view.shared], 120, what=words.read_text())
    job = fresh_lab.ended(fresh_lab.generate(), 120)
    assert isinstance(job.state, Succeeded), job.state
    assert fresh_lab.store.attempt(job.id)[1] == lent[0].name
    (keeper,) = [each for each in psutil.process_iter(["cmdline"]) if "genstudio.engine.gateway" in (each.info["cmdline"] or [])]
    keeper.terminate()
    keeper.wait(60)
