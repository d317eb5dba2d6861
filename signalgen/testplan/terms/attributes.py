"""The attributes of rows, classes and requests. Entries: the ``of_…`` functions, ``filled``."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from signalgen.facts import orm
from signalgen.syntax import snake_words
from signalgen.testplan.rows.fieldvalues import is_true
from signalgen.testplan.terms import kinds
from signalgen.testplan.terms.state import (
    UNKNOWN,
    NotForeseenError,
    RowNeed,
    State,
    Term,
    model_of,
    need_row,
)
from signalgen.testplan.terms.steps import UsedAs, step

if TYPE_CHECKING:
    from signalgen.values.index import ModelField
    from signalgen.values.project import Model


def attribute_of(owner: Term, name: str) -> ast.expr | None:
    """Return the node of an attribute, None if the object is unknown."""
    return ast.Attribute(owner.node, name, ast.Load()) if owner.node is not None else None


def of_row(owner: Term, name: str, state: State) -> Term:
    """Return an attribute of a row; raises NotForeseenError."""
    model = model_of(owner)
    path = f"{owner.path}.{name}" if owner.path else ""
    if name == "_meta":
        return Term(attribute_of(owner, name), "meta", model)
    if name == "__class__":
        return Term(attribute_of(owner, name), kinds.MODEL, model)
    if path in state.assigned:
        return state.assigned[path]
    found = step(state.scene.ctx, model, name)
    if owner.nullable:
        owner = filled(owner, state)
    if found.use == "key":
        return _key(owner, name, path, found.field, state)
    if found.use == "field" and found.field is not None:
        return _field(owner, name, path, found.field, state)
    if found.use == "row" and found.model is not None:
        return _row(owner, name, path, found, state)
    if found.use == "back" and found.model is not None:
        return _back(found, path, state)
    if found.use == "rows" and found.model is not None:
        return Term(attribute_of(owner, name), kinds.ROWS, found.model, path)
    raise NotForeseenError(f"{model.name}.{name}")


def _row(owner: Term, name: str, path: str, found: UsedAs, state: State) -> Term:
    # The row that a foreign key leads to.
    if found.field is None:
        raise NotForeseenError(path)
    if state.scene.family == "delete" and is_true(found.field, "primary_key"):
        # A deleted row loses its key, and with it the related row.
        state.captured.setdefault(name, f"{state.scene.row}.{name}")
        return Term(ast.Name(name, ast.Load()), kinds.ROW, found.model, path)
    nullable = is_true(found.field, "null") and path not in state.given
    return Term(attribute_of(owner, name), kinds.ROW, found.model, path, nullable=nullable)


def _back(found: UsedAs, path: str, state: State) -> Term:
    # The one row that points at the signal's row: the test makes it.
    scene, model = state.scene, found.model
    name = snake_words(model.name) if model is not None else ""
    there = scene.family in ("save", "m2m") and not scene.fixed.get("adding")
    if model is None or not there or path.count(".") != 1 or not path.startswith("instance."):
        raise NotForeseenError(path)
    need = RowNeed(model, ((found.link, scene.row),))
    child = found.link.endswith("_ptr") or name in state.names or name == scene.row
    if child:
        raise NotForeseenError(path)
    need_row(name, need, state)
    return Term(ast.Name(name, ast.Load()), kinds.ROW, model, name)


def _key(owner: Term, name: str, path: str, field: ModelField | None, state: State) -> Term:
    model = model_of(owner)
    # If a row's key is another row's, the column is its own key.
    same = field is not None and (field.name == name or is_true(field, "primary_key"))
    own = name in ("pk", "id") or same
    if own and owner.path == "instance":
        if state.scene.before and state.scene.fixed.get("adding") and not has_own_key(model):
            return Term(None, kinds.NONE, path=path, value=None)
        if state.scene.family == "delete":
            state.captured.setdefault("pk", f"{state.scene.row}.pk")
            return Term(ast.Name("pk", ast.Load()), _key_kind(model))
    nullable = not own and field is not None and is_true(field, "null")
    kind = _key_kind(model) if own else kinds.KEY
    return Term(
        attribute_of(owner, name), kind, path=path, nullable=nullable and path not in state.given
    )


def has_own_key(model: Model) -> bool:
    """Return whether a row has its key before its first save."""
    return any(
        is_true(field, "primary_key") and "AutoField" not in field.type for field in model.fields
    )


def _key_kind(model: Model) -> str:
    own = model.primary_key
    return kinds.OF_FIELDS.get(own.type, kinds.KEY) if own is not None else kinds.KEY


def _field(owner: Term, name: str, path: str, field: ModelField, state: State) -> Term:
    kind = kinds.OF_FIELDS.get(field.type.rpartition(".")[2])
    if kind is None:
        kind = kinds.FILE if field.kind == "file" else kinds.ANY
    known = state.given.get(path)
    value = known.value if known is not None else UNKNOWN
    nullable = is_true(field, "null") and (known is None or value is None)
    return Term(attribute_of(owner, name), kind, path=path, value=value, nullable=nullable)


def filled(owner: Term, state: State) -> Term:
    """Return ``owner``, which may be None, with the value or row that the test gives it."""
    if not owner.path or owner.path in state.given:
        if owner.path and state.given[owner.path].value is not None:
            return owner
        raise NotForeseenError(owner.text)
    if owner.kind == kinds.ROW and owner.model is not None:
        state.given[owner.path] = Term(ast.Name("make", ast.Load()), kinds.ROW, owner.model)
        return owner
    if owner.kind == kinds.KEY and owner.path.endswith("_id"):
        # A foreign key has a value if there is a row.
        row = owner.path.removesuffix("_id")
        if row in state.given and state.given[row].value is None:
            raise NotForeseenError(owner.text)
        state.given.setdefault(row, Term(ast.Name("make", ast.Load()), kinds.ROW))
        return replace(owner, nullable=False)
    if owner.kind not in kinds.SAMPLES:
        raise NotForeseenError(owner.text)
    state.given[owner.path] = Term(
        ast.parse(kinds.SAMPLES[owner.kind], mode="eval").body, owner.kind
    )
    return owner


_OF_USERS = ("get_full_name", "get_short_name", "get_username")


def display_of(owner: Term, name: str, node: ast.Call) -> Term:
    """Return the text of a choice, or the name of a user: ``instance.get_status_display()``."""
    field = name.removeprefix("get_").removesuffix("_display")
    model = model_of(owner)
    of_user = name in _OF_USERS and model.field("last_login") is not None
    shown_choice = name == f"get_{field}_display" and model.field(field) is not None
    if not (shown_choice or of_user) or node.args:
        raise NotForeseenError(ast.unparse(node))
    shown = attribute_of(owner, name)
    return Term(ast.Call(shown, [], []) if shown is not None else None, kinds.TEXT)


def of_model(owner: Term, name: str) -> Term:
    """Return an attribute of a model class."""
    model = model_of(owner)
    if name in orm.MANAGERS:
        return Term(attribute_of(owner, name), kinds.ROWS, model)
    if name == "__name__":
        return Term(attribute_of(owner, name), kinds.TEXT, value=model.name)
    if name == "_meta":
        return Term(attribute_of(owner, name), "meta", model)
    if name[:1].isupper():  # such as ``Order.Status``
        return Term(attribute_of(owner, name), "choices", model)
    raise NotForeseenError(name)


def of_meta(owner: Term, name: str) -> Term:
    """Return an attribute of a model's ``_meta``."""
    model = model_of(owner)
    known = {
        "app_label": model.app_label,
        "label": model.label,
        "label_lower": model.label.lower(),
        "model_name": model.name.lower(),
        "object_name": model.name,
    }
    if name not in known:
        raise NotForeseenError(name)
    return Term(attribute_of(owner, name), kinds.TEXT, value=known[name])


def of_class(owner: Term, name: str) -> Term:
    """Return an attribute of a module or a class."""
    path = f"{owner.path}.{name}"
    if path == "@django.conf.settings.DEBUG":
        return Term(attribute_of(owner, name), kinds.FLAG, value=False)
    kind = kinds.ANY if path.startswith("@django.conf.settings.") else kinds.CLASS
    return Term(attribute_of(owner, name), kind, path=path)


def of_request(owner: Term, name: str, state: State) -> Term:
    """Return an attribute of a request."""
    kind = {"META": "headers", "headers": "headers", "path": kinds.TEXT, "method": kinds.TEXT}
    if name not in kind or owner.path in state.given:
        raise NotForeseenError(name)
    return Term(attribute_of(owner, name), kind[name])


def check_lookups(node: ast.Call, model: Model, state: State) -> None:
    """Raise NotForeseenError unless every keyword of a query names a field of ``model``."""
    for keyword in node.keywords:
        name = (keyword.arg or "").partition("__")[0]
        if name in ("defaults", "using", "flat", "named", "batch_size"):
            continue
        if step(state.scene.ctx, model, name).use == "unknown":
            raise NotForeseenError(f"{model.name}.{name}")
