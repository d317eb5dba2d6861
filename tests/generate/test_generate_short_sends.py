"""Signals of Django's that the project sends itself, without all of Django's arguments."""

from __future__ import annotations

import pytest
from generate_kit import MODELS, build, django, run

SOFT = """
from django.db.models.signals import {name}


def remove(row):
    {name}.send({given})
"""
HANDLER = (
    "handlers: [{{name: h, signal: {0}, model: Order, body: Tag.objects.create(name=str({1}))}}]"
)


@pytest.mark.parametrize(
    ("name", "given", "body", "parameters"),
    [
        ("post_delete", "sender=type(row), instance=row", "using", "instance, using=None"),
        ("post_save", "type(row), instance=row", "created", "instance, created=False, raw=False"),
        ("post_save", "sender=type(row), instance=row", "update_fields", "update_fields=None"),
        ("pre_delete", "sender=type(row), instance=row, using='default'", "origin", "origin=None"),
    ],
)
def test_what_is_missing_there_has_a_default(name, given, body, parameters, tmp_path):
    files = {"shop/soft.py": SOFT.format(name=name, given=given)}
    code = run(build(tmp_path, files), HANDLER.format(name, body)).symbol("h")
    assert parameters in code


@pytest.mark.parametrize(
    ("path", "given"),
    [
        ("shop/soft.py", "sender=type(row), instance=row, using='default', origin=row"),
        ("shop/soft.py", "sender=type(row), **{}"),
        ("shop/tests/test_soft.py", "sender=type(row), instance=row"),
    ],
)
def test_what_is_sent_has_none(path, given, tmp_path):
    files = {path: SOFT.format(name="post_delete", given=given)}
    code = run(build(tmp_path, files), HANDLER.format("post_delete", "using")).symbol("h")
    assert "def h(sender, instance, using, **kwargs)" in code


def test_another_signal_has_none(tmp_path):
    files = {"shop/soft.py": SOFT.format(name="post_delete", given="sender=1, instance=row")}
    code = run(build(tmp_path, files), HANDLER.format("pre_delete", "using")).symbol("h")
    assert "def h(sender, instance, using, **kwargs)" in code


@pytest.mark.parametrize("django_version", ["5.2", "6.1"])
def test_raw_of_m2m_changed_always_has_a_default(django_version, tmp_path):
    files = {"requirements.txt": f"Django=={django_version}.*\n"}
    spec = "handlers: [{name: h, signal: m2m_changed, model: Product, field: tags, on_add: len(pk_set)}]"
    code = run(build(tmp_path, files), spec).symbol("h")
    assert "raw=False" in code


def test_the_project_sends_it(tmp_path):
    files = {
        "shop/models.py": MODELS
        + SOFT.format(name="post_delete", given="sender=type(row), instance=row"),
    }
    root = build(tmp_path, files)
    run(root, HANDLER.format("post_delete", "using")).write()
    out = django(
        root,
        """
        row = Order.objects.create(customer=Customer.objects.create(name="c"))
        remove(row)
        row.delete()
        print(*Tag.objects.values_list("name", flat=True))
        """,
    )
    assert out.split() == ["None", "default"]
