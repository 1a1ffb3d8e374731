"""A test that kills, stops or lets threads race is never tried again: it says so, and pytest heeds it."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
from itertools import chain
from pathlib import Path

TESTS = Path(__file__).parents[2]
AMONG_OTHERS = sorted(chain.from_iterable((TESTS / name).rglob("test_*.py") for name in ("integration", "container", "browser")))
VIOLENT = re.compile(r"\bkill(pg|_something)?\(|\bcrash\(|\bSIG(KILL|STOP|TERM)\b|\bThread\(")
MARK = "pytest.mark.once"


def test_every_test_that_kills_or_races_is_marked() -> None:
    assert [f"{path.name}: {name}" for path in AMONG_OTHERS for name in unmarked(path)] == []


def test_a_marked_test_is_tried_once_and_another_among_other_programs_twice(tmp_path: Path) -> None:
    shutil.copy(TESTS / "conftest.py", tmp_path)
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers =\n  once: never tried again\n")
    (tmp_path / "test_tries.py").write_text(
        "import pytest\n@pytest.mark.once\ndef test_marked(): assert False\ndef test_other(): assert False\n", "utf-8"
    )
    own = {"PYTHONPATH": str(TESTS / "support"), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_ADDOPTS": ""}
    environment = os.environ | own
    command = [sys.executable, "-m", "pytest", "-rRf", "-p", "pytest_rerunfailures", "-p", "no:cacheprovider"]
    said = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False).stdout
    assert "2 failed, 1 rerun" in said, said
    assert "RERUN test_tries.py::test_other" in said


def unmarked(path: Path) -> list[str]:
    """Return the violent tests of a file that lack the mark, on them and on the file."""
    source = path.read_text("utf-8")
    module = ast.parse(source)
    if any(isinstance(node, ast.Assign) and MARK in ast.unparse(node) for node in module.body):
        return []
    tests = [node for node in module.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")]
    lines = source.splitlines()
    violent = [test for test in tests if VIOLENT.search("\n".join(lines[test.lineno - 1 : test.end_lineno]))]
    return [test.name for test in violent if MARK not in map(ast.unparse, test.decorator_list)]
