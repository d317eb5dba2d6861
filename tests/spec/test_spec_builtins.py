"""A receiver or signal that has the name of a builtin which the bodies beside it use."""

from __future__ import annotations

import pytest

from signalgen.errors import SpecError
from signalgen.spec import read_spec

HANDLER = "app: shop\nhandlers:\n  - name: {}\n    model: Order\n    signal: post_save\n"
SIGNAL = "app: shop\nsignals:\n  - name: {}\n    args: [order]\n    handlers:\n      - name: h\n        body: "
HIDING = {
    "its own body": (HANDLER.format("print") + "    body: print(instance)\n", 3, 6),
    "a nested function": (
        HANDLER.format("len")
        + "    body: |\n      def g():\n          return len('a')\n      g()\n",
        3,
        8,
    ),
    "when": (
        HANDLER.format("bool") + "    when: bool(instance.pk)\n    body: instance.total\n",
        3,
        6,
    ),
    "args": (
        HANDLER.format("str")
        + "    enqueue:\n      - task: push\n        on: create\n        args:\n          - str(instance.pk)\n",
        3,
        10,
    ),
    "a value": (
        HANDLER.format("int") + "    on_create: isinstance(instance.pk, int)\n",
        3,
        6,
    ),
    "another handler's body": (
        HANDLER.format("list")
        + "    body: pass\n  - {name: b, model: Order, signal: post_save, body: list('a')}\n",
        3,
        7,
    ),
    "a signal": (SIGNAL.format("print") + "print(order)\n", 3, 7),
}


def problems(text: str) -> list[tuple[str, int, str]]:
    try:
        read_spec(text.encode(), file="a.yaml", source="a.yaml")
    except SpecError as error:
        return [(one.code, one.line, one.message) for one in error.problems]
    return []


@pytest.mark.parametrize(("text", "line", "used"), HIDING.values(), ids=HIDING)
def test_a_name_that_hides_a_builtin_in_use_is_refused(text, line, used):
    [(code, found, message)] = problems(text)
    assert (code, found) == ("name-taken", line)
    assert message.endswith(f", which line {used} uses")


@pytest.mark.parametrize(
    "text",
    [
        HANDLER.format("print") + "    body: log(instance)\n",
        HANDLER.format("h") + "    body: print(instance)\n",
        HANDLER.format("list") + "    body: instance.list()\n",
        HANDLER.format("filter") + "    body: Order.objects.filter(pk=1)\n",
        HANDLER.format("id") + "    body: |\n      id = 3\n      use(id)\n",
        SIGNAL.format("compile") + "compile.send(sender=None, order=order)\n",
    ],
)
def test_a_name_that_hides_nothing_in_use_is_not(text):
    assert problems(text) == []
