"""Adds the studio to a Jupyter Server: which route leads to which handler."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from genstudio.server.files import FileHandler
from genstudio.server.media import MediaHandler
from genstudio.server.openapi import OpenApiHandler
from genstudio.server.parts import PartsHandler
from genstudio.server.rest import NowhereHandler, ProjectHandler, ProjectsHandler, QueueHandler, ShotHandler, TaskHandler
from genstudio.server.sockets import CanvasSocket, WorkspaceSocket
from genstudio.server.studio import Studio
from genstudio.server.tokens import TokenHandler

if TYPE_CHECKING:
    from jupyter_server.base.handlers import JupyterHandler
    from jupyter_server.serverapp import ServerApp

__all__ = ["ROUTES", "load"]

_UUID: Final = r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"
_TASK: Final = r"([A-Za-z0-9_\-]{1,64})"


ROUTES: Final[tuple[tuple[str, type[JupyterHandler]], ...]] = (
    (r"ws/workspace", WorkspaceSocket),
    (rf"ws/{_UUID}", CanvasSocket),
    (rf"media/{_UUID}/(.+)", MediaHandler),
    (r"static/(.+)", PartsHandler),
    (r"auth/token", TokenHandler),
    (r"api/v1/openapi\.json", OpenApiHandler),
    (r"api/v1/projects", ProjectsHandler),
    (rf"api/v1/projects/{_UUID}", ProjectHandler),
    (rf"api/v1/projects/{_UUID}/files/(.+)", FileHandler),
    (r"api/v1/tasks/generate_shot", ShotHandler),
    (rf"api/v1/tasks/{_TASK}", TaskHandler),
    (r"api/v1/queue", QueueHandler),
    (r"(?:api|auth|media)(?:/.*)?", NowhereHandler),
)
"""What answers below ``/genstudio``, besides the page."""


def load(server_app: ServerApp) -> None:
    """Register the handlers. Opens no workspace and starts no process yet."""
    web_app = server_app.web_app
    base_url = str(web_app.settings["base_url"])
    studio = Studio(Path(server_app.root_dir), base_url)
    routes = [*((pattern, handler, {"studio": studio}) for pattern, handler in ROUTES), *_page(server_app, studio)]
    handlers = [(f"{base_url}genstudio/{route[0]}", *route[1:]) for route in routes]
    web_app.add_handlers(".*$", handlers)  # type: ignore[no-untyped-call]
    web_app.settings["genstudio"] = studio


def _page(server_app: ServerApp, studio: Studio) -> list[tuple[Any, ...]]:
    """Return the routes of the page, none where Voila is not installed."""
    if find_spec("voila") is None:
        server_app.log.warning("The studio's page needs Voila. Install it with: pip install 'genstudio[studio]'")
        return []
    from genstudio.server.app import AppHandler, HomeHandler, app_options

    options = app_options(server_app, studio)
    server_app.web_app.settings["genstudio_preheater"] = options["preheater"]
    return [(r"app", AppHandler, options), (r"?", HomeHandler, {"studio": studio})]
