"""A project on disk, whole commands run in it, and what must hold of every run, whatever was in the files.

The commands run in this process, as the command line would: ``signalgen.cli.app.run``. What black and Jinja2 make of a
text depends on the text alone, so both are remembered from run to run; everything else is the real thing.
"""

from __future__ import annotations

import ast
import contextlib
import difflib
import functools
import io
import json
import os
import re
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from unittest import mock

import black
import jinja2

from signalgen import source
from signalgen.cli import app as cli_app
from signalgen.cli.app import run
from signalgen.write import files

MARK = re.compile(rb"mine_\d+")
MARKED = re.compile(
    rb"^[ \t]*# <{7} the spec says\r?\n(?:[ \t]*#.*\n)*?[ \t]*# >{7} the spec says\r?\n",
    re.MULTILINE,
)
LINE_ENDS = re.compile(rb"\r\n|\r|\n")

if TYPE_CHECKING:
    from pathlib import Path

PREVIEWS = (("--dry-run", "--format", "json"), ("--check",), ("--diff",))
Tree = dict[str, tuple[bytes, int, int]]


@contextlib.contextmanager
def remembered():
    """Let what depends on a text alone be worked out once for each text, and let nobody wait for the disk."""
    format_str, compile_ = black.format_str, jinja2.Environment.compile
    codes = {}

    @functools.lru_cache(None)
    def formatted(text, mode):
        return format_str(text, mode=mode)

    @functools.wraps(compile_)
    def compiled(self, source, name=None, filename=None, raw=False, defer_init=False):
        key = (type(self), source, name, filename, raw, defer_init)
        if not isinstance(source, str) or key not in codes:
            codes[key] = compile_(self, source, name, filename, raw, defer_init)
        return codes[key]

    with contextlib.ExitStack() as stack:
        stack.enter_context(
            mock.patch.object(black, "format_str", lambda text, *, mode: formatted(text, mode))
        )
        stack.enter_context(mock.patch.object(jinja2.Environment, "compile", compiled))
        stack.enter_context(mock.patch.object(files, "sync", lambda _: None))
        stack.enter_context(
            mock.patch.object(cli_app, "get_command", functools.cache(cli_app.get_command))
        )
        parse = functools.lru_cache(20_000)(source.parse)
        for module in [m for name, m in sys.modules.items() if name.startswith("signalgen.")]:
            if getattr(module, "parse", None) is source.parse and module is not source:
                stack.enter_context(mock.patch.object(module, "parse", parse))
        yield


@dataclass(frozen=True, slots=True)
class Done:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def text(self):
        return f"exit {self.code}\n--- stdout\n{self.out}\n--- stderr\n{self.err}"


