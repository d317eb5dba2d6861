"""The tools of the server: ``Toolbox``. Each call reads the project again, so no answer is stale.

Assistants see a tool's docstring and the descriptions of its parameters.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from functools import wraps
from threading import Lock
from typing import TYPE_CHECKING, Annotated, Literal, ParamSpec, TypeVar

from mcp.server.mcpserver.exceptions import ToolError
from pydantic import Field

from signalgen.api import check, inside_of, surveyed
from signalgen.check import all_rules
from signalgen.check.called import rule_called, rule_data
from signalgen.check.engine.docs import rule_text
from signalgen.errors import SignalgenError
from signalgen.overview import listing, trace, why
from signalgen.project import read_recipes
from signalgen.serving.answers import (
    Because,
    ChainShown,
    FindingShown,
    FindingsShown,
    Generated,
    Happens,
    Listed,
    RecipeShown,
    RecipesShown,
    RegistrationShown,
    RuleShown,
    SignalShown,
    SpecInput,
    StepShown,
    TaskShown,
    Validated,
)
from signalgen.serving.specs import generated, told
from signalgen.showing import recipe_called, recipe_data
from signalgen.spec import Catalogue

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from signalgen.values.check import Finding

_Given = ParamSpec("_Given")
_Answer = TypeVar("_Answer")

Specs = Annotated[
    list[SpecInput], Field(description="The specs, generated together: all or nothing")
]
Edits = Annotated[
    Literal["stop", "keep", "theirs"],
    Field(
        description="If a person and the spec changed the same code: stop, or keep the "
        "person's version"
    ),
]
Limit = Annotated[int, Field(ge=1, le=1000, description="The most rows to return")]
Model = Annotated[str, Field(description="A model: orders.Order, or Order if that is unique")]
Paths = Annotated[
    Sequence[str], Field(description="Files or folders, relative to the project; empty: all of it")
]
Codes = Annotated[
    Sequence[str], Field(description="Codes, prefixes or names of rules; empty: the usual ones")
]


def _answered(work: Callable[_Given, _Answer]) -> Callable[_Given, _Answer]:
    """Run one tool at a time, and turn the library's errors into tool errors."""

    @wraps(work)
    def answer(*args: _Given.args, **kwargs: _Given.kwargs) -> _Answer:
        try:
            with _ONE:
                return work(*args, **kwargs)
        except SignalgenError as error:
            lines = [
                f"{one.message} ({one.hint})" if one.hint else one.message for one in error.problems
            ]
            raise ToolError("\n".join(lines)) from error

    return answer


_ONE = Lock()


