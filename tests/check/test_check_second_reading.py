"""What was missed, or idle, on twenty-one public projects that nobody had looked at: each kind with a twin."""

from __future__ import annotations

import pytest
from check_kit import HEAD, assert_silent, findings

SAVED = "@receiver(post_save, sender=Order)\ndef saved(sender, instance, **kwargs):\n"
GONE = SAVED.replace("post_save", "post_delete")
ANY = "@receiver(post_save)\ndef saved(sender, instance, **kwargs):\n"
TOP = "import abc\nimport boto3\nimport os\nimport requests\nfrom threading import Thread\nfrom concurrent.futures import ThreadPoolExecutor\n"
TASKS = "from celery import shared_task\n@shared_task\ndef work(pk): ...\n"


def told(source: str, code: str = "SG101", **files: str) -> list[str]:
    """Return the severities of what a rule finds in the module of receivers."""
    named = {f"shop/{name}.py": text for name, text in files.items()}
    found = findings(
        {"shop/signals.py": TOP + HEAD + source, "shop/tasks.py": TASKS, **named}, code
    )
    return [item.severity for item in found if item.path == "shop/signals.py"]


STORE = """\
class Store(abc.ABC):
    def drop(self, path):
        {open}

class Remote(Store):
    def drop(self, path):
        {call}

class Memory(Store):
    def drop(self, path):
        self.known.discard(path)

def store(settings) -> Store:
    if settings.REMOTE:
        return Remote()
    return Memory()

"""
POST = "requests.post(path)"


@pytest.mark.parametrize(
    ("left_open", "call", "severity"),
    [
        ("...", POST, ["warning"]),
        ("raise NotImplementedError", POST, ["warning"]),
        ("raise NotImplementedError('drop')", POST, ["warning"]),
        ("...", "self.known.pop(path)", []),
        ("self.known.clear()", POST, []),
    ],
)
def test_a_method_that_the_classes_below_fill_in(left_open: str, call: str, severity: list[str]):
    source = STORE.format(open=left_open, call=call) + f"{GONE}    store(settings).drop('x')\n"
    if left_open.startswith("self"):
        source = source.replace("return Remote()", "return Memory()")
    assert told(source) == severity


def test_an_abstract_method_that_passes():
    source = STORE.format(open="pass", call=POST) + f"{GONE}    store(settings).drop('x')\n"
    assert told(source) == []
    abstract = source.replace("    def drop", "    @abc.abstractmethod\n    def drop", 1)
    assert told(abstract) == ["warning"]


TEMPLATE = """\
class Base:
    def tell(self, pk):
        self.send(pk)
    def send(self, pk):
        {base}

class Loud(Base):
    def send(self, pk):
        requests.post('x')

class Quiet(Base):
    def send(self, pk):
        print(pk)

"""


@pytest.mark.parametrize(
    ("call", "base", "severity"),
    [
        ("Loud().tell(1)", "pass", ["warning"]),
        ("Quiet().tell(1)", "pass", []),
        ("Base().tell(1)", "pass", []),
        ("Base().tell(1)", "requests.post('y')", ["warning"]),
        ("Quiet().tell(1)", "requests.post('y')", []),
    ],
)
def test_a_base_calls_the_method_of_the_class_that_is_known(
    call: str, base: str, severity: list[str]
):
    assert told(f"{TEMPLATE.format(base=base)}{SAVED}    {call}\n") == severity


DOCUMENTS = """\
from django_elasticsearch_dsl import Document

class Page(Document): ...
class Table: ...

class Indexing:
    @staticmethod
    def index(rows, document):
        Indexing.every(rows, document)
    @staticmethod
    def every(rows, document):
        {body}

"""
MADE = "made = document()\n        made.update(rows)"


@pytest.mark.parametrize(
    ("body", "given", "severity"),
    [
        (MADE, "Page", ["warning"]),
        ("document().update(rows)", "Page", ["warning"]),
        (MADE, "Table", []),
        (MADE, "kwargs['document']", []),
        ("document().search(rows)", "Page", []),
        ("document.update(rows)", "Page", []),
    ],
)
def test_a_document_whose_class_is_handed_on(body: str, given: str, severity: list[str]):
    source = f"{DOCUMENTS.format(body=body)}{SAVED}    Indexing.index([instance], {given})\n"
    assert told(source) == severity
    assert told(source, "SG102") == severity


