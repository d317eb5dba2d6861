"""What signalgen knows of the signals of packages, held against those that are installed."""

import contextlib
import importlib
import json
from pathlib import Path

from celery.utils.dispatch import Signal as CelerySignal
from django.core.exceptions import ImproperlyConfigured
from django.dispatch import Signal
from django.test import SimpleTestCase

KNOWN = json.loads((Path(__file__).parents[1] / "sent.json").read_text())
BORROWED = {
    "django.contrib.auth.signals",
    "django.core.signals",
    "django.db.models.signals",
}


def installed():
    """Return the modules of signals that can be imported here."""
    found = {}
    for name in sorted({path.rpartition(".")[0] for path in KNOWN}):
        with contextlib.suppress(ImportError, RuntimeError, ImproperlyConfigured):
            found[name] = importlib.import_module(name)
    return found


class TableTests(SimpleTestCase):
    """Each name leads to a signal, and no signal lacks."""

    def test_every_signal_of_the_table_is_there(self):
        found = installed()
        self.assertGreaterEqual(len(found), 12)
        for path in KNOWN:
            module, _, name = path.rpartition(".")
            if module in found:
                with self.subTest(path):
                    self.assertIsInstance(getattr(found[module], name), (Signal, CelerySignal))

    def test_no_signal_of_a_module_lacks(self):
        for name, module in installed().items():
            own = {
                key
                for key, value in vars(module).items()
                if isinstance(value, (Signal, CelerySignal)) and not key.startswith("_")
            }
            known = {path.rpartition(".")[2] for path in KNOWN if path.startswith(f"{name}.")}
            borrowed = {
                key
                for other in BORROWED
                for key, value in vars(importlib.import_module(other)).items()
                if value is getattr(module, key, None)
            }
            with self.subTest(name):
                self.assertEqual(own - known - borrowed, set())
