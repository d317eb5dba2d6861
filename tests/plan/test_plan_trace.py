"""Following a body with mocks: what must happen, and where nobody can tell."""

import ast
from unittest import mock

import pytest

from signalgen.facts.names import BUILTINS
from signalgen.testplan.follow.mockvalues import NotSafeError, Value, World, known
from signalgen.testplan.follow.trace import trace
from signalgen.testplan.follow.traced import Trace

PATCHED = ("push", "cache", "Counter", "task", "lock", "apush", "timezone")


def world(**parameters):
    given = {"instance": Value("mock", None, "instance", "instance"), "created": known(value=True)}
    given |= {
        "using": known("default"),
        "update_fields": known(None),
        "raw": known(value=False),
        **parameters,
    }
    names = frozenset(
        {"F", "Q", "Order", "settings", "Decimal", "ValidationError", "transaction", "partial"}
    )
    return World(given, frozenset(PATCHED), "signals", BUILTINS, names)


def follow(body, *, refuse=0, **parameters):
    """Follow ``body`` until nothing more is set; return the trace."""
    settings: dict = {}
    for _ in range(5):
        here = world(**parameters)
        here.settings.update(settings)
        state = Trace(here, lambda call: ast.unparse(call.func) == "task.delay", refuse=refuse)
        trace(ast.parse(body).body, state)
        if here.settings == settings:
            return state
        settings = dict(here.settings)
    raise AssertionError("no end")


def calls(body, **parameters):
    """Return the calls that are certain, as a test writes them."""
    return [f"{s.path}({s.arguments})" for s in follow(body, **parameters).seen if s.certain]


SEEN = {
    "a call": ('push("a", n=1)', ['push("a", n=1)']),
    "an attribute of the row": ("push(instance.name)", ["push(instance.name)"]),
    "a text method": ('push("a-b"[:1].upper())', ['push("A")']),
    "a known branch": ('if created:\n    push("new")\nelse:\n    push("old")', ['push("new")']),
    "a field is made true": ('if instance.name == "x":\n    push(1)', ["push(1)"]),
    "a choice of the project": (
        "if instance.status == Order.Status.PAID:\n    push(1)",
        ["push(1)"],
    ),
    "a chain of comparisons": ("if 0 < instance.stock < 10:\n    push(1)", ["push(1)"]),
    "a length": ("if len(instance.name) > 3:\n    push(1)", ["push(1)"]),
    "an early return is avoided": ("if instance.stock == 0:\n    return\npush(1)", ["push(1)"]),
    "a loop over known values": ('for n in ("a", "b"):\n    push(n)', ['push("a")', 'push("b")']),
    "continue": (
        'for n in ("a", "b"):\n    if n == "a":\n        continue\n    push(n)',
        ['push("b")'],
    ),
    "while with a counter": ("n = 0\nwhile n < 2:\n    n += 1\npush(n)", ["push(2)"]),
    "a walrus": ("if (n := cache.get(1)) is not None:\n    push(2)", ["cache.get(1)", "push(2)"]),
    "a new row": (
        "row, new = Counter.objects.get_or_create(a=1)\nif new:\n    push(1)",
        ["Counter.objects.get_or_create(a=1)", "push(1)"],
    ),
    "with and its value": (
        "with lock(1) as held:\n    if held:\n        push(1)",
        ["lock(1)", "push(1)"],
    ),
    "its own function": ("def f():\n    push(1)\nf()", ["push(1)"]),
    "arithmetic with a row": ("push(instance.stock * 2)", ["push(instance.stock * 2)"]),
    "an attribute of a sum": ("push((instance.day + 1).iso())", ["push((instance.day + 1).iso())"]),
    "a comprehension": ("push([n * 2 for n in (1, 2)])", ["push([2, 4])"]),
    "rows of a query": (
        "for row in Counter.objects.all():\n    push(row)",
        ["Counter.objects.all()", "push(row)"],
    ),
    "setattr": (
        'setattr(instance, "name", "x")\npush(instance.name)',
        ["push('x')".replace("'", '"')],
    ),
    "an import of its own": ("import math\npush(1)", ["push(1)"]),
    "match on a row": (
        'match instance.kind:\n    case "a":\n        push(1)\n    case _:\n        push(2)',
        ["push(1)"],
    ),
    "f-string with a format": ('push(f"{instance.price:.2f}")', ['push(f"{instance.price:.2f}")']),
}


@pytest.mark.parametrize(("body", "expected"), SEEN.values(), ids=SEEN)
def test_what_must_be_called(body, expected):
    assert [text.replace("'", '"') for text in calls(body)] == expected


UNCERTAIN = {
    "a setting of the project": "if settings.DEBUG:\n    push(1)",
    "both branches of an unknown test": "if settings.A:\n    push(1)\nelse:\n    push(2)",
    "after a return that nobody knows of": "if settings.DEBUG:\n    return\npush(1)",
    "the rest of an and": "settings.DEBUG and push(1)",
    "a conditional expression": "push(1) if settings.DEBUG else None",
    "a generator": "any(push(n) for n in (1, 2))",
    "a comprehension over rows": "[push(row) for row in Counter.objects.all()]",
    "a lambda": "f = lambda: push(1)",
    "a function that is not called": "def f():\n    push(1)",
    "an error handler": "try:\n    pass\nexcept ValueError:\n    push(1)",
    "match on a setting": 'match settings.A:\n    case "a":\n        push(1)\n    case _:\n        push(2)',
    "a commit inside a callback": "def f():\n    transaction.on_commit(push)\ntransaction.on_commit(f)",
}


