"""Imports, classes, functions and values that form a cycle, or branch at every step: each is visited once."""

from __future__ import annotations

import pytest
from bounds_kit import PROJECT, limited, project
from growth_kit import READY

import signalgen
from signalgen.chart import search, trace

USES = """from django.db.models.signals import post_save
from django.dispatch import receiver
from orders.a import *


@receiver(post_save, sender=Thing)
def f(sender, instance, **kwargs):
    send_it(instance)
    instance.save()
    Thing().go()
"""
MODELS = """from django.db import models
from orders.a import *


class Order(Base, models.Model):
    name = models.CharField(max_length=9)
"""
SIGNAL = "from django.db.models.signals import post_save\nfrom django.dispatch import receiver\nfrom orders.models import Order\n"
HEAD = f"{SIGNAL}\n\n@receiver(post_save, sender=Order)\ndef f(sender, instance, **kwargs):\n"


def stars(count: int) -> dict[str, str]:
    """Return modules that star-import all others, and code that uses a name that none of them has."""
    names = ["a", *(f"m{n}" for n in range(count - 1))]
    modules = {
        f"orders/{name}.py": "".join(f"from orders.{n} import *\n" for n in names if n != name)
        for name in names
    }
    return {**modules, "orders/receivers.py": USES, "orders/models.py": MODELS}


def classes(count: int) -> dict[str, str]:
    """Return classes each of which derives from all others, used wherever a class may be."""
    names = [f"C{n}" for n in range(count)]
    made = "".join(
        f"class {name}({', '.join(n for n in names if n != name)}):\n    pass\n\n\n"
        for name in names
    )
    rest = "Base = C0\nThing = C0\n\n\ndef send_it(x):\n    C0().go()\n    C1.objects.create()\n    C2().deliver()\n    C3.delay()\n"
    return {
        "orders/a.py": made + rest,
        "orders/receivers.py": USES,
        "orders/models.py": f"{MODELS}    objects = C6()\n    kind = models.IntegerField(choices=C7.choices)\n    other = C5(max_length=9)\n",
        "orders/apps.py": "from orders.a import *\n\n\nclass OrdersConfig(C0):\n    pass\n",
        "orders/factories.py": "import factory\nfrom orders.a import *\n\n\nclass OrderFactory(C0):\n    class Meta(C1.Meta):\n        model = Order\n",
        "orders/tasks.py": "from orders.a import *\n\n\nclass T(C0):\n    def run(self): ...\n",
        "orders/more.py": "from orders.a import *\n\nmine = C0()\n\n\ndef go(o):\n    mine.send(sender=o)\n    C0.made.send(sender=1)\n    weakly.connect(C0().go)\n",
    }


def functions(count: int) -> dict[str, str]:
    """Return functions each of which may return what every other returns."""
    body = "".join(
        f"def h{n}(x):\n"
        + "".join(f"    if x > {m}:\n        return h{m}(x)\n" for m in range(count))
        + "\n\n"
        for n in range(count)
    )
    use = "    for r in h0(instance):\n        r.save()\n    h0(instance).delay()\n    v = h0(instance)\n    v.send()\n"
    return {"orders/receivers.py": SIGNAL + "\n\n" + body + HEAD.partition("\n\n\n")[2] + use}


def values(count: int) -> dict[str, str]:
    """Return local names each of which is one of many earlier ones."""
    body = "".join(f"    v{n} = v{m}\n" for n in range(count) for m in range(count) if n != m)
    return {
        "orders/receivers.py": f"{HEAD}{body}    for r in v1:\n        r.save()\n    v2.delay()\n    v3.update(name=v4)\n"
    }