class Toolbox:
    """The tools for the project at ``root``; ``allow_write`` adds the one that writes."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @_answered
    def validate_spec(self, specs: Specs) -> Validated:
        """Say what is wrong in specs, each problem with its line, column and likely fix.

        The specs are also checked against the project: models, fields, tasks, and the rules for
        bodies. Nothing is written.
        """
        done = generated(self.root, specs)
        return Validated(ok=done.ok, problems=done.problems, notes=done.notes)

    @_answered
    def preview_spec(
        self, specs: Specs, paths: Paths = (), on_conflict: Edits = "stop"
    ) -> Generated:
        """Show what generating from specs would change: every file, as a unified diff.

        Nothing is written. `paths` limits the diffs to these files; tests are long.
        """
        return generated(self.root, specs, paths=paths, conflict=on_conflict)

    @_answered
    def apply_spec(self, specs: Specs, on_conflict: Edits = "stop") -> Generated:
        """Generate code from specs in the project: receivers, hook, senders, tasks and tests.

        All files or none, only inside the project; including the spec itself if its text is given.
        Hand edits are kept. Call preview_spec first. The last of next_steps runs the new tests.
        """
        return generated(self.root, specs, conflict=on_conflict, write=True)

    @_answered
    def list_signals(
        self,
        kind: Annotated[
            Literal["registrations", "signals", "tasks"],
            Field(description="Receivers as connected, signals of the project, or its tasks"),
        ] = "registrations",
        app: Annotated[str, Field(description="Only this app")] = "",
        signal: Annotated[str, Field(description="Only this signal: post_save")] = "",
        sender: Annotated[str, Field(description="Only this sender: orders.Order")] = "",
        receiver: Annotated[str, Field(description="Only this receiver")] = "",
        limit: Limit = 200,
    ) -> Listed:
        """List the project's signal code: receivers, signals, effects, and what never runs.

        Names may be given in full or by their last parts.
        """
        found = listing(self.root, kind, app=app, signal=signal, sender=sender, receiver=receiver)
        rows = [asdict(row) for row in found.rows[:limit]]
        return Listed(
            total=len(found.rows),
            registrations=[RegistrationShown(**r) for r in rows if kind == "registrations"],
            signals=[SignalShown(**r) for r in rows if kind == "signals"],
            tasks=[TaskShown(**r) for r in rows if kind == "tasks"],
            notes=told(found.skipped),
        )

    @_answered
    def trace_model(
        self,
        subject: Annotated[str, Field(description="A model, or a custom signal of the project")],
        event: Annotated[
            str, Field(description="save, create, update, delete, or m2m:FIELD")
        ] = "save",
        to: Annotated[str, Field(description="Only what leads to this receiver or task")] = "",
    ) -> Happens:
        """Show what happens, in order, when a row is saved or deleted, or a signal is sent."""
        found = trace(self.root, subject, event, to=to)
        return Happens(trace=StepShown(**asdict(found.root)), notes=told(found.skipped))

    @_answered
    def why_receiver(
        self,
        model: Model,
        signal: Annotated[str, Field(description="post_save, or a signal of the project")],
        receiver: Annotated[str, Field(description="Only this function")] = "",
    ) -> Because:
        """Say why receivers of a model's signal run, do not run, or run twice, link by link."""
        found = why(self.root, model, signal, receiver)
        return Because(
            model=found.model,
            signal=found.signal,
            chains=[ChainShown(**asdict(chain)) for chain in found.chains],
            notes=told(found.skipped),
        )

    @_answered
    def check_project(
        self,
        paths: Paths = (),
        select: Codes = (),
        ignore: Codes = (),
        since: Annotated[str, Field(description="Only what is new since this git ref")] = "",
        limit: Limit = 100,
    ) -> FindingsShown:
        """Find mistakes in signal code, whoever wrote it. Nothing is fixed or written."""
        inside_of(surveyed(self.root, settle=False), paths)
        found = check(self.root, paths, select=select, ignore=ignore, since=since or None)
        shown = [_finding(one) for one in found.findings[:limit]]
        return FindingsShown(total=len(found.findings), findings=shown, notes=told(found.notes))

    @_answered
    def explain_rule(
        self, rule: Annotated[str, Field(description="A code or a name: SG101, no-kwargs")]
    ) -> RuleShown:
        """Explain a rule: what it flags, why it matters, bad and good code, when it is silent."""
        return RuleShown.model_validate(rule_data(rule_called(rule)))

    @_answered
    def get_recipes(
        self,
        slug: Annotated[str, Field(description="One recipe in full; empty: a list of all")] = "",
    ) -> RecipesShown:
        """List the ready-made patterns for specs, or show one with the code that it generates."""
        catalogue = self.catalogue()
        if not slug:
            recipes = [RecipeShown(slug=one.slug, use=one.use) for one in catalogue.recipes()]
            return RecipesShown(recipes=recipes)
        shown = recipe_data(recipe_called(slug, catalogue), catalogue)
        return RecipesShown(recipes=[RecipeShown.model_validate(shown)])

    def catalogue(self) -> Catalogue:
        """Return the recipes that specs of the project may name."""
        return Catalogue(read_recipes(self.root))

    def rules(self) -> str:
        """Return one line per rule."""
        lines = (
            f"- {one.code} {one.name} ({one.severity}): {rule_text(one).title}"
            for one in all_rules()
        )
        return "\n".join(lines) + "\n"


def _finding(one: Finding) -> FindingShown:
    return FindingShown(
        code=one.code,
        name=one.name,
        severity=one.severity,
        path=one.path,
        line=one.line,
        column=one.column,
        message=one.message,
        hint=one.hint,
        source=one.source,
        fix="none" if one.fix is None else "safe" if one.fix.safe else "unsafe",
    )
