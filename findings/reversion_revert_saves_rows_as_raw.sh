#!/bin/sh
# django-reversion 6.4.0: revert() saves the rows of a revision as loaddata does: post_save comes with raw=True. A
# receiver that begins with "if raw: return", as Django's documentation advises for fixtures, does not hear that
# somebody put an old version back in the admin, or restored a row that had been deleted.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat >"$work/probe.py" <<'PY'
import logging

import django
from django.conf import settings

settings.configure(
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "reversion"],
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
)
django.setup()
logging.disable(logging.CRITICAL)
import reversion
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.db.models.signals import post_save
from reversion.models import Version


def saved(instance, created, raw, **kwargs):
    print("  post_save of", instance.name, "- created:", created, "- raw:", raw)


call_command("migrate", verbosity=0)
reversion.register(Group)
post_save.connect(saved, sender=Group)
with reversion.create_revision():
    group = Group.objects.create(name="old")
with reversion.create_revision():
    group.name = "new"
    group.save()
first = Version.objects.get_for_object(group).last()
print("revert")
first.revision.revert()
group.delete()
print("restore")
first.revert()
PY
python3 -m pip install --quiet --disable-pip-version-check --target "$work/lib" django==5.2.19 django-reversion==6.4.0
PYTHONPATH="$work/lib" python3 -S "$work/probe.py" >"$work/seen"
cat "$work/seen"
diff - "$work/seen" <<'SEEN'
  post_save of old - created: True - raw: False
  post_save of new - created: False - raw: False
revert
  post_save of old - created: False - raw: True
restore
  post_save of old - created: True - raw: True
SEEN
