try:
    from typing import Any
except ImportError:
    Any = object

from django.db.models.signals import post_save


def f(x: Any):
    return post_save
