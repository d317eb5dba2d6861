"""Traps around rows that move, go twice, or are loaded in part, and around files that somebody takes over."""

import threading
from unittest import mock, skipUnless

from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage, default_storage
from django.db import connection, transaction
from django.test import TestCase, TransactionTestCase

from shop.models import (
    Article,
    Attachment,
    AuditEntry,
    Comment,
    Customer,
    Document,
    Item,
    Order,
    Product,
    Profile,
    Tag,
)
from shop.services import cancel_orders
from traps.test_rows import Calls
from traps.test_totals import at_once, wait_for_a_lock

class FoldingStorage(InMemoryStorage):
    """One that takes A.txt for a.txt, as the disks of Windows and macOS do."""

    def _resolve(self, name, *args, **kwargs):
        return super()._resolve(name.lower(), *args, **kwargs)

    def delete(self, name):
        super().delete(name.lower())


with_locks = skipUnless(connection.features.has_select_for_update, "locks of rows")


class CounterMoveTraps(TransactionTestCase):
    def setUp(self):
        self.tea = Article.objects.create(title="Tea")
        self.milk = Article.objects.create(title="Milk")
        self.comment = Comment.objects.create(article=self.tea)

    def counts(self):
        found = Article.objects.order_by("pk").values_list("comment_count", flat=True)
        return list(found)

    def test_a_row_that_moves_is_counted_where_it_goes(self):
        self.comment.article = self.milk
        self.comment.save()
        self.assertEqual(self.counts(), [0, 1])
        self.comment.save()
        self.assertEqual(self.counts(), [0, 1])

    def test_a_move_that_is_not_saved_counts_nothing(self):
        self.comment.article = self.milk
        self.comment.save(update_fields=["text"])
        self.assertEqual(self.counts(), [1, 0])
        self.comment.delete()
        self.assertEqual(self.counts(), [0, 0])

    def test_a_row_that_is_deleted_twice_is_counted_down_once(self):
        Comment.objects.create(article=self.tea)
        again = Comment.objects.get(pk=self.comment.pk)
        self.comment.delete()
        again.delete()
        self.assertEqual(self.counts(), [1, 0])

    def test_a_row_that_is_loaded_in_part_is_counted_down(self):
        Comment.objects.only("text").get().delete()
        self.assertEqual(self.counts(), [0, 0])

    def test_many_rows_go_at_once(self):
        Comment.objects.create(article=self.tea)
        Comment.objects.create(article=self.milk)
        Comment.objects.all().delete()
        self.assertEqual(self.counts(), [0, 0])

    @with_locks
    def test_two_threads_that_delete_one_row_count_it_down_once(self):
        for _ in range(20):
            Comment.objects.create(article=self.tea)
        for comment in Comment.objects.all():
            def delete(barrier, key=comment.pk):
                row = Comment.objects.get(pk=key)
                barrier.wait(30)
                row.delete()

            at_once(delete, delete)
        self.assertEqual(self.counts(), [0, 0])
        self.assertFalse(Comment.objects.exists())


class UpdateParentMoveTraps(TransactionTestCase):
    def setUp(self):
        customer = Customer.objects.create(name="Ada")
        self.orders = [Order.objects.create(customer=customer) for _ in range(2)]
        self.item = Item.objects.create(order=self.orders[0], price=3)

    def totals(self):
        return list(Order.objects.order_by("pk").values_list("total", flat=True))

    def test_a_row_that_moves_leaves_its_old_total_right(self):
        self.item.order = self.orders[1]
        self.item.save()
        self.assertEqual(self.totals(), [0, 3])

    def test_a_move_that_is_not_saved_changes_nothing(self):
        self.item.order = self.orders[1]
        self.item.save(update_fields=["price"])
        self.assertEqual(self.totals(), [3, 0])
        self.item.delete()
        self.assertEqual(self.totals(), [0, 0])

    def test_a_row_that_is_loaded_in_part_counts_no_longer(self):
        Item.objects.only("price").get().delete()
        self.assertEqual(self.totals(), [0, 0])

    def test_many_rows_go_at_once(self):
        Item.objects.create(order=self.orders[0], price=3)
        Item.objects.defer("order").delete()
        self.assertEqual(self.totals(), [0, 0])

    @with_locks
    def test_rows_that_move_to_and_fro_in_threads_leave_right_totals(self):
        items = [Item.objects.create(order=order, price=1) for order in self.orders]
        self.item.delete()

        def move(barrier, item, orders):
            barrier.wait(30)
            for number in range(20):
                item.order = orders[number % 2]
                item.save()

        at_once(
            lambda barrier: move(barrier, items[0], self.orders[::-1]),
            lambda barrier: move(barrier, items[1], self.orders),
        )
        for order in Order.objects.all():
            self.assertEqual(order.total, sum(item.price for item in order.items.all()))


