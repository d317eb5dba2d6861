"""The input and output types of the tools, which clients see as JSON Schemas."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class Shown(BaseModel):
    """The fields of a value that are shown."""

    model_config = ConfigDict(extra="ignore")


class SpecInput(BaseModel):
    """A spec in the project, or the text of a new one."""

    model_config = ConfigDict(extra="forbid")

    path: str = Field(description="The spec's file, relative to the project: specs/orders.yaml")
    text: str | None = Field(
        default=None, description="The text of the spec. Default: what the file holds now."
    )


class ProblemShown(Shown):
    """A problem or a note. Lines and columns count from 1, 0 is none."""

    file: str
    line: int
    column: int
    path: str = Field(description="The place inside the spec: handlers[0].on_create")
    code: str
    message: str
    hint: str = Field(description="The likely fix")


class Validated(Shown):
    """Whether code can be generated from the specs."""

    ok: bool = Field(description="False: nothing would be written")
    problems: list[ProblemShown] = Field(description="All problems, to be fixed first")
    notes: list[ProblemShown] = Field(description="Advice, which does not stop the run")


class ChangedFile(Shown):
    """What happens to one file of the project."""

    path: str
    action: Literal["create", "update", "delete"]
    diff: str = Field(description="A unified diff; empty for files that were not asked for")


class Conflict(Shown):
    """Code that both a person and the spec changed."""

    id: str
    name: str
    path: str
    line: int
    base: str = Field(description="The version that was generated last")
    ours: str = Field(description="The version that a person edited")
    theirs: str = Field(description="The version of the spec now")


class Generated(Validated):
    """What generating from specs changes."""

    written: bool
    files: list[ChangedFile]
    conflicts: list[Conflict]
    next_steps: list[str] = Field(description="What is left for you, in order")


class DeedShown(Shown):
    """One thing that a receiver does."""

    verb: str
    what: str
    waits: bool = Field(description="Only once the transaction has committed")
    maybe: bool = Field(description="Depends on the existing rows")
    bulk: bool = Field(description="Many rows at once, without a signal")


class RegistrationShown(Shown):
    """A receiver of one signal from one sender."""

    path: str
    line: int
    signal: str
    sender: str
    receiver: str
    app: str
    deeds: list[DeedShown]
    fates: list[str] = Field(description="Why Django never calls it; empty if it does")
    uid: str
    condition: str = Field(description="The condition under which it is connected, as written")


class SpotShown(Shown):
    """A place in the code."""

    path: str
    line: int
    function: str


class SignalShown(Shown):
    """A signal that the project defines."""

    path: str
    line: int
    signal: str
    app: str
    senders: list[SpotShown]
    receivers: list[str]


class TaskShown(Shown):
    """A background task of the project."""

    path: str
    line: int
    task: str
    app: str
    library: str
    parameters: list[str]
    queued_by: list[str]


class Listed(Shown):
    """Rows of one kind; the other lists are empty."""

    total: int = Field(description="How many rows match, also those beyond the limit")
    registrations: list[RegistrationShown]
    signals: list[SignalShown]
    tasks: list[TaskShown]
    notes: list[ProblemShown] = Field(description="Files that could not be read, or only partly")


class StepShown(Shown):
    """One thing that happens, and what it leads to, in order."""

    kind: str
    text: str
    name: str
    path: str
    line: int
    when: list[str] = Field(
        description="Conditions as written; with any of them the step may not happen"
    )
    waits: bool = Field(description="Only once the transaction has committed")
    again: bool = Field(description="Shown above, with its own steps")
    steps: list[StepShown]


class Happens(Shown):
    """What happens when a row is saved or deleted, or a signal is sent."""

    trace: StepShown
    notes: list[ProblemShown]


class LinkShown(Shown):
    """One thing that must hold for a receiver to run."""

    asks: str
    answer: Literal["yes", "no", "unknown"]
    says: str
    path: str
    line: int
    rule: str


class ChainShown(Shown):
    """The links between a signal and one registration."""

    receiver: str
    signal: str
    sender: str
    path: str
    line: int
    links: list[LinkShown]


class Because(Shown):
    """Why receivers do or do not run; without chains nothing listens to the signal."""

    model: str
    signal: str
    chains: list[ChainShown]
    notes: list[ProblemShown]


class FindingShown(Shown):
    """A mistake in signal code."""

    code: str
    name: str
    severity: Literal["error", "warning", "info"]
    path: str
    line: int
    column: int
    message: str
    hint: str
    source: str
    fix: Literal["none", "safe", "unsafe"] = Field(
        description="Whether signalgen check --fix, or --unsafe-fixes, fixes it"
    )


class FindingsShown(Shown):
    """The findings of the rules."""

    total: int = Field(description="How many findings there are, also those beyond the limit")
    findings: list[FindingShown]
    notes: list[ProblemShown]


class RuleShown(Shown):
    """A rule: what it flags, why, bad and good code, where it stays silent."""

    code: str
    name: str
    severity: str
    default: bool
    fix: str
    title: str
    sections: dict[str, str]


class ParameterShown(Shown):
    """A parameter of a recipe."""

    name: str
    value: str
    meaning: str
    required: bool
    default: str | None
    example: str


class RecipeShown(Shown):
    """A ready pattern; in a list of all only slug and use are filled."""

    slug: str
    use: str
    trap: str = ""
    parameters: list[ParameterShown] = []
    example: str = ""
    code: dict[str, str] = {}


class RecipesShown(Shown):
    """The ready patterns that a spec can name, or the one that was asked for."""

    recipes: list[RecipeShown]
