"""Signal receivers of shop."""

import logging

from django.contrib.auth import get_user_model
from django.contrib.auth.signals import user_logged_in
from django.core.cache import cache
from django.db import transaction
from django.db.models.signals import post_save
from django.dispatch import receiver

from .models import Order, Tag

logger = logging.getLogger(__name__)


@receiver(post_save, sender=Order, dispatch_uid="shop.plain")
def plain(sender, instance, raw, using, **kwargs):
    """Handle post_save of Order."""
    if raw:
        return
    try:
        transaction.on_commit(cache.clear, using=using)
    except Exception:
        logger.exception("plain failed for %s", instance.pk)


@receiver(post_save, sender=Order, dispatch_uid="shop.rows")
def rows(sender, instance, raw, using, **kwargs):
    """Handle post_save of Order."""
    if raw:
        return
    try:
        with transaction.atomic(using=using):
            Tag.objects.create(name="x")
    except Exception:
        if transaction.get_connection(using).needs_rollback:
            raise  # the savepoint is gone, and the caller's own rows with it
        logger.exception("rows failed for %s", instance.pk)


@receiver(user_logged_in, sender=get_user_model(), dispatch_uid="shop.login")
def login(sender, request, user, **kwargs):
    """Handle user_logged_in of User."""
    try:
        transaction.on_commit(cache.clear)
    except Exception:
        logger.exception("login failed")
