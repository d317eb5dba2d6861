"""SG410: a task or function that is given what it cannot take."""

import pytest
from check_kit import HEAD, assert_flags, assert_silent

CODE = "SG410"
MODELS = """
from django.db import models


class Shop(models.Model):
    id = models.UUIDField(primary_key=True)


class Parcel(models.Model):
    shop = models.ForeignKey(Shop, on_delete=models.CASCADE)
    tags = models.ManyToManyField(Shop, related_name="tagged")
    price = models.DecimalField(max_digits=5, decimal_places=2)
    sent = models.DateTimeField(null=True)
    lasts = models.DurationField()
    photo = models.ImageField()
    text = models.TextField()
"""
IMPORTS = {
    "celery": "from celery import shared_task as made",
    "django": "from django.tasks import task as made",
    "dramatiq": "from dramatiq import actor as made",
    "background": "from background_task import background as made",
    "procrastinate": "from procrastinate.contrib.django import app\nmade = app.task",
    "huey": "from huey.contrib.djhuey import db_task as made",
    "rq": "from django_rq import job as made",
}
MADE = {"celery": "shared_task", "django": "task", "dramatiq": "actor", "background": "background"}
MADE |= {"procrastinate": "app.task", "huey": "db_task", "rq": "job"}
SENT = {"celery": ".delay", "django": ".enqueue", "dramatiq": ".send", "background": ""}
SENT |= {"procrastinate": ".defer", "huey": "", "rq": ".delay"}


def tasks(kind, signature="pk", decorator=None):
    """Return a module with a task of a library."""
    made = MADE[kind]
    head = IMPORTS[kind].replace(" as made", "").replace("\nmade = app.task", "")
    return f"{head}\n\n\n@{made if decorator is None else decorator}\ndef work({signature}): ...\n"


def project(line, tasks_text, more=""):
    """Return a project whose receiver of parcels runs one line."""
    text = (
        HEAD + "import uuid\nfrom datetime import timedelta\nfrom decimal import Decimal\n"
        "from functools import partial\nfrom django.db import transaction\n"
        "from django.utils import timezone\nfrom shop.tasks import work\n"
        f"from crm.models import Parcel\n{more}\n"
        "@receiver(post_save, sender=Parcel)\ndef f(sender, instance, **kwargs):\n"
    )
    lines = "".join(f"    {one}\n" for one in line.split("\n"))
    return {
        "crm/models.py": MODELS,
        "crm/__init__.py": "",
        "shop/tasks.py": tasks_text,
        "shop/signals.py": text + lines,
    }


ROWS = [
    "work.delay(instance)",
    "work.delay(pk=instance)",
    "work.delay([instance.pk, instance])",
    "work.delay({'row': instance})",
    "work.apply_async((instance,))",
    "work.apply_async(kwargs={'pk': instance})",
    "work.s(instance).delay()",
    "work.delay_on_commit(instance)",
    "transaction.on_commit(lambda: work.delay(instance))",
    "transaction.on_commit(partial(work.delay, instance))",
    "work.delay(instance.shop)",
    "work.delay(instance.tags)",
    "work.delay(instance.photo)",
    "work.delay(instance.lasts)",
    "work.delay(sender)",
    "work.delay({1, 2})",
    "work.delay(timedelta(1))",
    "work.delay(Parcel.objects.get(pk=1))",
    "work.delay(Parcel.objects.filter(pk=1))",
    "work.delay(Parcel.objects.values_list('pk', flat=True))",
    "row = Parcel.objects.create()\nwork.delay(row)",
]
COUNTS = [
    "work.delay()",
    "work.delay(instance.pk, 1)",
    "work.delay(key=instance.pk)",
    "work.delay(instance.pk, pk=1)",
    "work.delay(instance.pk, eta=1)",
    "work.apply_async()",
    "work.apply_async([1, 2])",
    "work.s(1, 2)",
    "transaction.on_commit(work.delay)",
    "transaction.on_commit(partial(work.delay, 1, 2))",
]
FINE = [
    "work.delay(instance.pk)",
    "work.delay(str(instance.shop))",
    "work.delay(instance.shop_id)",
    "work.delay(instance.price)",
    "work.delay(instance.sent)",
    "work.delay(uuid.uuid4())",
    "work.delay(Decimal(1))",
    "work.delay(timezone.now())",
    "work.delay(list(instance.tags.values_list('pk', flat=True)))",
    "work.delay(Parcel.objects.count())",
    "work.delay(instance.unknown)",
    "instance = instance.pk\nwork.delay(instance)",
    "work.apply_async((instance.pk,), countdown=3)",
    "work.apply_async(*given)",
    "work.delay(*given)",
    "work.delay(**given)",
    "work.s().delay(1)",
    "work.s()",
    "transaction.on_commit(partial(work.delay, 1))",
    "work(instance)",
    "work(1, 2)",
]


