"""Tests of the signal receivers of test."""

import sys
from contextlib import ExitStack, contextmanager
from functools import partial
from importlib import import_module
from unittest import SkipTest, mock
from unittest.mock import call

from django.apps import apps
from django.conf import settings
from django.core.cache import caches
from django.db import transaction
from django.db.models import Model
from django.db.models import signals as model_signals
from django.db.models.signals import (
    m2m_changed,
    post_delete,
    post_save,
    pre_delete,
    pre_save,
)
from django.dispatch import Signal
from django.test import SimpleTestCase, TestCase, override_settings
from django.utils.module_loading import import_string

from test import signals
from test.models import Order


@contextmanager
def only(*uids, module=model_signals):
    """Let only the receivers with these dispatch_uids hear of anything."""
    rows = (pre_save, post_save, pre_delete, post_delete, m2m_changed)
    known = [value for value in vars(module).values() if isinstance(value, Signal)]
    with ExitStack() as stack:
        for signal in rows if module is model_signals else (*rows, *known):
            kept = [
                entry
                for entry in signal.receivers
                if f"{entry[0][0]}".removesuffix(".before") in uids
            ]
            muted = mock.patch.multiple(
                signal, receivers=kept, use_caching=False, sender_receivers_cache={}
            )
            stack.enter_context(muted)
        yield


def double(real):
    """Stand in for what leaves the process; Django's own really runs."""
    if getattr(real, "__module__", "").startswith("django.") or hasattr(real, "delay"):
        return mock.Mock(wraps=real)
    return mock.create_autospec(real)


@contextmanager
def preparing():
    """Skip the test where a row cannot be made; no receiver hears of it."""
    try:
        with only(), transaction.atomic():
            yield
    except Exception as error:
        reason = f"the functions that make rows need your help: {error!r}"
        raise SkipTest(reason) from error


def unsave(row):
    """Make a row what it was before its first save."""
    key = row.pk
    with preparing():
        Model.delete(row)
    if vars(type(row))["_meta"].auto_field is None:
        row.pk = key
    vars(row)["_state"].adding = True


@contextmanager
def watching(module, names, *uids):
    """Let only these receivers hear, and record what leaves the process by names.

    These are the calls before the commit, commit() with the databases that were
    asked for it, and the calls after it.
    """
    left = mock.Mock()
    asked = mock.patch.object(transaction, "on_commit", wraps=transaction.on_commit)
    local = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    cached = {alias: {**local, "LOCATION": alias} for alias in settings.CACHES}
    with only(*uids, module=module), override_settings(
        CACHES=cached
    ), ExitStack() as stack:
        for cache in caches.all():
            cache.clear()
        for name in names:
            path = name if "." in name else f"{module.__name__}.{name}"
            left.attach_mock(double(import_string(path)), path.rpartition(".")[2])
            stack.enter_context(
                mock.patch(path, getattr(left, path.rpartition(".")[2]))
            )
        on_commit = stack.enter_context(asked)
        with TestCase.captureOnCommitCallbacks() as waiting:
            yield left
        left.commit(*dict.fromkeys(c.kwargs.get("using") for c in on_commit.mock_calls))
        for callback in waiting:
            callback()


watch = partial(watching, signals, ("cache",))


def make_order(**values):
    """Save a row of Order; say here what else it needs."""
    with preparing():
        return Order.objects.create(**{"status": "text", **values})


class ReadyTests(SimpleTestCase):
    """ready() loads the receivers."""

    def test_ready_loads_the_receivers(self):
        """ready() misses them where they are gone."""
        package = import_module("test")
        gone = mock.patch.dict(sys.modules, {"test.signals": None})
        with gone, mock.patch.object(package, "signals"):
            del package.signals
            with self.assertRaises(ImportError):
                apps.get_app_config("test").ready()

    def test_second_ready_connects_nothing(self):
        """Each receiver stays connected once."""
        known = [s for s in vars(model_signals).values() if isinstance(s, Signal)]
        before = [len(signal.receivers) for signal in known]
        apps.get_app_config("test").ready()
        self.assertEqual([len(signal.receivers) for signal in known], before)


class ConnectionsTests(SimpleTestCase):
    """Each receiver is connected once."""

    def test_signals_and_senders(self):
        """Under its dispatch_uid, for its sender."""
        expected = [
            (post_save, "test.on_order_saved", Order),
        ]
        for signal, uid, sender in expected:
            connected = [entry[0] for entry in signal.receivers]
            self.assertEqual(connected.count((uid, id(sender))), 1)


class OnOrderSavedTests(TestCase):
    """on_order_saved()."""

    def test_on_create(self):
        """A new row runs on_create."""
        order = make_order()
        unsave(order)
        with watch("test.on_order_saved") as left:
            order.save()
        self.assertEqual(left.mock_calls, [call.cache.delete("orders"), call.commit()])

    def test_stays_quiet(self):
        """Nothing happens where it should not."""
        with watch("test.on_order_saved") as left:
            order = make_order()
            unsave(order)
            order.save_base(raw=True)
        self.assertEqual(left.mock_calls, [call.commit()])
