#!/bin/sh
# Django 5.2.19: a receiver of pre_delete or post_delete without a sender changes how rows of every model are deleted:
# children that went with one DELETE by their foreign key are loaded first and deleted by their keys. An audit of
# deletions in one app so costs the memory and the queries of each cascade in all others; with a sender only its own
# model pays.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat >"$work/probe.py" <<'PY'
import logging

import django
from django.conf import settings

settings.configure(
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth"],
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
)
django.setup()
logging.disable(logging.CRITICAL)
from django.db import connection, models
from django.db.models.signals import post_delete
from django.test.utils import CaptureQueriesContext


class Order(models.Model):
    class Meta:
        app_label = "auth"


class Line(models.Model):
    order = models.ForeignKey(Order, models.CASCADE)

    class Meta:
        app_label = "auth"


class Unrelated(models.Model):
    class Meta:
        app_label = "auth"


def gone(**kwargs):
    pass


def delete():
    order = Order.objects.create(pk=1)
    Line.objects.create(pk=11, order=order)
    Line.objects.create(pk=12, order=order)
    with CaptureQueriesContext(connection) as queries:
        order.delete()
    for query in queries.captured_queries:
        verb, _, rest = query["sql"].partition(" ")
        if "auth_line" in rest:
            print("  " + verb, "lines", rest[rest.index("WHERE") :])


with connection.schema_editor() as editor:
    for model in (Order, Line, Unrelated):
        editor.create_model(model)
print("a receiver for another model")
post_delete.connect(gone, sender=Unrelated)
delete()
print("a receiver without a sender")
post_delete.connect(gone)
delete()
PY
python3 -m pip install --quiet --disable-pip-version-check --target "$work/lib" django==5.2.19
PYTHONPATH="$work/lib" python3 -S "$work/probe.py" >"$work/seen"
cat "$work/seen"
diff - "$work/seen" <<'SEEN'
a receiver for another model
  DELETE lines WHERE "auth_line"."order_id" IN (1)
a receiver without a sender
  SELECT lines WHERE "auth_line"."order_id" IN (1)
  DELETE lines WHERE "auth_line"."id" IN (12, 11)
SEEN
