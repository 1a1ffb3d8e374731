"""The studio as a page of its own: the Voila app at one fixed address of the Jupyter Server."""

from __future__ import annotations

import os
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, urlencode

from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager
from voila.configuration import VoilaConfiguration
from voila.paths import collect_template_paths
from voila.tornado.handler import TornadoVoilaHandler

from genstudio.server.base import RESOURCE, StudioHandler, for_users
from genstudio.server.notebooks import APP_NOTEBOOK, notebooks_dir
from genstudio.server.preheat import PageRenderer, Preheater

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp

    from genstudio.server.studio import Studio

__all__ = ["AppHandler", "HomeHandler", "app_options"]

_DENIED: Final = ("jupyterlab-ipyflow", "@jupyter-notebook/lab-extension")
"""Extensions made for a newer JupyterLab than Voila carries: they would fail to load, with noise and without effect."""


def app_options(server_app: ServerApp, studio: Studio) -> dict[str, Any]:
    """Return what the route of :class:`AppHandler` is registered with."""
    configuration = VoilaConfiguration(parent=server_app, extension_denylist=[*_DENIED])
    paths = collect_template_paths(["voila", "nbconvert"], configuration.template)
    renderer = PageRenderer(server_app, configuration, paths)
    return {
        "studio": studio,
        "preheater": Preheater(renderer.render, renderer.is_alive),
        "config": server_app.config,
        "notebook_path": APP_NOTEBOOK,
        "template_paths": paths,
        "voila_configuration": configuration,
    }


class AppHandler(TornadoVoilaHandler):  # type: ignore[misc]  # voila has no type information
    """``/genstudio/app``: the notebook ``studio.ipynb`` of the studio, whatever lies in the workspace."""

    auth_resource = RESOURCE

    def initialize(self, studio: Studio, preheater: Preheater, **options: Any) -> None:  # noqa: ANN401 - voila's own
        """Take what the route was registered with."""
        super().initialize(**options)
        self.studio, self.preheater = studio, preheater

    @cached_property
    def contents_manager(self) -> AsyncLargeFileManager:
        """The folder of the studio's notebooks, in place of the server's."""
        return AsyncLargeFileManager(root_dir=str(notebooks_dir()))

    @for_users("execute")
    async def get(self) -> None:
        """Hand out the page that was made ahead, or make one; its kernel opens the same workspace as this server."""
        os.environ["GENSTUDIO_WORKSPACE"] = str(self.studio.workspace.root)  # Voila hands the server's environment to the kernel
        _ = self.xsrf_token  # asking for it sets its cookie, without which the page could not upload
        page = await self.preheater.take()
        if page is None:
            await super().get()
        else:
            self.set_header("Content-Type", "text/html")
            self.set_header("Cache-Control", "no-cache, no-store, must-revalidate")  # each page is one visitor's
            self.write(page.html)
        self.preheater.prepare_soon()


class HomeHandler(StudioHandler):
    """``/genstudio``: leads to the page."""

    @for_users("read")
    async def get(self) -> None:
        """Redirect; the token stays behind, the login cookie is set by now."""
        query = urlencode([(name, value) for name, value in parse_qsl(self.request.query) if name != "token"])
        self.redirect(f"{self.base_url}genstudio/app" + (f"?{query}" if query else ""))
