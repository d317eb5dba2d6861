"""Receivers."""

from django.dispatch import Signal

from .handlers import on_saved, on_deleted  # noqa: F401

#: Sent with: order.
order_paid = Signal()
