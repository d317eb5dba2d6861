"""What the rules stand on: conditions, the names of a signal's arguments, added arguments, and which files count."""

import ast

import pytest
from check_kit import HEAD, assert_flags, assert_silent, make_index

from signalgen.check.fixes.edits import add_argument
from signalgen.flow.function.guards import conditions
from signalgen.flow.function.signature import names_of
from signalgen.index.reading.production import is_production
from signalgen.project.versions import allows_from

SAVED = "@receiver(post_save, sender=Order)\ndef f(sender, instance, **kwargs):\n"


def only(source):
    """Return the index of a module and the one receiver in it."""
    index = make_index(HEAD + source)
    (receiver,) = index.receivers
    return index, receiver.function


def indented(text):
    return "".join(f"    {line}\n" for line in text.split("\n"))


@pytest.mark.parametrize(
    ("before", "tests"),
    [
        ("if a: return", ["not a"]),
        ("if a: return\nelif b: raise X", ["not a", "not b"]),
        ("if a: x = 1\nelif b: return", ["a or not b"]),
        ("if a: x = 1\nelif b: return\nelif c: raise X", ["a or not b", "a or not c"]),
        ("if a: x = 1\nelse: return", ["a"]),
        ("if a: x = 1\nelif b: x = 2\nelse: return", ["a or b"]),
        ("if a:\n    if b: return\n    else: raise X", ["not a"]),
        ("if a:\n    with x: return", ["not a"]),
        ("if a:\n    if b: return", []),
        ("if a: x = 1\nelif b: x = 2", []),
        ("if a: x = 1\nelse: x = 2", []),
        ("for a in b:\n    if a: return", []),
        ("def g():\n    if a: return", []),
    ],
)
def test_what_left_before_says_what_holds_now(before, tests):
    _, function = only(SAVED + indented(f"{before}\nwanted()"))
    wanted = next(node for node in ast.walk(function.node) if ast.unparse(node) == "wanted()")
    found = conditions(function, wanted)
    assert [("" if item.positive else "not ") + ast.unparse(item.test) for item in found] == tests


@pytest.mark.parametrize(
    ("body", "names"),
    [
        ("x = instance", {"instance", "x"}),
        ("x = instance\ny = x", {"instance", "x", "y"}),
        ("x: Order = instance", {"instance", "x"}),
        ("print(x := instance)", {"instance", "x"}),
        ("if a: x = instance\nelse: x = kwargs['instance']", {"instance", "x"}),
        ("x = instance\nx = other", {"instance"}),
        ("x = instance\nfor x in rows: pass", {"instance"}),
        ("x = instance\nx += 1", {"instance"}),
        ("x, y = instance, 1", {"instance"}),
        ("x = instance.order", {"instance"}),
        ("instance = instance.order", set()),
        ("for instance in rows: pass", set()),
        ("instance = kwargs['instance']", {"instance"}),
    ],
)
def test_an_object_goes_by_its_names_as_long_as_they_mean_it(body, names):
    _, function = only(SAVED + indented(body))
    assert names_of(function, "instance") == names


def test_a_flag_that_is_worked_out_further_is_about_the_flag():
    _, function = only(SAVED + "    created = kwargs['created']\n    created = created and x\n")
    assert names_of(function, "created") == {"created"}


def test_another_row_under_the_old_name_is_not_saved_without_end():
    assert_silent(HEAD + SAVED + "    x = instance\n    x = x.user\n    x.save()\n", "SG201")
    assert_silent(HEAD + SAVED + "    instance = instance.user\n    instance.save()\n", "SG201")
    assert_flags(HEAD + SAVED + "    x = instance\n    x.save()  # SG201\n", "SG201")


@pytest.mark.parametrize(
    ("call", "after"),
    [
        ("f()", "f(w=1)"),
        ("f(a)", "f(a, w=1)"),
        ("f(a,)", "f(a, w=1,)"),
        ("f((a))", "f((a), w=1)"),
        ("f(((a)),)", "f(((a)), w=1,)"),
        ("f(x=(a))", "f(x=(a), w=1)"),
        ("f(\n    a,  # b)\n)", "f(\n    a, w=1,  # b)\n)"),
        ("f((  # (\n    a  # )\n))", "f((  # (\n    a  # )\n), w=1)"),
        ("f(a for a in b)", "f((a for a in b), w=1)"),
        ("f(*a, **(b))", "f(*a, **(b), w=1)"),
        ("f(lambda: (a))", "f(lambda: (a), w=1)"),
        ("f(g(a))", "f(g(a), w=1)"),
        ("f('é', (a \\\n))", "f('é', (a \\\n), w=1)"),
    ],
)
def test_an_argument_is_added_behind_the_last(call, after):
    index = make_index({"shop/signals.py": f"x = {call}\n"})
    (stmt,) = index.code.parsed("shop/signals.py", index.code.outline("shop/signals.py").chunks[0])
    edit = add_argument(index, "shop/signals.py", stmt.value, "w=1")
    data = index.code.data("shop/signals.py")
    assert (data[: edit.start] + edit.new.encode() + data[edit.end :]).decode() == f"x = {after}\n"


@pytest.mark.parametrize(
    ("path", "production"),
    [
        ("unittests/signals.py", False),
        ("shop/unit_tests/signals.py", False),
        ("integration_tests/signals.py", False),
        ("e2e_tests/a.py", False),
        ("tests/signals.py", False),
        ("cms/test_utils/project/app/signals.py", False),
        ("shop/test_signals.py", False),
        ("contests/signals.py", True),
        ("subtests/signals.py", True),
        ("unittested/signals.py", True),
        ("latest/signals.py", True),
        ("shop/signals.py", True),
    ],
)
def test_code_of_tests_is_not_production(path, production):
    index = make_index({path: ""})
    assert is_production(index.code.survey.sources, path) is production


@pytest.mark.parametrize(
    ("specifier", "allowed"),
    [
        (">=0.9", True),
        (">=0.9,<0.13", True),
        ("~=0.9", True),
        ("^1.2", True),
        ("==0.10.*", True),
        (">0.9", True),
        ("!=0.11", True),
        ("<1", True),
        ("0.12", True),
        ("==0.9", False),
        ("0.9.1", False),
        ("<0.10", False),
        ("<=0.9.9", False),
        ("~=0.9.1", False),
        ("~0.9", False),
        ("^0.9", False),
        (">=0.5,<0.10", False),
    ],
)
def test_a_specifier_says_whether_a_later_version_may_be_there(specifier, allowed):
    assert allows_from(specifier, (0, 10)) is allowed
