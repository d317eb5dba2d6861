"""Text that may be used as Python code, and the sandbox that quotes all other text.

``render(template, values)`` is the entry. This is autoescaping for Python: a template outputs a
literal for every value that is not ``Source``. Only the readers of parameters make ``Source``, from
names that they have checked and expressions that the spec declares as such.
"""

from __future__ import annotations

from contextlib import contextmanager
from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING

from signalgen.dotted import derived_from
from signalgen.late import pattern
from signalgen.spec.recipes.conditions import deciding
from signalgen.spec.text.python import names_in
from signalgen.spec.text.report import listed
from signalgen.syntax import negate, snake_words, string_literal
from signalgen.values.spec import Ref

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    import jinja2

    from signalgen.sandbox import BoundedEnvironment


_VALUE = pattern(r"\{(\w+\.[^{}]*)\}")


class Source(str):
    """Python source: a checked name, a number or a declared expression."""

    __slots__ = ()


class Imported(Source):
    """A name that the import statement ``line`` binds."""

    __slots__ = ("line",)
    line: str


def imported(name: str, module: str) -> Source:
    """Return ``name`` with its import from ``module``."""
    source = Imported(name)
    source.line = f"from {module} import {name}"
    return source


class Named(Source):
    """The name of the model ``ref``; the project determines its module."""

    __slots__ = ("ref",)
    ref: Ref


class Derived(Named):
    """An attribute of the model ``ref`` that is itself a model: ``Order.tags.through``."""

    __slots__ = ()


def model_source(ref: Ref) -> Source:
    """Return how code refers to the model ``ref``.

    It is the name, and for the user model Django's function.
    """
    if ref.text in ("settings.AUTH_USER_MODEL", "AUTH_USER_MODEL"):
        return Source("get_user_model()")
    owner, tail = derived_from(ref.text)
    if tail:
        derived = Derived(f"{owner.rpartition('.')[2]}{tail}")
        derived.ref = Ref(owner, ref.mark)
        return derived
    if "." not in ref.text:
        return Source(ref.text)
    named = Named(ref.text.rpartition(".")[2])
    named.ref = ref
    return named


def inline(expression: str) -> Source:
    """Return an expression that can be used inside a call.

    One with several lines or a comment gets parentheses.
    """
    if "\n" in expression or "#" in expression:
        return Source(f"({expression}\n)")
    return Source(expression)


def literal(value: object) -> str:
    """Return ``value`` as Python source; everything but ``Source`` becomes a literal."""
    if isinstance(value, Source):
        return value
    if isinstance(value, str):
        return string_literal(value)
    if value is None or isinstance(value, (bool, int)):
        return repr(value)
    message = f"a template outputs a {type(value).__name__}; loop over it"
    raise TypeError(message)


class BrokenTemplateError(Exception):
    """A template that cannot be filled in: bad syntax, or misuse of the values."""


def begin() -> None:
    """Reset the count of the templates' work: each entry of ``recipes`` has a limit."""
    _environment().begin()


def spend() -> None:
    """Count a loop iteration. Raises BrokenTemplateError."""
    with _broken():
        _environment().spend()


def render(template: str, values: Mapping[str, object]) -> str:
    """Return ``template`` with ``values`` filled in. Raises BrokenTemplateError."""
    with _broken():
        return _compiled(template).render(values)


def evaluate(expression: str, values: Mapping[str, object]) -> object:
    """Return the value of a Jinja2 expression. Raises BrokenTemplateError."""
    with _broken():
        found = _environment().compile_expression(expression, undefined_to_none=False)(**values)
        # An undefined name raises here.
        return found if bool(found) else None


@contextmanager
def _broken() -> Iterator[None]:
    import jinja2

    try:
        yield
    except (
        jinja2.TemplateError,
        ArithmeticError,
        AttributeError,
        LookupError,
        MemoryError,
        RecursionError,
        TypeError,
        ValueError,
    ) as error:
        raise BrokenTemplateError(str(error)) from error


