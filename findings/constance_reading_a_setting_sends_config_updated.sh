#!/bin/sh
# django-constance 4.4.0, database backend: reading a setting that nobody has set yet stores its default and sends
# config_updated, with None as the old value. So a page view writes a row and runs the receivers, once for each
# setting. Setting the value that is there already sends it again.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat >"$work/probe.py" <<'PY'
import logging

import django
from django.conf import settings

settings.configure(
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "constance"],
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    CACHES={"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}},
    CONSTANCE_BACKEND="constance.backends.database.DatabaseBackend",
    CONSTANCE_CONFIG={"LIMIT": (10, "rows on a page")},
)
django.setup()
logging.disable(logging.CRITICAL)
from constance import config
from constance.models import Constance
from constance.signals import config_updated
from django.core.management import call_command


def updated(sender, key, old_value, new_value, **kwargs):
    print("  config_updated:", key, old_value, "->", new_value)


call_command("migrate", verbosity=0)
config_updated.connect(updated)
print("rows:", Constance.objects.count(), "- read it")
assert config.LIMIT == 10
print("rows:", Constance.objects.count(), "- read it again")
assert config.LIMIT == 10
print("set the same value")
config.LIMIT = 10
PY
python3 -m pip install --quiet --disable-pip-version-check --target "$work/lib" django==5.2.19 django-constance==4.4.0
PYTHONPATH="$work/lib" python3 -S "$work/probe.py" >"$work/seen"
cat "$work/seen"
diff - "$work/seen" <<'SEEN'
rows: 0 - read it
  config_updated: LIMIT None -> 10
rows: 1 - read it again
set the same value
  config_updated: LIMIT 10 -> 10
SEEN
