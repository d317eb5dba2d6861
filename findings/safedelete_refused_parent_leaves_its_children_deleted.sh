#!/bin/sh
# django-safedelete 1.5.0, SOFT_DELETE_CASCADE: the children are stored as deleted before pre_softdelete of the parent
# is sent, and no transaction holds both. If a receiver refuses the parent by raising, the children stay deleted, and
# the parent, which is not, has its deletion date in memory (it is set before pre_softdelete). A refusal in pre_delete
# of a real cascade leaves every row.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat >"$work/probe.py" <<'PY'
import logging

import django
from django.conf import settings

settings.configure(
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "safedelete"],
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
)
django.setup()
logging.disable(logging.CRITICAL)
from django.db import connection, models
from safedelete import SOFT_DELETE_CASCADE
from safedelete.models import SafeDeleteModel
from safedelete.signals import pre_softdelete


class Album(SafeDeleteModel):
    _safedelete_policy = SOFT_DELETE_CASCADE

    class Meta:
        app_label = "auth"


class Photo(SafeDeleteModel):
    album = models.ForeignKey(Album, models.CASCADE)

    class Meta:
        app_label = "auth"


def refuse(sender, instance, **kwargs):
    print("pre_softdelete, date set:", instance.deleted is not None)
    raise PermissionError


with connection.schema_editor() as editor:
    editor.create_model(Album)
    editor.create_model(Photo)
pre_softdelete.connect(refuse, sender=Album)
album = Album.objects.create()
Photo.objects.create(album=album)
try:
    album.delete()
except PermissionError:
    print("refused: albums left:", Album.objects.count(), "- photos left:", Photo.objects.count())
    print("the album says it is deleted:", album.deleted is not None)
PY
python3 -m pip install --quiet --disable-pip-version-check --target "$work/lib" django==5.2.19 django-safedelete==1.5.0
PYTHONPATH="$work/lib" python3 -S "$work/probe.py" >"$work/seen"
cat "$work/seen"
diff - "$work/seen" <<'SEEN'
pre_softdelete, date set: True
refused: albums left: 1 - photos left: 0
the album says it is deleted: True
SEEN
