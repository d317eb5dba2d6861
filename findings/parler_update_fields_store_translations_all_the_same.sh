#!/bin/sh
# django-parler 2.4: save(update_fields=["price"]) also stores a changed translation, with the signals of its row.
# post_save of the model comes before the translation is stored, so a receiver that queries (an index, a cache) still
# reads the old text.
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
    LANGUAGE_CODE="en",
    LANGUAGES=[("en", "English")],
)
django.setup()
logging.disable(logging.CRITICAL)
from django.db import connection, models
from django.db.models.signals import post_save
from parler.models import TranslatableModel, TranslatedFields


class Product(TranslatableModel):
    price = models.IntegerField(default=0)
    translations = TranslatedFields(title=models.CharField(max_length=9))

    class Meta:
        app_label = "auth"


Text = Product._parler_meta.root_model


def saved(sender, **kwargs):
    print("  post_save of", sender.__name__, "- stored title:", *Text.objects.values_list("title", flat=True))


with connection.schema_editor() as editor:
    editor.create_model(Product)
    editor.create_model(Text)
product = Product.objects.create(title="old")
for model in (Product, Text):
    post_save.connect(saved, sender=model)
product.title = "new"
print("save(update_fields=['price'])")
product.save(update_fields=["price"])
PY
python3 -m pip install --quiet --disable-pip-version-check --target "$work/lib" django==5.2.19 django-parler==2.4
PYTHONPATH="$work/lib" python3 -S "$work/probe.py" >"$work/seen"
cat "$work/seen"
diff - "$work/seen" <<'SEEN'
save(update_fields=['price'])
  post_save of Product - stored title: old
  post_save of ProductTranslation - stored title: new
SEEN
