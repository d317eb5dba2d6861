"""Traps around fields: slugs, defaults, changes, states, files."""

from decimal import Decimal
from unittest import mock

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models.signals import post_save
from django.test import TestCase, TransactionTestCase

from shop.models import (
    Article,
    Customer,
    Document,
    Note,
    NoteChange,
    Order,
    Page,
    PriceChange,
    Product,
    Section,
    StatusChange,
)
from traps.test_rows import Rollback


class SaveRelatedTraps(TestCase):
    def test_a_missing_relation_is_skipped(self):
        customer = Customer.objects.create(name="Ada")
        customer.profile.delete()
        customer.save()
        customer = Customer.objects.get()
        self.assertFalse(hasattr(customer, "profile"))
        customer.save()

    def test_a_loaded_relation_is_saved(self):
        customer = Customer.objects.create(name="Ada")
        customer.profile.language = "fr"
        customer.save()
        self.assertEqual(Customer.objects.get().profile.language, "fr")

    def test_one_that_was_never_loaded_costs_no_query(self):
        Customer.objects.create(name="Ada")
        customer = Customer.objects.get()
        with self.assertNumQueries(1):
            customer.save()

    def test_saving_the_owner_again_ends(self):
        def again(sender, instance, **kwargs):
            instance.customer.save()

        customer = Customer.objects.create(name="Ada")
        self.assertEqual(customer.profile.language, "en")
        sender = type(customer.profile)
        post_save.connect(again, sender=sender)
        self.addCleanup(post_save.disconnect, again, sender=sender)
        customer.save()


class SlugTraps(TestCase):
    def test_one_query_however_many_are_taken(self):
        for _ in range(3):
            Article.objects.create(title="Tea time")
        article = Article(title="Tea time")
        with self.assertNumQueries(2):
            article.save()
        self.assertEqual(article.slug, "tea-time-4")

    def test_the_number_fits_into_the_field(self):
        slugs = [Article.objects.create(title="x" * 200).slug for _ in range(12)]
        self.assertEqual(len(set(slugs)), 12)
        self.assertLessEqual(max(map(len, slugs)), 20)

    def test_letters_of_other_scripts_stay_where_the_field_takes_them(self):
        site = Section.objects.create(name="a")
        self.assertEqual(Page.objects.create(site=site, title="Чай").slug, "чай")
        self.assertEqual(Article.objects.create(title="Чай").slug, "article")

    def test_numbers_start_anew_on_each_site(self):
        sites = [Section.objects.create(name=name) for name in "ab"]
        pages = [Page(site=site, title="Tea") for site in (*sites, sites[0])]
        for page in pages:
            page.save()
        self.assertEqual([page.slug for page in pages], ["tea", "tea", "tea-2"])

    def test_a_title_without_letters_has_a_slug_too(self):
        self.assertEqual(Article.objects.create(title="!!").slug, "article")


class ValidateTraps(TestCase):
    def test_the_error_belongs_to_the_field(self):
        with self.assertRaises(ValidationError) as caught:
            Product.objects.create(name="Tea", price=-1)
        self.assertEqual(
            caught.exception.message_dict, {"price": ["A price isn't negative."]}
        )

    def test_the_docstring_names_what_passes_by(self):
        from shop import signals

        Product.objects.bulk_create([Product(name="Tea", price=-1)])
        self.assertIn("bulk_create()", signals.validate_product.__doc__)


class DefaultFromTraps(TestCase):
    def test_an_expression_with_the_primary_key_waits_for_it(self):
        product = Product.objects.create(name="Tea")
        self.assertEqual(product.sku, f"SKU-{product.pk}")
        self.assertEqual(Product.objects.get().sku, product.sku)

    def test_what_is_filled_stays(self):
        self.assertEqual(Product.objects.create(name="Tea", sku="A").sku, "A")
        self.assertEqual(Customer.objects.create(name="Ada", city="Ulm").city, "Ulm")


