"""Signal receivers of shop."""

import logging

from allauth.account.signals import user_signed_up
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.core.cache import cache
from django.core.signals import request_started, setting_changed
from django.db import transaction
from django.db.models.signals import post_delete, post_migrate, post_save
from django.dispatch import receiver
from thing.signals import whatever

from crm.models import Lead

from .models import Product

logger = logging.getLogger(__name__)


@receiver([post_save, post_delete], sender=Product, dispatch_uid="shop.a")
@receiver([post_save, post_delete], sender=Lead, dispatch_uid="shop.a")
@receiver(
    [post_save, post_delete], sender=settings.AUTH_USER_MODEL, dispatch_uid="shop.a"
)
@receiver([post_save, post_delete], sender=Group, dispatch_uid="shop.a")
@receiver([post_save, post_delete], sender="blog.Post", dispatch_uid="shop.a")
def a(sender, instance, using, raw=False, **kwargs):
    """Handle post_save and post_delete of Product or Lead or User or Group."""
    if raw:
        return
    transaction.on_commit(cache.clear, using=using)


@receiver(user_logged_in, sender=get_user_model(), dispatch_uid="shop.b")
def b(sender, request, user, **kwargs):
    """Handle user_logged_in of User."""
    cache.set("u", user.pk)


@receiver([user_logged_in, user_logged_out], dispatch_uid="shop.c")
def c(sender, request, user, **kwargs):
    """Handle user_logged_in and user_logged_out."""
    transaction.on_commit(cache.clear)


@receiver(user_signed_up, dispatch_uid="shop.d")
def d(sender, request, user, **kwargs):
    """Handle user_signed_up."""
    logger.info(user)


@receiver(whatever, dispatch_uid="shop.e")
def e(sender, strange, **kwargs):
    """Handle whatever."""
    logger.info(strange)


@receiver(request_started, dispatch_uid="shop.f")
def f(sender, **kwargs):
    """Handle request_started."""
    cache.clear()


@receiver(post_migrate, dispatch_uid="shop.g")
def g(sender, using, **kwargs):
    """Handle post_migrate."""
    transaction.on_commit(cache.clear, using=using)


@receiver(setting_changed, dispatch_uid="shop.h")
def h(sender, setting, **kwargs):
    """Handle setting_changed."""
    if setting != "X":
        return
    cache.clear()
