"""Notes of what is right and could be better, and helpers of the spec in its bodies."""

from __future__ import annotations

import pytest
from generate_kit import again, build, django, run

MAKE = "body: 'Tag.objects.using(using).create(name=str(using))'"


def spec(
    number: int, handler: str = f"signal: post_save, model: Order, {MAKE}", last: str = ""
) -> str:
    lines = [f"  - {{name: h{n}, {handler}}}\n" for n in range(number)]
    return "handlers:\n" + "".join(lines) + last


def told(root, text: str, code: str, files=None):
    outcome = run(build(root, files), text)
    assert outcome.problems == ()
    return [note for note in outcome.result.notes if note.code == code]


def test_five_receivers_could_be_one(tmp_path):
    (note,) = told(tmp_path, spec(5), "many-receivers")
    assert note.path == "handlers[4]"
    assert note.message.startswith("post_save of Order has 5 receivers here: an error in one stops")
    assert (
        note.hint
        == "use one handler for all of it, or on_error: log, with which the others still run"
    )


@pytest.mark.parametrize(
    "text",
    [
        spec(4),
        spec(4, last=f"  - {{name: other, signal: post_save, model: Product, {MAKE}}}\n"),
        spec(4, last=f"  - {{name: other, signal: pre_save, model: Order, {MAKE}}}\n"),
        spec(5, handler=f"signal: post_save, model: Order, on_error: log, {MAKE}"),
    ],
)
def test_what_is_no_crowd(text, tmp_path):
    assert told(tmp_path, text, "many-receivers") == []


ASGI = {"config/asgi.py": "application = None\n"}


@pytest.mark.parametrize(
    ("body", "files", "column"),
    [
        ("'print(environ[\"PATH_INFO\"])'", ASGI, 53),
        ("'print(environ.get(\"PATH_INFO\"))'", ASGI, 53),
        ("'print(environ[\"PATH_INFO\"])'", {}, 0),
        ("'print(environ and environ[\"PATH_INFO\"])'", ASGI, 0),
        ("'print(environ[\"a\"] if environ is not None else 1)'", ASGI, 0),
        ("'print((environ or scope)[\"a\"], environ.keys)'", ASGI, 0),
        ("'print(environ)'", ASGI, 0),
        ("'print(environ[\"a\"])', when: environ is not None", ASGI, 0),
    ],
)
def test_environ_under_asgi(body, files, column, tmp_path):
    text = f"handlers:\n  - {{name: h, signal: request_started, body: {body}}}\n"
    notes = told(tmp_path, text, "no-environ", files)
    assert [(note.line, note.column) for note in notes] == ([(3, column)] if column else [])


HELPED = """
helpers: [mute_signals, cache_invalidator]
handlers:
  - name: h
    signal: post_save
    model: Order
    on_create: |
      with mute_signals(post_save, sender=Product):
          Product.objects.using(using).create(name="a")
      assert CacheInvalidator
  - {name: heard, signal: post_save, model: Product, body: 'Tag.objects.using(using).create(name="b")'}
"""


def test_helpers_of_the_spec_are_known_to_its_bodies(tmp_path):
    root = build(tmp_path)
    run(root, HELPED).write()
    assert again(root, HELPED) == []
    code = "\nOrder.objects.create(customer=Customer.objects.create())\nprint(Product.objects.count(), Tag.objects.count())\nProduct.objects.create()\nprint(Tag.objects.count())\n"
    assert django(root, code).split() == ["1", "0", "1"]


def test_a_helper_that_the_spec_does_not_ask_for_is_unknown(tmp_path):
    text = HELPED.replace(
        "helpers: [mute_signals, cache_invalidator]\n", "helpers: [cache_invalidator]\n"
    )
    (problem,) = run(build(tmp_path), text).problems
    assert "'mute_signals' is not defined here" in problem.message


@pytest.mark.parametrize(
    ("module", "home"),
    [
        ("shop/tasks.py", "shop.tasks"),
        ("lib.py", "some.module"),
    ],
)
def test_a_name_is_said_to_come_from_the_modules_of_the_app(module, home, tmp_path):
    tools = {module: "def count_them(row):\n    print(row.pk)\n"}
    text = "handlers:\n  - {name: h, signal: post_save, model: Order, body: count_them(instance)}\n"
    (problem,) = run(build(tmp_path, tools), text).problems
    assert problem.code == "unresolved-name"
    assert problem.hint.endswith(f"imports: [from {home} import count_them]")


RETURNS = """
handlers:
  - name: h
    signal: post_save
    model: Order
    on_update: |
      if instance.status:
          return
      Tag.objects.create(name="a")
"""
LATER = {
    "after_commit": "    after_commit: print(1)\n",
    "on_change.status": "    on_change:\n      status: print(old)\n",
    "enqueue": "    enqueue: {task: push, on: update, args: [instance.pk, 1]}\n",
}


@pytest.mark.parametrize("skipped", LATER)
def test_a_return_skips_other_branches(skipped, tmp_path):
    (note,) = told(tmp_path, RETURNS + LATER[skipped], "return-skips")
    assert note.message == f"return ends the whole receiver: {skipped} does not run then"
    assert (note.line, note.column) == (8, 11)


@pytest.mark.parametrize(
    "text",
    [
        RETURNS,
        RETURNS + "    on_create: print(1)\n",
        RETURNS.replace("on_update", "body") + LATER["after_commit"],
        RETURNS.replace("          return", "          print(1)") + LATER["after_commit"],
        RETURNS.replace("if instance.status:", "def push_it():") + LATER["after_commit"],
    ],
)
def test_what_no_return_skips(text, tmp_path):
    assert told(tmp_path, text, "return-skips") == []
