"""Specs over a project's own models, correct by construction, and the same with one name misspelt or one wrong link."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random  # noqa: TC003
from typing import TYPE_CHECKING, Any, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

SLOT: Final = "⟦"
KINDS: Final = ("attribute", "field", "lookup", "keyword", "column", "link", "model", "task")
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"
SHORTEST: Final = 4


@dataclass(frozen=True, slots=True)
class Case:
    """A spec and, where a mistake is planted, the line (from 1) that it is on."""

    kind: str
    form: str
    text: str
    line: int
    right: str
    wrong: str


@dataclass(frozen=True, slots=True)
class Slot:
    """What a form draws: the text with ``SLOT`` for ``name``, and what may not or may stand there by mistake."""

    text: str
    name: str
    taken: Collection[str] = ()
    others: tuple[str, ...] = ()
    tasks: str = ""


class Form(Protocol):
    """A function that draws a spec over a model; its name tells forms apart."""

    __name__: str

    def __call__(self, drawer: Drawer, model: dict[str, Any], /) -> Slot:
        """Return the drawn text. Raises UnfitError or IndexError where the model has nothing that fits."""


class UnfitError(Exception):
    """The drawn model has nothing of the kind that a form needs."""


def mangled(name: str, rng: Random, taken: Collection[str]) -> str:
    """Return ``name`` with a typo: a name that is not in ``taken``."""
    for _ in range(50):
        at = rng.randrange(1, len(name))
        slips = (
            name[:at] + name[at + 1 :],
            name[:at] + name[at] + name[at:],
            name[: at - 1] + name[at] + name[at - 1] + name[at + 1 :],
            name[:at] + rng.choice(_LETTERS) + name[at + 1 :],
        )
        wrong = rng.choice(slips)
        if wrong not in taken and wrong != name and wrong.isidentifier():
            return wrong
    raise UnfitError(name)


class Drawer:
    """Draws cases for one project; the same seed draws the same."""

    def __init__(
        self,
        truth: dict[str, Any],
        apps: tuple[str, ...],
        tasks: str,
        rng: Random,
        forms: Mapping[str, Sequence[Form]],
    ):
        """Take what ``truth.py`` says, the apps that get specs and the library of tasks."""
        self.rng = rng
        names = [model["name"] for model in truth["models"]]
        self.celery = tasks == "celery"
        self.forms = forms
        self.model_names = {*names}
        self.models = {model["label"]: model for model in truth["models"]}
        self.own = [
            model
            for model in truth["models"]
            if model["own"] and not model["proxy"] and names.count(model["name"]) == 1
        ]
        self.homes = [(app, model) for app in apps for model in self.own if at_home(app, model)]

    def case(self, kind: str, *, planted: bool) -> Case:
        """Return a case of ``kind``, with a mistake in it or without."""
        for _ in range(400):
            app, model = self.rng.choice(self.homes)
            form = self.rng.choice(self.forms[kind])
            try:
                slot = form(self, model)
                wrong = self.mistake(slot) if planted else ""
            except (UnfitError, IndexError):
                continue
            head = f"app: {app}\n{slot.tasks}"
            whole = head + ("" if slot.text.startswith("recipes") else "handlers:\n") + slot.text
            line = whole[: whole.index(SLOT)].count("\n") + 1 if planted else 0
            text = whole.replace(SLOT, wrong or slot.name)
            return Case(kind, form.__name__, text, line, slot.name, wrong)
        raise UnfitError(kind)

    def mistake(self, slot: Slot) -> str:
        """Return the replacement of the right name."""
        return (
            self.rng.choice(slot.others)
            if slot.others
            else mangled(slot.name, self.rng, slot.taken)
        )

    def elsewhere(self, model: dict[str, Any], link: str) -> list[str]:
        """Return the fields of ``model`` that a link may be confused with: they lead to other models, or nowhere."""
        target = next(item["to"] for item in model["fields"] if item["name"] == link)
        return [
            item["name"]
            for item in model["fields"]
            if not item["key"] and (item["kind"] == "plain" or item["to"] != target)
        ]

    def field(self, model: dict[str, Any], *wanted: str, **flags: bool) -> dict[str, Any]:
        """Return a field of ``model`` of one of the kinds or types ``wanted``."""
        fits = [
            item
            for item in model["fields"]
            if len(item["name"]) >= SHORTEST
            and not item["key"]
            and (not wanted or item["kind"] in wanted or item["type"] in wanted)
            and all(item[key] is value for key, value in flags.items())
        ]
        found: dict[str, Any] = self.rng.choice(fits)
        return found

    def to(self, field: dict[str, Any]) -> dict[str, Any]:
        """Return the model that a relation leads to."""
        if field["to"] not in self.models:
            raise UnfitError(field["to"])
        target: dict[str, Any] = self.models[field["to"]]
        return target

    def kid(self, model: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return a model of the project with a foreign key to ``model``, and the relation."""
        own = {item["label"] for item in self.own if item["default"] == "objects"}
        relation = self.rng.choice(
            [
                item
                for item in model["reverse"]
                if item["model"] in own and len(item["field"]) >= SHORTEST
            ]
        )
        return self.models[relation["model"]], relation


def at_home(app: str, model: dict[str, Any]) -> bool:
    """Return whether a model lies in the models module of ``app``."""
    module: str = model["app"]
    return module == f"{app}.models" or module.startswith(f"{app}.models.")
