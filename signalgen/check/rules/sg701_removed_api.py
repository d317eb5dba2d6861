"""Something that another version of Django removed, or does not have yet.

Flags
-----
`Signal(providing_args=…)`, removed in 4.0; `default_app_config`, without effect since 4.1 (an
info if Django finds that class by itself); `asend`, `asend_robust` and async receivers if the
target version is older than 5.0; an `asend` that is never awaited.

Why it matters
--------------
The first raises TypeError on import, the second leaves an app with a different AppConfig from the
one its author wrote, and a coroutine that is not awaited does nothing:
https://docs.djangoproject.com/en/stable/releases/4.0/#features-removed-in-4-0

Bad
---
```python
from django.dispatch import Signal

order_paid = Signal(providing_args=["order"])  # SG701
order_sent = Signal()


async def send(order):
    order_sent.asend(sender=type(order), order=order)  # SG701
# file: shop/__init__.py
default_app_config = "shop.apps.ShopConfig"  # SG701
```

Good
----
```python
from django.dispatch import Signal

order_paid = Signal()  # order
order_sent = Signal()


async def send(order):
    await order_sent.asend(sender=type(order), order=order)
```

Stays silent when
-----------------
- the target version still has it;
- it is under a condition or in a `try`, as in code for several versions;
- `default_app_config` names a class elsewhere, and no settings of the project list the app by its
  package;
- the signal is made by a class or a factory of the project;
- the coroutine is kept, returned or passed on.

Known misses
------------
- signals without a name; coroutines that are kept and then forgotten.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from signalgen.check.engine.rule import Found, Rule
from signalgen.flow.connections.senders import MODEL_SIGNAL_CLASS, SIGNAL_CLASSES, literal, made_by
from signalgen.flow.function.guards import in_try, is_guarded, path_to
from signalgen.flow.function.signature import short
from signalgen.flow.function.wrapping import is_wrapped
from signalgen.index.reading.resolving import bases, find_class
from signalgen.late import pattern
from signalgen.values.check import Fix, TextEdit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.index import Index
    from signalgen.values.index import FunctionRef, SignalDef

_CONFIG = "default_app_config"
_METADATA = ("setup.py", "setup.cfg", "pyproject.toml")
_ENTRIES = pattern(r"entry[_-]points")
_APP_CONFIG = frozenset({"django.apps.AppConfig", "django.apps.config.AppConfig"})


def check(index: Index) -> Iterator[Found]:
    """Yield what the target version no longer has, or does not have yet."""
    yield from _providing_args(index)
    yield from _app_configs(index)
    yield from _sends(index)
    yield from _async_receivers(index)


def _is_before(index: Index, version: tuple[int, int]) -> bool:
    # An unknown target version counts as a current one.
    return index.django is not None and index.django < version


def _providing_args(index: Index) -> Iterator[Found]:
    if _is_before(index, (4, 0)):
        return
    for made in index.signal_definitions():
        given = _listed(made.call)
        if given is None or _is_conditional(index, made):
            continue
        if made_by(index, made) in SIGNAL_CLASSES | {MODEL_SIGNAL_CLASS}:
            yield Found(
                path=made.path,
                node=made.call,
                message="Signal() does not take providing_args since Django 4.0",
                hint="drop it; a comment can say what is sent",
                context=made.name,
                fix=_without(index, made, given),
            )


def _listed(call: ast.Call) -> ast.expr | None:
    """Return the ``providing_args`` of a call, by keyword or as the first positional list."""
    for word in call.keywords:
        if word.arg == "providing_args":
            return word.value
    first = call.args[0] if call.args else None
    return first if isinstance(first, (ast.List, ast.Tuple, ast.Set)) else None


def _is_conditional(index: Index, made: SignalDef) -> bool:
    if made.scope is not None:
        return is_guarded(made.scope, made.call) or in_try(made.scope, made.call)
    chunks = index.code.outline(made.path).chunks
    return not any(chunk.kind == "assign" and chunk.line == made.node.lineno for chunk in chunks)


def _without(index: Index, made: SignalDef, given: ast.expr) -> Fix | None:
    """Return the edit that drops the argument, None if a comment would go with it."""
    call, path = made.call, made.path
    start, end = index.code.place(path, call.func).end, index.code.place(path, call).end
    if b"#" in index.code.data(path)[start:end]:
        return None
    kept = [ast.unparse(item) for item in call.args if item is not given]
    kept += [
        f"{word.arg}={ast.unparse(word.value)}" for word in call.keywords if word.value is not given
    ]
    return Fix("drop providing_args", (TextEdit(path, start, end, f"({', '.join(kept)})"),))


def _app_configs(index: Index) -> Iterator[Found]:
    if _is_before(index, (4, 1)):
        return
    for path in index.containing(_CONFIG.encode()):
        chunks = index.code.outline(path).chunks if path.endswith("__init__.py") else ()
        for chunk in (item for item in chunks if item.kind == "assign" and item.name == _CONFIG):
            (stmt,) = index.code.parsed(path, chunk)
            name = literal(getattr(stmt, "value", None))
            is_found = _is_the_only_config(index, path, name)
            if not is_found and (name is None or not _is_left_to_django(index, path, name)):
                continue
            effect = (
                "which finds that class by itself"
                if is_found
                else "which may take another AppConfig"
            )
            yield Found(
                path=path,
                node=stmt,
                message=f"{_CONFIG} is ignored by Django since 4.1, {effect}",
                hint="drop it"
                if is_found
                else "name the class in INSTALLED_APPS, or set default = True in it",
                severity="info" if is_found else None,
                context=_CONFIG,
                fix=_dropped(index, path, stmt)
                if is_found and not _is_entry_point(index, path)
                else None,
            )


def _is_entry_point(index: Index, path: str) -> bool:
    """Tell whether metadata names the package: what loads its plugins may read the name."""
    module = re.escape(index.code.module(path).partition(".")[0])
    named = re.compile(rf"""[=:]\s*["']?{module}(?:\.[\w.]+)?\s*(?::|["'\n])""")
    texts = (index.code.survey.sources.config(name) for name in _METADATA)
    return any(_ENTRIES.search(text) and named.search(text) for text in texts)


def _is_left_to_django(index: Index, path: str, name: str) -> bool:
    """Tell whether settings list the package of an app, but not its AppConfig."""
    package = index.code.module(path).encode("utf-8", "surrogateescape")
    quoted = re.compile(rb"[\"']" + re.escape(package) + rb"[\"']")
    settings = [index.code.data(item) for item in index.containing(b"INSTALLED_APPS")]
    return any(quoted.search(data) for data in settings) and not any(
        name.encode() in data for data in settings
    )


def _is_the_only_config(index: Index, path: str, name: str | None) -> bool:
    """Tell whether Django finds the named AppConfig by itself: ``apps.py`` has no other one.

    An imported base counts as another one: it is a class in that module as well.
    """
    module, _, wanted = (name or "").rpartition(".")
    where = index.code.path(module)
    if where is None or module != f"{index.code.module(path)}.apps":
        return False
    outline = index.code.outline(where)
    classes = [item for item in outline.chunks if item.kind == "class"]
    chosen = [item.name for item in classes if b"default = True" in outline.source(item)]
    # ``default = True`` decides among several.
    if chosen:
        return chosen == [wanted]
    cls = find_class(index.code, f"{module}.{wanted}")
    names = index.code.bindings(where)
    imported = {item.target for item in names.bound.values() if item.target.endswith("Config")}
    return (
        [item.name for item in classes] == [wanted]
        and cls is not None
        and set(bases(index.code, cls)) <= _APP_CONFIG
        and imported <= _APP_CONFIG
        and not names.stars
    )


def _dropped(index: Index, path: str, stmt: ast.stmt) -> Fix:
    text = index.code.outline(path).text
    starts = (*text.starts, len(text.data))
    span = starts[stmt.lineno - 1], starts[stmt.end_lineno or stmt.lineno]
    return Fix(f"drop {_CONFIG}", (TextEdit(path, *span, ""),))


def _sends(index: Index) -> Iterator[Found]:
    for item in index.signal_calls():
        if not item.method.startswith("asend"):
            continue
        message, hint = "", ""
        if _is_before(index, (5, 0)) and not (
            item.scope is not None and _is_chosen(item.scope, item.call)
        ):
            message, hint = (
                f"signals have no {item.method} before Django 5.0",
                "use sync_to_async(signal.send)",
            )
        elif item.scope is not None and _is_dropped(item.scope, item.call):
            message, hint = (
                f"{item.method} of {short(item.signal)} is never awaited: nothing runs",
                "await it",
            )
        if message:
            name = item.scope.qualname if item.scope is not None else short(item.signal)
            yield Found(path=item.path, node=item.call, message=message, hint=hint, context=name)


def _is_chosen(scope: FunctionRef, call: ast.Call) -> bool:
    return is_guarded(scope, call) or in_try(scope, call)


def _is_dropped(scope: FunctionRef, call: ast.Call) -> bool:
    path = path_to(scope.node, call)
    return len(path) > 1 and isinstance(path[-2], ast.Expr)


def _async_receivers(index: Index) -> Iterator[Found]:
    if not _is_before(index, (5, 0)):
        return
    for receiver in index.receivers:
        function = receiver.function
        foreign = all(signal.startswith("celery.") for signal in receiver.signals)
        if (
            isinstance(function.node, ast.AsyncFunctionDef)
            and not is_wrapped(receiver)
            and not foreign
        ):
            yield Found(
                path=function.path,
                node=index.header(function),
                message=f"{function.name} is async: signals do not await receivers before Django "
                f"5.0, so it never runs",
                hint="make it a plain function, or wrap it in async_to_sync",
                context=function.qualname,
            )


RULE = Rule(
    "SG701",
    "removed-api",
    "error",
    on_project=check,
    fix="safe",
    safety="For `providing_args` and `default_app_config`. Where to await a coroutine is left to "
    "you.",
)
