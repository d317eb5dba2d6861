"""Lets every file-system call of a whole ``signalgen new`` or ``remove`` fail, or the process die before it, one at a time.

Run as a script: it forks a process for each call, so that dying is dying. The calls are those of Python itself, on
anything below the project, reading included: nothing of signalgen is replaced. After each, a plain run must
repair what there is to repair and end in the tree of a run that nobody disturbed.
"""

from __future__ import annotations

import builtins
import contextlib
import errno
import io
import json
import os
import re
import shutil
import sys
import tempfile
from pathlib import Path

from runs_kit import build, call, contents, remembered, tree
from runs_stories import LAYOUTS

from signalgen.write import files

KILLED = 77
LEAVES = {
    "open",
    "write",
    "fsync",
    "close",
    "mkdir",
    "rmdir",
    "replace",
    "rename",
    "unlink",
    "remove",
    "chmod",
    "chown",
    "utime",
    "access",
    "stat",
    "lstat",
    "scandir",
    "listdir",
    "readlink",
    "read",
    "fstat",
    "link",
    "symlink",
    "truncate",
    "ftruncate",
}
SPEC = {
    "app": "shop",
    "handlers": [
        {
            "name": "on_order",
            "model": "Order",
            "signal": "post_save",
            "on_create": "work.delay(instance.pk)\n",
        },
        {
            "name": "on_gone",
            "model": "Item",
            "signal": "post_delete",
            "body": 'cache.delete("item")\n',
        },
    ],
    "signals": [{"name": "order_paid", "args": {"order": "Order"}}],
}
LATER = {
    **SPEC,
    "handlers": [{**SPEC["handlers"][0], "on_create": 'cache.set("order", 1)\n'}],
    "signals": [],
}
LEFT_OVER = re.compile(r"(?:^|/)\.signalgen-(?!baseline\.json$)|^\.signalgen/(?:journal|lock)")
LOOSE = """\
from django.db.models.signals import post_save
from django.dispatch import receiver
from shop.models import Order
from shop.work import work


@receiver(post_save, sender=Order, dispatch_uid="own.loose")
def own_loose(sender, instance, raw=False, **kwargs):
    if raw:
        return
    work.delay(instance.pk)
"""
WORK = "from celery import shared_task\n\n\n@shared_task\ndef work(pk):\n    return pk\n"
WITH_FINDINGS = {
    **LAYOUTS["signals"],
    "shop/signals.py": LAYOUTS["signals"]["shop/signals.py"] + "from . import loose  # noqa\n",
    "shop/loose.py": LOOSE,
    # Nothing imports it: that has no fix.
    "shop/apart.py": LOOSE.replace("loose", "apart").replace("work.delay(instance.pk)", "work()"),
    "shop/work.py": WORK,
    "requirements.txt": "celery\n",
}
CHECKS = {"fix": ("check", "--fix"), "baseline": ("check", "--write-baseline")}
Row = dict[str, object]


class Calls:
    """Counts the calls that concern ``root`` and hands each to ``strike`` with its number, its name and its arguments."""

    def __init__(self, root: Path, strike) -> None:
        self.root, self.strike = os.fspath(root), strike
        self.names: list[str] = []
        self.descriptors: set[int] = set()

    def __enter__(self):
        self.real = {name: getattr(os, name) for name in LEAVES}
        self.open = builtins.open
        for name, function in self.real.items():
            setattr(os, name, self._counted(name, function))
        builtins.open = io.open = self._counted("open file", self.open)
        return self

    def __exit__(self, *_):
        for name, function in self.real.items():
            setattr(os, name, function)
        builtins.open = io.open = self.open

    def _counted(self, name, function):
        def wrapped(*arguments, **more):
            concerns = self._concerns(arguments)
            if concerns:
                self.count(name, arguments)
            done = function(*arguments, **more)
            if name == "open" and concerns:
                self.descriptors.add(done)
            if name == "close":
                self.descriptors.discard(arguments[0])
            return _Opened(done, self, arguments) if name == "open file" and concerns else done

        return wrapped

    def count(self, name, arguments) -> None:
        """Count one call, and strike when it is its turn."""
        self.names.append(f"{name} {self._place(arguments[0])}")
        self.strike(len(self.names) - 1, name, arguments, self.real)

    def _place(self, first) -> str:
        return "" if isinstance(first, int) else os.path.relpath(os.fspath(first), self.root)

    def _concerns(self, arguments) -> bool:
        first = arguments[0] if arguments else ""
        if isinstance(first, int):
            return first in self.descriptors
        with contextlib.suppress(TypeError):
            return os.fspath(first).startswith(self.root)
        return False


class _Opened:
    """A file that counts when it is read; what else is done with it goes on to the real one."""

    def __init__(self, file, calls: Calls, arguments) -> None:
        self.file, self.arguments = file, arguments
        self.calls = calls

    def read(self, *size):
        self.calls.count("read file", self.arguments)
        return self.file.read(*size)

    def __getattr__(self, name):
        return getattr(self.file, name)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.file.close()


