"""Whether a function accepts the arguments of a call: ``misfit``."""

from __future__ import annotations

import ast
from difflib import get_close_matches
from typing import TYPE_CHECKING

from signalgen.facts.tasks import LIBRARIES
from signalgen.index.memo import answered_once
from signalgen.index.tasks import is_made_plainly, not_passed

if TYPE_CHECKING:
    from signalgen.flow.handing.passing import Handing
    from signalgen.index import Index
    from signalgen.values.index import FunctionRef

_CLASS_OF_TASKS = b"task_cls"


def misfit(index: Index, given: Handing) -> str:
    """Return why the function does not accept the arguments, empty if it may.

    A decorator may change what a function takes, so that only bare functions and tasks that have
    no decorator but their library's are judged.
    """
    target = given.target
    if isinstance(target.node, ast.Lambda) or not _is_plain(index, given):
        return ""
    positional, words, optional = _takes(target)
    starred = any(isinstance(value, ast.Starred) for value in given.values)
    if given.library is not None and given.library.by_keyword and given.values:
        return f"is passed a value without its name, which {given.library.whose} queue drops"
    names = [name for name, _ in given.words]
    arguments = target.node.args
    unknown = [name for name in names if name not in {*positional, *words}]
    if unknown and arguments.kwarg is None:
        near = get_close_matches(unknown[0], [*positional, *words], n=1)
        return f"has no parameter {unknown[0]}" + (f" (it has {near[0]})" if near else "")
    if arguments.vararg is None and not starred and len(given.values) > len(positional):
        return f"takes {_count(len(positional))} and is given {len(given.values)}"
    filled = positional[: len(given.values)]
    twice = [name for name in names if name in filled]
    if twice and not starred:
        return f"is given {twice[0]} twice"
    missing = [name for name in [*positional, *words] if name not in {*filled, *names, *optional}]
    return f"is missing {', '.join(missing)}" if missing and given.whole else ""


def _is_plain(index: Index, given: Handing) -> bool:
    target = given.target
    if _at_top(index, target.path).get(target.name) != [target.node]:
        return False
    if given.library is not None:
        changed = given.library is LIBRARIES["celery"] and has_task_class(index)
        return is_made_plainly(target) and not changed
    return not getattr(target.node, "decorator_list", [])


@answered_once
def has_task_class(index: Index) -> bool:
    """Tell whether the project gives Celery's tasks a class, which may change what they take."""
    return any(_CLASS_OF_TASKS in index.code.data(path).lower() for path in index.paths)


@answered_once
def _at_top(
    index: Index, path: str
) -> dict[str, list[ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda]]:
    found: dict[str, list[ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda]] = {}
    for node in index.code.functions_at_top(path):
        found.setdefault(node.name, []).append(node)
    return found


def _takes(target: FunctionRef) -> tuple[list[str], list[str], set[str]]:
    """Return the positional parameters, the keyword-only ones, and those with a default."""
    arguments = target.node.args
    plain = [item.arg for item in (*arguments.posonlyargs, *arguments.args)]
    optional = set(plain[len(plain) - len(arguments.defaults) :])
    words = [item.arg for item in arguments.kwonlyargs]
    pairs = zip(words, arguments.kw_defaults, strict=True)
    optional |= {name for name, default in pairs if default is not None}
    hidden = not_passed(target)
    return (
        [name for name in plain if name not in hidden],
        [name for name in words if name not in hidden],
        optional,
    )


def _count(number: int) -> str:
    return "no arguments" if not number else f"{number} argument{'s' * (number > 1)}"
