from django.test import SimpleTestCase

from stock.models import is_barcode


class BarcodeTests(SimpleTestCase):
    def test_the_check_digit_counts(self):
        self.assertTrue(is_barcode("10000001"))
        self.assertFalse(is_barcode("10000002"))
