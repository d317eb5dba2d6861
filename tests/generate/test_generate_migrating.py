"""Receivers without a sender hear of a migration's rows too, when the tables that they write may not be there."""

from __future__ import annotations

import pytest
from generate_kit import MODELS, SETTINGS, again, build, passing_tests, python, run

LOGGED = (
    MODELS
    + """

class Log(models.Model):
    text = models.CharField(max_length=90)
"""
)
ROWS = """
from django.db import migrations


def fill(apps, schema_editor):
    apps.get_model("crm", "Lead").objects.create(name="old")


class Migration(migrations.Migration):
    dependencies = [("crm", "0001_initial")]
    run_before = [("shop", "0001_initial")]
    operations = [migrations.RunPython(fill, fill)]
"""
FILES = {
    "shop/models.py": LOGGED,
    "config/settings.py": SETTINGS.replace("MIGRATION_MODULES", "WITHOUT_MIGRATIONS"),
    "crm/migrations/0002_rows.py": ROWS,
    "crm/migrations/__init__.py": "",
    "shop/migrations/__init__.py": "",
}
MIGRATED = """
import django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from crm.models import Lead
from shop.models import Log
print(*Log.objects.values_list("text", flat=True), sep="|")
lead = Lead.objects.create(name="new")
print(*Log.objects.values_list("text", flat=True), sep="|")
lead.delete()
print(*Log.objects.values_list("text", flat=True), sep="|")
"""
GUARD = "    if sender._meta.apps is not {}:\n        return\n"
LOG = 'Log.objects.bulk_create([Log(text=f"{sender.__name__} {instance}")])'


@pytest.mark.parametrize(
    ("handler", "guard"),
    [
        (f"signal: post_save, body: '{LOG}'", "apps"),
        (f"signal: [post_save, post_delete], when: instance.pk, body: '{LOG}'", "apps"),
        (f"signal: pre_delete, body: 'apps = 1; {LOG}; print(apps)'", "django_apps"),
        ("signal: post_save, body: write_down(instance)", "apps"),
        (f"signal: post_save, on_error: log, on_create: '{LOG}'", "apps"),
        (f"signal: post_save, model: Order, body: '{LOG}'", ""),
        (f"signal: post_save, models: [Order, Tag], body: '{LOG}'", ""),
        ("signal: post_save, body: 'logger.info(\"%s\", sender)'", ""),
        ("signal: post_init, body: len(kwargs)", ""),
        ("signal: request_started, body: Log.objects.count()", ""),
    ],
)
def test_who_asks_whose_rows_they_are(handler, guard, tmp_path):
    files = {"shop/models.py": LOGGED, "shop/notes.py": "def write_down(row):\n    return None\n"}
    spec = f"imports: [from shop.notes import write_down]\nhandlers: [{{name: h, {handler}}}]\n"
    outcome = run(build(tmp_path, files), spec)
    assert outcome.problems == ()
    asked = outcome.symbol("h").count("sender._meta.apps")
    assert asked == (1 if guard else 0)
    if guard:
        assert GUARD.format(guard) in outcome.symbol("h")
        imported = "from django.apps import apps"
        expected = imported if guard == "apps" else f"{imported} as {guard}"
        assert f"{expected}\n" in outcome.text("shop/signals.py")


@pytest.mark.parametrize("delete", [False, True])
def test_the_first_migrate_of_a_project(delete, tmp_path):
    root = build(tmp_path, {**FILES, "crm/migrations/0002_rows.py": None})
    python(root, "manage.py", "makemigrations", "crm", "shop", "--verbosity", "0")
    more = '(name="old").save(); apps.get_model("crm", "Lead").objects.all().delete()'
    rows = ROWS.replace('.objects.create(name="old")', more) if delete else ROWS
    (root / "crm/migrations/0002_rows.py").write_text(rows)
    signal = "[post_save, post_delete]" if delete else "post_save"
    spec = f"handlers: [{{name: h, signal: {signal}, body: '{LOG}'}}]\n"
    run(root, spec).write()
    assert again(root, spec) == []
    lines = python(root, code=MIGRATED).splitlines()
    assert [line.count("Lead object") for line in lines] == [0, 1, 2 if delete else 1]
    assert passing_tests(root) > 2
