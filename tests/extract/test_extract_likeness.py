"""When generated code counts as doing what a function of the project does: ``alike``."""

from __future__ import annotations

import ast
from textwrap import indent

import pytest

from signalgen.extract import alike

SAME = {
    "an early return is a condition": (
        "if not created:\n    return\nsend(instance)",
        "if created:\n    send(instance)",
    ),
    "two conditions are one": (
        "if created:\n    if instance.paid:\n        send(instance)",
        "if created and instance.paid:\n    send(instance)",
    ),
    "the branches the other way round": (
        "if created:\n    send(1)\nelse:\n    send(2)",
        "if not created:\n    send(2)\nelse:\n    send(1)",
    ),
    "an opposite": (
        "if instance.total == 3:\n    return\nsend(instance)",
        "if instance.total != 3:\n    send(instance)",
    ),
    "not in": (
        "if not (instance.pk in SEEN):\n    send(instance)",
        "if instance.pk not in SEEN:\n    send(instance)",
    ),
    "a return at the end": ("send(instance)\nreturn", "send(instance)"),
    "a docstring": ('"""Tell them."""\nsend(instance)', "send(instance)"),
    "return None": ("if raw:\n    return None\nsend(1)", "if raw:\n    return\nsend(1)"),
}
OTHER = {
    "a condition less": ("if created:\n    send(instance)", "send(instance)"),
    "another condition": (
        "if created:\n    send(instance)",
        "if not created:\n    send(instance)",
    ),
    "or": (
        "if created or instance.paid:\n    send(instance)",
        "if created and instance.paid:\n    send(instance)",
    ),
    "another order": ("send(1)\nsend(2)", "send(2)\nsend(1)"),
    "a value that is returned": ("send(instance)\nreturn 1", "send(instance)"),
    "an order of comparison has no opposite": (
        "if instance.total < 3:\n    return\nsend(instance)",
        "if instance.total > 3:\n    send(instance)",
    ),
    "a return in the middle of a loop": (
        "for one in rows:\n    if one:\n        return\n    send(one)",
        "for one in rows:\n    if not one:\n        send(one)",
    ),
    "what follows a branch": (
        "if created:\n    send(1)\nsend(2)",
        "if created:\n    send(1)\n    send(2)",
    ),
    "another argument": ("send(instance)", "send(sender)"),
}


def function(body: str, parameters: str = "sender, instance, created, raw, **kwargs") -> str:
    return f"def heard({parameters}):\n{indent(body, '    ')}\n"


def node(text: str) -> ast.FunctionDef:
    (found,) = ast.parse(text).body
    assert isinstance(found, ast.FunctionDef)
    return found


@pytest.mark.parametrize(("old", "new"), SAME.values(), ids=SAME)
def test_another_form_of_the_same_is_alike(old, new):
    assert alike(node(function(old)), function(new))
    assert alike(node(function(new)), function(old))


@pytest.mark.parametrize(("old", "new"), OTHER.values(), ids=OTHER)
def test_anything_else_is_different(old, new):
    assert not alike(node(function(old)), function(new))
    assert not alike(node(function(new)), function(old))


def test_kwargs_is_the_argument_only_where_the_function_does_not_take_it_by_name():
    read = 'if kwargs["created"]:\n    send(1)'
    named = "if created:\n    send(1)"
    assert alike(node(function(read, "**kwargs")), function(named))
    assert not alike(node(function(read)), function(named)), "it would be a KeyError"


def test_an_argument_that_somebody_else_sends_is_not_taken_for_one_of_django():
    assert not alike(
        node(function('send(kwargs.get("order"))', "**kwargs")),
        function("send(order)", "order, **kwargs"),
    )


def test_async_and_plain_functions_and_what_cannot_be_read_are_different():
    old = node(function("send(instance)"))
    assert not alike(old, f"async {function('send(instance)')}")
    assert not alike(old, "def heard(:\n")
    assert not alike(old, "heard = 1\n")
