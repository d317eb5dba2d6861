"""Project: the user's code on disk, as far as signalgen needs it."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, Literal

from signalgen.late import dataclass
from signalgen.values.index import FieldKind, ModelField, Task
from signalgen.values.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from signalgen.errors import Problem
    from signalgen.values.settings import TestStyle

__all__ = [
    "App",
    "AppConfigClass",
    "Factory",
    "FieldKind",
    "Model",
    "ModelField",
    "Project",
    "Registration",
    "Settings",
    "SignalObject",
    "Style",
    "Task",
    "Testing",
]


@dataclass(frozen=True, slots=True)
class Model:
    """A Django model; ``module`` is its import path, ``exported`` where the app re-exports it.

    ``exported`` is the shortest such module. ``fields`` include those of bases found in the
    project; ``complete`` is False if a base could not be read: then a missing field proves nothing.
    ``attributes`` are the other names of the class body (managers, properties, methods, trackers),
    bases included. ``custom_save``: it or a base in the project overrides save/clean/full_clean,
    and assigns ``self_set`` there; ``refuses``: such a save raises errors itself. ``together``:
    fields that must be unique together. ``methods`` are the ``attributes`` that are methods.
    ``managed``: Django creates its table. ``has_objects``:
    its manager is called ``objects``. ``fields_known``: a package class among the bases gives no
    other fields, though it fills some itself. ``parents`` are the models among its bases, by module
    and name.
    """

    name: str
    app_label: str
    module: str
    exported: str
    path: str
    line: int
    bases: tuple[str, ...] = ()
    fields: tuple[ModelField, ...] = ()
    attributes: tuple[str, ...] = ()
    abstract: bool = False
    proxy: bool = False
    swappable: bool = False
    complete: bool = True
    custom_save: bool = False
    self_set: frozenset[str] = frozenset()
    refuses: bool = False
    together: tuple[tuple[str, ...], ...] = ()
    methods: frozenset[str] = frozenset()
    managed: bool = True
    has_objects: bool = True
    fields_known: bool = False
    parents: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """``app_label.Name``, as Django writes it."""
        return f"{self.app_label}.{self.name}"

    @property
    def primary_key(self) -> ModelField | None:
        """The field that is the primary key; None for the one that Django adds."""
        return next((one for one in self.fields if one.options.get("primary_key") == "True"), None)

    def field(self, name: str) -> ModelField | None:
        """Return the field called ``name``, or None."""
        return next((f for f in self.fields if f.name == name), None)


@dataclass(frozen=True, slots=True)
class Factory:
    """A factory_boy factory: its import path, and the fields by which it finds a row to return."""

    path: str
    finds_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Registration:
    """An existing receiver with the place, signals and senders of its registration, all resolved.

    ``function`` is its dotted name, or its source outside the project. ``senders`` is empty for any
    or an unknown sender.
    """

    function: str
    path: str
    line: int
    signals: tuple[str, ...]
    senders: tuple[str, ...] = ()
    dispatch_uid: str | None = None


@dataclass(frozen=True, slots=True)
class SignalObject:
    """A ``name = Signal()`` of the project."""

    name: str
    module: str
    path: str
    line: int


@dataclass(frozen=True, slots=True)
class AppConfigClass:
    """One AppConfig class; ``ready_simple``: its ready() has only imports and trivial lines.

    Trivial are a docstring, pass and super().ready(). ``default`` and ``excluded``: it, or a base,
    says ``default = True`` or ``False``.
    """

    name: str
    path: str
    line: int
    app_name: str | None
    label: str | None
    has_ready: bool
    ready_simple: bool
    default: bool = False
    excluded: bool = False


@dataclass(frozen=True, slots=True)
class App:
    """A Django app package: ``name`` is its import path, ``path`` its folder, ``label`` its label.

    ``path`` is relative to the project. ``configs`` are the AppConfig classes that name this app,
    in file order; ``config`` the one that Django would use, None if there is no single candidate.
    ``rivals`` are the AppConfig classes that its apps.py imports, also candidates.
    ``receiver_modules`` are module names inside the package (``signals``, ``receivers``,
    ``signals.handlers``) that hold receivers, most receivers first. ``typed``: most functions of
    the app are annotated, or mypy refuses those that are not (``checked``). ``tests`` is where its
    tests are: ``package`` (tests/ folder), ``module`` (tests.py, or test files beside it),
    ``external`` (a project-wide folder, then ``tests_path`` names the folder for this app) or
    ``none``; ``test_styles`` are the styles of the files there, by path. ``names`` lists the top-
    level names of each module that generation may write to, by path; ``origins`` maps each imported
    one of them to its source, as ``absolute.module:name`` (``absolute.module:`` for a plain
    import); names that the module defines itself are absent there. ``aliases`` are names of those
    modules that a call binds to a model (``User = get_user_model()``), as ``module:Name``.
    ``unread_models`` are names in its models modules that may be models, with their modules.
    ``relative``: its modules mostly import one another relatively; None when they do not import one
    another. ``loggers`` is the name of each such module's own logger if that is not ``logger``.
    """

    name: str
    label: str
    path: str
    exists: bool = True
    configs: tuple[AppConfigClass, ...] = ()
    config: AppConfigClass | None = None
    models: tuple[Model, ...] = ()
    registrations: tuple[Registration, ...] = ()
    receiver_modules: tuple[str, ...] = ()
    signals: tuple[SignalObject, ...] = ()
    tasks: tuple[Task, ...] = ()
    typed: bool = False
    checked: bool = False
    tests: Literal["package", "module", "external", "none"] = "none"
    tests_path: str | None = None
    test_styles: Mapping[str, TestStyle] = field(default_factory=dict)
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    origins: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    loggers: Mapping[str, str] = field(default_factory=dict)
    installed: bool | None = None
    relative: bool | None = None
    unread_models: Mapping[str, str] = field(default_factory=dict)
    aliases: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    rivals: tuple[str, ...] = ()

    def model(self, name: str) -> Model | None:
        """Return the model class called ``name``, or None."""
        return next((m for m in self.models if m.name == name), None)


@dataclass(frozen=True, slots=True)
class Style:
    """The project's code style; ``formatter`` is ``black``, ``ruff`` or ``none``.

    ``target_versions`` are black's names (``py311``). ``single_quotes``: fragments are written with
    single quotes. ``force_single_line``: one import a line. ``known_first_party`` are top-level
    packages that count as the project's own; ``combined_sections`` is True if imports are not split
    into sections.
    """

    formatter: Literal["black", "ruff", "none"] = "black"
    line_length: int = 88
    single_quotes: bool = False
    skip_magic_trailing_comma: bool = False
    target_versions: tuple[str, ...] = ()
    force_single_line: bool = False
    force_sort_within_sections: bool = False
    known_first_party: tuple[str, ...] = ()
    known_third_party: tuple[str, ...] = ()
    preview: bool = False


@dataclass(frozen=True, slots=True)
class Testing:
    """How the project's tests are run.

    ``pytest_django``: that plugin is required; ``pytest``: settings of pytest, or TEST_RUNNER, say
    that it runs the tests of Django. ``files``, ``classes`` and ``functions`` are pytest's
    ``python_files``, ``python_classes`` and ``python_functions`` where they are set, ``paths`` its
    ``testpaths``, relative to the project.
    """

    pytest_django: bool = False
    pytest: bool = False
    files: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    functions: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Project:
    """The project: its place and contents, and the versions and style that code must fit.

    ``root`` is absolute. ``import_roots`` are the folders on ``sys.path``, relative to ``root``
    (``"."``, ``"src"``). Versions are ``(major, minor)`` or None if unknown. ``auth_user_model`` is
    a label (``accounts.User``). ``imports`` is the project's import graph: module name -> module
    names that it imports at module level (not in functions, not under TYPE_CHECKING).
    ``task_libraries`` are the packages of task queues that the project requires or imports, None if
    it imports none and no file says what it requires. ``elsewhere``: registrations outside the
    apps. ``unread`` are the notes about files that could not be parsed. ``testing`` is how its
    tests are run, ``test_style`` the style of most, None without tests. ``own_task_class``: its
    Celery app has its own task class. ``databases`` are the writable ones besides the default,
    ``row_queues`` the kinds of tasks that commit with the rows in every settings file. ``left_out``
    are the arguments that the project omits when it sends Django's signals itself, by signal.
    ``cache_backends`` are the possible default caches, empty if unknown. ``files`` are the Python
    files and ``configs`` the configuration files (name -> path); ``texts`` are the bytes of those
    that were read, and of what a run reads after that (None: no such file): a run plans with, and
    overwrites, one state of each file.
    """

    root: str
    import_roots: tuple[str, ...] = (".",)
    apps: tuple[App, ...] = ()
    settings: Settings = field(default_factory=Settings)
    style: Style = field(default_factory=Style)
    auth_user_model: str | None = None
    django_version: tuple[int, int] | None = None
    celery_version: tuple[int, int] | None = None
    python_version: tuple[int, int] | None = None
    has_model_bakery: bool = False
    has_factory_boy: bool = False
    factories: Mapping[str, Factory] = field(default_factory=dict)
    testing: Testing = field(default_factory=Testing)
    test_style: TestStyle | None = None
    own_task_class: bool = False
    databases: tuple[str, ...] = ()
    row_queues: frozenset[str] = frozenset()
    left_out: Mapping[str, frozenset[str]] = field(default_factory=dict)
    cache_backends: frozenset[str] = frozenset()
    imports: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    installed_apps: tuple[str, ...] | None = None
    modules: Mapping[str, str] = field(default_factory=dict)
    task_libraries: frozenset[str] | None = None
    elsewhere: tuple[Registration, ...] = ()
    unread: tuple[Problem, ...] = ()
    files: tuple[str, ...] = field(default=(), compare=False, repr=False)
    configs: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)
    texts: dict[str, bytes | None] = field(default_factory=dict, compare=False, repr=False)

    @property
    def registrations(self) -> tuple[Registration, ...]:
        """Every registration of the project, those outside its apps included."""
        return (*(item for app in self.apps for item in app.registrations), *self.elsewhere)

    def app(self, name: str) -> App | None:
        """Return the app with the import path ``name``, otherwise with that label, or None."""
        named = next((a for a in self.apps if a.name == name), None)
        return named or next((a for a in self.apps if a.label == name), None)
