"""Signal receivers of {{ cookiecutter.app }}."""

import logging

from django.core.cache import cache
from django.db.models.signals import post_save
from django.dispatch import receiver

from .models import {{ cookiecutter.model }}
from .tasks import send_mail_task

logger = logging.getLogger(__name__)
{% for n in range(10) %}


@receiver(post_save, sender={{ cookiecutter.model }}, dispatch_uid="{{ cookiecutter.app }}.on_order_{{ n }}")
def on_order_{{ n }}(sender, instance, **kwargs):
    """Tell the customer about order {{ n }}."""
    if kwargs["raw"]:
        return
    if kwargs["created"]:
        send_mail_task.delay(str(instance.id))
        cache.delete("created_{{ n }}")
    elif instance.status == "paid-{{ n }}":
        send_mail_task.delay(str(instance.id))
{% endfor %}
