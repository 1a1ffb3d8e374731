"""What would become of a job if it were asked for now: nothing is queued and nothing is started."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from genstudio.engine import devices
from genstudio.engine.runners.container import ContainerRunner
from genstudio.pipelines.weights import missing
from genstudio.schema.job import WorkerView

if TYPE_CHECKING:
    from genstudio.engine.submit import Engine
    from genstudio.pipelines.catalogue import Catalogue
    from genstudio.project.workspace import WorkspaceFolder

__all__ = ["expected_workers"]


def expected_workers(engine: Engine, workspace: WorkspaceFolder, catalogue: Catalogue) -> list[WorkerView]:
    """Return the workers that run, or those that the first job would start on this machine."""
    return engine.workers() or _of_this_machine(workspace, catalogue)


def _of_this_machine(workspace: WorkspaceFolder, catalogue: Catalogue) -> list[WorkerView]:
    wished = os.environ.get("GENSTUDIO_RUNNERS", "container,process").split(",")
    there = {"container": "container" in wished and ContainerRunner.probe({}) is not None, "process": "process" in wished}
    runners = tuple(name for name, found in there.items() if found)
    models = tuple(path for path in workspace.models_dirs() if path.is_dir())
    weights = tuple(item.id for item in catalogue.pipelines.values() if item.manifest.weights and not missing(item.manifest, models))
    host, slots = devices.host(), devices.cpu_slots()
    cpu = WorkerView(address="", name=devices.CPU, host=host, cpu=slots, free_cpu=slots, runners=runners, weights=weights)
    return [
        cpu,
        *(
            WorkerView(
                address="",
                name=card.uuid,
                host=host,
                gpu=card.name,
                card_gib=card.sold_gib,
                vram_gib=card.total_gib,
                free_vram_gib=card.total_gib,
                cpu=0,
                free_cpu=0,
                runners=runners,
                weights=weights,
            )
            for card in devices.cards()
        ),
    ]
