from typing import Any

from django.db.models.signals import m2m_changed, post_delete, pre_delete  # x
from django.dispatch import receiver

from .models import Order
