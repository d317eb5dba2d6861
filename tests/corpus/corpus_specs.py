"""Specs for models that nobody has seen before: one handler for each kind of signal that a model can have."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import yaml

from signalgen.spec import read_spec

if TYPE_CHECKING:
    from random import Random

    from signalgen.errors import Problem
    from signalgen.values.project import App, Model
    from signalgen.values.spec import Spec

SOURCE = "corpus.yaml"
KINDS = ("post_save", "pre_save", "post_delete", "m2m_changed", "on_change", "enqueue", "custom")
_COMPARABLE = re.compile(
    r"^(?:\w*Char|\w*Text|\w*Integer|Boolean|\w*Slug|Date|DateTime|Decimal|URL)Field$"
)


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for one model: the kinds of handlers, the fields that two of the kinds are about, and a task library by name."""

    app: str
    model: str
    kinds: tuple[str, ...]
    m2m: str = ""
    field: str = ""
    backend: str = ""

    def without(self, kinds: frozenset[str]) -> Wish:
        """Return the same wish with some kinds given up."""
        return replace(self, kinds=tuple(kind for kind in self.kinds if kind not in kinds))


def wish_for(app: App, model: Model, rng: Random) -> Wish:
    """Return everything that can be asked for ``model``; ``rng`` picks the fields."""
    m2m = sorted(field.name for field in model.fields if field.kind == "m2m")
    plain = sorted(f.name for f in model.fields if f.kind == "plain" and _COMPARABLE.match(f.type))
    kinds = [
        kind for kind in KINDS if (kind != "m2m_changed" or m2m) and (kind != "on_change" or plain)
    ]
    return Wish(
        app.name,
        model.name,
        tuple(kinds),
        rng.choice(m2m) if m2m else "",
        rng.choice(plain) if plain else "",
    )


def spec_of(wish: Wish, *, changed: bool = False) -> Spec:
    """Return the spec of a wish; ``changed`` is what somebody made of it a week later: other words, other code, one more handler."""
    text = yaml.safe_dump(contents(wish, wish.kinds, changed=changed), sort_keys=False)
    return read_spec(text.encode(), file=SOURCE, source=SOURCE)


def contents(wish: Wish, kinds: tuple[str, ...], *, changed: bool = False) -> dict[str, object]:
    """Return what the spec of a wish says, with handlers of ``kinds`` alone."""
    made = [_MAKERS[kind](wish, changed) for kind in kinds if kind != "custom"]
    content: dict[str, object] = {"app": wish.app, "model": wish.model, "handlers": made}
    if wish.backend:
        content["task_backend"] = wish.backend
    if "custom" in kinds:
        content["signals"] = [_custom(wish, changed=changed)]
    if changed:
        made.append(
            {
                "name": f"{_snake(wish)}_later",
                "signal": "post_init",
                "body": 'logger.debug("loaded %r", instance)',
            }
        )
    return content


def kind_at(wish: Wish, problem: Problem) -> str:
    """Return the kind of handler that a problem is about, by its place (``handlers[2].on_create``) or the name it names."""
    plain = [kind for kind in wish.kinds if kind != "custom"]
    found = re.match(r"handlers\[(\d+)\]", problem.path)
    if found:
        return plain[int(found[1])] if int(found[1]) < len(plain) else ""
    names = {kind: str(_MAKERS[kind](wish, False)["name"]) for kind in plain}
    named = [kind for kind, name in names.items() if f"'{name}'" in problem.message]
    if named:
        return named[0]
    return "custom" if problem.path.startswith("signals[") else ""


def _snake(wish: Wish) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", wish.model).lower().strip("_")


def _words(wish: Wish, text: str, changed: bool) -> str:
    return f"{text} of {wish.model}{', as agreed' if changed else ''}."


def _note(wish: Wish, value: str, changed: bool) -> str:
    level = "warning" if changed else "info"
    return f'label = f"{_snake(wish)} {{{value}}}"\nlogger.{level}("seen: %s", label)\n'


def _post_save(wish: Wish, changed: bool) -> dict[str, object]:
    return {
        "name": f"{_snake(wish)}_saved",
        "signal": "post_save",
        "description": _words(wish, "Note every new row", changed),
        "on_create": _note(wish, "instance.pk", changed),
        "on_update": f'cache.delete(f"{_snake(wish)}:{{instance.pk}}")\n',
    }


def _pre_save(wish: Wish, changed: bool) -> dict[str, object]:
    return {
        "name": f"{_snake(wish)}_compared",
        "signal": "pre_save",
        "description": _words(wish, "Compare with the stored row", changed),
        "implementation": _note(wish, "original.pk", changed),
    }


def _post_delete(wish: Wish, changed: bool) -> dict[str, object]:
    return {
        "name": f"{_snake(wish)}_deleted",
        "signal": "post_delete",
        "description": _words(wish, "Forget a row", changed),
        "body": _note(wish, "instance.pk", changed) + f'cache.delete("{_snake(wish)}")\n',
    }


def _m2m(wish: Wish, changed: bool) -> dict[str, object]:
    return {
        "name": f"{_snake(wish)}_{wish.m2m}_changed",
        "signal": "m2m_changed",
        "field": wish.m2m,
        "description": _words(wish, "Follow the relation", changed),
        "on_add": _note(wish, "sorted(pk_set)", changed),
        "on_clear": _note(wish, "instance.pk", changed),
    }


def _on_change(wish: Wish, changed: bool) -> dict[str, object]:
    return {
        "name": f"{_snake(wish)}_{wish.field}_changed",
        "signal": "post_save",
        "description": _words(wish, "Follow one value", changed),
        "on_change": {wish.field: _note(wish, "old!r}, {new!r", changed)},
    }


def _enqueue(wish: Wish, changed: bool) -> dict[str, object]:
    return {
        "name": f"{_snake(wish)}_handed_on",
        "signal": "post_save",
        "description": _words(wish, "Leave the rest to a task", changed),
        "enqueue": [
            {
                "task": f"refresh_{_snake(wish)}",
                "on": "create" if changed else "save",
                "args": ["instance.pk"],
            }
        ],
    }


def _custom(wish: Wish, *, changed: bool) -> dict[str, object]:
    return {
        "name": f"{_snake(wish)}_archived",
        "sender": wish.model,
        "description": _words(wish, "Sent after archiving", changed),
        "args": {"row": wish.model, "reason": "str"},
        "handlers": [
            {"name": f"note_{_snake(wish)}_archived", "body": _note(wish, "reason", changed)}
        ],
    }


_MAKERS = {
    "post_save": _post_save,
    "pre_save": _pre_save,
    "post_delete": _post_delete,
    "m2m_changed": _m2m,
    "on_change": _on_change,
    "enqueue": _enqueue,
}
