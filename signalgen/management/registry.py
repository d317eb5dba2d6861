"""What Django has connected in this process: ``live_registry(root)``.

The only place that looks into a running project, which its user has started.
"""

from __future__ import annotations

import gc
import sys
import weakref
from contextlib import suppress
from functools import partial
from importlib import import_module
from inspect import unwrap
from pathlib import Path
from typing import TYPE_CHECKING

from django.apps import apps
from django.dispatch import Signal

from signalgen.values.live import LiveReceiver, LiveRegistry

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_STOCK = "django."
_INSTALLED = ("site-packages", "dist-packages")


def live_registry(root: Path) -> LiveRegistry:
    """Return the receivers that are connected in this process; ``root`` is the project's folder."""
    with suppress(Exception):
        # Django imports views, and what they import, with the first request.
        import_module("django.urls").get_resolver().url_patterns  # noqa: B018 - read for its effect
    objects = {id(item): item for item in gc.get_objects()}
    names = _names([item for item in objects.values() if _is_signal(item)])
    receivers = tuple(
        entry
        for number, signal in sorted(names.items(), key=lambda pair: pair[1])
        for entry in _entries(objects[number], signal, objects, root)
    )
    files = (getattr(module, "__file__", None) for module in [*sys.modules.values()])
    own = frozenset(path for file in files if file and (path := _inside(file, root)))
    labels = frozenset(one.label for one in apps.get_app_configs())
    known = frozenset(name for all_names in names.values() for name in all_names)
    return LiveRegistry(receivers, own, labels, known)


def _is_signal(item: object) -> bool:
    # ``isinstance`` reads an object's class, which evaluates lazy ones.
    return issubclass(type(item), Signal)


def _names(signals: list[object]) -> dict[int, tuple[str, ...]]:
    """Return the names of each signal that a module or a class in one has, by its id."""
    wanted = {id(signal) for signal in signals}
    found: dict[int, list[str]] = {}
    for name, module in sorted(sys.modules.items()):
        for attribute, value in sorted(getattr(module, "__dict__", {}).items()):
            if id(value) in wanted:
                found.setdefault(id(value), []).append(f"{name}.{attribute}")
            elif issubclass(type(value), type) and value.__module__ == name:
                for own, one in vars(value).items():
                    if id(one) in wanted:
                        found.setdefault(id(one), []).append(f"{name}.{attribute}.{own}")
    return {
        number: (min(names, key=_usual), *sorted(_plain(names))) for number, names in found.items()
    }


def _usual(name: str) -> tuple[bool, bool, int, str]:
    # ``django.db.models.signals.post_save`` is the name of what many modules import.
    module = name.rpartition(".")[0]
    return (not name.startswith(_STOCK), "signals" not in module, len(module), name)


def _plain(names: list[str]) -> Iterator[str]:
    yield from names
    yield from (name.rpartition(".")[2] for name in names if name.startswith(_STOCK))


def _entries(
    signal: object, names: tuple[str, ...], objects: Mapping[int, object], root: Path
) -> Iterator[LiveReceiver]:
    if not isinstance(signal, Signal):
        return
    shown = names[0].rpartition(".")[2] if names[0].startswith(_STOCK) else names[0]
    for (own, sender), reference, *_ in signal.receivers or []:
        function = _function(reference)
        code = getattr(function, "__code__", None)
        yield LiveReceiver(
            signals=(shown, *names),
            senders=() if sender == id(None) else tuple(_senders(objects.get(sender))),
            receiver=name_of(function),
            path=_inside(code.co_filename, root) if code is not None else "",
            line=code.co_firstlineno if code is not None else 0,
            uid=own if isinstance(own, str) else "",
            local="<locals>" in getattr(function, "__qualname__", ""),
        )


def name_of(receiver: object) -> str:
    """Return the dotted name of the connected function."""
    function = _function(receiver)
    qualname = getattr(function, "__qualname__", repr(function))
    return f"{getattr(function, '__module__', '')}.{qualname}".replace(".<locals>", "")


def _function(reference: object) -> object:
    """Return the function behind a weak reference, method, partial, wrapper or object."""
    function = reference() if isinstance(reference, weakref.ref) else reference
    while True:
        inner = function.func if isinstance(function, partial) else None
        inner = inner or getattr(function, "__func__", None)
        if inner is None and not hasattr(function, "__qualname__"):
            # A callable object: its class has the code.
            return getattr(type(function), "__call__", None)  # noqa: B004 - the function itself
        if inner is None:
            return unwrap(function) if callable(function) else function
        function = inner


def _senders(sender: object) -> Iterator[str]:
    """Yield the names of a sender; the first is the one that ``signalgen list`` shows."""
    meta = getattr(sender, "_meta", None)
    label = getattr(meta, "label", None)
    field = getattr(sender, "field", None)
    owner = getattr(field, "model", None)
    if label is None and isinstance(owner, type):
        # ``Order.tags`` where ``Order.tags.through`` was meant.
        name = getattr(field, "name", "")
        yield f"{getattr(owner, '_meta').label}.{name}"  # noqa: B009 - Django's own name for it
        yield f"{owner.__module__}.{owner.__qualname__}.{name}"
    made_by = getattr(meta, "auto_created", None)
    if isinstance(made_by, type):
        fields = getattr(made_by, "_meta").many_to_many  # noqa: B009 - Django's own name for it
        for field in fields:
            if field.remote_field.through is sender:
                owner = getattr(made_by, "_meta").label  # noqa: B009 - as above
                yield f"{owner}.{field.name}.through"
                yield f"{made_by.__module__}.{made_by.__qualname__}.{field.name}.through"
    if label:
        yield str(label)
    kind = sender if isinstance(sender, type) else type(sender)
    yield f"{kind.__module__}.{kind.__qualname__}"


def _inside(file: str, root: Path) -> str:
    """Return a file's path relative to the project with forward slashes, "" outside it."""
    path = Path(file).absolute()
    if not path.is_relative_to(root) or any(part in _INSTALLED for part in path.parts):
        return ""
    return path.relative_to(root).as_posix()