CACHED = """\
class Bucket:
    client = None
    def __get_client(self):
        if self.client is None:
            self.client = {made}
        return self.client
    def drop(self, key):
        client = self.__get_client()
        client.{method}(Key=key)

"""


@pytest.mark.parametrize(
    ("made", "method", "severity"),
    [
        ("boto3.client('s3')", "delete_object", ["warning"]),
        ("boto3.client('s3')", "head_object", ["info"]),
        ("boto3.client('s3')", "get_object", ["info"]),
        ("self.given", "delete_object", []),
        ("dict()", "delete_object", []),
    ],
)
def test_a_client_that_is_kept_in_an_attribute(made: str, method: str, severity: list[str]):
    source = f"{CACHED.format(made=made, method=method)}{GONE}    Bucket().drop('x')\n"
    assert told(source) == severity
    assert told(source, "SG102") == (["warning"] if severity else [])


PLAIN = "class Client:\n    def tell(self):\n        requests.post('x')\n"


@pytest.mark.parametrize(
    ("test", "severity"),
    [
        ("if not issubclass(sender, Client):\n        return\n    instance.tell()", ["warning"]),
        ("if not isinstance(instance, Client):\n        return\n    instance.tell()", ["warning"]),
        ("if issubclass(sender, Client):\n        return\n    instance.tell()", []),
        ("if not issubclass(sender, Client):\n        instance.tell()", []),
        ("if not issubclass(sender, Other):\n        return\n    instance.tell()", []),
    ],
)
def test_a_class_that_an_early_return_tells(test: str, severity: list[str]):
    assert told(f"{PLAIN}class Other: ...\n{ANY}    {test}\n") == severity


POSTPONE = "def postpone(function):\n    def later(*args, **kwargs):\n        {hand}\n    return later\n@postpone\ndef tell(pk):\n    requests.post('x')\n"


@pytest.mark.parametrize(
    ("hand", "waited_for"),
    [
        ("Thread(target=function, args=args).start()", []),
        ("ThreadPoolExecutor().submit(function, *args)", []),
        ("return function(*args, **kwargs)", ["warning"]),
        ("Thread(target=print).start()\n        return function(*args)", ["warning"]),
    ],
)
def test_a_decorator_that_starts_a_thread_is_not_waited_for(hand: str, waited_for: list[str]):
    source = f"{POSTPONE.format(hand=hand)}{SAVED}    tell(instance.pk)\n"
    assert told(source) == ["warning"]
    assert told(source, "SG102") == waited_for


@pytest.mark.parametrize(
    ("options", "severity"),
    [
        ("eta=instance.due", ["info"]),
        ("countdown=3600", ["info"]),
        ("countdown=settings.DELAY", ["info"]),
        ("countdown=5", ["error"]),
        ("countdown=60", ["error"]),
        ("eta=None", ["error"]),
        ("queue='low'", ["error"]),
    ],
)
def test_a_task_for_much_later_is_information(options: str, severity: list[str]):
    source = (
        f"from shop.tasks import work\n{SAVED}    work.apply_async((instance.pk,), {options})\n"
    )
    assert told(source) == severity


LOADED = "from swapper import load_model\nNote = {made}\n"


@pytest.mark.parametrize(
    ("made", "severity"),
    [
        ("load_model('shop', 'Note')", ["warning"]),
        ("apps.get_model('shop', 'Note')", ["warning"]),
        ("load_plugin('shop.Note')", []),
        ("namedtuple('Note', 'user')", []),
    ],
)
def test_a_model_that_a_name_of_the_module_holds(made: str, severity: list[str]):
    body = "    for user in kwargs['users']:\n        note = Note(user=user)\n        note.save()\n"
    assert told(f"{LOADED.format(made=made)}{SAVED}{body}", "SG501") == severity


STORAGE = "from django.core.files.storage import default_storage\n"


