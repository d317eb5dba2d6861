"""What a package does and what a receiver does, on the same rows: both hold."""

from io import BytesIO

import factory
from auditlog.models import LogEntry
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db.models.signals import post_save, pre_save
from django.test import TestCase, TransactionTestCase
from PIL import Image
from sorl.thumbnail import delete as delete_thumbnails
from sorl.thumbnail import get_thumbnail

from shop.models import (
    Article,
    AuditEntry,
    Membership,
    Order,
    Photo,
    Player,
    Product,
    Team,
)


class HistoryTests(TestCase):
    """django-simple-history, django-auditlog, FieldTracker of django-model-utils."""

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

    def test_each_keeps_its_own_record_of_a_deletion(self):
        key = Product.objects.create(name="Tea").pk
        Product.objects.only("pk").get().delete()
        self.assertEqual(Product.history.filter(id=key, history_type="-").count(), 1)
        self.assertEqual(LogEntry.objects.filter(action=LogEntry.Action.DELETE).count(), 1)
        self.assertEqual(AuditEntry.objects.last().action, "deleted")

    def test_a_reverted_row_is_a_change_too(self):
        product = Product.objects.create(name="Tea")
        product.name = "Milk"
        product.save()
        product.history.last().instance.save()
        newest = product.changes.order_by("-pk").values_list("old_value", "new_value")[0]
        self.assertEqual(newest, ("Milk", "Tea"))


class StatusTests(TestCase):
    """django-fsm-2 and Django REST framework."""

    def test_a_transition_of_the_machine_is_recorded(self):
        order = Order.objects.create()
        order.pay()
        order.save()
        self.assertEqual(order.changes.get().new_status, "paid")

    def test_what_is_refused_reaches_the_view(self):
        order = Order.objects.create()
        with self.assertRaisesMessage(ValidationError, "new cannot become gone."):
            self.client.put(
                f"/api/orders/{order.pk}/", {"status": "gone"}, content_type="application/json"
            )
        self.assertEqual(Order.objects.get().status, "new")

    def test_what_is_allowed_is_saved(self):
        order = Order.objects.create()
        url = f"/api/orders/{order.pk}/"
        done = self.client.put(url, {"status": "paid"}, content_type="application/json")
        self.assertEqual(done.status_code, 200)
        self.assertEqual(order.changes.count(), 1)


class PhotoTests(TransactionTestCase):
    """easy-thumbnails and sorl-thumbnail: theirs stays, unless their own call is made."""

    def setUp(self):
        file = BytesIO()
        Image.new("RGB", (40, 40)).save(file, "PNG")
        self.photo = Photo.objects.create(image=ContentFile(file.getvalue(), "a.png"))
        self.name = self.photo.image.name
        self.addCleanup(default_storage.delete, self.name)

    def test_the_thumbnail_of_easy_thumbnails_stays_until_its_own_call(self):
        for call, stays in ((lambda: None, True), (self.photo.image.delete_thumbnails, False)):
            small = self.photo.image.get_thumbnail({"size": (10, 10)}).name
            with self.subTest(stays=stays):
                call()
                self.assertEqual(default_storage.exists(small), stays)
        self.photo.delete()
        self.assertFalse(default_storage.exists(self.name))

    def test_the_thumbnail_of_sorl_stays_until_its_own_call(self):
        small = get_thumbnail(self.photo.image, "10x10")
        self.assertTrue(default_storage.exists(small.name))
        image = self.photo.image
        self.photo.delete()
        self.assertFalse(default_storage.exists(self.name))
        self.assertTrue(default_storage.exists(small.name))
        delete_thumbnails(image, delete_file=False)
        self.assertFalse(default_storage.exists(small.name))


class CacheTests(TransactionTestCase):
    """django-redis, with a prefix for each tenant."""

    def test_keys_and_patterns_go_after_the_commit(self):
        article, other = (Article.objects.create(title=title) for title in "ab")
        keys = [f"article:{row.pk}{end}" for row in (article, other) for end in ("", ":list")]
        cache.set_many(dict.fromkeys(keys, "old"))
        article.save()
        self.assertEqual(sorted(cache.get_many(keys)), keys[2:])


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

    def test_a_row_of_an_inline_is_counted(self):
        self.assertEqual(self.post().status_code, 302)
        self.assertEqual(Player.objects.get().teams.get(), self.team)
        self.team.refresh_from_db()
        self.assertEqual(self.team.member_count, 1)

    def test_a_row_of_an_inline_is_refused(self):
        Team.objects.update(is_open=False)
        with self.assertRaisesMessage(ValidationError, "This team is full."):
            self.post()
        self.assertFalse(Membership.objects.exists())
        self.assertFalse(Player.objects.exists())


class MutedTests(TestCase):
    """mute_signals of factory-boy silences the receivers, and gives them back."""

    def test_a_muted_signal_is_heard_again(self):
        with factory.django.mute_signals(pre_save, post_save):
            Product.objects.create(name="Tea")
        self.assertFalse(AuditEntry.objects.exists())
        Product.objects.create(name="Milk")
        self.assertEqual(AuditEntry.objects.count(), 1)
