"""Tests of the signal receivers of fresh."""

from unittest import SkipTest

from django.test import SimpleTestCase


class ReceiversTests(SimpleTestCase):
    """Tests to come."""

    def test_later(self):
        """The next run writes the tests."""
        raise SkipTest("fresh.models has no Order yet: run signalgen new again later")
