from .celery import app  # noqa: F401
