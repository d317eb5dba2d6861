from django.apps import AppConfig


class ClubConfig(AppConfig):
    name = "club"

    def ready(self):
        from . import receivers  # noqa: F401

        # planted: SG112 the module imports what is not there, and nobody hears of it
        try:
            from . import reminders  # noqa: F401
        except ImportError:
            pass
