#!/bin/sh
# Django 5.2.19: a row of a proxy that is deleted by itself sends post_delete with the proxy as its sender; the same
# row, deleted along a foreign key, sends it with the concrete model. A receiver for the proxy misses every cascade.
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


class Owner(models.Model):
    class Meta:
        app_label = "auth"


class Car(models.Model):
    owner = models.ForeignKey(Owner, models.CASCADE)

    class Meta:
        app_label = "auth"


class Rental(Car):
    class Meta:
        app_label = "auth"
        proxy = True


def gone(sender, instance, **kwargs):
    print("post_delete of", sender.__name__)


post_delete.connect(gone)
with connection.schema_editor() as editor:
    editor.create_model(Owner)
    editor.create_model(Car)
owner = Owner.objects.create()
Rental.objects.create(owner=owner).delete()
Rental.objects.create(owner=owner)
owner.delete()
PY
python3 -m pip install --quiet --disable-pip-version-check --target "$work/lib" django==5.2.19
PYTHONPATH="$work/lib" python3 -S "$work/probe.py" >"$work/seen"
cat "$work/seen"
diff - "$work/seen" <<'SEEN'
post_delete of Rental
post_delete of Car
post_delete of Owner
SEEN
