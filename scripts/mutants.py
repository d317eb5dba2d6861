"""Breaks of generated code: for a module's text, every copy of it with one change that its tests must notice.

Naive code of recipes is in ``mutants_traps``.
"""

from __future__ import annotations

import ast
import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mutants_names import names
from mutants_traps import traps

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    Edit = Callable[[ast.AST], ast.AST | list[ast.stmt] | None]


@dataclass(frozen=True, slots=True)
class Mutant:
    """A module's text with one change, the function that it is in, and what was changed.

    ``change`` is the changed statement of the module where only what happens inside the function
    is another. ``lines`` are those of the statement in which it is, ``start`` the function's first.
    """

    kind: str
    function: str
    where: str
    path: str
    text: str
    change: str = ""
    lines: tuple[int, int] = (0, 0)
    start: int = 0


@dataclass(frozen=True, slots=True)
class Tried:
    """A mutant, and whether a test found it."""

    mutant: Mutant | None
    dead: bool


def mutants_of(path: str, text: str, others: Mapping[str, str] | None = None) -> Iterator[Mutant]:
    """Yield every mutant of one generated module; no two have the same text.

    What a task logs says that it is not written yet: it is there to be replaced. ``others`` says
    by which attribute the rows of a model know the primary key of another one.
    """
    tree = ast.parse(text)
    logs = _log_calls(tree) if path.endswith("tasks.py") else set()
    tasks = _tasks(tree)
    future = "from __future__ import annotations\n" if "import annotations" in text else ""
    texts = [ast.unparse(statement) for statement in tree.body]
    seen = {"\n".join(texts)}
    for place, statement in enumerate(tree.body):
        owners = _owners(statement)
        lines = _lines(statement)
        closed = {f for f in owners.values() if "super()" in ast.unparse(f)}
        for number, node in enumerate(ast.walk(statement)):
            function = owners.get(node)
            if function is None or node in logs:
                continue
            outside = node is function or any(
                node in ast.walk(part) for part in function.decorator_list
            )
            for kind, what, edit in _breaks(node, function, tasks, others or {}):
                changed = copy.deepcopy(statement)
                target = next(n for i, n in enumerate(ast.walk(changed)) if i == number)
                changed = ast.fix_missing_locations(_Replace(target, edit).visit(changed))
                code = ast.unparse(changed)
                broken = "\n".join([*texts[:place], code, *texts[place + 1 :]])
                if broken not in seen:
                    seen.add(broken)
                    where = (
                        f"line {getattr(node, 'lineno', function.lineno)}: {what or _said(node)}"
                    )
                    yield Mutant(
                        kind,
                        function.name,
                        where,
                        path,
                        broken,
                        "" if outside or function in closed else future + code,
                        lines.get(node, (function.lineno, function.end_lineno)),
                        min(n.lineno for n in (function, *function.decorator_list)),
                    )


def _said(node: ast.AST) -> str:
    code = isinstance(node, (ast.expr, ast.stmt))
    return ast.unparse(node).splitlines()[0] if code else ""


def _tasks(tree: ast.Module) -> frozenset[str]:
    """Return the names that the module imports from one of tasks."""
    return frozenset(
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").rpartition(".")[2] == "tasks"
        for alias in node.names
    )


def _lines(statement: ast.stmt) -> dict[ast.AST, tuple[int, int]]:
    """Return the first and last line of the innermost statement of each node."""
    found: dict[ast.AST, tuple[int, int]] = {}
    for inner in ast.walk(statement):
        if isinstance(inner, ast.stmt):
            found |= dict.fromkeys(ast.walk(inner), (inner.lineno, inner.end_lineno))
    return found


def _log_calls(tree: ast.Module) -> set[ast.AST]:
    calls = [
        n
        for n in ast.walk(tree)
        if isinstance(n, ast.Expr) and ast.unparse(n).startswith("logger.")
    ]
    return {part for call in calls for part in ast.walk(call)}


def config_mutants(path: str, text: str) -> Iterator[Mutant]:
    """Yield the AppConfig without its hook."""
    lines = [
        line for line in text.splitlines() if "noqa: F401" not in line or not line.startswith(" ")
    ]
    if len(lines) != len(text.splitlines()):
        yield Mutant(
            "hook removed", "ready", "ready()", path, "\n".join(lines) + "\n        pass\n"
        )


class _Replace(ast.NodeTransformer):
    """Puts what ``edit`` returns in the place of ``target``."""

    def __init__(self, target: ast.AST, edit: Edit) -> None:
        self._target = target
        self._edit = edit

    def visit(self, node: ast.AST):
        return self._edit(node) if node is self._target else self.generic_visit(node)