@pytest.mark.parametrize(
    ("body", "severity"),
    [
        ("line.save()", ["warning"]),
        ("line.full_clean()\n        line.save()", ["info"]),
        ("default_storage.delete(line.name)\n        line.save()", ["info"]),
        ("os.remove(line.name)\n        line.save()", ["info"]),
        ("Tag.objects.update_or_create(name=line.name)", ["info"]),
        ("Tag.objects.get(name=line.name)", ["warning"]),
        ("order = Order.objects.create(number=line.name)\n        order.tags.set([1])", ["info"]),
        ("order = Order.objects.create(number=line.name)\n        print(order.tags)", ["warning"]),
        ("order = Order.objects.get(number=line.name)\n        order.tags.set([1])", ["warning"]),
    ],
)
def test_a_loop_whose_rows_need_more_than_a_query(body: str, severity: list[str]):
    source = (
        f"{STORAGE}{SAVED}    for line in Line.objects.filter(order=instance):\n        {body}\n"
    )
    assert told(source, "SG501") == severity


ASKED = (
    "asked = Signal()\n@receiver(asked)\ndef answer(sender, **kwargs):\n    {body}\n    {gives}\n"
)
REQUEST = "page = requests.get('x')"
VIEW = "from shop.signals import asked\ndef view(request):\n    {send}\n"


@pytest.mark.parametrize(
    ("gives", "send", "severity"),
    [
        ("return page", "found = asked.send(None)", ["info"]),
        ("return page", "return [one for _, one in asked.send(None)]", ["info"]),
        ("return page", "asked.send(None)", ["warning"]),
        ("return None", "found = asked.send(None)", ["warning"]),
        ("print(page)", "found = asked.send(None)", ["warning"]),
    ],
)
def test_what_a_receiver_is_asked_for_no_task_can_give(gives: str, send: str, severity: list[str]):
    source = ASKED.format(body=REQUEST, gives=gives)
    assert told(source, "SG102", views=VIEW.format(send=send)) == severity


def test_a_file_with_its_row_is_told_once():
    both = f"def drop(path):\n    os.remove(path)\n    requests.delete(path)\n{GONE}    drop('x')\n"
    assert told(both) == []
    assert told(both, "SG406") == ["warning"]
    alone = both.replace("    os.remove(path)\n", "")
    assert told(alone) == ["warning"]
    assert_silent(TOP + HEAD + alone, "SG406")


def test_to_ask_for_an_object_belongs_to_its_removal():
    both = f"{GONE}    client = boto3.client('s3')\n    client.head_object(Key='x')\n    client.delete_object(Key='x')\n"
    assert told(both, "SG102") == ["warning"]
    assert told(both.replace("head_object", "put_object"), "SG102") == ["warning"] * 2
    assert told(both.replace("delete_object", "upload"), "SG102") == ["warning"]


def test_mail_about_a_removed_file_is_told_as_well():
    source = f"from django.core.mail import send_mail\ndef drop(path):\n    os.remove(path)\n    send_mail('x', 'y', 'z', [])\n{GONE}    drop('x')\n"
    assert (told(source), told(source, "SG406")) == (["warning"], ["warning"])


@pytest.mark.parametrize(
    ("body", "severity"),
    [
        ("Invoice(order=instance).save()", ["warning"]),
        ("made = Invoice(order=instance)\n    made.save()", ["warning"]),
        ("Line(order=instance).save()", ["info"]),
        ("made = Invoice()\n    made.save()", ["info"]),
        ("Invoice(order=instance)", []),
    ],
)
def test_a_row_of_which_there_can_be_one_made_in_two_steps(body: str, severity: list[str]):
    assert told(f"{SAVED}    {body}\n", "SG401") == severity


PARTIAL = "from functools import partial\nfrom shop.tasks import work\ndef tell(kind, sender, instance, **kwargs):\n    work.delay(instance.pk)\n"


@pytest.mark.parametrize(
    ("made", "severity"),
    [
        ("partial(tell, 'x')", ["error"]),
        ("partial(print, 'x')", []),
        ("partial(heard, 'x')", []),
        ("other(tell)", []),
    ],
)
def test_a_receiver_that_is_a_partial_of_the_module(made: str, severity: list[str]):
    source = f"{PARTIAL}heard = {made}\npost_save.connect(heard, sender=Order)\n"
    assert told(source) == severity


