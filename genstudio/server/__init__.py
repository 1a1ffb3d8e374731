"""Floor 5: the studio in a Jupyter Server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp

__all__: list[str] = []


def _jupyter_server_extension_points() -> list[dict[str, Any]]:
    """Tell Jupyter Server where the extension is."""
    return [{"module": "genstudio.server"}]


def _load_jupyter_server_extension(server_app: ServerApp) -> None:
    """Add the studio's handlers to a Jupyter Server."""
    from genstudio.server.extension import load

    load(server_app)
