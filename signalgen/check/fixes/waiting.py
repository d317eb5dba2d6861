"""Fixes that defer a call until the commit: ``transaction.on_commit(partial(task.delay, …))``.

``waiting_fix`` and ``removing_fix`` are the entries.
"""

from __future__ import annotations

import ast
from itertools import pairwise
from typing import TYPE_CHECKING

from signalgen.dotted import dotted
from signalgen.facts.tasks import ANYWHERE
from signalgen.flow.function.guards import path_to
from signalgen.flow.function.naming import assigned_values
from signalgen.flow.function.signature import MODEL_SIGNALS, ROWS, all_parameters, names_of
from signalgen.flow.function.wrapping import decorators_above, is_wrapped
from signalgen.index.reading.resolving import binds, resolve
from signalgen.index.reading.walking import walk
from signalgen.late import pattern
from signalgen.rewriting import edits_to_wait
from signalgen.source.reading import FORMATTED
from signalgen.values.check import Fix, TextEdit
from signalgen.values.fragment import ImportNeed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.flow.reach.reach import Reached
    from signalgen.index import Index
    from signalgen.values.index import FunctionRef, Receiver

_IMPORTS = (ImportNeed("functools", "partial"), ImportNeed("django.db", "transaction"))
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)
_FRESH = frozenset({"str", "int", "float", "bool", "len", "repr"})
_COLLECTING = frozenset({"list", "tuple", "sorted"})
_SCALARS = ("created", "raw", "action", "reverse", "using")
_KEY = pattern(r"^(?:pk|id|\w+_id)$")
# Before a save there may be no transaction to wait for (SG801).
_WRITTEN = ROWS - {MODEL_SIGNALS + "pre_save"}


def waiting_fix(index: Index, receiver: Receiver, item: Reached) -> Fix | None:
    """Return the fix for a task queued at once, None if deferring might change more than the time.

    ``partial`` evaluates the arguments at the call, so they only have to be values that do not
    change afterwards.
    """
    call = item.call
    if (
        not isinstance(call.func, ast.Attribute)
        or call.func.attr not in ANYWHERE
        or not dotted(call.func)
    ):
        return None
    if not all(_is_settled(receiver.function, value) for value in _given(call)):
        return None
    return _fix(index, receiver, item, "queue the task after the commit", safe=True)


def removing_fix(index: Index, receiver: Receiver, item: Reached) -> Fix | None:
    """Return the fix for a file removed at once: ``partial`` keeps the file's current name.

    It is unsafe: code right after the deletion still finds the file. A file field's ``delete()``
    that also saves its row is not changed.
    """
    call = item.call
    odd = (ast.NamedExpr, ast.Await, ast.Yield, ast.YieldFrom)
    if any(isinstance(node, odd) for value in _given(call) for node in walk(value)):
        return None
    return _fix(index, receiver, item, "remove the file after the commit", safe=False)


def _given(call: ast.Call) -> list[ast.expr]:
    return [*call.args, *(keyword.value for keyword in call.keywords)]


def _fix(
    index: Index, receiver: Receiver, item: Reached, message: str, *, safe: bool
) -> Fix | None:
    """Return the fix that passes a call to ``on_commit``, None if unsure."""
    function, call = receiver.function, item.call
    if not isinstance(function.node, ast.FunctionDef) or not _is_plain(receiver):
        return None
    if not _is_statement(index, function, call):
        return None
    if any(_is_taken(index, function, need) for need in _IMPORTS):
        return None
    using = _using(function)
    if using is None:
        return None
    edits = tuple(_edits(index, function.path, call, using))
    whole = index.code.place(function.path, call)
    needs = _IMPORTS if any("partial(" in edit.new for edit in edits) else _IMPORTS[1:]
    return Fix(message, edits, safe, needs, statement=(whole.start, whole.end))


def _is_plain(receiver: Receiver) -> bool:
    wrapped = is_wrapped(receiver) or bool(decorators_above(receiver))
    return all(signal in _WRITTEN for signal in receiver.signals) and not wrapped


def _is_statement(index: Index, function: FunctionRef, call: ast.Call) -> bool:
    path = path_to(function.node, call)
    if (
        len(path) < 3
        or not isinstance(path[-2], ast.Expr)
        or any(isinstance(n, _SCOPES) for n in path[1:])
    ):
        return False
    for parent, child in pairwise(path):
        # By attribute, not by class: TryStar came with Python 3.11.
        catching = getattr(parent, "handlers", []) and any(
            stmt is child for stmt in getattr(parent, "body", ())
        )
        if catching:
            return False
        if isinstance(parent, (ast.With, ast.AsyncWith)) and not all(
            _is_atomic(index, function, entered.context_expr) for entered in parent.items
        ):
            return False
    return True


