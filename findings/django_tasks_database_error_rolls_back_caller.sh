#!/bin/sh
# django-tasks 0.12.0 (Django 5.2.19), immediate backend: enqueue() raises nothing when the task fails, whose result is
# FAILED. If the task failed in the database, though, the transaction of the code that queued it is rolled back at its
# end, without an exception: the row saved before is gone. After any other error it stays.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat >"$work/probe.py" <<'PY'
import logging

import django
from django.conf import settings

settings.configure(
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "django_tasks"],
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    TASKS={"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}},
)
django.setup()
logging.disable(logging.CRITICAL)
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.db import transaction
from django_tasks import task

call_command("migrate", verbosity=0)


@task
def plain(name):
    raise ValueError(name)


@task
def twice(name):
    Group.objects.create(name=name)


for queued in (plain, twice):
    with transaction.atomic():
        Group.objects.create(name="staff")
        print(queued.name, queued.enqueue("staff").status.name)
    print("rows after the block:", Group.objects.count())
    Group.objects.all().delete()
PY
python3 -m pip install --quiet --disable-pip-version-check --target "$work/lib" django==5.2.19 django-tasks==0.12.0
PYTHONPATH="$work/lib" python3 -S "$work/probe.py" >"$work/seen"
cat "$work/seen"
diff - "$work/seen" <<'SEEN'
plain FAILED
rows after the block: 1
twice FAILED
rows after the block: 0
SEEN
