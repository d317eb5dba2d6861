"""Whether Django's startup imports a module, import by import: ``loaded``."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.flow.function.guards import path_to
from signalgen.index.apps.finding import apps_of
from signalgen.index.apps.taking import unrun_starts
from signalgen.index.memo import answered_once
from signalgen.index.models.shapes import in_models_module
from signalgen.index.reading.loading import importers, importing_chunks
from signalgen.index.reading.scopes import scoped
from signalgen.late import dataclass
from signalgen.values.why import ChainLink

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from signalgen.index import Index
    from signalgen.index.reading.code import Codebase
    from signalgen.values.index import FunctionRef
    from signalgen.values.why import Answer

ASKS = "Django loads the module"
_DEEPEST = 4
_READY = "ready"
_COMMANDS = "/management/commands/"


@dataclass(frozen=True, slots=True)
class _Import:
    """One statement that imports the module, with the function and conditions around it."""

    path: str
    line: int
    scope: FunctionRef | None
    tests: tuple[ast.expr, ...]
    node: ast.stmt


@answered_once
def loaded(index: Index, path: str) -> ChainLink:
    """Return whether starting Django imports the module at ``path``, and what imports it."""
    known = _by_itself(index, path)
    if known is not None:
        return known
    first = _first_hop(index, path)
    if first is not None:
        return first
    found = [_judged(index, item) for item in _imports(index, path)]
    for answer in ("unknown", "no"):
        best = next((link for link in found if link.answer == answer), None)
        if best is not None:
            return best
    named = next(importers(index, path), None)
    if named is not None:
        return ChainLink(ASKS, "unknown", f"{named} names it in a string", named)
    module = index.code.module(path)
    if index.code.survey.sources.locked:
        return ChainLink(ASKS, "unknown", "a file that cannot be read may import it", path, 1)
    says = f"nothing imports {module}: import it in the ready() of the app's AppConfig"
    return ChainLink(ASKS, "no", says, path, 1, "SG103")


def _first_hop(index: Index, path: str) -> ChainLink | None:
    """Return the first import on the shortest path from a module to one that Django loads itself.

    Importers are searched level by level: in a large project nearly every module leads to nearly
    every other one, on countless paths.
    """
    level: list[tuple[str, ChainLink | None]] = [(path, None)]
    seen = {path}
    for _ in range(_DEEPEST):
        above: list[tuple[str, ChainLink | None]] = []
        for at, first in level:
            for item in _imports(index, at):
                if not _runs_with_its_file(item):
                    link = _judged(index, item)
                    if link.answer == "yes":
                        return first or link
                    continue
                says = f"{item.path} imports it"
                begins = first or ChainLink(ASKS, "yes", says, item.path, item.line)
                if _starts(index, item):
                    return begins
                if item.path not in seen:
                    seen.add(item.path)
                    above.append((item.path, begins))
        level = above
    return None


def _runs_with_its_file(item: _Import) -> bool:
    return item.scope is None and not item.tests


def _starts(index: Index, item: _Import) -> bool:
    known = _by_itself(index, item.path)
    return known is not None and known.answer == "yes"


def _by_itself(index: Index, path: str) -> ChainLink | None:
    name = path.rpartition("/")[2]
    around = [app for app in apps_of(index.code).found if path.startswith(f"{app.path}/")]
    app = max(around, key=lambda one: len(one.path), default=None)
    if app is not None and app.installed is False:
        return None
    if in_models_module(path):
        return ChainLink(ASKS, "yes", "Django imports the models of installed apps", path, 1)
    if app is not None and path in (f"{app.path}/apps.py", f"{app.path}/__init__.py"):
        return ChainLink(ASKS, "yes", "Django imports it with the app", path, 1)
    if name == "admin.py" and "django.contrib.admin" in apps_of(index.code).settings.seen:
        return ChainLink(ASKS, "yes", "Django's admin imports it", path, 1)
    if name == "urls.py":
        return ChainLink(ASKS, "yes", "Django imports it with the first request", path, 1)
    return None


@answered_once
def _imports(index: Index, path: str) -> tuple[_Import, ...]:
    module = index.code.module(path)
    needle = module.rpartition(".")[2].encode("utf-8", "surrogateescape")
    return tuple(
        item
        for other in index.containing(needle)
        if other != path
        for item in _imports_in(index.code, other, module, needle)
    )


def _imports_in(code: Codebase, path: str, module: str, needle: bytes) -> Iterator[_Import]:
    wanted = (ast.Import, ast.ImportFrom)
    for chunk in importing_chunks(code.outline(path), needle):
        stmts = code.parsed(path, chunk)
        for item in scoped(code, path, stmts, wanted=wanted):
            node = item.node
            if not isinstance(node, (ast.Import, ast.ImportFrom)):
                continue
            names = (
                [alias.name for alias in node.names]
                if isinstance(node, ast.Import)
                else [name for _, name in code.imported(path, node)]
            )
            if any(f"{name}.".startswith(f"{module}.") for name in names):
                around = _tests(stmts if item.scope is None else (item.scope.node,), node)
                yield _Import(path, node.lineno, item.scope, around, node)


def _tests(roots: Iterable[ast.AST], node: ast.stmt) -> tuple[ast.expr, ...]:
    for root in roots:
        around = path_to(root, node)
        if around:
            return tuple(one.test for one in around if isinstance(one, ast.If))
    return ()


def _judged(index: Index, item: _Import) -> ChainLink:
    def link(answer: Answer, says: str) -> ChainLink:
        return ChainLink(ASKS, answer, says, item.path, item.line)

    if item.scope is not None and _is_cut_off(item.scope.node, item.node):
        return link("no", f"{item.scope.qualname}() returns before it imports it")
    if any(isinstance(test, ast.Constant) and not test.value for test in item.tests):
        return link("no", "the import is under a condition that is never true")
    texts = [ast.unparse(test) for test in item.tests]
    if any(text.rpartition(".")[2] == "TYPE_CHECKING" for text in texts):
        return link("no", "the import under TYPE_CHECKING is for type checkers and never runs")
    if _COMMANDS in f"/{item.path}":
        return link("no", "only a management command imports it")
    if item.scope is None:
        if texts and _starts(index, item):
            return link("unknown", _only(texts))
        # A view or a command may be loaded in ways that reading does not see.
        return link(
            "unknown", f"{item.path} imports it, but it is not known what loads that module"
        )
    answer, says = _in_function(index, item)
    return link(answer, says) if answer != "yes" or not texts else link("unknown", _only(texts))


def _is_cut_off(root: ast.AST, wanted: ast.AST) -> bool:
    """Tell whether an earlier statement in a block around ``wanted`` leaves the function."""
    around = [root, *path_to(root, wanted), wanted]
    blocks = (
        block
        for node in around
        for name in ("body", "orelse", "finalbody")
        if isinstance(block := getattr(node, name, None), list)
    )
    for block in blocks:
        child = next((one for one in block if one in around), None)
        above = block[: block.index(child)] if child is not None else []
        if any(isinstance(one, (ast.Return, ast.Raise)) for one in above):
            return True
    return False


def _only(texts: list[str]) -> str:
    return f"it is imported only if {' and '.join(texts)}"


def _in_function(index: Index, item: _Import) -> tuple[Answer, str]:
    scope = item.scope
    if scope is None:
        return "yes", f"{item.path} imports it"
    for one in unrun_starts(index.code):
        if one.path == item.path and one.node in (scope.node, scope.cls):
            return "no", one.says
    apps = [
        app for app in apps_of(index.code).found for one in app.configs if one.path == item.path
    ]
    if scope.cls is None:
        return "unknown", f"it is imported when {scope.qualname}() is called"
    owner = scope.cls.name
    app = next((app for app in apps if owner in {one.name for one in app.configs}), None)
    if app is None:
        return "unknown", f"it is imported when {scope.qualname}() is called"
    if scope.name != _READY:
        says = f"{owner}.{scope.name}() is not ready(), so Django does not call it itself"
        return "unknown", says
    if app.installed is False:
        return "no", f"{owner}.ready() imports it, but the app is not installed"
    if app.config is None:
        return (
            "unknown",
            f"{owner}.ready() imports it, but it is not known which AppConfig Django uses",
        )
    if (app.config.name, app.config.path) != (owner, item.path):
        return "no", f"{owner}.ready() imports it, but Django uses {app.config.name}"
    return "yes", f"{owner}.ready() imports it"