def _owners(statement: ast.stmt) -> dict[ast.AST, ast.FunctionDef | ast.AsyncFunctionDef]:
    """Return the outermost function of each node, docstrings and signatures left out."""
    found: dict[ast.AST, ast.FunctionDef | ast.AsyncFunctionDef] = {}
    for owner in statement.body if isinstance(statement, ast.ClassDef) else [statement]:
        if isinstance(owner, (ast.FunctionDef, ast.AsyncFunctionDef)):
            code = owner.body[1:] if ast.get_docstring(owner) is not None else owner.body
            found |= {
                node: owner for part in (*owner.decorator_list, *code) for node in ast.walk(part)
            }
            found[owner] = owner
    return found


def _breaks(
    node: ast.AST, function: ast.AST, tasks: frozenset[str], others: Mapping[str, str]
) -> Iterator[tuple[str, str, Edit]]:
    if node is function:
        if any(_is_receiver(d) for d in node.decorator_list):
            yield "**kwargs removed", "", _set("args", "kwarg", None)
        return
    if any(node in ast.walk(decorator) for decorator in function.decorator_list):
        yield from _decorator(node)
        return
    yield from names(node, function, tasks, others)
    for types, breaks in _BREAKS:
        if isinstance(node, types):
            yield from breaks(node)
    yield from traps(node, function)


def _is_receiver(decorator: ast.expr) -> bool:
    return isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "receiver"


_OTHER_SIGNAL = {
    "post_save": "pre_save",
    "pre_save": "post_save",
    "post_delete": "pre_delete",
    "pre_delete": "post_delete",
}


def _decorator(node: ast.AST) -> Iterator[tuple[str, str, Edit]]:
    """Break the registration, of ``@receiver(...)`` alone."""
    if not isinstance(node, ast.Call) or not _is_receiver(node):
        return
    for number, keyword in enumerate(node.keywords):
        if keyword.arg == "dispatch_uid":
            yield "dispatch_uid changed", "", _keyword(number, ast.Constant("other"))
            yield "dispatch_uid removed", "", _without_keyword(number)
        elif keyword.arg == "sender":
            yield "sender changed", "", _without_keyword(number)
    signals = node.args[0]
    if isinstance(signals, ast.List):
        for number in range(len(signals.elts)):
            yield (
                "signal changed",
                f"one of {len(signals.elts)} dropped",
                _pop("args", 0, "elts", number),
            )
    elif isinstance(signals, ast.Name) and signals.id in _OTHER_SIGNAL:
        yield "signal changed", "", _set("args", 0, "id", _OTHER_SIGNAL[signals.id])


def _if(node: ast.If) -> Iterator[tuple[str, str, Edit]]:
    guard = len(node.body) == 1 and isinstance(node.body[0], ast.Return) and not node.orelse
    if guard:
        yield "guard removed", "", lambda _node: ast.Pass()
    else:
        yield "branch emptied", "", _set("body", [ast.Pass()])
    yield "condition negated", "", _set("test", ast.UnaryOp(ast.Not(), node.test))
    if node.orelse and not (len(node.orelse) == 1 and isinstance(node.orelse[0], ast.If)):
        yield (
            "branch emptied",
            f"else of {ast.unparse(node).splitlines()[0]}",
            _set("orelse", [ast.Pass()]),
        )
        yield "branches swapped", "", lambda n: ast.If(n.test, n.orelse, n.body)


def _if_expression(node: ast.IfExp) -> Iterator[tuple[str, str, Edit]]:
    yield "condition negated", "", lambda n: ast.IfExp(n.test, n.orelse, n.body)


def _bool(node: ast.BoolOp) -> Iterator[tuple[str, str, Edit]]:
    for part in range(len(node.values)):
        text = ast.unparse(node.values[part])
        yield "part of a condition removed", f"{text} of {ast.unparse(node)}", _pop("values", part)
        negated = ast.UnaryOp(ast.Not(), node.values[part])
        yield "condition negated", f"{text} of {ast.unparse(node)}", _set("values", part, negated)


_NEAR = {ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt}


def _compare(node: ast.Compare) -> Iterator[tuple[str, str, Edit]]:
    other = _NEAR.get(type(node.ops[0]))
    if other is not None:
        yield "bound moved", "", _set("ops", 0, other())


def _expression(node: ast.Expr) -> Iterator[tuple[str, str, Edit]]:
    inner = node.value.value if isinstance(node.value, ast.Await) else node.value
    if isinstance(inner, ast.Call):
        yield "call removed", "", lambda _node: ast.Pass()


