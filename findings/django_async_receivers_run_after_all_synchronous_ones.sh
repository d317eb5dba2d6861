#!/bin/sh
# Django 5.2.19: send() calls all synchronous receivers first, then the asynchronous ones, whatever the order in which
# they were connected; the list of answers has that order too. If a synchronous receiver raises, asynchronous ones that
# were connected before it do not run. A receiver that is made async so loses its place.
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
from django.dispatch import Signal

paid = Signal()


async def reserve(**kwargs):
    print("  reserve (async)")
    return "reserve"


def bill(**kwargs):
    print("  bill")
    return "bill"


def refuse(**kwargs):
    raise ValueError("no")


paid.connect(reserve)
paid.connect(bill)
print("connected: reserve, bill")
print("answers:", [answer for _, answer in paid.send(None)])
paid.connect(refuse)
print("connected: reserve, bill, refuse")
try:
    paid.send(None)
except ValueError:
    print("refused")
PY
python3 -m pip install --quiet --disable-pip-version-check --target "$work/lib" django==5.2.19
PYTHONPATH="$work/lib" python3 -S "$work/probe.py" >"$work/seen"
cat "$work/seen"
diff - "$work/seen" <<'SEEN'
connected: reserve, bill
  bill
  reserve (async)
answers: ['bill', 'reserve']
connected: reserve, bill, refuse
  bill
refused
SEEN
