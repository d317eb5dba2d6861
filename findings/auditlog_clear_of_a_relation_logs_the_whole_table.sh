#!/bin/sh
# django-auditlog 3.4.1 with m2m_fields: after clear() of a many-to-many field the log entry names every row of the
# other table as removed, also those that were never in the relation. remove() names the right ones; Django's
# post_clear carries no keys, and the rows are not remembered at pre_clear.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat >"$work/probe.py" <<'PY'
import logging

import django
from django.conf import settings

settings.configure(
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "auditlog"],
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
)
django.setup()
logging.disable(logging.CRITICAL)
from auditlog.models import LogEntry
from auditlog.registry import auditlog
from django.contrib.auth.models import Group, User
from django.core.management import call_command

call_command("migrate", verbosity=0)
auditlog.register(User, m2m_fields={"groups"})
one, two, three = (Group.objects.create(name=name) for name in ("one", "two", "three"))
user = User.objects.create(username="somebody")


def logged():
    change = LogEntry.objects.get_for_object(user).first().changes["groups"]
    print(change["operation"], sorted(change["objects"]))


user.groups.add(one, two)
logged()
user.groups.remove(two)
logged()
user.groups.clear()
logged()
PY
python3 -m pip install --quiet --disable-pip-version-check --target "$work/lib" django==5.2.19 django-auditlog==3.4.1
PYTHONPATH="$work/lib" python3 -S "$work/probe.py" >"$work/seen"
cat "$work/seen"
diff - "$work/seen" <<'SEEN'
add ['one', 'two']
delete ['two']
delete ['one', 'three', 'two']
SEEN
