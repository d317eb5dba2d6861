"""Name resolution through imports and re-exports: ``resolve``, ``find``."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.dotted import dotted
from signalgen.facts.signals import BUILTIN
from signalgen.index.memo import answered_once
from signalgen.index.reading.code import DEFINITIONS, flattened
from signalgen.index.reading.walking import Notes, nodes_in
from signalgen.late import dataclass, pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.index.reading.code import Codebase
    from signalgen.values.index import ClassRef, FunctionRef

_DEF = pattern(rb"def[ \t]+(\w+)")
_LONGEST = 12
_MOST_BASES = 256
_NAME, _STORE = ast.Name, ast.Store
_BINDING = frozenset({*DEFINITIONS, ast.Global, ast.Nonlocal})
_LOCALS = Notes[set[str]]("locals")


@dataclass(frozen=True, slots=True)
class Definition:
    """Where a dotted name is defined: file, top-level name, the rest after it, the statement."""

    path: str
    name: str
    rest: str
    stmt: ast.stmt | None


def split(code: Codebase, name: str) -> tuple[str, str]:
    """Split a dotted name into its longest project module and the rest; otherwise ``"", name``."""
    if name.startswith("<"):
        module, _, rest = name.partition(">.")
        return module + ">", rest
    known = code.splits.get(name)
    if known is None:
        known = code.splits[name] = _split(code, name)
    return known


def _split(code: Codebase, name: str) -> tuple[str, str]:
    module, rest = name, ""
    while module:
        if code.path(module) is not None:
            return module, rest
        module, _, last = module.rpartition(".")
        rest = f"{last}.{rest}" if rest else last
    return "", name


def resolve(code: Codebase, path: str, written: str, scope: FunctionRef | None = None) -> str:
    """Return the dotted name of the definition of ``written`` at ``path`` in ``scope``.

    ``written`` itself if the file does not bind it: a builtin, a parameter, a local variable.
    """
    if not written:
        return ""
    head, _, rest = written.partition(".")
    # Imports in functions come before parameters and locals, then the module's bindings.
    target = _local(code, head, scope)
    if target is None:
        if scope is not None and binds(scope, head):
            return written
        target = _global(code, path, head)
    if target is None:
        return written
    return origin(code, f"{target}.{rest}" if rest else target)


def imports(code: Codebase, scope: FunctionRef | None, name: str) -> bool:
    """Tell whether a function, or one around it, imports ``name``."""
    return _local(code, name, scope) is not None


def _local(code: Codebase, head: str, scope: FunctionRef | None) -> str | None:
    while scope is not None:
        found = code.local_imports(scope).get(head)
        if found is not None:
            return found
        scope = scope.outer
    return None


def binds(scope: FunctionRef | None, name: str) -> bool:
    """Tell whether a function, or one around it, binds ``name`` as parameter or local."""
    while scope is not None:
        if name in local_names(scope.node):
            return True
        scope = scope.outer
    return False


def local_names(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> set[str]:
    """Return the parameters and assigned names of a function."""
    known = _LOCALS.get(node)
    if known is None:
        arguments = node.args
        every = [
            *arguments.posonlyargs,
            *arguments.args,
            *arguments.kwonlyargs,
            arguments.vararg,
            arguments.kwarg,
        ]
        known = {item.arg for item in every if item is not None}
        shared: set[str] = set()
        for inner in nodes_in(node):
            kind = inner.__class__
            if kind is _NAME:
                if inner.ctx.__class__ is _STORE:  # type: ignore[attr-defined]
                    known.add(inner.id)  # type: ignore[attr-defined]
            elif kind in _BINDING:
                if isinstance(inner, DEFINITIONS):
                    known.add(inner.name)
                elif isinstance(inner, (ast.Global, ast.Nonlocal)):
                    shared.update(inner.names)
        # `global x` and `nonlocal x` assign to names of other scopes.
        known -= shared
        _LOCALS[node] = known
    return known


def _global(code: Codebase, path: str, head: str) -> str | None:
    names = code.bindings(path)
    binding = names.bound.get(head)
    if binding is not None:
        return binding.target or f"{code.module(path)}.{head}"
    # A star import may also bring one of Django's signals, whose module is not in the project.
    seen = {code.module(path)}
    for star in names.stars:
        known = head in BUILTIN and BUILTIN[head].module == star
        if known or exports(code, star, head, seen):
            return f"{star}.{head}"
    return None


def exports(code: Codebase, module: str, name: str, seen: set[str] | None = None) -> bool:
    """Tell whether a star import of ``module`` may bring in ``name``.

    ``seen`` are modules already searched: imports may be circular.
    """
    seen = set() if seen is None else seen
    waiting = [] if name.startswith("_") else [module]
    while waiting:
        module = waiting.pop()
        path = code.path(module)
        if path is None or module in seen:
            continue
        seen.add(module)
        names = code.bindings(path)
        if name in names.bound:
            return True
        waiting += names.stars
    return False


def origin(code: Codebase, name: str) -> str:
    """Follow re-exports inside the project to the dotted name of the definition of ``name``."""
    known = code.origins.get(name)
    if known is None:
        # The name itself until known: names may be assigned to each other.
        code.origins[name] = name
        known = code.origins[name] = _origin(code, name)
    return known


def _origin(code: Codebase, name: str) -> str:
    # Bounded, as modules may re-export from each other.
    for _ in range(_LONGEST):
        module, rest = split(code, name)
        if not module or not rest:
            return name
        path = code.path(module) or ""
        head, _, tail = rest.partition(".")
        binding = code.bindings(path).bound.get(head)
        if binding is not None and not binding.target:
            return _through_assignment(code, path, head, tail) or name
        following = binding.target if binding is not None else _star(code, path, head)
        if not following or following == name:
            return name
        name = f"{following}.{tail}" if tail else following
    return name


def _star(code: Codebase, path: str, head: str) -> str:
    # Not through this module again, which would be circular.
    seen = {code.module(path)}
    own = f"{code.module(path)}.{head}"
    for star in code.bindings(path).stars:
        if exports(code, star, head, seen) and _target(code, star, head) != own:
            return f"{star}.{head}"
    return ""


def _target(code: Codebase, module: str, head: str) -> str | None:
    """Return what a module imports under a name: perhaps from the package being resolved."""
    binding = code.bindings(code.path(module) or "").bound.get(head) if code.path(module) else None
    return binding.target if binding is not None else None


def _through_assignment(code: Codebase, path: str, head: str, tail: str) -> str:
    chunk = code.bindings(path).bound[head].chunk
    if chunk is not None and chunk.kind in ("def", "class"):
        return ""  # without parsing it
    stmt = code.definition(path, head)
    if not isinstance(stmt, ast.Assign):
        return ""
    written = dotted(stmt.value)
    if not written or written.partition(".")[0] == head:
        return ""
    target = _global(code, path, written.partition(".")[0])
    if target is None:
        return ""
    rest = written.partition(".")[2]
    full = ".".join(part for part in (target, rest, tail) if part)
    return origin(code, full)


@answered_once
def find(code: Codebase, name: str) -> Definition | None:
    """Return the definition of a resolved dotted name, None if it is not the project's."""
    module, rest = split(code, name)
    path = code.path(module) if module else None
    if path is None or not rest:
        return None
    head, _, tail = rest.partition(".")
    return Definition(path, head, tail, code.definition(path, head))


