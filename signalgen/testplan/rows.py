"""How a row of each model is made for tests, if its file tells enough. Entry: ``make_row``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from signalgen.plan.names.references import USER, find_model
from signalgen.syntax import snake_words
from signalgen.values.fragment import ImportNeed
from signalgen.values.spec import Ref

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from signalgen.plan.context import Context
    from signalgen.values.index import ModelField
    from signalgen.values.project import Model

_DEPTH = 3
_LEAST_UNIQUE = 12


@dataclass(frozen=True, slots=True)
class Row:
    """Statements that leave a saved row in ``name``, and their imports.

    ``{values}`` stands where a test adds values.
    """

    name: str
    lines: tuple[str, ...]
    imports: tuple[ImportNeed, ...]


def make_row(ctx: Context, model: Model) -> Row | None:
    """Return how to save one row of ``model``.

    By the project's factory, by model_bakery, or by its required fields. None where its file does
    not tell enough: a base that cannot be read, a field of an unknown type, a ``save()`` of its
    own.
    """
    name = snake_words(model.name)
    declared = f"{name}: {model.name}" if ctx.typed else name
    factory = ctx.project.factories.get(model.label)
    if factory is not None:
        module, _, function = factory.rpartition(".")
        return Row(name, (f"{declared} = {function}(**values)",), (ImportNeed(module, function),))
    if ctx.project.has_model_bakery:
        make = f'{declared} = baker.make("{model.label}", **values)'
        return Row(name, (make,), (ImportNeed("model_bakery", "baker"),))
    return _static_row(ctx, model, (), with_values=True)


def _static_row(
    ctx: Context, model: Model, above: tuple[str, ...], *, with_values: bool
) -> Row | None:
    # ``above`` are the models on the way here: a cycle of required foreign keys has no end.
    if (
        not model.complete
        or model.custom_save
        or model.abstract
        or model.label in above
        or len(above) >= _DEPTH
    ):
        return None
    lines: list[str] = []
    imports = {ImportNeed(model.exported, model.name)}
    values: list[tuple[str, str]] = []
    for field in model.fields:
        if not field.required:
            continue
        if field.kind in ("fk", "one_to_one"):
            parent = _parent(ctx, model, field, (*above, model.label))
            if parent is None:
                return None
            lines += [line for line in parent.lines if line not in lines]
            imports |= set(parent.imports)
            values.append((field.name, parent.name))
            continue
        value = _value(field)
        if value is None:
            return None
        text, need = value
        imports |= {need} if need else set()
        values.append((field.name, text))
    name = snake_words(model.name)
    if with_values and values:
        fields = ", ".join(f'"{field}": {text}' for field, text in values)
        declared = "fields: dict[str, Any]" if ctx.typed else "fields"
        lines += [f"{declared} = {{{fields}, **values}}", f"{name} = {model.name}(**fields)"]
    else:
        arguments = (
            "**values" if with_values else ", ".join(f"{field}={text}" for field, text in values)
        )
        lines.append(f"{name} = {model.name}({arguments})")
    lines.append(f"{name}.save()")
    return Row(name, tuple(lines), tuple(sorted(imports)))


def _parent(ctx: Context, model: Model, field: ModelField, above: tuple[str, ...]) -> Row | None:
    target = (field.to or "").strip("\"'")
    if (
        # The stock user has a manager that sets a password and what else it needs.
        target in (USER, "get_user_model()", "auth.User", "User")
        and not ctx.project.auth_user_model
    ):
        needs = (ImportNeed("django.contrib.auth", "get_user_model"),)
        return Row("user", ('user = get_user_model().objects.create_user("somebody")',), needs)
    if target == USER:
        target = ctx.project.auth_user_model or ""
    if "." not in target:
        own = next((a for a in ctx.project.apps if a.label == model.app_label), None)
        found = own.model(target) if own else None
    else:
        found = None
    found = found or find_model(ctx, Ref(target, ctx.spec.app.mark))
    return _static_row(ctx, found, above, with_values=False) if found else None


def _value(field: ModelField) -> tuple[str, ImportNeed | None] | None:
    # An expression that the field takes, and its import.
    if field.options.get("unique") == "True" or field.options.get("primary_key") == "True":
        return _unique_value(field)
    maker = _VALUES.get(field.type)
    return maker(field) if maker else None


def _unique_value(field: ModelField) -> tuple[str, ImportNeed | None] | None:
    need = ImportNeed("uuid", "uuid4")
    if field.type == "UUIDField":
        return "uuid4()", need
    if field.type == "EmailField":
        return 'f"{uuid4().hex}@example.com"', need
    length = field.options.get("max_length", "")
    # A short field would not hold enough of a UUID to be unique.
    if field.type in ("CharField", "SlugField") and (
        not length or (length.isdigit() and int(length) >= _LEAST_UNIQUE)
    ):
        return f"uuid4().hex[:{min(int(length or 32), 32)}]", need
    return None


def _text(field: ModelField) -> tuple[str, ImportNeed | None]:
    length = field.options.get("max_length", "")
    # ``"text"`` cut to the length of the field, with its quotes.
    return (
        '"text"'[: int(length) + 1] + '"'
        if length.isdigit() and int(length) < len("text")
        else '"text"'
    ), None


def _literal(
    text: str, module: str = "", name: str = ""
) -> Callable[[ModelField], tuple[str, ImportNeed | None]]:
    need = ImportNeed(module, name) if module else None
    return lambda _field: (text, need)


_ONE = _literal("1")
_VALUES: Mapping[str, Callable[[ModelField], tuple[str, ImportNeed | None]]] = {
    "CharField": _text,
    "TextField": _text,
    "SlugField": _text,
    "EmailField": _literal('"somebody@example.com"'),
    "URLField": _literal('"https://example.com/"'),
    "BooleanField": _literal("True"),
    "IntegerField": _ONE,
    "SmallIntegerField": _ONE,
    "BigIntegerField": _ONE,
    "PositiveIntegerField": _ONE,
    "PositiveSmallIntegerField": _ONE,
    "PositiveBigIntegerField": _ONE,
    "FloatField": _literal("1.0"),
    "DecimalField": _literal('Decimal("1")', "decimal", "Decimal"),
    "DateTimeField": _literal("timezone.now()", "django.utils", "timezone"),
    "DateField": _literal("timezone.now().date()", "django.utils", "timezone"),
    "DurationField": _literal("timedelta(1)", "datetime", "timedelta"),
    "UUIDField": _literal("uuid4()", "uuid", "uuid4"),
    "JSONField": _literal("{}"),
    "FileField": _literal('"file.txt"'),
    "ImageField": _literal('"image.png"'),
    "GenericIPAddressField": _literal('"127.0.0.1"'),
}
"""What a field of each type takes when nothing else is known about it."""
