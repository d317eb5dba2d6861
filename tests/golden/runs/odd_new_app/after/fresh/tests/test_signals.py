"""Tests of the signal receivers of fresh."""

import os
import subprocess
import sys
from unittest import mock

from django.apps import apps
from django.conf import settings
from django.db.models import signals as model_signals
from django.db.models.signals import post_save
from django.dispatch import Signal
from django.test import SimpleTestCase, TestCase

from fresh import signals
from fresh.models import Order


class ReadyTests(SimpleTestCase):
    """ready() loads the receivers."""

    def test_ready_imports_the_receivers(self):
        """A process that only starts Django has the receivers' module."""
        code = "import django, sys; django.setup(); print(*sys.modules)"
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": settings.SETTINGS_MODULE,
            "PYTHONPATH": os.pathsep.join(sys.path),
        }
        command = [sys.executable, "-c", code]
        started = subprocess.run(
            command, env=environment, check=True, stdout=subprocess.PIPE, text=True
        )
        self.assertIn("fresh.signals", started.stdout.split())

    def test_second_ready_connects_nothing(self):
        """Starting the app again leaves every receiver connected once."""
        signals = [s for s in vars(model_signals).values() if isinstance(s, Signal)]
        before = [len(signal.receivers) for signal in signals]
        apps.get_app_config("fresh").ready()
        self.assertEqual([len(signal.receivers) for signal in signals], before)


class OnOrderSavedTests(TestCase):
    """Tests of on_order_saved()."""

    def receive(self, **changes):
        """Call the receiver with what Django sends, but for the changes."""
        sent = {
            "signal": post_save,
            "sender": Order,
            "instance": mock.MagicMock(),
            "created": True,
            "raw": False,
            "using": "default",
            "update_fields": None,
            **changes,
        }
        signals.on_order_saved(**sent)

    def test_is_connected_once(self):
        """Django calls the receiver under its dispatch_uid."""
        connected = [entry[0] for entry in post_save.receivers]
        self.assertEqual(connected.count(("fresh.on_order_saved", id(Order))), 1)

    @mock.patch.object(signals, "cache")
    def test_on_create(self, cache):
        """A new row runs on_create."""
        self.receive()
        cache.delete.assert_called_once_with("orders")

    @mock.patch.object(signals, "cache")
    def test_skips_fixtures(self, cache):
        """Rows of a fixture run nothing."""
        self.receive(raw=True)
        cache.delete.assert_not_called()

    @mock.patch.object(signals, "cache")
    def test_skips_rows_that_exist(self, cache):
        """A row that exists runs nothing."""
        self.receive(created=False)
        cache.delete.assert_not_called()
