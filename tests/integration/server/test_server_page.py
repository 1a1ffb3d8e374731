"""The studio's page at its one address."""

from __future__ import annotations

import re
from typing import Any

from engine_lab import until


def test_the_short_address_leads_to_the_page_and_leaves_the_token_behind(studio: Any) -> None:
    answer = studio.user(f"genstudio?project=x&token={studio.token}")
    assert (answer.status, answer.headers["Location"]) == (302, "/genstudio/app?project=x")


def test_the_page_is_the_studios_notebook_rendered_by_a_kernel_of_this_workspace(studio: Any) -> None:
    answer = studio.user("genstudio/app")
    assert answer.status == 200
    page = answer.body.decode()
    assert "<title>Generative Studio</title>" in page
    assert "jupyter-config-data" in page
    assert "jupyterlab-ipyflow" not in page


def test_jupyterlab_is_served_by_the_same_server_with_the_same_login(studio: Any) -> None:
    browser = studio.browser()
    assert browser("lab").status == 200
    assert browser("genstudio/api/v1/projects").status == 200


def test_the_second_visitor_gets_a_page_whose_kernel_has_run_the_notebook_already(studio: Any) -> None:
    """Each page is of a kernel of its own; the one that was made ahead is handed out at once, with nothing left to be started."""
    known = resting(studio)
    known |= {kernel_of(studio.user("genstudio/app").body.decode())}
    made = until(lambda: resting(studio) - known, what="the page made ahead")
    assert {kernel_of(studio.user("genstudio/app").body.decode())} == made


def kernel_of(page: str) -> str:
    found = re.search(r'"kernelId":\s*"([0-9a-f-]{36})"', page)
    assert found, page[:2000]
    return found[1]


def resting(studio: Any) -> set[str]:
    return {kernel["id"] for kernel in studio.user("api/kernels").json() if kernel["execution_state"] == "idle"}
