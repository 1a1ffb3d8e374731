"""Under CI=true nothing is skipped for want of what `make test` brings: not by one process, not by several, not a whole file."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

SUPPORT = Path(__file__).parents[2] / "support"
TESTS = {
    "test_skips.py": """
import pytest
from honest_skips import cannot

@pytest.fixture
def tool():
    pytest.skip("There is no hammer: apt-get install hammer")

def test_that_needs_a_tool(tool): pass
def test_that_needs_a_package(): pytest.importorskip("no_such_package")
@pytest.mark.skipif(True, reason="never mind")
def test_that_is_marked(): pass
@pytest.mark.xfail(reason="known")
def test_that_is_known_to_fail(): assert False
def test_that_no_setting_up_helps(): cannot("fly.")
def test_that_runs(): pass
""",
    "test_whole_file.py": "import pytest\npytest.importorskip('no_such_file_of_code')\n",
}


@pytest.mark.parametrize("processes", ["0", "2"])
def test_a_skip_is_a_failure_that_names_its_reason_unless_the_machine_cannot(tmp_path: Path, processes: str) -> None:
    said = run(tmp_path, processes, ci="true")
    for reason in ("There is no hammer: apt-get install hammer", "could not import 'no_such_package'", "never mind"):
        assert f"Skipped although CI=true: {reason}" in said
    assert "Skipped although CI=true: could not import 'no_such_file_of_code'" in said
    assert "This machine cannot fly." in said
    assert "1 failed, 1 passed, 1 skipped, 1 xfailed, 3 errors" in said


def test_without_ci_all_of_them_are_skipped(tmp_path: Path) -> None:
    assert "1 passed, 5 skipped, 1 xfailed" in run(tmp_path, "0", ci="")


def run(folder: Path, processes: str, ci: str) -> str:
    """Run the tests above and return what pytest says."""
    for name, source in TESTS.items():
        (folder / name).write_text(source)
    (folder / "pytest.ini").write_text("[pytest]\n")
    command = [sys.executable, "-m", "pytest", "-ra", "-p", "honest_skips", "-p", "xdist", "-p", "no:cacheprovider", "-n", processes]
    outer = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}  # or its processes wait for ours
    environment = outer | {"CI": ci, "PYTHONPATH": str(SUPPORT), "COLUMNS": "300", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    done = subprocess.run(
        [*command, "--continue-on-collection-errors"], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode == 0) == (ci == ""), done.stdout
    return done.stdout
