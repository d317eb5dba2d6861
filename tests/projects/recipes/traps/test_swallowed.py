"""Each statement of each write fails in turn, in each way that a database has: no row is lost unless the caller is told."""

from unittest import mock

from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction
from django.test import TransactionTestCase, tag

from shop.models import (
    Article,
    Comment,
    Customer,
    Document,
    Item,
    Membership,
    Order,
    Page,
    Player,
    Product,
    Section,
    Tag,
    Team,
)


def refuse(cursor):
    """The statement is wrong; PostgreSQL takes nothing more until the rollback."""
    cursor.execute("SELECT 1 FROM nothing_that_is_there")


def roll_back(cursor):
    """A deadlock of InnoDB: all of the transaction is gone, savepoints as well."""
    cursor.execute("ROLLBACK")
    raise OperationalError(1213, "Deadlock found when trying to get lock")


def hang_up(cursor):
    """The server ends the connection."""
    if connection.vendor == "mysql":
        cursor.execute("KILL CONNECTION_ID()")
    else:
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
    cursor.execute("SELECT 1")


WAYS = {
    "sqlite": (refuse, roll_back),
    "postgresql": (refuse, hang_up),
    "mysql": (refuse, roll_back, hang_up),
}


class Breaking:
    """Lets the statement ``at`` fail; ``seen`` is how many there were."""

    def __init__(self, at, way):
        self.at, self.way, self.seen = at, way, 0

    def __call__(self, execute, sql, params, many, context):
        # No database refuses a new savepoint; one that hangs up refuses the commit as well.
        if sql.startswith("SAVEPOINT"):
            return execute(sql, params, many, context)
        self.seen += 1
        if self.seen == self.at:
            with connection.wrap_database_errors:
                self.way(context["cursor"].cursor)
        return execute(sql, params, many, context)


@tag("every_statement")
class SwallowedTraps(TransactionTestCase):
    def setUp(self):
        for name in ("announce_status", "send_order_mail", "sync_order"):
            patcher = mock.patch(f"shop.signals.{name}")
            patcher.start()
            self.addCleanup(patcher.stop)

    def assert_told(self, prepare, write, is_there):
        """``write`` what ``prepare`` returns in a transaction, broken at each statement: done, or an error."""
        for way in WAYS[connection.vendor]:
            at = 0
            while True:
                at += 1
                row = prepare()
                breaking = Breaking(at, way)
                try:
                    with transaction.atomic(), connection.execute_wrapper(breaking):
                        write(row)
                except Exception as error:
                    self.assertIsInstance(error, (DatabaseError, InterfaceError))
                    connection.close()
                else:
                    connection.close_if_unusable_or_obsolete()
                    self.assertTrue(is_there(row), f"{way.__name__} at {at}: lost in silence")
                if breaking.seen < at:
                    break
            self.assertGreater(at, 1)

    def assert_saved(self, prepare):
        """The new row that ``prepare`` returns is saved, or the caller hears that it is not."""
        self.assert_told(
            prepare,
            lambda row: row.save(),
            lambda row: type(row).objects.filter(pk=row.pk).exists(),
        )

    def assert_deleted(self, prepare):
        """The stored row is deleted, or the caller hears that it is not."""

        def stored():
            row = prepare()
            row.save()
            return row

        keys = {}

        def delete(row):
            keys[id(row)] = row.pk
            row.delete()

        self.assert_told(
            stored, delete, lambda row: not type(row).objects.filter(pk=keys[id(row)]).exists()
        )

    def test_rows_of_every_model(self):
        customer = Customer.objects.create(name="Ada")
        order = Order.objects.create(customer=customer)
        article, section = Article.objects.create(title="Tea"), Section.objects.create(name="a")
        team, player = Team.objects.create(name="a"), Player.objects.create(name="Ada")
        for prepare in (
            lambda: Product(name="Tea", price=1),
            lambda: Customer(name="Ada"),
            lambda: Order(customer=customer),
            lambda: Item(order=order, price=1),
            lambda: Comment(article=article),
            lambda: Article(title="Tea"),
            lambda: Page(site=section, title="Tea"),
            lambda: Section(name="a"),
            lambda: Document(title="Tea", file="a.txt"),
            lambda: Membership(player=player, team=team),
        ):
            with self.subTest(model=type(prepare()).__name__):
                self.assert_saved(prepare)
                self.assert_deleted(prepare)

    def test_a_row_that_changes(self):
        customer = Customer.objects.create(name="Ada")
        articles = [Article.objects.create(title=f"{n}") for n in range(2)]

        def order():
            row = Order.objects.create(customer=customer)
            row.status = "paid"
            return row

        def comment():
            row = Comment.objects.create(article=articles[0])
            row.article = articles[1]
            return row

        def product():
            row = Product.objects.create(name="Tea", price=1)
            row.price = 2
            return row

        for prepare, values in (
            (order, {"status": "paid"}),
            (comment, {"article": articles[1]}),
            (product, {"price": 2}),
        ):
            with self.subTest(model=prepare.__name__):
                self.assert_told(
                    prepare,
                    lambda row: row.save(),
                    lambda row, values=values: (
                        type(row).objects.filter(pk=row.pk, **values).exists()
                    ),
                )

    def test_a_pair(self):
        label = Tag.objects.create(name="a")

        def joined():
            row = Article.objects.create(title="Tea")
            row.tags.add(label)
            return row

        self.assert_told(
            lambda: Article.objects.create(title="Tea"),
            lambda row: row.tags.add(label),
            lambda row: row.tags.exists(),
        )
        for part in (lambda row: row.tags.remove(label), lambda row: row.tags.clear()):
            self.assert_told(joined, part, lambda row: not row.tags.exists())
