"""Where machine state goes: job store, leases, keys, logs. Never into a project, never onto a network drive."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from genstudio.schema.errors import GenStudioError

__all__ = ["filesystem", "state_dir"]

_NETWORK: Final = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "fuse.sshfs", "afs", "ceph", "fuse.ceph", "fuse.glusterfs", "lustre"})


def state_dir(uuid: str) -> Path:
    """Return (and make) the machine state folder of a workspace or of a project outside any: ``$XDG_STATE_HOME/genstudio/<uuid>``.

    Raises:
        GenStudioError: It would be on a network filesystem, where neither SQLite's log nor file locks are safe.
    """
    home = os.environ.get("XDG_STATE_HOME", "")
    base = Path(home) if home.startswith("/") else Path.home() / ".local" / "state"
    folder = base / "genstudio" / uuid
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    kind = filesystem(folder)
    if kind in _NETWORK:
        message = f"The state folder {str(folder)!r} is on a network drive ({kind}), where locks and the job store are not safe."
        raise GenStudioError(message, fix="Set XDG_STATE_HOME to a folder on a local disk.", code="network_drive")
    return folder


def filesystem(path: Path, mounts: str | None = None) -> str:
    """Return the type of the filesystem that holds ``path``; empty where the system does not say (not Linux)."""
    table = Path("/proc/self/mounts")
    if mounts is None:
        mounts = table.read_text(encoding="utf-8", errors="replace") if table.exists() else ""
    real, best, kind = str(path.resolve()), "", ""
    for line in mounts.splitlines():
        _, mount, found, *_ = line.split(" ")
        point = mount.encode().decode("unicode_escape")
        if (real == point or real.startswith(point.rstrip("/") + "/")) and len(point) >= len(best):
            best, kind = point, found
    return kind
