"""The notebooks that come with the studio, run for real on their own kernels."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
import papermill
import pytest
from engine_end import end_engines
from small_films import make_small_workspace
from engine_lab import until
from nbclient import NotebookClient

from genstudio.project.workspace import WorkspaceFolder

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER = Path(__file__).parents[3] / "notebooks"
KERNELS = {
    "quickstart.ipynb": "ipyflow",
    "reactive_canvas.ipynb": "ipyflow",
    "batch.ipynb": "python3",
    "new_pipeline.ipynb": "python3",
    "scale_out.ipynb": "python3",
    "studio.ipynb": "python3",
}
TEACHING = ("quickstart.ipynb", "reactive_canvas.ipynb", "new_pipeline.ipynb", "scale_out.ipynb")


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A workspace that kernels find by the environment; all notebooks work in it, as a person's do, on one engine."""
    place = tmp_path_factory.mktemp("notebooks")
    own = {
        "GENSTUDIO_WORKSPACE": place / "Studio",
        "XDG_STATE_HOME": place / "state",
        "IPYTHONDIR": place / "ipython",
        "GIT_CONFIG_GLOBAL": place / "gitconfig",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GENSTUDIO_PRODUCER_IDLE": "60",
    }
    with pytest.MonkeyPatch.context() as environment:
        for name, value in own.items():
            environment.setenv(name, str(value))
        yield make_small_workspace(place / "Studio")
        end_engines(place / "state")


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
@pytest.mark.timeout(600)
def test_the_notebooks_that_teach_run_from_top_to_bottom_each_on_its_own_kernel(studio: Path, tmp_path: Path) -> None:
    options = ["--nbval-lax", "--nbval-cell-timeout=300", "-p", "no:cacheprovider", "-q", "--rootdir", str(FOLDER), "-c", os.devnull]
    unneeded = [word for plugin in ("schemathesis", "xdist", "_hypothesis_pytestplugin") for word in ("-p", f"no:{plugin}")]
    command = [sys.executable, "-m", "pytest", *options, *unneeded, *(str(FOLDER / name) for name in TEACHING)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert list((studio / "Projects" / "My_First_Film" / "06_Exports").glob("*.mp4"))


@pytest.mark.parametrize("name", sorted(set(KERNELS) - {"studio.ipynb"}))
def test_a_notebook_says_what_it_is_for_and_where_to_go_next(name: str) -> None:
    cells = read(name).cells
    assert "**What it is for:**" in cells[0].source
    assert "**Where to go next:**" in cells[-1].source
    for linked in re.findall(r"\]\((\w+\.ipynb)\)", "".join(cell.source for cell in cells)):
        assert (FOLDER / linked).is_file()


@pytest.mark.campaign  # each run has the batch below, and the sample film by the command
@pytest.mark.slow
def test_batch_makes_the_sample_film_and_ends_with_a_report(studio: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.ipynb"
    papermill.execute_notebook(str(FOLDER / "batch.ipynb"), str(out), progress_bar=False, log_output=False, cwd=str(tmp_path))
    report = report_of(out)
    assert all("1 of 1 takes" in line for line in report[:3])
    assert report[3].startswith("film: 06_Exports/")
    assert "3 shots, 3 takes (3 made now)" in report[4]
    project = max((studio / "Projects").glob("The_Fox_and_the_River*"), key=lambda made: made.stat().st_ctime_ns)
    assert len(list(project.glob("03_Renders/SCENE_01/*/*.mp4"))) == 3
    assert len(list(project.glob("06_Exports/*.mp4"))) == 1


@pytest.mark.once
@pytest.mark.slow
def test_batch_killed_while_it_works_goes_on_where_it_was(studio: Path, tmp_path: Path) -> None:
    shots = tmp_path / "shots.csv"
    shots.write_text("name,prompt,duration,seed,takes\nSHOT_010,a fox,500ms,7,2\nSHOT_020,«лиса»,500ms,,1\n", "utf-8")
    film = WorkspaceFolder.find(studio).create("From a table")
    film.update_settings(height=90, fps="8")
    parameters = {"project": film.uuid, "shots": str(shots), "quality": "low"}
    words = [word for name, value in parameters.items() for word in ("-p", name, str(value))]
    batch, out = str(FOLDER / "batch.ipynb"), str(tmp_path / "out.ipynb")
    with subprocess.Popen([sys.executable, "-m", "papermill", batch, out, "--no-progress-bar", *words], start_new_session=True) as killed:
        until(lambda: any(film.takes.all().values()), what="the first take")
        os.killpg(killed.pid, signal.SIGKILL)
    papermill.execute_notebook(batch, out, parameters, progress_bar=False, log_output=False, cwd=str(tmp_path))
    takes = {renders: [record.id for record in records] for renders, records in film.takes.all().items()}
    assert takes == {
        "SCENE_01/SHOT_010": ["SHOT-010_v01_take01", "SHOT-010_v01_take02"],
        "SCENE_01/SHOT_020": ["SHOT-020_v01_take01"],
    }
    assert sorted(record.inputs["seed"] for record in film.takes.list("SCENE_01/SHOT_010")) == [7, 8]
    assert len(list(film.root.glob("06_Exports/*_report.html"))) == 1
    assert len(list(film.root.glob("06_Exports/*.mp4"))) == 1
    report = report_of(tmp_path / "out.ipynb")
    assert ["2 of 2 takes" in report[0], "1 of 1 takes" in report[1]] == [True, True]
    assert report[2].startswith("film: 06_Exports/")
    assert "2 shots, 3 takes" in report[3]


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
