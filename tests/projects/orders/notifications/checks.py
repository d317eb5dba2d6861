from django.conf import settings
from django.core.checks import Warning, register


@register()
def broker_is_configured(app_configs, **kwargs):
    if getattr(settings, "CELERY_BROKER_URL", ""):
        return []
    return [
        Warning("Push notifications need a Celery broker.", id="notifications.W001")
    ]
