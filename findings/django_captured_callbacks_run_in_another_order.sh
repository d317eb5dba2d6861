#!/bin/sh
# Django 5.2.19: a callback of on_commit that registers another one. After a real commit the inner one runs at once,
# before the callbacks that wait; under TestCase.captureOnCommitCallbacks(execute=True) it runs after all of them. A
# test of the order shows another order than production has.
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
import unittest

from django.db import transaction
from django.test import TestCase


def work(said):
    def first():
        said.append("first")
        transaction.on_commit(lambda: said.append("inner"))

    with transaction.atomic():
        transaction.on_commit(first)
        transaction.on_commit(lambda: said.append("second"))


class Captured(TestCase):
    def runTest(self):
        said = []
        with self.captureOnCommitCallbacks(execute=True):
            work(said)
        print("captured:", *said)


said = []
work(said)
print("committed:", *said)
Captured().debug()
PY
python3 -m pip install --quiet --disable-pip-version-check --target "$work/lib" django==5.2.19
PYTHONPATH="$work/lib" python3 -S "$work/probe.py" >"$work/seen"
cat "$work/seen"
diff - "$work/seen" <<'SEEN'
committed: first inner second
captured: first second inner
SEEN
