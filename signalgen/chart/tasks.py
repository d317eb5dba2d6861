"""The background tasks of a project, and the receivers that queue them: ``tasks``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.chart.deeds import deeds
from signalgen.chart.labels import app_of
from signalgen.facts.tasks import OTHER
from signalgen.index.tasks import tasks_in
from signalgen.values.listing import DefinedTask

if TYPE_CHECKING:
    from signalgen.index import Index


_TOOLS = (b"invoke", b"fabric", b"locust")


def tasks(index: Index) -> tuple[DefinedTask, ...]:
    """Return the tasks at the top level of the project's modules, in file order."""
    queued: dict[str, set[str]] = {}
    for receiver in index.receivers:
        for deed in deeds(index, receiver.function):
            if deed.verb == "queues":
                queued.setdefault(_last(deed.what), set()).add(receiver.function.dotted)
    return tuple(
        sorted(
            DefinedTask(
                path=path,
                line=task.line,
                task=f"{task.module}.{task.name}",
                app=app_of(index, path),
                library=task.kind,
                parameters=task.parameters,
                queued_by=tuple(sorted(queued.get(task.name, ()))),
            )
            for path in index.paths
            for task in tasks_in(index, path)
            if task.kind != OTHER.kind or not _is_of_a_tool(index, path)
        )
    )


def _is_of_a_tool(index: Index, path: str) -> bool:
    # ``@task`` of a build tool makes commands, not background tasks.
    data = index.code.data(path)
    return any(tool in data for tool in _TOOLS)


def _last(name: str) -> str:
    return name.rpartition(".")[2]
