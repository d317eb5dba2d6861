from django.db import models


class Order(models.Model):
    pass


from .handlers import *  # noqa
