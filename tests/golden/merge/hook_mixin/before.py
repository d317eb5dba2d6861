from core.mixins import ReadyMixin
from django.apps import AppConfig


class OrdersConfig(ReadyMixin, AppConfig):
    name = "orders"
    # the end of the class


x = 1
