"""Bubblewrap: a sandbox for processes, where the kernel lets plain users have one. Argument lists, and the probe that says whether."""

from __future__ import annotations

import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["find_bubblewrap", "sandboxed"]

_SYSTEM: Final = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")
_ETC: Final = ("ld.so.cache", "ld.so.conf", "ld.so.conf.d", "alternatives", "localtime", "fonts", "OpenCL", "vulkan", "mime.types")
"""What libraries read of ``/etc``; no passwords, no host keys, no names of other machines."""
_DEVICES: Final = ("nvidia", "dri", "kfd")
_PROBE_S: Final = 10


@cache
def find_bubblewrap() -> str | None:
    """Return the program if it is here and works: some kernels and containers allow no user namespaces. Asked once a process."""
    program = shutil.which("bwrap")
    if program is None:
        return None
    try:
        done = subprocess.run([*sandboxed(program, ()), "true"], capture_output=True, check=False, timeout=_PROBE_S)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return program if done.returncode == 0 else None


def sandboxed(
    program: str, command: Sequence[str], *, read: Sequence[Path] = (), write: Sequence[Path] = (), gpu: bool = False
) -> list[str]:
    """Return the command that runs another one with no network, and with nothing of the disk but the system and what is named.

    Args:
        program: Bubblewrap.
        command: What to run.
        read: Files and folders that it sees at their own places, read-only.
        write: Folders that it may write to, which may stand in those.
        gpu: Whether it sees the devices of cards.
    """
    arguments = [program, "--unshare-all", "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"]  # noqa: S108 - one of its own
    for path in (*_SYSTEM, *(f"/etc/{name}" for name in _ETC), *_pythons()):
        arguments += ["--ro-bind-try", path, path]
    for path in _device_files() if gpu else ():
        arguments += ["--dev-bind-try", path, path]
    for option, paths in (("--ro-bind", read), ("--bind", write)):
        arguments += [part for path in paths for part in (option, str(path), str(path))]
    return [*arguments, "--", *command]


def _pythons() -> list[str]:
    """The Python that environments are made from, where it is not the system's; its home shows nothing else."""
    places = {sys.base_prefix, str(Path(sys.base_prefix).resolve())}
    return sorted(place for place in places if not place.startswith(_SYSTEM))


def _device_files() -> list[str]:
    return sorted(str(path) for path in Path("/dev").iterdir() if path.name.startswith(_DEVICES))
