"""Job folders, and pipelines run as the process runner runs them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from genstudio.pipelines.catalogue import builtin_dir
from genstudio.pipelines.invocation import process_environment
from genstudio.schema.event import EVENT, PipelineEvent

REQUEST: dict[str, Any] = {
    "request_id": "r1", "prompt": "a fox crosses a frozen river, wide, dolly left", "composed_prompt": "", "negative_prompt": "", "seed": 7,
    "width": 640, "height": 360, "fps": "24", "frames": 24, "kind": "video", "name": "SHOT_010",
    "inputs": {}, "files": [], "params": {}, "tier": {},
}  # fmt: skip


@dataclass
class Ran:
    """How a pipeline ended: exit status, its events as sent, and what it printed."""

    code: int
    events: list[PipelineEvent]
    stdout: str
    log: str

    @property
    def types(self) -> list[str]:
        return [event.type for event in self.events]

    @property
    def last(self) -> PipelineEvent:
        return self.events[-1]


@dataclass
class Job:
    """A job folder with its staged project."""

    root: Path
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def outputs(self) -> Path:
        return self.root / "outputs"

    def ask(self, **changes: Any) -> Job:
        (self.root / "project").mkdir(parents=True, exist_ok=True)
        (self.root / "request.json").write_text(json.dumps(REQUEST | changes), "utf-8")
        return self

    def start(self, script: Path) -> subprocess.Popen[str]:
        environment = os.environ | process_environment() | {"GENSTUDIO_JOB": str(self.root)} | self.environment
        command = [sys.executable, str(script), "--project_path", str(self.root / "project"), "--node_id", "shot_010"]
        pipe = subprocess.PIPE
        return subprocess.Popen(command, env=environment, cwd=self.root, stdin=pipe, stdout=pipe, stderr=pipe, text=True)

    def run(self, script: Path, stdin: str | None = None) -> Ran:
        process = self.start(script)
        stdout, log = process.communicate(stdin, timeout=240)
        return Ran(process.returncode, [EVENT.validate_json(line) for line in stdout.splitlines()], stdout, log)

    def builtin(self, name: str) -> Ran:
        return self.run(builtin_dir() / name / "run.py")


@pytest.fixture
def make_job(tmp_path: Path):
    """Makes job folders, each with a name."""

    def make(name: str = "job", **changes: Any) -> Job:
        return Job(tmp_path / name).ask(**changes)

    return make
