"""The committed record of what was generated into one app: ``encode``, ``decode``.

It is JSON that git can diff and merge: texts are lists of lines and entries are sorted, so that two
branches that add different symbols touch different lines.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, cast

from signalgen.errors import Problem, UnsafeError
from signalgen.values.change import Baseline, BaselineEntry

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_VERSION = 1


def baseline_path(app: str) -> str:
    """Return the committed file that remembers what was generated into ``app``."""
    return f".signalgen/{app}.json"


def encode(baseline: Baseline) -> bytes:
    """Return ``baseline`` as UTF-8 JSON with a trailing newline; equal values give equal bytes."""
    entries = sorted(baseline.entries.values(), key=lambda entry: (entry.path, entry.id))
    data = {
        "version": _VERSION,
        "app": baseline.app,
        "created": sorted(set(baseline.created)),
        "symbols": [_entry_data(entry) for entry in entries],
        "undo": {
            path: [{"before": _lines(before), "after": _lines(after)} for before, after in pairs]
            for path, pairs in sorted(baseline.undo.items())
            if pairs
        },
    }
    return (json.dumps(data, indent=1, ensure_ascii=False) + "\n").encode("utf-8", "surrogatepass")


def decode(data: bytes | None, app: str) -> Baseline:
    """Return the baseline of ``app`` from what ``encode`` wrote; None gives an empty one.

    Raises UnsafeError if ``data`` is not such a file: without it, people's edits are unknown.
    """
    if data is None or not data.strip():
        return Baseline(app)
    try:
        return _baseline(json.loads(data.decode("utf-8", "surrogatepass")), app)
    except json.JSONDecodeError as error:
        raise UnsafeError(_problem(app, error.lineno, error.colno, error.msg)) from None
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError) as error:
        raise UnsafeError(_problem(app, 0, 0, f"{type(error).__name__}: {error}")) from None


def _problem(app: str, line: int, column: int, detail: str) -> Problem:
    return Problem(
        file=baseline_path(app),
        line=line,
        column=column,
        path="",
        code="bad-baseline",
        message=f"the baseline of {app} cannot be read ({detail})",
        hint=(
            "restore the file from version control; "
            "if a merge left conflict markers in it, resolve them"
        ),
    )


def _entry_data(entry: BaselineEntry) -> dict[str, object]:
    data: dict[str, object] = {
        "id": entry.id,
        "path": entry.path,
        "kind": entry.kind,
        "name": entry.name,
        "source": entry.source,
    }
    if entry.deleted:
        data["deleted"] = True
    if entry.imports:
        data["imports"] = list(entry.imports)
    if entry.lead:
        data["lead"] = entry.lead
    if entry.tail:
        data["tail"] = entry.tail
    if entry.adopted:
        data["adopted"] = True
    data["text"] = _lines(entry.text)
    return data


def _baseline(data: object, app: str) -> Baseline:
    top = _mapping(data)
    if top["version"] != _VERSION:
        raise ValueError(f"version {top['version']!r} is not known")
    if top["app"] != app:
        raise ValueError(f"it belongs to the app {top['app']!r}")
    entries: dict[str, BaselineEntry] = {}
    for item in _sequence(top["symbols"]):
        entry = _entry(_mapping(item))
        key = entry.id if entry.id not in entries else f"{entry.id}@{entry.path}"
        entries[key] = entry
    undo = {
        path: tuple(_pair(_mapping(pair)) for pair in _sequence(pairs))
        for path, pairs in _mapping(top.get("undo", {})).items()
    }
    return Baseline(
        app, entries, tuple(_string(path) for path in _sequence(top.get("created", []))), undo
    )


def _entry(data: Mapping[str, object]) -> BaselineEntry:
    return BaselineEntry(
        id=_string(data["id"]),
        path=_string(data["path"]),
        kind=_string(data["kind"]),
        name=_string(data["name"]),
        text=_text(data["text"]),
        source=_string(data["source"]),
        imports=tuple(_string(item) for item in _sequence(data.get("imports", []))),
        deleted=data.get("deleted", False) is True,
        lead=_string(data.get("lead", "")),
        tail=_string(data.get("tail", "")),
        adopted=data.get("adopted", False) is True,
    )


def _pair(data: Mapping[str, object]) -> tuple[str, str]:
    return _text(data["before"]), _text(data["after"])


def _lines(text: str) -> list[str]:
    return text.split("\n")


def _text(lines: object) -> str:
    return "\n".join(_string(line) for line in _sequence(lines))


def _string(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is not a string")
    return value


def _sequence(value: object) -> Sequence[object]:
    if not isinstance(value, list):
        raise TypeError(f"{value!r} is not a list")
    return value


def _mapping(value: object) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise TypeError(f"{value!r} is not an object")
    return cast("Mapping[str, object]", value)
