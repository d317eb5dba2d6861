from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "orders"

    def ready(self):
        # Load all receivers.
        import orders.abc  # noqa: F401 raised: AppRegistryNotReady
        import orders.zoo  # noqa: F401 raised: AppRegistryNotReady

        configure()
