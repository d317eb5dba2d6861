"""Which packages are Django apps, their names, and the AppConfig that Django would use for each.

``apps_of(code)`` reads them once for an index; ``find_apps`` takes packages that a spec names as
well; ``active_config`` says which AppConfig starts the app around a file.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from signalgen.index.apps.configs import find_configs, imported_configs
from signalgen.index.apps.django_settings import DjangoSettings, read_settings
from signalgen.index.memo import answered_once
from signalgen.late import dataclass
from signalgen.values.project import App, AppConfigClass

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from signalgen.index.apps.configs import Config
    from signalgen.index.reading.code import Codebase

_MARKS = (
    "models.py",
    "models/__init__.py",
    "migrations/__init__.py",
    "migrations/0001_initial.py",
    "apps.py",
)


@dataclass(frozen=True, slots=True)
class Apps:
    """The apps of a project, and what its settings say."""

    found: tuple[App, ...]
    settings: DjangoSettings


@answered_once
def apps_of(code: Codebase) -> Apps:
    """Return the apps of a project, read once."""
    settings = read_settings(code)
    return Apps(find_apps(code, settings, ()), settings)


def active_config(code: Codebase, path: str) -> AppConfigClass | None:
    """Return the AppConfig that Django uses for the app around a file, None if not certain."""
    around = [app for app in apps_of(code).found if path.startswith(f"{app.path}/")]
    app = max(around, key=lambda item: len(item.path), default=None)
    if app is None or app.config is None or app.installed is False:
        return None
    config = app.config
    named = f"{code.module(config.path)}.{config.name}" in apps_of(code).settings.seen
    # For the bare name of an app Django only looks in apps.py.
    return config if named or config.path == f"{app.path}/apps.py" else None


def find_apps(code: Codebase, settings: DjangoSettings, wanted: Iterable[str]) -> tuple[App, ...]:
    """Return the apps sorted by name, with only name, label, folder and configs filled in.

    ``wanted`` names packages that count as apps without further evidence.
    """
    named: dict[tuple[str, str], list[Config]] = defaultdict(list)
    known = find_configs(code)
    for config in known:
        place = _place(code, config)
        if place is not None:
            named[place].append(config)
    found = []
    for (name, folder), mine in named.items():
        rivals = imported_configs(code, f"{folder}/apps.py")
        found.append(_configured(name, folder, mine, settings, rivals))
    taken = {app.path for app in found}
    # Outermost first, so a package inside an app that is no app itself is seen as part of it.
    for folder in _marked(code, taken):
        name = _package_name(code, folder, settings)
        around = _enclosing(name, found)
        if name and (around is None or name in settings.seen or _has_migrations(code, folder)):
            found.append(
                App(name, name.rpartition(".")[2], folder, installed=_installed((name,), settings))
            )
    found += _on_request(code, found, wanted)
    return tuple(sorted(found, key=lambda app: (app.name, app.path)))


def _place(code: Codebase, config: Config) -> tuple[str, str] | None:
    folder = config.value.path.rpartition("/")[0]
    name = config.value.app_name
    if name is None:
        package = (
            code.survey.names.by_path.get(f"{folder}/__init__.py")
            or config.module.rpartition(".")[0]
        )
        return (package, folder) if config.dynamic and package and folder else None
    if not all(part.isidentifier() for part in name.split(".")):
        return None
    # The config may be in another package than the app it names.
    if folder and f"/{folder}".endswith("/" + name.replace(".", "/")):
        return name, folder
    elsewhere = code.survey.names.folder(name)
    return (name, elsewhere) if elsewhere is not None else None


def _configured(
    name: str,
    folder: str,
    configs: Sequence[Config],
    settings: DjangoSettings,
    rivals: Mapping[str, bool | None],
) -> App:
    chosen = _choose(name, folder, configs, settings, rivals)
    label = (
        (chosen or configs[0]).value.label
        if len({c.value.label for c in configs}) == 1 or chosen
        else None
    )
    entries = (name, *(config.dotted for config in configs))
    return App(
        name=name,
        label=label or name.rpartition(".")[2],
        path=folder,
        configs=tuple(config.value for config in configs),
        config=chosen.value if chosen is not None else None,
        installed=_installed(entries, settings),
        rivals=tuple(name for name, flag in rivals.items() if flag is not False),
    )


def _choose(
    name: str,
    folder: str,
    configs: Sequence[Config],
    settings: DjangoSettings,
    rivals: Mapping[str, bool | None],
) -> Config | None:
    """Return the config Django would use: from INSTALLED_APPS, otherwise apps.py's only one.

    ``rivals`` are the ones that apps.py imports, which also count, with their ``default``.
    """
    explicit = [config for config in configs if config.dotted in settings.seen]
    if explicit:
        return explicit[0] if len(explicit) == 1 else None
    here = [c for c in configs if c.value.path == f"{folder}/apps.py"]
    offered = [c for c in here if c.default is not False]
    own = {config.value.name for config in configs}
    others = [n for n, flag in rivals.items() if flag is not False and n not in own]
    if here and name in settings.seen and (others or not offered):
        flagged = [config for config in offered if config.default]
        named = [n for n in others if rivals[n]]
        return flagged[0] if len(flagged) == 1 and not named else None
    offered = offered or list(configs)
    if len(offered) == 1:
        return offered[0]
    flagged = [config for config in offered if config.default]
    if flagged or name in settings.seen:
        return flagged[0] if len(flagged) == 1 else None
    # It is not named: the class without subclasses is the one in use.
    leaves = [c for c in offered if not any(c.value.name in other.parents for other in offered)]
    return leaves[0] if len(leaves) == 1 else None


def _installed(entries: Iterable[str], settings: DjangoSettings) -> bool | None:
    if any(entry in settings.seen for entry in entries):
        return True
    return None if settings.installed is None else False


def _marked(code: Codebase, taken: set[str]) -> list[str]:
    folders = set()
    for path in code.survey.sources.paths:
        for mark in _MARKS:
            if path.endswith("/" + mark):
                folders.add(path[: -len(mark) - 1])
    return sorted(folders - taken, key=lambda folder: (folder.count("/"), folder))


def _package_name(code: Codebase, folder: str, settings: DjangoSettings) -> str:
    names = [name for mark in ("__init__.py", *_MARKS) for name in _names(code, folder, mark)]
    return next((name for name in names if name in settings.seen), names[0] if names else "")


def _names(code: Codebase, folder: str, mark: str) -> list[str]:
    path = f"{folder}/{mark}"
    if path not in code.survey.names.by_path:
        return []
    tail = mark.removesuffix(".py").removesuffix("__init__").strip("/").replace("/", ".")
    return [
        name.removesuffix(f".{tail}") if tail else name for name in code.survey.names.names_of(path)
    ]


def _has_migrations(code: Codebase, folder: str) -> bool:
    return code.survey.sources.has_below(f"{folder}/migrations")


def _enclosing(name: str, apps: Iterable[App]) -> App | None:
    around = [app for app in apps if name.startswith(app.name + ".")]
    return max(around, key=lambda app: len(app.name), default=None)


def _on_request(code: Codebase, apps: Sequence[App], wanted: Iterable[str]) -> list[App]:
    """Return apps for the named packages; a package inside an app shares its label and config."""
    known = {key for app in apps for key in (app.name, app.label)}
    found = []
    for name in dict.fromkeys(wanted):
        folder = code.survey.names.folder(name)
        if name in known or folder is None or folder == ".":
            continue
        around = _enclosing(name, apps)
        if around is None:
            found.append(App(name, name.rpartition(".")[2], folder))
        else:
            found.append(replace(around, name=name, path=folder))
    return found