class M2mCounterRaceTraps(TransactionTestCase):
    def setUp(self):
        self.tag = Tag.objects.create(name="a")
        self.article = Article.objects.create(title="Tea")

    def count(self):
        return Tag.objects.get().article_count

    def test_a_count_that_is_wrong_keeps_no_row_from_being_deleted(self):
        self.article.tags.add(self.tag)
        Tag.objects.update(article_count=0)
        self.article.delete()
        self.assertEqual(self.count(), 0)

    def test_a_count_that_is_wrong_is_right_after_the_next_change(self):
        Tag.objects.update(article_count=7)
        self.article.tags.add(self.tag)
        self.assertEqual(self.count(), 1)

    def test_articles_that_go_at_once_count_no_longer(self):
        other = Article.objects.create(title="Milk")
        self.tag.articles.add(self.article, other)
        self.assertEqual(self.count(), 2)
        Article.objects.all().delete()
        self.assertEqual(self.count(), 0)

    def test_set_counts_what_is_there(self):
        other = Article.objects.create(title="Milk")
        self.tag.articles.set([self.article, other])
        self.tag.articles.set([other])
        other.tags.set([])
        self.assertEqual(self.count(), 0)

    @with_locks
    def test_a_pair_that_two_threads_add_counts_once(self):
        articles = [Article.objects.create(title=f"{n}") for n in range(30)]
        for article in articles:
            def add(barrier, article=article):
                barrier.wait(30)
                article.tags.add(self.tag)

            at_once(add, add)
        self.assertEqual(self.count(), len(articles))

    @with_locks
    def test_a_commit_between_parting_and_counting_is_counted(self):
        other, has_written = Article.objects.create(title="Milk"), threading.Event()
        self.tag.articles.set([self.article, other])

        def first(barrier):
            barrier.wait(30)
            with transaction.atomic():
                self.article.tags.clear()
                has_written.set()
                wait_for_a_lock()

        def second(barrier):
            barrier.wait(30)
            has_written.wait(30)
            with transaction.atomic():
                other.tags.clear()

        at_once(first, second)
        self.assertEqual(self.count(), 0)


class FileTakeoverTraps(TransactionTestCase):
    def setUp(self):
        self.document = Document.objects.create(
            title="Tea", file=ContentFile(b"a", name="a.txt")
        )
        self.name = self.document.file.name
        self.addCleanup(default_storage.delete, self.name)

    def test_a_file_that_a_new_row_takes_over_is_kept(self):
        with transaction.atomic():
            self.document.delete()
            Document.objects.create(title="Milk", file=self.name)
        self.assertTrue(default_storage.exists(self.name))

    def test_two_rows_swap_their_files(self):
        other = Document.objects.create(
            title="Milk", file=ContentFile(b"b", name="b.txt")
        )
        names = [other.file.name, self.name]
        self.addCleanup(default_storage.delete, names[0])
        with transaction.atomic():
            self.document.file, other.file = names
            self.document.save()
            other.save()
        self.assertTrue(all(map(default_storage.exists, names)))

    def test_a_file_that_moves_to_another_column_is_kept(self):
        self.document.file, self.document.cover = "", self.name
        self.document.save()
        self.assertTrue(default_storage.exists(self.name))

    def test_a_file_that_two_rows_share_goes_with_the_last(self):
        Document.objects.create(title="Milk", file=self.name)
        with transaction.atomic():
            for document in Document.objects.all():
                document.delete()
        self.assertFalse(default_storage.exists(self.name))

    def test_a_file_of_another_model_is_kept(self):
        Attachment.objects.create(file=self.name)
        self.document.delete()
        self.assertTrue(default_storage.exists(self.name))

    def test_a_file_whose_name_differs_in_case_is_another_file(self):
        other = default_storage.save("files/A.txt", ContentFile(b"b"))
        self.addCleanup(default_storage.delete, other)
        Document.objects.create(title="Milk", file=other)
        self.document.delete()
        self.assertFalse(default_storage.exists(self.name))
        self.assertTrue(default_storage.exists(other))

    def test_a_storage_may_take_one_name_for_another(self):
        storage, other = FoldingStorage(), Document.objects.create(title="Milk")
        name = storage.save("files/b.txt", ContentFile(b"b"))
        Document.objects.filter(pk=self.document.pk).update(file=name)
        Document.objects.filter(pk=other.pk).update(file="files/B.txt")
        with mock.patch.object(Document._meta.get_field("file"), "storage", storage):
            for row, stays in ((self.document, True), (other, False)):
                Document.objects.get(pk=row.pk).delete()
                self.assertEqual(storage.exists(name), stays)

    def test_two_columns_swap_their_files(self):
        cover = default_storage.save("covers/b.png", ContentFile(b"b"))
        self.addCleanup(default_storage.delete, cover)
        Document.objects.update(cover=cover)
        row = Document.objects.get()
        row.file, row.cover = cover, self.name
        row.save()
        self.assertTrue(default_storage.exists(self.name))
        self.assertTrue(default_storage.exists(cover))

    def test_the_file_of_a_row_that_is_loaded_in_part_goes(self):
        Document.objects.only("title").get().delete()
        self.assertFalse(Document.objects.exists())
        self.assertFalse(default_storage.exists(self.name))