def laughs(start: str, form: str, between: str, end: str, times: int = 40) -> dict[str, str]:
    """Return names each of which holds the one before many times."""
    lines = [f"X0 = {start}"] + [
        f"X{n + 1} = {form[0]}{between.join([end.format(n)] * times)}{form[1:]}" for n in range(12)
    ]
    uses = "@receiver(X12, sender=X12, dispatch_uid=X12)\ndef f(sender, instance, **kwargs): ...\n\n\nfor m in X12:\n    post_save.connect(f, sender=m, dispatch_uid=X12)\n"
    text = "\n".join(lines)
    return {
        "orders/receivers.py": f"{SIGNAL}\n{text}\n\n\n{uses}",
        "shop/settings.py": f"{text}\nINSTALLED_APPS = ['orders', *X12]\nAUTH_USER_MODEL = X12\n",
    }


CASES = {
    "five modules of stars": stars(5),
    "a hundred modules of stars": stars(100),
    "eight classes": classes(8),
    "forty classes": classes(40),
    "functions": functions(11),
    "values": values(12),
    "lists of lists": laughs("[1]", "[]", ", ", "*X{}"),
    "lists of empty lists": laughs("[]", "[]", ", ", "*X{}"),
    "sums of lists": laughs("[1]", "()", " + ", "X{}"),
    "sums of texts": laughs("'x'", "()", " + ", "X{}"),
    "texts in texts": laughs(
        "'x'", "(f'').strip()"[:0] or "()", " ", "f'{{X{0}}}{{X{0}}}{{X{0}}}'"
    ),
    "a name in a circle": {
        "orders/a.py": "from orders.b import Thing, send_it, Base\n",
        "orders/b.py": "from orders.a import Thing, send_it, Base\n",
        "orders/receivers.py": USES,
        "orders/models.py": MODELS,
    },
    "an assignment in a circle": {
        "orders/a.py": "import orders.b as b\nThing = b.Thing\nBase = b.Base\nsend_it = b.send_it\n",
        "orders/b.py": "import orders.a as a\nThing = a.Thing\nBase = a.Base\nsend_it = a.send_it\n",
        "orders/receivers.py": USES,
        "orders/models.py": MODELS,
    },
    "a module that imports itself": {
        "orders/a.py": "from orders.a import *\nfrom orders import a\n",
        "orders/receivers.py": USES,
        "orders/models.py": MODELS,
    },
}


COMMANDS = {
    "check": ("check",),
    "new": ("new", "--spec", "spec.yaml", "--dry-run"),
    "list": ("list",),
    "trace": ("trace", "Order"),
}


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("name", CASES)
def test_what_leads_in_a_circle_ends(tmp_path, name, command):
    root = project(tmp_path / "p", CASES[name])
    done = limited(root, *COMMANDS[command])
    assert done.code in (0, 1, 2, 4), done.said
    assert "internal error in signalgen" not in done.said


def test_a_tree_of_endless_branches_ends_with_a_note(tmp_path, monkeypatch):
    monkeypatch.setattr(search, "MOST_READ", 300)
    root = project(tmp_path / "p", {**functions(6), "orders/apps.py": READY})
    asked = []
    monkeypatch.setattr(trace, "may_happen", lambda *words: asked.append(words) or True)
    found = signalgen.trace(root, "Order")
    assert len(asked) == 300
    assert [note.code for note in found.skipped] == ["too-large"]
    monkeypatch.setattr(search, "MOST_READ", 10_000)
    assert not signalgen.trace(root, "Order").skipped


def test_a_star_import_is_followed_as_before(tmp_path):
    root = project(
        tmp_path / "p",
        {
            "orders/a.py": "from orders.b import *\n",
            "orders/b.py": "from orders.a import *\nfrom orders.c import *\n",
            "orders/c.py": "from django.core.mail import send_mail\n\n\ndef send_it(x):\n    send_mail('a', 'b', 'c', ['d'])\n",
            "orders/receivers.py": HEAD.replace(
                "import Order\n", "import Order\nfrom orders.a import *\n"
            )
            + "    send_it(instance)\n",
        },
    )
    (root / "orders/apps.py").write_text(
        PROJECT["orders/apps.py"] + "\n    def ready(self):\n        from . import receivers\n"
    )
    assert "send_mail" in limited(root, "check", "--select", "SG102,SG101").said
