#!/bin/sh
# Django 5.2.19: update_or_create() of a row that is there, without defaults, saves nothing and sends no post_save,
# unless the model has a field with auto_now: then it saves, with just that field in update_fields. With such a field
# added to a model, receivers run that did not before.
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
    USE_TZ=True,
)
django.setup()
logging.disable(logging.CRITICAL)
from django.db import connection, models
from django.db.models.signals import post_save


class Plain(models.Model):
    name = models.CharField(max_length=9)

    class Meta:
        app_label = "auth"


class Stamped(models.Model):
    name = models.CharField(max_length=9)
    seen = models.DateTimeField(auto_now=True)

    class Meta:
        app_label = "auth"


def saved(sender, created, update_fields, **kwargs):
    print("post_save of", sender.__name__, "created" if created else list(update_fields))


post_save.connect(saved)
with connection.schema_editor() as editor:
    editor.create_model(Plain)
    editor.create_model(Stamped)
for model in (Plain, Stamped):
    for _ in range(2):
        model.objects.update_or_create(name="x")
PY
python3 -m pip install --quiet --disable-pip-version-check --target "$work/lib" django==5.2.19
PYTHONPATH="$work/lib" python3 -S "$work/probe.py" >"$work/seen"
cat "$work/seen"
diff - "$work/seen" <<'SEEN'
post_save of Plain created
post_save of Stamped created
post_save of Stamped ['seen']
SEEN
