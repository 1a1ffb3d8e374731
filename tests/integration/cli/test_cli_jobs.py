"""The queue on the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from engine_end import end_engines

from genstudio import Workspace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Run = Callable[..., Any]


@pytest.fixture
def queue(genstudio: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Run, list[str]]]:
    """A paused queue with three jobs of one shot, and the command line."""
    monkeypatch.setenv("GENSTUDIO_RUNNERS", "process")
    genstudio("new", "Film")
    canvas = Workspace().project("Film").canvas()
    canvas.add_shot("SHOT_010", prompt="Wide, a fox in the snow", duration="2f")
    assert genstudio("jobs", "pause", "--json").document == {"paused": ["everything"]}
    assert genstudio("generate", "Film", "SHOT_010", "--takes", "3", "--no-wait").status == 0
    listed = genstudio("jobs", "ls", "--json").document
    yield genstudio, sorted(job["id"] for job in listed)
    end_engines(tmp_path / "state")


def test_a_queue_is_paused_reordered_cancelled_tried_again_and_read(queue: tuple[Run, list[str]]) -> None:
    genstudio, jobs = queue
    waiting = genstudio("jobs", "move", jobs[2], "--first", "--json").document["waiting"]
    assert waiting[0] == jobs[2]
    assert set(waiting) == set(jobs)
    assert "number 3 of 3" in genstudio("jobs", "move", waiting[1], "--last").out
    assert genstudio("jobs", "move", waiting[1], "--before", jobs[2], "--json").document["waiting"][0] == waiting[1]

    assert len(genstudio("jobs", "cancel", "--project", "Film", "--json").document["jobs"]) == 3
    assert genstudio("jobs", "logs", "--follow", jobs[0]).out == ""
    again = genstudio("jobs", "retry", jobs[0], "--json").document
    assert "number 1 of 1" in genstudio("jobs", "move", again["jobs"][0], "--first").out
    assert "Resumed." in genstudio("jobs", "resume").out
    assert "It was not paused." in genstudio("jobs", "resume").out
    followed = genstudio("jobs", "logs", "-f", again["task"], "--json").document
    assert list(followed) == again["jobs"]
    (shown,) = genstudio("jobs", "show", again["task"], "--json").document
    assert shown["state"]["state"] == "succeeded", shown
    assert followed[again["jobs"][0]] == genstudio("jobs", "logs", again["task"], "--json").document[again["jobs"][0]]


def test_what_to_stop_must_be_said(queue: tuple[Run, list[str]]) -> None:
    genstudio, jobs = queue
    for arguments in ((), (jobs[0], "--project", "Film")):
        ended = genstudio("jobs", "cancel", *arguments)
        assert (ended.status, ended.out) == (1, "")
        assert "--project NAME" in ended.err
    assert "waits no more" not in genstudio("jobs", "move", jobs[0], "--last").err
    assert "There is no" in genstudio("jobs", "retry", "job_x").err
    assert "nothing to try again" in genstudio("jobs", "retry", jobs[0]).err
