from celery import shared_task
from django_tasks import task


@task
def measure(pk):
    return pk


@shared_task
def ring(times, *, loud=False):
    return times
