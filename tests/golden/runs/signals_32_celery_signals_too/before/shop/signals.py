from celery.signals import task_prerun
from django.db.models.signals import post_save


@task_prerun.connect
def before(task_id=None, *, force=False, **kwargs):
    return force


def own(sender, instance, *, quiet=False, **kwargs):
    return quiet


post_save.connect(own)