def _assign(node: ast.Assign) -> Iterator[tuple[str, str, Edit]]:
    if not all(isinstance(target, ast.Name) for target in node.targets):
        yield "assignment removed", "", lambda _node: ast.Pass()


def _try(node: ast.Try) -> Iterator[tuple[str, str, Edit]]:
    yield "error let through", "", lambda n: n.body


def _with(node: ast.With) -> Iterator[tuple[str, str, Edit]]:
    name = ast.unparse(node.items[0].context_expr)
    if name.startswith("transaction.atomic"):
        yield "savepoint removed", "", lambda n: n.body


def _raise(node: ast.Raise) -> Iterator[tuple[str, str, Edit]]:
    yield "refusal removed", "", lambda _node: ast.Pass()


def _call(node: ast.Call) -> Iterator[tuple[str, str, Edit]]:
    name = ast.unparse(node.func)
    if name.rpartition(".")[2] in ("on_commit", "run_after_commit") and node.args:
        yield "on_commit taken away", "", _at_once
    if isinstance(node.func, ast.Attribute) and node.func.attr == "using":
        yield "using dropped", "", lambda n: n.func.value
    first = 1 if name.endswith("partial") else 0
    for number, argument in enumerate(node.args[first:], first):
        callback = name.endswith("on_commit") or isinstance(
            argument, (ast.Starred, ast.GeneratorExp)
        )
        if not callback:
            where = f"{ast.unparse(argument)} of {name}(...)"
            yield "argument changed", where, _set("args", number, ast.Constant("changed"))
    for number, keyword in enumerate(node.keywords):
        where = f"{keyword.arg} of {name}(...)"
        if keyword.arg == "using":
            yield "using dropped", where, _without_keyword(number)
        elif name.rpartition(".")[2] in ("send", "asend", "send_robust", "asend_robust"):
            yield "sender's argument dropped", where, _without_keyword(number)
            yield "argument changed", where, _keyword(number, ast.Constant("changed"))
        elif keyword.arg is not None:
            yield "argument changed", where, _keyword(number, ast.Constant("changed"))


def _operation(node: ast.BinOp) -> Iterator[tuple[str, str, Edit]]:
    other = {ast.Add: ast.Sub, ast.Sub: ast.Add}.get(type(node.op))
    if other is not None:
        yield "operator changed", "", _set("op", other())


def _constant(node: ast.Constant) -> Iterator[tuple[str, str, Edit]]:
    if isinstance(node.value, bool):
        yield "constant changed", "", _set("value", not node.value)
    elif isinstance(node.value, (int, str)):
        yield (
            "constant changed",
            "",
            _set("value", node.value + (1 if isinstance(node.value, int) else "x")),
        )


_BREAKS = (
    (ast.If, _if),
    (ast.IfExp, _if_expression),
    (ast.BoolOp, _bool),
    (ast.Compare, _compare),
    (ast.Expr, _expression),
    (ast.Assign, _assign),
    (ast.Try, _try),
    ((ast.With, ast.AsyncWith), _with),
    (ast.Raise, _raise),
    (ast.Call, _call),
    (ast.BinOp, _operation),
    (ast.Constant, _constant),
)


def _set(*path: str | int | ast.AST | list | None) -> Edit:
    """Return an edit that sets what the names and numbers but the last lead to, to the last."""
    *way, last, value = path

    def edit(node: ast.AST) -> ast.AST:
        owner = _follow(node, way)
        if isinstance(last, int):
            owner[last] = value
        else:
            setattr(owner, last, value)
        return node

    return edit


def _pop(*path: str | int) -> Edit:
    """Return an edit that removes one element of a list; what one is left of stands for itself."""
    *way, last = path

    def edit(node: ast.AST) -> ast.AST:
        owner = _follow(node, way)
        owner.pop(last)
        return owner[0] if isinstance(node, ast.BoolOp) and len(owner) == 1 else node

    return edit


def _follow(node, way):
    for step in way:
        node = node[step] if isinstance(step, int) else getattr(node, step)
    return node


def _keyword(number: int, value: ast.expr) -> Edit:
    return _set("keywords", number, "value", value)


def _without_keyword(number: int) -> Edit:
    return _pop("keywords", number)


def _at_once(node: ast.Call) -> ast.Call:
    """Call what was to wait for the commit."""
    callback = node.args[0]
    if isinstance(callback, ast.Call) and ast.unparse(callback.func).endswith("partial"):
        return ast.Call(callback.args[0], callback.args[1:], callback.keywords)
    return ast.Call(callback, [], [])
