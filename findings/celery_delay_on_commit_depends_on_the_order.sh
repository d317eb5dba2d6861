#!/bin/sh
# celery 5.6.2: tasks have delay_on_commit only if DJANGO_SETTINGS_MODULE is set before Celery() is called; set one line
# later, with Django up and running, they lack it without a word. Signatures (task.s()) and tasks with a base class of
# their own never have it.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat >"$work/probe.py" <<'PY'
import os

import django
from celery import Celery, Task


class Own(Task):
    pass


def note(pk):
    pass


def has(task):
    return "has it" if hasattr(task, "delay_on_commit") else "lacks it"


def app_with_settings(before):
    os.environ.pop("DJANGO_SETTINGS_MODULE", None)
    if before:
        os.environ["DJANGO_SETTINGS_MODULE"] = "django.conf.global_settings"
    app = Celery("before" if before else "after", broker="memory://")
    os.environ["DJANGO_SETTINGS_MODULE"] = "django.conf.global_settings"
    django.setup()
    return app


for before in (True, False):
    app = app_with_settings(before)
    task = app.task(note, name="note")
    print("settings", "before Celery():" if before else "after Celery():", has(task))
    if before:
        print("its signature", has(task.s(1)))
        print("with base=Own", has(app.task(note, name="own", base=Own)))
PY
python3 -m pip install --quiet --disable-pip-version-check --target "$work/lib" django==5.2.19 celery==5.6.2
PYTHONPATH="$work/lib" python3 -S "$work/probe.py" >"$work/seen"
cat "$work/seen"
diff - "$work/seen" <<'SEEN'
settings before Celery(): has it
its signature lacks it
with base=Own lacks it
settings after Celery(): lacks it
SEEN
