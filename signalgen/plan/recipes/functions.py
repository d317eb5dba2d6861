"""Checks functions and tasks given to recipes: that they exist and are of the right kind.

``check_function`` is the entry; ``library_of`` tells a task's library, ``definition_of`` reads a
function.
"""

from __future__ import annotations

import ast
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING

from signalgen.facts.tasks import LIBRARIES
from signalgen.plan.context import absolute_module, did_you_mean
from signalgen.plan.handlers.checks import written_modules
from signalgen.plan.names.freenames import origin_of
from signalgen.plan.names.origins import spec_imports
from signalgen.syntax import parse_body

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from signalgen.facts.tasks import Library
    from signalgen.plan.context import Context
    from signalgen.values.uses import FunctionUse

_OPEN = ("globals", "exec", "vars", "setattr")
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_NO_FUNCTION = (ast.Constant, ast.List, ast.Dict, ast.Set, ast.Tuple, ast.JoinedStr)


def library_of(ctx: Context, name: str) -> Library | None:
    """Return the library of the project's task ``name``, which may be dotted; None for no task."""
    module, _, last = _home(ctx, name).rpartition(".")
    kinds = {
        task.kind
        for app in ctx.project.apps
        for task in app.tasks
        if task.name == last and task.module == module
    }
    return LIBRARIES.get(kinds.pop()) if len(kinds) == 1 else None


def _home(ctx: Context, name: str) -> str:
    # A bare name is resolved by the spec's imports, otherwise as in bodies.
    if "." in name:
        return name
    origin = dict(spec_imports(ctx.spec.imports)).get(name) or origin_of(ctx, name)
    if origin is None:
        return name
    module = absolute_module(ctx, origin.module, ctx.targets.receivers[1])
    return f"{module}.{origin.name}" if origin.name else module


def definition_of(ctx: Context, name: str) -> ast.FunctionDef | None:
    """Return the definition of the top-level function ``name``; None for anything else."""
    module, _, last = _home(ctx, name).rpartition(".")
    path = ctx.project.modules.get(module)
    data = ctx.project.texts.get(path) if path is not None else None
    if not data or f"def {last}(".encode() not in data:
        return None
    try:
        body = parse_body(data.decode()).body
    except (SyntaxError, ValueError):
        return None
    found = [one for one in body if isinstance(one, _DEFINITIONS) and one.name == last]
    only = found[0] if len(found) == 1 else None
    return only if isinstance(only, ast.FunctionDef) else None


def check_function(ctx: Context, use: FunctionUse) -> None:
    """Report a missing function, a task instead of a function, and the reverse."""
    name = use.name.text
    declared = {task.name for spec in ctx.specs for task in spec.tasks}
    library = library_of(ctx, name)
    is_task = name in declared or library is not None
    if use.kind == "task" and not is_task:
        _check_task(ctx, use)
    elif use.kind == "callable" and is_task and use.instead and not _is_queued_by_call(library):
        last = name.rpartition(".")[2]
        message = f"{last} is a task: a call would run it immediately"
        ctx.problem(use.mark, "wrong-function", message, f"write {use.instead}: {last}")
    elif use.kind != "task" and not is_task:
        home = _home(ctx, name)
        if "." in home:
            _check_there(ctx, use, home)
        else:
            _check_bare(ctx, use)
    elif use.kind == "callable or task" and library is not None and library.written is None:
        message = f"{name} is one of {library.whose} tasks, which take other arguments"
        ctx.problem(use.mark, "wrong-function", message, "name a function that queues it")


def _is_queued_by_call(library: Library | None) -> bool:
    return library is not None and library.called


def _check_task(ctx: Context, use: FunctionUse) -> None:
    # A generated stub, and a task made in an unknown way, do not count as functions.
    name = use.name.text
    if f"task:{name}" in ctx.generated:
        return
    home = _home(ctx, name)
    for place in [home] if "." in home else _bound_in_app(ctx, name):
        module, _, last = place.rpartition(".")
        if _defined(ctx, module, last) == "function":
            hint = f"write {use.instead}: {place}" if use.instead else "make it a task"
            ctx.problem(use.mark, "wrong-function", f"{place} is a function, not a task", hint)
            return


