"""Type hints for the arguments that receivers pass to tasks: ``given_types`` is the entry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.facts.tasks import LIKELY
from signalgen.plan.handlers.defer import calls
from signalgen.plan.names.relations import user_model
from signalgen.plan.names.valuetypes import Bound, key_type, type_of
from signalgen.syntax import bound_names, snake_words

if TYPE_CHECKING:
    import ast
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from signalgen.plan.context import Context
    from signalgen.plan.handlers.handler import Handled

    Passed = Callable[[ast.Call], tuple[Sequence[ast.expr], Mapping[str, ast.expr]]]
GivenTypes = dict[str, dict[int | str, str]]
_USER_TYPE = "AbstractBaseUser"


def given_types(ctx: Context, handled: Sequence[Handled], passed: Passed) -> GivenTypes:
    """Return, by task, the type of each argument by place or keyword; "" if unknown.

    ``passed`` returns a call's arguments. Several types for one argument become a union.
    """
    found: dict[str, dict[int | str, list[str]]] = {}
    for task, node, bound in _calls_of(ctx, handled):
        values, keywords = passed(node)
        handed: list[tuple[int | str, ast.expr]] = [*enumerate(values), *keywords.items()]
        for key, value in handed:
            own = found.setdefault(task, {}).setdefault(key, [])
            own.append(type_of(ctx, value, bound))
    return {
        task: {key: _together(types) for key, types in given.items()}
        for task, given in found.items()
    }


def type_by_name(ctx: Context, name: str) -> str:
    """Return the key type that a name such as ``order_id`` implies; "" for none."""
    words = {snake_words(model.name): model for model in ctx.app.models if not model.abstract}
    model = words.get(name[:-3]) if name.endswith(("_id", "_pk")) else None
    return key_type(ctx, model)


def _calls_of(
    ctx: Context, handled: Sequence[Handled]
) -> Iterator[tuple[str, ast.Call, Mapping[str, Bound]]]:
    for one in handled:
        bound = bound_by(ctx, one)
        for piece in one.pieces:
            anew = bound_names(piece.source)
            known = {name: value for name, value in bound.items() if name not in anew}
            for call in calls(piece.source):
                if call.callee.rpartition(".")[2] in LIKELY:
                    yield call.task, call.node, known


def bound_by(ctx: Context, one: Handled) -> dict[str, Bound]:
    """Return what the parameters of a receiver are bound to, if known."""
    bound: dict[str, Bound] = {}
    # The receiver determines the type of the keys.
    written = (text.partition(": ") for text in one.receiver.parameters)
    keys = next((hint for name, _, hint in written if name == "pk_set"), "")
    for parameter in one.parameters:
        if parameter.name == "pk_set" and "Any" not in keys:
            bound["pk_set"] = keys
            continue
        plain = parameter.annotation.removesuffix(" | None")
        model = user_model(ctx) if plain == _USER_TYPE else ctx.app.model(plain)
        if model is not None:
            bound[parameter.name] = model
        elif parameter.name != "instance" and "Any" not in plain and "{" not in plain:
            bound[parameter.name] = parameter.annotation
    models = [sender.model for sender in one.senders]
    first = models[0] if models else None
    one_way = one.uses[0].family != "m2m" or one.skips_reverse
    if first is not None and one_way and all(model is first for model in models):
        bound["instance"] = first
    return bound


def _together(types: Sequence[str]) -> str:
    if not all(types):
        return ""
    parts = dict.fromkeys(part for one in types for part in one.split(" | "))
    # None comes last, as people write it.
    return " | ".join(sorted(parts, key=lambda part: part == "None"))