@pytest.mark.parametrize("line", ROWS)
def test_what_celerys_queue_refuses_is_found(line):
    assert_flags(project(f"{line}  # SG410", tasks("celery")), CODE)


@pytest.mark.parametrize("line", COUNTS)
def test_arguments_that_do_not_fit_are_found(line):
    assert_flags(project(f"{line}  # SG410", tasks("celery")), CODE)


@pytest.mark.parametrize("line", FINE)
def test_what_fits_is_left_alone(line):
    assert_silent(project(line, tasks("celery")), CODE)


JSON = ("celery", "django", "dramatiq", "background", "procrastinate")
VALUES = ["instance.price", "instance.sent", "instance.shop_id", "uuid.uuid4()", "timezone.now()"]


@pytest.mark.parametrize("kind", SENT)
@pytest.mark.parametrize("value", ["instance", *VALUES])
def test_each_library_refuses_its_own(kind, value):
    given = f"pk={value}" if kind == "procrastinate" else value
    refuses = kind in JSON and (value == "instance" or kind != "celery")
    line = f"work{SENT[kind]}({given})" + "  # SG410" * refuses
    judged = assert_flags if refuses else assert_silent
    judged(project(line, tasks(kind)), CODE)


PICKLES = {
    "setting": "# celery\nCELERY_TASK_SERIALIZER = 'pickle'\n",
    "conf": "from celery import Celery\napp = Celery()\napp.conf.update(task_serializer='pickle')\n",
    "computed": "# celery\nCELERY_TASK_SERIALIZER = env('SERIALIZER')\n",
    "registered": "# celery\nfrom kombu.serialization import register\n",
    "class": "from celery import Celery\napp = Celery(task_cls='crm.base:Task')\n",
}


@pytest.mark.parametrize("how", PICKLES)
def test_other_serializers_take_rows(how):
    files = project("work.delay(instance)", tasks("celery"))
    assert_silent({**files, "config/celery.py": PICKLES[how]}, CODE)


TASK_CLASSES = {
    "app": "from tenants.app import CeleryApp\napp = CeleryApp('a', task_cls='crm.base:Task')\n",
    "setting": "CELERY_TASK_CLS = 'crm.base:Task'\n",
    "none": "from celery import Celery\napp = Celery('a', namespace='CELERY')\n",
}


@pytest.mark.parametrize("line", ["work.delay(1, tenant='a')", "work.delay(1, 2)"])
@pytest.mark.parametrize("how", TASK_CLASSES)
def test_a_class_of_tasks_may_take_more(how, line):
    more = {"config/celery.py": TASK_CLASSES[how]}
    given = project(line + "  # SG410" * (how == "none"), tasks("celery"))
    (assert_flags if how == "none" else assert_silent)({**given, **more}, CODE)
    assert_flags({**project("work(1, 2)  # SG410", tasks("huey")), **more}, CODE)
    note = "def note(row): ...\n"
    assert_flags({**project("note(instance, 1)  # SG410", tasks("celery"), note), **more}, CODE)


@pytest.mark.parametrize("version", ["celery==3.1.7", "celery[redis]<4"])
def test_celery_pickled_before_it_took_json(version):
    files = project("work.delay(instance)", tasks("celery"))
    assert_silent({**files, "requirements.txt": f"{version}\n"}, CODE)
    told = "# celery\nCELERY_TASK_SERIALIZER = 'json'\n"
    files = project("work.delay(instance)  # SG410", tasks("celery"))
    assert_flags({**files, "requirements.txt": f"{version}\n", "config/celery.py": told}, CODE)


@pytest.mark.parametrize("version", ["celery==5.4.0", "celery>=3.1", "celery", "redis==3.1"])
def test_later_celery_takes_json_alone(version):
    files = project("work.delay(instance)  # SG410", tasks("celery"))
    assert_flags({**files, "requirements.txt": f"{version}\n"}, CODE)


def test_json_by_name_is_still_json():
    files = project("work.delay(instance)  # SG410", tasks("celery"))
    setting = "# celery\nCELERY_TASK_SERIALIZER = 'json'\n"
    assert_flags({**files, "config/celery.py": setting}, CODE)


