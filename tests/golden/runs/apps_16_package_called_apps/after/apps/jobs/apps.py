from django.apps import AppConfig, apps


class JobsConfig(AppConfig):
    name = "apps.jobs"
    label = "jobs"

    def ready(self):
        from . import signals  # noqa: F401

        apps.get_model("jobs", "Order")
