"""The Spec of the signal command: options instead of a file, problems that point into the options."""

import ast

import pytest

from signalgen.errors import SpecError
from signalgen.spec import signal_spec


def test_a_signal_from_options():
    spec = signal_spec(
        "apps.orders",
        "paid",
        "payment,amount: Decimal, transaction_id",
        "Payment",
        "Sent when paid.",
    )
    (signal,) = spec.signals
    assert (spec.app.text, spec.source) == ("apps.orders", "signal:paid")
    assert (signal.name, signal.sender.text, signal.description) == (
        "paid",
        "Payment",
        "Sent when paid.",
    )
    assert [(a.name, a.annotation, a.mark.file, a.mark.column) for a in signal.args] == [
        ("payment", None, "--args", 1),
        ("amount", "Decimal", "--args", 9),
        ("transaction_id", None, "--args", 26),
    ]
    (handler,) = signal.handlers
    assert (handler.name, handler.signals[0].text) == ("on_paid", "paid")
    assert handler.body.text == 'logger.info("paid received: %s", payment)'


@pytest.mark.parametrize("args", ["", "  "])
def test_without_arguments_the_example_logs_the_sender(args):
    spec = signal_spec("orders", "paid", args, None, None)
    assert (spec.signals[0].args, spec.signals[0].sender) == ((), None)
    ast.parse(spec.signals[0].handlers[0].body.text)
    assert "sender" in spec.signals[0].handlers[0].body.text


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (("../x", "paid", "", None), [("--app", 1, "invalid-app")]),
        (("o", "pa-id", "", None), [("--signal", 1, "invalid-name")]),
        (("o", "", "", None), [("--signal", 1, "invalid-name")]),
        (("o", 'x"); boom("', "", None), [("--signal", 1, "invalid-name")]),
        (("o", "post_save", "", None), [("--signal", 1, "name-taken")]),
        (
            ("o", "paid", "a, b: f(), sender", None),
            [("--args", 7, "not-a-type"), ("--args", 12, "reserved-argument")],
        ),
        (("o", "paid", "a, a", None), [("--args", 4, "duplicate-argument")]),
        (("o", "paid", "", "a-b"), [("--sender", 1, "invalid-name")]),
        (
            ("o/p", "a b", "1", "c d"),
            [
                ("--app", 1, "invalid-app"),
                ("--args", 1, "invalid-name"),
                ("--sender", 1, "invalid-name"),
                ("--signal", 1, "invalid-name"),
            ],
        ),
    ],
)
def test_problems_point_into_the_options(options, expected):
    with pytest.raises(SpecError) as caught:
        signal_spec(*options, None)
    assert [(p.file, p.column, p.code) for p in caught.value.problems] == expected
    given = dict(zip(("--app", "--signal", "--args", "--sender"), options, strict=True))
    assert all(p.source == given[p.file] for p in caught.value.problems)
