"""The page on the REST interface: its commands run against a real server."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from typing import Any

PAGE = Path(__file__).parents[3] / "docs" / "how-to" / "rest.md"


def test_the_commands_of_the_page_run(studio: Any, tmp_path: Path) -> None:
    program = "\n".join(re.findall(r"^```sh\n(.*?)^```$", PAGE.read_text("utf-8"), re.DOTALL | re.MULTILINE))
    environment = os.environ | {"STUDIO": studio.url, "PASSWORD": studio.token}
    done = subprocess.run(
        ["bash", "-c", f"set -euo pipefail\n{program}"],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert '"task_id"' in done.stdout
    assert '"kind": "image"' in done.stdout
