"""The lines of a test that create and change its rows. Entry: ``made``."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from signalgen.testplan.rows.fieldvalues import is_true, plain_value
from signalgen.testplan.rows.makers import maker_of, value_of
from signalgen.testplan.terms import kinds
from signalgen.testplan.terms.state import UNKNOWN, NotForeseenError, Term
from signalgen.testplan.terms.steps import step

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from signalgen.plan.context import Context
    from signalgen.testplan.cases.scenes import Staged
    from signalgen.testplan.terms.state import State
    from signalgen.values.project import Model


def of_root(given: Mapping[str, Term], root: str) -> dict[str, Term]:
    """Return the chosen values under ``root``, by their paths from there."""
    return {
        path[len(root) + 1 :]: term for path, term in given.items() if path.startswith(f"{root}.")
    }


def made(ctx: Context, model: Model, values: Mapping[str, Term]) -> str:
    """Return the call that makes a row of ``model`` with ``values``, given by path from it."""
    maker = maker_of(ctx, model)
    if maker is None:
        raise NotForeseenError(f"no row of {model.name} can be made")
    nested: dict[str, dict[str, Term]] = {}
    texts: dict[str, str] = {}
    for path, term in values.items():
        name, _, rest = path.partition(".")
        if rest:
            nested.setdefault(name, {})[rest] = term
        elif term.kind == kinds.ROW and term.text == "make":
            nested.setdefault(name, {})
        else:
            texts[name] = term.text
    for name, inner in nested.items():
        target = _target(ctx, model, name)
        if target is None or texts.get(name) == "None":
            raise NotForeseenError(name)
        texts[name] = made(ctx, target, inner)
    arguments = ", ".join(f"{name}={text}" for name, text in texts.items())
    return f"{maker.name}({arguments})"


def _target(ctx: Context, model: Model, name: str) -> Model | None:
    found = step(ctx, model, name)
    return found.model if found.use == "row" else None


def changes(
    ctx: Context, staged: Staged, model: Model, values: Mapping[str, Term]
) -> Iterator[str]:
    """Yield the lines that give the row its new values."""
    row = staged.scene.row
    for path, term in values.items():
        if "." in path:
            raise NotForeseenError(path)
        yield f"{row}.{path} = {_text_of(ctx, model, path, term)}"
    if staged.act == "change" and staged.field in model.self_set:
        raise NotForeseenError(f"{model.name}.save() of {staged.field}")
    if staged.act == "change" and staged.field not in values:
        field = model.field(staged.field)
        value = value_of(ctx, model, field, other=True) if field is not None else None
        if value is None:
            raise NotForeseenError(staged.field)
        yield f"{row}.{staged.field} = {value.code}"


def told_apart(ctx: Context, staged: Staged, old: dict[str, Term], new: dict[str, Term]) -> None:
    """Give the field that must change another value in ``old`` than its final one.

    ``new`` gets one where only ``old`` has.
    """
    field = staged.field
    if field in old and field in new and old[field].text == new[field].text:
        del old[field]
    if staged.act != "change" or "." in field or (field in old and field in new):
        return
    if field not in old and field not in new:
        old |= _unlike_a_factory(ctx, staged)
        return
    known = old.get(field) or new[field]
    value = known.value if known.value is not UNKNOWN else _literal(known.text)
    if isinstance(value, bool):
        other: str | float = not value
    elif isinstance(value, str) or known.kind in ("choice", kinds.TEXT):
        other = "before"
    elif isinstance(value, (int, float)):
        other = value + 1
    else:
        return
    (new if field in old else old)[field] = Term(ast.Constant(other), kinds.ANY, value=other)


def _unlike_a_factory(ctx: Context, staged: Staged) -> dict[str, Term]:
    # A factory or model_bakery may give a field the very value that it is changed to.
    model, name = staged.scene.model, staged.field
    field = model.field(name) if model is not None else None
    if model is None or field is None or field.kind != "plain" or name in model.self_set:
        return {}
    library = model.label in ctx.project.factories or (ctx.project.has_model_bakery and model.path)
    if kinds.OF_FIELDS.get(field.type) == kinds.FLAG:  # so may a default that is a function
        library = library or _literal(field.options.get("default", "0")) is UNKNOWN
    value = value_of(ctx, model, field, other=True)
    if not library or value is None or "()" in value.code or is_true(field, "unique"):
        return {}
    found = [text for _, text in field.choices] or [plain_value(field) or ""]
    found += ["False"] if found == ["True"] else []
    other = next((text for text in found if text != value.code), "")
    return {name: Term(ast.parse(other, mode="eval").body, kinds.ANY)} if other else {}


def _literal(text: str) -> object:
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return UNKNOWN


def beside(ctx: Context, model: Model, link: str) -> str | None:
    """Return the arguments that a second row with the same ``link`` needs; None without any."""
    found: dict[str, str] = {}
    for names in model.together:
        if link not in names:
            continue
        plain = [f for name in names if (f := model.field(name)) is not None and f.kind == "plain"]
        values = ((f.name, value_of(ctx, model, f, other=True)) for f in plain)
        known = next(((name, value.code) for name, value in values if value is not None), None)
        if known is None:
            return None
        found |= [known]
    return "".join(f", {name}={code}" for name, code in found.items())


def takes_unique(model: Model | None, line: str) -> bool:
    """Tell whether ``line`` makes a row with a value that no other row may have."""
    unique = [f.name for f in model.fields if is_true(f, "unique")] if model is not None else []
    return any(re.search(rf"\(.*\b{name}=", line) for name in unique)


def _text_of(ctx: Context, model: Model, path: str, term: Term) -> str:
    if term.kind == kinds.ROW and term.text == "make":
        target = _target(ctx, model, path)
        if target is None:
            raise NotForeseenError(path)
        return made(ctx, target, {})
    return term.text


def other_rows(ctx: Context, state: State, given: Mapping[str, Term]) -> Iterator[str]:
    """Yield the lines that make the other rows of a test."""
    for name, need in state.rows.items():
        values = {
            field: Term(ast.parse(text, mode="eval").body, kinds.ANY) for field, text in need.values
        }
        values |= of_root(given, name)
        if need.times:
            made_once = made(ctx, need.model, values)
            yield f"for _ in range({need.times}):\n    {made_once}" if need.times > 1 else made_once
        elif need.added:
            yield from _related(ctx, state, name, need.added, values)
        else:
            yield f"{name} = {made(ctx, need.model, values)}"


def _related(
    ctx: Context, state: State, name: str, manager: str, values: dict[str, Term]
) -> Iterator[str]:
    need = state.rows[name]
    scene = state.scene
    written, _, relation = manager.rpartition(".")
    owner, head = Term(ast.parse(written, mode="eval").body, kinds.ANY), written.split(".")[0]
    model = scene.model if head == scene.row else state.names[head].model
    if model is None:
        raise NotForeseenError(manager)
    for part in written.split(".")[1:]:
        leads = step(scene.ctx, model, part).model
        if leads is None:
            raise NotForeseenError(manager)
        model = leads
    found = step(scene.ctx, model, relation)
    if found.link:
        yield f"{name} = {made(ctx, need.model, {**values, found.link: owner})}"
        return
    if found.field is not None and found.field.through:
        raise NotForeseenError(manager)
    yield f"{name} = {made(ctx, need.model, values)}"
    yield f"with only():\n    {manager}.add({name})"
