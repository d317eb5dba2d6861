"""What a package does and what a receiver does, on the same rows: both hold."""

import threading
from contextlib import ExitStack
from io import BytesIO
from unittest import mock

import factory
from auditlog.models import LogEntry
from celery import shared_task
from celery.contrib.testing.worker import start_worker
from django.contrib.auth import get_user_model
from django.core.cache import cache, caches
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models.signals import post_save, pre_save
from django.test import TestCase, TransactionTestCase
from PIL import Image
from sorl.thumbnail import delete as delete_thumbnails
from sorl.thumbnail import get_thumbnail

from beside.kit import beside
from config.celery import app as celery_app
from shop.models import (
    Article,
    AuditEntry,
    Membership,
    Order,
    Photo,
    Player,
    Product,
    Tag,
    Team,
)
from shop.signal_utils import mute_signals


class HistoryTests(TestCase):
    """django-simple-history, django-auditlog, FieldTracker of django-model-utils."""

    @beside("simple-history and trackers", "audit_log", "track_changes")
    def test_each_keeps_its_own_record_of_a_change(self):
        product = Product.objects.create(name="Tea", price=1)
        product.name = "Milk"
        self.assertTrue(product.tracker.has_changed("name"))
        product.save()
        self.assertFalse(product.tracker.has_changed("name"))
        self.assertEqual(product.history.count(), 2)
        self.assertEqual(LogEntry.objects.get_for_object(product).count(), 2)
        changes = product.changes.values_list("field", "old_value", "new_value")
        self.assertEqual(list(changes), [("name", "Tea", "Milk")])
        self.assertEqual(AuditEntry.objects.count(), 2)

    @beside("simple-history and trackers", "audit_log")
    def test_each_keeps_its_own_record_of_a_deletion(self):
        key = Product.objects.create(name="Tea").pk
        Product.objects.only("pk").get().delete()
        self.assertEqual(Product.history.filter(id=key, history_type="-").count(), 1)
        self.assertEqual(LogEntry.objects.filter(action=LogEntry.Action.DELETE).count(), 1)
        self.assertEqual(AuditEntry.objects.last().action, "deleted")

    @beside("simple-history and trackers", "track_changes")
    def test_a_reverted_row_is_a_change_too(self):
        product = Product.objects.create(name="Tea")
        product.name = "Milk"
        product.save()
        product.history.last().instance.save()
        newest = product.changes.order_by("-pk").values_list("old_value", "new_value")[0]
        self.assertEqual(newest, ("Milk", "Tea"))


class StatusTests(TestCase):
    """django-fsm-2 and Django REST framework."""

    @beside("fsm-2", "status_transition")
    def test_a_transition_of_the_machine_is_recorded(self):
        order = Order.objects.create()
        order.pay()
        order.save()
        self.assertEqual(order.changes.get().new_status, "paid")

    @beside("REST framework", "status_transition")
    def test_what_is_refused_reaches_the_view(self):
        order = Order.objects.create()
        with self.assertRaisesMessage(ValidationError, "new cannot become gone."):
            self.client.put(
                f"/api/order/{order.pk}/", {"status": "gone"}, content_type="application/json"
            )
        self.assertEqual(Order.objects.get().status, "new")

    @beside("REST framework", "status_transition")
    def test_what_is_allowed_is_saved(self):
        order = Order.objects.create()
        url = f"/api/order/{order.pk}/"
        done = self.client.put(url, {"status": "paid"}, content_type="application/json")
        self.assertEqual(done.status_code, 200)
        self.assertEqual(order.changes.count(), 1)


class PhotoTests(TransactionTestCase):
    """easy-thumbnails, sorl-thumbnail and imagekit: theirs stays, unless their own call is made."""

    def setUp(self):
        file = BytesIO()
        Image.new("RGB", (40, 40)).save(file, "PNG")
        self.photo = Photo.objects.create(image=ContentFile(file.getvalue(), "a.png"))
        self.name = self.photo.image.name
        self.addCleanup(default_storage.delete, self.name)

    @beside("easy-thumbnails", "file_cleanup")
    def test_the_thumbnail_of_easy_thumbnails_stays_until_its_own_call(self):
        for call, stays in ((lambda: None, True), (self.photo.image.delete_thumbnails, False)):
            small = self.photo.image.get_thumbnail({"size": (10, 10)}).name
            with self.subTest(stays=stays):
                call()
                self.assertEqual(default_storage.exists(small), stays)
        self.photo.delete()
        self.assertFalse(default_storage.exists(self.name))

    @beside("sorl-thumbnail", "file_cleanup")
    def test_the_thumbnail_of_sorl_stays_until_its_own_call(self):
        small = get_thumbnail(self.photo.image, "10x10")
        self.assertTrue(default_storage.exists(small.name))
        image = self.photo.image
        self.photo.delete()
        self.assertFalse(default_storage.exists(self.name))
        self.assertTrue(default_storage.exists(small.name))
        delete_thumbnails(image, delete_file=False)
        self.assertFalse(default_storage.exists(small.name))

    @beside("imagekit", "file_cleanup")
    def test_what_imagekit_has_made_stays_until_its_storage_is_asked(self):
        small = self.photo.small
        small.generate()
        self.assertTrue(small.storage.exists(small.name))
        self.photo.delete()
        self.assertFalse(default_storage.exists(self.name))
        self.assertTrue(small.storage.exists(small.name))
        small.storage.delete(small.name)
        self.assertFalse(small.storage.exists(small.name))


