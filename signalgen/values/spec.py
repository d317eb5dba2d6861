"""Spec: what the user asks for, each value with its place in the YAML file."""

from __future__ import annotations

from dataclasses import field as default
from typing import TYPE_CHECKING, Literal

from signalgen.late import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping

    from signalgen.values.settings import TestDetail
    from signalgen.values.uses import Use

Send = Literal["send", "send_robust", "asend", "asend_robust"]
TaskBackend = Literal["celery", "django"]


def watched(key: str) -> tuple[str, ...]:
    """Return the fields that a key below ``on_change`` names: ``"status, total"`` has two."""
    return tuple(part.strip() for part in key.removeprefix("on_change.").split(","))


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in a spec: file, 1-based line and column, and the path of keys that leads there.

    Line and column are 0 if the spec was not a text.
    """

    file: str
    line: int
    column: int
    path: str = ""


@dataclass(frozen=True, slots=True)
class Code:
    """Python that a spec declares: a body, a guard, an argument expression or an import line.

    ``text`` is dedented, without trailing blank lines, comments kept. ``mark`` is the place of its
    first character. ``indent`` is the YAML column (0-based) at which the lines after the first
    begin, so that a position in ``text`` can be found in the YAML file; None for a flow scalar,
    where only the first line can be placed exactly. ``parts`` are codes in the first line of a
    generated ``text``, each with its column, in order.
    """

    text: str
    mark: Mark
    indent: int | None = None
    parts: tuple[tuple[int, Code], ...] = ()

    def at(self, line: int, column: int) -> Mark:
        """Return the place in the YAML of ``line`` (from 1) and ``column`` (from 0) of ``text``."""
        if not self.mark.line:
            return self.mark
        for start, part in reversed(self.parts if line == 1 else ()):
            if start <= column:
                return part.at(1, column - start)
        if self.indent is None:
            shift = column if line == 1 else 0
            return Mark(self.mark.file, self.mark.line, self.mark.column + shift, self.mark.path)
        return Mark(
            self.mark.file, self.mark.line + line - 1, self.indent + 1 + column, self.mark.path
        )

    def at_byte(self, line: int, column: int) -> Mark:
        """Return the place of a node of the syntax tree, whose columns count bytes of UTF-8."""
        lines = self.text.split("\n")
        data = lines[line - 1].encode() if 0 < line <= len(lines) else b""
        return self.at(line, len(data[:column].decode("utf-8", "ignore")) if data else column)


@dataclass(frozen=True, slots=True)
class Ref:
    """A name that refers to something (signal, model, task), as written, with its place."""

    text: str
    mark: Mark


@dataclass(frozen=True, slots=True)
class ArgSpec:
    """One argument of a custom signal or task; ``amount: Decimal`` is annotated ``Decimal``."""

    name: str
    annotation: str | None
    mark: Mark


@dataclass(frozen=True, slots=True)
class TaskSpec:
    """A background task that bodies and ``enqueue`` name; ``app`` None means the spec's own app."""

    name: str
    mark: Mark
    app: str | None = None
    args: tuple[ArgSpec, ...] = ()
    description: str | None = None
    retries: int | None = None
    backoff: bool = True
    queue: str | None = None


@dataclass(frozen=True, slots=True)
class EnqueueSpec:
    """One ``enqueue`` entry: the task, its branch (such as ``create``, ``add``), and arguments."""

    task: Ref
    on: str
    args: tuple[Code, ...]
    mark: Mark


