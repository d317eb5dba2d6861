from __future__ import annotations

from django.tasks import task


@task
def work():
    return None
