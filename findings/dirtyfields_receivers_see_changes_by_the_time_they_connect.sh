#!/bin/sh
# django-dirtyfields 1.9.9 resets its state in a receiver of post_save that it connects when the first instance of the
# model is made. A receiver that was connected before (in ready()) still sees what has changed; one that is connected
# later, as in a test, a shell or a module imported by a view, sees nothing. Both stand on the same signal and the same
# model.
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
from dirtyfields import DirtyFieldsMixin
from django.db import connection, models
from django.db.models.signals import post_save


class Order(DirtyFieldsMixin, models.Model):
    status = models.CharField(max_length=9)

    class Meta:
        app_label = "auth"


def before(instance, **kwargs):
    print("connected before the first instance:", instance.get_dirty_fields())


def after(instance, **kwargs):
    print("connected after it:", instance.get_dirty_fields())


with connection.schema_editor() as editor:
    editor.create_model(Order)
post_save.connect(before, sender=Order)
order = Order(status="new")
post_save.connect(after, sender=Order)
order.save()
order.status = "paid"
order.save()
PY
python3 -m pip install --quiet --disable-pip-version-check --target "$work/lib" django==5.2.19 django-dirtyfields==1.9.9
PYTHONPATH="$work/lib" python3 -S "$work/probe.py" >"$work/seen"
cat "$work/seen"
diff - "$work/seen" <<'SEEN'
connected before the first instance: {'id': None}
connected after it: {}
connected before the first instance: {'status': 'new'}
connected after it: {}
SEEN
