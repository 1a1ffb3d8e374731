"""Starts the studio: one Jupyter Server for a workspace, with JupyterLab and the page, on the loopback interface."""

from __future__ import annotations

import asyncio
import os
import secrets
import shutil
import socket
import threading
import warnings
import webbrowser
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from genstudio.project.atomic import locked
from genstudio.project.workspace import WorkspaceFolder
from genstudio.schema.errors import BadInputError, ConflictError, MissingToolError
from genstudio.server import running
from genstudio.server.notebooks import APP_NOTEBOOK, notebooks_dir
from genstudio.server.running import Running

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp

__all__ = ["App", "end_tasks", "launch"]

App = Literal["app", "lab"]
_FIRST_PORT: Final = 8888
_PORTS_TRIED: Final = 100
_HOST: Final = "127.0.0.1"
_END_S: Final = 5.0
"""How long a task may take to end after it was cancelled."""
_LABEXTENSIONS: Final = Path(__file__).parent / "labextensions"
_PAGES: Final[dict[App, str]] = {"app": "/genstudio/app", "lab": "/lab"}
_ANNOUNCEMENTS: Final = "@jupyterlab/apputils-extension:announcements"
"""Asks a new visitor of JupyterLab whether it may fetch news from the internet, over the corner of the canvas where its buttons are."""


def launch(
    workspace: WorkspaceFolder | Path | str | None = None,
    port: int | None = None,
    open_browser: bool = True,  # noqa: FBT001, FBT002 - a switch, as on the command line
    app: App = "app",
    *,
    say: Callable[[str], None] = print,
) -> int:
    """Serve a workspace until it is stopped (Ctrl+C, SIGTERM). Jobs that run go on afterwards.

    A second studio on one workspace is not started: it is said where the first one runs, and that one is opened.

    Args:
        workspace: The workspace, its folder, or None to find it.
        port: The port to begin with; if it is in use, the next free one is taken, and that is said.
        open_browser: Whether to open the page in a browser.
        app: What to open: the studio's page or JupyterLab. Both are served.
        say: Takes the sentences for people.

    Returns:
        The exit status.

    Raises:
        MissingToolError: JupyterLab or Voila is not installed.
        BadInputError: No port is free.
    """
    folder = workspace if isinstance(workspace, WorkspaceFolder) else WorkspaceFolder.find(Path(workspace) if workspace else None)
    with ExitStack() as stack:
        try:
            stack.enter_context(locked(folder.state_dir / "studio.lock", timeout=0))
        except ConflictError:
            address = running.wait_until_named(folder.state_dir).address(_PAGES[app])
            say(f"The studio of {folder.root} runs already, at\n  {address}")
            if open_browser:
                webbrowser.open(address)
            return 0
        running.forget(folder.state_dir)  # of a server that was killed
        stack.callback(running.forget, folder.state_dir)
        server, here = _make_server(folder, _free_port(port or _FIRST_PORT, say), app)

        def announce() -> None:
            running.remember(folder.state_dir, here)
            say(f"The studio of {folder.root} runs at\n  {here.address(_PAGES['app'])}\n  {here.address(_PAGES['lab'])} (JupyterLab)")
            say("Ctrl+C stops it; jobs that run go on.")
            if open_browser and app == "app":  # its kernel starts while the browser does
                server.web_app.settings["genstudio_preheater"].prepare()
            if open_browser:  # in a thread of its own: a browser in a terminal does not return before it is closed
                threading.Thread(target=webbrowser.open, args=(here.address(_PAGES[app]),), daemon=True).start()

        server.io_loop.add_callback(announce)  # behind the callback that binds the port
        server.start()
        end_tasks(server.io_loop.asyncio_loop)  # type: ignore[attr-defined]
    return 0


def end_tasks(loop: asyncio.AbstractEventLoop) -> None:
    """Cancel what a loop that was stopped had still to do, such as a page that was being made ahead.

    A thread that a task was given ends with that task, and Python does not end before its threads.
    """
    tasks = asyncio.all_tasks(loop)
    if not tasks or loop.is_closed():
        return
    for task in tasks:
        task.cancel()
    loop.run_until_complete(asyncio.wait(tasks, timeout=_END_S))


def _make_server(folder: WorkspaceFolder, port: int, app: App) -> tuple[ServerApp, Running]:
    """Make the server, and say where it will be when it is started."""
    try:
        import voila  # noqa: F401 - the page needs it
        from jupyterlab.labapp import LabApp
    except ModuleNotFoundError as error:
        raise MissingToolError(f"The studio needs {error.name}.", fix="Install it with: pip install 'genstudio[studio]'") from error
    os.environ["GENSTUDIO_WORKSPACE"] = str(folder.root)  # for kernels
    _copy_notebooks(folder.root / "Notebooks")
    token = os.environ.get("JUPYTER_TOKEN") or secrets.token_urlsafe(24)
    settings: dict[str, object] = {
        "ServerApp.ip": _HOST,
        "ServerApp.port": port,
        "ServerApp.root_dir": folder.root,
        "ServerApp.open_browser": False,
        "ServerApp.allow_root": True,  # bound to the loopback interface, behind a token
        "ServerApp.answer_yes": True,
        "Application.log_level": "ERROR",
        "ServerApp.jpserver_extensions": {"genstudio.server": True, "voila.server_extension": True, "nbclassic": False},
        "IdentityProvider.token": token,
        "LabApp.default_url": _PAGES[app],
    }
    if _LABEXTENSIONS.is_dir():  # as built from these sources; a wheel has it where JupyterLab looks by itself
        settings["LabApp.extra_labextensions_path"] = _LABEXTENSIONS
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of Jupyter's parts among themselves
        server = LabApp.initialize_server(argv=[f"--{name}={value}" for name, value in settings.items()])
    server.web_app.settings["page_config_hook"] = _without_announcements
    return server, Running(f"http://{_HOST}:{server.port}{server.base_url}", token, os.getpid())


def _without_announcements(_: object, page: dict[str, Any]) -> dict[str, Any]:
    """Return the configuration of JupyterLab's page with one extension less."""
    return page | {"disabledExtensions": [*page.get("disabledExtensions", ()), _ANNOUNCEMENTS]}


def _free_port(first: int, say: Callable[[str], None]) -> int:
    for port in range(first, min(first + _PORTS_TRIED, 65536)):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((_HOST, port))
            except OSError:
                continue
        if port != first:
            say(f"Port {first} is in use; the studio takes {port}.")
        return port
    raise BadInputError(f"No port from {first} on is free.", fix="Name another one with --port.")


def _copy_notebooks(folder: Path) -> None:
    """Put the example notebooks where people can open and change them; what is there stays."""
    folder.mkdir(exist_ok=True)
    for notebook in sorted(notebooks_dir().glob("*.ipynb")):
        target = folder / notebook.name
        if notebook.name != APP_NOTEBOOK and not target.exists():
            shutil.copyfile(notebook, target)
