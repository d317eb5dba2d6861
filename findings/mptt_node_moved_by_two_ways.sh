#!/bin/sh
# django-mptt 0.20.0: node.move_to(target) sends node_moved after the row has been stored, with position. A new parent
# and save() send it before that (the row still has its old parent in the database, no post_save has been sent) and
# without position. A receiver with a position argument, or one that queries, works for one way and fails for the other.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat >"$work/probe.py" <<'PY'
import logging

import django
from django.conf import settings

settings.configure(
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "mptt"],
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
)
django.setup()
logging.disable(logging.CRITICAL)
from django.db import connection, models
from django.db.models.signals import post_save
from mptt.models import MPTTModel, TreeForeignKey
from mptt.signals import node_moved


class Node(MPTTModel):
    name = models.CharField(max_length=9)
    parent = TreeForeignKey("self", models.CASCADE, null=True)

    class Meta:
        app_label = "auth"


def saved(**kwargs):
    print("post_save")


def moved(sender, instance, **kwargs):
    names = sorted(set(kwargs) - {"signal"})
    stored = Node.objects.filter(pk=instance.pk).values_list("parent__name", flat=True).get()
    print("node_moved with", *names, "- stored parent:", stored)


with connection.schema_editor() as editor:
    editor.create_model(Node)
root, one, two = (Node.objects.create(name=name) for name in ("root", "one", "two"))
node_moved.connect(moved, sender=Node)
post_save.connect(saved, sender=Node)
print("move_to()")
one.move_to(root)
two.refresh_from_db()
root.refresh_from_db()
print("parent and save()")
two.parent = root
two.save()
PY
python3 -m pip install --quiet --disable-pip-version-check --target "$work/lib" django==5.2.19 django-mptt==0.20.0
PYTHONPATH="$work/lib" python3 -S "$work/probe.py" >"$work/seen"
cat "$work/seen"
diff - "$work/seen" <<'SEEN'
move_to()
post_save
node_moved with position target - stored parent: root
parent and save()
node_moved with target - stored parent: None
post_save
SEEN
