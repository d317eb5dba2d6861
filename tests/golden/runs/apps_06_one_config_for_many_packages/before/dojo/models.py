from dojo.finding.models import Order  # noqa: F401