@pytest.mark.parametrize(
    ("call", "severity"),
    [
        ("await sync_to_async(work.delay)(1)", ["error"]),
        ("await sync_to_async(work.s)(1)", []),
        ("sync_to_async(work.delay_on_commit)(1)", []),
        ("await wrapped(work.delay)(1)", []),
    ],
)
def test_a_task_that_an_async_receiver_queues_by_a_wrapper(call: str, severity: list[str]):
    head = "from asgiref.sync import sync_to_async\nfrom shop.tasks import work\n"
    assert told(head + SAVED.replace("def ", "async def ") + f"    {call}\n") == severity


@pytest.mark.parametrize(
    ("options", "severity"),
    [("wait=wait_fixed(2)", ["warning"]), ("wait=wait, stop=3", ["warning"]), ("stop=3", [])],
)
def test_what_tries_again_after_a_while_keeps_the_request_waiting(
    options: str, severity: list[str]
):
    head = "import tenacity as again\nfrom tenacity import wait_fixed\n"
    loop = f"    for attempt in again.Retrying({options}):\n        with attempt:\n            Tag.objects.create(name='x')\n"
    assert told(head + SAVED + loop, "SG102") == severity
    assert told(head + SAVED + loop, "SG501") == []


MEN = "from django.db import models\nimport requests\nclass Backend(models.Model):\n    owner = models.ForeignKey('Book', models.CASCADE, related_name='backends')\n    def train(self):\n        requests.post('x')\nclass Book(models.Model):\n    name = models.TextField()\n"
BOOK = "@receiver(post_save, sender=Book)\ndef saved(sender, instance, **kwargs):\n"


@pytest.mark.parametrize(
    ("body", "severity"),
    [
        ("next(iter(instance.backends.all())).train()", ["warning"]),
        ("next((one for one in instance.backends.all()), None).train()", ["warning"]),
        ("next(iter(kwargs['backends'])).train()", []),
        ("next((one.pk for one in instance.backends.all()), None).train()", []),
    ],
)
def test_the_next_of_rows_is_a_row(body: str, severity: list[str]):
    source = f"from shop.men import Backend, Book\n{BOOK}    {body}\n"
    assert told(source, men=MEN) == severity


@pytest.mark.parametrize(
    ("body", "severity"),
    [
        ("super(Order, instance).save()", ["error"]),
        ("super(Order, instance).clean()", []),
        ("super(Line, kwargs['line']).save()", []),
    ],
)
def test_a_save_past_the_row_s_own_class_sends_all_the_same(body: str, severity: list[str]):
    assert told(f"{SAVED}    {body}\n", "SG201") == severity


SOLD = "from shop.tasks import work\nfrom django.utils.decorators import method_decorator as on_method, method_decorator\nfrom django.db.models.signals import ModelSignal\nfrom django.db import transaction\nsold = {made}\n@receiver(sold{sender})\ndef heard(sender, **kwargs):\n    work.delay(1)\n"


@pytest.mark.parametrize(
    ("sender", "send", "severity"),
    [
        (
            "",
            "class View:\n    @method_decorator(transaction.atomic)\n    def post(self):\n        sold.send(1)\n",
            ["error"],
        ),
        (
            "",
            "class View:\n    @method_decorator(other)\n    def post(self):\n        sold.send(1)\n",
            [],
        ),
        (
            ", sender='shop.Order'",
            "@transaction.atomic\ndef pay():\n    sold.send(Order)\n",
            ["error"],
        ),
        (", sender='shop.Order'", "@transaction.atomic\ndef pay():\n    sold.send(Line)\n", []),
        ("", f"async {SAVED.partition(chr(10))[2]}    await sold.asend(1)\n", []),
    ],
)
def test_a_signal_that_is_sent_in_a_transaction(sender: str, send: str, severity: list[str]):
    source = SOLD.format(made="ModelSignal()", sender=sender) + send
    assert told(source) == severity


