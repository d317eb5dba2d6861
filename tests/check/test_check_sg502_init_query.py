"""SG502: work that is done for every object that a queryset makes."""

import pytest
from check_kit import HEAD, assert_flags, assert_silent, findings

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
