# mypy: allow-untyped-calls
# (Dask is typed in part only.)
"""Workers on machines that a Dask Gateway gives: ``python -m genstudio.engine.gateway``, with what to do on standard input.

A gateway makes clusters with schedulers of their own, which know nothing of a queue that outlives them. So its cluster only lends the
machines: each of its workers runs one task for as long as it lives, and that is a worker of the studio, which joins the studio's own
scheduler by the invitation, as from anywhere else. This process keeps the cluster while such workers run, and ends it when it is told to.
"""

from __future__ import annotations

import json
import logging
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from genstudio.engine.launching import worker_command
from genstudio.schema.cluster import GatewayConfig

if TYPE_CHECKING:
    from collections.abc import Sequence

    from distributed import Client, Future

__all__ = ["attend", "main", "pilot"]

_LOOK_S: Final = 1.0
_INVITATION: Final = "INVITATION"
_FOLDER: Final = "FOLDER"
_LOG: Final = logging.getLogger("genstudio.gateway")


def pilot(command: Sequence[str], invitation: str) -> int:
    """Run a worker of the studio on a machine of the gateway, in a folder of its own, and return its exit status: a Dask task."""
    folder = Path(tempfile.mkdtemp(prefix="genstudio-"))
    try:
        file = folder / "join.json"
        file.touch(mode=0o600)
        file.write_text(invitation, encoding="utf-8")
        places = {_INVITATION: str(file), _FOLDER: str(folder / "worker")}
        return subprocess.run([places.get(word, word) for word in command], stdin=subprocess.DEVNULL, check=False).returncode
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def attend(client: Client, config: GatewayConfig, invitation: str, told: threading.Event) -> None:
    """See that each worker of a gateway's cluster runs one of the studio's, until told to end, or until all of them have ended."""
    command = worker_command(config, _INVITATION, ["--folder", _FOLDER])
    running: dict[str, Future[int]] = {}
    while not told.wait(_LOOK_S):
        for address in client.scheduler_info(n_workers=-1)["workers"]:
            if address not in running:
                _LOG.info("A worker begins at %s.", address)
                running[address] = client.submit(
                    pilot, command, invitation, key=f"pilot-{address}", workers=[address], allow_other_workers=False, pure=False, retries=0
                )
        if running and all(future.done() for future in running.values()):
            _LOG.warning("All workers have ended: %s.", {address: str(future.status) for address, future in running.items()})
            return


def main() -> None:
    """Make a cluster, and keep it while its workers run."""
    order: dict[str, Any] = json.loads(sys.stdin.read())
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s", stream=sys.stderr)
    config, told = GatewayConfig.model_validate(order["config"]), threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: told.set())
    from dask_gateway import Gateway

    with (
        Gateway(config.address, proxy_address=config.proxy or None, auth=config.auth) as gateway,
        gateway.new_cluster(shutdown_on_close=True, **config.options) as cluster,
    ):
        cluster.scale(config.workers)
        with cluster.get_client(set_as_default=False) as client:
            attend(client, config, order["invitation"], told)


if __name__ == "__main__":
    main()
