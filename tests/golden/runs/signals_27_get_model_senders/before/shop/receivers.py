from django.conf import settings
from django.db.models.signals import post_delete

from shop.loading import get_model

Order = get_model("shop", "Order")

if settings.DELETE_FILES:
    from django.dispatch import receiver

    from shop.files import clean

    @receiver(post_delete, sender=Order)
    def gone(sender, instance, **kwargs):
        clean(instance)

    for model in (Order,):
        post_delete.connect(gone, sender=model)
