"""Whether an AppConfig already imports a module: ``is_loaded(...)``. Nothing is run.

``sometimes(...)`` finds an import that depends on a condition.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from signalgen.late import pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.merge.modules import ModulePlace
    from signalgen.values.fragment import ReadyHook
    from signalgen.values.source import Call, ClassDef, Import, Module

_OWN_NAME = pattern(
    r"\{?\s*(?:self\.name|self\.__module__\.rpartition\('\.'\)\[0\]|self\.module\.__name__|"
    r"__package__|cls\.name)\s*(?:!s)?\}?"
)
_RETURN = pattern(r"^[ \t]+return\b", re.MULTILINE)
_STRING = pattern(r"""[rRuUbBfF]*(?P<quote>'''|\"\"\"|'|")(?P<text>.*)(?P=quote)""", re.DOTALL)


def is_loaded(module: Module, hook: ReadyHook, place: ModulePlace) -> bool:
    """Return whether importing the file and calling ``ready()`` imports the hook's module.

    An import under a condition in ``ready()`` counts: the condition is the user's decision. A lazy
    import does not: nothing is loaded until one of its names is used.
    """
    return bool(_importing(module, hook, place)) or _is_called_for(module, hook, place)


def sometimes(module: Module, hook: ReadyHook, place: ModulePlace) -> Import | None:
    """Return the import of the hook's module that depends on a condition.

    None if another import always runs, or anything else loads the module.
    """
    found = _importing(module, hook, place)
    if not found or _is_called_for(module, hook, place):
        return None
    return None if any(not _is_doubtful(module, one) for one in found) else found[0]


def _is_doubtful(module: Module, statement: Import) -> bool:
    # Under ``if``, or below an ``if`` that may return.
    if statement.guard in ("if", "other"):
        return True
    around = (f for f in module.functions if f"{f.scope}.{f.name}".lstrip(".") == statement.scope)
    return any(
        above.span.end <= statement.span.start
        and above.kind == "if_statement"
        and _RETURN.search(module.text(above.span)) is not None
        for function in around
        for above in function.statements
    )


def _importing(module: Module, hook: ReadyHook, place: ModulePlace) -> list[Import]:
    scopes = set(_scopes(module, hook.class_name))
    wanted = _wanted(hook, place)
    found = []
    for statement in module.imports:
        # ``try`` counts at module level, ``if`` does not: its condition may be false.
        reached = statement.scope in scopes or (
            not statement.scope and statement.guard in ("", "try")
        )
        waits = statement.is_lazy or statement.guard == "type_checking"
        if reached and not waits and _imports(statement, wanted, place):
            found.append(statement)
    return found


def _wanted(hook: ReadyHook, place: ModulePlace) -> frozenset[str]:
    return frozenset(place.absolute(name) for name in (hook.module, *hook.through))


def _is_called_for(module: Module, hook: ReadyHook, place: ModulePlace) -> bool:
    scopes = set(_scopes(module, hook.class_name))
    wanted = _wanted(hook, place)
    return any(
        _calls_for(call, hook, wanted, place)
        for call in module.calls
        if not call.scope or call.scope in scopes
    )


def _scopes(module: Module, class_name: str, seen: frozenset[str] = frozenset()) -> Iterator[str]:
    """Yield ``ready()`` and the methods that it calls on self, also in local bases."""
    own = class_at(module, class_name)
    if own is None or class_name in seen:
        return
    yield f"{class_name}.ready"
    for call in module.calls:
        if (
            call.scope == f"{class_name}.ready"
            and call.callee.startswith("self.")
            and call.callee.count(".") == 1
        ):
            yield f"{class_name}.{call.callee[5:]}"
    has_ready = any(f.scope == class_name and f.name == "ready" for f in module.functions)
    calls_base = any(
        call.scope == f"{class_name}.ready" and call.callee.endswith(".ready")
        for call in module.calls
    )
    # Its own ready() overrides that of the bases.
    if has_ready and not calls_base:
        return
    for base in own.bases:
        yield from _scopes(module, base, seen | {class_name})


def class_at(module: Module, name: str) -> ClassDef | None:
    """Return the top-level class ``name``, None if there is none or more than one."""
    found = [
        c for c in module.classes if c.name == name and not c.scope and c.guard != "type_checking"
    ]
    return found[0] if len(found) == 1 else None


def _imports(statement: Import, wanted: frozenset[str], place: ModulePlace) -> bool:
    base = place.absolute(statement.module)
    return _is_in(base, wanted) or any(f"{base}.{item.name}" in wanted for item in statement.names)


def _is_in(module: str, wanted: frozenset[str]) -> bool:
    """Return whether importing ``module`` imports one of ``wanted`` (itself or its package)."""
    parts = module.split(".")
    return any(".".join(parts[:length]) in wanted for length in range(1, len(parts) + 1))


def _calls_for(call: Call, hook: ReadyHook, wanted: frozenset[str], place: ModulePlace) -> bool:
    name = call.callee.rpartition(".")[2]
    texts = [argument.text for argument in call.arguments if argument.keyword in (None, "name")]
    # ``autodiscover_modules("signals")`` imports that module of every app.
    if name == "autodiscover_modules":
        return any(f"{hook.package}.{_string(text, hook)}" in wanted for text in texts)
    if name not in ("import_module", "__import__") or not texts:
        return False
    asked = _string(texts[0], hook)
    if asked.startswith("."):
        asked = hook.package + "." + asked.lstrip(".")
    return _is_in(place.absolute(asked), wanted)


def _string(text: str, hook: ReadyHook) -> str:
    """Return the value of a string expression, with the app's own name filled in."""
    parts = []
    for part in re.split(r"\s*\+\s*", _percent(text)):
        found = _STRING.fullmatch(part.strip())
        parts.append(_OWN_NAME.sub(hook.package, found["text"] if found else part))
    return "".join(parts).strip()


def _percent(text: str) -> str:
    found = re.fullmatch(r"(.*?)\s*%\s*\(?\s*(self\.name|__package__)\s*,?\s*\)?", text, re.DOTALL)
    return found[1].replace("%s", "{" + found[2] + "}") if found else text
