"""The size of the front end, gzip, beside the smallest page that shows a Svelte Flow canvas, built with the same options."""

from __future__ import annotations

import gzip
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Final

from benchmarks.figures import Figure, LeftOutError
from scripts.frontend import npm_command

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
    """Return the sizes of script and stylesheet in KB (1000 bytes)."""
    if not (_STATIC / "studio.js").is_file():
        raise LeftOutError("the front end is not built (npm ci && npm run build in extension/)")
    if not (_EXTENSION / "node_modules").is_dir():
        raise LeftOutError("the smallest bundle to compare with needs npm ci in extension/")
    _, path = npm_command()
    node = shutil.which("node", path=path) or "node"
    with tempfile.TemporaryDirectory(dir=_EXTENSION / "node_modules", prefix=".bench-") as folder:
        place = Path(folder)
        (place / "bare.js").write_text(_ENTRY)
        command = [node, "--input-type=module", "-", str(place / "bare.js"), folder]
        built = subprocess.run(command, input=_BUILD, text=True, cwd=_EXTENSION, check=False, capture_output=True)
        if built.returncode:
            raise LeftOutError(f"the smallest bundle could not be built: {built.stderr.strip()[-300:]}")
        return [
            Figure("bundle", f"{name}, gzip", _zipped(_STATIC / name), "KB", "an empty Svelte Flow", _zipped(place / name))
            for name in ("studio.js", "studio.css")
        ]


def _zipped(path: Path) -> float:
    return len(gzip.compress(path.read_bytes(), compresslevel=9, mtime=0)) / 1000