@dataclass(frozen=True, slots=True)
class HandlerSpec:
    """One receiver; ``branches`` maps keys as written (``on_create``, ``on_pre_add``) to bodies.

    ``implementation`` is separate from ``body`` because it means the update branch on pre_save.
    ``models`` comes from ``model``, ``models`` or ``sender``; empty for receivers of every sender.
    ``module`` is its module in the app's package, None for the usual one. ``marks`` gives the place
    of each key that was written; look keys up with ``place``.
    """

    name: str
    mark: Mark
    signals: tuple[Ref, ...]
    id: str
    description: str | None = None
    models: tuple[Ref, ...] = ()
    field: Ref | None = None
    branches: Mapping[str, Code] = default(default_factory=dict)
    body: Code | None = None
    implementation: Code | None = None
    on_change: Mapping[str, Code] = default(default_factory=dict)
    when: Code | None = None
    update_fields: tuple[Ref, ...] = ()
    raw: Literal["skip", "run"] | None = None
    enqueue: tuple[EnqueueSpec, ...] = ()
    after_commit: Code | None = None
    defer_tasks: bool = True
    defer_effects: bool = True
    on_error: Literal["raise", "log"] = "raise"
    is_async: bool = False
    dispatch_uid: str | None = None
    recursion: Literal["refuse", "guarded"] = "refuse"
    bulk_test: bool = False
    subclasses: bool = False
    module: Ref | None = None
    marks: Mapping[str, Mark] = default(default_factory=dict)

    def place(self, key: str) -> Mark:
        """Return where ``key`` was written, otherwise the handler's own place."""
        return self.marks.get(key, self.mark)

    def codes(self) -> dict[str, Code]:
        """Return every statement body by its key, ``on_change.FIELD`` for fields."""
        whole = {
            "body": self.body,
            "implementation": self.implementation,
            "after_commit": self.after_commit,
        }
        found = {key: code for key, code in whole.items() if code is not None}
        found.update(self.branches)
        found.update({f"on_change.{field}": code for field, code in self.on_change.items()})
        return found


@dataclass(frozen=True, slots=True)
class DefinitionSpec:
    """Code of a recipe for a receivers or services module, outside any receiver; binds ``name``."""

    name: str
    module: Literal["receivers", "services"]
    code: Code


@dataclass(frozen=True, slots=True)
class RecipeTest:
    """A test from a recipe: the neutral lines of ``code``, and imports that only it needs.

    The lines call ``make_order``, ``watch("name of a handler")`` and other helpers of a test
    module; expectations are bare ``assert`` and ``with raises(Error, "text"):``.
    """

    name: str
    description: str
    code: Code
    imports: tuple[Code, ...] = ()


@dataclass(frozen=True, slots=True)
class RecipeTests:
    """The tests of the entry ``name`` under ``recipes``, about its model.

    ``handlers`` are the ids and ``definitions`` the names that the entry expands to.
    """

    name: str
    model: Ref | None
    handlers: tuple[str, ...]
    definitions: tuple[str, ...]
    tests: tuple[RecipeTest, ...]
    mark: Mark


@dataclass(frozen=True, slots=True)
class SignalSpec:
    """A custom signal: its arguments, who sends it, how, and the receivers declared under it."""

    name: str
    mark: Mark
    args: tuple[ArgSpec, ...] = ()
    description: str | None = None
    sender: Ref | None = None
    send: Send = "send"
    handlers: tuple[HandlerSpec, ...] = ()


@dataclass(frozen=True, slots=True)
class Spec:
    """One spec file: the signals of one app.

    ``app`` is the import path of the app package as written. ``source`` names where the spec came
    from (a path relative to the project, ``<stdin>``, or ``signal:<name>`` for the signal command);
    generated symbols remember it, so that removing one spec leaves another's alone. ``typed``,
    ``task_backend`` and ``test_detail`` are None if the spec leaves the choice to the project.
    ``delay_on_commit`` is the place of that key, which asks for Celery's own deferral, or None.
    ``models`` are those that recipes' code names by their class name, ``uses`` what recipes' values
    require of the project. ``digest`` is the hash of the spec's bytes, empty if not requested.
    """

    file: str
    source: str
    app: Ref
    imports: tuple[Code, ...] = ()
    tasks: tuple[TaskSpec, ...] = ()
    handlers: tuple[HandlerSpec, ...] = ()
    signals: tuple[SignalSpec, ...] = ()
    definitions: tuple[DefinitionSpec, ...] = ()
    recipe_tests: tuple[RecipeTests, ...] = ()
    uses: tuple[Use, ...] = ()
    models: tuple[Ref, ...] = ()
    helpers: tuple[Ref, ...] = ()
    task_backend: TaskBackend | None = None
    typed: bool | None = None
    test_detail: TestDetail | None = None
    delay_on_commit: Mark | None = None
    lines: tuple[str, ...] = ()
    digest: str = default(default="", compare=False, repr=False)

    def source_line(self, mark: Mark) -> str:
        """Return the line of the YAML file that ``mark`` is on, for a caret under it."""
        return self.lines[mark.line - 1] if 0 < mark.line <= len(self.lines) else ""
