from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "{{ cookiecutter.app }}"

    def ready(self):
        from . import signals  # noqa: F401
