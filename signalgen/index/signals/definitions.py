"""What is a signal: Django's, Celery's, the project's own, and packages' signals.

``Signals.meant`` and ``Signals.named`` resolve an expression; ``Signals.all`` finds definitions.
"""

from __future__ import annotations

import ast
import re
import sys
from dataclasses import field
from typing import TYPE_CHECKING

from signalgen.dotted import dotted
from signalgen.facts.signals import BUILTIN
from signalgen.facts.thirdparty import THIRD_PARTY
from signalgen.index.memo import answered_once
from signalgen.index.reading.code import flattened
from signalgen.index.reading.listed import (
    PlacedExpression,
    assigned_value,
    class_around,
    class_value,
    elements,
    in_round,
    loop_around,
    rounds,
)
from signalgen.index.reading.production import is_production
from signalgen.index.reading.resolving import (
    bases,
    binds,
    find,
    find_class,
    find_function,
    lineage,
    origin,
    resolve,
)
from signalgen.index.reading.scopes import scoped
from signalgen.index.reading.walking import values_of, walk
from signalgen.late import dataclass, pattern
from signalgen.source.outline import statements
from signalgen.values.index import SignalDef

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from signalgen.index.reading.code import Codebase
    from signalgen.index.reading.listed import Loop
    from signalgen.values.index import ClassRef, FunctionRef

_PLAIN = frozenset({"django.dispatch.Signal", "django.dispatch.dispatcher.Signal"})
_MODEL = "django.db.models.signals.ModelSignal"
_SIGNAL_MODULE = pattern(r"(?:^|\.)signals(?:\.|$)|\.signal(?:\.|$)")
_DERIVED = pattern(rb"^class[ \t]+(\w+)\([^)]*Signal\)", re.MULTILINE)
_OF_CELERY_APP = frozenset(
    {"on_configure", "on_after_configure", "on_after_finalize", "on_after_fork"}
)
_DEEPEST = 8
_OWNER_AND_NAME = 2
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.GeneratorExp)


