"""Runs the studio for a test of the front end: prints where, then answers each line of standard input with the canvas as it is on disk."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from running_studio import private_environment, running_studio


def main() -> None:
    """Serve one project with the sample film until standard input ends."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= private_environment(Path(folder))
        from genstudio.graph.edit import diff
        from genstudio.graph.sample import sample_film
        from genstudio.project.workspace import WorkspaceFolder
        from genstudio.schema.canvas import Patch

        workspace = WorkspaceFolder.find(Path(folder) / "Studio")
        project = workspace.create("Together")
        file = project.canvas()
        before = file.read().canvas
        file.apply(Patch(base=before.version, operations=diff(before, sample_film()), author="test"))
        with running_studio(Path(folder)) as studio:
            where = {"url": studio.url, "token": studio.token, "project": project.uuid, "workspace": workspace.uuid}
            _say(where)
            for _ in sys.stdin:
                _say(file.read().canvas.document())


def _say(value: object) -> None:
    sys.stdout.write(json.dumps(value) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
