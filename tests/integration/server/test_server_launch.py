"""Starting and ending the studio."""

from __future__ import annotations

import json
import socket
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil

Start = Callable[..., Any]


def running_file(studio: Any) -> Path:
    return Path(studio.state_dir / "studio.json")


def test_it_listens_on_loopback_only_and_says_where(studio: Any) -> None:
    listening = {c.laddr.ip for c in psutil.Process(studio.process.pid).net_connections("inet") if c.status == psutil.CONN_LISTEN}
    assert listening == {"127.0.0.1"}
    assert studio.stranger("login").status in (200, 302)


def test_the_key_lies_in_a_file_that_only_its_user_reads(studio: Any) -> None:
    path = running_file(studio)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert json.loads(path.read_text())["token"] == studio.token


def test_a_second_studio_says_where_the_first_one_runs_and_ends(studio: Any) -> None:
    second = type(studio).start(studio.root, studio.state)
    assert second.process.wait(60) == 0
    assert second.address == studio.address
    assert "runs already" in second.said[0]
    assert studio.user("genstudio/api/v1/projects").status == 200


def test_it_says_little_and_of_a_port_in_use_that_it_takes_another_and_a_stopped_studio_leaves_no_key(start: Start) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        studio = start(port)
    assert studio.port > port
    assert f"Port {port} is in use; the studio takes {studio.port}." in studio.said
    assert studio.user("genstudio/api/v1/projects").status == 200
    assert len(studio.said) <= 6, studio.said
    assert not [line for line in studio.said if "Warning" in line]
    key = running_file(studio)
    assert key.exists()
    studio.stop()
    assert studio.process.returncode == 0
    assert not key.exists()
