"""What an expression is: a row, a class or the rows of a known model. ``ObjectReading``."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Literal, NamedTuple

from signalgen.dotted import dotted
from signalgen.facts.orm import GETTING_OR_CREATING, LAZY, NEW_ROWS, ONE_ROW
from signalgen.flow.function.bindings import bindings_of, is_step
from signalgen.flow.function.signature import is_kwarg
from signalgen.flow.objects.managing import UNREAD, Managed, managed, related
from signalgen.index.members.rownames import back_of, row_names
from signalgen.index.members.targets import settled, target_of, user_name
from signalgen.index.memo import answered_once
from signalgen.index.models.senders import named_sender, sender_names
from signalgen.index.reading.resolving import binds, imports, local_names, resolve

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from signalgen.flow.function.bindings import LocalBinding
    from signalgen.index import Index
    from signalgen.index.members.rownames import RowNames
    from signalgen.values.index import FunctionRef

_GET_OR = GETTING_OR_CREATING | {"update_or_create", "aupdate_or_create"}
_FETCHING = frozenset(["django.shortcuts.get_object_or_404", "django.shortcuts.aget_object_or_404"])
_LISTING = frozenset({"list", "tuple", "set", "sorted", "reversed"})
_GETTERS = frozenset({"get_user_model", "get_model"})
_SAME = frozenset({"iterator", "db_manager", "fetch_mode"})
"""Other methods that give the same rows: in chunks, from another database, and the like."""
_OPTIONAL = frozenset({"Optional", "typing.Optional"})
_CLASSES = frozenset({"type", "Type", "typing.Type"})


class What(NamedTuple):
    """A row, the class, or a manager, queryset or list of rows, of one of ``models`` (dotted).

    ``managed`` tells what a manager is. ``values`` are no rows, and a ``list`` is no queryset.
    """

    kind: Literal["row", "class", "rows", "list", "values"]
    models: frozenset[str]
    managed: Managed = Managed()


_AGAIN = What("list", frozenset())
"""The name that is being resolved: ``rows = rows.filter(…)`` tells nothing new about it."""


class ObjectReading:
    """A function, read with what is known of its parameters (``given``).

    What is given may also come out of ``**kwargs``. ``outer`` is the function around a nested one.
    """

    __slots__ = (
        "function", "given", "index", "kwargs", "local", "names", "open", "outer", "parameters",
        "provisional", "settled",
    )  # fmt: skip

    def __init__(
        self,
        index: Index,
        function: FunctionRef,
        given: Mapping[str, What],
        outer: ObjectReading | None = None,
    ) -> None:
        self.index = index
        self.function = function
        self.given = given
        self.outer = outer
        self.local = local_names(function.node)
        self.names: dict[str, What | None] = {}
        # By node, as a chain asks for its beginning again at every link. What is found while a name
        # is being settled may be provisional, and is kept only until then.
        self.settled: dict[int, What | None] = {}
        self.provisional: dict[int, What | None] = {}
        self.open = 0
        arguments = function.node.args
        every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
        self.parameters = {item.arg: item.annotation for item in every}
        self.kwargs = arguments.kwarg.arg if arguments.kwarg is not None else ""

    def what(self, node: ast.expr) -> What | None:
        """Return what an expression certainly is, None if unknown."""
        if isinstance(node, ast.Name):
            return self._name(node)
        known = self.provisional if self.open else self.settled
        if id(node) not in known:
            known[id(node)] = self._what(node)
        return known[id(node)]

    def _what(self, node: ast.expr) -> What | None:
        if isinstance(node, ast.Attribute):
            return self._attribute(node)
        if isinstance(node, ast.Call):
            return self._handed(node) or self._call(node)
        if isinstance(node, ast.Subscript):
            return self._handed(node) or self._item(node)
        if isinstance(node, (ast.Await, ast.NamedExpr)):
            return self.what(node.value)
        if isinstance(node, ast.IfExp):
            return self._either([node.body, node.orelse])
        return self._either(node.values) if isinstance(node, ast.BoolOp) else None

    def names_of(self, what: What) -> list[RowNames]:
        """Return the names of an object's models; none if one is unknown."""
        found = [row_names(self.index, name) for name in sorted(what.models)]
        known = [item for item in found if item is not None]
        return known if len(known) == len(found) else []

    def _handed(self, node: ast.expr) -> What | None:
        # ``kwargs["instance"]`` is the argument.
        if not self.kwargs:
            return None
        return next(
            (what for name, what in self.given.items() if is_kwarg(node, self.kwargs, name)), None
        )

    def _name(self, node: ast.Name) -> What | None:
        name = node.id
        if name not in self.local:
            return self.outer.what(node) if self.outer is not None else self._class(node)
        if name not in self.names:
            self.names[name] = _AGAIN
            self.open += 1
            found = self._local(name)
            self.names[name] = found if found is not None else self._stepwise(name)
            self.open -= 1
            if not self.open:
                self.provisional.clear()
        return self.names[name]

    def _stepwise(self, name: str) -> What | None:
        """Return what a name that moves from row to row is: ``row = row.parent``.

        What it is at first, if each step from there leads to a row of the same models.
        """
        bindings = bindings_of(self.function).get(name, ())
        steps = [one for one in bindings if is_step(one, name)]
        if not steps or len(steps) == len(bindings) + (name in self.parameters):
            return None
        first = self._local(name, tuple(one for one in bindings if one not in steps))
        if first is None or first.kind != "row":
            return None
        self.names[name] = first
        self.provisional.clear()
        after = union([self._bound(one) for one in steps if not _is_none(one)])
        self.provisional.clear()
        same = after is not None and after.kind == "row" and after.models <= first.models
        return first if same else None

    def _local(self, name: str, among: tuple[LocalBinding, ...] | None = None) -> What | None:
        found: list[What | None] = []
        if name in self.parameters:
            annotated = self._annotated(self.parameters[name])
            found.append(self.given.get(name) or annotated)
        elif name == self.kwargs:
            return None
        found += [
            self._bound(item)
            for item in (bindings_of(self.function).get(name, ()) if among is None else among)
            if not _is_none(item)
        ]
        return union(found)

    def _bound(self, binding: LocalBinding) -> What | None:
        value = binding.value
        if value is None:
            return None
        if binding.way == "is":
            return self.what(value)
        if binding.way == "each":
            return self._element(value)
        inner = value.value if isinstance(value, ast.Await) else value
        if isinstance(inner, ast.Call) and isinstance(inner.func, ast.Attribute):
            rows = self.what(inner.func.value) if inner.func.attr in _GET_OR else None
            return _row(rows) if rows is not None and rows.kind == "rows" else None
        return None

    def _element(self, node: ast.expr) -> What | None:
        rows = self.what(node)
        return _row(rows) if rows is not None and rows.kind in ("rows", "list") else None

    def _annotated(self, node: ast.expr | None) -> What | None:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            try:
                node = ast.parse(node.value, mode="eval").body
            except (SyntaxError, ValueError):
                return None
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
            sides = [item for item in (node.left, node.right) if not _is_null(item)]
            return self._annotated(sides[0]) if len(sides) == 1 else None
        if isinstance(node, ast.Subscript):
            written = dotted(node.value)
            inner = self._annotated(node.slice) if written in _OPTIONAL | _CLASSES else None
            return inner._replace(kind="class") if inner and written in _CLASSES else inner
        if node is None or not dotted(node):
            return None
        found = self._class(node)
        return _row(found) if found is not None else None

    def _class(self, node: ast.expr) -> What | None:
        written = dotted(node)
        if not written.rpartition(".")[2][:1].isupper():
            return None
        head = written.partition(".")[0]
        inside = binds(self.function, head) or imports(self.index.code, self.function, head)
        scope = self.function if inside else None
        return _class_named(self.index, self.function.path, written, scope)

    def _either(self, nodes: Iterable[ast.expr]) -> What | None:
        return union([self.what(item) for item in nodes if not _is_null(item)])

    def _item(self, node: ast.Subscript) -> What | None:
        rows = self.what(node.value)
        if rows is None or rows.kind not in ("rows", "list"):
            return None
        if isinstance(node.slice, ast.Slice):
            return rows
        index = node.slice.operand if isinstance(node.slice, ast.UnaryOp) else node.slice
        number = isinstance(index, ast.Constant) and isinstance(index.value, int)
        return _row(rows) if number else None

    def _attribute(self, node: ast.Attribute) -> What | None:
        owner = self.what(node.value)
        if owner is None:
            return self._class(node) if self._is_outside(node) else None
        if owner is _AGAIN:
            return None
        if owner.kind == "class":
            return self._of_class(owner, node.attr)
        if owner.kind == "rows" and node.attr == "model":
            return What("class", owner.models)
        if owner.kind != "row":
            return None
        if node.attr == "__class__":
            return owner._replace(kind="class")
        return union([self._step(item, node.attr) for item in self.names_of(owner)])

    def _is_outside(self, node: ast.expr) -> bool:
        while isinstance(node, ast.Attribute):
            node = node.value
        reading: ObjectReading | None = self
        while isinstance(node, ast.Name) and reading is not None:
            if node.id in reading.local:
                return False
            reading = reading.outer
        return isinstance(node, ast.Name)

    def _of_class(self, owner: What, name: str) -> What | None:
        found = [managed(self.index, item, name) for item in self.names_of(owner)]
        certain = [item for item in found if item is not None]
        if not certain or len(certain) != len(found):
            return None
        return What("rows", owner.models, certain[0] if len(certain) == 1 else UNREAD)

    def _step(self, names: RowNames, attr: str) -> What | None:
        field = names.fields.get(attr)
        if field is not None:
            if names.info is not None:
                target = target_of(self.index, names.info, field)
            else:
                target = settled(self.index, field.target)
            if not target or field.kind not in ("fk", "one_to_one", "m2m"):
                return None
            if field.kind == "m2m":
                return What("rows", frozenset([target]), related(self.index, target))
            return What("row", frozenset([target]))
        back = back_of(self.index, names, attr) if attr not in names.told else None
        if back is None:
            return None
        one = frozenset([back.model])
        return What("rows", one, related(self.index, back.model)) if back.many else What("row", one)

    def _call(self, node: ast.Call) -> What | None:
        func = node.func
        if isinstance(func, ast.Attribute):
            owner = self.what(func.value)
            if owner is _AGAIN:
                return _AGAIN if func.attr in LAZY else None
            if owner is not None and owner.kind in ("rows", "values") and func.attr != "model":
                return _of_rows(owner, func.attr)
            if owner is not None and owner.kind == "row":
                return None
        made = self.what(func)
        if made is not None and made is not _AGAIN:
            return _row(made) if made.kind == "class" else None
        return self._of_function(node)

    def _of_function(self, node: ast.Call) -> What | None:
        written = dotted(node.func)
        last = written.rpartition(".")[2]
        first = node.args[0] if node.args else None
        if last in _GETTERS:
            return self._found(
                sender_names(self.index.code, self.function.path, node, self.function)
            )
        if first is None or isinstance(first, ast.Starred):
            return None
        if written == "type" and len(node.args) == 1:
            row = self.what(first)
            return row._replace(kind="class") if row is not None and row.kind == "row" else None
        if written == "next":
            rows = self.what(_iterated(first))
            given = rows is not None and rows.kind in ("rows", "list")
            return _row(rows) if given and rows is not None else None
        if written == "super" and isinstance(node.args[-1], ast.Name):
            # The row itself, past its own class; in a method, whose `super()` calls what.
            return self.what(node.args[-1]) if node.args[-1].id not in ("self", "cls") else None
        if written in _LISTING:
            rows = self.what(first)
            listed = rows is not None and rows.kind in ("rows", "list")
            return rows._replace(kind="list") if listed and rows is not None else None
        if last in ("get_object_or_404", "aget_object_or_404"):
            name = resolve(self.index.code, self.function.path, written, self.function)
            rows = self.what(first) if name in _FETCHING else None
            return _row(rows) if rows is not None and rows.kind in ("rows", "class") else None
        return None

    def _found(self, names: tuple[str, ...]) -> What | None:
        models = {settled(self.index, name) for name in names}
        if len(models) != 1 or "" in models:
            return None
        return What("class", frozenset(models))