def call(*arguments) -> Done:
    """Run a command in this process; an internal error is never an answer."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="") for _ in range(2))
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = run([str(word) for word in arguments])
    out.flush()
    err.flush()
    done = Done(code, out.buffer.getvalue().decode(), err.buffer.getvalue().decode())
    assert done.code in (0, 1, 2, 3, 4), done.text
    return done


def tree(root: Path) -> Tree:
    """Return every file below ``root``: bytes, mode and time."""
    found = {}
    for path in sorted(root.rglob("*")):
        if path.is_file():
            status = path.lstat()
            found[path.relative_to(root).as_posix()] = (
                path.read_bytes(),
                status.st_mode,
                status.st_mtime_ns,
            )
    return found


def contents(found: Tree) -> dict[str, bytes]:
    return {path: data for path, (data, _, _) in found.items()}


def python_files(found: Tree) -> dict[str, bytes]:
    return {path: data for path, (data, _, _) in found.items() if path.endswith(".py")}


def build(root: Path, texts: dict[str, str | bytes]) -> Path:
    for path, text in texts.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text if isinstance(text, bytes) else text.encode())
        os.utime(target, ns=(10**18, 10**18))
    return root


@dataclass
class World:
    """A project and the specs that are run in it."""

    root: Path
    specs: dict[str, str] = field(default_factory=dict)
    turn: int = 0
    app: str = "shop"
    model: str = "Order"

    def say(self, name: str, text: str) -> None:
        """Put a spec beside the project, where only its text and name count."""
        self.specs[name] = text
        target = self.root.parent / "specs" / name
        target.parent.mkdir(exist_ok=True)
        target.write_text(text, encoding="utf-8")

    def command(self, verb: str, names, *options) -> Done:
        words = [word for name in names for word in ("--spec", self.root.parent / "specs" / name)]
        return call(verb, *words, "--project", self.root, *options)

    def new(self, *names: str, options=()) -> Done:
        """Run ``new`` and hold it to every promise that does not depend on what the spec says."""
        names = names or tuple(sorted(self.specs))
        before = tree(self.root)
        self.turn += 1
        preview = PREVIEWS[self.turn % len(PREVIEWS)]
        shown = self.command("new", names, *preview, *options)
        assert tree(self.root) == before, f"P5: {preview} wrote: {shown.text}"
        done = self.command("new", names, *options)
        after = tree(self.root)
        if done.code:
            assert shown.code == done.code, f"P5: {shown.text} {done.text}"
            assert after == before, (
                f"a run that stopped wrote {differing(before, after)}: {done.text}"
            )
            return done
        self._as_shown(preview[0], shown, before, after)
        kept(before, after, known(before), theirs="theirs" in options)
        if "markers" in options and self._undecided(names):
            after = tree(self.root)
        self._quiet(names, after)
        return done

    def _undecided(self, names) -> bool:
        """While a conflict is marked no run goes through; then decide it for the person's version."""
        marked = {p: d for p, d in python_files(tree(self.root)).items() if MARKED.search(d)}
        for options in ((), ("--check",)) if marked else ():
            done = self.command("new", names, *options)
            assert done.code == 3, done.text
            assert "a conflict is still marked here" in done.err, done.text
        for path, data in marked.items():
            (self.root / path).write_bytes(MARKED.sub(b"", data))
        return bool(marked)

    def _as_shown(self, preview: str, shown: Done, before: Tree, after: Tree) -> None:
        """P5: what the preview showed is what was written."""
        changed = {
            p for p in {*before, *after} if contents(before).get(p) != contents(after).get(p)
        }
        if preview == "--check":
            assert shown.code == (1 if changed else 0), shown.text
            return
        assert shown.code == 0, shown.text
        if preview == "--diff":
            self._same_as_diff(before, after, shown.out)
            return
        told = [
            f
            for f in json.loads(shown.out)["files"]
            if f["action"] not in ("unchanged", "conflict")
        ]
        assert {f["path"] for f in told} == changed, (told, changed)
        self._same_as_diff(
            before, after, "".join(f["diff"] for f in told if not f["path"].startswith(".sig"))
        )

    def _quiet(self, names, after: Tree) -> None:
        again = self.command("new", names)
        assert again.code == 0, again.text
        now = tree(self.root)
        assert now == after, (
            f"P1: the second run changed {differing(after, now)}\n{changes(after, now)}"
        )

    def _same_as_diff(self, before: Tree, after: Tree, patch: str) -> None:
        """A unified diff of the changes must say what the run did; its added and removed lines are enough to tell."""
        names = re.findall(r"^diff --git a/(.*) b/\1$", patch, re.MULTILINE)
        changed = {
            p
            for p in {*before, *after}
            if contents(before).get(p) != contents(after).get(p) and not p.startswith(".signalgen/")
        }
        assert set(names) == changed, (names, changed)
        added = [
            line[1:]
            for line in patch.split("\n")
            if line.startswith("+") and not line.startswith("+++ ")
        ]
        there = "\n".join(contents(after).get(p, b"").decode("utf-8", "replace") for p in names)
        assert all(line in there for line in added)

    def remove(self, *names: str, options=()) -> Done:
        """Run ``remove``; a refusal writes nothing."""
        names = names or tuple(sorted(self.specs))
        before = tree(self.root)
        plan = self.command("remove", names, "--dry-run", "--format", "json", *options)
        assert tree(self.root) == before
        done = self.command("remove", names, *options)
        after = tree(self.root)
        assert plan.code == done.code, (plan.text, done.text)
        if done.code:
            assert done.code == 3, done.text
            assert after == before, "a remove that stopped wrote"
            return done
        parse_all(before, after)
        marks(before, after)
        again = self.command("remove", names, *options)
        assert again.code == 0, again.text
        assert tree(self.root) == after, "a second remove changed something"
        return done


@dataclass(frozen=True, slots=True)
class Known:
    """What the baseline says about one file: texts that signalgen put there, by name, and imports of its own."""

    names: frozenset[str] = frozenset()
    uids: frozenset[str] = frozenset()
    imports: frozenset[tuple[str, str]] = frozenset()
    lines: frozenset[str] = frozenset()


def known(before: Tree) -> dict[str, Known]:
    """Read the baselines of a tree."""
    found: dict[str, Known] = {}
    records = [
        json.loads(data)
        for path, (data, _, _) in before.items()
        if path.startswith(".signalgen/") and path.endswith(".json")
    ]
    everything = "\n".join("\n".join(s["text"]) for record in records for s in record["symbols"])
    uids = frozenset(re.findall(r"dispatch_uid=['\"]([^'\"]+)", everything))
    for path in before:
        symbols = [s for record in records for s in record["symbols"] if s["path"] == path]
        pairs = [pair for record in records for pair in record["undo"].get(path, [])]
        found[path] = Known(
            frozenset(s["name"] for s in symbols),
            uids,
            frozenset(tuple(i.split(":")[:2]) for s in symbols for i in s.get("imports", [])),
            frozenset(line.strip() for pair in pairs for line in pair["after"]),
        )
    return found


