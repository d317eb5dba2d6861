"""Which classes are Django models, and what they amount to once their bases are followed; worked out class by class."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from signalgen.facts.models import MODEL_CLASSES, RELATION_FIELDS
from signalgen.index.code import Code, flattened
from signalgen.index.heads import class_heads
from signalgen.index.names import bases, dotted, find_class, resolve
from signalgen.values.index import ClassRef, FieldInfo, ModelInfo

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Kind = Literal["fk", "one_to_one", "m2m", "file", "plain"]
_KINDS: Mapping[str, Kind] = {**RELATION_FIELDS, "FileField": "file", "ImageField": "file"}
_OUTSIDE = ("pydantic.", "rest_framework.", "django.forms.", "sqlalchemy.", "ninja.", "graphene.")
_DEEPEST = 12


@dataclass(frozen=True, slots=True)
class Models:
    """The models that were worked out so far, by dotted class; None for classes that are none."""

    code: Code
    known: dict[str, ModelInfo | None] = field(default_factory=dict)

    def get(self, name: str) -> ModelInfo | None:
        """Return the model that a resolved dotted name means, None when it is not known to be one."""
        if name not in self.known:
            self.known[name] = (
                None  # one that derives from itself, as half-written code may, is no model
            )
            cls = find_class(self.code, name)
            self.known[name] = self._made(cls) if cls is not None else None
        return self.known[name]

    def by_label(self, label: str, paths: Iterable[str]) -> ModelInfo | None:
        """Return the model that ``app_label.Name`` names, in any case of its letters, None when none of the files has it."""
        app, _, name = label.partition(".")
        wanted = name.encode().lower()
        for head in class_heads(self.code, paths):
            if head.name.lower() == wanted:
                model = self.get(f"{self.code.module(head.path)}.{head.name.decode()}")
                if model is not None and model.app_label == app:
                    return model
        return None

    def _made(self, cls: ClassRef) -> ModelInfo | None:
        named = bases(self.code, cls)
        parents = tuple(found for base in named if (found := self.get(base)) is not None)
        outside = [base for base in named if find_class(self.code, base) is None]
        rooted = any(base in MODEL_CLASSES for base in outside)
        guessed = [base for base in outside if _sounds_like_model(base)]
        if not parents and not rooted and not guessed:
            return None
        meta = _meta(cls)
        fields = {item.name: item for parent in reversed(parents) for item in parent.fields}
        for item in _fields(self.code, cls):
            fields[item.name] = item
        known = {"object", *MODEL_CLASSES}
        complete = all(parent.complete for parent in parents) and all(
            base in known for base in outside
        )
        return ModelInfo(
            cls=cls,
            abstract=_is_true(meta.get("abstract")),
            proxy=_is_true(meta.get("proxy")),
            complete=complete,
            app_label=_text(meta.get("app_label")) or app_label(self.code, cls.path),
            parents=parents,
            fields=tuple(fields.values()),
        )


def _sounds_like_model(base: str) -> bool:
    return base.endswith("Model") and "." in base and not base.startswith(_OUTSIDE)


def app_label(code: Code, path: str) -> str:
    """Return the label that the app of a models file most likely has: the name of the package above ``models``."""
    parts = path.split("/")
    folder = parts[: parts.index("models")] if "models" in parts else parts[:-1]
    for length in range(len(folder), 0, -1):
        config = "/".join([*folder[:length], "apps.py"])
        if code.survey.sources.has(config):
            return _label_in(code, config) or folder[length - 1]
    return folder[-1] if folder else ""


def _label_in(code: Code, path: str) -> str:
    """Return the one literal label in an apps.py, empty when there is none or several."""
    labels = set()
    if b"label" in code.data(path):
        outline = code.outline(path)
        for chunk in outline.chunks:
            if chunk.kind == "class":
                for stmt in code.parsed(path, chunk):
                    if isinstance(stmt, ast.ClassDef):
                        labels.add(_text(_assigned(stmt.body).get("label")))
    labels.discard("")
    return labels.pop() if len(labels) == 1 else ""


def _meta(cls: ClassRef) -> Mapping[str, ast.expr]:
    for stmt in cls.node.body:
        if isinstance(stmt, ast.ClassDef) and stmt.name == "Meta":
            return _assigned(stmt.body)
    return {}


def _assigned(body: list[ast.stmt]) -> dict[str, ast.expr]:
    found: dict[str, ast.expr] = {}
    for stmt in flattened(body):
        if (
            isinstance(stmt, ast.Assign)
            and len(stmt.targets) == 1
            and isinstance(stmt.targets[0], ast.Name)
        ):
            found[stmt.targets[0].id] = stmt.value
        elif (
            isinstance(stmt, ast.AnnAssign)
            and isinstance(stmt.target, ast.Name)
            and stmt.value is not None
        ):
            found[stmt.target.id] = stmt.value
    return found


def _fields(code: Code, cls: ClassRef) -> list[FieldInfo]:
    found = []
    for name, value in _assigned(cls.node.body).items():
        if not isinstance(value, ast.Call):
            continue
        written = dotted(value.func)
        last = written.rpartition(".")[2]
        if last in _KINDS or last.endswith("Field"):
            found.append(_field(code, cls, name, last, value))
    return found


def _field(code: Code, cls: ClassRef, name: str, last: str, call: ast.Call) -> FieldInfo:
    kind: Kind = _KINDS.get(last, "plain")
    options = {item.arg: item.value for item in call.keywords if item.arg}
    to = ""
    if kind in ("fk", "one_to_one", "m2m"):
        target = options.get("to") or (call.args[0] if call.args else None)
        to = _target(code, cls, target)
    return FieldInfo(
        name=name,
        kind=kind,
        type=last,
        to=to,
        through=_target(code, cls, options.get("through")),
        related_name=_text(options.get("related_name")),
    )


def _target(code: Code, cls: ClassRef, node: ast.expr | None) -> str:
    text = _text(node)
    if text == "self":
        return cls.dotted
    if text:
        return text if "." in text else f"{cls.module}.{text}"
    written = dotted(node)
    return resolve(code, cls.path, written) if written else ""


def _text(node: ast.expr | None) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _is_true(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and node.value is True
