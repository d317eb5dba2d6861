#!/bin/sh
# django-taggit 6.1.0: Article.tags.through is TaggedItem, the one through model of everything that has tags. A receiver
# of m2m_changed with sender=Article.tags.through is called for the tags of photos too, which a many-to-many field of
# Django's own never does. instance tells them apart.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat >"$work/probe.py" <<'PY'
import logging

import django
from django.conf import settings

settings.configure(
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "taggit"],
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
)
django.setup()
logging.disable(logging.CRITICAL)
from django.core.management import call_command
from django.db import connection, models
from django.db.models.signals import m2m_changed
from taggit.managers import TaggableManager


class Article(models.Model):
    tags = TaggableManager()

    class Meta:
        app_label = "auth"


class Photo(models.Model):
    tags = TaggableManager()

    class Meta:
        app_label = "auth"


def tagged(sender, instance, action, **kwargs):
    print(sender.__name__, action, type(instance).__name__)


call_command("migrate", verbosity=0)
with connection.schema_editor() as editor:
    editor.create_model(Article)
    editor.create_model(Photo)
m2m_changed.connect(tagged, sender=Article.tags.through)
Photo.objects.create().tags.add("sea")
PY
python3 -m pip install --quiet --disable-pip-version-check --target "$work/lib" django==5.2.19 django-taggit==6.1.0
PYTHONPATH="$work/lib" python3 -S "$work/probe.py" >"$work/seen"
cat "$work/seen"
diff - "$work/seen" <<'SEEN'
TaggedItem pre_add Photo
TaggedItem post_add Photo
SEEN
