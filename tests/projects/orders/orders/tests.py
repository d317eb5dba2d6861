from decimal import Decimal

from django.test import SimpleTestCase

from orders.models import Order, OrderItem


class OrderTests(SimpleTestCase):
    def test_a_new_order_is_pending_and_costs_nothing(self):
        order = Order(number="A-1")
        self.assertEqual(order.status, Order.Status.PENDING)
        self.assertEqual(order.total, Decimal("0"))

    def test_an_item_says_what_it_is(self):
        self.assertEqual(str(OrderItem(product_name="Pen", quantity=2)), "2 x Pen")
