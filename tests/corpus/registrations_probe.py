"""What a running project has connected, held against what the index says: run by ``registrations.py`` in the project's Python.

It reads the index's connections from standard input and prints one verdict for each receiver of the project.
"""

from __future__ import annotations

import functools
import gc
import importlib
import inspect
import json
import sys
import weakref
from pathlib import Path

import django

KINDS = ("not seen", "wrong", "unknown", "exact")
"""From the worst to the best: a receiver is as well known as the worst of its registrations."""
SIGNAL_MODULES = ("django.dispatch.dispatcher", "celery.utils.dispatch.signal")


def main() -> int:
    """Boot the project and print the verdicts as one line of JSON."""
    seen: dict[tuple[str, str], list[dict]] = {}
    for row in json.load(sys.stdin):
        seen.setdefault(tuple(row["function"]), []).append(row)
    django.setup()
    importlib.import_module("django.urls").get_resolver()
    folder = Path(sys.argv[1])
    objects = {id(item): item for item in gc.get_objects()}
    worst: dict[tuple[str, str], dict] = {}
    for item in sorted_receivers(folder, objects):
        said = verdict(item, seen)
        known = worst.setdefault(item["place"], said)
        if KINDS.index(said["kind"]) < KINDS.index(known["kind"]):
            worst[item["place"]] = said
    print(json.dumps(list(worst.values())))
    return 0


def sorted_receivers(folder: Path, objects: dict[int, object]) -> list[dict]:
    """Return the receivers whose function lies below ``folder``, each signal, sender and uid of it once."""
    found = {}
    for signal in list(objects.values()):
        kinds = {f"{cls.__module__}.{cls.__name__}" for cls in type(signal).__mro__}
        if not kinds & {f"{module}.Signal" for module in SIGNAL_MODULES}:
            continue
        for (own, sender_id), reference, *_ in signal.receivers or []:
            function = plain(reference)
            place = place_of(function, folder)
            if place is None:
                continue
            sender = None if sender_id == id(None) else objects.get(sender_id, sender_id)
            uid = own if isinstance(own, str) else None
            key = (id(signal), sender_id, place, uid)
            found[key] = {"signal": signal, "sender": sender, "place": place, "uid": uid}
    return sorted(found.values(), key=lambda item: (item["place"], str(item["sender"])))


def plain(reference: object) -> object:
    """Return the function behind a reference, a method, a partial or a wrapper."""
    function = reference() if isinstance(reference, weakref.ref) else reference
    while True:
        inner = getattr(function, "__func__", None) or (
            function.func if isinstance(function, functools.partial) else None
        )
        if inner is None:
            break
        function = inner
    return inspect.unwrap(function) if callable(function) else None


def place_of(function: object, folder: Path) -> tuple[str, str] | None:
    """Return file and qualified name of a function below ``folder``, None for any other."""
    code = getattr(function, "__code__", None)
    if code is None:
        return None
    file = Path(code.co_filename).resolve()
    if folder not in file.parents:
        return None
    return str(file.relative_to(folder)), function.__qualname__.replace(".<locals>", "")


def verdict(item: dict, seen: dict[tuple[str, str], list[dict]]) -> dict:
    """Return how well the index knows one receiver of the running project."""
    best = "not seen"
    rows = seen.get(item["place"], [])
    for row in rows:
        answers = {said_signal(row, item), said_sender(row, item), said_uid(row, item)}
        kind = "wrong" if "no" in answers else "unknown" if "unknown" in answers else "exact"
        best = max(best, kind, key=KINDS.index)
    text = f"{':'.join(item['place'])} {item['signal']!r} sender={item['sender']!r} {item['uid']!r}"
    return {"kind": best, "text": f"{text} <- {rows}"}


def said_signal(row: dict, item: dict) -> str:
    """Tell whether a connection of the index is for the signal."""
    if not row["signals"]:
        return "unknown"
    return "yes" if any(named(name) is item["signal"] for name in row["signals"]) else "no"


def said_sender(row: dict, item: dict) -> str:
    """Tell whether a connection of the index is for the sender; a config stands for its one instance."""
    if row["any"]:
        return "yes" if item["sender"] is None else "no"
    if not row["senders"]:
        return "unknown"
    meant = [sender_named(name) for name in row["senders"]]
    of_config = [type(item["sender"]) is each and hasattr(each, "ready") for each in meant]
    return "yes" if any(of_config) or any(each is item["sender"] for each in meant) else "no"


def said_uid(row: dict, item: dict) -> str:
    """Tell whether a connection of the index has the uid."""
    if row["uid_unknown"]:
        return "unknown"
    return "yes" if row["uid"] == item["uid"] else "no"


def sender_named(name: str) -> object:
    """Return the object that a resolved sender of the index stands for."""
    if name in ("settings.AUTH_USER_MODEL", "get_user_model()"):
        return importlib.import_module("django.contrib.auth").get_user_model()
    parts = name.split(".")
    try:
        model = importlib.import_module("django.apps").apps.get_model(*parts[:2])
        return functools.reduce(getattr, parts[2:], model)
    except (AttributeError, LookupError, TypeError, ValueError):
        return named(name)


@functools.cache
def named(name: str) -> object:
    """Return what a dotted name means in the running project; the name itself where it means nothing."""
    parts = name.split(".")
    for length in range(len(parts) - 1, 0, -1):
        try:
            found = importlib.import_module(".".join(parts[:length]))
        except ImportError:
            continue
        try:
            return functools.reduce(getattr, parts[length:], found)
        except AttributeError:
            return name
    return name


if __name__ == "__main__":
    sys.exit(main())
