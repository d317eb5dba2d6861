"""SG502: work that is done for every object that a queryset makes."""

import pytest
from check_kit import BASE, HEAD, assert_flags, assert_silent, findings

CODE = "SG502"
MADE = "@receiver(post_init, sender=Order)\ndef f(sender, instance, **kwargs):\n"

FLAGGED = [
    MADE + "    instance.n = Line.objects.count()  # SG502\n",
    MADE + "    instance.n = instance.lines.all().count()  # SG502\n",
    MADE + "    instance.refresh_from_db()  # SG502\n",
    MADE + "    instance.email = instance.user.email  # SG502\n",
    MADE + "    instance.old = instance.parent  # SG502\n",
    "import requests\n" + MADE + "    requests.get('x')  # SG502\n",
    "import time\n" + MADE + "    time.sleep(1)  # SG502\n",
    "def g():\n    return Tag.objects.first()\n" + MADE + "    g()  # SG502\n",
    "@receiver(pre_init)\ndef f(sender, args, **kwargs):\n    Tag.objects.first()  # SG502\n",
    "post_init.connect(lambda sender, **kwargs: Tag.objects.first(), weak=False)  # SG502\n",
]
SILENT = [
    MADE + "    instance.old_number = instance.number\n",
    MADE + "    instance.old_user = instance.user_id\n",
    MADE + "    instance.user = None\n",
    MADE + "    instance.old = instance.__dict__.copy()\n",
    MADE + "    instance.lines_now = Line.objects.filter(order=1)\n",
    MADE + "    def later():\n        return Line.objects.count()\n    instance.later = later\n",
    "@receiver(post_init)\ndef f(sender, instance, **kwargs):\n    print(instance.user)\n",
    "@receiver(post_save, sender=Order)\ndef f(sender, instance, **kwargs):\n    Line.objects.count()\n",
]


@pytest.mark.parametrize("source", FLAGGED)
def test_it_is_found(source):
    assert_flags(HEAD + source, CODE)


@pytest.mark.parametrize("source", SILENT)
def test_it_is_left_alone(source):
    assert_silent(HEAD + source, CODE)


def test_one_receiver_is_one_finding():
    assert (
        len(findings(HEAD + MADE + "    Line.objects.count()\n    Tag.objects.count()\n", CODE))
        == 1
    )


BOTH = "    instance.old = (instance.number, instance.email)\n"
MIDDLE = BASE["shop/models.py"]
FLAT = MIDDLE.replace("on_delete=models.CASCADE", "on_delete=models.SET_NULL").replace(
    "tags = models.ManyToManyField(Tag)", ""
)
HELPERS = (
    "from django.forms.models import model_to_dict\n"
    "def keep(row):\n    row.old = (row.number, row.email)\n"
    "def asks(row):\n    if not row.get_deferred_fields():\n        row.old = (row.number, row.email)\n"
)


def _told(body: str, views: str = "", models: str = FLAT, more: str = "") -> list[str]:
    head = "from shop.models import Order\ndef view(request, order: Order):\n    "
    files = {
        "shop/signals.py": HELPERS + HEAD + MADE + body + more,
        "shop/models.py": models,
        "shop/views.py": head + (views or "pass") + "\n",
    }
    return [item.severity for item in findings(files, CODE)]


READS = [
    BOTH,
    "    if instance.pk:\n    " + BOTH,
    "    if instance.pk is None or instance._state.adding:\n        return\n" + BOTH,
    "    keep(instance)\n",
    "    instance.old = model_to_dict(instance)\n",
    "    instance.old = [getattr(instance, 'number'), instance.user_id]\n",
]
QUIET = [
    "    instance.old = (instance.__dict__.get('number'), instance.__dict__.get('email'))\n",
    "    instance.old = (instance.pk, instance.id)\n",
    "    if not instance.get_deferred_fields():\n    " + BOTH,
    "    if instance._state.adding and instance:\n    " + BOTH,
    "    if not instance.pk:\n    " + BOTH,
    "    if instance.pk is not None:\n        return\n" + BOTH,
    "    asks(instance)\n",
    "    instance.old = model_to_dict(instance, fields=['number'])\n",
    "    instance.number = instance.email = ''\n",
    "    instance.later = lambda: (instance.number, instance.email)\n",
]
PARTIAL = [
    "return list(Order.objects.only('tags'))",
    "return Order.objects.filter(pk=1).only('number').first()",
    "return Order.objects.defer('number', 'user')",
    "order.refresh_from_db(fields=['number'])",
]
FULL = [
    "return list(Order.objects.only('number', 'email', 'user', 'file', 'parent'))",
    "return Order.objects.defer('pk')",
    "order.refresh_from_db()",
    "return Tag.objects.only('name')",
    "return Order.objects.only(*request.names)",
]


@pytest.mark.parametrize("body", READS)
def test_two_columns_that_may_not_be_loaded(body):
    for views in PARTIAL:
        assert _told(body, views) == ["error"], views
    for views in FULL:
        assert _told(body, views) == ["info"], views


@pytest.mark.parametrize("body", QUIET)
def test_what_asks_first_reads_only_what_is_loaded(body):
    for views in PARTIAL:
        assert _told(body, views) == [], views


def test_one_column_costs_a_query_where_it_is_left_out():
    body = "    instance.old = instance.number\n"
    assert _told(body, "return Order.objects.only('email')") == ["warning"]
    assert _told(body, "return Order.objects.only('number')") == []
    assert _told(body, "return Order.objects.defer('email')") == []
    assert _told(body, models=MIDDLE) == []


def test_a_deletion_above_loads_the_rows_by_key_alone():
    assert _told(BOTH, models=MIDDLE) == ["error"]
    heard = "@receiver({}, sender={})\ndef gone(sender, **kwargs): ...\n"
    assert _told(BOTH, models=MIDDLE, more=heard.format("post_delete", "Tag")) == ["error"]
    assert _told(BOTH, models=MIDDLE, more=heard.format("post_delete", "Order")) == ["info"]
    assert _told(BOTH, models=MIDDLE, more=heard.format("pre_delete", None)) == ["info"]
