from unittest import mock

from django.db.models.signals import post_save
from django.test import TestCase

from depot import receivers
from depot.models import Crate


class CrateTests(TestCase):
    # planted: SG116 the function that is connected stays the same
    @mock.patch("depot.receivers.seal")
    def test_no_seal(self, seal):
        Crate.objects.create(label="a")

    def test_seal(self):
        crate = Crate.objects.create(label="b")
        self.assertIsNotNone(crate.seal)


class QuietCrateTests(TestCase):
    # planted: SG118 it stays away for all tests that follow
    def setUp(self):
        post_save.disconnect(receivers.seal, sender=Crate)

    def test_label(self):
        self.assertEqual(Crate.objects.create(label="c").label, "c")
