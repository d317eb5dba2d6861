"""``action == "add"`` is never true: Django sends post_add."""

from __future__ import annotations

import pytest
from generate_kit import build, run

from signalgen.generating import generate
from signalgen.index import read_project
from signalgen.spec import signal_spec

HEAD = "handlers:\n  - name: h\n    signal: {0}\n    model: Product\n    field: tags\n"


def problems(tmp_path, lines: str, signal: str = "m2m_changed"):
    return run(build(tmp_path), HEAD.format(signal) + lines).problems


@pytest.mark.parametrize(
    ("lines", "place", "hint"),
    [
        ("    body: 'if action == \"add\": print(1)'\n", (7, 25), "post_add, or the key on_add"),
        ("    when: action == 'remove'\n    body: print(1)\n", (7, 21), "post_remove, or the key"),
        (
            "    body: |\n      x = 1\n      if action in ('post_add', 'pre_clearing'): print(x)\n",
            (9, 33),
            "pre_clear, or the key on_pre_clear",
        ),
        (
            "    body: |\n      match action:\n        case 'added' | 'post_add': print(1)\n",
            (9, 14),
            "post_add",
        ),
        ("    body: print('deleted' != action)\n", (7, 17), "post_remove"),
    ],
)
def test_an_action_that_is_never_sent(lines, place, hint, tmp_path):
    (problem,) = problems(tmp_path, lines)
    assert (problem.code, problem.line, problem.column) == ("unknown-action", *place)
    assert hint in problem.hint


@pytest.mark.parametrize(
    "lines",
    [
        "    body: 'if action == \"post_add\": print(1)'\n",
        "    when: action in ('pre_remove', 'pre_clear')\n    body: print(1)\n",
        "    body: |\n      action = 'add' if action == 'post_add' else 'x'\n      print(action == 'add')\n",
        "    body: print(kwargs.get('action') == 'add', 'add' == 'add')\n",
        "    body: print(action == 'reordered')\n",
    ],
)
def test_what_may_be_sent(lines, tmp_path):
    assert problems(tmp_path, lines) == ()


def test_another_signal_may_send_any(tmp_path):
    spec = (
        "handlers: [{name: h, signal: actstream.signals.action, body: 'print(verb == \"add\")'}]\n"
    )
    assert run(build(tmp_path), spec).problems == ()


@pytest.mark.parametrize(("app", "missing"), [("newapp", True), ("shop", False)])
def test_a_sender_that_nobody_has_written_is_told(app, missing, tmp_path):
    # ``signalgen signal --app newapp --sender Foo``
    spec = signal_spec(app, "paid", "", "Foo" if missing else "Order", None)
    steps = generate([spec], read_project(build(tmp_path)), None).next_steps
    told = [step for step in steps if "models" in step or "again" in step]
    assert told == (
        [
            "write the models Foo in newapp/models.py",
            "then run signalgen signal again: it writes the tests",
        ]
        if missing
        else []
    )
