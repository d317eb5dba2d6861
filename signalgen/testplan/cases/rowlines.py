"""The lines of a test that make its rows, and change them. Entry: ``made``."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.testplan.rows.makers import maker_of, value_of
from signalgen.testplan.terms import kinds
from signalgen.testplan.terms.state import NotForeseenError, Term
from signalgen.testplan.terms.steps import step

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from signalgen.plan.context import Context
    from signalgen.testplan.cases.scenes import Staged
    from signalgen.testplan.terms.state import State
    from signalgen.values.project import Model


def of_root(given: Mapping[str, Term], root: str) -> dict[str, Term]:
    """Return the chosen values below ``root``, by the path from there."""
    return {
        path[len(root) + 1 :]: term for path, term in given.items() if path.startswith(f"{root}.")
    }


def made(ctx: Context, model: Model, values: Mapping[str, Term]) -> str:
    """Return the call that makes a row of ``model`` with ``values``, which are by path from it."""
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
    if staged.act == "change" and staged.field not in values:
        field = model.field(staged.field)
        value = value_of(ctx, model, field, other=True) if field is not None else None
        if value is None:
            raise NotForeseenError(staged.field)
        yield f"{row}.{staged.field} = {value.code}"


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
        if need.added:
            yield from _related(ctx, state, name, need.added, values)
        else:
            yield f"{name} = {made(ctx, need.model, values)}"


def _related(
    ctx: Context, state: State, name: str, manager: str, values: dict[str, Term]
) -> Iterator[str]:
    need = state.rows[name]
    scene = state.scene
    if scene.model is None:
        raise NotForeseenError(manager)
    owner = Term(ast.Name(scene.row, ast.Load()), kinds.ANY)
    found = step(scene.ctx, scene.model, manager.rpartition(".")[2])
    if found.link:
        yield f"{name} = {made(ctx, need.model, {**values, found.link: owner})}"
        return
    if found.field is not None and found.field.through:
        raise NotForeseenError(manager)
    yield f"{name} = {made(ctx, need.model, values)}"
    yield f"with only():\n    {manager}.add({name})"
