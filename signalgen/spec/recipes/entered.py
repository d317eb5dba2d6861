"""Checks the keys of an entry under ``recipes``: ``check_known``, ``check_one_of``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.spec.text.report import did_you_mean, listed

if TYPE_CHECKING:
    from signalgen.spec.declared.keys import Key
    from signalgen.spec.fields import Fields
    from signalgen.spec.recipes.definition import Recipe


def check_known(
    given: dict[str, object], known: dict[str, object], fields: Fields, key: Key[object]
) -> None:
    """Report keys of ``given`` that are not in the default, which lists all of them."""
    for name in given:
        if name not in known:
            hint = did_you_mean(name, known) or f"allowed: {', '.join(known)}"
            fields.wrong_key(key.name, "unknown-key", f"{key.name} has no key {name}", hint)


def check_one_of(recipe: Recipe, fields: Fields) -> None:
    """Report an entry that does not have exactly one of several parameters."""
    given = [name for name in fields.entries if name in recipe.one_of]
    if recipe.one_of and not given:
        message = f"the recipe {recipe.slug} needs {listed(recipe.one_of)}"
        fields.report.add(
            fields.mark, fields.path, "missing-key", message, f"add {recipe.one_of[0]}:"
        )
    for name in given[1:]:
        fields.wrong_key(
            name, "conflicting-keys", f"{given[0]} and {name} cannot be combined", "keep one"
        )
