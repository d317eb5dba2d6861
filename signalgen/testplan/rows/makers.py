"""The functions of generated tests that make rows. Entries: ``maker_of``, ``value_of``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.late import dataclass
from signalgen.syntax import snake_words
from signalgen.testplan.rows.fieldvalues import imports_of, is_true, plain_value
from signalgen.testplan.rows.relations import all_models, target_model, user_model
from signalgen.values.fragment import ImportNeed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from signalgen.plan.context import Context
    from signalgen.values.index import ModelField
    from signalgen.values.project import Model

_RESERVED = frozenset({"Any", "Iterator", "Mock", "QuerySet", "Signal", "TestCase"})
_SHORT = 40
_CONTENT_TYPE = "contenttypes.ContentType"
_STOCK_USER = "auth.User"


@dataclass(frozen=True, slots=True)
class Maker:
    """A function that saves a row of ``model`` without running receivers.

    ``code`` is its text, which calls ``preparing()`` of the same module; ``needs`` are the makers
    that it calls.
    """

    name: str
    model: Model
    code: str
    imports: tuple[ImportNeed, ...]
    needs: tuple[Maker, ...] = ()


_Known = dict[str, Maker | None]


@dataclass(frozen=True, slots=True)
class FieldValue:
    """An expression that a field takes, the imports and the makers that it needs."""

    code: str
    imports: tuple[ImportNeed, ...] = ()
    needs: tuple[Maker, ...] = ()


def maker_of(ctx: Context, model: Model) -> Maker | None:
    """Return the maker of rows of ``model``.

    It uses the project's factory, model_bakery, or the required fields. None if no row can be made:
    the model has no table, or a required value is unknown.
    """
    return _maker(ctx, model, {})


def value_of(
    ctx: Context, model: Model, field: ModelField, *, other: bool = False
) -> FieldValue | None:
    """Return a valid value for ``field`` of ``model``; ``other``: not the one of a new row.

    None if there is none or it is unknown.
    """
    return _value(ctx, model, field, {}, other=other)


def with_needs(makers: Iterable[Maker]) -> tuple[Maker, ...]:
    """Return ``makers`` and all makers that they call, each once, after those that it calls."""
    found: dict[str, Maker] = {}
    for maker in makers:
        for one in (*with_needs(maker.needs), maker):
            found.setdefault(one.name, one)
    return tuple(found.values())


def _maker(ctx: Context, model: Model, made: _Known) -> Maker | None:
    if model.label not in made:
        made[model.label] = _new_maker(ctx, model, made)
    return made[model.label]


def _new_maker(ctx: Context, model: Model, made: _Known) -> Maker | None:
    if model.abstract or not model.managed or _is_swapped(ctx, model):
        return None
    if not model.path and not model.complete:  # from Django, with unknown fields
        return None
    factory = ctx.project.factories.get(model.label)
    if factory is not None:
        module, _, function = factory.path.rpartition(".")
        needs = (ImportNeed(module, function),)
        return _by_library(ctx, model, f"{function}.create(", needs, factory.finds_by)
    if ctx.project.has_model_bakery and model.path:
        need = class_import(ctx, model)
        imports = (ImportNeed("model_bakery", "baker"), need)
        return _by_library(ctx, model, f"baker.make({need.bound}, ", imports)
    if model.label == _STOCK_USER:
        return _stock_user(ctx, model)
    return _by_fields(ctx, model, made)


def _leads_to(ctx: Context, model: Model, goal: Model, seen: set[str]) -> bool:
    # Whether a row of ``goal`` is made for one of ``model``: such a cycle has no end.
    if model.label == goal.label:
        return True
    if model.label in seen or model.label in ctx.project.factories or ctx.project.has_model_bakery:
        return False
    seen.add(model.label)
    return any(
        _leads_to(ctx, target, goal, seen)
        for field in model.fields
        if field.kind in ("fk", "one_to_one") and _is_wanted(model, field)
        if (target := target_model(ctx, model, field)) is not None
    )


def _is_swapped(ctx: Context, model: Model) -> bool:
    # Among swappable models only the user model in use is known.
    user = user_model(ctx) if model.swappable and model.field("last_login") else None
    return user is not None and user.label != model.label


def _by_library(
    ctx: Context,
    model: Model,
    call: str,
    imports: tuple[ImportNeed, ...],
    finds_by: Sequence[str] = (),
) -> Maker:
    # Fields that the libraries do not make unique: texts that may be empty only once, and dates. A
    # factory that looks for a row first may find another test's row of the loop, with its values.
    values = {
        field.name: value
        for field in model.fields
        if _is_told_apart(field, finds_by)
        and (value := _value(ctx, model, field, {}, unique=True)) is not None
    }
    imports = (*imports, *(need for value in values.values() for need in value.imports))
    call = f"{call}{_given(values)})"
    if not ctx.typed:
        return _written(ctx, model, [f"return {call}"], imports)
    # The libraries' annotations are often Any.
    need = class_import(ctx, model)
    name = snake_words(model.name)
    lines = [f"{name}: {need.bound} = {call}", f"return {name}"]
    return _written(ctx, model, lines, (*imports, need))


def _is_told_apart(field: ModelField, finds_by: Sequence[str]) -> bool:
    if field.name in finds_by:
        return field.kind == "plain" and not field.choices
    blank_or_day = _is_unique_and_blank(field) or field.type == "DateField"
    return is_true(field, "unique") and blank_or_day


def _stock_user(ctx: Context, model: Model) -> Maker:
    given = '{"username": uuid4().hex, "email": "somebody@example.com", **values}'
    imports = [ImportNeed("django.contrib.auth", "get_user_model"), ImportNeed("uuid", "uuid4")]
    if ctx.typed:
        imports.append(class_import(ctx, model))
    hint = ": dict[str, Any]" if ctx.typed else ""
    lines = [f"fields{hint} = {given}", "return get_user_model().objects.create_user(**fields)"]
    return _written(ctx, model, lines, imports)


def _by_fields(ctx: Context, model: Model, made: _Known) -> Maker | None:
    need = class_import(ctx, model)
    values = _values(ctx, model, made)
    if values is None:
        return None
    imports = [need, *(item for value in values.values() for item in value.imports)]
    needs = [maker for value in values.values() for maker in value.needs]
    every = _given(values)
    if model.has_objects and len(every) > _SHORT:
        # A line for each value would be as long as the function.
        hint = ": dict[str, Any]" if ctx.typed else ""
        fields = f"fields{hint} = {every.removeprefix('**')}"
        lines = [fields, f"return {need.bound}.objects.create(**fields)"]
    elif model.has_objects:
        lines = [f"return {need.bound}.objects.create({every})"]
    else:
        name = snake_words(model.name)
        lines = [f"{name} = {need.bound}({every})", f"{name}.save()", f"return {name}"]
    return _written(ctx, model, lines, imports, needs)


def _given(values: Mapping[str, FieldValue]) -> str:
    # A parent is made only if the caller gives none.
    given = "".join(
        f'"{name}": {f"""values.get("{name}") or """ if value.needs else ""}{value.code}, '
        for name, value in values.items()
    )
    return f"**{{{given}**values}}" if given else "**values"


def _values(ctx: Context, model: Model, made: _Known) -> dict[str, FieldValue] | None:
    # By field; None if a required one is unknown.
    given: dict[str, FieldValue] = {}
    unique = frozenset(_told_apart(model))
    generic = dict(_generic(ctx, model, made))
    for field in model.fields:
        if field.name in generic or (field.name not in unique and not _is_wanted(model, field)):
            continue
        value = _value(ctx, model, field, made, unique=field.name in unique)
        if value is not None:
            given[field.name] = value
        elif field.required:
            return None
    return given | {name: value for name, value in generic.items() if value is not None}


def _generic(ctx: Context, model: Model, made: _Known) -> Iterator[tuple[str, FieldValue | None]]:
    # A generic foreign key that must have a target: a user is used if its key fits. None is for the
    # two columns, which need no values of their own then.
    for field in model.fields:
        names = [
            field.options.get(key, default).strip("\"'")
            for key, default in (("ct_field", "content_type"), ("fk_field", "object_id"))
        ]
        columns = [item for name in names if (item := model.field(name)) is not None]
        user = user_model(ctx) if field.type == "GenericForeignKey" else None
        if user is None or len(columns) < len(names) or not all(c.required for c in columns):
            continue
        fits = _key(user) in ("", columns[1].type) and not _leads_to(ctx, user, model, set())
        maker = _maker(ctx, user, made) if fits else None
        if maker is not None:
            yield field.name, FieldValue(f"{maker.name}()", needs=(maker,))
            yield from ((name, None) for name in names)


def _key(model: Model) -> str:
    # The type of a primary key that is not Django's own.
    own = model.primary_key
    return own.type if own is not None else ""


def _is_wanted(model: Model, field: ModelField) -> bool:
    if field.required or _is_unique_and_blank(field):
        return True
    # The default of a foreign key is the key of a row that a test does not have.
    if field.kind in ("fk", "one_to_one") and "default" in field.options:
        return True
    # ``full_clean()`` also requires values that the database does not.
    return (
        model.custom_save
        and field.kind in ("plain", "file", "fk", "one_to_one")
        and is_true(field, "null")
        and not is_true(field, "blank")
        and not {"default", "auto_now", "auto_now_add"} & field.options.keys()
    )


def _is_unique_and_blank(field: ModelField) -> bool:
    # Then a second row with an empty text is refused.
    return (
        is_true(field, "unique")
        and is_true(field, "blank")
        and field.kind == "plain"
        and not {"null", "default"} & field.options.keys()
        and not field.type.startswith("Auto")
    )


def _told_apart(model: Model) -> Iterator[str]:
    # One of the fields that must be unique together gets a distinct value, unless one already does:
    # a parent that is made for the row, an empty value, a unique field.
    plain = [f for f in model.fields if f.kind == "plain" and "choices" not in f.options]
    for names in model.together:
        fields = [field for name in names if (field := model.field(name)) is not None]
        if len(fields) == len(names) and not any(_differs(model, field) for field in fields):
            named = [field for field in plain if field in fields]
            yield from [f.name for f in sorted(named, key=lambda f: not f.required)[:1]]
    # A model's own ``save()`` mostly makes a unique slug from the texts.
    if model.custom_save and any(is_true(f, "unique") and "Slug" in f.type for f in model.fields):
        yield from (f.name for f in plain if f.required and f.type == "CharField")


def _differs(model: Model, field: ModelField) -> bool:
    if is_true(field, "unique") or is_true(field, "primary_key"):
        return True
    if not _is_wanted(model, field):
        return is_true(field, "null") and "default" not in field.options
    return field.kind in ("fk", "one_to_one") and "ContentType" not in f"{field.to}"


def _value(
    ctx: Context,
    model: Model,
    field: ModelField,
    made: _Known,
    *,
    other: bool = False,
    unique: bool = False,
) -> FieldValue | None:
    if field.kind not in ("fk", "one_to_one"):
        code = plain_value(field, other=other, unique=unique)
        return FieldValue(code, imports_of(code)) if code else None
    target = target_model(ctx, model, field)
    if target is None or (not other and _leads_to(ctx, target, model, set())):
        return None
    if target.label == _CONTENT_TYPE:
        need, shown = class_import(ctx, target), class_import(ctx, target if other else model)
        code = f"{need.bound}.objects.get_for_model({shown.bound})"
        return FieldValue(code, (need, shown))
    maker = _maker(ctx, target, made)
    return FieldValue(f"{maker.name}()", needs=(maker,)) if maker else None


def _written(
    ctx: Context,
    model: Model,
    lines: Iterable[str],
    imports: Iterable[ImportNeed],
    needs: Iterable[Maker] = (),
) -> Maker:
    name = maker_name(ctx, model)
    head = f"def {name}(**values):"
    if ctx.typed:
        head = f"def {name}(**values: Any) -> {class_import(ctx, model).bound}:"
        imports = (*imports, ImportNeed("typing", "Any"))
    body = "".join(f"        {line}\n" for line in lines)
    code = (
        f"{head}\n"
        f'    """Save a row of {model.name}; add here what else it needs."""\n'
        f"    with preparing():\n{body}"
    )
    called = tuple({one.name: one for one in needs}.values())
    return Maker(name, model, code, tuple(sorted(set(imports))), called)


def maker_name(ctx: Context, model: Model) -> str:
    """Return the name of the maker of ``model``: ``make_order``, or ``make_shop_order``.

    The longer name is for models of other apps that share their name with another model.
    """
    prefix = f"{model.app_label}_" if _is_ambiguous(ctx, model) else ""
    return f"make_{prefix}{snake_words(model.name)}"


def class_import(ctx: Context, model: Model) -> ImportNeed:
    """Return the import of ``model`` for the tests; its ``bound`` is its name there."""
    if model.name in _RESERVED or _is_ambiguous(ctx, model):
        longer = "".join(part.capitalize() for part in model.app_label.split("_")) + model.name
        return ImportNeed(model.exported, model.name, longer)
    return ImportNeed(model.exported, model.name)


def _is_ambiguous(ctx: Context, model: Model) -> bool:
    return model.app_label != ctx.app.label and any(
        snake_words(other.name) == snake_words(model.name) and other.label != model.label
        for other in all_models(ctx)
    )
