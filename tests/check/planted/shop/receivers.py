"""Receivers around orders. A line that is marked ``planted`` starts a defect; everything else is meant to be sound."""

import time
from functools import partial

import requests
from django.db import transaction
from django.db.models.signals import post_delete, post_save, pre_save
from django.dispatch import receiver

from .messages import write_once_committed, write_to_buyer
from .models import Line, Log, Order, Product, Stamped
from .tasks import index_product, send_confirmation


# planted: SG101 the worker may run before the row is there
@receiver(post_save, sender=Order, dispatch_uid="shop.confirm")
def confirm(sender, instance, created, raw, **kwargs):
    if created and not raw:
        send_confirmation.delay(instance.pk)


@receiver(post_save, sender=Order, dispatch_uid="shop.confirm_later")
def confirm_later(sender, instance, created, raw, using, **kwargs):
    if created and not raw:
        transaction.on_commit(partial(send_confirmation.delay, instance.pk), using=using)


# planted: SG101 the mail is sent by a helper, and stays sent after a rollback
@receiver(post_save, sender=Order, dispatch_uid="shop.thank")
def thank(sender, instance, created, raw, **kwargs):
    if created and not raw:
        write_to_buyer(instance)


@receiver(post_save, sender=Order, dispatch_uid="shop.thank_later")
def thank_later(sender, instance, created, raw, **kwargs):
    if created and not raw:
        write_once_committed(instance)


# planted: SG101 the same, registered by a call
def index(sender, instance, raw, **kwargs):
    if not raw:
        index_product.delay(instance.pk)


post_save.connect(index, sender=Product, dispatch_uid="shop.index")


# planted: SG102 the request waits for another server, and so does whoever saves
@receiver(post_save, sender=Product, dispatch_uid="shop.publish")
def publish(sender, instance, raw, using, **kwargs):
    if raw:
        return

    def post():
        requests.post("https://example.com/products", json={"pk": instance.pk}, timeout=30)

    transaction.on_commit(post, using=using)


# planted: SG102 everybody waits
@receiver(pre_save, sender=Order, dispatch_uid="shop.throttle")
def throttle(sender, instance, raw, **kwargs):
    if not raw:
        time.sleep(0.2)


# planted: SG201 without end
@receiver(post_save, sender=Product, dispatch_uid="shop.fill_slug")
def fill_slug(sender, instance, raw, **kwargs):
    if raw:
        return
    instance.slug = instance.name.lower()
    instance.save()


@receiver(pre_save, sender=Product, dispatch_uid="shop.trim_name")
def trim_name(sender, instance, raw, **kwargs):
    if not raw:
        instance.name = instance.name.strip()


@receiver(post_save, sender=Product, dispatch_uid="shop.touch_price")
def touch_price(sender, instance, raw, **kwargs):
    if not raw:
        Product.objects.filter(pk=instance.pk, price=None).update(price=0)


# planted: SG301 Django refuses it when DEBUG is on
@receiver(post_delete, sender=Line)
def forget_line(sender, instance):
    print("forgotten", instance.pk)


# planted: SG302 pre_save does not say created
@receiver(pre_save, sender=Line)
def price_line(sender, instance, created, **kwargs):
    if created:
        instance.quantity = max(instance.quantity, 1)


# planted: SG303 no row is ever of an abstract model
@receiver(post_save, sender=Stamped)
def note_stamp(sender, instance, **kwargs):
    print("stamped", instance.pk)


# planted: SG406 the file is gone even if the row comes back
@receiver(post_delete, sender=Product)
def remove_photo(sender, instance, **kwargs):
    instance.photo.delete(save=False)


@receiver(post_delete, sender=Product)
def remove_photo_later(sender, instance, using, **kwargs):
    photo = instance.photo
    transaction.on_commit(partial(photo.storage.delete, photo.name), using=using)


# planted: SG408 inside a transaction the next query fails
@receiver(post_save, sender=Order)
def log_quietly(sender, instance, raw, **kwargs):
    if raw:
        return
    try:
        Log.objects.create(text=f"order {instance.pk}")
    except Exception:
        pass


@receiver(post_save, sender=Order)
def log_safely(sender, instance, raw, using, **kwargs):
    if raw:
        return
    try:
        with transaction.atomic(using=using):
            Log.objects.create(text=f"order {instance.pk}")
    except Exception:
        print("no log for", instance.pk)


# planted: SG501 a query for every line
@receiver(post_save, sender=Order)
def name_products(sender, instance, raw, **kwargs):
    if raw:
        return
    names = []
    for line in instance.lines.all():
        names.append(Product.objects.get(pk=line.product_id).name)
    print(names)


@receiver(post_save, sender=Order)
def name_products_at_once(sender, instance, raw, **kwargs):
    if raw:
        return
    print([line.product.name for line in instance.lines.select_related("product")])


# planted: SG801 the row is not there when the commit is only planned, and a failing save plans it as well
@receiver(pre_save, sender=Order)
def announce(sender, instance, raw, using, **kwargs):
    if not raw:
        transaction.on_commit(partial(print, "soon", instance.status), using=using)
