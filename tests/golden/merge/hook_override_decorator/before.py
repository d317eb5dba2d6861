from typing import override

from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "orders"

    @override
    def ready(self) -> None:
        super().ready()
        start()
