"""Imports as the app writes them: relative or absolute, and ``Signal`` by the way that the file has already."""

from __future__ import annotations

import pytest
from generate_kit import again, build, python, run

SPEC = """
celery_tasks: [{name: job, args: [pk]}]
handlers: [{name: a, model: Order, signal: post_save, enqueue: [{task: job, on: create}]}]
signals: [{name: paid, args: {n: int}}]
"""
VIEW, DOTTED = "from shop.models import Order\n", "from .models import Order\n"
ABSOLUTE = {"from shop.models import Order", "from shop.tasks import job"}
RELATIVE = {"from .models import Order", "from .tasks import job"}


def lines(outcome, path="shop/signals.py"):
    return {line.strip() for line in outcome.text(path).splitlines()}


@pytest.mark.parametrize(
    ("files", "absolute"),
    [
        ({}, False),
        ({"shop/views.py": VIEW}, True),
        ({"shop/views.py": DOTTED}, False),
        ({"shop/views.py": VIEW, "shop/admin.py": DOTTED}, False),
        ({"shop/views.py": VIEW, "shop/forms.py": VIEW, "shop/admin.py": DOTTED}, True),
        ({"crm/views.py": "from crm.models import Lead\n"}, True),
        ({"crm/views.py": "from .models import Lead\n"}, False),
        ({"crm/views.py": "from crm.models import Lead\n", "shop/views.py": DOTTED}, False),
        ({"crm/views.py": VIEW}, False),
        ({"shop/tests/test_it.py": VIEW}, False),
        ({"shop/signals.py": DOTTED, "shop/views.py": VIEW}, False),
    ],
)
def test_imports_within_the_app(files, absolute, tmp_path):
    outcome = run(build(tmp_path, files), SPEC).write()
    assert (ABSOLUTE if absolute else RELATIVE) <= lines(outcome)
    sender = "from shop.signals import paid" if absolute else "from .signals import paid"
    assert sender in lines(outcome, "shop/senders.py")
    hook = (
        "from shop import signals  # noqa: F401"
        if absolute
        else "from . import signals  # noqa: F401"
    )
    assert hook in lines(outcome, "shop/apps.py")
    assert again(tmp_path, SPEC) == []


def test_the_other_hooks_decide_before_the_habit(tmp_path):
    apps = "from django.apps import AppConfig\n\n\nclass ShopConfig(AppConfig):\n    name = 'shop'\n\n    def ready(self):\n        from . import checks  # noqa: F401\n"
    files = {"shop/apps.py": apps, "shop/checks.py": VIEW, "shop/views.py": VIEW}
    outcome = run(build(tmp_path, files), SPEC)
    assert "from . import signals  # noqa: F401" in lines(outcome, "shop/apps.py")
    assert lines(outcome) >= ABSOLUTE


def test_absolute_imports_run(tmp_path):
    run(build(tmp_path, {"shop/views.py": VIEW}), SPEC).write()
    python(tmp_path, "manage.py", "test", "-v0")


@pytest.mark.parametrize(
    ("own", "constructor"),
    [
        ("from django import dispatch\n\nold = dispatch.Signal()\n", "dispatch.Signal"),
        ("from django import dispatch as d\n\nold = d.Signal()\n", "d.Signal"),
        ("import django.dispatch\n\nold = django.dispatch.Signal()\n", "django.dispatch.Signal"),
        ("import django.dispatch as dd\n\nold = dd.Signal()\n", "dd.Signal"),
        ("from django.dispatch import Signal\n\nold = Signal()\n", "Signal"),
        (
            "from django import dispatch\nfrom django.dispatch import Signal\n\nold = Signal()\n",
            "Signal",
        ),
        ("import django\n", "Signal"),
        ("from shop import dispatch\n", "Signal"),
    ],
)
def test_the_class_signal(own, constructor, tmp_path):
    spec = "signals: [{name: paid, args: {n: int}}]\n"
    files = {"shop/signals.py": own, "shop/dispatch.py": ""}
    outcome = run(build(tmp_path, files), spec).write()
    text = outcome.text("shop/signals.py")
    assert f"\npaid = {constructor}()\n" in text
    assert text.count("import Signal") == (constructor == "Signal")
    python(tmp_path, "manage.py", "test", "-v0")
    assert again(tmp_path, spec) == []
