"""The examples in the docstrings of the public Python interface do what they show."""

from __future__ import annotations

import doctest
import inspect
from typing import TYPE_CHECKING

import pytest
from engine_end import end_engines

from genstudio import Canvas, Project, Workspace
from genstudio.widget.job import Job
from genstudio.widget.node import Shot
from genstudio.widget.takes import Take

if TYPE_CHECKING:
    from collections.abc import Iterator

FLAGS = doctest.ELLIPSIS | doctest.IGNORE_EXCEPTION_DETAIL


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A workspace for these examples alone, its engine ended afterwards."""
    place = tmp_path_factory.mktemp("examples")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(place / "state"))
        patch.setenv("GENSTUDIO_WORKSPACE", str(place / "Studio"))
        patch.setenv("GIT_CONFIG_GLOBAL", str(place / "gitconfig"))
        patch.setenv("GENSTUDIO_RUNNERS", "process")
        Workspace().project("My First Film", create=True).folder.update_settings(height=90)
        yield
        end_engines(place / "state")


@pytest.mark.slow
@pytest.mark.usefixtures("workspace")
@pytest.mark.parametrize("kind", [Workspace, Project, Canvas, Shot, Take, Job], ids=lambda kind: kind.__name__)
def test_the_example_of_a_class_does_what_it_shows(kind: type) -> None:
    text = inspect.getdoc(kind) or ""
    example = doctest.DocTestParser().get_doctest(text, {}, kind.__name__, inspect.getsourcefile(kind), None)
    assert example.examples, f"{kind.__name__} shows no example"
    said: list[str] = []
    failed, tried = doctest.DocTestRunner(optionflags=FLAGS).run(example, out=said.append)
    assert (failed, tried) == (0, len(example.examples)), "".join(said)
