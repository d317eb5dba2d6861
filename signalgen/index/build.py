"""The index of one project: connections are found at once, everything else when it is asked for."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from signalgen.index.broken import broken_files
from signalgen.index.calls import signal_calls
from signalgen.index.code import Code
from signalgen.index.models import Models
from signalgen.index.paths import is_production
from signalgen.index.registrations import Registrations
from signalgen.index.scopes import scoped
from signalgen.index.senders import USER_CALL, USER_SETTING
from signalgen.index.signals import Signals
from signalgen.project.check_config import check_settings
from signalgen.values.index import Connection, ModelInfo, Receiver, SignalCall, SignalDef

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from signalgen.errors import Problem
    from signalgen.index.scopes import Scoped
    from signalgen.project.survey import Survey
    from signalgen.values.index import FunctionRef


_USER_MODEL = re.compile(
    rb"""^[ \t]*AUTH_USER_MODEL\s*(?::[^=\n]*)?=\s*["']([\w.]+)["']""", re.MULTILINE
)


@dataclass(frozen=True, slots=True)
class Index:
    """The signal code of a project.

    ``paths`` are the files of production code. ``django`` is the version that findings are for, None for every supported one.
    ``deferring`` are the setting's task and Celery classes whose tasks wait for the commit by themselves.
    ``focus`` names, by file, the functions that findings are wanted about; None for all. With it, connections, receivers,
    signals and sends are those in it alone: a rule that compares them with the rest of the project asks ``everything``.
    """

    code: Code
    models: Models
    signals: Signals
    registering: Registrations
    paths: tuple[str, ...]
    django: tuple[int, int] | None = None
    deferring: frozenset[str] = frozenset()
    focus: Mapping[str, frozenset[str]] | None = None
    lazy: dict[str, object] = field(default_factory=dict)

    def everything(self) -> Index:
        """Return the index of the whole project, with what is known so far."""
        if self.focus is None:
            return self
        known = self.lazy.get("everything")
        if not isinstance(known, Index):
            known = self.lazy["everything"] = replace(self, focus=None, lazy={})
        return known

    @property
    def connections(self) -> tuple[Connection, ...]:
        """Every connection, in the order of the files."""
        known = self.lazy.get("connections")
        if not isinstance(known, tuple):
            found = (
                self.registering.all(self.paths)
                if self.focus is None
                else self.registering.of(self.focus)
            )
            known = self.lazy["connections"] = tuple(found)
        return known

    @property
    def receivers(self) -> tuple[Receiver, ...]:
        """Every function that is connected, with all its connections."""
        known = self.lazy.get("receivers")
        if not isinstance(known, tuple):
            known = self.lazy["receivers"] = _receivers(self.connections)
        return known

    def signal_definitions(self) -> tuple[SignalDef, ...]:
        """Return every signal that the project makes."""
        known = self.lazy.get("definitions")
        if not isinstance(known, tuple):
            known = self.lazy["definitions"] = tuple(self.signals.all(iter(self._judged())))
        return known

    def signal_calls(self) -> tuple[SignalCall, ...]:
        """Return every send and disconnect of a known signal."""
        known = self.lazy.get("calls")
        if not isinstance(known, tuple):
            known = self.lazy["calls"] = tuple(
                signal_calls(self.code, self.signals, self._judged())
            )
        return known

    def _judged(self) -> tuple[str, ...]:
        return (
            self.paths
            if self.focus is None
            else tuple(path for path in self.paths if path in self.focus)
        )

    def model(self, sender: str) -> ModelInfo | None:
        """Return the model that a resolved sender means: a dotted class, ``app.Model``, or the user model; None when not known."""
        if sender in (USER_SETTING, USER_CALL):
            sender = self.auth_user_model() or ""
        if not sender:
            return None
        found = self.models.get(sender)
        if found is None and sender.count(".") == 1:
            key = f"label {sender}"
            if key not in self.lazy:
                self.lazy[key] = self.models.by_label(sender, self.paths)
            known = self.lazy[key]
            found = known if isinstance(known, ModelInfo) else None
        return found

    def auth_user_model(self) -> str | None:
        """Return the label in the project's ``AUTH_USER_MODEL``, None when no settings file names one, or several do."""
        if "user" not in self.lazy:
            found = {
                label.decode()
                for path in self.containing(b"AUTH_USER_MODEL")
                for label in _USER_MODEL.findall(self.code.data(path))
            }
            self.lazy["user"] = found.pop() if len(found) == 1 else None
        known = self.lazy["user"]
        return known if isinstance(known, str) else None

    def containing(self, *needles: bytes) -> Iterator[str]:
        """Yield the files of production code in which one of ``needles`` stands."""
        key = f"containing {needles!r}"
        known = self.lazy.get(key)
        if not isinstance(known, tuple):
            data = self.code.data
            known = tuple(
                path for path in self.paths if any(needle in data(path) for needle in needles)
            )
            self.lazy[key] = known
        return iter(known)

    def nodes(
        self, *needles: bytes, wanted: tuple[type[ast.AST], ...] = (ast.AST,), near: bool = False
    ) -> Iterator[tuple[str, Scoped]]:
        """Yield path and node for every node of the classes ``wanted`` in the top-level statements in which one of ``needles`` stands.

        With ``near``, those in inner statements without a needle may be left out.
        """
        pattern = re.compile(b"|".join(map(re.escape, needles))) if near else None
        for path in self.containing(*needles):
            outline = self.code.outline(path)
            for chunk in outline.chunks:
                if any(needle in outline.source(chunk) for needle in needles):
                    lines = outline.lines(chunk, pattern) if pattern is not None else None
                    stmts = self.code.parsed(path, chunk)
                    for item in scoped(self.code, path, stmts, wanted=wanted, lines=lines):
                        yield path, item

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


def build_index(
    survey: Survey,
    django: tuple[int, int] | None = None,
    focus: Mapping[str, frozenset[str]] | None = None,
) -> Index:
    """Return the index of a project, or with ``focus`` of those functions of it, by file."""
    code = Code(survey)
    signals = Signals(code)
    models = Models(code)
    paths = tuple(path for path in survey.sources.paths if is_production(survey.sources, path))
    registering = Registrations(code, signals, models, paths)
    deferring = frozenset(check_settings(survey.pyproject).deferring_bases)
    if focus is not None:
        focus = {
            path: names for path, names in focus.items() if is_production(survey.sources, path)
        }
    return Index(code, models, signals, registering, paths, django, deferring, focus)


def _receivers(connections: tuple[Connection, ...]) -> tuple[Receiver, ...]:
    found: dict[int, list[Connection]] = {}
    functions: Mapping[int, FunctionRef] = {
        id(item.receiver.node): item.receiver for item in connections if item.receiver is not None
    }
    for item in connections:
        if item.receiver is not None:
            found.setdefault(id(item.receiver.node), []).append(item)
    return tuple(Receiver(functions[key], tuple(items)) for key, items in found.items())
