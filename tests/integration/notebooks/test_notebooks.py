"""The notebooks that come with the studio, run for real on their own kernels."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
import papermill
import pytest
from engine_end import end_engines
from nbclient import NotebookClient

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER = Path(__file__).parents[3] / "notebooks"
KERNELS = {"quickstart.ipynb": "ipyflow", "batch.ipynb": "python3", "studio.ipynb": "python3"}


@pytest.fixture
def studio(workspace_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty workspace that kernels find by the environment."""
    monkeypatch.setenv("GENSTUDIO_PRODUCER_IDLE", "60")
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    yield workspace_root
    end_engines(tmp_path / "state")


def read(name: str) -> Any:
    return nbformat.read(FOLDER / name, as_version=4)


@pytest.mark.parametrize("name", sorted(KERNELS))
def test_a_notebook_is_valid_without_outputs_and_names_its_kernel(name: str) -> None:
    notebook = read(name)
    nbformat.validate(notebook)
    assert notebook.metadata.kernelspec.name == KERNELS[name]
    assert all(not cell.outputs and cell.execution_count is None for cell in notebook.cells if cell.cell_type == "code")
    assert len({cell.id for cell in notebook.cells}) == len(notebook.cells)


def test_all_notebooks_are_known_here() -> None:
    assert {path.name for path in FOLDER.glob("*.ipynb")} == set(KERNELS)


@pytest.mark.slow
def test_quickstart_runs_from_top_to_bottom_on_its_own_kernel(studio: Path, tmp_path: Path) -> None:
    options = ["--nbval-lax", "--nbval-cell-timeout=300", "-p", "no:cacheprovider", "-q", "--rootdir", str(FOLDER), "-c", os.devnull]
    command = [sys.executable, "-m", "pytest", *options, str(FOLDER / "quickstart.ipynb")]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert list((studio / "Projects" / "My_First_Film" / "06_Exports").glob("*.mp4"))


@pytest.mark.slow
def test_batch_makes_the_sample_film_and_ends_with_a_report(studio: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.ipynb"
    papermill.execute_notebook(str(FOLDER / "batch.ipynb"), str(out), progress_bar=False, log_output=False, cwd=str(tmp_path))
    report = report_of(out)
    assert len(report) == 4
    assert all("SHOT-0" in line for line in report[:3])
    assert report[3].startswith("film")
    (project,) = (studio / "Projects").iterdir()
    assert len(list(project.glob("03_Renders/SCENE_01/*/*.mp4"))) == 3
    assert len(list(project.glob("06_Exports/*.mp4"))) == 1


@pytest.mark.slow
def test_batch_takes_shots_from_a_table_and_makes_nothing_twice(studio: Path, tmp_path: Path) -> None:
    table = tmp_path / "shots.csv"
    table.write_text("name,prompt,duration,seed\nSHOT_010,a fox,500ms,7\nSHOT_020,«лиса»,500ms,\n", "utf-8")
    parameters = {"project": "From a table", "shots": str(table), "quality": "low", "takes": 1}
    for _ in range(2):
        out = tmp_path / "out.ipynb"
        papermill.execute_notebook(
            str(FOLDER / "batch.ipynb"), str(out), parameters, progress_bar=False, log_output=False, cwd=str(tmp_path)
        )
    records = sorted((studio / "Projects" / "From_a_table").glob("03_Renders/SCENE_01/*/*.json"))
    assert [path.stem for path in records] == ["SHOT-010_v01_take01", "SHOT-020_v01_take01"]
    assert json.loads(records[0].read_text("utf-8"))["inputs"]["seed"] == 7
    assert sum("already there" in line for line in report_of(out)) == 2


def test_studio_displays_the_widget_over_the_whole_page(studio: Path, tmp_path: Path) -> None:
    notebook = read("studio.ipynb")
    NotebookClient(notebook, kernel_name="python3", timeout=120, resources={"metadata": {"path": str(tmp_path)}}).execute()
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", ())]
    shown = [output for output in outputs if "application/vnd.jupyter.widget-view+json" in output.get("data", {})]
    assert len(shown) == 1
    states = notebook.metadata.widgets["application/vnd.jupyter.widget-state+json"]["state"]
    model = states[shown[0]["data"]["application/vnd.jupyter.widget-view+json"]["model_id"]]
    assert (model["model_module"], model["state"]["mode"], model["state"]["height"]) == ("anywidget", "studio", "100vh")
    assert model["state"]["workspace"] == json.loads((studio / "workspace.json").read_text("utf-8"))["uuid"]


def report_of(path: Path) -> list[str]:
    """Return the lines of the report of a batch that ran."""
    notebook = nbformat.read(path, as_version=4)
    cell = next(cell for cell in notebook.cells if "report" in cell.metadata.get("tags", ()))
    return "".join(output.text for output in cell.outputs if output.output_type == "stream").splitlines()
