from django.apps import AppConfig


class CoreConfig(AppConfig):
    namespace = None

    def ready(self):
        self.namespace = self.label