def differing(one: Tree, other: Tree) -> list[str]:
    return sorted(p for p in {*one, *other} if one.get(p) != other.get(p))


def changes(one: Tree, other: Tree) -> str:
    """Return what a reader of a failure wants to see."""
    return "".join(
        line
        for path in differing(one, other)
        for line in difflib.unified_diff(
            *(text_of(t.get(path, (b"",))[0]).splitlines(keepends=True) for t in (one, other)),
            path,
            path,
            n=2,
        )
    )


def parse_all(before: Tree, after: Tree) -> None:
    """P4: what was written parses."""
    for path, data in python_files(after).items():
        if contents(before).get(path) != data:
            try:
                ast.parse(data)
            except SyntaxError as error:
                raise AssertionError(f"P4: {path} does not parse: {error}") from None


def marks(before: Tree, after: Tree, *, ignored: frozenset[bytes] = frozenset()) -> None:
    """P3: everything that a person wrote, each with a mark of its own, is there as often as before."""
    old = [m for data in python_files(before).values() for m in MARK.findall(data)]
    new = [m for data in python_files(after).values() for m in MARK.findall(data)]
    lost = {m for m in old if new.count(m) < old.count(m)} - ignored
    assert not lost, f"P3: lost {lost}"


def uids_in(found: Tree) -> frozenset[str]:
    """Return the receivers of a tree."""
    return frozenset(
        uid
        for data in python_files(found).values()
        for uid in re.findall(r"dispatch_uid\s*=\s*[\"']([^\"']+)", text_of(data))
    )


def kept(before: Tree, after: Tree, record: dict[str, Known], *, theirs: bool) -> None:
    """P2, P3 and P4 of one run that wrote something."""
    parse_all(before, after)
    if not theirs:
        marks(before, after)
    gone = frozenset().union(*(one.uids for one in record.values())) - uids_in(before)
    assert not gone & uids_in(after), f"P3: {gone & uids_in(after)} had been deleted, and came back"
    for path, (data, mode, _) in before.items():
        if path.startswith(".signalgen/"):
            continue
        if path not in after:
            assert not own_lines(data, record.get(path, Known())), f"P2: {path} was deleted"
            continue
        assert after[path][1] == mode, f"P2: the mode of {path} changed"
        now = after[path][0]
        if now == data or not path.endswith(".py"):
            assert now == data, f"P2: {path} changed"
            continue
        assert data[:3] != b"\xef\xbb\xbf" or now[:3] == b"\xef\xbb\xbf", f"P2: {path} lost its BOM"
        ends = set(LINE_ENDS.findall(data))
        assert len(ends) != 1 or set(LINE_ENDS.findall(now)) <= ends, (
            f"P2: line ends of {path} changed"
        )
        _same_lines(path, data, now, record.get(path, Known()))


def _same_lines(path: str, data: bytes, now: bytes, mine: Known) -> None:
    rest = iter(text_of(now).split("\n"))
    lines = own_lines(data, mine)
    lost = [line for line in lines if not any(line.strip() == other.strip() for other in rest)]
    assert not lost, f"P2: {path} lost {lost[:3]} or they moved\n{text_of(now)}"
    gone = bindings(data) - bindings(now) - mine.imports
    assert not gone, f"P2: {path} lost the imports {gone}"


def text_of(data: bytes) -> str:
    return LINE_ENDS.sub(b"\n", data).decode("utf-8-sig", "replace")


def own_lines(data: bytes, mine: Known) -> list[str]:
    """Return the lines of a file that neither stand in a generated symbol nor import: these must stay, in their order."""
    text = text_of(data)
    left = text.split("\n")
    for node in ast.parse(text).body:
        ours = isinstance(node, (ast.Import, ast.ImportFrom, ast.If)) or is_generated(node, mine)
        if ours:
            start = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", []))])
            left[start - 1 : node.end_lineno] = [""] * (node.end_lineno - start + 1)
    return [
        line
        for line in left
        if line.strip() and line.strip() not in mine.lines and "#:" not in line
    ]


def is_generated(node: ast.stmt, mine: Known) -> bool:
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        uids = re.findall(
            r"dispatch_uid='([^']+)'", " ".join(ast.unparse(d) for d in node.decorator_list)
        )
        return node.name in mine.names or bool(mine.uids & set(uids))
    if isinstance(node, ast.Assign):
        return any(isinstance(t, ast.Name) and t.id in mine.names for t in node.targets)
    return isinstance(node, ast.AnnAssign) and ast.unparse(node.target) in mine.names


def bindings(data: bytes) -> set[tuple[str, str]]:
    found = set()
    for node in ast.parse(text_of(data)).body:
        if isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            found |= {(module, a.name) for a in node.names}
        elif isinstance(node, ast.Import):
            found |= {(a.name, "") for a in node.names}
    return found
