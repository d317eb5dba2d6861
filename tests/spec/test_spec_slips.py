"""Keys that people write for others: each is named with the key, or the signal, that does it."""

from __future__ import annotations

import pytest

from signalgen.errors import SpecError
from signalgen.spec import read_spec
from signalgen.spec.declared import table
from signalgen.spec.declared.slips import _SLIPS, meant_by

HANDLER = "app: shop\nhandlers:\n  - name: h\n    model: Order\n    signal: post_save\n"


def problems(text: str) -> list[tuple[str, int, str]]:
    try:
        read_spec(text.encode(), file="a.yaml", source="a.yaml")
    except SpecError as error:
        return [(one.code, one.line, one.hint) for one in error.problems]
    return []


@pytest.mark.parametrize(
    ("key", "hint"),
    [
        ("on_delete", "write body in a handler with signal: post_delete"),
        ("before_delete", "write body in a handler with signal: pre_delete"),
        ("on_save", "write signal: post_save and body, which runs at every save"),
        ("on_pre_save", "write signal: pre_save and body, which runs at every save"),
        ("on_login", "write body in a handler with signal: user_logged_in"),
        ("on_insert", "did you mean on_create?"),
        ("on_modified", "did you mean on_update?"),
        ("on_commit", "did you mean after_commit?"),
        ("code", "did you mean body?"),
        ("on_craete", "did you mean on_create?"),
    ],
)
def test_one_problem_names_the_way(key, hint):
    assert problems(f"{HANDLER}    {key}: print(instance)\n") == [("unknown-key", 6, hint)]


def test_a_guess_brings_no_second_problem():
    text = HANDLER.replace("post_save", "post_delete")
    assert problems(f"{text}    on_updated: print(1)\n    body: print(2)\n") == [
        ("unknown-key", 6, "did you mean on_update?")
    ]


def test_conditions_and_entries_have_their_own():
    assert problems(f"{HANDLER}    condition: instance.total\n    body: print(1)\n") == [
        ("unknown-key", 6, "did you mean when?")
    ]
    entry = "    enqueue: [{task: t, when: create}]\n"
    assert problems(HANDLER + entry) == [("unknown-key", 6, "did you mean on?")]


@pytest.mark.parametrize("key", ["on_create", "on_update", "after_commit", "body"])
def test_keys_that_there_are_are_taken(key):
    assert problems(f"{HANDLER}    {key}: print(instance)\n") == []


def test_what_is_guessed_is_a_key_and_what_is_a_key_is_not_guessed():
    for section in table.SECTIONS:
        names = section.names()
        for word in _SLIPS.get(section.name, {}):
            slip = meant_by(section, word)
            assert slip is not None and slip.key in names and word not in names


LISTENS = "  - {name: h, model: Order, signal: post_save, body: print(instance)}\n"
DEFINES = "  - {name: paid, args: [order]}\n"


@pytest.mark.parametrize(
    ("lists", "expected"),
    [
        (f"signals:\n{LISTENS}", [("wrong-list", 2, "write handlers: here")]),
        (f"handlers:\n{DEFINES}", [("wrong-list", 2, "write signals: here")]),
        (f"signals:\n{DEFINES}{LISTENS}", [("wrong-list", 4, "move it to handlers:")]),
        (f"handlers:\n{LISTENS}{DEFINES}", [("wrong-list", 4, "move it to signals:")]),
        (
            f"handlers:\n{LISTENS}signals:\n{LISTENS.replace('h,', 'other,')}",
            [("wrong-list", 5, "move it to handlers:")],
        ),
    ],
)
def test_entries_of_the_other_list_are_told_once(lists, expected):
    assert problems(f"app: shop\n{lists}") == expected


def test_an_entry_in_the_wrong_list_is_read_all_the_same():
    text = "app: shop\nsignals:\n  - {name: h, model: Order, type: post_save, body: print(1)}\n"
    assert problems(text) == [
        ("wrong-list", 2, "write handlers: here"),
        ("unknown-key", 3, "did you mean signal?"),
    ]


@pytest.mark.parametrize(
    "lists",
    [
        f"handlers:\n{LISTENS}signals:\n{DEFINES}",
        "signals:\n  - {name: paid}\n",
        "signals:\n  - {name: paid, handlers: [{name: h, body: print(sender)}]}\n",
        "handlers:\n  - {name: h, signal: post_save, model: Order, description: d, body: print(1)}\n",
    ],
)
def test_entries_of_their_own_list_stay(lists):
    assert problems(f"app: shop\n{lists}") == []


def test_a_model_alone_makes_no_handler_of_a_signal():
    assert problems("app: shop\nsignals:\n  - {name: paid, args: [order], model: Order}\n") == [
        ("unknown-key", 3, "allowed: name, description, sender, args, send, handlers")
    ]
    assert problems("app: shop\nsignals:\n  - {name: paid, model: Order}\n") == [
        ("unknown-key", 3, "allowed: name, description, sender, args, send, handlers")
    ]
