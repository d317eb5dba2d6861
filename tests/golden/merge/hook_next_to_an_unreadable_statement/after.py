class OrdersConfig(AppConfig):
    name = 'orders'

    def ready(self):
        from . import signals  # noqa: F401

        x = = 1

    def other(self) -> ?:
        return 1