def _is_atomic(index: Index, function: FunctionRef, node: ast.expr) -> bool:
    written = dotted(node.func) if isinstance(node, ast.Call) else ""
    return resolve(index.code, function.path, written, function) == "django.db.transaction.atomic"


def _is_settled(
    function: FunctionRef, node: ast.expr, depth: int = 0, seen: set[str] | None = None
) -> bool:
    """Tell whether an expression's value certainly never changes once it is evaluated.

    ``seen`` are the names already found to be settled.
    """
    seen = set() if seen is None else seen
    if isinstance(node, (ast.Constant, ast.Compare, *FORMATTED)):
        return not any(
            isinstance(part, (ast.NamedExpr, ast.Await, ast.Yield)) for part in walk(node)
        )
    if isinstance(node, ast.Attribute):
        # A key of a row stays; any other attribute may be assigned later.
        return bool(_KEY.match(node.attr)) and bool(dotted(node))
    if isinstance(node, ast.Name):
        return _is_settled_name(function, node.id, depth, seen)
    if isinstance(node, ast.Call):
        return _is_settled_call(function, node)
    if isinstance(
        node,
        (ast.Tuple, ast.List, ast.Set, ast.Dict, ast.BoolOp, ast.IfExp, ast.BinOp, ast.UnaryOp),
    ):
        parts = [part for part in ast.iter_child_nodes(node) if isinstance(part, ast.expr)]
        whole = not isinstance(node, ast.Dict) or None not in node.keys
        return whole and all(_is_settled(function, part, depth, seen) for part in parts)
    return False


def _is_settled_name(function: FunctionRef, name: str, depth: int, seen: set[str]) -> bool:
    """Tell whether a name is a plain value of the signal, or a local with one settled value."""
    if name in seen:
        return True
    seen.add(name)
    values = list(assigned_values(function, name))
    stored = [
        node
        for node in walk(function.node)
        if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Store)
    ]
    if not stored:
        return any(name in names_of(function, argument) for argument in _SCALARS)
    parameter = any(item.arg == name for item in all_parameters(function))
    plain = len(stored) == len(values) == 1 and not parameter
    displays = (ast.List, ast.Set, ast.Dict)  # a named object can be changed
    collected = plain and isinstance(values[0], ast.Call) and dotted(values[0].func) in _COLLECTING
    settled = (
        plain and not collected and not any(isinstance(part, displays) for part in walk(values[0]))
    )
    return settled and depth < 5 and _is_settled(function, values[0], depth + 1, seen)


def _is_settled_call(function: FunctionRef, node: ast.Call) -> bool:
    name = dotted(node.func)
    if binds(function, name) or node.keywords or len(node.args) != 1:
        return False
    argument = node.args[0]
    if name in _COLLECTING:
        return isinstance(argument, ast.Name) and argument.id in names_of(function, "pk_set")
    odd = (ast.NamedExpr, ast.Await, ast.Yield, ast.YieldFrom, ast.Starred)
    return name in _FRESH and not any(isinstance(part, odd) for part in walk(argument))


def _is_taken(index: Index, function: FunctionRef, need: ImportNeed) -> bool:
    return binds(function, need.bound) or need.bound in index.code.local_imports(function)


def _using(function: FunctionRef) -> str | None:
    kwargs = function.node.args.kwarg
    named = any(item.arg == "using" for item in all_parameters(function))
    name = "using" if named else kwargs.arg if kwargs is not None else ""
    for node in walk(function.node):
        if isinstance(node, ast.Name) and node.id == name and not isinstance(node.ctx, ast.Load):
            return None
        if (
            not named
            and isinstance(node, ast.Attribute)
            and dotted(node) in (f"{name}.pop", f"{name}.clear")
        ):
            return None
    # The parameter is in reach; without it, `kwargs` may have the database.
    if named or not name:
        return name
    return f'{name}.get("using")'


def _edits(index: Index, path: str, call: ast.Call, using: str) -> Iterator[TextEdit]:
    whole, text = index.code.place(path, call), index.code.outline(path).text
    written = text.data[whole.start : whole.end].decode(text.encoding)
    # Edits count in characters of the call's text; a file's edits in bytes.
    for edit in edits_to_wait(written, using=using):
        start, end = (
            whole.start + len(written[:offset].encode(text.encoding))
            for offset in (edit.start, edit.end)
        )
        yield TextEdit(path, start, end, edit.text)
