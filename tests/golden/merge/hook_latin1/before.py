# -*- coding: latin-1 -*-
from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = 'orders'
    verbose_name = 'café'