SIGNATURES = [
    ("celery", "self, pk", "shared_task(bind=True)", ".delay(1)", True),
    ("celery", "self, pk", "shared_task(bind=True)", ".delay(1, 2)", False),
    ("celery", "pk, text='a'", None, ".delay(1, text='b')", True),
    ("celery", "*args", None, ".delay(1, 2, 3)", True),
    ("celery", "pk, **kwargs", None, ".delay(1, more=2)", True),
    ("celery", "pk, *, text", None, ".delay(1)", False),
    ("celery", "pk", "shared_task(base=Own)", ".delay(1, 2)", True),
    ("celery", "pk", "shared_task(**options)", ".delay(1, 2)", True),
    ("celery", "pk", "other\n@shared_task", ".delay(1, 2)", True),
    ("django", "context, pk", "task(takes_context=True)", ".enqueue(1)", True),
    ("django", "pk", None, ".using(priority=3).enqueue(1, 2)", False),
    ("huey", "pk", None, "(1, delay=3)", True),
    ("huey", "pk, task=None", "db_task(context=True)", "(1)", True),
    ("huey", "pk", None, ".schedule((1, 2), delay=3)", False),
    ("rq", "pk", None, ".delay(1, at_front=True)", True),
    ("background", "pk", None, "(1, schedule=60)", True),
    ("background", "pk", None, "(1, 2)", False),
    ("procrastinate", "pk", None, ".defer(pk=1)", True),
    ("procrastinate", "pk", None, ".defer(1)", False),
    ("procrastinate", "pk", None, ".configure(queue='a').defer(pk=1)", True),
    ("procrastinate", "context, pk", "app.task(pass_context=True)", ".defer(pk=1)", True),
]


@pytest.mark.parametrize(("kind", "signature", "decorator", "call", "fits"), SIGNATURES)
def test_what_the_library_fills_is_not_counted(kind, signature, decorator, call, fits):
    files = project(f"work{call}" + "  # SG410" * (not fits), tasks(kind, signature, decorator))
    (assert_silent if fits else assert_flags)(files, CODE)


QUEUES = "from rq import Queue\nimport django_rq\nfrom django_q.tasks import async_task\ndef note(pk): ...\n"
HANDED = [
    ("django_rq.enqueue(note, 1, 2)", False),
    ("django_rq.get_queue('low').enqueue(note)", False),
    ("Queue().enqueue_in(timedelta(1), note, 1, 2)", False),
    ("async_task(note, key=1)", False),
    ("transaction.on_commit(partial(async_task, note, 1, 2))", False),
    ("django_rq.enqueue(note, 1, job_timeout=3)", True),
    ("Queue().enqueue_in(timedelta(1), note, 1)", True),
    ("Queue().enqueue(note, args=(1,))", True),
    ("async_task(note, 1, group='a')", True),
    ("async_task('shop.signals.note', 1, 2)", True),
    ("instance.queue.enqueue(note, 1, 2)", True),
]


@pytest.mark.parametrize(("line", "fits"), HANDED)
def test_functions_that_are_handed_to_a_queue(line, fits):
    files = project(line + "  # SG410" * (not fits), tasks("celery"), QUEUES)
    (assert_silent if fits else assert_flags)(files, CODE)


SCHEDULED = [
    ("schedule('shop.tasks.work', instance)", False),
    ("schedule('shop.tasks.work', pk=instance.sent)", False),
    ("transaction.on_commit(partial(schedule, 'shop.tasks.work', instance.price))", False),
    ("transaction.on_commit(lambda: schedule('shop.tasks.work', timezone.now()))", False),
    ("schedule('shop.tasks.work', instance.pk, next_run=timezone.now())", True),
    ("schedule('shop.tasks.work', str(instance.price), instance.text)", True),
    ("schedule('shop.tasks.work', {1, 2})", True),
    ("async_task('shop.tasks.work', instance)", True),
    ("instance.schedule('shop.tasks.work', instance)", True),
]


@pytest.mark.parametrize(("line", "fits"), SCHEDULED)
def test_arguments_that_a_schedule_keeps_as_text(line, fits):
    more = "from django_q.tasks import async_task, schedule\n"
    files = project(line + "  # SG410" * (not fits), tasks("celery"), more)
    (assert_silent if fits else assert_flags)(files, CODE)


OWN = [
    ("def note(row): ...", "note(instance, 1)  # SG410"),
    ("def note(*, row): ...", "note()  # SG410"),
    ("def note(row): ...", "note(instance)"),
    ("@other\ndef note(row): ...", "note(instance, 1)"),
    ("if 1:\n    def note(row): ...\nelse:\n    def note(row, text): ...", "note(instance, 1)"),
    ("def note(row): ...\ndef note(row, text): ...", "note(instance, 1)"),
    ("def note(row): ...\nnote = other", "note(instance, 1)"),
]


@pytest.mark.parametrize(("function", "line"), OWN)
def test_plain_functions_that_a_receiver_calls(function, line):
    files = project(line, tasks("celery"), function)
    (assert_flags if "SG410" in line else assert_silent)(files, CODE)


def test_a_helper_is_told_at_the_receivers_call():
    helper = "def put(row: Parcel):\n    work.delay(row)\n"
    assert_flags(project("put(instance)  # SG410", tasks("celery"), helper), CODE)
