"""See to the programs that do not come from PyPI: ``system.py demo | studio | test``.

As root on Debian or Ubuntu the missing ones are installed; elsewhere they are listed with the command that brings them. A program
that is only useful (Git LFS for the demo) never stops anything; one that the tests need stops them when ``CI=true``.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Final, NamedTuple


class Program(NamedTuple):
    """A program, or a part of Python that its system has as a package of its own: what for, and what brings it on each system."""

    command: str
    purpose: str
    apt: str
    dnf: str
    brew: str
    modules: tuple[str, ...] = ()
    """What Python must find; then nothing is looked for on the PATH."""


GIT: Final = Program("git", "every project is a Git repository", "git", "git", "git")
LFS: Final = Program("git-lfs", "takes are committed through Git LFS", "git-lfs", "git-lfs", "git-lfs")
CHROMIUM: Final = Program("chromium", "browser tests", "chromium", "chromium", "chromium")
ENGINE: Final = Program("dockerd", "container tests", "docker.io", "moby-engine", "docker")
IPTABLES: Final = Program("iptables", "the container engine's network", "iptables", "iptables", "")
BOOTSTRAP: Final = Program("debootstrap", "a base image without a registry", "debootstrap", "debootstrap", "")
SPEECH: Final = Program("espeak-ng", "tests of speech", "espeak-ng", "espeak-ng", "espeak-ng")
SANDBOX: Final = Program("bwrap", "tests of processes in a sandbox", "bubblewrap", "bubblewrap", "")
VENV: Final = Program(
    "python3 -m venv",
    "the studio lives in a virtual environment",
    f"python3.{sys.version_info.minor}-venv",  # Debian's python3 comes without ensurepip
    "python3-libs",
    "python3",
    modules=("venv", "ensurepip"),
)
MADE: Final = Path(".venv/.made")
"""There once the environment is made (Makefile): from then on nobody asks for ``venv``."""
NEEDS: Final = {
    "demo": (VENV, GIT, LFS),
    "studio": (VENV, GIT, LFS),
    "test": (VENV, GIT, LFS, CHROMIUM, ENGINE, IPTABLES, BOOTSTRAP, SPEECH, SANDBOX),
}


def missing(programs: tuple[Program, ...]) -> list[Program]:
    """Return the programs that are not there."""
    return [program for program in programs if not _found(program)]


def _found(program: Program) -> bool:
    """Whether a program is on the PATH (system folders included), or Python finds it."""
    if program.modules:
        return MADE.exists() or all(find_spec(module) is not None for module in program.modules)
    path = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/sbin"])
    return shutil.which(program.command, path=path) is not None


def install(programs: list[Program]) -> None:
    """Install Debian packages; what fails is seen by the caller, who looks again."""
    packages = [program.apt for program in programs]
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    print(f"Installing {', '.join(packages)} …", file=sys.stderr)
    subprocess.run(["apt-get", "update", "-qq"], env=environment, check=False, stdout=subprocess.DEVNULL)
    command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
    subprocess.run(command, env=environment, check=False, stdout=subprocess.DEVNULL)


def command_for(programs: list[Program]) -> str:
    """Return the command that brings the programs on this system."""
    managers = {"apt-get": ("apt", "sudo apt-get install"), "dnf": ("dnf", "sudo dnf install"), "brew": ("brew", "brew install")}
    for manager, (field, prefix) in managers.items():
        if shutil.which(manager):
            return f"{prefix} {' '.join(filter(None, (getattr(program, field) for program in programs)))}"
    return "install " + ", ".join(program.apt for program in programs)


def main(goal: str) -> int:
    """Bring or name what ``goal`` needs; return the exit status."""
    lacking = missing(NEEDS[goal])
    if lacking and os.geteuid() == 0 and shutil.which("apt-get") and Path("/etc/debian_version").exists():
        install(lacking)
        lacking = missing(NEEDS[goal])
    for program in lacking:
        print(f"{program.command} is missing ({program.purpose}).", file=sys.stderr)
    if lacking:
        print(f"To get what is missing: {command_for(lacking)}", file=sys.stderr)
    fatal = GIT in lacking or VENV in lacking or (goal == "test" and lacking and os.environ.get("CI") == "true")
    return 1 if fatal else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
