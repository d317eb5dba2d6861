"""Print what the tasks have written down, as JSON: runs inside the project."""

import json

import django

django.setup()

from shop.models import Run  # noqa: E402

print(json.dumps([[run.number, run.seen] for run in Run.objects.order_by("pk")]))
