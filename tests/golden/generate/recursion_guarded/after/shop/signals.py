"""Signal receivers of shop."""

import logging
from contextvars import ContextVar

from django.db import transaction
from django.db.models.signals import post_save
from django.dispatch import receiver

from .models import Order

logger = logging.getLogger(__name__)

_on_saved_running: ContextVar[bool] = ContextVar("on_saved_running", default=False)


@receiver(post_save, sender=Order, dispatch_uid="shop.on_saved")
def on_saved(sender, instance, raw, using, **kwargs):
    """Handle post_save of Order."""
    if raw:
        return
    if _on_saved_running.get():
        return
    try:
        with transaction.atomic(using=using):
            token = _on_saved_running.set(True)
            try:
                instance.save()
            finally:
                _on_saved_running.reset(token)
    except Exception:
        if transaction.get_connection(using).needs_rollback:
            raise  # the savepoint is gone, and the caller's own rows with it
        logger.exception("on_saved failed for %s", instance.pk)