def find_function(code: Codebase, name: str) -> FunctionRef | None:
    """Return the function or method that a resolved name means, None if not the project's."""
    found = find(code, name)
    if found is None:
        return None
    if isinstance(found.stmt, (ast.FunctionDef, ast.AsyncFunctionDef)) and not found.rest:
        return code.function_ref(found.path, found.stmt)
    if isinstance(found.stmt, ast.ClassDef) and found.rest and "." not in found.rest:
        return method(code, code.class_ref(found.path, found.stmt), found.rest)
    return None


@answered_once
def find_class(code: Codebase, name: str) -> ClassRef | None:
    """Return the class that a resolved dotted name means, None if it is not the project's."""
    found = find(code, name)
    if found is None or found.rest or not isinstance(found.stmt, ast.ClassDef):
        return None
    return code.class_ref(found.path, found.stmt)


def bases(code: Codebase, cls: ClassRef) -> list[str]:
    """Return the resolved names of the bases of a class."""
    found = []
    for base in cls.node.bases:
        written = dotted(base.value if isinstance(base, ast.Subscript) else base)
        found.append(resolve(code, cls.path, written) if written else "")
    return found


def derived_from(code: Codebase, cls: ClassRef) -> Iterator[tuple[str, ClassRef | None]]:
    """Yield the names of all bases of a class, each once, with the project's classes.

    A base comes before its own bases, and these before the next base. Unfinished code may have
    circular bases.
    """
    seen: set[str] = set()
    waiting = bases(code, cls)[::-1]
    while waiting and len(seen) < _MOST_BASES:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        parent = find_class(code, name)
        yield name, parent
        waiting += bases(code, parent)[::-1] if parent is not None else []


def lineage(code: Codebase, cls: ClassRef) -> Iterator[ClassRef]:
    """Yield a class and its bases in the project, the nearest first."""
    yield cls
    yield from (parent for _, parent in derived_from(code, cls) if parent is not None)


def method(code: Codebase, cls: ClassRef, name: str) -> FunctionRef | None:
    """Return a method of a class or of the nearest base that defines it."""
    found = (own_method(code, one, name) for one in lineage(code, cls))
    return next((one for one in found if one is not None), None)


def may_be_defined(code: Codebase, name: str) -> bool:
    """Tell whether a function or method of this name may be anywhere in the project."""
    return not name.isascii() or name.encode() in _defined(code)


@answered_once
def _defined(code: Codebase) -> set[bytes]:
    """Return the ASCII names of all functions and methods, by the texts of all files."""
    return {name for path in code.survey.sources.paths for name in _DEF.findall(code.data(path))}


def own_method(code: Codebase, cls: ClassRef, name: str) -> FunctionRef | None:
    """Return a method defined in the class itself."""
    stmt = _own_methods(code, cls).get(name)
    return code.function_ref(cls.path, stmt, cls=cls.node) if stmt is not None else None


def _own_methods(
    code: Codebase, cls: ClassRef
) -> dict[str, ast.FunctionDef | ast.AsyncFunctionDef]:
    known = code.methods.get(id(cls.node))
    if known is None:
        known = code.methods[id(cls.node)] = {}
        for stmt in flattened(cls.node.body):
            if isinstance(stmt, (ast.FunctionDef, ast.AsyncFunctionDef)):
                known.setdefault(stmt.name, stmt)
    return known
