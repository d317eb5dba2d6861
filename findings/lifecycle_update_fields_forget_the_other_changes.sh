#!/bin/sh
# django-lifecycle 1.3.0: save(update_fields=["stock"]) takes all fields as saved, not only those named. If price has
# changed too, the next save() stores it, but has_changed("price") is False by then, and hooks with
# WhenFieldHasChanged("price") never run for it. django-model-utils' FieldTracker, in the same place, forgets only the
# fields that were saved.
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
from django_lifecycle import AFTER_UPDATE, LifecycleModelMixin, hook
from django_lifecycle.conditions import WhenFieldHasChanged
from model_utils import FieldTracker


class Product(LifecycleModelMixin, models.Model):
    stock = models.IntegerField(default=0)
    price = models.IntegerField(default=0)
    tracker = FieldTracker()

    class Meta:
        app_label = "auth"

    @hook(AFTER_UPDATE, condition=WhenFieldHasChanged("price", has_changed=True))
    def announce(self):
        print("  the hook runs")


def state():
    print("  changed for lifecycle:", product.has_changed("price"), "- for FieldTracker:", product.tracker.has_changed("price"))


with connection.schema_editor() as editor:
    editor.create_model(Product)
product = Product.objects.create()
product.price = 1
print("save()")
state()
product.save()
product.price = 2
print("save(update_fields=['stock']), then save()")
product.save(update_fields=["stock"])
state()
product.save()
print("stored:", Product.objects.get().price)
PY
python3 -m pip install --quiet --disable-pip-version-check --target "$work/lib" django==5.2.19 django-lifecycle==1.3.0 django-model-utils==5.0.0
PYTHONPATH="$work/lib" python3 -S "$work/probe.py" >"$work/seen"
cat "$work/seen"
diff - "$work/seen" <<'SEEN'
save()
  changed for lifecycle: True - for FieldTracker: True
  the hook runs
save(update_fields=['stock']), then save()
  changed for lifecycle: False - for FieldTracker: True
stored: 2
SEEN
