from django.apps import AppConfig


class FreshConfig(AppConfig):
    name = "fresh"

    def ready(self):
        from . import signals  # noqa: F401
