"""Deeply nested input does not end a run: it is read, or left out with a note, and all the rest is analysed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest
from odd_kit import LOUD, RECEIVER, SPEC, call, contents, make

from signalgen import check, generate, load_spec, remove
from signalgen.errors import UnsafeError
from signalgen.roomy import roomy


def chain(joint: str, part: str, times: int) -> str:
    return joint.join([part] * times)


def elifs(count: int) -> str:
    return "    if instance.total:\n        pass\n" + "".join(
        f"    elif instance.total == {n}:\n        pass\n" for n in range(count)
    )


def value(text: str) -> str:
    return f"    found = {text}\n"


DEEP = {
    "elif of 340": elifs(340),
    "elif of 1,500": elifs(1500),
    "sum of 1,000": value(chain(" + ", "instance.total", 1000)),
    "texts of 1,500": value(chain(" + ", '"a"', 1500)),
    "or of 5,000": value(chain(" or ", "instance.total", 5000)),
    "attributes of 900": value("instance" + ".total" * 900),
    "calls of 900": value("instance" + ".total()" * 900),
    "items of 900": value("instance" + "[0]" * 900),
    "not of 900": value("not " * 900 + "instance"),
    "minus of 900": value("-" * 900 + "1"),
    "power of 500": value(chain(" ** ", "2", 500)),
    "ternary of 500": value("1 if instance.total else " * 500 + "2"),
    "lambda of 500": value("lambda: " * 500 + "2"),
    "brackets of 150": value("[" * 150 + "]" * 150),
    "3,000 attributes": "".join(f"    instance.a{n} = {n}\n" for n in range(3000)),
    "3,000 statements": "    instance.total\n" * 3000,
    "joined text": value("f'" + "{instance.total}" * 2000 + "'"),
}
TOO_DEEP = {
    "sum of 9,000": value(chain(" + ", "instance.total", 9000)),
    "elif of 2,200": elifs(2200),
    "attributes of 4,000": value("instance" + ".total" * 4000),
    "minus of 4,000": value("-" * 4000 + "1"),
    "ternary of 2,500": value("1 if instance.total else " * 2500 + "2"),
}


def codes(found) -> list[tuple[str, str]]:
    return [(item.code, item.path) for item in found.findings if item.severity != "info"]


@pytest.mark.parametrize("name", DEEP)
def test_check_reads_deep_code(name, tmp_path):
    root = make(tmp_path, {"shop/signals.py": RECEIVER + DEEP[name] + "    instance.save()\n"})
    found = check(root)
    assert ("SG201", "shop/signals.py") in codes(found), found.notes
    assert not found.notes


@pytest.mark.parametrize("name", TOO_DEEP)
def test_check_says_what_is_too_deep_and_goes_on(name, tmp_path):
    odd = RECEIVER + TOO_DEEP[name]
    root = make(tmp_path, {"shop/odd.py": odd, "shop/signals.py": LOUD})
    found = check(root)
    assert ("SG201", "shop/signals.py") in codes(found)
    assert [note.file for note in found.notes] == ["shop/odd.py"]
    assert found.notes[0].message.startswith("skipped: nested too deeply")


def aliases(count: int) -> str:
    return "from shop.models import Order as a0\n" + "".join(
        f"a{n + 1} = a{n}\n" for n in range(count)
    )


def relay(count: int) -> str:
    return "".join(f"def f{n}(row):\n    return f{n + 1}(row)\n\n\n" for n in range(count)) + (
        f"def f{count}(row):\n    row.save()\n"
    )


def bases(count: int) -> str:
    return "from django.db import models\n\n\nclass C0(models.Model):\n    pass\n\n\n" + "".join(
        f"class C{n + 1}(C{n}):\n    pass\n\n\n" for n in range(count)
    )


def modules(count: int) -> dict[str, str]:
    files = {f"shop/m{n}.py": f"from shop.m{n + 1} import Order\n" for n in range(count)}
    return {**files, f"shop/m{count}.py": "from shop.models import Order\n"}


LISTENS = RECEIVER.replace("sender=Order", "sender=ODD")
CHAINS = {
    "1,500 module aliases": {
        "shop/names.py": aliases(1500),
        "shop/signals.py": LISTENS.replace("ODD", "names.a1500").replace(
            "from shop.models import Order", "from shop import names"
        )
        + "    instance.save()\n",
    },
    "300 functions that call one another": {
        "shop/relay.py": relay(300),
        "shop/signals.py": RECEIVER.replace("\n\n\n@", "\nfrom shop.relay import f0\n\n\n@")
        + "    f0(instance)\n    instance.save()\n",
    },
    "400 base classes": {
        "shop/deep.py": bases(400),
        "shop/signals.py": LISTENS.replace("ODD", "C400").replace(
            "shop.models import Order", "shop.deep import C400"
        )
        + "    instance.save()\n",
    },
    "400 modules that import one another": {
        **modules(400),
        "shop/signals.py": LOUD.replace("shop.models", "shop.m0"),
    },
    "a setting of 900 texts": {
        "config/settings.py": f"INSTALLED_APPS = ['shop']\nNAME = {chain(' + ', repr('x'), 900)}\n"
        "AUTH_USER_MODEL = NAME\n",
        "shop/signals.py": LOUD,
    },
    "330 settings, each after the one before": {
        "config/settings.py": "A0 = 'shop'\n"
        + "".join(f"A{n + 1} = A{n} + ''\n" for n in range(330))
        + "INSTALLED_APPS = [A330]\nAUTH_USER_MODEL = A330 + '.Order'\n",
        "shop/signals.py": LOUD,
    },
}


@pytest.mark.parametrize("name", CHAINS)
def test_check_follows_long_chains(name, tmp_path):
    found = check(make(tmp_path, CHAINS[name]))
    assert ("SG201", "shop/signals.py") in codes(found), (codes(found), found.notes)


@pytest.mark.parametrize("words", [("list",), ("trace", "Order")], ids=lambda words: words[0])
@pytest.mark.parametrize("name", ["sum of 1,000", "elif of 1,500", *TOO_DEEP])
def test_list_and_trace_of_deep_code(name, words, tmp_path):
    deep = {**DEEP, **TOO_DEEP}[name]
    root = make(tmp_path, {"shop/odd.py": RECEIVER + deep, "shop/signals.py": LOUD})
    done = call(root, *words)
    assert (done.code, b"shop/signals.py:" in done.out) == (0, True), done.said
    assert (b"skipped: nested too deeply" in done.err) == (name in TOO_DEEP)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["elif of 340", "sum of 1,000", "ternary of 500", *TOO_DEEP])
def test_new_and_remove_beside_deep_code(name, tmp_path):
    """The target itself holds it: it is edited around it, and ``remove`` gives the bytes back."""
    deep = {**DEEP, **TOO_DEEP}[name]
    root = make(tmp_path, {"shop/signals.py": f"def odd(instance):\n{deep}"})
    before = contents(root)
    spec = load_spec(SPEC, source="spec.yaml")
    generate(spec, root).apply()
    assert b'dispatch_uid="shop.order_saved"' in (root / "shop/signals.py").read_bytes()
    remove(spec, root).apply()
    assert contents(root) == before


def test_fix_beside_deep_code(tmp_path):
    odd = RECEIVER + DEEP["sum of 1,000"] + "    mail.delay(instance.pk)\n"
    root = make(
        tmp_path,
        {
            "shop/signals.py": odd.replace(
                "import receiver\n", "import receiver\n\nfrom tasks import mail\n"
            )
        },
    )
    found = check(root, fix="safe")
    assert [change.path for change in found.fixes.files] == ["shop/signals.py"]
    assert not found.notes


def nested(depth: int) -> int:
    return 0 if depth == 0 else 1 + nested(depth - 1)


def test_a_larger_stack_is_given_once_and_taken_back():
    limit = sys.getrecursionlimit()
    assert roomy(nested)(limit * 5) == limit * 5
    assert sys.getrecursionlimit() == limit
    assert roomy(nested)(10) == 10


def test_the_larger_stack_has_an_end_as_well():
    with pytest.raises(UnsafeError, match="too deeply"):
        roomy(nested)(10**6)
    assert roomy(nested)(10) == 10


def test_errors_come_out_of_the_larger_stack():
    def work(depth: int) -> int:
        nested(depth)
        raise KeyError(depth)

    with pytest.raises(KeyError):
        roomy(work)(5000)


INTERRUPTED = """
import os, signal, sys, time
from signalgen.__main__ import main
from signalgen.cli import checking
from signalgen.roomy import has_room, roomy

def deep(depth):
    if depth:
        return deep(depth - 1)
    # Not by print(): interrupted inside it, the thread keeps the stream's lock.
    os.write(1, b"deep\\n" if has_room() else b"flat\\n")
    time.sleep(60)

signal.signal(signal.SIGINT, signal.default_int_handler)
checking.check = lambda *_: roomy(deep)(5000)
sys.exit(main(["check"]))
"""


@pytest.mark.skipif(os.name == "nt", reason="Ctrl-C is no signal of its own there")
def test_ctrl_c_ends_what_works_on_the_larger_stack(tmp_path):
    with subprocess.Popen(
        [sys.executable, "-c", INTERRUPTED],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout.readline() == b"deep\n"
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
    assert (process.returncode, out) == (130, b"")
    assert err.strip() == b"Interrupted: no file was left half-written."
