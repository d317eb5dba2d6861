"""Names that a file uses for something else: every one is reported at once, where the spec asks for it."""

from __future__ import annotations

from generate_kit import build, run

SPEC = """
celery_tasks: [{name: job, args: [pk]}]
handlers:
  - {name: a, model: Order, signal: post_save, body: len(instance.status)}
  - name: b
    model: Order
    signal: post_delete
    body: cache.delete("x")
  - {name: c, model: Order, signal: post_delete, body: len(instance.status)}
signals: [{name: paid, args: {n: int}}]
"""
SIGNALS = """
def a():
    pass


b = 1
cache = None


class paid:
    pass
"""


def test_every_clash_is_placed_in_the_spec(tmp_path):
    files = {
        "shop/signals.py": SIGNALS,
        "shop/senders.py": "def send_paid():\n    pass\n",
        "shop/tasks.py": "job = 1\n",
    }
    problems = run(build(tmp_path, files), SPEC).problems
    assert {p.code for p in problems} == {"name-taken"}
    assert [(p.file, p.line, p.column, p.path, p.message) for p in problems] == [
        (
            "spec0.yaml",
            2,
            16,
            "celery_tasks[0]",
            "the name 'job' is already taken in shop/tasks.py:1",
        ),
        ("spec0.yaml", 4, 5, "handlers[0]", "the name 'a' is already taken in shop/signals.py:1"),
        ("spec0.yaml", 5, 5, "handlers[1]", "the name 'b' is already taken in shop/signals.py:5"),
        (
            "spec0.yaml",
            10,
            11,
            "signals[0]",
            "the name 'paid' is already taken in shop/signals.py:9",
        ),
        (
            "spec0.yaml",
            10,
            11,
            "signals[0]",
            "the name 'send_paid' is already taken in shop/senders.py:1",
        ),
    ]
    hints = {p.line: p.hint for p in problems}
    assert "such as name: a_receiver, or rename what is there" in hints[4]
    assert {p.source for p in problems if p.line == 5} == {"  - name: b"}


def test_a_clash_of_an_import_is_placed_at_the_handler_that_needs_it(tmp_path):
    files = {"shop/signals.py": "receiver = 1\n"}
    problems = run(build(tmp_path, files), SPEC).problems
    assert [(p.file, p.line, p.code) for p in problems] == [("spec0.yaml", 4, "name-taken")]
    assert problems[0].message.startswith(
        "'receiver' means something else in shop/signals.py:1, but"
    )
    assert problems[0].hint == "give the 'receiver' there another name"


def test_two_specs(tmp_path):
    one = "handlers: [{name: a, model: Order, signal: post_save, body: len(instance.status)}]\n"
    two = "\n" + one.replace("name: a", "name: b")
    problems = run(build(tmp_path, {"shop/signals.py": SIGNALS}), one, two).problems
    assert [(p.file, p.line) for p in problems] == [("spec0.yaml", 2), ("spec1.yaml", 2)]


def test_what_no_handler_asks_for_stays_where_it_is(tmp_path):
    files = {
        "shop/signals.py": "logging = 1\nCounter = 2\n",
        "shop/tests/test_signals.py": "def ATests(): pass\n",
    }
    spec = SPEC.replace("body: len(instance.status)", "body: job.delay(1)", 1)
    problems = run(build(tmp_path, files), spec).problems
    assert [(p.line, p.path, p.code) for p in problems] == [(4, "handlers[0]", "name-taken")]
    assert "already taken in shop/tests/test_signals.py:1" in problems[0].message


def test_no_clash(tmp_path):
    files = {
        "shop/signals.py": "def a_receiver():\n    pass\n\n\nclass Shop:\n    def b(self):\n        pass\n"
    }
    assert run(build(tmp_path, files), SPEC).problems == ()
