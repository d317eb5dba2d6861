from django.apps import AppConfig, apps


class JobsConfig(AppConfig):
    name = "apps.jobs"
    label = "jobs"

    def ready(self):
        apps.get_model("jobs", "Order")
