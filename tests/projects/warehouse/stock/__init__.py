from django.apps import AppConfig


class StockConfig(AppConfig):
    name = "stock"

    def ready(self):
        from django.conf import settings

        if not getattr(settings, "STOCK_SCANNER", False):
            return
        from . import scanner

        scanner.connect(settings.STOCK_SCANNER)
