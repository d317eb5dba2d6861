"""Rows that the admin and REST framework make, change and delete, each with a history and a log of its own beside."""

import json

from auditlog.models import LogEntry
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import TestCase
from unittest import mock

from beside.kit import beside
from shop import collaborators
from shop.models import (
    Article,
    AuditEntry,
    Comment,
    Customer,
    LoginEvent,
    Order,
    Product,
    Profile,
    Scan,
    Tag,
)
from shop.services import close_orders


class Forms:
    """The effects of recipes, however ``create``, ``change`` and ``delete`` reach the row."""

    def setUp(self):
        super().setUp()
        collaborators.CALLS.clear()
        self.user = get_user_model().objects.create_superuser("ada", password="x")
        self.client.force_login(self.user)
        LoginEvent.objects.all().delete()
        patcher = mock.patch("shop.signals.sync_order")
        self.task = patcher.start()
        self.addCleanup(patcher.stop)

    def done(self, act):
        with self.captureOnCommitCallbacks(execute=True):
            return act()

    def create(self, model, **values):
        before = set(model.objects.values_list("pk", flat=True))
        self.done(lambda: self.send_create(model, values))
        row = model.objects.exclude(pk__in=before).get()
        self.assertEqual(self.recorded(row), (1, 1))
        return row

    def change(self, row, **values):
        history, entries = self.recorded(row)
        self.done(lambda: self.send_change(row, values))
        row = type(row).objects.get(pk=row.pk)
        self.assertGreater(self.recorded(row), (history, entries))
        return row

    def delete(self, row):
        self.done(lambda: self.send_delete(row))
        self.assertFalse(type(row).objects.filter(pk=row.pk).exists())

    def recorded(self, row):
        """Return how often simple-history and auditlog have heard of a row."""
        if not hasattr(row, "history") or isinstance(row, Scan):
            return 1, 1
        made = LogEntry.objects.get_for_object(row).filter(action=LogEntry.Action.CREATE)
        return row.history.count(), made.count()

    @beside("", "audit_log")
    def test_audit_log(self):
        row = self.create(Product, name="Tea", price="1.50")
        self.delete(self.change(row, name="Milk", price="1.50"))
        actions = list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))
        self.assertEqual(actions, ["created", "updated", "deleted"])

    @beside("", "track_changes")
    def test_track_changes(self):
        row = self.create(Product, name="Tea", price="1.50")
        row = self.change(row, name="Milk", price="1.50")
        self.assertEqual(row.changes.get().new_value, "Milk")

    @beside("", "validate")
    def test_validate(self):
        with self.assertRaises(ValidationError):
            self.create(Product, name="Tea", price="-1")
        self.assertFalse(Product.objects.exists())

    @beside("", "status_transition")
    def test_status_transition(self):
        row = self.change(self.create(Order, status="new"), status="paid")
        self.assertEqual(row.changes.get().old_status, "new")

    @beside("", "retry_task")
    def test_retry_task(self):
        row = self.change(self.create(Order, status="new"), status="paid")
        self.task.delay.assert_called_once_with(row.pk)

    @beside("", "bulk_service")
    def test_bulk_service(self):
        rows = [self.create(Order, status="new") for _ in range(2)]
        self.done(lambda: close_orders(Order.objects.all()))
        called = ("announce", [row.pk for row in rows])
        self.assertEqual(collaborators.CALLS, [called])
        self.assertEqual(rows[0].history.count(), 1)

    @beside("", "file_cleanup")
    def test_file_cleanup(self):
        row = self.create(Scan, file=SimpleUploadedFile("a.txt", b"a"))
        name = row.file.name
        self.delete(row)
        self.assertTrue(default_storage.exists(name))
        Scan.history.all().delete()
        again = self.create(Scan, file=SimpleUploadedFile("b.txt", b"b"))
        Scan.history.all().delete()
        self.delete(again)
        history = Scan.history.get()
        self.assertTrue(default_storage.exists(history.file))

    @beside("", "cache_invalidate")
    def test_cache_invalidate(self):
        tag = self.create(Tag, name="new")
        row = self.create(Article, title="Tea", tags=[])
        cache.set_many({f"article:{row.pk}": 1, f"article:{row.pk}:x": 1})
        self.change(row, title="Tea", tags=[tag.pk], slug=row.slug)
        self.assertEqual(list(cache.keys(f"article:{row.pk}*")), [])

    @beside("", "slug")
    def test_slug(self):
        rows = [self.create(Article, title="Green Tea", tags=[]) for _ in range(2)]
        self.assertEqual([row.slug for row in rows], ["green-tea", "green-tea-2"])

    @beside("", "search_index")
    def test_search_index(self):
        row = self.create(Article, title="Tea", tags=[])
        self.delete(row)
        called = [("index", row.pk), ("unindex", row.pk)]
        self.assertEqual(collaborators.CALLS, called)

    @beside("", "counter", "update_parent")
    def test_counts_and_totals(self):
        articles = [self.create(Article, title=title, tags=[]) for title in "ab"]
        row = self.create(Comment, article=articles[0].pk, points=7)
        self.change(row, article=articles[1].pk, points=8)
        found = Article.objects.order_by("pk").values_list("comment_count", "points")
        self.assertEqual(list(found), [(0, 0), (1, 8)])

    @beside("", "create_related", "normalize", "default_from", "notify")
    def test_a_new_customer(self):
        row = self.create(Customer, name="Ada", email=" A@B.org ")
        self.assertEqual((row.email, row.city), ("a@b.org", "nowhere"))
        self.assertEqual(row.profile.history.count(), 1)
        self.delete(row)
        self.assertEqual(collaborators.CALLS, [("announce", row.pk)] * 2)

    @beside("", "save_related")
    def test_save_related(self):
        row = self.create(Customer, name="Ada")
        Profile.objects.update(language="fr")
        row = self.change(row, name="Bob", email="", city="Ulm")
        self.assertEqual(row.profile.language, "fr")
        row.profile.language = "it"
        row.save()
        self.assertEqual(Profile.objects.get().language, "it")
        self.assertEqual(row.profile.history.count(), 2)


