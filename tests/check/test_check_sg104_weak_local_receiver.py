"""SG104: a receiver that nothing holds."""

import pytest
from check_kit import HEAD, assert_flags, assert_silent, findings

CODE = "SG104"
HANDLER = "class Handler:\n    def __init__(self, name='x'):\n        self.name = name\n    def run(self, sender, **kwargs): ...\n"
NESTED = "def c():\n    def g(sender, **kwargs): ...\n"

FLAGGED = [
    NESTED + "    post_save.connect(g)  # SG104\n",
    NESTED + "    post_save.connect(receiver=g, weak=True)  # SG104\n",
    NESTED
    + "    g(None)\n    post_save.connect(g, sender=Tag)  # SG104\n    post_delete.connect(g, sender=Tag)  # SG104\n",
    "def c():\n    @receiver(post_save)  # SG104\n    def g(sender, **kwargs): ...\n",
    "def c():\n    g = lambda sender, **kwargs: 1\n    post_save.connect(g)  # SG104\n",
    "post_save.connect(lambda **kwargs: 1)  # SG104\n",
    "receiver(post_save)(lambda **kwargs: 1)  # SG104\n",
    "from functools import partial\ndef f(x, **kwargs): ...\npost_save.connect(partial(f, 1))  # SG104\n",
    "import functools\ndef f(x, **kwargs): ...\ndef c():\n    g = functools.partial(f, 1)\n    post_save.connect(g)  # SG104\n",
    HANDLER + "post_save.connect(Handler().run)  # SG104\n",
    HANDLER
    + "def c():\n    handler = Handler()\n    post_save.connect(handler.run, sender=Tag)  # SG104\n",
    "def make(x):\n    def g(sender, **kwargs):\n        print(x)\n    return g\npost_save.connect(make(1))  # SG104\n",
    "class Config:\n    def ready(self):\n        def g(sender, **kwargs): ...\n        post_save.connect(g)  # SG104\n",
]
SILENT = [
    NESTED + "    post_save.connect(g)\n    return locals()\n",
    NESTED + "    post_save.connect(g, weak=False)\n",
    NESTED + "    post_save.connect(g, None, False)\n",
    NESTED + "    post_save.connect(g, weak=WEAK)\n",
    NESTED + "    post_save.connect(g, **options)\n",
    NESTED + "    post_save.connect(g)\n    return g\n",
    NESTED + "    post_save.connect(g)\n    HELD.append(g)\n",
    NESTED + "    post_save.connect(g)\n    run()\n    post_save.disconnect(g)\n",
    NESTED + "    post_save.connect(g)\n    yield\n",
    NESTED + "    c.g = g\n    post_save.connect(g)\n",
    "def c(self):\n    def g(sender, **kwargs): ...\n    self.g = g\n    post_save.connect(g)\n",
    "def c():\n    global g\n    def g(sender, **kwargs): ...\n    post_save.connect(g)\n",
    "def c():\n    @keep\n    @receiver(post_save)\n    def g(sender, **kwargs): ...\n",
    "def c():\n    seen = []\n    def g(sender, **kwargs):\n        seen.append(sender)\n    post_save.connect(g)\n    run()\n    return seen\n",
    "def c():\n    count = 0\n    def g(sender, **kwargs):\n        nonlocal count\n        count += 1\n    post_save.connect(g)\n    run()\n    return count\n",
    "def f(sender, **kwargs): ...\ndef c():\n    post_save.connect(f)\n",
    "f = lambda **kwargs: 1\npost_save.connect(f)\n",
    "from functools import partial\ndef f(x, **kwargs): ...\ng = partial(f, 1)\npost_save.connect(g)\n",
    "class A:\n    def __init__(self):\n        post_save.connect(self.f)\n    def f(self, **kwargs): ...\n",
    HANDLER + "handler = Handler()\npost_save.connect(handler.run)\n",
    HANDLER
    + "def c():\n    handler = Handler()\n    post_save.connect(handler.run)\n    return handler\n",
    "class H:\n    def __init__(self):\n        ALL.append(self)\n    def run(self, **kwargs): ...\npost_save.connect(H().run)\n",
    "class H(Unknown):\n    def run(self, **kwargs): ...\npost_save.connect(H().run)\n",
    "class H:\n    @staticmethod\n    def run(**kwargs): ...\npost_save.connect(H().run)\n",
    "from elsewhere import make\npost_save.connect(make(1))\n",
    "@cache\ndef make(x):\n    def g(**kwargs): ...\n    return g\npost_save.connect(make(1))\n",
    "def make(x):\n    def g(**kwargs): ...\n    ALL[x] = g\n    return g\npost_save.connect(make(1))\n",
    "socket.connect(lambda: 1)\n",
]


@pytest.mark.parametrize("source", FLAGGED)
def test_it_is_found(source):
    assert_flags(HEAD + source, CODE)


@pytest.mark.parametrize("source", SILENT)
def test_it_is_left_alone(source):
    assert_silent(HEAD + source, CODE)


@pytest.mark.parametrize(
    ("call", "new"),
    [("post_save.connect(g)", ", weak=False"), ("post_save.connect(g, None, True)", "False")],
)
def test_the_fix_is_not_safe(call, new):
    """A receiver that never ran would run from then on."""
    (found,) = findings(HEAD + NESTED + f"    {call}\n", CODE)
    (edit,) = found.fix.edits
    assert edit.new == new
    assert not found.fix.safe