class TrackChangesTraps(TestCase):
    def setUp(self):
        self.product = Product.objects.create(name="Tea", price=1)

    def changes(self):
        found = PriceChange.objects.values_list("field", "old_value", "new_value")
        return list(found.order_by("pk"))

    def test_old_and_new_are_recorded(self):
        self.product.name = "Milk"
        self.product.save()
        self.assertEqual(self.changes(), [("name", "Tea", "Milk")])

    def test_one_small_query_more(self):
        with self.assertNumQueries(5) as queries:  # look, save, three of the audit
            self.product.save()
        look = queries[0]["sql"]
        self.assertIn("price", look)
        self.assertNotIn("sku", look)

    def test_what_is_not_saved_has_not_changed(self):
        self.product.name = "Milk"
        self.product.price = 2
        self.product.save(update_fields=["price"])
        self.assertEqual([change[0] for change in self.changes()], ["price"])

    def test_another_way_to_write_a_value_is_no_change(self):
        Product.objects.update(price=Decimal("1.10"))
        for price in (1.1, Decimal("1.1")):
            self.product.price = price
            self.product.save()
        self.assertEqual(self.changes(), [])
        self.product.price = 2.5
        self.product.save()
        self.assertEqual(self.changes(), [("price", "1.10", "2.5")])

    def test_a_value_that_does_not_fit_leaves_the_change(self):
        note = Note.objects.create(text="b" * 30)
        note.text = "c" * 30
        note.save()
        change = NoteChange.objects.get()
        self.assertEqual(change.old_value, "b" * 19 + "…")
        self.assertEqual(change.new_value, "c" * 19 + "…")
        self.assertEqual(Note.objects.get().text, note.text)

    def test_a_tuple_in_json_is_no_change(self):
        note = Note.objects.create(text="a", data={"sizes": (1, 2)})
        note.save()
        self.assertFalse(NoteChange.objects.exists())
        note.data = {"sizes": (1, 3)}
        note.save()
        self.assertEqual(NoteChange.objects.get().new_value, "{'sizes': [1, 3]}")

    def test_nothing_stays_on_the_row(self):
        product = Product.objects.get()
        before = set(vars(product))
        product.name = "Milk"
        product.save()
        self.assertEqual(set(vars(product)), before)


class StatusTransitionTraps(TransactionTestCase):
    def setUp(self):
        customer = Customer.objects.create(name="Ada")
        patcher = mock.patch("shop.signals.announce_status")
        self.task = patcher.start()
        self.addCleanup(patcher.stop)
        self.order = Order.objects.create(customer=customer)

    def test_what_is_not_allowed_is_refused(self):
        self.order.status = "shipped"
        with self.assertRaises(ValidationError):
            self.order.save()
        self.assertEqual(Order.objects.get().status, "new")
        self.assertFalse(StatusChange.objects.exists())

    def test_a_number_as_text_is_no_change(self):
        Order.objects.update(status="7")
        self.order.status = 7
        self.order.save()
        self.assertFalse(StatusChange.objects.exists())
        self.task.delay.assert_not_called()

    def test_the_timestamp_is_stored_under_update_fields(self):
        self.order.status = "paid"
        self.order.save(update_fields=["status"])
        self.assertIsNotNone(Order.objects.get().status_changed_at)
        change = StatusChange.objects.get()
        self.assertEqual((change.old_status, change.new_status), ("new", "paid"))

    def test_the_message_waits_for_the_commit(self):
        with self.assertRaises(Rollback), transaction.atomic():
            self.order.status = "paid"
            self.order.save()
            raise Rollback
        self.task.delay.assert_not_called()
        self.order.refresh_from_db()
        self.order.status = "paid"
        self.order.save()
        self.task.delay.assert_called_once_with(self.order.pk, "new", "paid")


class FileCleanupTraps(TransactionTestCase):
    def setUp(self):
        default_storage.save("covers/default.png", ContentFile(b""))
        self.addCleanup(default_storage.delete, "covers/default.png")
        self.document = Document.objects.create(
            title="Tea", file=ContentFile(b"a", name="a.txt")
        )
        self.name = self.document.file.name
        self.addCleanup(default_storage.delete, self.name)

    def test_the_storage_deletes_with_the_row(self):
        self.document.delete()
        self.assertFalse(default_storage.exists(self.name))

    def test_the_storage_deletes_what_is_replaced(self):
        self.document.file = ContentFile(b"b", name="b.txt")
        self.document.save()
        self.assertFalse(default_storage.exists(self.name))
        self.assertTrue(default_storage.exists(self.document.file.name))

    def test_a_rollback_keeps_the_file(self):
        with self.assertRaises(Rollback), transaction.atomic():
            self.document.delete()
            raise Rollback
        self.assertTrue(default_storage.exists(self.name))

    def test_the_default_is_kept(self):
        self.document.delete()
        self.assertTrue(default_storage.exists("covers/default.png"))

    def test_a_file_of_another_row_is_kept(self):
        other = Document.objects.create(title="Milk", file=self.name)
        self.document.delete()
        self.assertTrue(default_storage.exists(self.name))
        other.delete()
        self.assertFalse(default_storage.exists(self.name))
