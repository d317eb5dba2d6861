"""How this project tests: where each app's tests live, with which runner, and what builds its rows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from signalgen.project.literals import string
from signalgen.project.resolve import Index, find_class, origin, resolve, split
from signalgen.project.tables import read_ini

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from signalgen.project.sources import Sources
    from signalgen.project.tables import Table
    from signalgen.values.project import App
    from signalgen.values.source import ClassDef

Place = tuple[Literal["package", "module", "external", "none"], str | None]
_FACTORY = re.compile(rb"^class[ \t]+\w+\([^)]*Factory\b", re.MULTILINE)
_DEEPEST = 6


def tests_of(sources: Sources, app: App, apps: Sequence[App]) -> Place:
    """Return where the tests of an app live, and the folder where that is not plain.

    A project-wide folder counts when it has a folder of the app's name, or when it is all that there is.
    """
    own = {other.path for other in apps}
    for name in ("tests", "test"):
        folder = f"{app.path}/{name}"
        if folder not in own and sources.has_below(folder):
            return "package", folder
    if sources.has(f"{app.path}/tests.py"):
        return "module", None
    outside = _external(sources, app, own)
    return ("external", outside) if outside is not None else ("none", None)


def _external(sources: Sources, app: App, own: set[str]) -> str | None:
    parents = app.path.split("/")[:-1]
    tail = app.path.split("/")
    bases = [
        "/".join([*parents[:length], name])
        for length in range(len(parents) + 1)
        for name in ("tests", "test")
    ]
    bases = [base for base in bases if base not in own and sources.has_below(base)]
    for base in bases:
        for kind in ("", "/unit", "/integration", "/apps"):
            for length in range(len(tail)):
                folder = f"{base}{kind}/{'/'.join(tail[length:])}"
                if folder not in own and sources.has_below(folder):
                    return folder
    if sum(_inside(sources, other, own) for other in own) * 2 > len(own):
        return None
    flat = [base + kind for base in bases for kind in ("", "/unit", "/integration")]
    return next(
        (
            folder
            for folder in flat
            if any(_is_test(path, folder) for path in sources.below(folder))
        ),
        None,
    )


def _inside(sources: Sources, folder: str, own: set[str]) -> bool:
    """Tell whether an app keeps its tests in its own package."""
    return sources.has(f"{folder}/tests.py") or (
        f"{folder}/tests" not in own and sources.has_below(f"{folder}/tests")
    )


def _is_test(path: str, base: str) -> bool:
    name = path[len(base) + 1 :]
    return "/" not in name and name.startswith("test_")


def uses_pytest(sources: Sources, pyproject: Table, packages: Iterable[str]) -> tuple[bool, bool]:
    """Return whether the project's tests run under pytest, and whether pytest-django is there."""
    known = set(packages)
    django = "pytest-django" in known
    configured = (
        "ini_options" in pyproject.table("tool", "pytest").values or "pytest.ini" in sources.configs
    )
    configured = configured or "pytest" in pyproject.table("tool").values
    for name, section in (("setup.cfg", "tool:pytest"), ("tox.ini", "pytest")):
        configured = configured or bool(read_ini(sources.config(name)).table(section).values)
    conftest = any(path.rpartition("/")[2] == "conftest.py" for path in sources.paths)
    return configured or conftest or django or "pytest" in known, django


def find_factories(index: Index, labels: dict[str, str]) -> dict[str, str]:
    """Return the factory_boy factory of each model: model label -> import path of the factory class.

    ``labels`` maps the dotted names of the project's models to their labels.
    """
    found: dict[str, str] = {}
    for path in index.sources.matching(_FACTORY, b"Factory"):
        module = index.name(path)
        for cls in index.module(path).classes:
            if cls.scope or not module or not _is_factory(index, path, cls, 0):
                continue
            label = _model_label(index, path, cls, labels)
            if label and f"{cls.name}" == f"{label.rpartition('.')[2]}Factory":
                found[label] = f"{module}.{cls.name}"
            elif label:
                found.setdefault(label, f"{module}.{cls.name}")
    return dict(sorted(found.items()))


def _is_factory(index: Index, path: str, cls: ClassDef, depth: int) -> bool:
    for base in cls.bases:
        dotted = resolve(index, path, base.partition("[")[0])
        if dotted.startswith("factory.") and dotted.endswith("Factory"):
            return True
        parent = find_class(index, path, base)
        if (
            parent is not None
            and depth < _DEEPEST
            and _is_factory(index, parent.path, parent.definition, depth + 1)
        ):
            return True
    return False


def _model_label(index: Index, path: str, cls: ClassDef, labels: dict[str, str]) -> str | None:
    module = index.module(path)
    scopes = (f"{cls.qualname}.Meta", f"{cls.qualname}.Params", cls.qualname)
    model = next(
        (
            a.value
            for a in module.assignments
            if a.scope in scopes and a.target in ("model", "FACTORY_FOR")
        ),
        None,
    )
    if model is None:
        return None
    written = string(model)
    if written is not None:
        return written if written in labels.values() else None
    dotted = origin(index, resolve(index, path, model))
    inside, _ = split(index, dotted)
    return labels.get(dotted) if inside else None
