"""What a sender expression refers to: a class, ``app.Model``, ``get_model()``, the user model.

``sender_names`` is the entry; it also follows loops over models.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.dotted import dotted
from signalgen.index.models.shapes import app_label
from signalgen.index.reading.given import argument
from signalgen.index.reading.listed import (
    PlacedExpression,
    assigned,
    assigned_value,
    class_around,
    class_value,
    in_round,
    loop_around,
    rounds,
)
from signalgen.index.reading.resolving import (
    derived_from,
    find,
    find_function,
    resolve,
)
from signalgen.late import pattern

if TYPE_CHECKING:
    from signalgen.index.reading.code import Codebase
    from signalgen.values.index import ClassRef, FunctionRef


USER_SETTING = "settings.AUTH_USER_MODEL"
USER_CALL = "get_user_model()"
SETTING_READ = "django.conf.settings.AUTH_USER_MODEL"
"""What a relation to the user resolves to."""
USER_ASSIGNED = pattern(
    rb"AUTH_USER_MODEL[\"']?[ \t]*(?::[^=\n]+)?=(?!=)|\bas[ \t]+AUTH_USER_MODEL\b"
)
"""Text that may name the user model."""
_APP_CONFIGS = frozenset({"django.apps.AppConfig", "django.apps.config.AppConfig"})
_LOOKING_UP = ("get_model", "get_registered_model", "load_model")
_LABELS = ("app_label", "model_name")
_DEEPEST = 6


def sender_names(
    code: Codebase, path: str, node: ast.expr, scope: FunctionRef | None, depth: int = 0
) -> tuple[str, ...]:
    """Return what a sender expression resolves to, empty if unknown.

    Classes come as dotted names, lazy senders as ``app.Model``, the user model as
    ``settings.AUTH_USER_MODEL`` or ``get_user_model()``; ``Model.field.through`` keeps its tail. An
    AppConfig that passes ``self`` is named by its class.
    """
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return (node.value,)
    if isinstance(node, ast.Call):
        return _called(code, PlacedExpression(path, node, scope))
    if depth > _DEEPEST:
        return ()  # names that are assigned each other
    written = dotted(node)
    if not written:
        return ()
    head, _, rest = written.partition(".")
    loop = loop_around(code, node, head, PlacedExpression(path, node, scope))
    # All rounds of the loop or nothing: a partial list would hide a sender.
    if loop is not None:
        found = [
            in_round(PlacedExpression(path, node, scope), each)
            for each in rounds(code, *loop) or ()
        ]
        named = [sender_names(code, *each, depth + 2) for each in found]
        return tuple(name for names in named for name in names) if all(named) else ()
    if head in ("self", "cls"):
        return _own(code, PlacedExpression(path, node, scope), rest, depth)
    return named_sender(code, path, written, scope, depth)


def named_sender(
    code: Codebase, path: str, written: str, scope: FunctionRef | None, depth: int = 0
) -> tuple[str, ...]:
    """Return the same for a name that is not a loop variable."""
    name = resolve(code, path, written, scope)
    if name.endswith("settings.AUTH_USER_MODEL"):
        return (USER_SETTING,)
    if name.startswith("django.conf.settings."):
        return ()
    return _settled(code, name, written, scope, depth)


def _own(code: Codebase, item: PlacedExpression, rest: str, depth: int) -> tuple[str, ...]:
    node = class_around(item.scope)
    if node is None:
        return ()
    cls = code.class_ref(item.path, node)
    if not rest:
        config = dotted(item.node) == "self" and is_below(code, cls, _APP_CONFIGS)
        return (cls.dotted,) if config else ()
    first, _, tail = rest.partition(".")
    value = assigned(code, item.at(ast.Attribute(ast.Name("self", ast.Load()), first, ast.Load())))
    names = sender_names(code, *value, depth + 1) if value is not None else ()
    return tuple(f"{name}.{tail}" if tail else name for name in names)


def is_below(code: Codebase, cls: ClassRef, names: frozenset[str]) -> bool:
    """Tell whether a class derives, directly or not, from one of ``names``."""
    return any(name in names for name, _ in derived_from(code, cls))


def _settled(
    code: Codebase, name: str, written: str, scope: FunctionRef | None, depth: int
) -> tuple[str, ...]:
    """Return a resolved name, following ``Name = get_model(...)`` in the module or function."""
    found = find(code, name)
    head, _, rest = written.partition(".")
    if found is not None and isinstance(found.stmt, ast.ClassDef) and found.rest:
        return _of_class(code, name, code.class_ref(found.path, found.stmt), found.rest, depth)
    value: PlacedExpression | None = None
    if found is not None and isinstance(found.stmt, (ast.Assign, ast.AnnAssign)):
        node = found.stmt.value
        if not isinstance(node, (ast.Call, ast.Constant)):
            return ()
        value, rest = PlacedExpression(found.path, node, None), found.rest
    elif found is None and scope is not None:
        local = assigned_value(scope, head)
        if local is not None:
            value = PlacedExpression(scope.path, local, scope)
    if value is not None:
        named = sender_names(code, *value, depth + 1)
        return tuple(f"{item}.{rest}" if rest else item for item in named)
    # Still as written: a parameter or an unknown name, which is no sender.
    return () if name == written and (found is None or "." not in written) else (name,)


def _of_class(code: Codebase, name: str, cls: ClassRef, rest: str, depth: int) -> tuple[str, ...]:
    field, _, tail = rest.partition(".")
    value = class_value(code, cls, field)
    if value is None:
        return (name,)
    if not tail:
        return sender_names(code, *value, depth + 1) or (name,)
    func = dotted(value.node.func) if isinstance(value.node, ast.Call) else ""
    if tail != "through" or func.rpartition(".")[2] != "TaggableManager":
        return (name,)
    through = argument(value.node, "through", 2) if isinstance(value.node, ast.Call) else None
    if through is None:
        return ("taggit.models.TaggedItem",)
    text = through.value if isinstance(through, ast.Constant) else None
    if isinstance(text, str):
        return (text if "." in text else f"{app_label(code, value.path)}.{text}",)
    return sender_names(code, value.path, through, None)


def _called(code: Codebase, item: PlacedExpression) -> tuple[str, ...]:
    call = item.node
    if not isinstance(call, ast.Call):
        return ()
    written = dotted(call.func)
    name = resolve(code, item.path, written, item.scope).rpartition(".")[2]
    if name not in (*_LOOKING_UP, "get_class", "get_user_model"):
        name = written.rpartition(".")[2]  # the project's own wrapper with the same name
    if name == "get_user_model":
        return (USER_CALL,)
    if name not in (*_LOOKING_UP, "get_class"):
        return ()
    options = {key.arg: key.value for key in call.keywords}
    given = [*call.args, *(options[key] for key in _LABELS if key in options)][:2]
    texts = [text for node in given if (text := _text(code, item.at(node)))]
    if not texts or len(texts) != len(given):
        return ()
    # A bare model name: the loader itself must add the app.
    if len(texts) == 1 and "." not in texts[0]:
        return _by_own_loader(code, item, texts[0])
    if name == "get_class":
        module, _, last = texts[0].rpartition(".")
        return (f"{module.rpartition('.')[2]}.{texts[-1]}",) if last == "models" else ()
    return (".".join(texts),)


def _by_own_loader(code: Codebase, item: PlacedExpression, text: str) -> tuple[str, ...]:
    """Return the model of a loader function that looks up its argument in one app."""
    func = item.node.func if isinstance(item.node, ast.Call) else item.node
    loader = find_function(code, resolve(code, item.path, dotted(func), item.scope))
    if loader is None or isinstance(loader.node, ast.Lambda) or len(loader.node.args.args) != 1:
        return ()
    for stmt in loader.node.body:
        call = stmt.value if isinstance(stmt, ast.Return) else None
        if isinstance(call, ast.Call) and len(call.args) == 2:
            label = _text(code, PlacedExpression(loader.path, call.args[0], loader))
            handed_on = dotted(call.args[1]) == loader.node.args.args[0].arg
            looked_up = resolve(code, loader.path, dotted(call.func), loader)
            if label and handed_on and looked_up.rpartition(".")[2] in _LOOKING_UP:
                return (f"{label}.{text}",)
    return ()


def _text(code: Codebase, item: PlacedExpression, depth: int = 0) -> str:
    if isinstance(item.node, ast.Constant):
        return item.node.value if isinstance(item.node.value, str) else ""
    value = assigned(code, item) if depth < _DEEPEST else None
    return _text(code, value, depth + 1) if value is not None else ""
