"""The mail, requests, messages and cache deletes of a body that wait for the commit.

``effects_of(...)`` is the entry. A call that is a statement waits, as tasks do. A call stays in
place if its value is used, its errors are handled, or its arguments change before the commit.
"""

from __future__ import annotations

import ast
from itertools import pairwise
from typing import TYPE_CHECKING

from signalgen.dotted import dotted, root_name
from signalgen.facts import services
from signalgen.late import dataclass
from signalgen.plan.handlers.defer import Kept, calls, ends
from signalgen.syntax import parse_body
from signalgen.treewalk import all_nodes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

_WAITING = (
    services.MAIL,
    services.HTTP,
    services.REQUESTS,
    services.CHANNELS,
    services.MESSAGES,
    services.CACHE_DELETES,
)
_BLOCKS = (ast.For, ast.AsyncFor, ast.While)
Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Effects:
    """The ends of the calls that can wait, and the cache deletes that cannot.

    Rule SG101 reports the other calls that cannot.
    """

    waiting: frozenset[Place]
    kept: tuple[Kept, ...]


NO_EFFECTS = Effects(frozenset(), ())


def effects_of(text: str, name: Callable[[ast.expr], str]) -> Effects:
    """Return the effects of the body ``text``; ``name`` resolves an expression.

    Names are in the notation of ``facts.services``: ``requests.Session().post``.
    """
    found = {id(call.node): call for call in calls(text) if _leaves(call.node, name)}
    if not found:
        return Effects(frozenset(), ())
    tree = parse_body(text)
    by_end = {ends(call.node): call for call in found.values()}
    waiting, kept = set[Place](), list[Kept]()
    for path in _paths(tree, ()):
        node = path[-1]
        known = by_end.get(ends(node)) if isinstance(node, ast.Call) else None
        if known is None or not isinstance(node, ast.Call):
            continue
        why = _used(path) or _handled(path) or _altered(path) or _read_again(tree, node, name)
        if not why:
            waiting.add(ends(node))
        elif services.CACHE_DELETES.search(name(node.func)):
            kept.append(Kept(node, known.callee or ast.unparse(node.func), why))
    return Effects(frozenset(waiting), tuple(kept))


def _leaves(call: ast.Call, name: Callable[[ast.expr], str]) -> bool:
    func = call.func
    if isinstance(func, ast.Call) and dotted(func.func).endswith("async_to_sync") and func.args:
        # ``async_to_sync(layer.group_send)(…)``
        return bool(services.CHANNELS.search(name(func.args[0]) or dotted(func.args[0])))
    found = name(func)
    if not found or services.KEPT_OPEN.search(found) or services.CHANNELS.search(found):
        return False
    return any(pattern.search(found) for pattern in _WAITING)


def _paths(node: ast.AST, above: tuple[ast.AST, ...]) -> Iterator[tuple[ast.AST, ...]]:
    path = (*above, node)
    yield path
    for child in ast.iter_child_nodes(node):
        yield from _paths(child, path)


def _used(path: Sequence[ast.AST]) -> str:
    return "" if isinstance(path[-2], ast.Expr) else "its result is used"


def _handled(path: Sequence[ast.AST]) -> str:
    for parent, child in pairwise(path):
        if isinstance(parent, (ast.With, ast.AsyncWith)) and any(child is s for s in parent.body):
            opened = [item.context_expr for item in parent.items]
            if not all(_is_atomic(node) for node in opened):
                return f"it is inside `with {ast.unparse(opened[0])}`"
        # By attribute, not by class: TryStar came with Python 3.11.
        if getattr(parent, "handlers", None) or getattr(parent, "finalbody", None):
            return "it is inside a try statement"
        if isinstance(parent, ast.ExceptHandler):
            return "it is inside a try statement"
        for block in (getattr(parent, "body", ()), getattr(parent, "orelse", ())):
            if isinstance(block, list) and child in block:
                after = block[block.index(child) + 1 :]
                if any(isinstance(stmt, ast.Raise) for stmt in after):
                    return "an error follows it, which discards what waits for the commit"
    return ""


def _is_atomic(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and dotted(node.func).rpartition(".")[2] == "atomic"


def _altered(path: Sequence[ast.AST]) -> str:
    # A variable of the body may have another value by the time of the commit.
    call = path[-1]
    if not isinstance(call, ast.Call):
        return ""
    given = [*call.args, *(word.value for word in call.keywords)]
    held = {node.id for value in given for node in _handed_over(value)}
    if isinstance(call.func, ast.Attribute):
        held.add(root_name(call.func))
    tree = path[0]
    loop = next((node for node in reversed(path) if isinstance(node, _BLOCKS)), None)
    own = {name for name in held if _binding(tree, name)}
    for name in sorted(own):
        again = loop if loop is not None and not _binding(loop, name) else None
        if any(
            _alters(node, name) and (again is not None or ends_after(node, call))
            for node in ast.walk(again or tree)
        ):
            return f"{name} changes after it"
    return ""


def _handed_over(value: ast.expr) -> Iterator[ast.Name]:
    # The names whose objects are passed on themselves, not values made from them.
    if isinstance(value, ast.Name):
        yield value
    elif isinstance(value, ast.Starred):
        yield from _handed_over(value.value)
    elif isinstance(value, (ast.List, ast.Tuple, ast.Set)):
        for part in value.elts:
            yield from _handed_over(part)
    elif isinstance(value, ast.Dict):
        for part in value.values:
            yield from _handed_over(part)


def _binding(tree: ast.AST, name: str) -> bool:
    return any(
        isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Store)
        for node in all_nodes(tree)
    )


def _alters(node: ast.AST, name: str) -> bool:
    """Tell whether ``node`` changes the object ``name``: an item, an attribute, by a method."""
    if isinstance(node, (ast.Attribute, ast.Subscript)) and not isinstance(node.ctx, ast.Load):
        return root_name(node) == name
    if isinstance(node, ast.AugAssign):
        return root_name(node.target) == name
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return root_name(node.func) == name and node.func.attr in _CHANGING
    return False


_CHANGES = (
    "add append attach attach_alternative attach_file clear close discard extend insert pop "
    "popitem remove reverse setdefault sort update"
)
_CHANGING = frozenset(_CHANGES.split())


def ends_after(node: ast.AST, call: ast.Call) -> bool:
    """Tell whether ``node`` begins after ``call``."""
    line, column = getattr(node, "lineno", 0), getattr(node, "col_offset", 0)
    return (line, column) >= ends(call)


def _read_again(tree: ast.Module, call: ast.Call, name: Callable[[ast.expr], str]) -> str:
    # A deferred delete would remove values stored after it; a lock would stay until the commit.
    if not services.CACHE_DELETES.search(name(call.func)):
        return ""
    for node in all_nodes(tree):
        found = name(node.func) if isinstance(node, ast.Call) else ""
        if not services.CACHE_CALLS.search(found) or services.CACHE_DELETES.search(found):
            continue
        if ends_after(node, call) or not services.CACHE_READS.search(found):
            return f"{found.rpartition('.')[2]}() of the same body needs it at once"
    return ""
