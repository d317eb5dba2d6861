from django.apps import AppConfig


class DepotConfig(AppConfig):
    name = "depot"

    # planted: SG111 Django calls ready
    def Ready(self):
        from . import receivers  # noqa: F401
