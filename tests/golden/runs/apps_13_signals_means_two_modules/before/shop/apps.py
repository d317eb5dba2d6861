from django.apps import AppConfig
from django.db.models import signals


class ShopConfig(AppConfig):
    name = "shop"

    def ready(self):
        from . import signals as handlers

        signals.post_save.connect(handlers.changed, sender=self.get_model("Order"))
