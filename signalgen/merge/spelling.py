"""The style of a file's hooks (relative, lint comment, annotations): ``hook_line(...)``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from signalgen.late import dataclass, pattern
from signalgen.merge import edits

if TYPE_CHECKING:
    from collections.abc import Sequence

    from signalgen.merge.modules import ModulePlace
    from signalgen.values.fragment import ReadyHook
    from signalgen.values.source import ClassDef, Import, Module, Statement

_LINT = pattern(r"#.*(?:noqa|pylint:|flake8|type:\s*ignore|isort:)", re.IGNORECASE)
_BASE_READY = pattern(r"(?:super\([^()]*\)|[\w.]+)\.ready\((?:self)?\)$")
_DEFAULT = "# noqa: F401"


@dataclass(frozen=True, slots=True)
class HookLine:
    """The import line of a hook, without indentation and line end, and its parts for sorting."""

    text: str
    is_from: bool
    module: str
    name: str
    typed: bool = False


def hook_line(module: Module, hook: ReadyHook, place: ModulePlace) -> HookLine:
    """Return the line that imports the hook's module, in the style of the file's other hooks."""
    siblings = _siblings(module, hook, place)
    comment = lint_comment(module, siblings)
    tail = f"  {comment}" if comment else ""
    head, _, name = hook.module.rpartition(".")
    absolute = HookLine(
        f"import {hook.module}{tail}", is_from=False, module=hook.module, name="", typed=hook.typed
    )
    # The first sibling sets the style: ``import a.b`` or ``from a import b``, dotted or not.
    if not head or (siblings and not siblings[0].is_from):
        return absolute
    source = head
    own = f"{hook.module}.".startswith(f"{hook.package}.")
    dotted = siblings[0].module.startswith(".") if siblings else hook.relative
    if own and dotted:
        source = "." + head[len(hook.package) :].removeprefix(".")
    alias = ""
    # The short name is used already: bind the module under another one.
    if _is_taken(module, hook, name):
        alias = f"{hook.package.rpartition('.')[2]}_{name}"
        if _is_taken(module, hook, alias):
            return absolute
        alias = f" as {alias}"
    return HookLine(
        f"from {source} import {name}{alias}{tail}",
        is_from=True,
        module=source,
        name=name,
        typed=hook.typed,
    )


def _siblings(module: Module, hook: ReadyHook, place: ModulePlace) -> Sequence[Import]:
    found = [
        imp
        for imp in module.imports
        if imp.scope.endswith(".ready")
        and f"{place.absolute(imp.module)}.".startswith(f"{_root(hook, place)}.")
    ]
    return sorted(found, key=lambda imp: imp.scope != f"{hook.class_name}.ready")


def _root(hook: ReadyHook, place: ModulePlace) -> str:
    return place.absolute(hook.package).partition(".")[0]


def lint_comment(module: Module, siblings: Sequence[Import]) -> str:
    """Return the comment of the sibling hooks ("" if none); without siblings the usual one."""
    plain = 0
    for statement in siblings:
        comment = _comment_of(module, statement)
        if _LINT.match(comment):
            return comment
        plain += _only_loads(module, statement)
    return "" if plain else _DEFAULT


def _comment_of(module: Module, statement: Import) -> str:
    """Return the comment at the end of the statement's first or last line."""
    data = module.data
    first = edits.decode(module, statement.span.start, edits.line_end(data, statement.span.start))
    last = edits.decode(module, statement.span.end, edits.line_end(data, statement.span.end))
    # A comment after a parenthesized import may be on either line.
    for text in (last, first):
        _, hash_, comment = text.partition("#")
        if hash_:
            return f"#{comment}".strip()
    return ""


def _only_loads(module: Module, statement: Import) -> bool:
    """Return whether nothing uses what the statement imports, as with a hook."""
    names = [item.alias or item.name for item in statement.names] or [
        statement.alias or statement.module.partition(".")[0]
    ]
    rest = module.data[statement.span.end :].decode(module.encoding, "replace")
    return not any(
        re.search(rf"\b{re.escape(name)}\b(?!\s+import)", rest) for name in names if name != "*"
    )


def _is_taken(module: Module, hook: ReadyHook, name: str) -> bool:
    ready = f"{hook.class_name}.ready"
    if name in module.bound_names():
        return True
    local = [imp for imp in module.imports if imp.scope == ready]
    bound = {item.alias or item.name for imp in local for item in imp.names}
    bound |= {a.target for a in module.assignments if a.scope == ready}
    return name in bound or any(
        name == (imp.alias or imp.module) for imp in local if not imp.is_from
    )


def calls_base_ready(module: Module, item: Statement) -> bool:
    """Return whether a statement is ``super().ready()`` or the like."""
    text = "".join(module.text(item.span).split())
    return item.kind == "expression_statement" and _BASE_READY.match(text) is not None


def new_ready(module: Module, owner: ClassDef, line: HookLine, indent: str) -> str:
    """Return the lines of a new ready() for the class."""
    deeper = indent + module.indent
    returns = " -> None" if _is_annotated(module, owner, typed=line.typed) else ""
    # AppConfig.ready() does nothing, but that of another base may.
    plain = all(base.rpartition(".")[2] == "AppConfig" for base in owner.bases) and owner.bases
    first = "" if plain else f"{deeper}super().ready()\n"
    return f"{indent}def ready(self){returns}:\n{first}{deeper}{line.text}\n"


def _is_annotated(module: Module, owner: ClassDef, *, typed: bool) -> bool:
    methods = [f for f in module.functions if f.scope == owner.name]
    others = methods or [f for f in module.functions if f.name != "__init__"]
    return any(f.returns is not None for f in others) if others else typed
