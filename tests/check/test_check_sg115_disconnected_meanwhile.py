"""SG115: receivers that are taken away while something else is done."""

import pytest
from check_kit import HEAD, assert_flags, assert_silent

CODE = "SG115"
F = "@receiver(post_save, sender=Line)\ndef f(sender, instance, **kwargs): ...\n"
OFF = "    post_save.disconnect(f, sender=Line)  # SG115\n"
QUIET = "    post_save.disconnect(f, sender=Line)\n"
ON = "    post_save.connect(f, sender=Line)\n"

FLAGGED = [
    F + "def save(row):\n" + OFF + "    row.save()\n" + ON,
    F + "class V:\n    def post(self, request):\n    " + OFF + "        request.save()\n    " + ON,
    F
    + "def save(row):\n"
    + OFF
    + "    try:\n        row.save()\n    except ValueError:\n        pass\n"
    + ON,
    (
        "from contextlib import contextmanager\n"
        + F
        + "@contextmanager\ndef off():\n"
        + OFF
        + "    yield\n"
        + ON
    ),
    (
        "@receiver(post_save, sender=Line)\ndef f(sender, instance, **kwargs):\n"
        + OFF
        + "    instance.save()\n"
        + ON
    ),
    "def save(row):\n    post_save.receivers = []  # SG115\n    row.save()\n",
    (
        "from django.db.models import signals\ndef save(row):\n    kept = signals.post_save.receivers\n"
        "    signals.post_save.receivers = []  # SG115\n    row.save()\n"
        "    signals.post_save.receivers = kept\n"
    ),
    (
        "class Off:\n    def __enter__(self):\n        self.kept = list(post_delete.receivers)\n"
        "        post_delete.receivers = []  # SG115\n    def __exit__(self, *args):\n"
        "        post_delete.receivers = self.kept\n"
    ),
    "paid = Signal()\ndef off():\n    paid.receivers = []  # SG115\n",
]
SILENT = [
    F + "def save(row):\n" + QUIET + "    try:\n        row.save()\n    finally:\n    " + ON,
    F + "def save(row):\n    try:\n    " + QUIET + "        row.save()\n    finally:\n    " + ON,
    F + "def again():\n" + QUIET + ON,
    F + "def off():\n" + QUIET + "def on():\n" + ON,
    F + QUIET.strip() + "\nprint(1)\n" + ON.strip() + "\n",
    F + "def save(row):\n" + ON + "    row.save()\n" + QUIET,
    F
    + "def g(sender, **kwargs): ...\ndef swap(row):\n"
    + QUIET
    + "    row.save()\n    post_save.connect(g, sender=Line)\n",
    F + "def save(row):\n" + QUIET + "    row.save()\n    post_delete.connect(f, sender=Line)\n",
    "class Mail: ...\ndef send(mail):\n    mail.receivers = []\n    Mail.receivers = []\n",
    "class Off:\n    def __enter__(self):\n        self.kept = post_delete.receivers\n    def __exit__(self, *args):\n        post_delete.receivers = self.kept\n",
    "def look():\n    kept = post_save.receivers\n    return len(post_save.receivers)\n",
    {
        "shop/management/commands/load.py": HEAD
        + F
        + "def save(row):\n"
        + QUIET
        + "    row.save()\n"
        + ON
    },
    "import django\ndjango.setup()\ndef save(row):\n    post_save.receivers = []\n    row.save()\n",
    {"shop/tests/test_x.py": HEAD + "def test(row):\n    post_save.receivers = []\n"},
]


@pytest.mark.parametrize("source", FLAGGED)
def test_it_flags(source):
    assert_flags(HEAD + source, CODE)


@pytest.mark.parametrize("source", SILENT)
def test_it_stays_silent(source):
    assert_silent(source if isinstance(source, dict) else HEAD + source, CODE)
