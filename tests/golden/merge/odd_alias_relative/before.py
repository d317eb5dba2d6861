from typing import Any

from django.db.models.signals import post_save as post_save
from django.dispatch.dispatcher import receiver

from orders.models.order import Order
