"""The index of one project: connections are found at once, everything else when it is asked for."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from signalgen.index.broken import broken_files
from signalgen.index.calls import signal_calls
from signalgen.index.code import Code
from signalgen.index.models import Models
from signalgen.index.paths import is_production
from signalgen.index.registrations import Registrations
from signalgen.index.signals import Signals
from signalgen.values.index import Connection, Receiver, SignalCall, SignalDef

if TYPE_CHECKING:
    from collections.abc import Mapping

    from signalgen.errors import Problem
    from signalgen.project.survey import Survey
    from signalgen.values.index import FunctionRef


@dataclass(frozen=True, slots=True)
class Index:
    """The signal code of a project.

    ``paths`` are the files of production code. ``django`` is the version that findings are for, None for every supported one.
    """

    code: Code
    models: Models
    signals: Signals
    registering: Registrations
    paths: tuple[str, ...]
    connections: tuple[Connection, ...]
    receivers: tuple[Receiver, ...]
    django: tuple[int, int] | None = None
    lazy: dict[str, object] = field(default_factory=dict)

    def signal_definitions(self) -> tuple[SignalDef, ...]:
        """Return every signal that the project makes."""
        known = self.lazy.get("definitions")
        if not isinstance(known, tuple):
            known = self.lazy["definitions"] = tuple(self.signals.all(iter(self.paths)))
        return known

    def signal_calls(self) -> tuple[SignalCall, ...]:
        """Return every send and disconnect of a known signal."""
        known = self.lazy.get("calls")
        if not isinstance(known, tuple):
            known = self.lazy["calls"] = tuple(signal_calls(self.code, self.signals, self.paths))
        return known

    def broken(self) -> tuple[Problem, ...]:
        """Return the files of which a statement was needed that is no Python."""
        return tuple(broken_files(self.code))

    def header(self, function: FunctionRef) -> ast.AST:
        """Return a node that stands for the ``def`` line of a function: its whole span is seldom what a caret should show."""
        node = function.node
        if isinstance(node, ast.Lambda):
            return node
        return self.code.name_node(function.path, node)

    def receiver_of(self, function: FunctionRef) -> Receiver | None:
        """Return the receiver that a function is, None when nothing registers it."""
        known = self.lazy.get("by_node")
        if not isinstance(known, dict):
            known = self.lazy["by_node"] = {id(item.function.node): item for item in self.receivers}
        found = known.get(id(function.node))
        return found if isinstance(found, Receiver) else None


def build_index(survey: Survey, django: tuple[int, int] | None = None) -> Index:
    """Return the index of a project."""
    code = Code(survey)
    signals = Signals(code)
    registering = Registrations(code, signals)
    paths = tuple(path for path in survey.sources.paths if is_production(survey.sources, path))
    connections = tuple(registering.all(paths))
    return Index(
        code, Models(code), signals, registering, paths, connections, _receivers(connections), django
    )


def _receivers(connections: tuple[Connection, ...]) -> tuple[Receiver, ...]:
    found: dict[int, list[Connection]] = {}
    functions: Mapping[int, FunctionRef] = {
        id(item.receiver.node): item.receiver for item in connections if item.receiver is not None
    }
    for item in connections:
        if item.receiver is not None:
            found.setdefault(id(item.receiver.node), []).append(item)
    return tuple(Receiver(functions[key], tuple(items)) for key, items in found.items())