def _iterated(node: ast.expr) -> ast.expr:
    """Return the argument of ``iter(…)``, the rows of ``(row for row in rows)``, or the node."""
    if isinstance(node, ast.Call) and dotted(node.func) == "iter" and len(node.args) == 1:
        return node.args[0]
    if isinstance(node, ast.GeneratorExp) and len(node.generators) == 1:
        each = node.generators[0]
        same = isinstance(each.target, ast.Name) and isinstance(node.elt, ast.Name)
        if same and getattr(each.target, "id", "") == getattr(node.elt, "id", None):
            return each.iter
    return node


def user_row(index: Index) -> What | None:
    """Return a row of the user model, None if that is unknown."""
    name = user_name(index)
    return What("row", frozenset([name])) if name else None


@answered_once
def _class_named(index: Index, path: str, written: str, scope: FunctionRef | None) -> What | None:
    names = named_sender(index.code, path, written, scope)
    models = {settled(index, name) for name in names}
    if len(models) != 1 or "" in models:
        return None
    return What("class", frozenset(models))


def _of_rows(owner: What, name: str) -> What | None:
    own = owner.managed.methods
    # A method of the project may give anything, also under a name of Django's.
    if own is None or name in own:
        return None
    if name in ("values", "values_list", "dates", "datetimes"):
        return owner._replace(kind="values")
    if name in LAZY or name in _SAME:
        return owner
    return _row(owner) if owner.kind == "rows" and name in ONE_ROW | NEW_ROWS else None


def _row(what: What) -> What | None:
    if what is _AGAIN:
        return None
    return What("row", what.models)


def union(found: list[What | None]) -> What | None:
    """Return the union of ``found``, None if one of them is unknown."""
    certain = [item for item in found if item is not None and item is not _AGAIN]
    if not certain or None in found:
        return None
    first = certain[0]
    if any(item.kind != first.kind for item in certain):
        return None
    models = frozenset().union(*(item.models for item in certain))
    same = all(item.managed == first.managed for item in certain)
    return What(first.kind, models, first.managed if same else UNREAD)


def _is_null(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _is_none(binding: LocalBinding) -> bool:
    return binding.value is not None and binding.way == "is" and _is_null(binding.value)
