"""The older upper-case shape: read as it is, printed in today's, meaning the same."""

import dataclasses
from textwrap import dedent

import pytest

from signalgen.errors import SpecError
from signalgen.spec import read_spec, upgrade
from signalgen.values.spec import Code, Mark

OLD = dedent(
    """\
    # The orders app
    input:
      APP_NAME: "orders"   # the package
      MODEL_NAME: Order
      CELERY_TASKS:
        - name: send_confirmation
          app: orders
        # a task of others
        - {name: push, app: notifications}
      HANDLERS:
        - name: "order_saved"
          signal: post_save
          model: Order
          on_create: |
            # tell them

            send_confirmation.delay(instance.id)  # "now"
            x = '''
               text
            '''
          on_update: "pass"
        # before it is stored
        - NAME: prepare
          SIGNAL: pre_save
          DESCRIPTION: "one\\n  two: #\\u2028 \\e"
          IMPLEMENTATION: instance.slug = slugify(instance.name)
        - name: removed
          signal: [post_delete]
          on_error: "log"
          id: "null"
          when: '"#" in instance.name'
          enqueue: [{task: push, args: [instance.pk, "'a: b'"]}]
    # the end
    """
)


def bare(value):
    """Return ``value`` without places, which differ between two shapes of one spec."""
    if isinstance(value, Mark):
        return None
    if isinstance(value, Code):
        return value.text
    if dataclasses.is_dataclass(value):
        skipped = ("mark", "marks", "file", "source", "lines")
        return {
            f.name: bare(getattr(value, f.name))
            for f in dataclasses.fields(value)
            if f.name not in skipped
        }
    if isinstance(value, tuple):
        return [bare(item) for item in value]
    if isinstance(value, dict):
        return {key: bare(item) for key, item in value.items()}
    return value


def read(text):
    return read_spec(text.encode(), file="s", source="s")


def test_the_older_shape_means_what_todays_does():
    spec = read(OLD)
    assert spec.app.text == "orders"
    assert [(t.name, t.app) for t in spec.tasks] == [
        ("send_confirmation", None),
        ("push", "notifications"),
    ]
    assert [h.name for h in spec.handlers] == ["order_saved", "prepare", "removed"]
    assert spec.handlers[1].implementation.text == "instance.slug = slugify(instance.name)"
    assert [r.text for r in spec.handlers[2].models] == ["Order"]
    assert spec.handlers[0].branches["on_create"].mark.path == "input.HANDLERS[0].on_create"


def test_upgraded_text_is_the_same_spec():
    new = upgrade(OLD.encode(), file="s")
    assert bare(read(new)) == bare(read(OLD))
    assert "input" not in new
    assert "APP_NAME" not in new


def test_how_upgraded_text_looks():
    assert upgrade(OLD.encode(), file="s") == dedent(
        """\
        # The orders app
        # the package
        app: orders
        model: Order
        celery_tasks:
          - name: send_confirmation
            app: orders
          # a task of others
          - name: push
            app: notifications
        handlers:
          - name: order_saved
            signal: post_save
            model: Order
            on_create: |
              # tell them

              send_confirmation.delay(instance.id)  # "now"
              x = '''
                 text
              '''
            on_update: |
              pass
          # before it is stored
          - name: prepare
            signal: pre_save
            description: "one\\n  two: #\\u2028 \\x1b"
            implementation: |
              instance.slug = slugify(instance.name)
          - name: removed
            signal:
              - post_delete
            on_error: log
            id: "null"
            when: "\\"#\\" in instance.name"
            enqueue:
              - task: push
                args:
                  - instance.pk
                  - "'a: b'"
        # the end
        """
    )


def test_upgrading_twice_changes_nothing():
    new = upgrade(OLD.encode(), file="s")
    assert upgrade(new.encode(), file="s") == new


@pytest.mark.parametrize(
    "text", ["app: orders\n", "\ufeffapp: orders\r\n", "{app: orders}", "app: orders  # x"]
)
def test_todays_shape_comes_back_unchanged(text):
    assert upgrade(text.encode(), file="s") == text


@pytest.mark.parametrize(
    ("text", "code", "path"),
    [
        ("input: {}", "missing-key", "input"),
        ("input:", "wrong-type", "input"),
        ("input: []", "wrong-type", "input"),
        ("input: {APP_NAME: o}\nhandlers: []", "unknown-key", "handlers"),
        ("input: {APP_NAME: o}\ninput: {APP_NAME: o}", "duplicate-key", "input"),
        ("input: {APP_NAME: o, app: o}", "duplicate-key", "input.app"),
        ("input: {APP_NAME: o, HANDLER: []}", "unknown-key", "input.HANDLER"),
        (
            "input: {APP_NAME: o, HANDLERS: [{name: a, signal: post_delete, ON_CREATE: x}]}",
            "key-not-for-signal",
            "input.HANDLERS[0].ON_CREATE",
        ),
        ("APP_NAME: o", "unknown-key", "APP_NAME"),
    ],
)
def test_problems_of_the_older_shape(text, code, path):
    with pytest.raises(SpecError) as caught:
        upgrade(text.encode(), file="s")
    assert (code, path) in [(p.code, p.path) for p in caught.value.problems]
