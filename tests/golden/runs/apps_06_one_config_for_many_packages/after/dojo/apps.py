from django.apps import AppConfig


class DojoConfig(AppConfig):
    name = "dojo"
    verbose_name = "Dojo"

    def ready(self):
        import dojo.finding.signals  # noqa: PLC0415, F401 raised: AppRegistryNotReady

        self.configure()

        import dojo.product.signals  # noqa: PLC0415, F401 raised: AppRegistryNotReady

        self.done = True

    def configure(self):
        pass
