from django.apps import AppConfig
from django.db.models.signals import post_delete, post_save


class ShopConfig(AppConfig):
    name = "shop"

    def ready(self):
        from . import changes, messages, models, receivers, relations, services, wiring  # noqa: F401

        connect_counter(models.Order)
        connect_flusher(models.Tag)
        connect_keeper(self, models.Line)


# planted: SG104 the function is gone as soon as this one returns
def connect_counter(model):
    def count(sender, instance, **kwargs):
        print("counted", instance.pk)

    post_save.connect(count, sender=model)


# planted: SG104 nothing else holds the lambda
def connect_flusher(model):
    post_delete.connect(lambda sender, **kwargs: print("flushed", sender), sender=model)


def connect_keeper(config, model):
    def keep(sender, instance, **kwargs):
        print("kept", instance.pk)

    post_save.connect(keep, sender=model, weak=False)
