"""Two commands at once: one is stopped before a file-system call of its own, the other runs to its end, the first goes on.

Run as a script: ``runs_crowd.py PAIR EVERY`` does so at every ``EVERY``-th call of the first, reading included. What
comes of it must be what the two give one after the other, or one of them must say that it did nothing.
"""

from __future__ import annotations

import builtins
import functools
import io
import json
import os
import re
import shutil
import sys
import tempfile
from pathlib import Path

import runs_faults
from runs_faults import LEAVES, LEFT_OVER, SPEC, WITH_FINDINGS, Calls, in_child
from runs_kit import build, call, contents, remembered, tree

from signalgen.write import files, publishing, recovery

REAL = {name: getattr(os, name) for name in LEAVES}
OPEN = builtins.open
OTHER = {
    "app": "shop",
    "handlers": [
        {
            "name": "on_change",
            "model": "Order",
            "signal": "pre_save",
            "body": 'cache.delete("order")\n',
        }
    ],
}
NEW, OTHER_NEW = ("new", "--spec", "{shop}"), ("new", "--spec", "{other}")
REMOVE = ("remove", "--spec", "{shop}")
FIX, BASELINE = ("check", "--fix"), ("check", "--write-baseline")
NOTHING, GENERATED, DELETED = "", "generated", "deleted"
PAIRS = {
    "new and new": (NEW, OTHER_NEW, NOTHING),
    "new again and new": (NEW, OTHER_NEW, GENERATED),
    "new that only takes note and new": (NEW, OTHER_NEW, DELETED),
    "new and new that only takes note": (OTHER_NEW, NEW, DELETED),
    "new and the same new": (NEW, NEW, NOTHING),
    "new and remove": (OTHER_NEW, REMOVE, GENERATED),
    "remove and new": (REMOVE, OTHER_NEW, GENERATED),
    "remove and remove": (REMOVE, REMOVE, GENERATED),
    "new and fix": (NEW, FIX, NOTHING),
    "fix and new": (FIX, NEW, NOTHING),
    "fix and fix": (FIX, FIX, NOTHING),
    "baseline and fix": (BASELINE, FIX, NOTHING),
    "fix and baseline": (FIX, BASELINE, NOTHING),
    "baseline and baseline": (BASELINE, BASELINE, NOTHING),
}
"""The command that is stopped, the one that runs meanwhile, and what was there before.

With ``DELETED``, {shop} was generated and somebody took a receiver of it out: all that a run has to write is its record.
"""
Row = dict[str, object]


class Crowd:
    """A project, and two commands for it."""

    def __init__(self, folder: str, pair: str) -> None:
        self.folder = Path(folder)
        self.first, self.second, before = PAIRS[pair]
        self.specs = {"shop": self.folder / "shop.yaml", "other": self.folder / "other.yaml"}
        for name, spec in (("shop", SPEC), ("other", OTHER)):
            self.specs[name].write_text(json.dumps(spec))
        self.start = build(self.folder / "trees" / "start", WITH_FINDINGS)
        if before == DELETED:
            (self.start / "pyproject.toml").write_text('[tool.signalgen]\ntests = "none"\n')
        if before:
            assert self.run(self.start, NEW) == 0
        if before == DELETED:
            target = self.start / "shop/signals.py"
            text = target.read_text()
            cut = re.sub(r"\n\n@receiver\([^@]*shop.on_gone[^@]*?(?=\n\n\n@|\Z)", "", text)
            assert cut != text
            target.write_text(cut)
        self.alone = {
            turn: self.in_turn(words)
            for turn, words in {
                "first": (self.first,),
                "second": (self.second,),
                "first, second": (self.first, self.second),
                "second, first": (self.second, self.first),
            }.items()
        }

    def words(self, root: Path, command) -> list[str]:
        return [word.format(**self.specs) for word in command] + ["--project", str(root)]

    def run(self, root: Path, command) -> int:
        return call(*self.words(root, command)).code

    def fresh(self) -> Path:
        target = self.folder / "trees" / "work"
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(self.start, target, symlinks=True)
        return target

    def in_turn(self, commands) -> tuple[list[int], dict[str, bytes]]:
        root = self.fresh()
        return [self.run(root, command) for command in commands], contents(tree(root))

    def calls(self) -> list[str]:
        root = self.fresh()
        with Calls(root, lambda *_: None) as counted:
            call(*self.words(root, self.first))
        return counted.names

    def meet(self, number: int) -> Row:
        """Let the second run when the first is about to make its call ``number``."""
        root = self.fresh()
        said = self.folder / "second"
        code, text = in_child(root, self.words(root, self.first), self._let(number, root, said))
        other, _, told = said.read_text().partition("\n")
        found = contents(tree(root))
        left = [path for path in found if LEFT_OVER.search(path)]
        return {
            "call": number,
            "codes": [code, int(other)],
            "like": self._like(found, code, int(other)),
            "left": left,
            "text": [text, told],
            "then": self._then(root, code, int(other)),
        }

    def _let(self, number: int, root: Path, said: Path):
        def strike(now, name, arguments, real):
            if now != number:
                return
            child = os.fork()
            if child == 0:
                os.__dict__.update(REAL)
                builtins.open = io.open = OPEN
                done = call(*self.words(root, self.second))
                said.write_text(f"{done.code}\n{done.text}")
                os._exit(0)
            os.waitpid(child, 0)

        return strike

    def _like(self, found: dict[str, bytes], first: int, second: int) -> str:
        """Say whose work is there; a command that refused must have left no trace."""
        refused = [code in (3, 4) for code in (first, second)]
        turns = {
            (False, False): ("first, second", "second, first"),
            (True, False): ("second",),
            (False, True): ("first",),
        }.get(tuple(refused), ())
        for turn in turns:
            if found == self.alone[turn][1]:
                return turn
        return "lost"

    def _then(self, root: Path, first: int, second: int) -> str:
        """Whoever refused runs again; the tree must then be one of those of the two in turn."""
        for code, command in ((first, self.first), (second, self.second)):
            if code in (3, 4):
                self.run(root, command)
        found = contents(tree(root))
        both = [self.alone[turn][1] for turn in ("first, second", "second, first")]
        return "both" if found in both else "lost"


def meetings(pair: str, every: int) -> list[Row]:
    with tempfile.TemporaryDirectory() as folder, remembered():
        crowd = Crowd(folder, pair)
        return [crowd.meet(number) for number in range(0, len(crowd.calls()), every)]


def main(pair: str, every: str) -> None:
    os.environ["XDG_CACHE_HOME"] = tempfile.mkdtemp()
    files.sync = lambda _: None
    # The other one stands still until this one has ended, so that waiting for it is in vain.
    for module in (publishing, recovery):
        module.locked = _at_once(module.locked)
    sys.stdout.write(json.dumps(meetings(pair, int(every))))


def _at_once(locked):
    @functools.wraps(locked)
    def wrapped(root, wait, on_wait):
        return locked(root, 0.0, on_wait)

    return wrapped


if __name__ == "__main__":
    assert runs_faults.KILLED
    main(*sys.argv[1:])
