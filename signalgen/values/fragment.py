"""Fragment: one finished piece of Python text and the file that it belongs to."""

from __future__ import annotations

from typing import Literal

from signalgen.late import dataclass

Kind = Literal["signal", "receiver", "sender", "task", "test", "support"]
CONFIG_ID = "config:app"
"""The id of the AppConfig that a run writes if an app has none."""


@dataclass(frozen=True, slots=True, order=True)
class ImportNeed:
    """A name that generated code uses: ``from module import name as alias``.

    It is ``import module`` if ``name`` is empty. ``module`` may be relative (``.models``).
    ``type_checking`` puts it under ``if TYPE_CHECKING:``.
    """

    module: str
    name: str = ""
    alias: str = ""
    type_checking: bool = False

    @property
    def bound(self) -> str:
        """The name that the import binds in the module."""
        return self.alias or self.name or self.module.partition(".")[0]

    @property
    def line(self) -> str:
        """The import statement that satisfies the need."""
        alias = f" as {self.alias}" if self.alias else ""
        return (
            f"from {self.module} import {self.name}{alias}"
            if self.name
            else f"import {self.module}{alias}"
        )


@dataclass(frozen=True, slots=True)
class Fragment:
    """One top-level symbol of generated code for the file ``path``.

    ``id`` is its stable id in the file (``receiver:orders.on_order_saved``); ``name`` the name it
    binds, which may change while the id stays. ``text`` ends with a newline, uses LF, is not
    indented, and has no import lines: these are ``imports``. ``source`` is the spec it came from.
    ``support`` marks code that exists only for other fragments (``logger = …``): it is placed below
    the imports, above every symbol, and skipped if the file already binds ``name``.
    """

    path: str
    id: str
    kind: Kind
    name: str
    text: str
    source: str
    imports: tuple[ImportNeed, ...] = ()


@dataclass(frozen=True, slots=True)
class NewFile:
    """How a new file starts: docstring or comment lines with trailing newline, or nothing."""

    path: str
    header: str = ""


@dataclass(frozen=True, slots=True)
class ReadyHook:
    """An import that the ``ready()`` of an AppConfig must make.

    ``path`` is the file of the AppConfig and ``class_name`` the class in it, "" for an import that
    the module itself makes, the ``__init__.py`` of a package. ``module`` is what must be imported,
    as an absolute dotted path, and ``loads`` its file; ``package`` is the package of ``path``, from
    which relative imports start. ``through`` are the modules that import it, directly or
    indirectly: loading one of them is enough. ``relative``: the app's modules use relative imports.
    ``typed``: a new ready() in a file without functions gets a return annotation; so does an
    existing one if mypy requires it (``checked``). ``first``: no earlier run has generated code for
    the app.
    """

    path: str
    class_name: str
    module: str
    package: str
    source: str
    loads: str = ""
    through: frozenset[str] = frozenset()
    relative: bool = True
    typed: bool = False
    first: bool = False
    checked: bool = False

    @property
    def name(self) -> str:
        """The place of the import, for messages."""
        return f"{self.class_name}.ready" if self.class_name else self.module
