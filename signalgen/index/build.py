"""The index of one project: ``build_index(survey)`` makes it; it is evaluated lazily."""

from __future__ import annotations

import ast
import re
from dataclasses import field, replace
from typing import TYPE_CHECKING

from signalgen import index
from signalgen.index.memo import answered_once
from signalgen.index.models.senders import SETTING_READ, USER_CALL, USER_SETTING
from signalgen.index.models.shapes import Models
from signalgen.index.reading.broken import SAID, broken_files
from signalgen.index.reading.code import Codebase
from signalgen.index.reading.production import is_production
from signalgen.index.reading.scopes import scoped
from signalgen.index.reading.words import words_in
from signalgen.index.signals.calls import signal_calls
from signalgen.index.signals.definitions import Signals
from signalgen.index.signals.registrations import Registrations
from signalgen.late import dataclass
from signalgen.project.check_config import check_settings
from signalgen.values.index import Connection, ModelInfo, Receiver, SignalCall, SignalDef

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from signalgen.errors import Problem
    from signalgen.index.memo import Memo
    from signalgen.index.reading.scopes import Scoped
    from signalgen.index.reading.words import Words
    from signalgen.project.survey import Survey
    from signalgen.values.index import FunctionRef


@dataclass(frozen=True, slots=True)
class Index:
    """The signal code of a project.

    ``paths`` are the files of production code. ``django`` is the version that findings are for,
    None for every supported one. ``deferring`` are the task and Celery classes of the setting
    ``deferring-bases``, whose tasks wait for the commit by themselves. ``focus`` names, by file,
    the functions that findings are wanted for; None for all. With it, connections, receivers,
    signals and sends are only those inside it: a rule that compares with the whole project uses
    ``everything()``.
    """

    code: Codebase
    models: Models
    signals: Signals
    registering: Registrations
    paths: tuple[str, ...]
    django: tuple[int, int] | None = None
    deferring: frozenset[str] = frozenset()
    focus: Mapping[str, frozenset[str]] | None = None
    memo: Memo = field(default_factory=dict)

    @answered_once
    def everything(self) -> Index:
        """Return the index of the whole project, sharing the caches of this one."""
        return self if self.focus is None else replace(self, focus=None, memo={})

    @property
    @answered_once
    def connections(self) -> tuple[Connection, ...]:
        """Every connection, in file order."""
        if self.focus is None:
            return tuple(self.registering.all(self.paths))
        return tuple(self.registering.of(self.focus))

    @property
    @answered_once
    def receivers(self) -> tuple[Receiver, ...]:
        """Every function that is connected, with all its connections."""
        return _receivers(self.connections)

    @answered_once
    def signal_definitions(self) -> tuple[SignalDef, ...]:
        """Return every signal that the project makes."""
        return tuple(self.signals.all(self._judged()))

    @answered_once
    def signal_calls(self) -> tuple[SignalCall, ...]:
        """Return every send and disconnect of a known signal."""
        return tuple(signal_calls(self.code, self.signals, self._judged()))

    def _judged(self) -> tuple[str, ...]:
        return (
            self.paths
            if self.focus is None
            else tuple(path for path in self.paths if path in self.focus)
        )

    def model(self, sender: str) -> ModelInfo | None:
        """Return the model of a sender (dotted, ``app.Model``, the user's), None if unknown."""
        if sender in (USER_SETTING, USER_CALL, SETTING_READ):
            sender = self.auth_user_model() or ""
        if not sender:
            return None
        found = self.models.get(sender)
        return self._labelled(sender) if found is None and sender.count(".") == 1 else found

    @answered_once
    def _labelled(self, label: str) -> ModelInfo | None:
        return self.models.by_label(label, self.paths)

    def auth_user_model(self) -> str | None:
        """Return the label in ``AUTH_USER_MODEL``, None unless the settings name exactly one."""
        # Imported lazily: most runs never ask, and reading settings loads a small interpreter.
        return index.user_model(self.code, self.paths)

    def words(self) -> Words:
        """Return the search for words in the production files."""
        return words_in(self.code, self.paths)

    def containing(self, *needles: bytes) -> tuple[str, ...]:
        """Return the production files that contain one of ``needles``."""
        return self.words().containing(needles)

    def nodes(
        self,
        *needles: bytes,
        wanted: tuple[type[ast.AST], ...] = (ast.AST,),
        near: bool = False,
        like: re.Pattern[bytes] | None = None,
        inside: bool = True,
    ) -> Iterator[tuple[str, Scoped]]:
        """Yield path and node for each ``wanted`` node in statements that contain a needle.

        Top-level statements without any of ``needles`` are not parsed. With ``near``, nodes in
        inner statements without a needle may be left out; with ``like``, those in which it does
        not match, and top-level ones too. Without ``inside``, the bodies of functions are.
        """
        pattern = re.compile(b"|".join(map(re.escape, needles))) if near else like
        for path in self.containing(*needles):
            outline = self.code.outline(path)
            for chunk in outline.having(*needles):
                lines = outline.lines(chunk, pattern) if pattern is not None else None
                if pattern is not None and not lines:
                    continue
                stmts = self.code.parsed(path, chunk)
                for item in scoped(self.code, path, stmts, None, wanted, lines, inside=inside):
                    yield path, item

    def broken(self) -> tuple[Problem, ...]:
        """Return the files in which a needed statement is not valid Python."""
        return tuple(broken_files(self.code))

    def unread(self) -> tuple[Problem, ...]:
        """Return the problems of ``broken`` that generation reports."""
        return tuple(item for item in self.broken() if item.code in SAID)

    def header(self, function: FunctionRef) -> ast.AST:
        """Return the node to report for a function: its name, not its whole body."""
        node = function.node
        if isinstance(node, ast.Lambda):
            return node
        return self.code.name_node(function.path, node)

    def receiver_of(self, function: FunctionRef) -> Receiver | None:
        """Return a function as a receiver, None if nothing registers it."""
        return self._receivers_by_node().get(id(function.node))

    @answered_once
    def _receivers_by_node(self) -> dict[int, Receiver]:
        return {id(item.function.node): item for item in self.receivers}


def build_index(
    survey: Survey,
    django: tuple[int, int] | None = None,
    focus: Mapping[str, frozenset[str]] | None = None,
) -> Index:
    """Return the index of a project; with ``focus`` (path -> names), only of those functions."""
    code = Codebase(survey)
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
    # By the node's id, as one function may be connected several times.
    found: dict[int, list[Connection]] = {}
    functions: Mapping[int, FunctionRef] = {
        id(item.receiver.node): item.receiver for item in connections if item.receiver is not None
    }
    for item in connections:
        if item.receiver is not None:
            found.setdefault(id(item.receiver.node), []).append(item)
    return tuple(Receiver(functions[key], tuple(items)) for key, items in found.items())
