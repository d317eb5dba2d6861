from core.decorators import search_receiver
from django.db.models.signals import post_delete, post_save
from orders.models import Order


@search_receiver(post_save, Order)
def update(instance, **kw):
    index(instance)
