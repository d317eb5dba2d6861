"""Signal receivers of shop."""

import logging
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.signals import user_logged_in
from django.core.cache import cache
from django.db import transaction
from django.db.models.signals import m2m_changed, post_save, pre_save
from django.dispatch import Signal, receiver
from django.http import HttpRequest

from .models import Order, Product
from .tasks import job

if TYPE_CHECKING:
    from django.contrib.auth.models import User

logger = logging.getLogger(__name__)

#: Paid.
#: Sender: Order.
#: Arguments: order (Order), tag (Tag | None).
paid = Signal()


@receiver(pre_save, sender=Order, dispatch_uid="shop.a.before")
def remember_a(
    sender: type[Order], instance: Order, raw: bool, using: str, **kwargs: Any
) -> None:
    """Keep the stored values that a compares with."""
    if raw:
        return
    vars(instance)["_a_before"] = (
        sender._base_manager.using(using)
        .filter(pk=instance.pk)
        .values("status")
        .first()
        if instance.pk is not None
        else None
    )


@receiver(post_save, sender=Order, dispatch_uid="shop.a")
def a(
    sender: type[Order],
    instance: Order,
    created: bool,
    raw: bool,
    update_fields: frozenset[str] | None = None,
    **kwargs: Any
) -> None:
    """Handle post_save of Order."""
    stored = vars(instance).pop("_a_before", None)
    if raw:
        return
    cache.set("x", created)
    if (
        stored is not None
        and stored["status"] != instance.status
        and (update_fields is None or "status" in update_fields)
    ):
        old = stored["status"]
        logger.info(old)


@receiver(m2m_changed, sender=Product.tags.through, dispatch_uid="shop.b")
def b(
    sender: Any,
    action: str,
    instance: Product,
    reverse: bool,
    pk_set: set[int] | None,
    using: str,
    raw: bool = False,
    **kwargs: Any
) -> None:
    """Handle m2m_changed of Product."""
    if raw or reverse:
        return
    if action == "post_add" and pk_set:
        transaction.on_commit(cache.clear, using=using)


@receiver(user_logged_in, sender=get_user_model(), dispatch_uid="shop.c")
def c(sender: Any, request: HttpRequest, user: "User", **kwargs: Any) -> None:
    """Handle user_logged_in of User."""
    cache.set("u", user.pk)


@receiver(post_save, sender=Order, dispatch_uid="shop.d")
@receiver(post_save, sender=settings.AUTH_USER_MODEL, dispatch_uid="shop.d")
def d(
    sender: type[Order | "User"],
    instance: Order | "User",
    raw: bool,
    using: str,
    **kwargs: Any
) -> None:
    """Handle post_save of Order or User."""
    if raw:
        return

    def after_commit() -> None:
        job.delay(instance.pk)

    transaction.on_commit(after_commit, using=using)