class AdminTests(Forms, TestCase):
    """Forms of Django's admin."""

    neighbour = "admin"

    def url(self, model, path):
        return f"/admin/shop/{model._meta.model_name}/{path}/"

    def posted(self, url, values):
        response = self.client.post(url, values)
        self.assertEqual(response.status_code, 302, response.content)

    def send_create(self, model, values):
        if model is Article:
            values = {"comment_count": 0, "points": 0, **values}
        self.posted(self.url(model, "add"), values)

    def send_change(self, row, values):
        if isinstance(row, Article):
            values = {"comment_count": 0, "points": 0, **values}
        self.posted(self.url(type(row), f"{row.pk}/change"), values)

    def send_delete(self, row):
        self.posted(self.url(type(row), f"{row.pk}/delete"), {"post": "yes"})

    @beside("", "login_audit")
    def test_login_audit(self):
        self.client.logout()
        for password in ("wrong", "x"):
            self.client.post("/admin/login/", {"username": "ada", "password": password})
        events = LoginEvent.objects.order_by("pk").values_list("event", flat=True)
        self.assertEqual(list(events), ["logout", "failed", "login"])


class RestTests(Forms, TestCase):
    """View sets of REST framework."""

    neighbour = "REST framework"

    def url(self, model, path=""):
        return f"/api/{model._meta.model_name}/{path}"

    def body(self, values):
        if "file" in values:
            return {"data": values}
        return {"data": json.dumps(values), "content_type": "application/json"}

    def send_create(self, model, values):
        response = self.client.post(self.url(model), **self.body(values))
        self.assertEqual(response.status_code, 201, response.content)

    def send_change(self, row, values):
        response = self.client.put(self.url(type(row), f"{row.pk}/"), **self.body(values))
        self.assertEqual(response.status_code, 200, response.content)

    def send_delete(self, row):
        response = self.client.delete(self.url(type(row), f"{row.pk}/"))
        self.assertEqual(response.status_code, 204, response.content)

    @beside("", "request_timing")
    def test_request_timing(self):
        with self.assertLogs("shop.requests", "INFO") as logs:
            self.create(Tag, name="new")
        self.assertEqual(len(logs.records), 1)

    @beside("", "exception_log")
    def test_exception_log(self):
        with self.assertLogs("shop.errors", "ERROR") as logs, self.assertRaises(ValidationError):
            self.create(Product, name="Tea", price="-1")
        self.assertIn("POST /api/product/ failed", logs.output[0])
