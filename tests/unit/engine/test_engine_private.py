"""Which processes may run beside the studio's own, how their environments are made, and when they are shut into a sandbox."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from own_pipeline import own_manifest

from genstudio.engine.runners import bubblewrap
from genstudio.engine.runners.base import Launch
from genstudio.engine.runners.environments import Environments, build_commands, environment_key
from genstudio.engine.runners.private import PrivateRunner
from genstudio.pipelines.catalogue import Pipeline, load_pipeline
from genstudio.pipelines.routing import can_run
from genstudio.schema.errors import BadInputError, GenStudioError, MissingToolError
from genstudio.schema.job import WorkerView


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "own"
    place.mkdir()
    (place / "pipeline.toml").write_text(own_manifest())
    (place / "requirements.txt").write_text("")
    return place


@pytest.fixture
def made(tmp_path: Path) -> Environments:
    return Environments(tmp_path / "environments")


def test_a_pipeline_runs_as_a_process_only_as_it_was_when_somebody_built_it_by_name(made: Environments, folder: Path) -> None:
    runner = PrivateRunner(folder.parent / "runs", made, None)
    before = load_pipeline(folder)
    assert runner.refuses(before) == "No environment of its own was built for own on this worker."
    assert runner.offers([before]) == ()
    python = made.build(before)
    assert made.python(before) == python
    assert (runner.refuses(before), runner.offers([before])) == ("", ("private:own",))
    (folder / "run.py").write_text("print('something else')")
    assert runner.refuses(load_pipeline(folder))
    assert runner.offers([load_pipeline(folder)]) == ()
    (python.parents[1] / "mark").touch()
    assert made.build(load_pipeline(folder)) == python
    assert (python.parents[1] / "mark").exists(), "the same requirements: nothing is made again"
    assert made.forget(load_pipeline(folder))
    assert runner.refuses(load_pipeline(folder))
    assert not python.exists()
    assert not made.forget(load_pipeline(folder))


def test_a_worker_gets_what_it_has_an_environment_for_and_no_other(folder: Path) -> None:
    own = load_pipeline(folder)
    tier = own.manifest.tiers[0]
    assert not can_run(own, tier, WorkerView(address="a", runners=("process",)))
    assert not can_run(own, tier, WorkerView(address="a", runners=("process", "private:other")))
    assert can_run(own, tier, WorkerView(address="a", runners=("process", "private:own")))
    assert can_run(own, tier, WorkerView(address="a", runners=("container",)))


@pytest.mark.parametrize(
    ("one", "other", "share"),
    [
        ("numpy\npillow>=11", "numpy  # fast\n\npillow>=11\n", True),
        ("numpy", "numpy==2", False),
        ("./tiny-1.0-py3-none-any.whl", "./tiny-1.0-py3-none-any.whl", False),
        ("-r more.txt", "-r more.txt", False),
        ("# ./nothing.whl", "", True),
    ],
)
def test_equal_requirements_share_an_environment_unless_they_name_files(one: str, other: str, share: bool) -> None:
    assert (environment_key(one, "a") == environment_key(other, "b")) == share
    assert environment_key(one, "a") == environment_key(one, "a")


def test_an_environment_goes_when_nobody_uses_it_any_more(made: Environments, folder: Path) -> None:
    other = folder.parent / "other"
    other.mkdir()
    (other / "pipeline.toml").write_text(own_manifest("other"))
    (other / "requirements.txt").write_text("# nothing\n")
    shared = made.build(load_pipeline(folder))
    assert made.build(load_pipeline(other)) == shared
    assert made.forget(load_pipeline(folder))
    assert shared.exists()
    made.forget(load_pipeline(other))
    assert not shared.exists()


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("missing.txt", "there is no 'missing.txt' in its folder"),
        ("../requirements.txt", "there is no '../requirements.txt' in its folder"),
        ("studio", "there is no 'studio' in its folder"),
    ],
)
def test_what_a_pipeline_needs_stands_in_its_own_folder(made: Environments, folder: Path, name: str, says: str) -> None:
    (folder.parent / "requirements.txt").write_text("")
    (folder / "pipeline.toml").write_text(f'{own_manifest()}environment = "{name}"')
    with pytest.raises(BadInputError, match=says):
        made.build(load_pipeline(folder))


def test_requirements_that_cannot_be_installed_leave_nothing_and_say_why(folder: Path, tmp_path: Path) -> None:
    (folder / "requirements.txt").write_text("./nothing-1.0-py3-none-any.whl")
    found = Environments(tmp_path / "environments")
    with pytest.raises(GenStudioError, match=r"could not be built: .*nothing-1.0") as caught:
        found.build(load_pipeline(folder))
    assert caught.value.fix
    assert [path.name for path in found.folder.iterdir()] == ["lock"]


def test_uv_is_taken_where_it_is(tmp_path: Path) -> None:
    first, second = build_commands("/bin/uv", tmp_path, Path("r.txt"))
    assert (first[:2], second[:3]) == (["/bin/uv", "venv"], ["/bin/uv", "pip", "install"])
    first, second = build_commands(None, tmp_path, Path("r.txt"))
    assert first[1:3] == ["-m", "venv"]
    assert second[1:5] == ["-m", "pip", "--python", str(tmp_path / "bin" / "python")]
    assert len(build_commands(None, tmp_path, None)) == 1


def test_what_has_lost_its_environment_is_not_started(made: Environments, folder: Path) -> None:
    with pytest.raises(MissingToolError):
        PrivateRunner(folder.parent / "runs", made, None).command(Launch(folder, load_pipeline(folder)))


class TestSandbox:
    @pytest.fixture(autouse=True)
    def _asked_anew(self) -> object:
        bubblewrap.find_bubblewrap.cache_clear()
        yield
        bubblewrap.find_bubblewrap.cache_clear()

    @pytest.mark.parametrize(("program", "works"), [("exit 0", True), ("exit 1", False), ("", False)])
    def test_it_is_used_where_it_works_and_promised_only_there(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, made: Environments, folder: Path, program: str, works: bool
    ) -> None:
        tools = tmp_path / "tools"
        tools.mkdir()
        if program:
            (tools / "bwrap").write_text(f"#!/bin/sh\n{program}\n")
            (tools / "bwrap").chmod(0o755)
        monkeypatch.setenv("PATH", str(tools))
        pipeline: Pipeline = load_pipeline(folder)
        made.build(pipeline)
        runner = PrivateRunner(tmp_path / "runs", made)
        assert (runner.capabilities.isolates_network, runner.capabilities.isolates_files) == (works, works)
        command = runner.command(Launch(tmp_path / "job", pipeline))
        assert command[0] == (str(tools / "bwrap") if works else str(made.python(pipeline)))
        assert command[-4:] == ["--project_path", str(tmp_path / "job" / "project"), "--node_id", ""]

    def test_a_job_writes_to_its_outputs_and_reads_its_inputs(self, made: Environments, folder: Path, tmp_path: Path) -> None:
        pipeline = load_pipeline(folder)
        made.build(pipeline)
        runner, job = PrivateRunner(tmp_path / "runs", made, "/usr/bin/bwrap"), tmp_path / "job"
        for stays, seen in ((False, {job / "project", job / "request.json"}), (True, {job})):
            command = runner.command(Launch(job, pipeline, models=(tmp_path / "models",), stays=stays))
            bound = [(option, Path(path)) for option, path in pairwise(command) if option in ("--bind", "--ro-bind")]
            assert {path for option, path in bound if option == "--bind"} == {job / "outputs", job / "tmp"}
            assert {path for option, path in bound if option == "--ro-bind"} >= seen | {folder, tmp_path / "models"}
            assert tmp_path not in {path for _, path in bound}
            assert "--unshare-all" in command
