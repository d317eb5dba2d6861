"""Recipes of a spec: what they stand for, what is wrong with them and where, and that no value of theirs becomes code."""

from __future__ import annotations

import ast
import json

import pytest

from signalgen.errors import SpecError
from signalgen.spec import read_spec
from signalgen.spec.recipes.catalogue import Catalogue
from signalgen.values.spec import Mark


def read(text, catalogue=None):
    return read_spec(text.encode(), file="s", source="s", catalogue=catalogue)


def problems(text, catalogue=None):
    with pytest.raises(SpecError) as caught:
        read(text, catalogue)
    return [(p.line, p.column, p.code) for p in caught.value.problems]


def own(slug, text):
    return Catalogue({slug: (f"recipes/{slug}.yaml", text.encode())})


GREET = """\
use: Say hello.
trap: none
example: x
parameters:
  word: {kind: text, help: The word., example: hi, required: true}
  who: {kind: name, help: Who., example: bob, default: world}
handlers:
  - name: "{{ name }}"
    signal: post_save
    body: "print({{ word }}, {{ who }}=1)"
"""


def test_a_recipe_stands_for_handlers_like_others():
    spec = read("app: o\nrecipes:\n- recipe: create_related\n  model: User\n  related: Profile\n")
    (handler,) = spec.handlers
    assert (handler.name, handler.id) == ("create_related_user",) * 2
    assert [ref.text for ref in handler.signals + handler.models] == ["post_save", "User"]
    assert "Profile.objects.using(using).get_or_create" in handler.branches["on_create"].text
    assert "user=instance" in handler.branches["on_create"].text


def test_what_every_recipe_takes_reaches_its_handlers():
    text = (
        "app: o\nmodel: M\nrecipes:\n- {recipe: notify, call: f, on: [save, delete], name: tell,"
        " when: instance.ok, on_error: log, description: Tell.}"
    )
    handlers = read(text).handlers
    assert [h.name for h in handlers] == ["tell", "tell_delete"]
    for handler in handlers:
        assert (handler.when.text, handler.on_error, handler.description) == (
            "instance.ok",
            "log",
            "Tell.",
        )
        assert [ref.text for ref in handler.models] == ["M"]
        assert handler.when.mark == Mark("s", 4, 67, "recipes[0].when")


def test_a_template_may_take_the_condition_for_itself():
    entry = "app: o\nrecipes:\n- {recipe: search_index, model: A, index: b.c, remove: b.d%s}\n"
    saved, deleted = read(entry % ", when: instance.open").handlers
    assert (saved.when, deleted.when) == (None, None)
    assert saved.body.text.startswith("if instance.open:\n") and "c, instance" in saved.body.text
    saved, _deleted = read(entry % "").handlers
    assert "if" not in saved.body.text


def test_the_condition_of_a_spec_stays_where_the_template_says_nothing():
    entry = "app: o\nrecipes:\n- {recipe: file_cleanup, model: A, fields: f, when: instance.open}\n"
    assert {handler.when.text for handler in read(entry).handlers} == {"instance.open"}


def test_the_default_of_a_recipe_gives_way():
    text = "app: o\nrecipes:\n- {recipe: audit_log, model: M, fields: a, logger: l}\n"
    assert {h.on_error for h in read(text).handlers} == {"log"}
    assert {
        h.on_error for h in read(text.replace("logger: l", "logger: l, on_error: raise")).handlers
    } == {"raise"}


def test_a_callable_elsewhere_is_imported():
    spec = read("app: o\nrecipes:\n- {recipe: notify, model: M, call: a.b.tell}\n")
    assert [code.text for code in spec.imports] == ["from a.b import tell"]
    assert read("app: o\nrecipes:\n- {recipe: notify, model: M, call: tell}\n").imports == ()


PROBLEMS = {
    "no slug": ("- model: M\n  ^", "missing-key"),
    "no mapping": ("- notify\n  ^", "missing-key"),
    "unknown recipe": ("- recipe: notfy\n          ^", "unknown-recipe"),
    "no model": ("- recipe: notify\n          ^\n  call: f", "missing-key"),
    "neither of two": ("- recipe: notify\n  ^\n  model: M", "missing-key"),
    "both of two": ("- recipe: notify\n  model: M\n  call: f\n  task: g\n  ^", "conflicting-keys"),
    "unknown parameter": ("- recipe: notify\n  model: M\n  call: f\n  clal: g\n  ^", "unknown-key"),
    "required": ("- recipe: normalize\n  ^\n  model: M", "missing-key"),
    "wrong word": (
        "- recipe: notify\n  model: M\n  call: f\n  on: [creat]\n       ^",
        "invalid-value",
    ),
    "wrong expression": (
        "- recipe: notify\n  model: M\n  call: f\n  args: [a b]\n           ^",
        "python-syntax",
    ),
    "wrong when": (
        "- recipe: notify\n  model: M\n  call: f\n  when: a b\n          ^",
        "python-syntax",
    ),
    "no name": (
        "- recipe: normalize\n  model: M\n  fields: {a-b: lower}\n           ^",
        "invalid-name",
    ),
    "unknown column": (
        "- recipe: audit_log\n  model: M\n  fields: a\n  log_model: L\n  columns: {objct_id: x}\n  ^",
        "unknown-key",
    ),
    "the same twice": (
        "- {recipe: notify, model: M, call: f}\n- {recipe: notify, model: M, call: g}\n           ^",
        "duplicate-handler",
    ),
}