def fail(wanted: int, code: int):
    """Let call ``wanted`` fail; of a write, half has reached the disk."""

    def strike(number, name, arguments, real):
        if number == wanted:
            if name == "write":
                real["write"](arguments[0], bytes(arguments[1])[: len(arguments[1]) // 2])
            if name == "close":
                real["close"](arguments[0])
            place = None if isinstance(arguments[0], int) else os.fspath(arguments[0])
            raise OSError(code, os.strerror(code), place)

    return strike


def die(wanted: int):
    """End the process before call ``wanted``; of a write, half has reached the disk."""

    def strike(number, name, arguments, real):
        if number == wanted:
            if name == "write":
                real["write"](arguments[0], bytes(arguments[1])[: len(arguments[1]) // 2])
            os._exit(KILLED)

    return strike


def in_child(root: Path, words, strike) -> tuple[int, str]:
    """Run a command in a process of its own and return its exit code and what it said."""
    said = root.parent / "said"
    child = os.fork()
    if child == 0:
        code, text = 99, ""
        try:
            with Calls(root, strike):
                done = call(*words)
            code, text = done.code, done.text
        except BaseException as error:  # noqa: BLE001 - whatever it was must reach the parent
            text = repr(error)
        said.write_text(text)
        os._exit(code)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return code, said.read_text() if code != KILLED else ""


class Case:
    """A project before a command, the command, and the tree that it must lead to."""

    def __init__(self, folder: str, verb: str) -> None:
        self.folder = Path(folder)
        self.specs = self.folder / "specs"
        self.specs.mkdir()
        (self.specs / "shop.yaml").write_text(json.dumps(SPEC))
        layout = WITH_FINDINGS if verb in CHECKS else LAYOUTS["signals"]
        self.start = build(self.folder / "trees" / "start", layout)
        self.verb = verb
        # Findings that no fix is for are left, and said by the exit code.
        self.code = 1 if verb == "fix" else 0
        if verb in ("update", "remove"):
            assert self._run(self.start, "new").code == 0
        if verb == "update":
            (self.specs / "shop.yaml").write_text(json.dumps(LATER))
        self.old = tree(self.start)
        goal = self.fresh("goal")
        assert self._run(goal, "").code == self.code
        self.new = contents(tree(goal))
        self.modes = {path: mode for path, (_, mode, _) in tree(goal).items()}
        assert self.new != contents(self.old)

    def words(self, root: Path, verb: str = "") -> list[str]:
        if self.verb in CHECKS and not verb:
            return [*CHECKS[self.verb], "--project", str(root)]
        verb = verb or ("remove" if self.verb == "remove" else "new")
        return [verb, "--spec", str(self.specs / "shop.yaml"), "--project", str(root)]

    def _run(self, root: Path, verb: str):
        return call(*self.words(root, verb))

    def fresh(self, name: str = "work") -> Path:
        target = self.folder / "trees" / name
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(self.start, target, symlinks=True)
        return target

    def calls(self) -> list[str]:
        root = self.fresh("count")
        with Calls(root, lambda *_: None) as counted:
            assert call(*self.words(root)).code == self.code
        return counted.names

    def after(self, root: Path) -> str:
        found = tree(root)
        if contents(found) == contents(self.old):
            return "old" if found == self.old else "old, touched"
        plain = {path: data for path, data in contents(found).items() if not LEFT_OVER.search(path)}
        if plain != self.new:
            return "other"
        return "new" if len(plain) == len(found) else "new, with leftovers"

    def repaired(self, root: Path) -> str:
        """Run the plain command again and say what the tree is then."""
        done = call(*self.words(root))
        if done.code != self.code:
            return done.text
        found = tree(root)
        if contents(found) != self.new:
            return f"other: {sorted(p for p in {*found, *self.new} if contents(found).get(p) != self.new.get(p))}"
        modes = {path: mode for path, (_, mode, _) in found.items()}
        return "new" if modes == self.modes else "other modes"


def faults(verb: str, kind: str, every: int) -> list[Row]:
    """Strike every ``every``-th call of a command and say what it came to."""
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as folder, remembered():
        case = Case(folder, verb)
        names = case.calls()
        for number in range(0, len(names), every):
            root = case.fresh()
            strike = die(number) if kind == "kill" else fail(number, getattr(errno, kind))
            code, text = in_child(root, case.words(root), strike)
            rows.append(
                {
                    "call": number,
                    "name": names[number],
                    "code": 0 if code == case.code else code,
                    "text": text,
                    "after": case.after(root),
                    "repaired": case.repaired(root),
                }
            )
    return rows


def main(verb: str, kind: str, every: str) -> None:
    os.environ["XDG_CACHE_HOME"] = tempfile.mkdtemp()
    files.sync = lambda _: None
    sys.stdout.write(json.dumps(faults(verb, kind, int(every))))


if __name__ == "__main__":
    main(*sys.argv[1:])
