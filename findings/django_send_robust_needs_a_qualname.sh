#!/bin/sh
# Django 5.2.19: send_robust() catches what a receiver raises and logs the receiver's __qualname__. A functools.partial,
# or an instance with __call__, has none: if such a receiver raises, send_robust() itself raises AttributeError, and the
# receivers after it are not called. Plain functions are handled as documented.
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
from functools import partial

from django.dispatch import Signal


def refuse(who, **kwargs):
    raise ValueError(who)


def later(**kwargs):
    print("the next receiver is called")


for receiver in (partial(refuse, "partial"), lambda **kwargs: refuse("function")):
    signal = Signal()
    signal.connect(receiver, weak=False)
    signal.connect(later)
    try:
        print([type(answer).__name__ for _, answer in signal.send_robust(sender=None)])
    except AttributeError as error:
        print("AttributeError:", error)
PY
python3 -m pip install --quiet --disable-pip-version-check --target "$work/lib" django==5.2.19
PYTHONPATH="$work/lib" python3 -S "$work/probe.py" >"$work/seen"
cat "$work/seen"
diff - "$work/seen" <<'SEEN'
AttributeError: 'functools.partial' object has no attribute '__qualname__'
the next receiver is called
['ValueError', 'NoneType']
SEEN
