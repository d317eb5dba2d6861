from django.apps import AppConfig

lazy from orders import signals


class OrdersConfig(AppConfig):
    name = 'orders'
