from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from . import checks, panels  # NOQA: F401


class OrdersConfig(AppConfig):
    name = "orders"
    label = "shoporders"
    verbose_name = _("Orders")

    def ready(self):
        from orders.signal_handlers import register_signal_handlers

        register_signal_handlers()
