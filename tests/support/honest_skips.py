"""Under ``CI=true`` a test is skipped for one reason alone: the machine cannot do what it needs, whoever sets it up.

A tool, an image or a package that ``make test`` can bring is no such reason: there the skip is a failure that names it.
"""

from __future__ import annotations

import os
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, NoReturn, TypeVar

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from pathlib import Path

__all__ = ["cannot", "mounted_disk", "pytest_make_collect_report", "pytest_runtest_makereport"]

Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)

_CANNOT: Final = "This machine cannot "
"""How the reason of every allowed skip begins; the calls of :func:`cannot` are the list of them."""


def cannot(do: str) -> NoReturn:
    """Skip the test, also under ``CI=true``: the machine cannot ``do`` what it needs, and no package would change that."""
    pytest.skip(_CANNOT + do)


@contextmanager
def mounted_disk(place: Path, size: str) -> Iterator[Path]:
    """A disk in memory of a size as ``mount`` takes it (``4m``), at a new folder, while the block lasts. Needs root on Linux."""
    place.mkdir()
    try:
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", place], capture_output=True, text=True, check=False)
    except FileNotFoundError:
        cannot("mount a disk in memory: there is no mount.")
    if done.returncode:
        cannot(f"mount a disk in memory, which needs root on Linux: {done.stderr.strip()}")
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", place], check=True)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: Any) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Judge the skip of a test."""
    return _judged((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Judge the skip of a whole file."""
    return _judged((yield))


def _judged(report: Report) -> Report:
    if os.environ.get("CI") == "true" and report.skipped and not hasattr(report, "wasxfail"):
        told = report.longrepr
        reason = (told[2] if isinstance(told, tuple) else str(told)).removeprefix("Skipped: ")
        if not reason.startswith(_CANNOT):
            report.outcome = "failed"
            report.longrepr = f"Skipped although CI=true: {reason}"
    return report
