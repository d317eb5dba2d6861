"""Receivers of many-to-many changes."""

from django.db.models.signals import m2m_changed, post_save
from django.dispatch import receiver

from .models import Order, Product, Tag


# planted: SG304 the sender is the through model
@receiver(m2m_changed, sender=Product)
def count_tags(sender, instance, action, **kwargs):
    if action == "post_add":
        print("tags of", instance.pk)


# planted: SG402 there is no pk_set when everything is cleared
@receiver(m2m_changed, sender=Product.tags.through)
def note_tags(sender, instance, action, reverse, pk_set, **kwargs):
    if not reverse:
        print("tags", sorted(pk_set))


@receiver(m2m_changed, sender=Product.tags.through)
def note_added_tags(sender, instance, action, reverse, pk_set, **kwargs):
    if action == "post_add" and not reverse:
        Tag.objects.filter(pk__in=pk_set).update(name="used")


# planted: SG404 a new order has no products yet
@receiver(post_save, sender=Order)
def sum_up(sender, instance, created, raw, **kwargs):
    if created and not raw:
        total = sum(product.price for product in instance.products.all())
        Order.objects.filter(pk=instance.pk).update(total=total)
