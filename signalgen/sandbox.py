"""Jinja2 for untrusted templates: ``BoundedEnvironment`` limits their work and output.

Every loop iteration, call, filter and included template counts as a step, and all text and lists
count by size; ``begin`` resets the count. One operation that would make too much at once, such as
``"x" * 10**10``, is refused before it is carried out.
"""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any, cast

import jinja2
import jinja2.sandbox
from jinja2 import nodes
from jinja2.runtime import Context, Macro
from jinja2.visitor import NodeTransformer

from signalgen.late import pattern

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

MOST_STEPS = 500_000
MOST_SIZE = 64_000_000
MOST_AT_ONCE = 4_000_000
_MOST_BITS = 4096
_MOST_TURNS = 10_000
_WIDE = pattern(r"\d{5,}|\*")


class TooMuchError(jinja2.TemplateRuntimeError):
    """A template that does or produces more than the limit."""


class BoundedEnvironment(jinja2.sandbox.ImmutableSandboxedEnvironment):
    """A sandbox whose templates terminate with limited output. Raises TooMuchError."""

    intercepted_binops = frozenset({"+", "*", "**", "%"})

    def __init__(self, **options: Any) -> None:
        self.steps = self.size = self.largest = 0
        shown = options.pop("finalize", None)
        super().__init__(**options, finalize=self._shown(shown))
        self.globals["range"] = self._range
        self.globals.pop("lipsum", None)
        self.bound_filters(self.filters)

    def bound_filters(self, filters: dict[str, Callable[..., Any]]) -> None:
        """Add ``filters``, each of them limited."""
        # Not ``|=``: wrapped filters replace those of all environments' table.
        bounded = {name: self._bounded(name, made) for name, made in filters.items()}
        self.filters = {
            **self.filters,
            **bounded,
            "turns of a loop": self._turns,
            "one text": self._joined,
            "weighed": self._weighed,
        }

    def begin(self) -> None:
        """Reset the count."""
        self.steps = self.size = 0

    def spend(self, steps: int = 1, size: int = 0) -> None:
        """Count work. Raises TooMuchError."""
        self.steps += steps
        self.size += size
        if self.steps > MOST_STEPS:
            message = f"it takes more than {MOST_STEPS:,} steps"
            raise TooMuchError(message)
        if self.size > MOST_SIZE:
            raise _too_large(MOST_SIZE)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Return the result of an operation that is not too large."""
        if operator in ("+", "%"):
            _guard(left, (right,), formats=operator == "%", adds=operator == "+")
        elif isinstance(left, int) and isinstance(right, int):
            times = right if operator == "**" else 1
            if left.bit_length() * abs(times) + right.bit_length() > _MOST_BITS:
                raise _too_large(MOST_AT_ONCE)
        elif operator == "*":
            _guard(left if isinstance(right, int) else right, (left, right))
        result = super().call_binop(context, operator, left, right)
        self.spend(1, weigh(result))
        return result

    def call(self, context: Context, obj: Any, /, *args: Any, **kwargs: Any) -> Any:
        """Return the result of a call, counted."""
        self.spend(1, self.largest if isinstance(obj, Macro) else 0)
        owner = getattr(getattr(obj, "__wrapped__", obj), "__self__", None)
        if isinstance(owner, (str, bytes, list, tuple, dict)):
            _guard(owner, (*args, *kwargs.values()), formats="format" in obj.__name__)
        result = super().call(context, obj, *args, **kwargs)
        self.spend(0, weigh(result))
        return result

    def _load_template(self, name: str, globals: Any) -> jinja2.Template:  # noqa: A002
        self.spend(1, self.largest)
        return super()._load_template(name, globals)

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        self.largest = max(self.largest, len(source))
        tree = super()._parse(source, name, filename)
        return cast("nodes.Template", _Counting(name, filename).visit(tree))

    def _bounded(self, name: str, made: Callable[..., Any]) -> Callable[..., Any]:
        first = 1 if hasattr(made, "jinja_pass_arg") else 0

        @wraps(made)
        def bounded(*args: Any, **kwargs: Any) -> Any:
            value, *rest = args[first:]
            _guard(value, (*rest, *kwargs.values()), formats=name == "format")
            result = made(*args, **kwargs)
            self.spend(1, weigh(result))
            return result

        return bounded

    def _shown(self, shown: Callable[[Any], Any] | None) -> Callable[[Any], Any]:
        def finalize(value: Any) -> Any:
            self.spend(1, weigh(value))
            return value if shown is None else shown(value)

        return finalize

    def _range(self, *args: int) -> range:
        turns = range(*args)
        if len(turns) > _MOST_TURNS:
            message = f"a range of more than {_MOST_TURNS:,} numbers"
            raise TooMuchError(message)
        return turns

    def _turns(self, items: Iterable[Any], size: int) -> Iterator[Any]:
        for item in items:
            self.spend(1, size)
            yield item

    def _joined(self, parts: Sequence[Any]) -> str:
        self.spend(1, weigh(parts))
        return "".join(map(str, parts))

    def _weighed(self, value: Any) -> Any:
        self.spend(1, 0)
        weigh(value)
        return value


class _Counting(NodeTransformer):
    """Adds counting to a template: to loops, joined texts and literals."""

    def __init__(self, name: str | None, filename: str | None) -> None:
        self.place = (name, filename)

    def visit_For(self, node: nodes.For) -> nodes.Node:  # noqa: N802 - jinja2 calls it
        """Return a loop that counts its iterations."""
        if node.recursive:
            message = "a loop that calls itself is not supported"
            raise jinja2.TemplateSyntaxError(message, node.lineno, *self.place)
        text = sum(len(item.data) for item in node.find_all(nodes.TemplateData))
        self.generic_visit(node)
        node.iter = _filter(cast("nodes.Expr", node.iter), "turns of a loop", [nodes.Const(text)])
        return node

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:  # noqa: N802
        """Return ``a ~ b`` as a counted filter."""
        self.generic_visit(node)
        return _filter(nodes.List(node.nodes, lineno=node.lineno), "one text", [])

    def visit_List(self, node: nodes.List) -> nodes.Node:  # noqa: N802
        """Return a list that is not too large: one may hold another many times."""
        self.generic_visit(node)
        return _filter(node, "weighed", [])

    def visit_Dict(self, node: nodes.Dict) -> nodes.Node:  # noqa: N802
        """Return a mapping that is not too large."""
        self.generic_visit(node)
        return _filter(node, "weighed", [])

    def visit_Tuple(self, node: nodes.Tuple) -> nodes.Node:  # noqa: N802
        """Return a tuple that is not too large, unless it is assigned to."""
        self.generic_visit(node)
        return node if node.ctx == "store" else _filter(node, "weighed", [])


def _filter(node: nodes.Expr, name: str, args: list[nodes.Expr]) -> nodes.Filter:
    return nodes.Filter(node, name, args, [], None, None, lineno=node.lineno)


def weigh(value: object, most: int = MOST_AT_ONCE) -> int:
    """Return how many characters and items a value has, nested ones included.

    Raises TooMuchError for more than ``most``.
    """
    total = 0
    waiting = [value]
    while waiting:
        item = waiting.pop()
        total += 1
        if isinstance(item, (str, bytes)):
            total += len(item)
        elif isinstance(item, (list, tuple, set, frozenset)):
            total += len(item)
            waiting += item if total <= most else ()
        elif isinstance(item, dict):
            total += len(item)
            waiting += (*item.keys(), *item.values()) if total <= most else ()
        if total > most:
            raise _too_large(most)
    return total


def _guard(
    value: object, args: Sequence[object], *, formats: bool = False, adds: bool = False
) -> None:
    # The output has at most the size of the input times the largest argument: centred, joined.
    sizes = [abs(arg) if isinstance(arg, int) else weigh(arg) for arg in args]
    own = weigh(value)
    made = own + sum(sizes) if adds and not isinstance(value, int) else own * max([1, *sizes])
    if isinstance(value, int):
        made = 0
    if made > MOST_AT_ONCE or (formats and isinstance(value, str) and _WIDE.search(value)):
        raise _too_large(MOST_AT_ONCE)


def _too_large(most: int) -> TooMuchError:
    return TooMuchError(f"it creates a text or list of more than {most:,} characters")
