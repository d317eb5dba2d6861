"""What a signal does not tell: arguments of other signals in code, many-to-many fields where a save is watched."""

from __future__ import annotations

import pytest
from generate_kit import build, run

SAVED = "handlers:\n  - name: h\n    model: Order\n    signal: post_save\n"
BEFORE = SAVED.replace("post", "pre")
GONE = SAVED.replace("post_save", "post_delete")
TAGGED = "handlers:\n  - name: h\n    model: Product\n    field: tags\n    signal: m2m_changed\n"
CUSTOM = "signals:\n  - name: paid\n    args: [order]\n    handlers:\n      - name: h\n        "
VIEW = "let the view send it"


def last(spec: str, word: str) -> tuple[int, int]:
    """Return the line and column of the last ``word``; the kit writes a first line above."""
    before = spec[: spec.rindex(word)]
    return before.count("\n") + 2, len(before) - before.rfind("\n")


UNSENT = {
    "body": (SAVED + "    body: print(request.user)\n", VIEW),
    "branch": (SAVED + "    on_create: print(request)\n", VIEW),
    "when": (SAVED + "    when: request.user.is_staff\n    body: print(1)\n", VIEW),
    "args": (
        SAVED + "    enqueue: [{task: push, on: create, args: [request.pk, '\"x\"']}]\n",
        VIEW,
    ),
    "on_change": (SAVED + "    on_change: {status: print(request)}\n", VIEW),
    "after_commit": (SAVED + "    after_commit: print(request)\n", VIEW),
    "nested function": (
        SAVED + "    body: |\n      def g():\n          return request\n      print(g())\n",
        VIEW,
    ),
    "many-to-many": (TAGGED + "    on_add: print(request)\n", VIEW),
    "delete": (GONE + "    body: print(request)\n", VIEW),
    "user": (SAVED + "    body: print(user)\n", "foreign key of the row"),
    "created": (BEFORE + "    body: print(created)\n", "on_create and on_update"),
    "pk_set": (SAVED + "    body: print(pk_set)\n", "signal: m2m_changed"),
    "custom": (CUSTOM + "body: print(request)\n", "add request to the args"),
    "old": (SAVED + "    body: print(old)\n", "on_change"),
    "original": (SAVED + "    body: print(original)\n", "pre_save"),
}


@pytest.mark.parametrize(("spec", "way"), UNSENT.values(), ids=UNSENT)
def test_an_argument_of_other_signals_is_told_with_a_way_out(spec, way, tmp_path):
    [problem] = run(build(tmp_path), spec).problems
    name = problem.message.split("'")[1]
    assert (problem.code, (problem.line, problem.column)) == ("unknown-argument", last(spec, name))
    assert way in problem.hint


OTHER_VALUE = {
    "old": (SAVED + "    on_change: {status: print(old_status)}\n", "old is the value before"),
    "new": (SAVED + "    on_change: {status: print(new_status)}\n", "new the one after it"),
    "original": (BEFORE + "    on_update: print(previous.status)\n", "original is the stored row"),
    "neither": (SAVED + "    on_update: print(status_before)\n", "on_change of one field gives"),
    "no such name": (SAVED + "    on_change: {status: print(xyzzy)}\n", "add where it comes from"),
    "near": (SAVED + "    on_change: {status: print(olds)}\n", "did you mean 'old'"),
}


@pytest.mark.parametrize(("spec", "way"), OTHER_VALUE.values(), ids=OTHER_VALUE)
def test_a_value_before_or_after_a_change_is_told_by_its_name(spec, way, tmp_path):
    [problem] = run(build(tmp_path), spec).problems
    assert problem.code == "unresolved-name"
    assert way in problem.hint


def test_the_signals_that_send_it_are_named(tmp_path):
    [problem] = run(build(tmp_path), SAVED + "    body: print(request)\n").problems
    assert problem.message == (
        "post_save sends no 'request'; that comes with got_request_exception, user_logged_in, "
        "user_logged_out or user_login_failed"
    )


SENT = {
    "by this signal": "handlers:\n  - {name: h, signal: user_logged_in, body: print(request.user)}\n",
    "by a package": "handlers:\n  - {name: h, signal: allauth.account.signals.user_signed_up, body: print(request)}\n",
    "declared": CUSTOM.replace("[order]", "[request]") + "body: print(request.user)\n",
    "imported": "imports: [from crum import request]\n" + SAVED + "    body: print(request)\n",
    "bound": SAVED + "    body: |\n      request = 3\n      print(request)\n",
    "a parameter": SAVED + "    body: |\n      g = lambda request: request\n      print(g(1))\n",
    "an attribute": SAVED + "    body: print(instance.request)\n",
    "asked for": SAVED + "    body: print(kwargs.get('request'))\n",
    "original": BEFORE + "    on_update: print(original)\n",
    "in the module": SAVED + "    body: print(request)\n",
}


@pytest.mark.parametrize("how", SENT)
def test_what_has_the_name_for_another_reason_is_left_alone(how, tmp_path):
    there = {"shop/signals.py": "request = 3\n"} if how == "in the module" else {}
    assert run(build(tmp_path, there), SENT[how]).problems == ()


PRODUCT = SAVED.replace("Order", "Product")
WATCHED = {
    "on_change": PRODUCT + "    on_change:\n      name: print(old)\n      tags: print(old)\n",
    "pre_save": PRODUCT.replace("post", "pre") + "    on_change: {tags: print(old)}\n",
    "update_fields": PRODUCT + "    update_fields: [name, tags]\n    body: print(1)\n",
    "with a model between": PRODUCT + "    on_change: {shelves: print(old)}\n",
    "one of two models": PRODUCT.replace("model: Product", "models: [Product, Shelf]")
    + "    on_change: {tags: print(old)}\n",
}


@pytest.mark.parametrize("how", WATCHED)
def test_a_many_to_many_field_is_watched_by_its_own_signal(how, tmp_path):
    problems = run(build(tmp_path), WATCHED[how]).problems
    found = [problem for problem in problems if problem.code == "field-not-saved"]
    field = "shelves" if "shelves" in WATCHED[how] else "tags"
    assert [(one.line, one.column) for one in found] == [last(WATCHED[how], field)]
    assert "signal: m2m_changed, model: Product, field: " in found[0].hint


@pytest.mark.parametrize(
    "recipe",
    [
        "{recipe: track_changes, model: Product, fields: [name, tags], task: push}",
        "{recipe: status_transition, model: Product, allowed: {a: b}, field: tags}",
    ],
)
def test_recipes_that_watch_saves_take_no_many_to_many_field(recipe, tmp_path):
    spec = f"recipes:\n  - {recipe}\n"
    (problem,) = run(build(tmp_path), spec).problems
    assert (problem.code, problem.line, problem.column) == ("wrong-field", *last(spec, "tags"))


UNWATCHED = [
    PRODUCT + "    on_change: {name: print(old)}\n",
    SAVED + "    on_change: {customer: print(old)}\n",
    SAVED + "    update_fields: [status, customer]\n    body: print(1)\n",
    TAGGED + "    on_add: print(pk_set)\n",
    "recipes:\n  - {recipe: cache_invalidate, model: Product, keys: ['\"a\"'], m2m: [tags]}\n",
    "recipes:\n  - {recipe: track_changes, model: Product, fields: [name], task: t}\n",
]


@pytest.mark.parametrize("spec", UNWATCHED)
def test_fields_that_a_save_writes_are_watched(spec, tmp_path):
    assert run(build(tmp_path), spec).problems == ()
