"""Which versions the project runs on, lock files before requirements: ``requirements(...)``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from signalgen.late import pattern
from signalgen.project.tables import Table, read_ini, read_toml

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.project.sources import Sources

Version = tuple[int, int]
_NUMBER = pattern(r"(\d{1,9})(?:\.(\d{1,9}))?")
_CLAUSE = pattern(r"(===|==|>=|~=|\^|~|>|<=|<|!=)?\s*v?(\d+(?:\.\d+)*)")
_REQUIREMENT = pattern(r"^\s*([A-Za-z0-9][\w.-]*)\s*(?:\[[^\]]*\])?\s*(?:@[^;#]*|\(?([^;#)]*)\)?)")
_QUOTED = pattern(r"""["']([A-Za-z][\w.-]*(?:\[[^\]]*\])?\s*[<>=~!^][^"';]*)["']""")
_LOCKS = ("uv.lock", "poetry.lock", "pdm.lock", "pylock.toml")
# Lock files run to tens of thousands of lines, all written by machines: no need for a TOML parser.
_LOCKED = pattern(r"""^\[\[packages?\]\]\s+name = "([^"]+)"\s+version = "([^"]+)\"""", re.MULTILINE)
_LOWER = frozenset({">=", "==", "===", "~=", "^", "~", ">", ""})


def requirements(sources: Sources) -> dict[str, str]:
    """Return the project's requirements: normalised package name -> version specifier.

    A lock file gives ``==4.2.1``. The first mention of a package that gives a version wins.
    """
    found: dict[str, str] = {}
    for name, specifier in _mentions(sources):
        # PEP 503 spelling, so that the files' names for one package agree.
        key = re.sub(r"[-_.]+", "-", name).lower()
        if not found.get(key):
            found[key] = specifier.strip()
    return found


def version_of(specifier: str | None) -> Version | None:
    """Return ``(major, minor)`` of the lowest version a specifier allows, None without a bound."""
    lowest: Version | None = None
    for operator, number in _CLAUSE.findall(specifier or ""):
        found = _NUMBER.match(number)
        if operator in _LOWER and found is not None:
            version = int(found.group(1)), int(found.group(2) or 0)
            lowest = max(lowest, version) if lowest is not None else version
    return lowest


def allows_from(specifier: str, version: Version) -> bool:
    """Return whether a specifier allows ``version`` or later: no upper bound is below it."""
    for operator, number in _CLAUSE.findall(specifier):
        parts = [int(part[:9]) for part in number.split(".")]
        major, minor = parts[0], parts[1] if len(parts) > 1 else 0
        # Clauses are joined by "and": one upper bound below the version rules it out.
        if operator in ("==", "===", "<=", "") and (major, minor) < version:
            return False
        if operator == "<" and (major, minor, *parts[2:]) <= version:
            return False
        # ``~=0.9.1`` and ``~0.9`` stay below 0.10, ``~=0.9`` and ``^1.2`` below the next major
        # version, ``^0.9`` below 0.10.
        close = (
            operator == "~"
            or (operator == "~=" and len(parts) > 2)
            or (operator == "^" and major == 0)
        )
        if close and (major, minor) < version:
            return False
        if operator in ("~=", "^") and major < version[0]:
            return False
    return True


def _mentions(sources: Sources) -> Iterator[tuple[str, str]]:
    for name in _LOCKS:
        for package, version in _LOCKED.findall(sources.config(name)):
            yield package, f"=={version}"
    yield from _pipfile_lock(sources.config("Pipfile.lock"))
    # Pinned files first, since the first mention of a version wins.
    for name in sorted(
        (n for n in sources.configs if n.endswith((".txt", ".in"))), key=_pinned_first
    ):
        yield from _lines(sources.config(name).splitlines())
    yield from _pyproject(read_toml(sources.config("pyproject.toml")) or Table())
    pipfile = read_toml(sources.config("Pipfile")) or Table()
    yield from [*_poetry(pipfile.table("packages")), *_poetry(pipfile.table("dev-packages"))]
    yield from _setup(sources)


def _pinned_first(name: str) -> tuple[bool, int, str]:
    return not name.endswith(".txt"), name.count("/"), name


def _setup(sources: Sources) -> Iterator[tuple[str, str]]:
    setup = read_ini(sources.config("setup.cfg"))
    yield from _lines((setup.table("options").string("install_requires") or "").splitlines())
    extras = setup.table("options.extras_require")
    for key in extras.values:
        yield from _lines((extras.string(key) or "").splitlines())
    yield from _lines(_QUOTED.findall(sources.config("setup.py")))
    # tox's requirements show the tools in use; its versions are a test matrix.
    for line in (
        read_ini(sources.config("tox.ini")).table("testenv").string("deps") or ""
    ).splitlines():
        for name, _ in _lines([line.rpartition(":")[2]]):
            yield name, ""


def _lines(lines: list[str]) -> Iterator[tuple[str, str]]:
    for line in lines:
        found = _REQUIREMENT.match(line)
        if found is not None and not line.lstrip().startswith(("-", "#")):
            yield found.group(1), found.group(2) or ""


def _pyproject(pyproject: Table) -> Iterator[tuple[str, str]]:
    project = pyproject.table("project")
    yield from _lines(list(_items(project.values.get("dependencies"))))
    for group in (project.table("optional-dependencies"), pyproject.table("dependency-groups")):
        for name in group.values:
            yield from _lines(list(_items(group.values.get(name))))
    yield from _lines(list(_items(pyproject.table("tool", "uv").values.get("dev-dependencies"))))
    poetry = pyproject.table("tool", "poetry")
    yield from _poetry(poetry.table("dependencies"))
    yield from _poetry(poetry.table("dev-dependencies"))
    for name in poetry.table("group").values:
        yield from _poetry(poetry.table("group", name, "dependencies"))


def _items(value: object) -> Iterator[str]:
    for item in value if isinstance(value, list) else []:
        if isinstance(item, str):
            yield item


def _poetry(table: Table) -> Iterator[tuple[str, str]]:
    for name in table.values:
        if name != "python":
            yield name, table.string(name) or table.table(name).string("version") or ""


def _pipfile_lock(text: str) -> Iterator[tuple[str, str]]:
    if not text:
        return
    import json

    try:
        locked = Table(json.loads(text))
    except (ValueError, RecursionError):
        return
    for section in ("default", "develop"):
        for name in locked.table(section).values:
            yield name, locked.table(section, name).string("version") or ""


def python_requirement(sources: Sources) -> str | None:
    """Return the project's requirement on Python as a specifier."""
    pyproject = read_toml(sources.config("pyproject.toml")) or Table()
    found = re.search(r"""python_requires\s*=\s*["']([^"']+)""", sources.config("setup.py"))
    requires = (read_toml(sources.config("Pipfile")) or Table()).table("requires")
    return (
        pyproject.table("project").string("requires-python")
        or pyproject.table("tool", "poetry", "dependencies").string("python")
        or read_ini(sources.config("setup.cfg")).table("options").string("python_requires")
        or (found.group(1) if found else None)
        or requires.string("python_version")
        or requires.string("python_full_version")
        or sources.config(".python-version").strip()
        or sources.config("runtime.txt").strip().removeprefix("python-")
        or None
    )
