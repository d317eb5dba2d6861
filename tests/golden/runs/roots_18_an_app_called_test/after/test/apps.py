from django.apps import AppConfig


class TestConfig(AppConfig):
    name = "test"

    def ready(self):
        from . import signals  # noqa: F401