@dataclass(frozen=True, slots=True)
class Signals:
    """The signals seen so far, by dotted name."""

    code: Codebase
    made: dict[str, SignalDef | None] = field(default_factory=dict)
    classes: dict[str, str] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)

    def meant(
        self, item: PlacedExpression, *, loose: bool = False, at: ast.AST | None = None
    ) -> tuple[str, ...]:
        """Return the signals of an expression: one, a list's, or those of the loop around ``at``.

        Empty if unknown. With ``loose``, where only a signal is possible, any name of an installed
        package counts.
        """
        signal = self.named(*item, loose=loose)
        if signal:
            return (signal,)
        if at is not None and isinstance(item.node, ast.Name):
            loop = loop_around(self.code, at, item.node.id, item)
            held = rounds(self.code, *loop) if loop is not None else None
            if loop is not None:
                found = [self.meant(each[item.node.id], loose=loose) for each in held or ()]
                return tuple(dict.fromkeys(name for names in found for name in names))
        by_name = self._by_each_name(item)
        if by_name:
            return by_name
        held_by = elements(self.code, item)
        if held_by == (item,):
            return ()
        return tuple(name for part in held_by if (name := self.named(*part, loose=loose)))

    def _by_each_name(self, item: PlacedExpression) -> tuple[str, ...]:
        """Return the values of ``getattr(signals, name)`` in a loop over ``name``."""
        path, node, scope = item
        loop: tuple[Loop, PlacedExpression] | None = None
        if isinstance(node, _COMPREHENSIONS) and len(node.generators) == 1:
            loop = node.generators[0], item.at(node.generators[0].iter)
            node = node.elt
        elif isinstance(node, ast.Name) and scope is not None:
            node = assigned_value(scope, node.id) or node
        asks = isinstance(node, ast.Call) and dotted(node.func) == "getattr"
        if not asks or not isinstance(node, ast.Call) or len(node.args) < _OWNER_AND_NAME:
            return ()
        owner, name = node.args[:2]
        if loop is None and isinstance(name, ast.Name):
            loop = loop_around(self.code, node, name.id, item)
        if loop is None or (isinstance(loop[0], ast.comprehension) and loop[0].ifs):
            return ()
        found: list[str] = []
        for each in rounds(self.code, *loop) or ():
            text = in_round(item.at(name), each).node
            if not isinstance(text, ast.Constant) or not isinstance(text.value, str):
                return ()
            meant = ast.copy_location(ast.Attribute(owner, text.value, ast.Load()), node)
            found.append(self.named(path, meant, scope))
        # One that is not a signal may be anything: then nothing is known of the others either.
        return tuple(dict.fromkeys(found)) if all(found) else ()

    def named(
        self, path: str, node: ast.expr, scope: FunctionRef | None, *, loose: bool = False
    ) -> str:
        """Return the signal's canonical dotted name, empty if it is not known to be one."""
        if isinstance(node, ast.NamedExpr):
            return self.named(path, node.value, scope, loose=loose)
        if isinstance(node, ast.Call):
            return self._looked_up(path, node, scope)
        written = dotted(node)
        if not written:
            return ""
        head, _, rest = written.partition(".")
        cls = class_around(scope) if head in ("self", "cls") and rest else None
        if cls is not None:
            return self._celery(path, written, scope) or self.canonical(
                f"{self.code.class_ref(path, cls).dotted}.{rest}"
            )
        name = resolve(self.code, path, written, scope)
        # From the strongest to the weakest evidence.
        return (
            self.canonical(name, written)
            or self._taken_over(path, node, written, scope)
            or self._celery(path, written, scope)
            or self._local(path, written, scope)
            or (self._of_package(path, written, scope, name) if loose else "")
        )

    def canonical(self, name: str, written: str = "") -> str:
        """Return the canonical signal name of a resolved name, empty if it is not a signal."""
        module, _, last = name.rpartition(".")
        if module.startswith("django.") and last in BUILTIN:
            return f"{BUILTIN[last].module}.{last}"
        if not module or (name == written and "." not in written):
            return ""
        made = self.definition(name)
        if made is not None:
            return made.dotted
        if name in THIRD_PARTY:
            return name
        if find(self.code, name) is not None:
            return self._alias(name)
        # In a module called signals, a name in one case is a signal; CamelCase is a class.
        spelled = last.islower() or last.isupper()
        return name if _SIGNAL_MODULE.search(module) and spelled else ""

    def _alias(self, name: str) -> str:
        if name not in self.aliases:
            # Empty until known, so that names assigned to each other end.
            self.aliases[name] = ""
            found = find(self.code, name)
            stmt = found.stmt if found is not None else None
            value = stmt.value if isinstance(stmt, (ast.Assign, ast.AnnAssign)) else None
            if found is not None and isinstance(stmt, ast.ClassDef) and found.rest:
                placed = class_value(self.code, self.code.class_ref(found.path, stmt), found.rest)
            else:
                placed = PlacedExpression(found.path, value, None) if found and value else None
                placed = None if found is None or found.rest else placed
            if placed is not None:
                self.aliases[name] = self.named(*placed)
        return self.aliases[name]

    def _taken_over(
        self, path: str, node: ast.expr, written: str, scope: FunctionRef | None
    ) -> str:
        head, _, rest = written.partition(".")
        names = self.code.bindings(path)
        target, binding = names.imported.get(head), names.bound.get(head)
        if scope is not None or target is None or binding is None or binding.chunk is None:
            return ""
        taker = self.code.definition(path, head)
        # `@receiver(post_save) def post_save(…)`: after that line the name is the function.
        if taker is None or node.lineno > (taker.end_lineno or 0):
            return ""
        return self.canonical(origin(self.code, f"{target}.{rest}" if rest else target))

    def _local(self, path: str, written: str, scope: FunctionRef | None) -> str:
        if scope is None or "." in written:
            return ""
        key = f"{path}:{scope.node.lineno}:{written}"
        if key not in self.aliases:
            self.aliases[key] = ""  # two names that are assigned to each other are no signal
            value = assigned_value(scope, written)
            if value is not None:
                self.aliases[key] = self.named(path, value, scope)
        return self.aliases[key]

    def _looked_up(self, path: str, call: ast.Call, scope: FunctionRef | None) -> str:
        texts = [getattr(arg, "value", None) for arg in call.args[:2]]
        if len(texts) < 2 or not isinstance(texts[1], str):
            return ""
        if dotted(call.func) == "getattr":
            owner = ast.copy_location(ast.Attribute(call.args[0], texts[1], ast.Load()), call)
            return self.named(path, owner, scope)
        loader = resolve(self.code, path, dotted(call.func), scope)
        if not isinstance(texts[0], str) or not loader.endswith(".loading.get_class"):
            return ""
        # An app that takes over another's signals has a module of the same name.
        ending = f".{texts[0]}"
        known = self.code.survey.names.by_name
        names = [f"{module}.{texts[1]}" for module in known if f".{module}".endswith(ending)]
        made = {item.dotted for name in names if (item := self.definition(name)) is not None}
        if made:
            return made.pop() if len(made) == 1 else ""
        return self.canonical(f"{loader.partition('.')[0]}.apps.{texts[0]}.{texts[1]}")

    def _celery(self, path: str, written: str, scope: FunctionRef | None) -> str:
        owner, _, last = written.rpartition(".")
        if last not in _OF_CELERY_APP or not owner:
            return ""
        found = find(self.code, resolve(self.code, path, owner, scope))
        value = found.stmt.value if found and isinstance(found.stmt, ast.Assign) else None
        made = isinstance(value, ast.Call) and dotted(value.func).endswith("Celery")
        return f"celery.app.base.Celery.{last}" if found is None or made else ""

    def _of_package(self, path: str, written: str, scope: FunctionRef | None, name: str) -> str:
        head = written.partition(".")[0]
        own = scope is not None and binds(scope, head)
        imported = head in self.code.bindings(path).imported or (
            scope is not None and head in self.code.local_imports(scope)
        )
        top = name.partition(".")[0]
        foreign = top not in sys.stdlib_module_names and find(self.code, name) is None
        return name if imported and foreign and not own and "." in name and top != "django" else ""

    def definition(self, name: str) -> SignalDef | None:
        """Return the project's definition of the signal called ``name``, None if it has none."""
        if name not in self.made:
            self.made[name] = None
            self.made[name] = self._defined(name)
        return self.made[name]

    def _defined(self, name: str) -> SignalDef | None:
        found = find(self.code, name)
        if found is None:
            return None
        if isinstance(found.stmt, ast.ClassDef) and found.rest:
            return self._of_class(self.code.class_ref(found.path, found.stmt), found.rest)
        if found.rest or not isinstance(found.stmt, (ast.Assign, ast.AnnAssign)):
            return None
        return self._made(found.path, found.name, found.stmt)

    def _of_class(self, cls: ClassRef, name: str) -> SignalDef | None:
        for one in lineage(self.code, cls):
            for stmt in flattened(one.node.body):
                if isinstance(stmt, (ast.Assign, ast.AnnAssign)) and name in values_of(stmt):
                    return self._made(one.path, f"{one.node.name}.{name}", stmt)
        return None

    def _made(self, path: str, name: str, stmt: ast.Assign | ast.AnnAssign) -> SignalDef | None:
        kind = self.makes(path, stmt.value) if isinstance(stmt.value, ast.Call) else ""
        if not kind or not isinstance(stmt.value, ast.Call):
            return None
        return SignalDef(path, self.code.module(path), name, stmt, stmt.value, kind == "model")

    def makes(
        self, path: str, call: ast.Call, scope: FunctionRef | None = None, depth: int = 0
    ) -> str:
        """Return ``plain`` or ``model`` if a call makes a signal, by a class or a factory."""
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
        # Empty until known: a class may derive from itself in half-written code.
        if name not in self.classes:
            self.classes[name] = ""
            cls = find_class(self.code, name)
            if cls is not None and depth < _DEEPEST:
                kinds = [self._class(base, depth + 1) for base in bases(self.code, cls)]
                self.classes[name] = next((kind for kind in kinds if kind), "")
        return self.classes[name]

    def all(self, paths: Iterable[str]) -> Iterator[SignalDef]:
        """Yield every signal that the files at ``paths`` define, also inside functions."""
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
def _needles(code: Codebase) -> tuple[bytes, ...]:
    """Return texts of which every definition contains one: ``Signal`` and its subclasses' names."""
    sources = code.survey.sources
    own = (path for path in sources.paths if is_production(sources, path))
    found = (_DERIVED.findall(sources.data(p)) for p in own if b"Signal)" in sources.data(p))
    derived = {name for names in found for name in names if b"Signal" not in name}
    return (b"Signal", *sorted(derived))
