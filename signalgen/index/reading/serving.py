"""Modules that only request-serving processes load: ``served_only(index, path)``.

It extends ``loading``: it finds not the importers of a module, but where all import chains to it
begin. Django imports the URLconf and template tags at the first request and for its system checks;
middleware, context processors and what only ``wsgi.py`` imports, never otherwise.
"""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, Literal

from signalgen.index.memo import answered_once
from signalgen.index.reading.importgraph import imported
from signalgen.index.reading.loading import imported_names, importers, is_named
from signalgen.late import dataclass, pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.index import Index

When = Literal["called", "requested", "checked"]

_KINDS: tuple[tuple[str, str, When], ...] = (
    (r"(?:^|/)templatetags/", "template tags", "checked"),
    (r"(?:^|/)urls?(?:\.py$|/)|(?:^|/)\w+_urls\.py$", "the URLconf", "checked"),
    (r"(?:^|/)middlewares?(?:\.py$|/)", "middleware", "requested"),
    (r"(?:^|/)context_processors?(?:\.py$|/)", "a context processor", "requested"),
    (r"(?:^|/)(?:wsgi|asgi|routing)\.py$", "the server", "requested"),
)
_PATTERNS = tuple((pattern(text), name, when) for text, name, when in _KINDS)
# Django, a worker or a command loads these by itself, or nothing is known about them.
_OTHERWISE = pattern(
    r"(?:^|/)(?:apps|models|settings\w*|celery\w*|manage|admin|conftest|tasks?|consumers?)\.py$"
    r"|(?:^|/)(?:models|settings|admin|tasks?|jobs|scripts?)/|management/commands/"
)
_MOST = 40
"""How many files are searched; a module with more importers is used everywhere."""


@dataclass(frozen=True, slots=True)
class Serving:
    """The start of an import chain: the file, what it is, and when Django loads it.

    ``called``: once some function is called; ``requested``: at the first request; ``checked``:
    then, and for the system checks.
    """

    path: str
    name: str
    when: When


@answered_once
def served_only(index: Index, path: str) -> Serving | None:
    """Return where all import chains of a module begin, if only in code for requests.

    None if anything else leads to it, or nothing does.
    """
    found = list(_Origins(index).begins(path))
    if not found or None in found:
        return None
    known = [item for item in found if item is not None]
    # What is loaded earliest counts.
    return max(known, key=lambda item: ("called", "requested", "checked").index(item.when))


@dataclass(frozen=True, slots=True)
class _Origins:
    """The search for the starts of import chains, with the files already searched."""

    index: Index
    seen: set[str] = field(default_factory=set)

    def begins(self, path: str) -> Iterator[Serving | None]:
        """Yield the starts of a module's import chains; stops after the first other one, None."""
        self.seen.add(path)
        kind = _kind(path)
        if kind is None and self._is_elsewhere(path):
            yield None
            return
        if kind is not None:
            yield kind
        found = kind is not None
        for other in importers(self.index, path):
            # A module in a setting is loaded by Django; an imported one together with its importer.
            if kind is not None and not _imports(self.index, other, path):
                continue
            found = True
            if other in self.seen:
                continue
            for item in self.begins(other):
                if item is None:
                    yield None
                    return
                late = not _is_imported_at_once(self.index, other, path)
                yield Serving(other, item.name, "called") if late else item
        if not found:
            yield None  # a library may load it by its name, a person may run it

    def _is_elsewhere(self, path: str) -> bool:
        if _OTHERWISE.search(path) or len(self.seen) > _MOST:
            return True
        folder, _, name = path.rpartition("/")
        sources = self.index.code.survey.sources
        # An app's own package is loaded before the app; a package of views is not.
        return name == "__init__.py" and (
            "/" not in folder
            or any(sources.has(f"{folder}/{mark}.py") for mark in ("apps", "models", "settings"))
        )


def _kind(path: str) -> Serving | None:
    for text, name, when in _PATTERNS:
        if text.search(path):
            return Serving(path, name, when)
    return None


def _imports(index: Index, path: str, target: str) -> bool:
    module = index.code.module(target)
    needle = module.rpartition(".")[2].encode("utf-8", "surrogateescape")
    return module in imported_names(index.code, path, needle)


def _is_imported_at_once(index: Index, path: str, target: str) -> bool:
    """Tell whether a file that imports ``target`` does so when it is imported itself."""
    code = index.code
    data, module = code.data(path), code.module(target)
    return is_named(data, module) or any(imported(data, code.package(path), {module: target}))
