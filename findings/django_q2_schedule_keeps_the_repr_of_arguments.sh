#!/bin/sh
# django-q2 1.11.1: async_task() pickles its arguments, but schedule() keeps the text of the tuple. A model instance or
# a date is accepted, and its text cannot be read back when it is due: the scheduler logs an error, queues nothing, and
# gives up its round, so that the schedules after it, whose arguments are fine, are not queued either, in this round and
# in every later one.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat >"$work/probe.py" <<'PY'
import logging

import django
from django.conf import settings

settings.configure(
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "django_q"],
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    SECRET_KEY="x",
    USE_TZ=True,
    Q_CLUSTER={"name": "shop", "orm": "default", "timeout": 60, "retry": 90},
)
django.setup()
logging.disable(logging.CRITICAL)
from django.contrib.auth.models import Group
from django.core.management import call_command
from django_q.models import OrmQ, Schedule
from django_q.scheduler import scheduler
from django_q.tasks import schedule

call_command("migrate", verbosity=0)
bad = schedule("math.sqrt", Group.objects.create(name="staff"))
schedule("math.sqrt", 4)
print(*(repr(one.args) for one in Schedule.objects.order_by("pk")))
for _ in range(2):
    scheduler()
    print("queued:", OrmQ.objects.count(), "left:", Schedule.objects.count())
bad.delete()
scheduler()
print("without the first one, queued:", OrmQ.objects.count(), "left:", Schedule.objects.count())
PY
python3 -m pip install --quiet --disable-pip-version-check --target "$work/lib" django==5.2.19 django-q2==1.11.1
PYTHONPATH="$work/lib" python3 -S "$work/probe.py" >"$work/seen"
cat "$work/seen"
diff - "$work/seen" <<'SEEN'
'(<Group: staff>,)' '(4,)'
queued: 0 left: 2
queued: 0 left: 2
without the first one, queued: 1 left: 0
SEEN
