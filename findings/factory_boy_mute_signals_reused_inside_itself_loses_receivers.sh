#!/bin/sh
# factory_boy 3.3.3: mute_signals(post_save), kept in a name and entered again inside its own block (by a helper that
# uses the same object), forgets all receivers: after both blocks none is called any more, for the rest of the process.
# With a new object for each block they come back. And a receiver that is disconnected inside a block is back after it:
# disconnect() finds nothing and returns False.
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
from django.contrib.auth.models import Group
from django.db import connection
from django.db.models.signals import post_save
from factory.django import mute_signals


def saved(**kwargs):
    print("  post_save")


with connection.schema_editor() as editor:
    editor.create_model(Group)
post_save.connect(saved, sender=Group)
print("a new object for the inner block")
with mute_signals(post_save):
    with mute_signals(post_save):
        pass
Group.objects.create(name="one")
print("disconnected inside:", end=" ")
with mute_signals(post_save):
    print(post_save.disconnect(saved, sender=Group))
Group.objects.create(name="two")
print("the same object for both blocks")
quiet = mute_signals(post_save)
with quiet:
    with quiet:
        pass
Group.objects.create(name="three")
print("  receivers left:", len(post_save.receivers))
PY
python3 -m pip install --quiet --disable-pip-version-check --target "$work/lib" django==5.2.19 factory_boy==3.3.3
PYTHONPATH="$work/lib" python3 -S "$work/probe.py" >"$work/seen"
cat "$work/seen"
diff - "$work/seen" <<'SEEN'
a new object for the inner block
  post_save
disconnected inside: False
  post_save
the same object for both blocks
  receivers left: 0
SEEN
