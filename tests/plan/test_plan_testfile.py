"""The file that generated tests go to when the usual one is there already and uses their names for other things."""

from __future__ import annotations

import ast

import pytest
from generate_kit import again, build, python, run

SPEC = """
signals: [{name: paid, args: {n: int}}]
handlers: [{name: a, model: Order, signal: post_save, on_create: 'push.delay(instance.pk, "x")'}]
"""
USUAL, BESIDE = "shop/tests/test_signals.py", "shop/tests/test_signal_receivers.py"
BASE = "from django import test\n\n\nclass TestCase(test.TestCase):\n    pass\n"


def files_of(outcome):
    return [path for path in outcome.changed() if "test" in path and "__init__" not in path]


@pytest.mark.parametrize(
    "text",
    [
        "from shop.tests.base import TestCase\n",
        "from .base import TestCase\n",
        "import unittest as TestCase\n",
        "import mock\n",
        "from django.db.models import signals\n",
        "from django.apps import apps as settings\n",
        "class SimpleTestCase:\n    pass\n",
        "transaction = None\n",
        "Order = object\n",
        "from crm.models import Lead as Order\n",
    ],
)
def test_another_file_where_a_name_means_something_else(text, tmp_path):
    files = {"shop/tests/base.py": BASE, USUAL: text}
    outcome = run(build(tmp_path, files), SPEC).write()
    assert files_of(outcome) == [BESIDE]
    assert outcome.text(BESIDE).startswith('"""Tests of the signal receivers of shop."""\n')
    assert (tmp_path / USUAL).read_text() == text
    assert again(tmp_path, SPEC) == []
    (tmp_path / USUAL).unlink()
    assert again(tmp_path, SPEC) == [], "tests stay where they are"


@pytest.mark.parametrize(
    "text",
    [
        "from django.test import TestCase\n",
        "from django.test.testcases import SimpleTestCase, TestCase\n",
        "from unittest import mock\n\nfrom shop import signals\n",
        "import os\nimport sys\n",
        "from .. import signals\n",
        "from shop.models import Order\n",
        "from shop.tests.base import TestCase as Base\n",
        "def test_paid():\n    from unittest2 import TestCase\n",
        "",
    ],
)
def test_the_usual_file_where_names_mean_the_same(text, tmp_path):
    outcome = run(build(tmp_path, {USUAL: text, "shop/tests/base.py": BASE}), SPEC).write()
    assert files_of(outcome) == [USUAL]
    assert again(tmp_path, SPEC) == []


def test_a_project_wide_test_folder(tmp_path):
    files = {
        "shop/tests/__init__.py": None,
        "tests/__init__.py": "",
        "tests/test_crm.py": "import crm\n",
    }
    files["tests/test_shop_signals.py"] = "from crm.testing import TestCase\n"
    assert files_of(run(build(tmp_path, files), SPEC)) == ["tests/test_shop_signal_receivers.py"]


def test_beside_tests_py(tmp_path):
    files = {
        "shop/tests/__init__.py": None,
        "shop/tests.py": "",
        "shop/test_signals.py": "TestCase = 1\n",
    }
    assert files_of(run(build(tmp_path, files), SPEC)) == ["shop/test_signal_receivers.py"]


def test_two_specs_share_the_file(tmp_path):
    other = "handlers: [{name: b, model: Order, signal: post_delete, body: later.delay(1)}]\n"
    outcome = run(build(tmp_path, {USUAL: "TestCase = 1\n"}), SPEC, other).write()
    assert files_of(outcome) == [BESIDE]
    names = [
        node.name for node in ast.parse(outcome.text(BESIDE)).body if isinstance(node, ast.ClassDef)
    ]
    assert {"ATests", "BTests", "ReadyTests", "SendPaidTests"} <= set(names)
    assert again(tmp_path, SPEC, other) == []


def test_the_tests_pass_beside_the_persons_own(tmp_path):
    own = "from .base import TestCase\n\n\nclass OwnTests(TestCase):\n    def test_one(self):\n        pass\n"
    files = {"shop/tests/base.py": BASE, USUAL: own}
    run(build(tmp_path, files), SPEC).write()
    python(tmp_path, "manage.py", "test", "-v0")
