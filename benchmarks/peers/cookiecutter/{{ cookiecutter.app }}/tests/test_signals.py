"""Tests of the signal receivers of {{ cookiecutter.app }}."""

from unittest import mock

from django.db.models.signals import post_save
from django.test import TestCase

from {{ cookiecutter.app }} import signals
from {{ cookiecutter.app }}.models import {{ cookiecutter.model }}
{% for n in range(10) %}


class OnOrder{{ n }}Tests(TestCase):
    """Tests of on_order_{{ n }}()."""

    def receive(self, **changes):
        """Call the receiver with what Django sends, but for the changes."""
        sent = {"signal": post_save, "sender": {{ cookiecutter.model }}, "instance": mock.MagicMock(), "created": True, "raw": False, "using": "default", "update_fields": None, **changes}
        signals.on_order_{{ n }}(**sent)

    def test_is_connected_once(self):
        """Django calls the receiver under its dispatch_uid."""
        connected = [entry[0] for entry in post_save.receivers]
        self.assertEqual(connected.count(("{{ cookiecutter.app }}.on_order_{{ n }}", id({{ cookiecutter.model }}))), 1)

    @mock.patch.object(signals, "send_mail_task")
    @mock.patch.object(signals, "cache")
    def test_runs(self, cache, send_mail_task):
        """It does what it is for."""
        instance = mock.MagicMock()
        with self.captureOnCommitCallbacks(execute=True) as callbacks:
            self.receive(instance=instance)
        self.assertEqual(len(callbacks), 0)

    @mock.patch.object(signals, "send_mail_task")
    @mock.patch.object(signals, "cache")
    def test_skips_fixtures(self, cache, send_mail_task):
        """Rows of a fixture run nothing."""
        with self.captureOnCommitCallbacks(execute=True):
            self.receive(raw=True)
        cache.delete.assert_not_called()
        send_mail_task.delay.assert_not_called()

    @mock.patch.object(signals, "send_mail_task")
    @mock.patch.object(signals, "cache")
    def test_nothing_happens_after_a_rollback(self, cache, send_mail_task):
        """What waits for the commit goes with the transaction."""
        with self.captureOnCommitCallbacks(execute=True) as callbacks:
            self.receive(created=False)
        cache.set.assert_not_called()
        send_mail_task.delay.assert_not_called()
        self.assertEqual(len(callbacks), 0)
{% endfor %}
