"""From paths to import names: ``import_roots(...)``, then ``module_names(...)``.

Import roots are the folders on ``sys.path``, found in manage.py, settings and pyproject.toml.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from signalgen.late import dataclass, pattern

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from signalgen.project.sources import Sources
    from signalgen.project.tables import Table

_PATH_CALL = pattern(r"sys\.path\.(?:insert|append|extend)\s*\(")
_LITERAL = pattern(r"""["']([\w./-]+)["']""")
_APP_NAME = pattern(r"""^\s+name\s*(?::[^=]+)?=\s*["']([\w.]+)["']""", re.MULTILINE)
_DEEPEST = 3
_LONGEST_CALL = 400


@dataclass(frozen=True, slots=True)
class ModuleNames:
    """Module names by path and paths by name; ``roots`` are sorted, the deepest first."""

    roots: tuple[str, ...]
    by_path: Mapping[str, str]
    by_name: Mapping[str, str]

    def folder(self, name: str) -> str | None:
        """Return the folder of package ``name``, relative to the project, if it holds a module."""
        for candidate in (name, f"{name}.apps", f"{name}.models"):
            path = self.by_name.get(candidate)
            if path is None:
                continue
            if candidate != name or path.endswith("/__init__.py"):
                return path.rpartition("/")[0] or "."
        return None

    def names_of(self, path: str) -> tuple[str, ...]:
        """Return every name that a module could be imported by, the likeliest first."""
        found = (_dotted(path, root) for root in self.roots)
        return tuple(name for name in found if name)


def import_roots(sources: Sources, pyproject: Table) -> tuple[str, ...]:
    """Return the import roots relative to the project: manage.py's first, the rest by name."""
    manages = [path for path in sources.paths if _is_manage(path)]
    extra = {_folder(path) for path in manages} | set(_configured(pyproject)) | _implied(sources)
    for path in [*manages, *_entry_points(sources)]:
        extra |= _on_sys_path(sources, path)
    if not _is_package(sources, "src"):
        extra.add("src")
    cleaned = {PurePosixPath(folder).as_posix() for folder in extra}
    present = {folder for folder in cleaned if folder != "." and _holds_top_level(sources, folder)}
    ordered = sorted(present, key=lambda folder: (f"{folder}/manage.py" not in manages, folder))
    first = (
        []
        if "manage.py" in manages or not manages or _folder(manages[0]) not in present
        else ordered[:1]
    )
    return tuple(dict.fromkeys([*first, ".", *ordered]))


def module_names(sources: Sources, roots: Iterable[str]) -> ModuleNames:
    """Return the import name of every module that has one, from the deepest root that holds it."""
    ordered = tuple(sorted(roots, key=lambda root: (-root.count("/") if root != "." else 1, root)))
    by_path: dict[str, str] = {}
    by_name: dict[str, str] = {}
    for path in sources.paths:
        name = next((found for root in ordered if (found := _dotted(path, root))), None)
        if name:
            by_path[path] = name
            if name not in by_name or path.endswith("/__init__.py"):
                by_name[name] = path
    return ModuleNames(ordered, by_path, by_name)


def _dotted(path: str, root: str) -> str | None:
    if root != ".":
        if not path.startswith(root + "/"):
            return None
        path = path[len(root) + 1 :]
    parts = path.removesuffix(".py").split("/")
    if parts[-1] == "__init__":
        parts.pop()
    return ".".join(parts) if parts and all(part.isidentifier() for part in parts) else None


def _is_manage(path: str) -> bool:
    return (
        PurePosixPath(path).name == "manage.py" and path.count("/") < _DEEPEST and "{" not in path
    )


def _folder(path: str) -> str:
    return path.rpartition("/")[0] or "."


def _is_package(sources: Sources, folder: str) -> bool:
    return sources.has(f"{folder}/__init__.py")


def _implied(sources: Sources) -> set[str]:
    """Return the import roots implied by the literal names in apps.py files."""
    found = set()
    for path in sources.paths:
        if path.endswith("/apps.py"):
            for name in _APP_NAME.findall(sources.text(path)):
                inside = "/" + name.replace(".", "/")
                if f"/{_folder(path)}".endswith(inside):
                    found.add(_folder(path)[: -len(inside)] or ".")
    return found


def _holds_top_level(sources: Sources, folder: str) -> bool:
    """Return whether modules in ``folder`` are imported without its name.

    Modules of a folder that is also a package can be imported either way: the majority of the names
    in its AppConfigs decides, since a single one may be outdated.
    """
    if not sources.has_below(folder):
        return False
    if not _is_package(sources, folder):
        return True
    inside = [path for path in sources.below(folder) if path.endswith("/apps.py")]
    named = [(path, name) for path in inside for name in _APP_NAME.findall(sources.text(path))]
    if not named:
        return sources.has(f"{folder}/manage.py")
    # Names that leave out the folder, against all names that fit the path at all.
    short = sum(_dotted(f"{_folder(path)}/__init__.py", folder) == name for path, name in named)
    fitting = sum(
        f"/{_folder(path)}".endswith("/" + name.replace(".", "/")) for path, name in named
    )
    return bool(short) and short >= fitting - short


def _entry_points(sources: Sources) -> list[str]:
    # The files that commonly put folders on ``sys.path``.
    likely = re.compile(r"(?:^|/)(?:settings(?:/[^/]+)?|settings[^/]*|wsgi|asgi|conftest)\.py$")
    return [
        path for path in sources.paths if likely.search(path) and b"sys.path" in sources.data(path)
    ]


def _on_sys_path(sources: Sources, path: str) -> set[str]:
    """Return folders that a file puts on ``sys.path``, as literals below its folder or a parent."""
    found = set()
    text = sources.text(path)
    for call in _PATH_CALL.finditer(text):
        literals = [
            literal.strip("/") for literal in _LITERAL.findall(_arguments(text, call.end()))
        ]
        below = "/".join(part for part in literals if part not in ("", "."))
        if not below or ".." in below:
            continue
        here = PurePosixPath(path).parent
        # ``BASE_DIR
        # "apps"``: BASE_DIR is the file's own folder or one above it.
        for base in (here, *here.parents):
            folder = (base / below).as_posix()
            if sources.has_below(folder):
                found.add(folder)
                break
    return found


def _arguments(text: str, start: int) -> str:
    # Strings with brackets are not told apart, hence the limit on the length.
    depth = 1
    for end in range(start, min(len(text), start + _LONGEST_CALL)):
        depth += {"(": 1, ")": -1}.get(text[end], 0)
        if depth == 0:
            return text[start:end]
    return ""


def _configured(pyproject: Table) -> Iterable[str]:
    find = pyproject.table("tool", "setuptools", "packages", "find")
    yield from find.strings("where")
    yield from pyproject.table("tool", "setuptools").table("package-dir").strings("")
    for package in pyproject.table("tool", "poetry").tables("packages"):
        yield from package.strings("from")
    yield from pyproject.table("tool", "hatch", "build").strings("dev-mode-dirs")
    yield from pyproject.table("tool", "hatch", "build", "targets", "wheel").strings("sources")
    yield from pyproject.table("tool", "pytest", "ini_options").strings("pythonpath")
