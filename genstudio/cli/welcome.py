"""What people are told before they know a command: how a first film is made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from genstudio.widget import Workspace

__all__ = ["WELCOME", "first_words"]

WELCOME: Final = """\
usage: genstudio command …

A first film:
  genstudio studio               the studio in the browser; with --sample a film is there to look at
  genstudio demo                 the sample film without a screen: says where the film is
  genstudio new "My First Film"  a project of your own
  genstudio doctor               what this machine can do, and what more would bring

genstudio --help lists all commands; genstudio command --help explains one.
"""


def first_words(workspace: Workspace) -> str:
    """Return what to do first in a workspace without a film; empty where there is one."""
    if workspace.runtime.workspace.projects():
        return ""
    return f"There is no film in {workspace.path} yet: in the page press New project, or Open the sample film."