@lru_cache(maxsize=512)
def _compiled(template: str) -> jinja2.Template:
    return _environment().from_string(template)


def _finalize(value: object) -> str:
    # An undefined name raises in ``str``, with the name in the message.
    import jinja2

    return str(value) if isinstance(value, jinja2.Undefined) else literal(value)


@lru_cache(maxsize=1)
def _environment() -> BoundedEnvironment:
    # Imported here: a spec without recipes does not need it.
    import jinja2

    environment: BoundedEnvironment = import_module("signalgen.sandbox").BoundedEnvironment(
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        # Python text, not HTML: see ``_finalize``.
        autoescape=False,
        finalize=_finalize,
    )
    filters: dict[str, Callable[..., object]] = {
        "arguments": _arguments,
        "joined": lambda sources: Source(", ".join(map(_checked, sources))),
        "literal": lambda name: Source(string_literal(str(name))),
        "literals": _literals,
        "pairs": _pairs,
        "tuple": _tuple,
        "of": lambda key, row: Source(_checked(key).replace("{instance.", f"{{{row}.")),
        "escaped": lambda key: Source(_VALUE.sub(r"{glob.escape(str(\1))}", _checked(key))),
        "negated": lambda text: inline(negate(_checked(text))),
        "fails": lambda condition: _deciding(condition)[1],
        "holds": lambda condition: _deciding(condition)[0],
        "known": _known,
        "make": _make,
        "snake": _snake,
        "words": lambda names: Source(listed(map(_checked, names), "and")),
    }
    environment.bound_filters(filters)
    return environment


def _checked(text: object) -> Source:
    if not isinstance(text, Source):
        message = f"{text!r} is neither a name nor an expression"
        raise TypeError(message)
    return text


def _literals(values: Iterable[str]) -> Source:
    # ``"a", "b"``, for the inside of a list or set.
    return Source(", ".join(string_literal(str(value)) for value in values))


def _pairs(values: Mapping[str, object]) -> Source:
    # ``"a": 1, "b": x`` of names and expressions, for the inside of a dict.
    return Source(
        ", ".join(
            f"{string_literal(str(name))}: {literal(value)}" for name, value in values.items()
        )
    )


def _arguments(values: Mapping[str, object]) -> Source:
    # ``a=1, b=x`` of names and expressions, for a call.
    return Source(", ".join(f"{_checked(name)}={literal(value)}" for name, value in values.items()))


def _tuple(values: list[str]) -> Source:
    return Source(f"({_literals(values)}{',' if len(values) == 1 else ''})")


def _make(model: object, field: object = None) -> Source:
    # The function that makes a row in a test: of the model, or of its field's target.
    return Source(f"make_{_snake(model)}{'' if field is None else f'__{_checked(field)}'}")


def _known(value: object) -> object:
    # The expressions that a test can evaluate too: those that only use the row.
    if value is None:
        return None
    if isinstance(value, dict):
        return {name: of for name, of in value.items() if _is_known(of)}
    if isinstance(value, list):
        return [_known(item) for item in value]
    return value if _is_known(value) else Source("mock.ANY")


def _is_known(value: object) -> bool:
    return names_in(_checked(value)) <= {"instance"}


def _deciding(condition: object) -> tuple[Source | None, Source | None]:
    found = deciding(_checked(condition))
    return (None, None) if found is None else (Source(found[0]), Source(found[1]))


def _snake(name: object) -> Source:
    # The variable for a row of the model: ``order_item``, and ``user`` for the user model's
    # setting.
    owner, tail = derived_from(_checked(name))
    if tail:
        return Source(f"{_snake(Source(owner))}_{tail.split('.')[1]}")
    last = owner.rpartition(".")[2]
    return Source("user" if last == "get_user_model()" else snake_words(last))
