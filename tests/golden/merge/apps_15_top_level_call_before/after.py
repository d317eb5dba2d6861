from django.apps.config import AppConfig

import monkeypatch

monkeypatch.patch()


class OrdersConfig(AppConfig):
    name = "orders"

    def ready(self):
        import orders.badges  # noqa
        import orders.signals  # noqa
