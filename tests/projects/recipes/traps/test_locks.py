"""Traps around two who change the same at once: each second one waits, which the first one looks for."""

import threading
from unittest import mock, skipUnless
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.db import connection, router, transaction
from django.test import TransactionTestCase, override_settings

from shop.models import Article, Comment, Customer, Item, Order, Product, Tag
from shop.services import cancel_orders
from traps.test_totals import at_once, wait_for_a_lock

with_locks = skipUnless(connection.features.has_select_for_update, "locks of rows")


def one_after_the_other(first, second):
    """Call both in a transaction each; the first ends when the second waits for it."""
    has_written = threading.Event()

    def leads(barrier):
        barrier.wait(30)
        with transaction.atomic():
            first()
            has_written.set()
            wait_for_a_lock()

    def follows(barrier):
        barrier.wait(30)
        has_written.wait(30)
        with transaction.atomic():
            second()

    at_once(leads, follows)


@with_locks
class LockTraps(TransactionTestCase):
    def setUp(self):
        patcher = mock.patch("shop.signals.announce_status")
        patcher.start()
        self.addCleanup(patcher.stop)
        customer = Customer.objects.create(name="Ada")
        self.orders = [Order.objects.create(customer=customer) for _ in range(3)]
        self.articles = [Article.objects.create(title=f"{n}") for n in range(3)]

    def test_of_two_transitions_the_second_is_refused(self):
        def change(status):
            order = Order.objects.get(pk=self.orders[0].pk)
            order.status = status
            order.save()

        with self.assertRaisesMessage(ValidationError, "paid cannot become cancelled."):
            one_after_the_other(lambda: change("paid"), lambda: change("cancelled"))
        self.assertEqual(self.orders[0].changes.count(), 1)

    def test_two_changes_record_what_each_has_found(self):
        product = Product.objects.create(name="Tea")

        def change(name):
            row = Product.objects.get()
            row.name = name
            row.save()

        one_after_the_other(lambda: change("Milk"), lambda: change("Oil"))
        found = product.changes.order_by("pk").values_list("old_value", "new_value")
        self.assertEqual(list(found), [("Tea", "Milk"), ("Milk", "Oil")])

    def test_a_row_that_two_move_is_counted_once(self):
        key = Comment.objects.create(article=self.articles[0]).pk

        def move(number):
            comment = Comment.objects.get(pk=key)
            comment.article = self.articles[number]
            comment.save()

        one_after_the_other(lambda: move(1), lambda: move(2))
        counts = Article.objects.order_by("pk").values_list("comment_count", flat=True)
        self.assertEqual(list(counts), [0, 0, 1])

    def test_a_row_that_two_move_leaves_right_totals(self):
        key = Item.objects.create(order=self.orders[0], price=3).pk

        def move(number):
            item = Item.objects.get(pk=key)
            item.order = self.orders[number]
            item.save()

        one_after_the_other(lambda: move(1), lambda: move(2))
        totals = Order.objects.order_by("pk").values_list("total", flat=True)
        self.assertEqual(list(totals), [0, 0, 3])

    def test_what_is_added_beside_a_clear_is_counted(self):
        tag, (article, *_) = Tag.objects.create(name="a"), self.articles
        one_after_the_other(article.tags.clear, lambda: article.tags.add(tag))
        self.assertEqual(Tag.objects.get().article_count, article.tags.count())

    def test_two_who_add_to_one_row_wait_for_one_another(self):
        """One for the other, not each for the other, which a database ends by failing one of them."""
        tag = Tag.objects.create(name="a")

        def begin(make):
            def work(barrier):
                barrier.wait(30)
                with transaction.atomic():
                    make()

            return work

        for make in (
            lambda: Item.objects.create(order=self.orders[0], price=1),
            lambda: Comment.objects.create(article=self.articles[0]),
            lambda: Article.objects.create(title="x", slug=uuid4().hex[:20]).tags.add(tag),
        ):
            for _ in range(10):
                at_once(begin(make), begin(make))
        self.assertEqual(Order.objects.get(pk=self.orders[0].pk).total, 20)
        self.assertEqual(Article.objects.get(pk=self.articles[0].pk).comment_count, 20)
        self.assertEqual(Tag.objects.get().article_count, 20)


class ReplicaRouter:
    """Reads go to a copy that is nowhere."""

    def db_for_read(self, model, **hints):
        return "replica"

    def db_for_write(self, model, **hints):
        return "default"


class ReplicaTraps(TransactionTestCase):
    def test_many_rows_are_changed_where_writes_go(self):
        customer = Customer.objects.create(name="Ada")
        keys = [Order.objects.create(customer=customer).pk for _ in range(2)]
        with override_settings(DATABASE_ROUTERS=["traps.test_locks.ReplicaRouter"]):
            self.assertEqual(router.db_for_read(Order), "replica")
            self.assertEqual(cancel_orders(Order.objects.filter(pk__in=keys)), 2)
        self.assertEqual(Order.objects.filter(status="cancelled").count(), 2)