@pytest.mark.parametrize("name", PROBLEMS)
def test_problems_have_their_place(name):
    text, code = PROBLEMS[name]
    lines = f"app: o\nrecipes:\n{text}".split("\n")
    at = next(i for i, line in enumerate(lines) if line.strip() == "^")
    column = lines.pop(at).index("^") + 1
    assert problems("\n".join(lines)) == [(at, column, code)]


HOSTILE = ['"); import os  #', "{{ 7 * 7 }}", "a\nb", '\'"""', "\\", "{% raw %}", "x: y", "\u2028"]


@pytest.mark.parametrize("value", HOSTILE)
def test_text_stays_text(value):
    """P8: whatever a text says, it is one string in the code."""
    spec = read(
        f"app: o\nrecipes:\n- recipe: greet\n  model: M\n  word: {json.dumps(value)}\n",
        own("greet", GREET),
    )
    call = ast.parse(spec.handlers[0].body.text, mode="eval").body
    assert call.args[0].value == value


@pytest.mark.parametrize("value", ["a-b", "a b", "import", "x.y", "{{ a }}", "f()", '"x"', "a\\nb"])
def test_what_is_no_name_is_refused(value):
    text = f"app: o\nrecipes:\n- recipe: greet\n  model: M\n  word: x\n  who: {value!r}\n"
    assert [code for _, _, code in problems(text, own("greet", GREET))] == ["invalid-name"]


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("{{ nothing }}", "undefined"),
        ("{{ word.__class__ }}", ""),
        ("{{ 1 / 0 }}", "zero"),
        ("{% if %}", ""),
        ("{{ [word] }}", "list"),
    ],
)
def test_a_broken_recipe_is_named(body, says):
    recipe = GREET.replace("print({{ word }}, {{ who }}=1)", body)
    with pytest.raises(SpecError) as caught:
        read("app: o\nrecipes:\n- {recipe: greet, model: M, word: x}\n", own("greet", recipe))
    (problem,) = caught.value.problems
    assert (problem.line, problem.code, problem.hint) == (3, "recipe", "see recipes/greet.yaml")
    assert says in problem.message


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("use: Say hello.\n", "", "missing-key"),
        ("kind: text", "kind: txt", "invalid-value"),
        ("help: Who., ", "", "missing-key"),
        ("handlers:", "handler:", "unknown-key"),
    ],
)
def test_a_recipe_file_is_checked_like_a_spec(old, new, code):
    with pytest.raises(SpecError) as caught:
        read(
            "app: o\nrecipes:\n- {recipe: greet, model: M, word: x}\n",
            own("greet", GREET.replace(old, new)),
        )
    assert [(p.file, p.code) for p in caught.value.problems] == [("recipes/greet.yaml", code)]


def test_every_recipe_reads_its_own_example():
    for recipe in Catalogue().recipes():
        spec = read(recipe.example)
        assert spec.handlers or spec.definitions, recipe.slug
        assert f"recipe: {recipe.slug}" in recipe.example


TESTED = (
    GREET
    + """\
tests:
  - name: says_it
    description: "It says {{ who }}."
    imports: from shop.words import hear
    code: |
      row = {{ model | make }}()
      with watch("{{ name }}") as left:
          row.save()
      assert left.mock_calls == [call.print({{ word }}, {{ who }}=1)]
  - {if: who == "nobody", name: never, description: Never., code: assert False}
"""
)
GREETING = "app: o\nrecipes:\n- {recipe: greet, model: OrderItem, word: hi}\n"


def test_a_recipe_brings_its_tests():
    (found,) = read(GREETING, own("greet", TESTED)).recipe_tests
    assert (found.name, found.model.text, found.handlers) == (
        "greet_order_item",
        "OrderItem",
        ("greet_order_item",),
    )
    (test,) = found.tests
    assert (test.name, test.description) == ("says_it", "It says world.")
    assert test.code.text == (
        'row = make_order_item()\nwith watch("greet_order_item") as left:\n    row.save()\n'
        'assert left.mock_calls == [call.print("hi", world=1)]'
    )
    assert [line.text for line in test.imports] == ["from shop.words import hear"]


