"""What rules follow: methods of managers and of rows in a loop, clients that a function makes, threads, queues, constants."""

from __future__ import annotations

import pytest
from check_kit import HEAD, assert_flags, assert_silent

SAVED = "@receiver(post_save, sender=Order)\ndef saved(sender, instance, **kwargs):\n"
MAIL = "from threading import Thread\nfrom django.core.mail import send_mail\nimport stripe\n"
CLIENT = "def client():\n    return stripe.StripeClient('key')\n"
SESSION = "import requests\ndef session():\n    made = requests.Session()\n    return made\n"
MANAGERS = """\
from django.db import models


class Rows(models.QuerySet):
    def close(self, order):
        self.filter(order=order).update(open=False)

    def open(self, order):
        self.create(order=order)

    def label(self, order):
        return str(order)


class Entries(models.Manager):
    def close(self, order):
        self.filter(order=order).update(open=False)


class Book(models.Model):
    first = Entries()
    objects = {objects}

    def strike(self):
        self.delete()

    def title(self):
        return "book"
"""
BOOKS = "from shop.books import Book\n" + HEAD


def books(source: str, objects: str = "Rows.as_manager()") -> dict[str, str]:
    return {
        "shop/books.py": MANAGERS.replace("{objects}", objects),
        "shop/signals.py": BOOKS + source,
    }


@pytest.mark.parametrize(
    "objects", ["Rows.as_manager()", "models.Manager.from_queryset(Rows)()", "Entries()"]
)
def test_the_methods_of_a_manager_are_followed(objects: str):
    assert_flags(books(f"{SAVED}    Book.objects.close(instance)  # SG401\n", objects), "SG401")


def test_a_manager_that_has_another_name_is_another():
    assert_flags(books(f"{SAVED}    Book.first.close(instance)  # SG401\n"), "SG401")
    assert_silent(books(f"{SAVED}    Book.second.close(instance)\n"), "SG401")


def test_a_method_of_a_manager_creates_on_itself():
    assert_flags(books(f"{SAVED}    Book.objects.open(instance)  # SG401\n"), "SG401")


def test_a_method_of_a_manager_that_asks_nothing_is_no_query():
    assert_silent(books(f"{SAVED}    Book.objects.label(instance)\n"), "SG401")


@pytest.mark.parametrize(
    "rows", ["Book.objects.filter(open=True)", "Book.objects.all().iterator()", "books"]
)
def test_the_methods_of_rows_in_a_loop_are_followed(rows: str):
    loop = (
        f"    books = Book.objects.all()\n    for book in {rows}:\n        book.strike()  # SG501\n"
    )
    assert_flags(books(SAVED + loop), "SG501")


@pytest.mark.parametrize(
    "loop",
    [
        "for book in Book.objects.all():\n        book.title()",
        "for book in Book.objects.first().pages:\n        book.strike()",
        "for book in shelf(instance):\n        book.strike()",
    ],
)
def test_what_is_no_row_or_asks_nothing_is_left_alone(loop: str):
    assert_silent(books(f"{SAVED}    {loop}\n"), "SG501")


@pytest.mark.parametrize(
    "write",
    [
        "instance.things.get_or_create(kind=1)",
        "instance.user.save()",
        "instance.tags.set([])",
        "instance.card = Tag()\n    instance.card.name = ''\n    instance.card.save()",
        "made = Model()\n    made.save()",
    ],
)
def test_writes_that_are_certain_without_a_manager(write: str):
    source = HEAD + SAVED + f"    Model = apps.get_model('shop', 'Tag')\n    {write}  # SG401\n"
    assert_flags(source, "SG401")


@pytest.mark.parametrize(
    "call",
    [
        "get_or_create(kind=1)",
        "instance.number.save()",
        "instance.words.set([])",
        "instance.card = Card()\n    instance.card.save()",
        "made = Card()\n    made.save()",
        "instance.email.remove('x')",
    ],
)
def test_what_may_be_no_row_is_left_alone(call: str):
    assert_silent(HEAD + SAVED + f"    {call}\n", "SG401")


def test_rows_that_are_unlinked_one_by_one():
    assert_flags(
        HEAD + SAVED + "    for tag in wanted():\n        instance.tags.remove(tag)  # SG501\n",
        "SG501",
    )


def test_a_list_that_shrinks_is_no_query():
    assert_silent(
        HEAD + SAVED + "    for tag in wanted():\n        instance.seen.remove(tag)\n", "SG501"
    )


@pytest.mark.parametrize(
    "rounds", ["batched(keys, 50)", "chunked(keys)", "range(0, count, 500)", "in_batches(keys)"]
)
def test_batches_are_no_query_for_each_element(rounds: str):
    source = f"    for keys in {rounds}:\n        Tag.objects.filter(pk__in=keys).delete()\n"
    assert_silent(HEAD + SAVED + source, "SG501")


