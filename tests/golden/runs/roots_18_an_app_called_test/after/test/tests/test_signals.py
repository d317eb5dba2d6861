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
from django.db.models.signals import post_save
from django.dispatch import Signal
from django.test import SimpleTestCase, TestCase, override_settings
from django.utils.module_loading import import_string

from test import signals
from test.models import Order


@contextmanager
def only(*uids, module=None):
    """Call only the receivers with these dispatch_uids."""
    rows = ("pre_save", "post_save", "pre_delete", "post_delete", "m2m_changed")
    heard = [getattr(model_signals, name) for name in rows]
    heard += (
        [s for s in vars(module).values() if isinstance(s, Signal)] if module else []
    )
    with ExitStack() as stack:
        for signal in heard:
            named = [(f"{entry[0][0]}", entry) for entry in signal.receivers]
            kept = [
                entry for uid, entry in named if uid.removesuffix(".before") in uids
            ]
            heard_by = mock.patch.multiple(
                signal, receivers=kept, sender_receivers_cache={}
            )
            stack.enter_context(heard_by)
            stack.enter_context(mock.patch.object(signal, "use_caching", False))
        yield


def double(real):
    """Replace a call that leaves the process; Django's own really run."""
    task = hasattr(real, "delay") and not isinstance(real, type)
    if task or getattr(real, "__module__", "").startswith("django."):
        stand_in = mock.Mock(wraps=real)
        methods = {"s", "si", "signature", "subtask", "chunks", "map", "starmap"}
        for name in methods.intersection(dir(real) if task else ()):
            getattr(stand_in, name).return_value = mock.MagicMock()
        return stand_in
    return mock.create_autospec(real)


@contextmanager
def preparing():
    """Skip the test if a row cannot be created; no receiver runs."""
    try:
        with only(), transaction.atomic():
            yield
    except Exception as error:
        reason = f"the functions that make rows need your help: {error!r}"
        raise SkipTest(reason) from error


def unsave(row):
    """Return a row as it was before its first save."""
    model = vars(type(row))["_meta"].concrete_model
    key = row.pk if vars(model)["_meta"].auto_field is None else None
    with preparing():
        Model.delete(row)
    row.pk, vars(row)["_state"].adding = key, True
    return row


@contextmanager
def watching(module, names, *uids):
    """Record calls of names, before and after commit() of the databases."""
    left, local = mock.Mock(), "django.core.cache.backends.locmem.LocMemCache"
    cached = {name: {"BACKEND": local, "LOCATION": name} for name in settings.CACHES}
    with ExitStack() as stack:
        stack.enter_context(only(*uids, module=module))
        stack.enter_context(override_settings(CACHES=cached))
        for cache in caches.all():
            cache.clear()
        for name in names:
            path = name if "." in name else f"{module.__name__}.{name}"
            last = path.rpartition(".")[2]
            left.attach_mock(double(import_string(path)), last)
            stack.enter_context(mock.patch(path, getattr(left, last)))
        asked = mock.patch.object(transaction, "on_commit", wraps=transaction.on_commit)
        on_commit = stack.enter_context(asked)
        with TestCase.captureOnCommitCallbacks() as waiting:
            yield left
        left.commit(*dict.fromkeys(c.kwargs.get("using") for c in on_commit.mock_calls))
        for callback in waiting:
            callback()


watch = partial(watching, signals, ("cache",))


def make_order(**values):
    """Save a row of Order; add here what else it needs."""
    with preparing():
        return Order.objects.create(**{"status": "text", **values})


class ReadyTests(SimpleTestCase):
    """ready() loads the receivers."""

    def test_ready_loads_the_receivers(self):
        """ready() fails if they are missing."""
        package = import_module("test")
        gone = mock.patch.dict(sys.modules, {"test.signals": None})
        with gone, mock.patch.object(package, "signals", create=True):
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
        order = unsave(make_order())
        with watch("test.on_order_saved") as left:
            order.save()
        expected = [call.commit("default"), call.cache.delete("orders")]
        self.assertEqual(left.mock_calls, expected)

    def test_stays_quiet(self):
        """Nothing happens when it should not."""
        with watch("test.on_order_saved") as left:
            order = unsave(make_order())
            order.save_base(raw=True)
        self.assertEqual(left.mock_calls, [call.commit()])
