"""What a page fetches of the front end before a canvas can be used, gzip, beside the smallest page that shows a Svelte Flow canvas.

From a server of ours it comes in parts: the loader, the stylesheet and the scripts that are imported at once; the views beside the canvas
are fetched when they are opened. Where there is no such server (plain Voila, VS Code) a kernel sends the whole.
"""

from __future__ import annotations

import gzip
import json
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from benchmarks.figures import Figure, LeftOutError
from scripts.frontend import npm_command

if TYPE_CHECKING:
    from collections.abc import Iterable

_ROOT: Final = Path(__file__).resolve().parents[1]
_STATIC: Final = _ROOT / "genstudio" / "widget" / "static"
_EXTENSION: Final = _ROOT / "extension"
_ENTRY: Final = """
import { mount } from "svelte";
import { SvelteFlow } from "@xyflow/svelte";
import "@xyflow/svelte/dist/style.css";
export default { render: ({ el }) => mount(SvelteFlow, { target: el, props: { nodes: [], edges: [] } }) };
"""
_BUILD: Final = """
import * as esbuild from "esbuild";
import { options } from "./scripts/bundle.mjs";
const [entry, out] = process.argv.slice(2);
await esbuild.build({ ...options, entryPoints: { studio: entry }, outdir: out, minify: true, logLevel: "error" });
"""


def run(*, quick: bool) -> list[Figure]:  # noqa: ARG001 - one build is one build
    """Return sizes in KB (1000 bytes): what a canvas needs first, all there is, and the whole as a kernel sends it."""
    if not (_STATIC / "parts.json").is_file():
        raise LeftOutError("the front end is not built (npm ci && npm run build in extension/)")
    if not (_EXTENSION / "node_modules").is_dir():
        raise LeftOutError("the smallest bundle to compare with needs npm ci in extension/")
    parts = _STATIC / "parts"
    names = json.loads((_STATIC / "parts.json").read_text())
    first = [_STATIC / "loader.js", parts / names["style"], *(parts / name for name in names["first"])]
    wholes = {
        "needed for a canvas, from the studio's server": first,
        "all of it, once every view was opened": [path for path in parts.iterdir() if path.suffix != ".gz"],
        "sent by a kernel where there is no such server": [_STATIC / name for name in ("loader.js", "studio.js", "studio.css")],
    }
    peer = _smallest()
    return [Figure("bundle", f"{name}, gzip", _together(files), "KB", "an empty Svelte Flow", peer) for name, files in wholes.items()]


def _smallest() -> float:
    """Build an empty canvas with the same options and return its size."""
    _, path = npm_command()
    node = shutil.which("node", path=path) or "node"
    with tempfile.TemporaryDirectory(dir=_EXTENSION / "node_modules", prefix=".bench-") as folder:
        place = Path(folder)
        (place / "bare.js").write_text(_ENTRY)
        command = [node, "--input-type=module", "-", str(place / "bare.js"), folder]
        built = subprocess.run(command, input=_BUILD, text=True, cwd=_EXTENSION, check=False, capture_output=True)
        if built.returncode:
            raise LeftOutError(f"the smallest bundle could not be built: {built.stderr.strip()[-300:]}")
        return _together(place / name for name in ("studio.js", "studio.css"))


def _together(paths: Iterable[Path]) -> float:
    """Return the size of files, each compressed by itself, as they travel."""
    return sum(len(gzip.compress(path.read_bytes(), compresslevel=9, mtime=0)) for path in paths) / 1000
