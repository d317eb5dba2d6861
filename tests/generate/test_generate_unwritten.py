"""An app whose models are not written yet: its project starts and tests, and the tests follow the models."""

from __future__ import annotations

import pytest
from generate_kit import again, build, python, run

EMPTY = "from django.db import models\n\n# Create your models here.\n"
ORDER = """
from django.db import models


class Order(models.Model):
    total = models.IntegerField(default=0)


class Entry(models.Model):
    text = models.CharField(max_length=20)
"""
SPEC = """
model: Order
celery_tasks: [{name: send_mailing}, {name: tell, app: crm.later}]
handlers:
  - name: order_saved
    signal: post_save
    on_create: send_mailing.delay(instance.pk, "new")
    on_update: Entry.objects.create(text="updated")
signals:
  - name: order_paid
    sender: Order
    args: {order: Order}
    handlers: [{name: paid, body: 'tell.delay(order.pk)'}]
"""
OWN = SPEC.replace(", {name: tell, app: crm.later}", "").replace(
    "tell.delay(order.pk", 'send_mailing.delay(order.pk, "paid"'
)


def test_tests_of_models_to_come_skip_and_drive_rows_once_these_are_there(tmp_path):
    root = build(tmp_path, {"shop/models.py": EMPTY})
    outcome = run(root, OWN).write()
    assert outcome.result is not None
    assert any("write the models Entry, Order" in step for step in outcome.result.next_steps)
    assert again(root, OWN) == []
    tests = outcome.text("shop/tests/test_signals.py")
    assert "shop.models has no Entry and no Order yet: run signalgen new again later" in tests
    assert tests.count("def test_") == 1
    # Django refuses to start with receivers of models that an app in INSTALLED_APPS does not have.
    assert "ready" not in (root / "shop/apps.py").read_text()
    python(root, "manage.py", "test", "-v0")

    (root / "shop/models.py").write_text(ORDER)
    outcome = run(root, OWN).write()
    assert "def ready(self)" in (root / "shop/apps.py").read_text()
    assert "sender=Order" in outcome.symbol("order_saved")
    tests = outcome.text("shop/tests/test_signals.py")
    assert "no Order yet" not in tests
    assert "make_order()" in tests
    python(root, "manage.py", "test", "-v0")
    assert again(root, OWN) == []


def test_receivers_are_imported_before_their_models_are_written(tmp_path):
    root = build(tmp_path, {"shop/models.py": EMPTY})
    outcome = run(root, SPEC).write()
    python(root, code="import django; django.setup(); import shop.signals, shop.senders")
    assert 'sender="shop.Order"' in outcome.symbol("order_saved")
    said = [note.message for note in outcome.result.notes]
    assert "Entry is assumed to be a model that shop.models will have" in said
    assert "tell will be imported from crm.later.tasks, which does not exist yet" in said


def test_a_name_that_no_model_can_have_stays_an_error(tmp_path):
    root = build(tmp_path, {"shop/models.py": EMPTY})
    outcome = run(root, OWN.replace("Entry.objects.create", "Entry"))
    assert [p.message for p in outcome.problems] == ["name 'Entry' is not defined here"]


def test_an_app_with_models_has_no_models_to_come(tmp_path):
    root = build(tmp_path, {"shop/models.py": ORDER})
    outcome = run(root, OWN.replace("Entry.objects", "Entries.objects"))
    assert [p.message for p in outcome.problems] == ["name 'Entries' is not defined here"]


def test_a_task_that_declares_no_arguments_takes_what_it_is_called_with(tmp_path):
    outcome = run(build(tmp_path, {"shop/models.py": ORDER}), OWN)
    assert "def send_mailing(order_id, arg2):" in outcome.symbol("send_mailing", "shop/tasks.py")
    plain = OWN.replace("send_mailing}", "send_mailing, args: [pk, text]}")
    outcome = run(tmp_path, plain)
    assert "def send_mailing(pk, text):" in outcome.symbol("send_mailing", "shop/tasks.py")


def test_a_new_folder_of_apps_is_a_package_in_which_tests_are_found(tmp_path):
    root = build(tmp_path)
    spec = f"app: apps.stall{OWN}".replace("Order", "Crate")
    changed = run(root, spec).write().changed()
    assert "apps/__init__.py" in changed
    assert "OK (skipped=1)" in python(root, code=RUN)
    assert again(root, spec) == []
    changed = run(root, spec.replace("apps.stall", "crm.stall")).changed()
    assert "crm/__init__.py" not in changed


@pytest.mark.parametrize("named", [True, False])
def test_an_app_that_the_settings_name_already_is_whole_after_one_run(tmp_path, named: bool):
    # Else the next run would write the tests, and nothing had changed in between.
    root = build(tmp_path)
    settings = next(root.rglob("settings.py"))
    if named:
        settings.write_text(
            settings.read_text().replace('"crm", "shop"]', '"crm", "logins", "shop"]')
        )
    spec = "app: logins\nhandlers: [{name: a, signal: user_logged_in, body: cache.clear()}]\n"
    outcome = run(root, spec).write()
    assert (
        "The next run writes the tests" in outcome.text("logins/tests/test_signals.py")
    ) is not named
    assert any("INSTALLED_APPS" in step for step in outcome.result.next_steps) is not named
    assert again(root, spec) == []
    if named:
        python(root, "manage.py", "test", "logins", "-v0")


RUN = """
import subprocess, sys
print(subprocess.run([sys.executable, "manage.py", "test"], capture_output=True, text=True).stderr)
"""
