"""``genstudio studio``: JupyterLab and the studio's own page from one server with one login."""

from __future__ import annotations

from typing import TYPE_CHECKING

from genstudio.cli.common import add_command, open_workspace
from genstudio.cli.demo import make_sample_film
from genstudio.cli.welcome import first_words

if TYPE_CHECKING:
    import argparse

    from genstudio.cli.common import Groups
    from genstudio.cli.output import Output
    from genstudio.server.launch import App

__all__ = ["register"]


def register(groups: Groups) -> None:
    """Add the command."""
    studio = add_command(groups, "studio", _studio, help="open the studio in a browser")
    studio.add_argument("--port", type=int, help="port to listen on (default 8888; the next free one if it is taken)")
    studio.add_argument("--no-browser", action="store_true", help="print the address and open nothing")
    studio.add_argument("--lab", action="store_true", help="open JupyterLab in place of the studio's page; both are served")
    studio.add_argument("--sample", action="store_true", help="make the sample film first if the workspace has no project")


def _studio(arguments: argparse.Namespace, output: Output) -> int:
    from genstudio.server.launch import launch

    workspace = open_workspace(arguments)
    if arguments.sample and not workspace.projects:
        make_sample_film(workspace, output)
    page: App = "lab" if arguments.lab else "app"
    say = output.notice if output.as_json else output.line
    if words := first_words(workspace):
        say(words)
    return launch(workspace.runtime.workspace, arguments.port, open_browser=not arguments.no_browser, app=page, say=say)
