"""A race for each recipe that writes: what was not refused is there, and what is counted is right."""

from collections import Counter
from decimal import Decimal
from unittest import mock

from django.contrib.auth import get_user_model
from django.contrib.auth.signals import user_logged_in
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from races.kit import OPERATIONS, Race
from shop.models import (
    Article,
    AuditEntry,
    Comment,
    Customer,
    Document,
    Item,
    LoginEvent,
    Order,
    Page,
    PriceChange,
    Product,
    Profile,
    Section,
    StatusChange,
    Tag,
)
from shop.services import cancel_orders


def both(test):
    """Make two tests of one: each operation on its own, and each in a transaction."""

    def run(self):
        for atomic in (False, True):
            with self.subTest(atomic=atomic):
                with transaction.atomic():
                    self.start()
                test(self, atomic)

    return run


class Tasks(Race):
    """Tasks are written down instead of queued."""

    def setUp(self):
        super().setUp()
        for name in ("announce_status", "send_order_mail", "sync_order"):
            patcher = mock.patch(f"shop.signals.{name}")
            setattr(self, name, patcher.start())
            self.addCleanup(patcher.stop)


class AuditLogRaces(Race):
    recipe = "audit_log"

    def start(self):
        Product.objects.all().delete()
        self.products = [Product.objects.create(name=f"{n}") for n in range(4)]
        AuditEntry.objects.all().delete()

    @both
    def test_each_save_has_its_entry(self, atomic):
        def work(number):
            Product.objects.filter(pk=self.products[number % 4].pk).get().save()
            Product.objects.create(name=f"new {number}")

        self.run_all(work, atomic)
        there = Product.objects.filter(name__in=[f"new {n}" for n in self.done])
        entries = Counter(AuditEntry.objects.values_list("object_id", flat=True))
        wrong = sum(entries[str(key)] != 1 for key in there.values_list("pk", flat=True))
        saved = sum(entries[str(product.pk)] for product in self.products)
        wrong += max(0, len(self.done) - saved)
        self.report(atomic, len(self.done) - there.count(), wrong)


class CustomerRaces(Race):
    """Recipes that look at their own row alone, and what follows the commit."""

    def start(self):
        self.calls.clear()
        Customer.objects.all().delete()

    def create(self, atomic):
        def work(number):
            Customer.objects.create(name=f" Ada   {number} ", email="A@B.org ")

        self.calls.clear()
        self.run_all(work, atomic)
        self.rows = Customer.objects.filter(name__in=[f"Ada {n}" for n in self.done])
        return len(self.done) - self.rows.count()

    @both
    def test_each_row_has_its_related_one(self, atomic):
        self.recipe = "create_related"
        lost = self.create(atomic)
        self.report(atomic, lost, self.rows.filter(profile=None).count())

    @both
    def test_each_row_is_normalized(self, atomic):
        self.recipe = "normalize"
        lost = self.create(atomic)
        self.report(atomic, lost, self.rows.exclude(email="a@b.org").count())

    @both
    def test_each_row_has_its_default(self, atomic):
        self.recipe = "default_from"
        lost = self.create(atomic)
        self.report(atomic, lost, self.rows.exclude(city="nowhere").count())

    @both
    def test_each_commit_is_told_once(self, atomic):
        self.recipe = "notify"
        lost = self.create(atomic)
        told = Counter(key for _, key in self.calls)
        keys = self.rows.values_list("pk", flat=True)
        wrong = sum(told[key] != 1 for key in keys) + abs(len(self.calls) - len(keys))
        self.report(atomic, lost, wrong)

    @both
    def test_newer_data_of_a_related_row_stays(self, atomic):
        self.recipe = "save_related"
        customer = Customer.objects.create(name="Ada")
        Profile.objects.update(language="0")
        stale = [Customer.objects.select_related("profile").get() for _ in range(OPERATIONS)]

        def work(number):
            if number % 2:
                Profile.objects.filter(customer=customer).update(language=f"{number}")
            else:
                stale[number].save()

        self.run_all(work, atomic)
        written = {f"{number}" for number in self.done if number % 2}
        wrong = int(Profile.objects.get().language not in written)
        self.report(atomic, 0, wrong)


