from django.apps import AppConfig


class DoctorsConfig(AppConfig):
    name = 'apps.doctors'
    label = 'doctors'

    def ready(self):
        from . import receivers  # noqa: F401
