"""Bodies that bind the receiver's parameters anew: real Django runs them as plain Python would."""

from __future__ import annotations

import pytest
from generate_kit import build, django, run

# Each body is a receiver of ``paid(order, n)`` and prints what it has in the end.
REBOUND = {
    "assigned": ("n = n + 1\nprint(n)", "2"),
    "assigned from its own row": (
        "order = Order.objects.get(pk=order.pk)\nprint(order.total)",
        "7",
    ),
    "augmented": ("n += 4\nprint(n)", "5"),
    "annotated": ("n: int = 3\nprint(n)", "3"),
    "unpacked": ("n, other = 4, 5\nprint(n)", "4"),
    "in a loop": ("for n in [8, 9]:\n    pass\nprint(n)", "9"),
    "by with": ("with transaction.atomic() as n:\n    pass\nprint(n)", "None"),
    "by a walrus": ("if (n := 6):\n    print(n)", "6"),
    "by except": ("try:\n    raise ValueError(3)\nexcept ValueError as n:\n    print(n)", "3"),
    "imported": ("import json as n\nprint(n.__name__)", "json"),
    "by a function": ("def n():\n    return 5\nprint(n())", "5"),
    "by a class": ("class n:\n    x = 6\nprint(n.x)", "6"),
    "by a pattern": ("match 7:\n    case n:\n        print(n)", "7"),
    "in a comprehension": ("print([n for n in [1, 2]], n)", "[1, 2] 1"),
    "nonlocal": ("def g():\n    nonlocal n\n    n += 10\ng()\nprint(n)", "11"),
    "deleted": ("del n\nn = 12\nprint(n)", "12"),
    "under a condition": ("if n:\n    n = None\nprint(n)", "None"),
    "sender": ("sender = str(sender)\nprint(sender)", "None"),
    "kwargs": ("kwargs = sorted(kwargs)\nprint(kwargs)", "['signal']"),
    "signal": ("print(signal is paid, signal.__class__.__name__)", "True Signal"),
    "signal, nested": ("def g():\n    return signal is paid\nprint(g())", "True"),
    "a global": ("global seen\nseen = n\nprint(seen)", "1"),
}
CUSTOM = "signals:\n  - name: paid\n    args: [order, n]\n    handlers:\n" + "".join(
    f"      - name: h{number}\n        body: |\n"
    + "".join(f"          {line}\n" for line in body.splitlines())
    for number, (body, _) in enumerate(REBOUND.values())
)
ROWS = """
handlers:
  - name: again
    model: Order
    signal: post_save
    on_error: log
    body: |
      instance = Order.objects.get(pk=instance.pk)
      print("again", instance.status, signal.__class__.__name__)
      raise ValueError
  - name: later
    model: Order
    signal: post_save
    after_commit: |
      instance = Order.objects.get(pk=instance.pk)
      print("later", instance.status)
  - name: gone
    model: Order
    signal: post_delete
    after_commit: |
      pk = instance.pk
      print("gone", pk)
  - name: made
    model: Order
    signal: post_save
    when: signal is not None
    on_create: |
      for created in (1, 2):
          print("made", created)
  - name: tagged
    model: Product
    field: tags
    signal: m2m_changed
    body: |
      action, pk_set = action.upper(), sorted(pk_set)
      print("tagged", action, pk_set)
"""


def test_what_a_parameter_is_bound_to_is_what_the_rest_of_the_body_has(tmp_path):
    run(build(tmp_path), CUSTOM).write()
    out = django(
        tmp_path,
        """
        from shop.signals import paid
        order = Order.objects.create(customer=Customer.objects.create(name="c"), total=7)
        for receiver, answer in paid.send_robust(sender=None, order=order, n=1):
            if answer is not None:
                print(receiver.__name__, repr(answer))
        """,
    )
    assert out.splitlines() == [printed for _, printed in REBOUND.values()]


def test_rows_are_loaded_anew_in_bodies_that_log_or_wait(tmp_path):
    run(build(tmp_path), ROWS).write()
    out = django(
        tmp_path,
        """
        import logging
        logging.disable()
        from django.db import transaction
        with transaction.atomic():
            order = Order.objects.create(customer=Customer.objects.create(name="c"))
            Order.objects.update(status="paid")
        order.delete()
        Product.objects.create(name="p").tags.add(Tag.objects.create(name="t"))
        """,
    )
    assert out.splitlines() == [
        "again new ModelSignal",
        "made 1",
        "made 2",
        "later paid",
        "gone 1",
        "tagged PRE_ADD [1]",
        "tagged POST_ADD [1]",
    ]


SAVED = "handlers:\n  - name: h\n    model: Order\n    signal: post_save\n"
BREAKING = {
    "partial": (SAVED + "    body: |\n      partial = 3\n      push.delay(1, text='x')\n", 7),
    "an import": (
        SAVED + "    body: |\n      import json as partial\n      push.delay(1, text='x')\n",
        7,
    ),
    "transaction": (
        SAVED
        + "    body: |\n      for transaction in []:\n          pass\n      push.delay(1, 'x')\n",
        7,
    ),
    "using": (SAVED + "    body: |\n      using = None\n      push.delay(1, 'x')\n", 7),
    "logger": (SAVED + "    on_error: log\n    body: logger = 3\n", 7),
    "Exception": (SAVED + "    on_error: log\n    body: Exception = ValueError\n", 7),
    "vars": (SAVED + "    on_change:\n      status: vars = 3\n", 7),
    "the guard": (SAVED + "    recursion: guarded\n    body: _h_running = 3\n", 7),
    "a parameter, global": (SAVED + "    body: |\n      global created\n      created = 3\n", 7),
    "old, global": (
        SAVED + "    on_change:\n      status: |\n        global old\n        old = 3\n",
        8,
    ),
}


@pytest.mark.parametrize(("spec", "line"), BREAKING.values(), ids=BREAKING)
def test_a_binding_that_generated_code_would_break_on_is_refused(spec, line, tmp_path):
    [problem] = run(build(tmp_path), spec).problems
    assert (problem.code, problem.line) == ("name-rebound", line)


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ("def g():\n          nonlocal foo\n          foo = 1\n      g()", "foo"),
        ("def g():\n          nonlocal pk_set\n          pk_set = 1\n      g()", "pk_set"),
        ("nonlocal instance\n      instance = 1", "instance"),
    ],
)
def test_a_nonlocal_name_needs_a_binding(body, name, tmp_path):
    [problem] = run(build(tmp_path), f"{SAVED}    body: |\n      {body}\n").problems
    assert problem.code == "python-syntax"
    assert problem.message.endswith(f"no binding for nonlocal {name!r} found")


@pytest.mark.parametrize(
    "rest",
    [
        "    body: |\n      from functools import partial\n      push.delay(1, text='x')\n",
        "    body: |\n      partial = 3\n      print(partial)\n",
        "    body: |\n      logger = 3\n      print(logger)\n",
        "    body: |\n      push.delay(1, 'x')\n      instance = None\n",
        "    after_commit: |\n      stored = 3\n      print(stored)\n",
        "    on_create: |\n      import json\n      print(json)\n    on_update: |\n      import json\n      print(json)\n",
    ],
)
def test_a_binding_that_nothing_else_reads_is_left_alone(rest, tmp_path):
    assert run(build(tmp_path), SAVED + rest).problems == ()
