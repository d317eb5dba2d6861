"""Traps around saved and deleted rows."""

import json
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import mock

from django.core.management import call_command
from django.db import transaction
from django.db.models.signals import post_save
from django.test import TestCase, TransactionTestCase

from shop import collaborators
from shop.models import AuditEntry, Customer, Product, Profile


class Rollback(Exception):
    """Ends a transaction."""


def load(*rows):
    """Load rows as a fixture."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "rows.json"
        path.write_text(json.dumps(rows))
        call_command("loaddata", str(path), verbosity=0)


class Calls:
    """Collects what the collaborators were called with."""

    def setUp(self):
        collaborators.CALLS.clear()
        self.calls = collaborators.CALLS


class AuditLogTraps(TestCase):
    def test_values_are_json_safe(self):
        product = Product.objects.create(name="Tea", price=Decimal("9.50"))
        entry = AuditEntry.objects.get()
        self.assertEqual(entry.action, "created")
        self.assertEqual(entry.object_id, str(product.pk))
        self.assertEqual(entry.data, {"name": "Tea", "price": "9.50"})

    def test_a_failing_row_leaves_the_change(self):
        def fail(**values):
            AuditEntry(action=None).save()

        with mock.patch("shop.signals.AuditEntry.objects.create", fail):
            with self.assertLogs("shop.signals", "ERROR"):
                Product.objects.create(name="Tea")
        self.assertEqual(Product.objects.count(), 1)

    def test_a_deleted_row_keeps_its_key(self):
        product = Product.objects.create(name="Tea")
        key = str(product.pk)
        product.delete()
        self.assertEqual(AuditEntry.objects.last().object_id, key)
        self.assertEqual(AuditEntry.objects.last().action, "deleted")


class NotifyTraps(Calls, TransactionTestCase):
    def test_nothing_leaves_before_the_commit(self):
        with transaction.atomic():
            customer = Customer.objects.create(name="Ada")
            self.assertEqual(self.calls, [])
        self.assertEqual(self.calls, [("announce", customer.pk)])

    def test_nothing_leaves_after_a_rollback(self):
        with self.assertRaises(Rollback), transaction.atomic():
            Customer.objects.create(name="Ada")
            raise Rollback
        self.assertEqual(self.calls, [])

    def test_a_deleted_row_is_announced_by_its_key(self):
        customer = Customer.objects.create(name="Ada")
        key = customer.pk
        self.calls.clear()
        with transaction.atomic():
            customer.delete()
        self.assertEqual(self.calls, [("announce", key)])


class CreateRelatedTraps(TestCase):
    def test_every_row_has_one(self):
        customer = Customer.objects.create(name="Ada")
        self.assertEqual(customer.profile.language, "en")

    def test_one_that_is_there_is_kept(self):
        customer = Customer.objects.create(name="Ada")
        post_save.send(
            Customer,
            instance=customer,
            created=True,
            raw=False,
            using="default",
            update_fields=None,
        )
        self.assertEqual(Profile.objects.count(), 1)

    def test_a_fixture_brings_its_own(self):
        load(
            {"model": "shop.customer", "pk": 7, "fields": {"name": "Ada"}},
            {
                "model": "shop.profile",
                "pk": 9,
                "fields": {"customer": 7, "language": "fr"},
            },
        )
        self.assertEqual(Profile.objects.get().language, "fr")


class NormalizeTraps(TestCase):
    def test_text_is_normalized(self):
        customer = Customer.objects.create(name="  Ada   L. ", email=" A@B.org ")
        self.assertEqual((customer.name, customer.email), ("Ada L.", "a@b.org"))

    def test_none_is_left_alone(self):
        customer = Customer.objects.create(name="Ada", nickname=None)
        self.assertIsNone(customer.nickname)
