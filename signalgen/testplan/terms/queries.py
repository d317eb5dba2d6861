"""Values that a query gives. Entries: ``queried``, ``of_sums`` and ``start_otherwise``.

A test asks for a count or a sum again after the receiver, as long as that gives the same. ``read``
is ``term``, which reads the parts.
"""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from signalgen.facts import orm
from signalgen.late import pattern
from signalgen.testplan.rows.relations import parents
from signalgen.testplan.terms import kinds
from signalgen.testplan.terms.attributes import check_lookups
from signalgen.testplan.terms.state import COUNT, NotForeseenError, State, Term, constant, model_of
from signalgen.testplan.terms.steps import step

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from signalgen.values.index import ModelField
    from signalgen.values.project import Model

    Reader = Callable[[ast.expr, State], Term]

_ASKS = pattern(r"\.(?:count\(\)|aggregate\()|\bfor \w+ in ")
"""Found in the text of a value that a test asks the database for."""

_AVERAGE = "average"
_PRECISE = ("DecimalField", "FloatField")
_WHOLE = frozenset(
    f"{size}IntegerField" for size in ("", "Small", "Big", "Positive", "PositiveSmall")
)

_WRONG = 9
"""More rows than a test makes."""

_COUNTS = {"count", "acount"}
_SUMS = {"aggregate", "aaggregate"}
_SYNC = {"acount": "count", "aaggregate": "aggregate"}
_EXACT = {"Max", "Min", "Sum"}
"""Aggregates that give a value of the field's own precision."""


def queried(node: ast.Call, name: str, owner: Term, state: State, read: Reader) -> Term:
    """Return what ``node``, a method of a manager or queryset, gives; raises NotForeseenError.

    A query cannot fail if its fields exist.
    """
    model = model_of(owner)
    for argument in (*node.args, *(k.value for k in node.keywords)):
        read(argument, state)
    if name in _SUMS:
        state.sums.update(_types(node, model))
        return Term(again(node, model, state, read), "sums", model, value=node)
    check_lookups(node, model, state)
    if name in orm.LAZY:
        return Term(None, kinds.ROWS, model, path=owner.path if name == "all" else "")
    if name in _COUNTS:
        path = f"{COUNT}{ast.unparse(node)}"
        return counted(Term(again(node, model, state, read), kinds.NUMBER, path=path), state)
    if name not in ("exists", "aexists"):
        raise NotForeseenError(ast.unparse(node))
    return Term(None, "exists")


def counted(found: Term, state: State) -> Term:
    """Return a term, with the number of rows if it is a count that has been decided."""
    if found.path.startswith(COUNT) and found.path in state.given:
        known = state.given[found.path]
        return replace(found, node=known.node, value=known.value)
    return found


def read_by(query: ast.expr, model: Model) -> set[str]:
    """Return what a query of ``model`` depends on: the label of the model, and of its fields."""
    words = {part.arg or "" for part in ast.walk(query) if isinstance(part, ast.keyword)}
    words |= {part.attr for part in ast.walk(query) if isinstance(part, ast.Attribute)}
    words |= {str(part.value) for part in ast.walk(query) if isinstance(part, ast.Constant)}
    return {model.label} | {f"{model.label}.{word.partition('__')[0]}" for word in words}


def of_sums(node: ast.Subscript, owner: Term) -> Term:
    """Return one value of an ``aggregate()``, which is None if there are no rows."""
    key = node.slice.value if isinstance(node.slice, ast.Constant) else None
    if not isinstance(key, str):
        raise NotForeseenError(ast.unparse(node))
    words = owner.value.keywords if isinstance(owner.value, ast.Call) else []
    summed = next((word.value for word in words if word.arg == key), None)
    call = summed if isinstance(summed, ast.Call) else None
    always = call is not None and (
        _name(call) in ("Count", "Coalesce") or any(word.arg == "default" for word in call.keywords)
    )
    field = _field(call, model_of(owner)) if call is not None else None
    extreme = call is not None and _name(call) in ("Max", "Min") and field is not None
    kind = kinds.OF_FIELDS.get(field.type, kinds.ANY) if extreme and field else kinds.NUMBER
    shown = ast.Subscript(owner.node, node.slice, ast.Load()) if owner.node is not None else None
    return Term(shown, kind, nullable=not always)


def is_asked(text: str) -> bool:
    """Tell whether a test asks the database for a value of this text."""
    return _ASKS.search(text) is not None


def start_otherwise(value: Term, field: ModelField, path: str, state: State) -> bool:
    """Give the field at ``path`` a value that it will not have, if ``value`` is a count or a sum.

    Returns False if the field may hold another value than the one that was stored.
    """
    if value.node is None or not is_asked(value.text):
        return True
    added = ".aggregate(" in value.text or "sum(" in value.text
    sums = state.sums - {_AVERAGE} if field.type in _PRECISE else state.sums
    sums = sums if added else set[str]()
    scaled = _scales(value.node)
    if kinds.OF_FIELDS.get(field.type) != kinds.NUMBER or scaled or not sums <= {field.type}:
        return False
    state.given.setdefault(path, constant(_WRONG))
    return True