def test_an_awaited_send_of_a_receiver_of_rows():
    send = SAVED.replace("def ", "async def ") + "    await sold.{}(1)\n"
    source = SOLD.format(made="Signal()", sender="") + send
    assert told(source.replace("{}", "asend")) == ["error"]
    assert told(source.replace("{}", "asend_robust")) == ["error"]
    assert told(source.replace("{}", "connect")) == []


@pytest.mark.parametrize(
    ("call", "severity"),
    [
        ("instance.user.email_user('x', 'y')", ["warning"]),
        ("instance.user.email = 'x'", []),
        ("async with aiohttp.ClientSession() as web:\n        await web.post('x')", ["warning"]),
        ("async with aiohttp.ClientSession() as web:\n        await web.close()", []),
        ("async with httpx.AsyncClient() as web:\n        await web.post('x')", ["warning"]),
        ("async with httpx.AsyncClient() as web:\n        await web.aclose()", []),
        ("to_sync(layer().group_send)('x', {})", ["warning"]),
        ("to_sync(layer().new_channel)('x')", []),
    ],
)
def test_what_leaves_in_other_spellings(call: str, severity: list[str]):
    head = "import aiohttp, httpx\nfrom asgiref.sync import async_to_sync as to_sync\nfrom channels.layers import get_channel_layer as layer\n"
    body = SAVED.replace("def ", "async def ") if "async" in call else SAVED
    assert told(f"{head}{body}    {call}\n") == severity


MUTING = "from contextlib import contextmanager, suppress\nfrom factory.django import mute_signals\n@contextmanager\ndef held():\n    {}\n    yield\n"
OFF = "post_save.disconnect(saved, sender=Order)"


@pytest.mark.parametrize(
    ("inside", "around", "severity"),
    [
        (OFF, "held()", []),
        ("pass", "held()", ["error"]),
        ("pass", "mute_signals(post_save)", []),
        ("pass", "transaction.atomic()", ["error"]),
        ("pass", "open('x')", ["error"]),
    ],
)
def test_a_save_in_a_context_that_mutes_receivers(inside: str, around: str, severity: list[str]):
    source = f"{MUTING.format(inside)}{SAVED}    with {around}:\n        instance.save()\n"
    assert told(source, "SG201") == severity


def test_a_cycle_that_a_context_breaks():
    up = f"@receiver(post_save, sender=Line)\ndef up(sender, instance, **kwargs):\n    with {{}}:\n        instance.order.save()\n{SAVED}    Line.objects.create(order=instance)\n"
    assert told(MUTING.format(OFF) + up.format("transaction.atomic()"), "SG202") == ["error"]
    assert told(MUTING.format(OFF) + up.format("held()"), "SG202") == []


@pytest.mark.parametrize(
    ("around", "severity"),
    [
        ("suppress(Exception)", []),
        ("contextlib.suppress(Order.invoice.RelatedObjectDoesNotExist)", []),
        ("transaction.atomic()", ["warning"]),
    ],
)
def test_the_reverse_side_where_its_absence_is_suppressed(around: str, severity: list[str]):
    source = f"{MUTING.format('pass')}{SAVED}    with {around}:\n        instance.invoice.save()\n"
    assert told(source, "SG403") == severity


OWN_TASKS = "from celery import Task, shared_task as job\nfrom huey.contrib.djhuey import db_task as later\nclass Work(Task):\n    def run(self, pk): ...\nclass Plain:\n    def delay(self, pk): ...\n{made}\ndef work(pk): ...\n"


@pytest.mark.parametrize(
    ("made", "call", "severity"),
    [
        ("", "Work().delay(1)", ["error"]),
        ("", "Work().apply_async((1,))", ["error"]),
        ("", "Work().apply((1,))", []),
        ("", "Plain().delay(1)", []),
        ("@later()", "work(1)", ["error"]),
        ("@later(retries=2)", "work.call_local(1)", []),
        ("@job", "work.delay(1)", ["error"]),
        ("@job", "work(1)", []),
    ],
)
def test_tasks_that_are_classes_or_made_under_another_name(
    made: str, call: str, severity: list[str]
):
    source = f"from shop.jobs import Plain, Work, work\n{SAVED}    {call}\n"
    assert told(source, jobs=OWN_TASKS.format(made=made)) == severity
