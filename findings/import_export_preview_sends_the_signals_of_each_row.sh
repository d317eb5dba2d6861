#!/bin/sh
# django-import-export 4.4.3: import_data(dry_run=True), which the admin's preview calls, really saves each row and
# rolls it back. So post_save is sent for every row that is only shown: a mail or a queued task goes out, with the key
# of a row that is not there, and again at the import itself. on_commit is what keeps quiet in the preview.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat >"$work/probe.py" <<'PY'
import logging

import django
from django.conf import settings

settings.configure(
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "import_export"],
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
)
django.setup()
logging.disable(logging.CRITICAL)
import tablib
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.db import transaction
from django.db.models.signals import post_save
from import_export import resources


class Groups(resources.ModelResource):
    class Meta:
        model = Group
        fields = ("id", "name")


def saved(instance, created, raw, **kwargs):
    print("  post_save of", instance.name, "- created:", created, "- raw:", raw)
    transaction.on_commit(lambda: print("  on_commit of", instance.name))


call_command("migrate", verbosity=0)
post_save.connect(saved, sender=Group)
rows = tablib.Dataset(["", "one"], headers=["id", "name"])
print("dry_run=True")
Groups().import_data(rows, dry_run=True, use_transactions=True)
print("rows:", Group.objects.count())
print("dry_run=False")
Groups().import_data(rows, use_transactions=True)
print("rows:", Group.objects.count())
PY
python3 -m pip install --quiet --disable-pip-version-check --target "$work/lib" django==5.2.19 django-import-export==4.4.3
PYTHONPATH="$work/lib" python3 -S "$work/probe.py" >"$work/seen"
cat "$work/seen"
diff - "$work/seen" <<'SEEN'
dry_run=True
  post_save of one - created: True - raw: False
rows: 0
dry_run=False
  post_save of one - created: True - raw: False
  on_commit of one
rows: 1
SEEN
