from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "orders"

    def ready(self):
        register(self)

        # Load all receivers.
        import core.a.signals  # noqa: F401 raised: AppRegistryNotReady
        import core.b.signals  # noqa: F401 raised: AppRegistryNotReady
        import core.z.signals  # noqa: F401 raised: AppRegistryNotReady

        configure()