class CacheTests(TransactionTestCase):
    """django-redis and django-valkey, each with a prefix of its own; what has another prefix stays."""

    def with_cache(self, alias):
        found, other = caches[alias], caches["valkey" if alias == "default" else "default"]
        for one in (found, other):
            one.clear()
        article, second = (Article.objects.create(title=title) for title in ("*", "b"))
        keys = [f"article:{row.pk}{end}" for row in (article, second) for end in ("", ":list")]
        keys += ["title:*:list", "title:b:list"]
        for one in (found, other):
            one.set_many(dict.fromkeys(keys, "old"))
        tag = Tag.objects.create(name="new")
        with mock.patch("shop.signals.cache", found):
            article.save()
            self.assertEqual(sorted(found.get_many(keys)), [*keys[2:4], keys[5]])
            with self.assertRaises(ZeroDivisionError), transaction.atomic():
                tag.articles.add(second)
                raise ZeroDivisionError
            self.assertEqual(sorted(found.get_many(keys)), [*keys[2:4], keys[5]])
            tag.articles.add(second)
            self.assertEqual(found.get_many(keys), {})
        self.assertEqual(len(other.get_many(keys)), 6)

    @beside("django-redis", "cache_invalidate")
    def test_django_redis(self):
        self.with_cache("default")

    @beside("django-valkey", "cache_invalidate")
    def test_django_valkey(self):
        self.with_cache("valkey")


class InlineTests(TestCase):
    """The admin of Django, with an inline of the relation's own model."""

    def setUp(self):
        self.client.force_login(get_user_model().objects.create_superuser("ada"))
        self.team = Team.objects.create(name="a")

    def post(self):
        count = {"TOTAL_FORMS": "1", "INITIAL_FORMS": "0"}
        form = {f"membership_set-{key}": value for key, value in count.items()}
        form |= {"name": "Bob", "membership_set-0-team": str(self.team.pk)}
        return self.client.post("/admin/shop/player/add/", form)

    @beside("admin", "m2m_counter", "cache_invalidate")
    def test_a_row_of_an_inline_is_counted(self):
        player = Player.objects.create(name="Ada")
        cache.set_many({f"player:{player.pk}": 1, f"player:{player.pk}:x": 1})
        with self.captureOnCommitCallbacks(execute=True):
            Membership.objects.create(player=player, team=self.team).delete()
        self.assertEqual(list(cache.keys(f"player:{player.pk}*")), [])
        player.delete()
        self.assertEqual(self.post().status_code, 302)
        self.assertEqual(Player.objects.get().teams.get(), self.team)
        self.team.refresh_from_db()
        self.assertEqual(self.team.member_count, 1)

    @beside("admin", "m2m_guard")
    def test_a_row_of_an_inline_is_refused(self):
        Team.objects.update(is_open=False)
        with self.assertRaisesMessage(ValidationError, "This team is full."):
            self.post()
        self.assertFalse(Membership.objects.exists())
        self.assertFalse(Player.objects.exists())


class MutedTests(TestCase):
    """mute_signals of factory-boy and our own, one within the other, in tasks and threads."""

    def entries(self, *mutes):
        before = AuditEntry.objects.count()
        with ExitStack() as stack:
            for mute in mutes:
                stack.enter_context(mute)
            Product.objects.create(name="Tea")
        return AuditEntry.objects.count() - before

    @beside("factory-boy", "audit_log")
    def test_a_muted_signal_is_heard_again(self):
        theirs = factory.django.mute_signals(pre_save, post_save)
        self.assertEqual([self.entries(theirs), self.entries()], [0, 1])

    @beside("factory-boy", "audit_log")
    def test_one_within_the_other(self):
        for first, second in ((mute_signals, factory.django.mute_signals),) * 2:
            self.assertEqual(self.entries(first(post_save), second(post_save)), 0)
            self.assertEqual(self.entries(second(post_save), first(post_save)), 0)
            self.assertEqual(self.entries(), 1)

    @beside("celery", "audit_log")
    def test_a_task_that_runs_at_once_is_muted_as_well(self):
        @shared_task
        def create():
            Product.objects.create(name="Tea")

        with mute_signals(post_save):
            create.apply()
        self.assertEqual(AuditEntry.objects.count(), 0)
        create.apply()
        self.assertEqual(AuditEntry.objects.count(), 1)


class WorkerTests(TransactionTestCase):
    """A worker of celery in a thread of its own."""

    @beside("celery", "audit_log")
    def test_a_task_of_a_worker_is_not_muted(self):
        heard, done = [], threading.Event()

        @celery_app.task(name="hear")
        def hear():
            heard.append(len(post_save._live_receivers(Product)[0]))
            done.set()

        with celery_app.connection_or_acquire() as connection:
            self.assertEqual(connection.transport_cls, "memory")
        with mute_signals(post_save), start_worker(celery_app, pool="solo", perform_ping_check=False):
            self.assertEqual(len(post_save._live_receivers(Product)[0]), 0)
            hear.apply_async()
            self.assertTrue(done.wait(60))
        self.assertGreater(heard[0], 2)
