"""What is a signal: Django's and Celery's own, those that the project makes, and those of packages, by where they come from."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from signalgen.facts.signals import BUILTIN
from signalgen.facts.thirdparty import THIRD_PARTY
from signalgen.index.memo import answered_once
from signalgen.index.names import bases, dotted, find, find_class, find_function, resolve
from signalgen.index.paths import is_production
from signalgen.index.scopes import scoped
from signalgen.index.senders import assigned_value
from signalgen.index.walking import walk
from signalgen.source.outline import statements
from signalgen.values.index import SignalDef

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from signalgen.index.code import Code
    from signalgen.values.index import FunctionRef

_PLAIN = frozenset({"django.dispatch.Signal", "django.dispatch.dispatcher.Signal"})
_MODEL = "django.db.models.signals.ModelSignal"
_SIGNAL_MODULE = re.compile(r"(?:^|\.)signals(?:\.|$)|\.signal(?:\.|$)")
_DERIVED = re.compile(rb"^class[ \t]+(\w+)\([^)]*Signal\)", re.MULTILINE)
_DEEPEST = 8


@dataclass(frozen=True, slots=True)
class Signals:
    """The signals that were looked at so far, by dotted name."""

    code: Code
    made: dict[str, SignalDef | None] = field(default_factory=dict)
    classes: dict[str, str] = field(default_factory=dict)

    def named(self, path: str, node: ast.expr, scope: FunctionRef | None) -> str:
        """Return the canonical dotted name of the signal that an expression is, empty when it is not known to be one."""
        written = dotted(node)
        return self.canonical(resolve(self.code, path, written, scope), written) if written else ""

    def canonical(self, name: str, written: str = "") -> str:
        """Return the name under which a resolved dotted name counts as a signal, empty when it does not."""
        module, _, last = name.rpartition(".")
        if module.startswith("django.") and last in BUILTIN:
            return f"{BUILTIN[last].module}.{last}"
        if not module or (name == written and "." not in written):
            return ""
        if self.definition(name) is not None or name in THIRD_PARTY:
            return name
        found = find(self.code, name)
        if found is not None:
            return ""
        return name if _SIGNAL_MODULE.search(module) and last.islower() else ""

    def definition(self, name: str) -> SignalDef | None:
        """Return how the project makes the signal called ``name``, None when it does not."""
        if name not in self.made:
            self.made[name] = None
            self.made[name] = self._defined(name)
        return self.made[name]

    def _defined(self, name: str) -> SignalDef | None:
        found = find(self.code, name)
        if found is None or found.rest or not isinstance(found.stmt, (ast.Assign, ast.AnnAssign)):
            return None
        value = found.stmt.value
        if not isinstance(value, ast.Call):
            return None
        kind = self.makes(found.path, value)
        if not kind:
            return None
        module = self.code.module(found.path)
        return SignalDef(found.path, module, found.name, found.stmt, value, kind == "model")

    def makes(
        self, path: str, call: ast.Call, scope: FunctionRef | None = None, depth: int = 0
    ) -> str:
        """Return ``plain`` or ``model`` when a call makes a signal: of Signal, of a subclass, or of a factory."""
        written = dotted(call.func)
        if not written or depth > _DEEPEST:
            return ""
        name = resolve(self.code, path, written, scope)
        kind = self._class(name, depth)
        if kind:
            return kind
        factory = find_function(self.code, name)
        if factory is None or isinstance(factory.node, ast.Lambda):
            return ""
        for node in walk(factory.node):
            value = node.value if isinstance(node, ast.Return) else None
            if isinstance(value, ast.Name):
                value = assigned_value(factory, value.id)
            if isinstance(value, ast.Call):
                return self.makes(factory.path, value, factory, depth + 1)
        return ""

    def _class(self, name: str, depth: int) -> str:
        if name in _PLAIN:
            return "plain"
        if name == _MODEL:
            return "model"
        if name not in self.classes:
            self.classes[name] = ""
            cls = find_class(self.code, name)
            if cls is not None and depth < _DEEPEST:
                kinds = [self._class(base, depth + 1) for base in bases(self.code, cls)]
                self.classes[name] = next((kind for kind in kinds if kind), "")
        return self.classes[name]

    def all(self, paths: Iterable[str]) -> Iterator[SignalDef]:
        """Yield every signal that the files at ``paths`` make, inside functions too."""
        needles = _needles(self.code)
        for path in paths:
            data = self.code.data(path)
            if not any(needle in data for needle in needles):
                continue
            outline = self.code.outline(path)
            for chunk in outline.chunks:
                source = outline.source(chunk)
                likely = chunk.kind == "assign" or any(needle in source for needle in needles)
                if likely and chunk.kind != "import" and b"(" in source:
                    yield from self._in(path, statements(outline, chunk))

    def _in(self, path: str, stmts: tuple[ast.stmt, ...]) -> Iterator[SignalDef]:
        for node, scope, cls in scoped(self.code, path, stmts, wanted=(ast.Assign, ast.AnnAssign)):
            if not isinstance(node, (ast.Assign, ast.AnnAssign)) or not isinstance(
                node.value, ast.Call
            ):
                continue
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            kind = self.makes(path, node.value, scope)
            if kind and isinstance(target, ast.Name) and cls is None:
                name = f"{scope.qualname}.{target.id}" if scope is not None else target.id
                module = self.code.module(path)
                yield SignalDef(path, module, name, node, node.value, kind == "model", scope)


@answered_once
def _needles(code: Code) -> tuple[bytes, ...]:
    """Return the texts of which one is wherever a signal is made: ``Signal``, and what the project derives from it."""
    sources = code.survey.sources
    own = (path for path in sources.paths if is_production(sources, path))
    found = (_DERIVED.findall(sources.data(p)) for p in own if b"Signal)" in sources.data(p))
    derived = {name for names in found for name in names if b"Signal" not in name}
    return (b"Signal", *sorted(derived))
