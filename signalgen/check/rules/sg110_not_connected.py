"""Code that looks like a registration and connects nothing.

Flags
-----
- `@receiver` without parentheses: it only calls `receiver` with the function, and connects nothing;
- `@receiver(post_save, Order)`: all arguments but the signal are passed by keyword;
- `@receiver(sender=Order)` and `@post_save.connect(sender=Order)`: the signal, or the receiver, is
  missing;
- `post_save(on_saved, sender=Order)`: the signal is called, not its `connect()`;
- `post_save.connect(on_saved(Order))`: the function is called, and its return value, None, is
  connected.

Why it matters
--------------
All but the first raise a TypeError as soon as the line runs, so Django does not start. The first
raises nothing, and its receiver never runs:
https://docs.djangoproject.com/en/stable/topics/signals/#connecting-receiver-functions

Bad
---
```python
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from shop.models import Order


@receiver(post_save, Order)  # SG110
def on_saved(sender, instance, **kwargs): ...


def on_deleted(sender, **kwargs):
    print(sender)


post_delete(on_deleted, sender=Order)  # SG110
post_delete.connect(on_deleted(Order))  # SG110


@receiver  # SG110
def on_change(sender, instance, **kwargs): ...
```

Good
----
```python
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from shop.models import Order


@receiver(post_save, sender=Order)
def on_saved(sender, instance, **kwargs): ...


def watch(kind):
    def on_deleted(sender, **kwargs):
        print(kind, sender)

    return on_deleted


post_delete.connect(watch("deleted"), sender=Order, weak=False)
```

Stays silent when
-----------------
- `receiver` or the signal is not Django's, or the signal is of a subclass, which may be callable;
- the called function may return something, is decorated, or is not in the project;
- the arguments come in `*args` or `**kwargs`.

Known misses
------------
- signals of packages that are called, and `receiver` under another name.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.check.engine.rule import Found, Rule
from signalgen.check.fixes.edits import before, replacing
from signalgen.dotted import dotted
from signalgen.facts.signals import BUILTIN
from signalgen.flow.connections.senders import is_plain, takes_lazy_sender
from signalgen.flow.function.signature import short
from signalgen.index.reading.given import argument, options
from signalgen.index.reading.resolving import find_function, resolve
from signalgen.index.reading.scopes import FUNCTIONS, scoped
from signalgen.index.reading.walking import own_nodes
from signalgen.index.reading.words import words_of
from signalgen.index.signals.receiving import is_receiver
from signalgen.late import pattern
from signalgen.values.check import Fix

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence
    from typing import TypeAlias

    from signalgen.index import Index
    from signalgen.index.reading.scopes import Scoped

    _Test: TypeAlias = "Callable[[bytes], bool]"

_CONNECTING = pattern(rb"\w\s*\.\s*connect\s*\(")
_DECORATED = pattern(rb"@[ \t]*(?:\w+\.)*receiver\b")
_CALLS = pattern(rb"(?<!def )\b(\w+)\(")
_DECORATORS = pattern(rb"@(?:\w+\.)*(\w+)\b")
_AS = pattern(rb" as (\w+)")
_LONGEST = 40
"""More characters than any name of a Django signal has."""
_YIELDS = (ast.Yield, ast.YieldFrom)


def check(index: Index) -> Iterator[Found]:
    """Yield what looks like a registration and connects nothing."""
    paths = index.containing(b"ignal", b"django.dispatch")
    for path, item in _likely(index, paths, _decorated, FUNCTIONS):
        for decorator in getattr(item.node, "decorator_list", ()):
            told = _receiving(index, path, item, decorator)
            if told is not None:
                yield _found(path, decorator, item, told)
    yield from _called(index, paths)
    for path, item in _likely(index, paths, _connected_to, (ast.Call,)):
        told = _connecting(index, path, item)
        if told is not None:
            yield _found(path, item.node, item, told)


def _decorated(data: bytes) -> _Test | None:
    """Return a predicate for the statements of a file that are decorated with `receiver`."""
    others = [b"@" + name for name in _renamed(data, (b"receiver",))]
    if b"receiver" not in data or not (others or _DECORATED.search(data)):
        return None
    return lambda source: (
        _DECORATED.search(source) is not None or any(one in source for one in others)
    )


def _connected_to(data: bytes) -> _Test | None:
    """Return a predicate for the statements of a file that connect something."""
    if b"connect" not in data or not _CONNECTING.search(data):
        return None
    return lambda source: b"connect" in source and _CONNECTING.search(source) is not None


def _renamed(data: bytes, words: Collection[bytes]) -> set[bytes]:
    """Return the names that a file gives imported ones: `post_save as saved`."""
    found = (
        (data[max(0, one.start() - _LONGEST) : one.start()], one[1]) for one in _AS.finditer(data)
    )
    return {
        name
        for before, name in found
        if before[before.rfind(b" ") + 1 :].lstrip(b"(,\t\n") in words
    }


def _likely(
    index: Index,
    paths: Sequence[str],
    wanted: Callable[[bytes], _Test | None],
    kinds: tuple[type[ast.AST], ...],
) -> Iterator[tuple[str, Scoped]]:
    """Yield the nodes of ``kinds`` in statements with ``wanted``: parsing all would take long."""
    code = index.code
    for path in paths:
        has = wanted(code.data(path))
        if has is None:
            continue
        outline = code.outline(path)
        for chunk in outline.chunks:
            if chunk.kind != "import" and has(outline.source(chunk)):
                for item in scoped(code, path, code.parsed(path, chunk), wanted=kinds):
                    yield path, item


def _found(
    path: str, node: ast.AST, item: Scoped, told: tuple[str, str] | tuple[str, str, Fix | None]
) -> Found:
    scope, own = item.scope, getattr(item.node, "name", "")
    context = own or (scope.qualname if scope is not None else "")
    fix = told[2] if len(told) > 2 else None
    return Found(path, node, told[0], told[1], context=context, fix=fix)


def _receiving(
    index: Index, path: str, item: Scoped, decorator: ast.expr
) -> tuple[str, str] | tuple[str, str, Fix | None] | None:
    if not isinstance(decorator, ast.Call):
        if not is_receiver(index.code, path, decorator, item.scope):
            return None
        name = getattr(item.node, "name", "")
        return (
            f"@{dotted(decorator)} without parentheses connects nothing: {name} is never called",
            "name the signal: @receiver(post_save, sender=…)",
        )
    if options(decorator) is not None or not is_receiver(
        index.code, path, decorator.func, item.scope
    ):
        return None
    if argument(decorator, "signal", 0) is None:
        return (
            f"{dotted(decorator.func)}() has no signal, which is a TypeError on import",
            "name it first: @receiver(post_save, sender=…)",
        )
    return _positional(index, path, item, decorator) if len(decorator.args) > 1 else None


def _positional(
    index: Index, path: str, item: Scoped, call: ast.Call
) -> tuple[str, str, Fix | None]:
    rest = call.args[1:]
    signals = [index.signals.named(path, one, item.scope) for one in call.args]
    message = f"{dotted(call.func)}() takes the signal and keyword arguments: this is a TypeError"
    if all(signals):
        joined = ", ".join(ast.unparse(one) for one in call.args)
        return message, f"put several signals in a list: [{joined}]", None
    taken = any(word.arg == "sender" for word in call.keywords)
    hint = f"say sender={ast.unparse(rest[0])}"
    if len(rest) > 1 or taken or signals[1]:
        return message, hint, None
    return message, hint, Fix("name the sender", (before(index, path, rest[0], "sender="),))


def _called(index: Index, paths: Sequence[str]) -> Iterator[Found]:
    names = {made.name for made in index.everything().signal_definitions()} | set(BUILTIN)
    words = {name.encode() for name in names}

    builtin = {name.encode() for name in BUILTIN}

    def are_called(data: bytes) -> _Test | None:
        # Not one pattern of all names: that would look for each of them at each place.
        known = (words | _renamed(data, builtin)) & words_of(data)
        openings = [word + b"(" for word in known]

        def test(source: bytes) -> bool:
            called = any(opening in source for opening in openings)
            return (called and not known.isdisjoint(_CALLS.findall(source))) or (
                not known.isdisjoint(_DECORATORS.findall(source))
            )

        return test if known and test(data) else None

    for path, item in _likely(index, paths, are_called, (ast.Call, *FUNCTIONS)):
        node = item.node
        if isinstance(node, FUNCTIONS):
            calls: list[ast.expr] = [
                one for one in node.decorator_list if not isinstance(one, ast.Call)
            ]
        else:
            calls = [node.func] if isinstance(node, ast.Call) else []
        for func in calls:
            signal = _signal(index, path, func, item)
            if signal:
                message = (
                    f"{short(signal)} is called, which is a TypeError: a signal is not callable"
                )
                hint = f"connect with {dotted(func)}.connect(…), send with {dotted(func)}.send(…)"
                place = func if isinstance(node, FUNCTIONS) else node
                fix = _connected(index, path, node) if isinstance(node, ast.Call) else None
                yield _found(path, place, item, (message, hint, fix))


def _signal(index: Index, path: str, func: ast.expr, item: Scoped) -> str:
    if not isinstance(func, (ast.Name, ast.Attribute)):
        return ""
    signal = index.signals.named(path, func, item.scope)
    known = signal and (is_plain(index, signal) or takes_lazy_sender(index, signal))
    return signal if known else ""


def _connected(index: Index, path: str, call: ast.Call) -> Fix | None:
    """Return ``.connect`` after the signal if a function of the project is passed."""
    handler = argument(call, "receiver", 0)
    written = dotted(handler)
    function = find_function(index.code, resolve(index.code, path, written)) if written else None
    if function is None or len(call.args) > 1:
        return None
    edit = replacing(index, path, call.func, f"{dotted(call.func)}.connect")
    return Fix("connect the receiver", (edit,), safe=False)


def _connecting(index: Index, path: str, item: Scoped) -> tuple[str, str] | None:
    call = item.node
    if (
        not isinstance(call, ast.Call)
        or not isinstance(call.func, ast.Attribute)
        or call.func.attr != "connect"
        or options(call) is not None
        or not _signal(index, path, call.func.value, item)
    ):
        return None
    handler = argument(call, "receiver", 0)
    if handler is None:
        return (
            f"{dotted(call.func)}() has no receiver, which is a TypeError",
            f"as a decorator write @receiver({dotted(call.func.value)}, …)",
        )
    written = dotted(handler.func) if isinstance(handler, ast.Call) else ""
    name = resolve(index.code, path, written, item.scope) if written else ""
    function = find_function(index.code, name) if name else None
    if function is None or isinstance(function.node, (ast.Lambda, ast.AsyncFunctionDef)):
        return None
    if function.node.decorator_list or _gives_something(function.node):
        return None
    return (
        f"{function.name}() is called here, and its return value, None, is connected",
        f"pass the function itself: {written}",
    )


def _gives_something(node: ast.FunctionDef) -> bool:
    return any(
        isinstance(one, _YIELDS)
        or (
            isinstance(one, ast.Return)
            and one.value is not None
            and not (isinstance(one.value, ast.Constant) and one.value.value is None)
        )
        for one in own_nodes(node)
    )


RULE = Rule(
    "SG110",
    "not-connected",
    "error",
    on_project=check,
    fix="both",
    safety="Adding `sender=` before a second argument of `@receiver` is safe: the line never ran. "
    "Adding `.connect` to a signal that is called with a function is not: it may have been meant "
    "as a `send`.",
)
