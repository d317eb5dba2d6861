"""SG114: a receiver that each request connects."""

import pytest
from check_kit import HEAD, assert_flags, assert_silent

CODE = "SG114"
F = "def f(user, sender, instance, **kwargs): ...\n"
MIDDLE = "from functools import partial\n" + F + "class M:\n    def __call__(self, request):\n"
CONNECT = "        pre_save.connect({}, sender=Line, weak=False{}){}\n"
MARK = "  # SG114"

FLAGGED = [
    MIDDLE + CONNECT.format("self.set_user", ", dispatch_uid=(self.__class__, request,)", MARK),
    MIDDLE + "        pre_save.connect(f, sender=Line, dispatch_uid=id(request))  # SG114\n",
    MIDDLE + CONNECT.format("f", ", dispatch_uid=request", MARK),
    MIDDLE + CONNECT.format("partial(f, request.user)", "", MARK),
    MIDDLE + CONNECT.format("lambda **kwargs: print(request)", "", MARK),
    MIDDLE
    + "        g = partial(f, 1)\n"
    + CONNECT.format("g", ", dispatch_uid=(1, request)", MARK),
    MIDDLE + "        def g(sender, **kwargs): ...\n" + CONNECT.format("g", "", MARK),
    MIDDLE.replace("__call__", "process_request") + CONNECT.format("partial(f, 1)", "", MARK),
    MIDDLE.replace("__call__", "get").replace("request)", "request, pk)")
    + CONNECT.format("partial(f, 1)", "", MARK),
    (
        "def view(request):\n    @receiver(post_save, sender=Line, weak=False)  # SG114\n"
        "    def g(sender, **kwargs): ...\n    return 1\n"
    ),
    (
        "from django.utils.functional import curry\n"
        + F
        + "def view(request):\n    g = curry(f, 1)\n"
        + "    pre_save.connect(g, weak=False, dispatch_uid='x')  # SG114\n    pre_save.disconnect(dispatch_uid='x')\n"
    ),
]
VIEW = MIDDLE.replace("__call__(self, request)", "post(self, *args)")
FLAGGED.insert(0, VIEW + CONNECT.format("partial(f, self.request.user)", "", MARK))
SILENT = [
    VIEW + CONNECT.format("partial(f, self.owner)", "", ""),
    "def g(sender, **kwargs): ...\ndef view(request):\n    post_save.connect(g, sender=Line)\n",
    "def g(sender, **kwargs): ...\ndef view(request):\n    post_save.connect(g, sender=Line, weak=False)\n",
    MIDDLE.replace("request", "order") + CONNECT.format("partial(f, 1)", "", ""),
    MIDDLE + CONNECT.format("self.set_user", "", ""),
    MIDDLE + CONNECT.format("self.set_user", ", dispatch_uid=self.__class__", ""),
    MIDDLE + "        pre_save.connect(f, sender=Line, dispatch_uid='shop.f')\n",
    MIDDLE + "        pre_save.connect(partial(f, 1), sender=Line, weak=settings.WEAK)\n",
    "from functools import partial\n"
    + F
    + "pre_save.connect(partial(f, 1), sender=Line, weak=False)\n",
    (
        "from django.apps import AppConfig\nfrom functools import partial\n"
        + F
        + "class A(AppConfig):\n    def ready(self):\n        pre_save.connect(partial(f, 1), weak=False)\n"
    ),
    "def build(kind):\n    def g(sender, **kwargs): ...\n    post_save.connect(g, sender=Line, weak=False)\n",
]


@pytest.mark.parametrize("source", FLAGGED)
def test_it_flags(source):
    assert_flags(HEAD + source, CODE)


@pytest.mark.parametrize("source", SILENT)
def test_it_stays_silent(source):
    assert_silent(HEAD + source, CODE)


def test_it_says_whether_it_stays_connected():
    first, last = FLAGGED[0], FLAGGED[-1]
    assert assert_flags(HEAD + first, CODE)[0].message.endswith("and it stays connected")
    assert assert_flags(HEAD + last, CODE)[0].message.endswith("for the saves of all threads")
