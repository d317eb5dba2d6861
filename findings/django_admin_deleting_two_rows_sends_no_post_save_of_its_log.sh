#!/bin/sh
# Django 5.2.19: the admin action "delete selected" logs two or more rows with bulk_create, so post_save of LogEntry is
# not sent; for one row it is. Up to Django 5.0 it was sent for each. A receiver that forwards the admin's log misses
# just the deletions of many rows.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat >"$work/probe.py" <<'PY'
import logging

import django
from django.conf import settings

settings.configure(
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "django.contrib.sessions", "django.contrib.messages", "django.contrib.admin"],
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    ALLOWED_HOSTS=["*"],
    MIDDLEWARE=[
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
    ],
    ROOT_URLCONF=__name__,
    SECRET_KEY="not secret",
    STATIC_URL="/static/",
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}],
)
django.setup()
logging.disable(logging.CRITICAL)
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, User
from django.core.management import call_command
from django.db.models.signals import post_save
from django.test import Client
from django.urls import path
from django.contrib import admin

urlpatterns = [path("admin/", admin.site.urls)]


def logged(instance, **kwargs):
    print("  post_save of the log of", instance.object_repr)


def delete(*names):
    rows = [Group.objects.create(name=name).pk for name in names]
    before = LogEntry.objects.count()
    client.post("/admin/auth/group/", {"action": "delete_selected", "_selected_action": rows, "post": "yes"})
    print("deleted:", *names, "- rows logged:", LogEntry.objects.count() - before)


call_command("migrate", verbosity=0)
client = Client()
client.force_login(User.objects.create_superuser("somebody"))
post_save.connect(logged, sender=LogEntry)
delete("one")
delete("two", "three")
PY
python3 -m pip install --quiet --disable-pip-version-check --target "$work/lib" django==5.2.19
PYTHONPATH="$work/lib" python3 -S "$work/probe.py" >"$work/seen"
cat "$work/seen"
diff - "$work/seen" <<'SEEN'
  post_save of the log of one
deleted: one - rows logged: 1
deleted: two three - rows logged: 2
SEEN