def test_without_tests_or_behind_a_guard_there_are_none():
    assert read(GREETING, own("greet", GREET)).recipe_tests == ()
    guarded = GREETING.replace("word: hi", "word: hi, when: instance.ok")
    assert read(guarded, own("greet", TESTED)).recipe_tests == ()


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("      row = {{", "      row = = {{", "line 1 of the test says_it"),
        ("{{ word }}, {{ who", "{{ wrod }}, {{ who", "'wrod' is undefined"),
        ('who == "nobody", name: never', "true, name: says_it", "two tests named says_it"),
        ("    description: ", "    descripton: ", "the test has no key 'descripton'"),
    ],
)
def test_a_broken_test_is_named(old, new, says):
    assert old in TESTED
    with pytest.raises(SpecError) as caught:
        read(GREETING, own("greet", TESTED.replace(old, new)))
    assert {p.line for p in caught.value.problems} == {3}
    assert says in "; ".join(p.message for p in caught.value.problems)


ASKING = """\
use: Ask.
trap: none
example: x
parameters:
  when_right: {kind: expression, help: What holds., example: instance.fee >= 0, default: "True"}
  args: {kind: expressions, help: What is sent., example: instance.pk, default: instance.pk}
  values: {kind: expressions by field, help: What is set., example: "{a: 1}", default: {a: "1"}}
handlers:
  - {name: "{{ name }}", signal: post_save, body: pass}
tests:
  - name: asks
    description: It asks.
    code: |
      {{ (when_right | holds) or "nobody knows" }}
      {{ (when_right | fails) or "nobody knows" }}
      {{ model | make("tags") }}, [{{ args | known | joined }}], dict({{ values | known | arguments }})
"""


def asked(parameters=""):
    text = f"app: o\nrecipes:\n- {{recipe: ask, model: OrderItem{parameters}}}\n"
    catalogue = own("ask", ASKING.replace('make("tags")', "make(recipe)"))
    return read(text, catalogue).recipe_tests[0].tests[0].code.text.split("\n")


@pytest.mark.parametrize(
    ("condition", "holds", "fails"),
    [
        ("instance.fee >= 0", "instance.fee = 0", "instance.fee = -1"),
        ("instance.fee > -1", "instance.fee = 0", "instance.fee = -1"),
        ("instance.fee <= 9", "instance.fee = 9", "instance.fee = 10"),
        ("instance.fee < 9", "instance.fee = 8", "instance.fee = 9"),
        ("instance.fee == 9", "instance.fee = 9", "instance.fee = 10"),
        ("instance.fee != 9", "instance.fee = 10", "instance.fee = 9"),
        ("Q(is_open=True)", "is_open=True", "is_open=False"),
        ("Q(is_open=False)", "is_open=False", "is_open=True"),
    ],
)
def test_what_decides_a_condition(condition, holds, fails):
    found = asked(f", when_right: {json.dumps(condition)}")
    assert [line.removeprefix("dict(").removesuffix(")") for line in found[:2]] == [holds, fails]


@pytest.mark.parametrize(
    "condition",
    [
        "instance.fee >= limit",
        "instance.fee >= 0.5",
        "0 <= instance.fee <= 9",
        "instance.a.fee >= 0",
        "other.fee >= 0",
        "instance.fee in (1, 2)",
        "instance.is_right()",
        "Q(is_open=flag)",
        "Q(is_open=1)",
        "Q(a=True, b=True)",
        "~Q(is_open=True)",
        "F(is_open=True)",
    ],
)
def test_what_nobody_can_decide(condition):
    assert asked(f", when_right: {json.dumps(condition)}")[:2] == ['"nobody knows"'] * 2


def test_what_a_test_can_ask_as_well():
    (line,) = asked(', args: [instance.pk, now(), "instance.a + 1"], values: {a: "2"}')[2:]
    assert line == "make_order_item__ask, [instance.pk, mock.ANY, instance.a + 1], dict(a=2)"
    assert asked(", values: {a: now()}")[2].endswith("dict()")


def test_a_recipe_about_no_model_stands_beside_the_model_of_the_spec():
    text = "app: shop\nmodel: Order\nrecipes:\n" + "".join(
        f"  - {{recipe: {name}}}\n"
        for name in (
            "exception_log, logger: a",
            "request_timing, logger: b",
            "post_migrate_data, call: shop.setup.make",
            "cache_invalidate, keys: ['\"a\"']",
        )
    )
    handlers = read_spec(text.encode(), file="s", source="s").handlers
    heard = {handler.name: [ref.text for ref in handler.models] for handler in handlers}
    assert heard.pop("cache_invalidate_order") == ["Order"]
    assert len(heard) == 4
    assert not any(heard.values())
