#!/bin/sh
# django-treebeard 7.0.3: node.delete() deletes through a queryset. pre_delete and post_delete get objects that were
# loaded anew: what the caller has set on the node (who deletes it, say) is not there, origin is a queryset although
# one instance was deleted, and the node keeps its pk. Django's own delete() hands on the very object, which is then
# its own origin.
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
from django.db.models.signals import pre_delete
from treebeard.mp_tree import MP_Node


class Plain(models.Model):
    class Meta:
        app_label = "auth"


class Node(MP_Node):
    class Meta:
        app_label = "auth"


def deleting(sender, instance, origin, **kwargs):
    print(sender.__name__, "deleted_by:", getattr(instance, "deleted_by", None), "- origin:", type(origin).__name__)


with connection.schema_editor() as editor:
    editor.create_model(Plain)
    editor.create_model(Node)
pre_delete.connect(deleting)
plain = Plain.objects.create()
node = Node.objects.add_root(instance=Node())
for row in (plain, node):
    row.deleted_by = "me"
    row.delete()
    print("pk afterwards:", row.pk)
PY
python3 -m pip install --quiet --disable-pip-version-check --target "$work/lib" django==5.2.19 django-treebeard==7.0.3
PYTHONPATH="$work/lib" python3 -S "$work/probe.py" >"$work/seen"
cat "$work/seen"
diff - "$work/seen" <<'SEEN'
Plain deleted_by: me - origin: Plain
pk afterwards: None
Node deleted_by: None - origin: MP_NodeQuerySet
pk afterwards: 1
SEEN