def _bound_in_app(ctx: Context, name: str) -> list[str]:
    # Where modules of the app define a name that nothing imports.
    modules = [m for m in ctx.project.modules if m.startswith(f"{ctx.app.name}.")]
    wanted = f"def {name}(".encode()
    texts = {m: ctx.project.texts.get(ctx.project.modules[m]) or b"" for m in modules}
    return [f"{m}.{name}" for m, text in texts.items() if wanted in text]


def _check_bare(ctx: Context, use: FunctionUse) -> None:
    # A name whose origin neither the spec nor the project shows.
    name = use.name.text
    there = _bound_in_app(ctx, name) if "." not in _home(ctx, name) else []
    if there and not _is_bound(ctx, name):
        message = f"name {name!r} is not defined here"
        ctx.problem(use.mark, "unresolved-name", message, f"write {there[0]}")


def _is_bound(ctx: Context, name: str) -> bool:
    return name in ctx.app.names.get(ctx.targets.receivers[0], ())


def _check_there(ctx: Context, use: FunctionUse, home: str) -> None:
    module, _, last = home.rpartition(".")
    if any(module in written_modules(ctx, spec) for spec in ctx.specs):
        return
    if home in ctx.project.modules and not _names(ctx, module).get(last):
        there = [name for name, kind in _names(ctx, home).items() if kind == "function"]
        known = f"functions there: {', '.join(sorted(there))}" if there else "name a function"
        ctx.problem(use.mark, "wrong-function", f"{home} is a module, not a function", known)
        return
    kind = _defined(ctx, module, last)
    if kind == "value":
        ctx.problem(use.mark, "wrong-function", f"{home} is a value, not a function")
    elif kind == "nothing":
        there = [name for name, kind in _names(ctx, module).items() if kind != "value"]
        known = f"there: {', '.join(sorted(there)[:12])}" if there else ""
        hint = did_you_mean(last, there) or known
        ctx.problem(use.mark, "unknown-function", f"{module} has no {last!r}", hint)
    elif _defined(ctx, *module.rpartition(".")[::2]) == "class":
        hint = "name a function that calls it"
        ctx.problem(use.mark, "unknown-function", f"{module} is a class, not a module", hint)


def _defined(ctx: Context, module: str, name: str) -> str:
    # What a module defines under a name: ``nothing`` where it certainly does not.
    names = _names(ctx, module)
    if not names:
        return ""
    return names.get(
        name, "" if "*" in names or f"{module}.{name}" in ctx.project.modules else "nothing"
    )


def _names(ctx: Context, module: str) -> Mapping[str, str]:
    path = ctx.project.modules.get(module)
    data = ctx.project.texts.get(path) if path is not None else None
    return _top_level(data) if data else {}


@lru_cache(maxsize=64)
def _top_level(data: bytes) -> Mapping[str, str]:
    # The kind of each name at the top of a module; ``*`` if there may be others.
    try:
        tree = parse_body(data.decode())
    except (SyntaxError, ValueError):
        return {}
    bound = Counter(name for node in ast.walk(tree) for name in _bound(node))
    found = dict.fromkeys(bound, "other")
    for stmt in tree.body:
        if isinstance(stmt, _DEFINITIONS) and not stmt.decorator_list and bound[stmt.name] == 1:
            found[stmt.name] = "class" if isinstance(stmt, ast.ClassDef) else "function"
        elif isinstance(stmt, ast.Assign) and isinstance(stmt.value, _NO_FUNCTION):
            names = [target.id for target in stmt.targets if isinstance(target, ast.Name)]
            found.update({name: "value" for name in names if bound[name] == 1})
    return found


def _bound(node: ast.AST) -> Iterator[str]:
    # Under a condition a name may be bound in different ways.
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        yield from ((a.asname or a.name).partition(".")[0] for a in node.names)
    elif isinstance(node, ast.Name):
        if isinstance(node.ctx, ast.Store):
            yield node.id
        elif node.id in _OPEN:
            yield "*"
    elif isinstance(node, _DEFINITIONS):
        yield "*" if node.name == "__getattr__" else node.name
