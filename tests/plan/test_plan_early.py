"""Classes as senders in modules that are imported before the classes are there: no start of a project may fail."""

from __future__ import annotations

import pytest
from generate_kit import MODELS, SETTINGS, again, build, django, python, run

LOGIN = """
handlers:
  - {name: a, model: settings.AUTH_USER_MODEL, signal: user_logged_in, body: 'cache.set("user", user.pk)'}
"""
PERSON = """

class Person(models.Model):
    name = models.CharField(max_length=9, unique=True)
    last_login = models.DateTimeField(null=True)
    USERNAME_FIELD = "name"
    REQUIRED_FIELDS = []
    is_anonymous = False
    is_authenticated = True
"""
OWN_USER = SETTINGS + 'AUTH_USER_MODEL = "shop.Person"\n'
EARLY = MODELS.replace(
    "from django.db import models\n", "from django.db import models\n\nfrom . import signals\n"
)
SWAPPED = {"config/settings.py": OWN_USER, "shop/signals.py": "", "shop/models.py": EARLY + PERSON}
LATE = {"config/settings.py": OWN_USER, "shop/models.py": MODELS + PERSON}
SEND = """
from django.contrib.auth import get_user_model
from django.contrib.auth.signals import user_logged_in
from django.core.cache import cache

user_logged_in.send_robust(sender=Order, request=None, user=Order(pk=4))
print(cache.get("user"))
user_logged_in.send_robust(sender=get_user_model(), request=None, user=get_user_model()(pk=5))
print(cache.get("user"))
"""


def test_a_module_that_models_import_compares_the_user_class_when_it_runs(tmp_path):
    outcome = run(build(tmp_path, SWAPPED), LOGIN).write()
    text = outcome.symbol("a")
    assert '@receiver(user_logged_in, dispatch_uid="shop.a")' in text
    assert "    if sender is not get_user_model():\n        return\n" in text
    assert django(tmp_path, SEND).split() == ["None", "5"]
    python(tmp_path, "manage.py", "test", "-v0")
    assert again(tmp_path, LOGIN) == []


def test_a_module_that_ready_loads_names_the_user_class(tmp_path):
    outcome = run(build(tmp_path, LATE), LOGIN).write()
    text = outcome.symbol("a")
    assert '@receiver(user_logged_in, sender=get_user_model(), dispatch_uid="shop.a")' in text
    assert "sender is not" not in text
    assert django(tmp_path, SEND).split() == ["None", "5"]
    python(tmp_path, "manage.py", "test", "-v0")


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("crm/models.py", "from django.db import models\n\nfrom shop import signals\n"),
        ("shop/__init__.py", "from . import signals\n"),
        (
            "shop/apps.py",
            "from django.apps import AppConfig\n\nfrom . import signals\n\n\nclass C(AppConfig):\n    name = 'shop'\n",
        ),
    ],
)
def test_other_ways_of_being_imported_early(path, text, tmp_path):
    outcome = run(build(tmp_path, {**LATE, "shop/signals.py": "", path: text}), LOGIN).write()
    assert "if sender is not get_user_model():" in outcome.symbol("a")
    assert django(tmp_path, SEND).split() == ["None", "5"]


@pytest.mark.parametrize("typed", ["true", "false"])
def test_a_model_as_sender_of_a_custom_signal(typed, tmp_path):
    spec = f"""
    typed: {typed}
    signals: [{{name: paid, args: {{n: int}}}}]
    handlers:
      - {{name: a, model: Order, signal: paid, body: 'cache.set("n", n)', when: n > 1}}
      - {{name: b, models: [Order, Product], signal: paid, body: 'cache.set("m", n)'}}
    """
    outcome = run(build(tmp_path, {"shop/signals.py": "", "shop/models.py": EARLY}), spec).write()
    assert "from .models import Order\n" in outcome.symbol("a")
    assert "if sender is not Order:" in outcome.symbol("a")
    assert "if sender not in (Order, Product):" in outcome.symbol("b")
    sends = "".join(
        f"signals.paid.send(sender={c}, n={n})\n"
        for c, n in (("Tag", 2), ("Order", 3), ("Product", 4))
    )
    code = f"from django.core.cache import cache\nfrom shop import signals\n{sends}print(cache.get('n'), cache.get('m'))"
    assert django(tmp_path, code).split() == ["3", "4"]
    python(tmp_path, "manage.py", "test", "-v0")
    assert again(tmp_path, spec) == []


def test_model_signals_take_the_name_of_the_model(tmp_path):
    spec = "handlers: [{name: a, model: settings.AUTH_USER_MODEL, signal: post_save, body: cache.clear()}]\n"
    outcome = run(build(tmp_path, SWAPPED), spec).write()
    assert "sender=settings.AUTH_USER_MODEL" in outcome.symbol("a")
    python(tmp_path, "manage.py", "test", "-v0")
