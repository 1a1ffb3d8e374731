"""How to get a program that is missing, said for the system at hand."""

from __future__ import annotations

import os
import platform
from pathlib import Path
from typing import Final

__all__ = ["install_command"]

_OS_RELEASE: Final = Path("/etc/os-release")
_INSTALLERS: Final = {
    "debian": "apt-get update && {sudo}apt-get install -y {package}",
    "ubuntu": "apt-get update && {sudo}apt-get install -y {package}",
    "fedora": "dnf install -y {package}",
    "rhel": "dnf install -y {package}",
    "arch": "pacman -S --noconfirm {package}",
    "suse": "zypper install -y {package}",
    "opensuse": "zypper install -y {package}",
    "alpine": "apk add {package}",
    "nixos": "nix-env -iA nixos.{package}",
}
_WINDOWS: Final = {"git": "Git.Git", "git-lfs": "GitHub.GitLFS"}
_PAGES: Final = {"git": "https://git-scm.com/downloads", "git-lfs": "https://git-lfs.com"}


def install_command(package: str, *, system: str | None = None, os_release: str | None = None) -> str:
    """Return the exact command that installs ``git`` or ``git-lfs`` here, or the address that tells how.

    Args:
        package: Name of the package, the same in all the package managers known.
        system: ``Linux``, ``Darwin`` or ``Windows``; this machine's by default.
        os_release: Text of ``/etc/os-release``; this machine's by default.
    """
    system = system or platform.system()
    if _in_conda():
        return f"conda install -y -c conda-forge {package}"
    if system == "Darwin":
        return f"brew install {package}"
    if system == "Windows":
        return f"winget install --id {_WINDOWS.get(package, package)}"
    if os_release is None:
        os_release = _OS_RELEASE.read_text(encoding="utf-8") if _OS_RELEASE.exists() else ""
    fields = dict(line.split("=", 1) for line in os_release.splitlines() if "=" in line)
    names = f"{fields.get('ID', '')} {fields.get('ID_LIKE', '')}".replace('"', "").split()
    template = next((_INSTALLERS[name] for name in names if name in _INSTALLERS), None)
    if template is None:
        return f"see {_PAGES.get(package, package)}"
    sudo = "" if os.geteuid() == 0 else "sudo "
    return sudo + template.format(package=package, sudo=sudo)


def _in_conda() -> bool:
    """Say whether an environment of conda is active: it needs no rights of an administrator."""
    prefix = os.environ.get("CONDA_PREFIX", "")
    return bool(prefix) and Path(prefix, "conda-meta").is_dir()
