"""Makes each file-system call of a publish fail, or the process die before it, and says what became of the tree.

Run as a script it forks a process for each call, so that dying is dying: nothing is cleaned up, descriptors and locks
included. ``signalgen.write.files`` holds every call of the room, which a test of its own makes sure of.
"""

from __future__ import annotations

import inspect
import json
import os
import shutil
import stat
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from signalgen.errors import SignalgenError
from signalgen.values.change import FileChange
from signalgen.write import files, publish, recover

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from typing_extensions import Self

CALLS = {
    name: function
    for name, function in vars(files).items()
    if inspect.isfunction(function) and function.__module__ == files.__name__ and name != "is_file"
}
KILLED = 77

Tree = dict[str, tuple[bytes | None, int, int]]
Row = dict[str, object]

BEFORE: Mapping[str, bytes] = {
    ".signalgen/app.json": b"{}\n",
    "app/__init__.py": b"",
    "app/models.py": b"x = 1\n",
    "app/views.py": b"y = 1\r\n",
    "app/old/inner/gone.py": b"z = 1\n",
    "app/keep.py": b"# kept\n",
}
CHANGES = (
    FileChange("app/models.py", "update", b"x = 1\n", b"x = 2\n"),
    FileChange("new/deep/er/signals.py", "create", None, b"s = 1\n"),
    FileChange("new/deep/__init__.py", "create", None, b""),
    FileChange("app/old/inner/gone.py", "delete", b"z = 1\n", None),
    FileChange("app/views.py", "update", b"y = 1\r\n", b"y = 2\r\n"),
    FileChange("app/keep.py", "unchanged", b"# kept\n", b"# kept\n"),
    FileChange(".signalgen/app.json", "update", b"{}\n", b'{"a": 1}\n', internal=True),
)

PLAIN = (
    FileChange("a.py", "update", b"a = 1\n", b"a = 2\n"),
    FileChange("b.py", "update", b"b = 1\n", b"b = 2\n"),
    FileChange("c.py", "delete", b"c = 1\n", None),
    FileChange("d.py", "create", None, b"d = 1\n"),
)
"""One change of each kind, for tests that care which file is which."""


def build(root: Path, tree: Mapping[str, bytes] = BEFORE) -> Path:
    """Write ``tree`` below ``root``, with modes that a careless writer would lose."""
    for path, data in tree.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
        os.utime(target, ns=(10**18, 10**18))
    for path, mode in {"app/models.py": 0o640, "app/views.py": 0o755}.items():
        if path in tree:
            (root / path).chmod(mode)
    return root


def snapshot(root: Path, *, times: bool = True) -> Tree:
    """Return every file and folder below ``root``: bytes (None for a folder), mode, time of change (files only)."""
    found: Tree = {}
    for path in sorted(root.rglob("*")):
        status = path.lstat()
        data = path.read_bytes() if path.is_file() else None
        time = status.st_mtime_ns if times and data is not None else 0
        found[path.relative_to(root).as_posix()] = (data, stat.S_IMODE(status.st_mode), time)
    return found


def without_times(tree: Tree) -> Tree:
    return {path: (data, mode, 0) for path, (data, mode, _) in tree.items()}


class Faults:
    """Counts the calls and lets ``strike`` act at one of them; ``strike`` gets the call's number, name and arguments."""

    def __init__(self, strike: Callable[[int, str, tuple], None]) -> None:
        self.count = 0
        self.names: list[str] = []
        self._strike = strike

    def __enter__(self) -> Self:
        for name, function in CALLS.items():
            setattr(files, name, self._wrapped(name, function))
        return self

    def __exit__(self, *_: object) -> None:
        for name, function in CALLS.items():
            setattr(files, name, function)

    def _wrapped(self, name: str, function: Callable) -> Callable:
        def call(*arguments):
            number, self.count = self.count, self.count + 1
            self.names.append(name)
            self._strike(number, name, arguments)
            return function(*arguments)

        return call


def calls_of(action: Callable[[], object]) -> list[str]:
    """Return the names of the calls that ``action`` makes."""
    with Faults(lambda *_: None) as faults:
        action()
    return faults.names


