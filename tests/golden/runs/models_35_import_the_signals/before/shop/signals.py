from django.db.models.signals import post_delete
from django.dispatch import receiver


@receiver(post_delete, sender="shop.Order")
def own(sender, **kwargs):
    pass
