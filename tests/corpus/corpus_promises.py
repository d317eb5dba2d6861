"""What must hold for the files of a project after a run, judged without any help from the code that is judged."""

from __future__ import annotations

import ast
import warnings
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from corpus_tree import Tree

    from signalgen.values.project import Project, Registration

_IMPORTS = (ast.Import, ast.ImportFrom)


def parses(data: bytes) -> bool:
    """Tell whether the running Python reads ``data``."""
    return _tree(data) is not None


def _tree(data: bytes) -> ast.Module | None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return ast.parse(data)
        except (SyntaxError, ValueError):
            return None


def broken_files(before: Tree, after: Tree) -> list[str]:
    """Return the written Python files that do not parse although they did before, or are new."""
    found = []
    for path, kept in after.files.items():
        old = before.files.get(path)
        if not path.endswith(".py") or (old is not None and old.data == kept.data):
            continue
        if not parses(kept.data) and (old is None or parses(old.data)):
            found.append(f"{path}: does not parse")
    return found


def lost_bytes(before: Tree, after: Tree) -> list[str]:
    """Return the places where a run did more than add to what a person wrote."""
    found = []
    for path, kept in before.files.items():
        new = after.files.get(path)
        if new is None:
            found.append(f"{path}: gone")
        elif new.data != kept.data:
            found += [f"{path}: {place}" for place in not_only_added(kept.data, new.data)]
    return found


def not_only_added(old: bytes, new: bytes) -> Iterator[str]:
    """Yield the first line of ``old`` that has lost its place in ``new``; an import statement may be wrapped and take more names."""
    rest = iter(_units(new))
    for line, unit in _units(old):
        if not any(_is_kept(unit, other) for _, other in rest):
            yield f"line {line}: {unit!r} is gone"
            return


def _units(data: bytes) -> list[tuple[int, bytes]]:
    """Return the lines with their numbers, those of one import statement together."""
    lines = data.splitlines()
    tree = _tree(data)
    last = 0
    found: list[tuple[int, bytes]] = []
    spans = (
        {n.lineno: n.end_lineno or n.lineno for n in ast.walk(tree) if isinstance(n, _IMPORTS)}
        if tree
        else {}
    )
    for number, text in enumerate(lines, 1):
        if number <= last:
            continue
        last = max(spans.get(number, number), number)
        found.append((number, b"\n".join([text, *lines[number:last]])))
    return found


def _is_kept(old: bytes, new: bytes) -> bool:
    return old == new or (
        old.split()[:2] == new.split()[:2] and _is_import(old) and _is_within(old, new)
    )


def _is_import(text: bytes) -> bool:
    return text.lstrip().startswith((b"import ", b"from "))


def _is_within(old: bytes, new: bytes) -> bool:
    rest = iter(new)
    return all(byte in rest for byte in old if byte not in b" \n\r\t()")


def lost_registrations(before: Project, after: Project, added: int) -> list[str]:
    """Return the receivers that are gone or stand in another order, and a wrong count of new ones."""
    found = []
    old, new = _by_path(before), _by_path(after)
    for path, registered in old.items():
        rest = iter(new.get(path, []))
        found += [f"{path}: {one[0]} lost its place" for one in registered if one not in rest]
    more = sum(map(len, new.values())) - sum(map(len, old.values()))
    if more < added:
        found.append(f"{more} new receivers instead of {added}")
    models = Counter(model.label for app in before.apps for model in app.models)
    if models != Counter(model.label for app in after.apps for model in app.models):
        found.append("other models than before")
    return found


def _by_path(project: Project) -> dict[str, list[tuple[object, ...]]]:
    found: dict[str, list[tuple[object, ...]]] = {}
    for app in project.apps:
        for item in app.registrations:
            found.setdefault(item.path, []).append(_identity(item))
    return found


def _identity(item: Registration) -> tuple[object, ...]:
    return (item.function, item.signals, item.senders, item.dispatch_uid)