def fail_at(wanted: int, code: int, *, for_good: bool = False) -> Faults:
    """Make call ``wanted`` raise ``code``; with ``for_good`` every later one as well."""

    def strike(number: int, name: str, arguments: tuple) -> None:
        if number == wanted or (for_good and number > wanted):
            if name == "write":
                os.write(arguments[0], arguments[1][: len(arguments[1]) // 2])
            if name == "close":
                os.close(arguments[0])
            raise OSError(code, os.strerror(code))

    return Faults(strike)


def die_at(wanted: int, *, torn: bool) -> Faults:
    """End the process before call ``wanted``; ``torn``: half of what it would have written is on the disk."""

    def strike(number: int, name: str, arguments: tuple) -> None:
        if number == wanted:
            if torn and name == "write":
                os.write(arguments[0], arguments[1][: len(arguments[1]) // 2])
            os._exit(KILLED)

    return Faults(strike)


def in_child(action: Callable[[], object]) -> int:
    """Run ``action`` in a process of its own: 0 when it went well, 1 when it refused, KILLED when it died."""
    child = os.fork()
    if child == 0:
        try:
            action()
        except SignalgenError:
            os._exit(1)
        os._exit(0)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if status not in (0, 1, KILLED):
        raise AssertionError(f"the child ended with status {status}")
    return status


def with_faults(faults: Faults, action: Callable[[], object]) -> Callable[[], None]:
    def run() -> None:
        with faults:
            action()

    return run


def killed(action: Callable[[], object], wanted: int, *, torn: bool) -> bool:
    """Run ``action`` in a process that dies at call ``wanted``; tell whether it came that far."""
    status = in_child(with_faults(die_at(wanted, torn=torn), action))
    assert status != 1
    return status == KILLED


def verdict(root: Path, old: Tree, new: Tree) -> str:
    """Say whether the tree is the old one, to the time stamp, or the new one, or anything else."""
    found = snapshot(root)
    if found == old:
        return "old"
    return "new" if without_times(found) == new else f"mixture: {sorted(set(found) ^ set(new))}"


def old_and_new(folder: str) -> tuple[Tree, Tree]:
    old = snapshot(build(Path(folder, "old")))
    build(Path(folder, "new"))
    publish(Path(folder, "new"), CHANGES)
    return old, snapshot(Path(folder, "new"), times=False)


def kill_publish(folder: str, again: int) -> list[Row]:
    """Kill a publish before each of its calls; then kill every ``again``-th one's recovery before each of its calls too."""
    old, new = old_and_new(folder)
    rows: list[Row] = []
    number, alive = 0, True
    while alive:
        for torn in (False, True):
            root = build(Path(folder, "work"))
            alive = killed(lambda root=root: publish(root, CHANGES), number, torn=torn)
            if alive and number % again == 0 and not torn:
                rows += _kill_recovery(root, Path(folder, "copy"), number, old, new)
            done = recover(root)
            rows.append(
                {
                    "call": number,
                    "then": None,
                    "tree": verdict(root, old, new),
                    "did": str(done and done.action),
                }
            )
            assert recover(root) is None
            shutil.rmtree(root)
        number += 1
    return rows


def fail_once(folder: str, code: int) -> list[Row]:
    """Let each call fail once; look at the tree at once, and again after the next run's recovery."""
    old, new = old_and_new(folder)
    rows: list[Row] = []
    for number in range(len(calls_of(lambda: publish(build(Path(folder, "count")), CHANGES)))):
        root = build(Path(folder, "work"))
        status = in_child(
            with_faults(fail_at(number, code), lambda root=root: publish(root, CHANGES))
        )
        at_once = verdict(root, old, new)
        recover(root)
        rows.append(
            {"call": number, "did": status, "at once": at_once, "tree": verdict(root, old, new)}
        )
        shutil.rmtree(root)
    return rows


def fail_for_good(folder: str, code: int, again: int) -> list[Row]:
    """Let every call from each one on fail, the way back included; then let the recovery of every ``again``-th fail once."""
    old, new = old_and_new(folder)
    rows: list[Row] = []
    for number in range(len(calls_of(lambda: publish(build(Path(folder, "count")), CHANGES)))):
        root = build(Path(folder, "work"))
        status = in_child(
            with_faults(
                fail_at(number, code, for_good=True), lambda root=root: publish(root, CHANGES)
            )
        )
        count = Path(folder, "steps")
        shutil.copytree(root, count, symlinks=True)
        steps = len(calls_of(lambda count=count: recover(count))) if number % again == 0 else 0
        shutil.rmtree(count)
        for step in range(steps):
            copy = Path(folder, "copy")
            shutil.copytree(root, copy, symlinks=True)
            in_child(with_faults(fail_at(step, code), lambda copy=copy: recover(copy)))
            recover(copy)
            rows.append(
                {"call": number, "then": step, "tree": verdict(copy, old, new), "did": str(status)}
            )
            shutil.rmtree(copy)
        recover(root)
        rows.append(
            {"call": number, "then": None, "tree": verdict(root, old, new), "did": str(status)}
        )
        shutil.rmtree(root)
    return rows


def _kill_recovery(root: Path, copy: Path, number: int, old: Tree, new: Tree) -> list[Row]:
    rows: list[Row] = []
    step, alive = 0, True
    while alive:
        shutil.copytree(root, copy, symlinks=True)
        alive = killed(lambda: recover(copy), step, torn=True)
        done = recover(copy)
        rows.append(
            {
                "call": number,
                "then": step,
                "tree": verdict(copy, old, new),
                "did": str(done and done.action),
            }
        )
        shutil.rmtree(copy)
        step += 1
    return rows


def main(mode: str, number: int, again: int) -> None:
    os.fsync = lambda descriptor: (
        None
    )  # the calls are still counted; only a power cut would tell, and it takes most of the time
    with tempfile.TemporaryDirectory() as folder:
        if mode == "kill":
            rows = kill_publish(folder, again)
        elif mode == "once":
            rows = fail_once(folder, number)
        else:
            rows = fail_for_good(folder, number, again)
    json.dump(rows, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
