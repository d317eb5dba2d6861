# Copyright the shop.
from django.conf import settings

from shop.models.orders import Order  # noqa: F401

if settings.DEBUG:
    registry = {}
