"""What ``make`` asks of the machine before it begins (scripts/system.py)."""

from __future__ import annotations

import shutil
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from types import ModuleType

PACKAGE = f"python3.{sys.version_info.minor}-venv"


@pytest.fixture
def system() -> ModuleType:
    """The script, as a module."""
    spec = spec_from_file_location("system_script", Path(__file__).parents[3] / "scripts" / "system.py")
    assert spec
    assert spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of programs, all there are; Git is there, and Python has no ensurepip, as Debian's. No environment was made yet."""
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("git", "git-lfs"):
        _program(programs, name)
    monkeypatch.setenv("PATH", str(programs))
    monkeypatch.setitem(sys.modules, "ensurepip", None)  # type: ignore[arg-type] # how Python notes what it must not find
    monkeypatch.chdir(tmp_path)
    return programs


def _program(folder: Path, name: str, lines: str = "") -> None:
    (folder / name).write_text(f"#!/bin/sh\n{lines}\n", encoding="utf-8")
    (folder / name).chmod(0o755)


@pytest.mark.parametrize(
    ("manager", "command"),
    [
        ("apt-get", f"sudo apt-get install {PACKAGE}"),
        ("dnf", "sudo dnf install python3-libs"),
        ("brew", "brew install python3"),
        ("none", f"install {PACKAGE}"),
    ],
)
def test_a_python_that_makes_no_environment_is_named_with_the_command_that_helps(
    system: ModuleType, machine: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], manager: str, command: str
) -> None:
    _program(machine, manager)
    monkeypatch.setattr(system.os, "geteuid", lambda: 1000)
    assert system.main("demo") == 1
    said = capsys.readouterr().err.splitlines()
    assert said == [
        "python3 -m venv is missing (the studio lives in a virtual environment).",
        f"To get what is missing: {command}",
    ]


def test_root_of_a_debian_gets_it_installed(system: ModuleType, machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if not Path("/etc/debian_version").exists():
        pytest.skip("no Debian")
    _program(machine, "apt-get", f'echo "$@" >> {machine}/asked')
    monkeypatch.setattr(system.os, "geteuid", lambda: 0)
    assert system.main("studio") == 1  # this one brought nothing
    assert PACKAGE in (machine / "asked").read_text().splitlines()[-1].split()


def test_an_environment_that_was_made_needs_nothing_to_make_it(system: ModuleType, machine: Path) -> None:
    (machine.parent / ".venv").mkdir()
    (machine.parent / ".venv" / ".made").touch()
    assert system.main("demo") == 0


def test_a_python_that_is_whole_and_git_are_enough(system: ModuleType, machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "ensurepip")
    if system.find_spec("ensurepip") is None:
        pytest.skip("this Python has no ensurepip")
    assert shutil.which("git") == str(machine / "git")
    assert system.main("demo") == 0
