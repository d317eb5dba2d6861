class OrdersConfig(AppConfig):
    name = 'orders'

    def ready(self):
        x = = 1

    def other(self) -> ?:
        return 1