def test_a_range_of_single_steps_is():
    assert_flags(
        HEAD + SAVED + "    for key in range(count):\n        Tag.objects.get(pk=key)  # SG501\n",
        "SG501",
    )


@pytest.mark.parametrize(
    "flag", ["getattr(instance, '_moved', False)", "getattr(instance, '_moved', None)"]
)
def test_what_an_attribute_asks_for_does_not_happen_to_fixtures(flag: str):
    assert_silent(
        HEAD + SAVED + f"    if not {flag}:\n        return\n    Tag.objects.create()\n", "SG401"
    )


@pytest.mark.parametrize(
    "flag", ["not getattr(instance, '_quiet', False)", "getattr(instance, '_loud', True)"]
)
def test_what_an_attribute_forbids_does(flag: str):
    assert_flags(HEAD + SAVED + f"    if {flag}:\n        Tag.objects.create()  # SG401\n", "SG401")


def test_a_constant_that_is_set_twice_is_none():
    twice = "OFF = True\nif host():\n    OFF = False\n"
    assert_flags(
        HEAD + twice + SAVED + "    if OFF:\n        return\n    Tag.objects.create()  # SG401\n",
        "SG401",
    )
    assert_silent(
        HEAD + "OFF = True\n" + SAVED + "    if OFF:\n        return\n    Tag.objects.create()\n",
        "SG401",
    )


@pytest.mark.parametrize(
    "call",
    [
        "Thread(target=send_mail, args=('x',)).start()",
        "stripe.StripeClient('key').customers.update('x')",
        "client().customers.update('x')",
        "made = client()\n    made.customers.update('x')",
        "stripe.Customer.modify('x')",
    ],
)
def test_work_of_threads_and_of_clients_is_an_effect(call: str):
    assert_flags(HEAD + MAIL + CLIENT + SAVED + f"    {call}  # SG101\n", "SG101")


@pytest.mark.parametrize(
    "call",
    [
        "Thread(target=work).start()",
        "Thread(args=(send_mail,)).start()",
        "client().customers.name('x')",
        "made = other()\n    made.customers.update('x')",
        "stripe.Webhook.construct_event('x')",
        "stripe.error.StripeError('x')",
    ],
)
def test_other_threads_and_clients_are_not(call: str):
    assert_silent(HEAD + MAIL + CLIENT + SAVED + f"    {call}\n", "SG101")


def test_nobody_waits_for_a_thread():
    threads = "    Thread(target=stripe.Customer.modify).start()\n    Thread(target=requests.get).start()\n"
    assert_silent(HEAD + MAIL + SESSION + SAVED + threads, "SG102")


def test_a_session_that_a_function_makes_is_waited_for():
    assert_flags(
        HEAD + SESSION + SAVED + "    session().get('https://example.com')  # SG102\n", "SG102"
    )


def test_a_parameter_that_nothing_looks_at_is_no_look_at_raw():
    head = (
        HEAD + "@receiver(post_save, sender=Order)\ndef saved(sender, instance, raw, **kwargs):\n"
    )
    assert_flags(head + "    Tag.objects.create()  # SG401\n", "SG401")
    assert_silent(head + "    write(instance, raw)\n    Tag.objects.create()\n", "SG401")


@pytest.mark.parametrize("base", ["models.Manager", "Rows", "TreeManager"])
def test_what_a_manager_asks_of_itself_is_a_query(base: str):
    assert_flags(desk(base) + SAVED + "    desk(instance)  # SG401\n", "SG401")


@pytest.mark.parametrize("base", ["object", "Desk", "BaseManager", "Unknown", "HeapManager"])
def test_other_classes_that_manage_something_ask_none(base: str):
    assert_silent(desk(base) + SAVED + "    desk(instance)\n", "SG401")


@pytest.mark.parametrize("head", ["import shop.tools\n", "from lib import shop\n"])
def test_what_is_imported_is_no_related_manager(head: str):
    files = {
        "shop/tools.py": "def get_or_create(order):\n    return 1\n",
        "shop/signals.py": HEAD + head + SAVED + "    shop.tools.get_or_create(instance)\n",
    }
    assert_silent(files, "SG401")


def desk(base: str) -> str:
    """Return a class of that base that creates on itself, and a function that lets it."""
    return (
        f"{HEAD}from django.db import models\nfrom multiprocessing.managers import BaseManager\n"
        "from mptt.managers import TreeManager\nclass Rows(models.QuerySet): ...\nclass Desk: ...\n"
        f"class HeapManager: ...\nclass Work({base}):\n    def start(self, order):\n        self.create(order=order)\n"
        "def desk(order):\n    Work().start(order)\n"
    )