def _scales(node: ast.AST) -> bool:
    # Whether a value is multiplied, other than within a comprehension.
    if isinstance(node, (ast.GeneratorExp, ast.ListComp)):
        return False
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Mult, ast.Div)):
        return True
    return any(map(_scales, ast.iter_child_nodes(node)))


def added_again(
    call: ast.Call, node: ast.GeneratorExp | ast.ListComp, one: Term, rows: Term, state: State
) -> ast.expr | None:
    """Return ``sum(row.price for row in …)`` for a test to ask again, None if it may differ.

    ``one`` is an element as the test writes it, ``rows`` what it is taken from.
    """
    (loop,) = node.generators
    target = ast.unparse(loop.target)
    reads = [part for part in ast.walk(node.elt) if isinstance(part, ast.Attribute)]
    fields = [rows.model.field(part.attr) if rows.model is not None else None for part in reads]
    own = all(ast.unparse(part.value) == target for part in reads)
    if rows.node is None or one.node is None or not own or None in fields or call.keywords:
        return None
    types = {field.type for field in fields if field is not None}
    if len(reads) > 1 or _scales(node.elt):
        known = types <= _WHOLE | {"DecimalField"} and "Div" not in ast.dump(node.elt)
        once = sum(field is not None and field.type == "DecimalField" for field in fields) < 2
        types = (types - _WHOLE or types) if known and once else {""}
    state.sums.update(types)
    state.asked |= read_by(node, model_of(rows))
    made = ast.comprehension(loop.target, rows.node, loop.ifs, 0)
    return ast.Call(call.func, [ast.GeneratorExp(one.node, [made])], [])


def _name(call: ast.Call) -> str:
    return ast.unparse(call.func).rpartition(".")[2]


def _field(call: ast.Call, model: Model) -> ModelField | None:
    source = call.args[0] if call.args else None
    return model.field(str(source.value)) if isinstance(source, ast.Constant) else None


def _types(node: ast.Call, model: Model) -> Iterator[str]:
    # The types of what an ``aggregate()`` returns, "" if unknown. A count fits every number.
    for given in (*node.args, *(word.value for word in node.keywords)):
        field = _field(given, model) if isinstance(given, ast.Call) else None
        name = _name(given) if isinstance(given, ast.Call) else ""
        if name == "Avg" and field is not None and field.type in _WHOLE:
            yield _AVERAGE  # of the one row that a test makes
        elif name != "Count":
            yield field.type if field is not None and name in _EXACT else ""


def again(node: ast.expr, model: Model, state: State, read: Reader) -> ast.expr | None:
    """Return a query as a test asks it again, None if it would find other rows later."""
    shown = _shown(node, state, read) if _is_settled(model, state) else None
    if shown is not None:
        state.asked |= read_by(node, model)
    return shown


def goes_later(model: Model, state: State) -> bool:
    """Tell whether the deleted row is still one of ``model``, which its own model inherits from."""
    own = state.scene.model
    if state.scene.family != "delete" or own is None:
        return False
    return model.label in {base.label for base in parents(state.scene.ctx, own) if base is not own}


def _is_settled(model: Model, state: State) -> bool:
    # Whether the signal's own change of rows is over when the receiver asks.
    scene = state.scene
    if str(state.fixed.get("action", "")).startswith("pre_") or goes_later(model, state):
        return False
    return not scene.before or (scene.family == "save" and model is not scene.model)


def _shown(node: ast.expr, state: State, read: Reader) -> ast.expr | None:
    if isinstance(node, ast.Name) and node.id in state.queries:
        return _shown(state.queries[node.id], state, read)
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
        return read(node, state).node
    owner = _shown(node.func.value, state, read)
    if owner is None or any(keyword.arg is None for keyword in node.keywords):
        return None
    if any(_leads_on(keyword, node, state, read) for keyword in node.keywords):
        return None
    args = [read(argument, state).node for argument in node.args]
    words = [(keyword.arg, read(keyword.value, state).node) for keyword in node.keywords]
    if None in args or any(value is None for _, value in words):
        return None
    return ast.Call(
        ast.Attribute(owner, _SYNC.get(node.func.attr, node.func.attr), ast.Load()),
        [argument for argument in args if argument is not None],
        [ast.keyword(name, value) for name, value in words if value is not None],
    )


def _leads_on(keyword: ast.keyword, call: ast.Call, state: State, read: Reader) -> bool:
    # Whether a lookup reads a field of another row, which the body may change.
    first, _, rest = (keyword.arg or "").partition("__")
    method = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    if not rest or method in _SUMS:
        return False
    owner = read(call.func.value, state) if isinstance(call.func, ast.Attribute) else None
    model = owner.model if owner is not None else None
    return model is None or step(state.scene.ctx, model, first).use not in ("field", "key")
