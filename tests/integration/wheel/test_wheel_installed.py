"""The studio as ``pip install`` puts it on a machine without its sources: from the wheel, not editable."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from running_studio import private_environment, running_studio

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[3]
WHERE = """
import json, genstudio
from genstudio.pipelines.catalogue import builtin_dir
from genstudio.project.paths import templates_dir
from genstudio.server.notebooks import notebooks_dir
print(json.dumps([genstudio.__file__, *map(str, (builtin_dir(), templates_dir(), notebooks_dir()))]))
"""


class Installed:
    """The wheel's files in a folder that comes first on the path, and commands that run from there."""

    def __init__(self, place: Path) -> None:
        self.place, self.packages = place, place / "packages"
        quiet = ["-q", "--no-cache-dir", "--disable-pip-version-check", "--no-deps", "--no-build-isolation"]
        self._python(["-m", "pip", "install", *quiet, "--target", str(self.packages), str(ROOT)])

    def python(self, code: str, *arguments: str) -> Any:
        """Run code without the sources on its path, and return the JSON document that it prints."""
        alone = f"import sys; sys.path[:] = [part for part in sys.path if part != {str(ROOT)!r}]\n"
        return json.loads(self._python(["-c", alone + code, *arguments], PYTHONPATH=str(self.packages)))

    def genstudio(self, *arguments: str) -> Any:
        """Run a command as the installed ``genstudio`` does, and return its JSON document."""
        return self.python("from genstudio.cli import main; sys.exit(main())", *arguments, "--json")

    def _python(self, words: list[str], **more: str) -> str:
        environment = private_environment(self.place) | more
        done = subprocess.run([sys.executable, *words], cwd=self.place, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    return Installed(tmp_path_factory.mktemp("installed"))


def test_pipelines_templates_and_notebooks_lie_in_the_wheel_and_all_of_them_do(installed: Installed) -> None:
    code, *folders = map(Path, installed.python(WHERE))
    data = installed.packages / "genstudio" / "_data"
    assert code == installed.packages / "genstudio" / "__init__.py"
    assert folders == [data / "pipelines", data / "templates", data / "notebooks"]
    for folder in folders:
        assert files(folder) == files(ROOT / folder.name)


def test_jupyter_finds_its_extensions_in_the_data_of_the_wheel(installed: Installed) -> None:
    config = json.loads((installed.packages / "etc/jupyter/jupyter_server_config.d/genstudio.json").read_text())
    assert config == {"ServerApp": {"jpserver_extensions": {"genstudio.server": True}}}
    lab = installed.packages / "share/jupyter/labextensions/genstudio"
    entry = json.loads((lab / "package.json").read_text())["jupyterlab"]["_build"]["load"]
    assert (lab / entry).is_file()
    static = installed.packages / "genstudio" / "widget" / "static"
    assert all((static / name).stat().st_size for name in ("studio.js", "studio.css"))


def test_the_commands_work_from_it(installed: Installed) -> None:
    ids = {path.parent.name for path in (ROOT / "pipelines").glob("*/pipeline.toml")}
    assert {pipeline["id"] for pipeline in installed.genstudio("pipelines", "ls")["pipelines"]} == ids
    found = {finding["name"]: finding["message"] for finding in installed.genstudio("doctor")}
    assert found["git"] == "git is there."
    made = installed.genstudio("new", "Film")
    assert Path(made["path"], ".gitattributes").is_file()
    assert installed.genstudio("canvas", "show", made["id"])["nodes"] == {}


def test_the_studio_opens_from_it(installed: Installed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(installed.packages))
    monkeypatch.chdir(installed.place)  # ``python -m`` looks there first
    with running_studio(installed.place) as studio, urllib.request.urlopen(studio.page("genstudio/api/v1/projects")) as answer:  # noqa: S310
        assert answer.status == 200
    assert {path.name for path in (studio.workspace / "Notebooks").iterdir()} == set(files(ROOT / "notebooks")) - {"studio.ipynb"}


def files(folder: Path) -> dict[str, bytes]:
    """Return the contents of a folder's files by their names, without what Python and Jupyter leave there."""
    left = {"__pycache__", ".ipynb_checkpoints"}
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file() and not left & set(path.parts)}
