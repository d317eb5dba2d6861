"""Registrations that clash or cannot be undone."""

from django.db.models.signals import post_save, pre_delete
from django.dispatch import Signal, receiver

from .models import Line, Log, Order, Tag
from .signals import order_shipped


def first(sender, instance, **kwargs):
    print("first", instance.pk)


def second(sender, instance, **kwargs):
    print("second", instance.pk)


# planted: SG105 two functions under one uid: the second is never connected
post_save.connect(first, sender=Tag, dispatch_uid="shop.tag")
post_save.connect(second, sender=Tag, dispatch_uid="shop.tag")


def third(sender, instance, **kwargs):
    print("third", instance.pk)


# planted: SG106 without the uid nothing is disconnected
def pause():
    pre_delete.disconnect(third, sender=Tag)


pre_delete.connect(third, sender=Tag, dispatch_uid="shop.third")


# planted: SG108 it runs twice
@receiver(post_save, sender=Log, dispatch_uid="shop.log.one")
@receiver(post_save, sender=Log, dispatch_uid="shop.log.two")
def echo(sender, instance, **kwargs):
    print(instance.text)


# planted: SG109 the second function of this name takes the first one's life
@receiver(post_save, sender=Line)
def recount(sender, instance, **kwargs):
    print("recount", instance.pk)


@receiver(pre_delete, sender=Line)
def recount(sender, instance, **kwargs):
    print("recount", instance.pk)


# planted: SG303 a plain signal compares senders by identity
@receiver(order_shipped, sender="shop.Order")
def follow(sender, order, **kwargs):
    print("shipped", order.pk)


# planted: SG702 nobody can ever listen to it
def close(order):
    closed = Signal()
    closed.send(sender=Order, order=order)


def open_again(order):
    reopened = Signal()
    return reopened