class UpdateParentRaces(Tasks):
    recipe = "update_parent"

    def start(self):
        Order.objects.all().delete()
        customer = Customer.objects.create(name="Ada")
        self.orders = [Order.objects.create(customer=customer) for _ in range(3)]
        self.items = [
            Item.objects.create(order=self.orders[number % 3], price=1)
            for number in range(OPERATIONS)
        ]

    def wrong(self):
        return sum(
            order.total != sum((i.price * i.quantity for i in order.items.all()), Decimal())
            for order in Order.objects.all()
        )

    @both
    def test_the_totals_are_right(self, atomic):
        def work(number):
            kind, row = number % 4, Item.objects.filter(pk=self.items[number].pk).first()
            if kind == 0:
                Item.objects.create(order=self.orders[0], price=number)
            elif kind == 1:
                row.delete()
            elif kind == 2:
                row.price = number
                row.save()
            else:
                row.order = self.orders[(number + 1) % 3]
                row.save()

        self.run_all(work, atomic)
        new = [n for n in self.done if n % 4 == 0 and n]
        there = Item.objects.filter(price__in=new, order=self.orders[0])
        # Outside a transaction the row is stored when its receiver raises: the caller knows.
        told = bool(self.raised) and not atomic
        self.report(atomic, max(0, len(new) - there.count()), self.wrong(), allowed=told)

    @both
    def test_one_row_that_two_move(self, atomic):
        def work(number):
            row = Item.objects.get(pk=self.items[number // 4].pk)
            row.order = self.orders[number % 3]
            row.save()

        self.recipe = "update_parent (two moves)"
        self.run_all(work, atomic)
        self.report(atomic, 0, self.wrong(), allowed=not atomic)


class CounterRaces(Race):
    recipe = "counter"

    def start(self):
        Article.objects.all().delete()
        self.articles = [Article.objects.create(title=f"Tea {n}") for n in range(3)]
        self.comments = [
            Comment.objects.create(article=self.articles[number % 3], text="old")
            for number in range(OPERATIONS)
        ]

    def wrong(self):
        return sum(a.comment_count != a.comments.count() for a in Article.objects.all())

    @both
    def test_the_counts_are_right(self, atomic):
        def work(number):
            if number % 4 == 0:
                Comment.objects.create(article=self.articles[0], text=f"{number}")
            elif number % 4 == 1:
                self.comments[number].article = self.articles[(number + 1) % 3]
                self.comments[number].save()
            elif rows := list(Comment.objects.filter(pk=self.comments[number // 4 * 4 + 2].pk)):
                rows[0].delete()  # two of them delete each

        self.run_all(work, atomic)
        new = [f"{n}" for n in self.done if n % 4 == 0]
        there = Comment.objects.filter(text__in=new)
        told = bool(self.raised) and not atomic
        self.report(atomic, len(new) - there.count(), self.wrong(), allowed=told)

    @both
    def test_one_row_that_two_move(self, atomic):
        def work(number):
            row = Comment.objects.get(pk=self.comments[number // 4].pk)
            row.article = self.articles[number % 3]
            row.save()

        self.recipe = "counter (two moves)"
        self.run_all(work, atomic)
        self.report(atomic, 0, self.wrong(), allowed=not atomic)


class M2mCounterRaces(Race):
    recipe = "m2m_counter"

    def start(self):
        Article.objects.all().delete()
        Tag.objects.all().delete()
        self.tags = [Tag.objects.create(name=name) for name in "abc"]
        self.articles = [Article.objects.create(title=f"{n}") for n in range(OPERATIONS)]

    def wrong(self):
        return sum(tag.article_count != tag.articles.count() for tag in Tag.objects.all())

    @both
    def test_pairs_that_several_add_and_remove(self, atomic):
        def work(number):
            article, tag = self.articles[number // 4], self.tags[number % 3]
            if number % 4 < 2:
                article.tags.add(self.tags[number // 4 % 3])
            elif number % 4 == 2:
                tag.articles.add(article)
            else:
                article.tags.remove(tag)

        self.run_all(work, atomic)
        self.report(atomic, 0, self.wrong())

    @both
    def test_clear_and_delete_beside_add(self, atomic):
        self.recipe = "m2m_counter (clear, delete)"
        article = self.articles[0]

        def work(number):
            if number % 4 == 3:
                article.tags.clear()
            elif number % 4 == 2:
                Article.objects.get(pk=self.articles[number].pk).delete()
            else:
                article.tags.add(self.tags[number % 3])
                self.articles[number // 4 * 4 + 2].tags.add(self.tags[number % 3])

        self.run_all(work, atomic)
        self.report(atomic, 0, self.wrong())


class StatusTransitionRaces(Tasks):
    recipe = "status_transition"

    def start(self):
        Order.objects.all().delete()
        customer = Customer.objects.create(name="Ada")
        self.orders = [Order.objects.create(customer=customer) for _ in range(OPERATIONS // 2)]

    @both
    def test_only_one_of_two_passes(self, atomic):
        def work(number):
            order = Order.objects.get(pk=self.orders[number // 2].pk)
            order.status = ("paid", "cancelled")[number % 2]
            order.save()

        self.run_all(work, atomic)
        seen = Counter(
            StatusChange.objects.filter(order__in=self.orders).values_list("order", flat=True)
        )
        wrong = sum(number > 1 for number in seen.values())
        lost = sum(
            Order.objects.filter(status="new", pk=self.orders[n // 2].pk).count() for n in self.done
        )
        self.report(atomic, lost, wrong, allowed=not atomic)


class TrackChangesRaces(Race):
    recipe = "track_changes"

    def start(self):
        Product.objects.all().delete()
        self.products = [Product.objects.create(name="0") for _ in range(4)]

    @both
    def test_each_old_value_is_one_that_was_new(self, atomic):
        def work(number):
            product = Product.objects.get(pk=self.products[number // 2 % 4].pk)
            product.name = f"n{number}"
            product.save(update_fields=["name"])

        self.run_all(work, atomic)
        wrong = 0
        for product in self.products:
            changes = list(product.changes.values_list("old_value", "new_value"))
            olds = [old for old, _ in changes]
            wrong += len(olds) - len(set(olds))
        recorded = PriceChange.objects.filter(new_value__in=[f"n{n}" for n in self.done])
        self.report(atomic, len(self.done) - recorded.count(), wrong, allowed=not atomic)


class SlugRaces(Race):
    recipe = "slug"

    def start(self):
        Article.objects.all().delete()

    @both
    def test_what_is_not_refused_has_a_slug_of_its_own(self, atomic):
        self.run_all(lambda number: Article.objects.create(title="Tea", text=f"{number}"), atomic)
        there = Article.objects.filter(text__in=[f"{n}" for n in self.done])
        slugs = there.values_list("slug", flat=True)
        self.report(atomic, len(self.done) - len(slugs), len(slugs) - len(set(slugs)))


class FileCleanupRaces(Race):
    recipe = "file_cleanup"

    def start(self):
        Document.objects.all().delete()
        self.pairs, self.names = [], set()
        for number in range(OPERATIONS // 2):
            first = Document.objects.create(title="a", file=ContentFile(b"a", name=f"{number}.txt"))
            second = Document.objects.create(title="b", file=first.file.name)
            self.pairs += [first, second]
            self.names.add(first.file.name)

    @both
    def test_a_shared_file_goes_with_the_last(self, atomic):
        def work(number):
            if number % 4 < 2:
                Document.objects.get(pk=self.pairs[number].pk).delete()
            else:
                row = Document.objects.get(pk=self.pairs[number].pk)
                row.file = (
                    self.pairs[(number - 2) // 4 * 4 + 2].file.name if number % 8 == 6 else ""
                )
                row.save()

        self.run_all(work, atomic)
        used = set(Document.objects.values_list("file", flat=True)) - {""}
        there = {name for name in self.names if default_storage.exists(name)}
        self.report(atomic, len(used - there), len(there - used))


class CacheInvalidateRaces(Race):
    recipe = "cache_invalidate"

    def start(self):
        Article.objects.all().delete()
        self.articles = [Article.objects.create(title=f"{n}") for n in range(OPERATIONS)]
        for article in self.articles:
            cache.set(f"article:{article.pk}", "old")

    @both
    def test_each_commit_drops_its_key(self, atomic):
        self.run_all(lambda number: self.articles[number].save(), atomic)
        keys = [f"article:{self.articles[n].pk}" for n in self.done]
        self.report(atomic, 0, len(cache.get_many(keys)))


class SearchIndexRaces(Race):
    recipe = "search_index"

    def start(self):
        Section.objects.all().delete()
        self.sections = [Section.objects.create(name=f"{n}") for n in range(OPERATIONS)]
        self.calls.clear()

    @both
    def test_each_commit_is_told(self, atomic):
        def work(number):
            section = self.sections[number]
            if number % 2:
                section.delete()
            else:
                section.save()

        keys = [section.pk for section in self.sections]
        self.calls.clear()
        self.run_all(work, atomic)
        wanted = {("unindex" if n % 2 else "index", keys[n]) for n in self.done}
        self.report(atomic, 0, len(wanted ^ set(self.calls)))


class RetryTaskRaces(Tasks):
    recipe = "retry_task"

    def start(self):
        Order.objects.all().delete()
        customer = Customer.objects.create(name="Ada")
        self.orders = [Order.objects.create(customer=customer) for _ in range(OPERATIONS)]

    @both
    def test_each_commit_queues_its_task(self, atomic):
        self.sync_order.reset_mock()
        self.run_all(lambda number: self.orders[number].save(), atomic)
        queued = Counter(each.args[0] for each in self.sync_order.delay.mock_calls)
        wrong = sum(queued[self.orders[n].pk] != 1 for n in self.done)
        self.report(atomic, 0, wrong + sum(queued[self.orders[n].pk] for n in self.raised))


class BulkServiceRaces(Tasks):
    recipe = "bulk_service"

    def start(self):
        Order.objects.all().delete()
        customer = Customer.objects.create(name="Ada")
        self.orders = [Order.objects.create(customer=customer) for _ in range(OPERATIONS)]
        self.calls.clear()

    @both
    def test_each_row_is_told_once(self, atomic):
        keys = [order.pk for order in self.orders]

        def work(number):
            near = [keys[number], keys[(number + 1) % OPERATIONS], keys[number // 2]]
            cancel_orders(Order.objects.filter(status="new", pk__in=near))

        self.calls.clear()
        self.run_all(work, atomic)
        told = Counter(key for _, keys in self.calls for key in keys)
        cancelled = Order.objects.filter(status="cancelled").values_list("pk", flat=True)
        lost = sum(not told[key] for key in cancelled)
        wrong = sum(number > 1 for number in told.values())
        self.report(atomic, lost, wrong)


class M2mGuardRaces(Race):
    recipe = "m2m_guard"

    def start(self):
        Article.objects.all().delete()
        Section.objects.all().delete()
        self.sections = [Section.objects.create(name=n, is_open=n != "b") for n in "abc"]
        self.articles = [Article.objects.create(title=f"{n}") for n in range(4)]

    @both
    def test_nobody_joins_a_closed_one(self, atomic):
        def work(number):
            self.articles[number % 4].sections.add(self.sections[number % 3])

        self.run_all(work, atomic)
        self.report(atomic, 0, Article.objects.filter(sections__is_open=False).count())


class ValidateRaces(Race):
    recipe = "validate"

    def start(self):
        Product.objects.all().delete()

    @both
    def test_no_wrong_row_is_stored(self, atomic):
        def work(number):
            Product.objects.create(name=f"{number}", price=number % 3 - 1)

        self.run_all(work, atomic)
        there = Product.objects.filter(name__in=[f"{n}" for n in self.done])
        self.report(
            atomic, len(self.done) - there.count(), Product.objects.filter(price__lt=0).count()
        )


class LoginAuditRaces(Race):
    recipe = "login_audit"

    def start(self):
        LoginEvent.objects.all().delete()
        get_user_model().objects.all().delete()
        self.user = get_user_model().objects.create(username="ada")

    @both
    def test_each_login_is_recorded(self, atomic):
        def work(number):
            user_logged_in.send(type(self.user), request=None, user=self.user)

        self.run_all(work, atomic)
        self.report(atomic, max(0, len(self.done) - LoginEvent.objects.count()))
