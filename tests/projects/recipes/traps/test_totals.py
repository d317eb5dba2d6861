"""Traps around counts and totals: threads, cascades, the other side of a relation."""

import threading
import time
from decimal import Decimal
from unittest import skipUnless

from django.db import connection, transaction
from django.test import TestCase, TransactionTestCase

from shop.models import Article, Comment, Customer, Item, Order, Section, Tag
from shop.services import cancel_orders
from traps.test_rows import Calls, load


def at_once(*functions):
    """Run the functions in threads, each with the barrier, and raise what one of them raised."""
    barrier, errors = threading.Barrier(len(functions)), []

    def run(function):
        try:
            function(barrier)
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(each,)) for each in functions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    if errors:
        raise errors[0]


def wait_for_a_lock():
    """Return once another connection to this database waits for a lock."""
    waiting = (
        "SELECT count(*) FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT'"
        if connection.vendor == "mysql"
        else "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    for _ in range(300 if connection.vendor == "mysql" else 3000):
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                # Within a transaction the view shows what it showed first.
                cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(waiting)
            if cursor.fetchone()[0]:
                return
        # MariaDB keeps what it has shown for as long as it is asked again within a tenth of a second.
        time.sleep(0.2 if connection.vendor == "mysql" else 0.01)
    raise AssertionError("nobody waits")


class UpdateParentTraps(TransactionTestCase):
    def setUp(self):
        self.order = Order.objects.create(customer=Customer.objects.create(name="Ada"))

    def total(self):
        return Order.objects.get(pk=self.order.pk).total

    def test_threads_lose_nothing(self):
        def add(barrier):
            order = Order.objects.get(pk=self.order.pk)
            barrier.wait(30)
            with transaction.atomic():
                Item.objects.create(order=order, price=1)

        at_once(add, add)
        self.assertEqual(self.total(), 2)

    @skipUnless(connection.features.has_select_for_update, "locks of rows")
    def test_a_commit_between_reading_and_writing_is_counted(self):
        """The second transaction reads while the first, not yet committed, has written."""
        items = [Item.objects.create(order=self.order, price=1) for _ in range(2)]
        has_written = threading.Event()

        def change(item):
            item.price = 5
            item.save()

        def first(barrier):
            barrier.wait(30)
            with transaction.atomic():
                change(items[0])
                has_written.set()
                wait_for_a_lock()

        def second(barrier):
            barrier.wait(30)
            has_written.wait(30)
            with transaction.atomic():
                change(items[1])

        at_once(first, second)
        self.assertEqual(self.total(), 10)

    def test_the_last_row_leaves_zero(self):
        item = Item.objects.create(order=self.order, price=3)
        item.delete()
        self.assertEqual(self.total(), 0)

    def test_a_cascade_leaves_nothing_behind(self):
        Item.objects.create(order=self.order, price=3)
        self.order.delete()
        self.assertFalse(Order.objects.exists())


class CounterTraps(TransactionTestCase):
    def setUp(self):
        self.article = Article.objects.create(title="Tea")

    def count(self):
        return Article.objects.get(pk=self.article.pk).comment_count

    def test_threads_lose_nothing(self):
        def add(barrier):
            article = Article.objects.get(pk=self.article.pk)
            barrier.wait(30)
            with transaction.atomic():
                Comment.objects.create(article=article)

        at_once(add, add)
        self.assertEqual(self.count(), 2)

    def test_it_never_falls_below_zero(self):
        comment = Comment.objects.create(article=self.article)
        Article.objects.update(comment_count=0)
        comment.delete()
        self.assertEqual(self.count(), 0)

    def test_a_cascade_leaves_nothing_behind(self):
        Comment.objects.create(article=self.article)
        self.article.delete()
        self.assertFalse(Article.objects.exists())

    def test_a_fixture_brings_its_own_count(self):
        pk = self.article.pk
        load({"model": "shop.comment", "pk": 1, "fields": {"article": pk, "text": ""}})
        self.assertEqual(self.count(), 0)


class M2mCounterTraps(TestCase):
    def setUp(self):
        self.tags = [Tag.objects.create(name=name) for name in "ab"]
        self.article = Article.objects.create(title="Tea")

    def counts(self):
        return list(
            Tag.objects.order_by("name").values_list("article_count", flat=True)
        )

    def test_adding_counts_what_is_new(self):
        self.article.tags.add(self.tags[0])
        self.article.tags.add(*self.tags)
        self.assertEqual(self.counts(), [1, 1])

    def test_removing_counts_what_was_there(self):
        self.article.tags.add(self.tags[0])
        self.article.tags.remove(*self.tags)
        self.assertEqual(self.counts(), [0, 0])

    def test_clear_sends_no_keys(self):
        self.article.tags.add(*self.tags)
        self.article.tags.clear()
        self.assertEqual(self.counts(), [0, 0])

    def test_the_reverse_side_counts_on_itself(self):
        other = Article.objects.create(title="Milk")
        self.tags[0].articles.add(self.article, other)
        self.assertEqual(self.counts(), [2, 0])
        self.tags[0].articles.remove(other)
        self.assertEqual(self.counts(), [1, 0])
        self.tags[0].articles.clear()
        self.assertEqual(self.counts(), [0, 0])

    def test_every_operation_leaves_what_is_there(self):
        a, b = self.tags
        article, tags, articles = self.article, self.article.tags, a.articles
        for operation, counts in (
            (lambda: tags.add(a), [1, 0]),
            (lambda: tags.add(a.pk, b), [1, 1]),
            (lambda: tags.set([b]), [0, 1]),
            (lambda: tags.set([a], clear=True), [1, 0]),
            (lambda: tags.set([]), [0, 0]),
            (lambda: tags.create(name="c"), [0, 0, 1]),
            (lambda: tags.get_or_create(name="c"), [0, 0, 1]),
            (lambda: tags.update_or_create(name="d"), [0, 0, 1, 1]),
            (lambda: tags.remove(*tags.all()), [0, 0, 0, 0]),
            (lambda: articles.add(article), [1, 0, 0, 0]),
            (lambda: articles.create(title="Milk"), [2, 0, 0, 0]),
            (lambda: articles.set([article]), [1, 0, 0, 0]),
            (lambda: articles.remove(article), [0, 0, 0, 0]),
            (lambda: articles.set(Article.objects.all()), [2, 0, 0, 0]),
            (lambda: articles.clear(), [0, 0, 0, 0]),
            (lambda: tags.add(*Tag.objects.all()), [1, 1, 1, 1]),
            (lambda: tags.clear(), [0, 0, 0, 0]),
        ):
            operation()
            self.assertEqual(self.counts(), counts)

    def test_a_deleted_row_counts_no_longer(self):
        self.article.tags.add(*self.tags)
        self.article.delete()
        self.assertEqual(self.counts(), [0, 0])


class M2mGuardTraps(TestCase):
    def setUp(self):
        self.article = Article.objects.create(title="Tea")
        self.open = [Section.objects.create(name=name) for name in "abc"]
        self.closed = Section.objects.create(name="z", is_open=False)

    def test_one_query_looks_at_all(self):
        with self.assertNumQueries(3):  # which are new, the guard, the insert
            self.article.sections.add(*self.open)

    def test_a_closed_one_is_refused_from_either_side(self):
        for add in (
            lambda: self.article.sections.add(self.open[0], self.closed),
            lambda: self.closed.articles.add(self.article),
        ):
            with self.assertRaisesMessage(Exception, "This section is closed."):
                with transaction.atomic():
                    add()
        self.assertEqual(self.article.sections.count(), 0)


class BulkServiceTraps(Calls, TransactionTestCase):
    def test_the_side_effect_comes_once_after_the_commit(self):
        customer = Customer.objects.create(name="Ada")
        keys = [Order.objects.create(customer=customer).pk for _ in range(3)]
        self.calls.clear()
        with transaction.atomic():
            self.assertEqual(cancel_orders(Order.objects.filter(status="new")), 3)
            self.assertEqual(self.calls, [])
        self.assertEqual(len(self.calls), 1)
        self.assertEqual(sorted(self.calls[0][1]), keys)
        self.assertEqual(Order.objects.filter(status="cancelled").count(), 3)