@pytest.mark.parametrize("body", UNCERTAIN.values(), ids=UNCERTAIN)
def test_what_may_not_happen_is_not_certain(body):
    assert [text for text in calls(body) if text.startswith("push")] == []


NOT_SAFE = {
    "ordering a mock that is called": "if cache.get(1).x() > cache.get(2).y() > 3:\n    push(1)",
    "a loop over what nobody knows": "for n in settings.NAMES:\n    push(n)",
    "an endless loop": "while instance.busy:\n    push(1)",
    "unpacking a star": "first, *rest = instance.names",
    "a star argument": "f(*instance.names)",
    "a class": "class A:\n    pass",
    "yield": "yield 1",
    "eval": 'eval("1")',
    "open": 'open("x")',
    "max with a mock": "push(max(instance.stock, 0))",
    "an import from the project": "from shop.services import x\nx()",
    "the type of a mock": "type(instance).objects.all()",
    "a real call with a mock": "Decimal(instance.price)",
    "raise inside try": "try:\n    raise ValueError\nexcept ValueError:\n    pass",
    "raise that may happen": "if settings.DEBUG:\n    raise ValueError\npush(1)",
    "a division by zero": "n = 1 / 0",
    "a missing key": 'n = {"a": 1}["b"]',
    "a huge range": "for n in range(10**9):\n    push(n)",
    "deleting an attribute": "del instance.name",
    "a name with underscores": "push(instance.__dict__)",
    "percent with a mock": 'push("%s" % instance.name)',
    "a number as a date": 'if instance.n == 5:\n    push(f"{instance.n:%Y}")',
    "a nested format": 'push(f"{instance.n:{instance.width}}")',
    "a comprehension over rows that are gone through": (
        "rows = Counter.objects.all()\nfor row in rows:\n    push(row)\npush([r for r in rows])"
    ),
    "setattr of an unknown name": "setattr(instance, settings.NAME, 1)",
    "two names of one list": "a = [1]\nb = a\nb.append(2)\nfor n in a:\n    push(n)",
    "async for over known values": "async def f():\n    pass\nf()",
}


@pytest.mark.parametrize("body", NOT_SAFE.values(), ids=NOT_SAFE)
def test_what_cannot_be_foreseen_has_no_test(body):
    with pytest.raises(NotSafeError):
        follow(body)


def test_a_task_call_waits_for_the_commit_only_where_it_stands_alone():
    seen = follow("task.delay(1)\nn = task.delay(2)").seen
    assert [s.deferred for s in seen] == [True, False]


def test_a_task_call_in_a_function_of_the_body_is_left_alone():
    assert [s.deferred for s in follow("def f():\n    task.delay(1)\nf()").seen] == [False]


def test_what_on_commit_gets_happens_later():
    bodies = (
        "transaction.on_commit(push)",
        "transaction.on_commit(lambda: push(1))",
        "transaction.on_commit(partial(push, 1))",
    )
    assert all(s.deferred for body in bodies for s in follow(body).seen)


def test_a_refusal_is_followed_where_it_is_asked_for():
    body = 'if instance.n < 0:\n    raise ValidationError("no")\npush(1)'
    assert follow(body, refuse=1).raises == "ValidationError"
    assert not follow(body).raises
    assert follow(body).world.settings == {"instance.n": 0}


def test_what_is_set_late_holds_from_the_start():
    """The first use takes the attribute for a mock; the comparison sets it, and the trace begins again."""
    state = follow(
        'word = "long" if instance.name == "x" else "short"\nif instance.name == "x":\n    push(word)'
    )
    assert [s.arguments for s in state.seen] == ["'long'"]


def test_an_assigned_attribute_is_known_afterwards():
    state = follow('instance.name = "fixed"\npush(instance.name)')
    assert [(a.path, a.text) for a in state.assigned] == [("instance.name", "'fixed'")]
    assert [s.arguments for s in state.seen] == ["'fixed'"]


def test_an_attribute_assigned_twice_is_said_twice():
    assert len(follow("instance.n = 1\ninstance.n = 2").assigned) == 2


@pytest.mark.parametrize(
    "body",
    [
        "if settings.A:\n    instance.n = 1",
        "transaction.on_commit(lambda: setattr(instance, 'n', 1))",
    ],
)
def test_no_assertion_on_what_may_not_be_assigned(body):
    try:
        state = follow(body)
    except NotSafeError:
        return
    assert [a.text for a in state.assigned if a.text] == []


def test_a_mock_that_is_handed_on_may_be_called_by_anybody():
    assert follow("cache.call(push)").world.escaped == {"push"}
    assert follow("cache.call(push(1))").world.escaped == set()


def test_the_claims_about_mocks_hold():
    """What the trace takes for granted, asked of unittest.mock itself."""
    m = mock.MagicMock()
    assert bool(m) is True
    assert (list(m), len(m), int(m), float(m), sum(m), dict(m)) == ([], 0, 1, 1.0, 0, {})
    assert (1 in m, m == 1, isinstance(m, str)) == (False, False, False)
    assert m.a * 2 == m.a * 2
    for wrong in (lambda: m < 1, lambda: max(m, 0), lambda: f"{m:>3}", lambda: m.__name__):
        with pytest.raises((TypeError, AttributeError)):
            wrong()
