lazy import json


class OrdersConfig[T = int](AppConfig):
    name = 'orders'

    def ready(self):
        from . import signals

        return {**row for row in json.rows}
