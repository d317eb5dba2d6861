from lib.external.models import Order  # noqa: F401
