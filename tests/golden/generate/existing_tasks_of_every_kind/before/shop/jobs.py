import dramatiq
from django.tasks import task
from django_rq import job
from huey.contrib.djhuey import db_task


@db_task()
def hueyed(pk):
    pass


@dramatiq.actor
def dram(pk):
    pass


@job
def rqed(pk):
    pass


@task()
def djangoed(pk):
    pass