class LoadedInPartTraps(Calls, TestCase):
    def test_the_audit_row_of_a_row_that_is_loaded_in_part(self):
        Product.objects.create(name="Tea")
        with self.assertNoLogs("shop.signals", "ERROR"):
            Product.objects.only("pk").get().delete()
        self.assertEqual(AuditEntry.objects.last().data["name"], "Tea")


class SaveRelatedStaleTraps(TestCase):
    def setUp(self):
        self.customer = Customer.objects.create(name="Ada")
        self.assertEqual(self.customer.profile.language, "en")

    def language(self):
        return Profile.objects.values_list("language", flat=True).first()

    def test_other_fields_of_the_owner_leave_newer_data(self):
        Profile.objects.update(language="fr")
        self.customer.city = "Ulm"
        self.customer.save(update_fields=["city"])
        self.assertEqual(self.language(), "fr")

    def test_other_fields_of_the_owner_leave_pending_changes(self):
        self.customer.profile.language = "fr"
        self.customer.save(update_fields=["city"])
        self.assertEqual(self.language(), "en")
        self.customer.save()
        self.assertEqual(self.language(), "fr")

    def test_a_new_owner_leaves_newer_data(self):
        customer = Customer(name="Bob")
        customer.save()
        Profile.objects.filter(customer=customer).update(language="fr")
        customer.save()
        found = Profile.objects.get(customer=customer)
        self.assertEqual(found.language, "fr")

    def test_a_deleted_one_does_not_come_back(self):
        Profile.objects.all().delete()
        self.customer.profile.language = "fr"
        self.customer.save()
        self.assertFalse(Profile.objects.exists())

    def test_one_that_was_loaded_long_ago_leaves_newer_data(self):
        customer = Customer.objects.select_related("profile").get()
        Profile.objects.update(language="fr")
        customer.save()
        self.assertEqual(self.language(), "fr")
        customer.profile.language = "it"
        customer.save()
        self.assertEqual(self.language(), "it")

    def test_one_that_is_saved_by_itself_is_known_by_then(self):
        self.customer.profile.language = "it"
        self.customer.profile.save()
        Profile.objects.update(language="fr")
        self.customer.save()
        self.assertEqual(self.language(), "fr")

    def test_one_that_is_loaded_in_part_leaves_the_rest(self):
        customer = Customer.objects.get()
        customer.profile = Profile.objects.only("customer").get()
        with self.assertNumQueries(1):
            customer.save()

    def test_one_that_has_not_changed_is_not_saved(self):
        with self.assertNumQueries(1):
            self.customer.save()


class BulkServiceJoinTraps(Calls, TransactionTestCase):
    def setUp(self):
        super().setUp()
        customer = Customer.objects.create(name="Ada")
        self.orders = [Order.objects.create(customer=customer) for _ in range(3)]
        for order in self.orders:
            Item.objects.create(order=order, price=1)
            Item.objects.create(order=order, price=2)
        self.calls.clear()

    def test_a_join_counts_each_row_once(self):
        self.assertEqual(cancel_orders(Order.objects.filter(items__price__gt=0)), 3)
        self.assertEqual(len(self.calls[0][1]), 3)

    def test_distinct_rows_are_taken(self):
        rows = Order.objects.filter(items__price__gt=0).distinct()
        self.assertEqual(cancel_orders(rows), 3)

    def test_annotated_rows_are_taken(self):
        from django.db.models import Count

        rows = Order.objects.annotate(number=Count("items")).filter(number=2)
        self.assertEqual(cancel_orders(rows), 3)

    def test_a_row_beside_nothing_is_taken(self):
        Item.objects.all().delete()
        rows = Order.objects.select_related("customer").filter(items=None)
        self.assertEqual(cancel_orders(rows), 3)

    def test_a_slice_is_taken(self):
        self.assertEqual(cancel_orders(Order.objects.order_by("-pk")[:2]), 2)

    @with_locks
    def test_what_changes_before_the_lock_is_free_is_left_alone(self):
        has_written = threading.Event()

        def ship(barrier):
            barrier.wait(30)
            with transaction.atomic():
                rows = Order.objects.filter(pk=self.orders[0].pk)
                rows.update(status="shipped")
                has_written.set()
                wait_for_a_lock()

        def cancel(barrier):
            barrier.wait(30)
            has_written.wait(30)
            cancel_orders(Order.objects.filter(status="new"))

        at_once(ship, cancel)
        found = Order.objects.order_by("pk").values_list("status", flat=True)
        self.assertEqual(list(found), ["shipped", "cancelled", "cancelled"])

    def test_no_rows_are_no_news(self):
        self.assertEqual(cancel_orders(Order.objects.none()), 0)
        self.assertEqual(Order.objects.filter(status="cancelled").count(), 0)
