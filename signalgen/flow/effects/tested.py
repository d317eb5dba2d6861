"""What tests do with receivers and signals.

``patched``, ``unheard``, ``disconnects``, ``left_off`` and ``is_for_subclasses`` are the entries.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from signalgen.dotted import dotted
from signalgen.flow.commit.deferral import is_on_commit
from signalgen.flow.commit.waiting import only_on_commit
from signalgen.flow.connections.identity import function_key, uid_of
from signalgen.flow.connections.senders import names_nothing
from signalgen.index.memo import answered_once
from signalgen.index.reading.given import argument, given
from signalgen.index.reading.production import is_production
from signalgen.index.reading.resolving import (
    derived_from,
    find,
    find_function,
    origin,
    resolve,
)
from signalgen.index.reading.scopes import scoped
from signalgen.index.reading.walking import walk
from signalgen.index.signals.calls import DISCONNECT, signal_calls
from signalgen.late import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.index import Index
    from signalgen.index.reading.scopes import Scoped
    from signalgen.values.index import FunctionRef, Receiver, SignalCall

_CALLED = frozenset(
    {
        "assert_called",
        "assert_called_once",
        "assert_called_with",
        "assert_called_once_with",
        "assert_any_call",
        "assert_has_calls",
        "assert_not_called",
        "called",
        "call_count",
        "call_args",
    }
)
_CAPTURING = (
    b"captureOnCommitCallbacks",
    b"on_commit",
    b"TransactionTestCase",
    b"run_commit_hooks",
)
_COMES_BACK = (b".connect(", b"addCleanup", b"addClassCleanup", b"enterContext", b"Signal(")
_FOR_ALL = frozenset({"conftest.py", "__init__.py"})
_STARTS = frozenset({"setup_test_environment", "setup_databases", "run_tests", "setup_package"})
_TESTS = (b"def test", b"def setUp")
LEFT_OFF = "nothing here connects it again: it stays off for later tests"
_TEST_CASE = frozenset({"django.test.TestCase", "django.test.testcases.TestCase"})


@dataclass(frozen=True, slots=True, eq=False)
class Patch:
    """A patch in a test: the call, the dotted name that it replaces, and its place."""

    path: str
    call: ast.Call
    name: str
    scope: FunctionRef | None
    cls: ast.ClassDef | None


@answered_once
def test_files(index: Index) -> tuple[str, ...]:
    """Return the files of tests: neither production code nor migrations."""
    sources = index.code.survey.sources
    return tuple(
        path
        for path in sources.paths
        if not is_production(sources, path) and "/migrations/" not in f"/{path}"
    )


@answered_once
def patches(index: Index) -> tuple[Patch, ...]:
    """Return the patches of the project's names in its tests."""
    return tuple(_patches(index))


def _patches(index: Index) -> Iterator[Patch]:
    code = index.code
    for path in test_files(index):
        if b"patch" not in code.data(path):
            continue
        outline = code.outline(path)
        for chunk in outline.chunks:
            if b"patch" not in outline.source(chunk) or chunk.kind == "import":
                continue
            for item in scoped(code, path, code.parsed(path, chunk), wanted=(ast.Call,)):
                name = _patched_name(index, path, item)
                if name and isinstance(item.node, ast.Call):
                    yield Patch(path, item.node, origin(code, name), item.scope, item.cls)


def _patched_name(index: Index, path: str, item: Scoped) -> str:
    call = item.node
    if not isinstance(call, ast.Call) or not call.args:
        return ""
    written, first = dotted(call.func), call.args[0]
    last = written.rpartition(".")[2]
    text = first.value if isinstance(first, ast.Constant) else None
    by_name = last == "patch" or written in ("monkeypatch.setattr", "mocker.patch")
    if by_name and isinstance(text, str):
        return text
    if written.endswith("patch.object") or written == "monkeypatch.setattr":
        attribute = call.args[1] if len(call.args) > 1 else None
        owner = dotted(first)
        if owner and isinstance(attribute, ast.Constant) and isinstance(attribute.value, str):
            return f"{resolve(index.code, path, owner, item.scope)}.{attribute.value}"
    return ""


def patched(index: Index) -> Iterator[tuple[Patch, Receiver]]:
    """Yield the patches of a receiver's name, which do not replace the connected function.

    Patches are left out if production code also calls the function by name, or the test connects
    something.
    """
    for patch in patches(index):
        function = find_function(index.code, patch.name)
        receiver = index.receiver_of(function) if function is not None else None
        if function is None or receiver is None or function.cls is not None:
            continue
        if any(isinstance(item.target, ast.Call) for item in receiver.connections):
            continue
        if not _is_named_elsewhere(index, receiver) and not _connects(index, patch):
            yield patch, receiver


def _is_named_elsewhere(index: Index, receiver: Receiver) -> bool:
    # By the text: any mention that is no definition, no import and no registration.
    function = receiver.function
    name = re.escape(function.name.encode())
    used = re.compile(rb"\b" + name + rb"\s*(?:\(|\.(?!py))|[\[,=(]\s*" + name + rb"\s*[\],)]")
    written = re.compile(
        rb"def\s+" + name + rb"\b|connect\(\s*(?:receiver\s*=\s*)?(?:[\w.]+\.)?" + name + rb"\b"
    )
    for path in index.containing(function.name.encode()):
        data = written.sub(b"", index.code.data(path))
        if used.search(data):
            return True
    return False


def _connects(index: Index, patch: Patch) -> bool:
    data = index.code.data(patch.path)
    return b".connect(" in data or b"reload(" in data


def unheard(index: Index) -> Iterator[tuple[Patch, ast.expr]]:
    """Yield the patches whose calls a TestCase asserts, and that are only called on commit.

    With the assertion: such a callback never runs in a TestCase, which rolls back.
    """
    for patch in patches(index):
        data = index.code.data(patch.path)
        if any(word in data for word in _CAPTURING) or not _is_rolled_back(index, patch):
            continue
        owner = _test_around(patch)
        nodes = walk(owner) if owner is not None else ()
        asserted = (n for n in nodes if isinstance(n, ast.Attribute) and n.attr in _CALLED)
        node = next(asserted, None)
        # Last, as all of the project is searched for each name.
        if node is None or not only_on_commit(index, patch.name):
            continue
        if not _is_waiting(index, patch.name):
            yield patch, node


def _is_waiting(index: Index, name: str) -> bool:
    """Tell whether a function itself calls ``on_commit``: then its patch is called."""
    function = find_function(index.code, name)
    return function is not None and any(
        isinstance(node, ast.Call) and is_on_commit(index, function.path, node, function)
        for node in walk(function.node)
    )


def _test_around(patch: Patch) -> ast.AST | None:
    if patch.scope is not None:
        return patch.scope.node
    for node in walk(patch.cls) if patch.cls is not None else ():
        for decorator in getattr(node, "decorator_list", ()):
            if any(one is patch.call for one in walk(decorator)):
                return node
    return None


def _is_rolled_back(index: Index, patch: Patch) -> bool:
    node = patch.cls
    scope = patch.scope
    while node is None and scope is not None:
        node, scope = scope.cls, scope.outer
    if node is None:
        return False
    names = [name for name, _ in derived_from(index.code, index.code.class_ref(patch.path, node))]
    known = [name for name in names if name in _TEST_CASE or find(index.code, name) is not None]
    return bool(_TEST_CASE.intersection(names)) and len(known) == len(names)


def is_for_subclasses(index: Index, call: SignalCall) -> bool:
    """Tell whether a class without tests of its own disconnects for those that derive from it."""
    cls = call.scope.cls if call.scope is not None else None
    if cls is None or any(
        isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name.startswith("test")
        for node in cls.body
    ):
        return False
    name = re.escape(cls.name.encode())
    derived = re.compile(rb"^[ \t]*class\s+\w+\s*\([^)]*\b" + name + rb"\b", re.MULTILINE)
    return any(derived.search(index.code.data(path)) for path in test_files(index))


@answered_once
def disconnects(index: Index) -> tuple[SignalCall, ...]:
    """Return each ``disconnect`` in tests."""
    code = index.code
    # Most tests disconnect nothing, and those that send mail need not be parsed.
    paths = [path for path in test_files(index) if b"disconnect" in code.data(path)]
    calls = signal_calls(code, index.signals, paths, (DISCONNECT,))
    return tuple(call for call in calls if call.method == "disconnect")


def left_off(index: Index) -> Iterator[tuple[SignalCall, str]]:
    """Yield what tests disconnect and never connect again, or fail to disconnect, with why."""
    for call in disconnects(index):
        if names_nothing(index, call):
            continue  # it leaves nothing off
        why = _misses(index, call)
        if why:
            yield call, why
        elif not _may_be_meant(index, call):
            yield call, LEFT_OFF


def _may_be_meant(index: Index, call: SignalCall) -> bool:
    """Tell whether a receiver may come back, or is meant to stay off for every test."""
    data, name = index.code.data(call.path), call.path.rpartition("/")[2]
    if any(word in data for word in _COMES_BACK):
        return True
    if name in _FOR_ALL or (call.scope is not None and call.scope.name in _STARTS):
        return True
    receiver = given(argument(call.call, "receiver", 0))
    if isinstance(receiver, ast.Attribute):
        # A method of an object: the object may connect it again.
        target = resolve(index.code, call.path, dotted(receiver), call.scope)
        if not dotted(receiver) or find_function(index.code, target) is None:
            return True
    # A helper: whoever calls it may connect again.
    return not any(word in data for word in _TESTS)


def _misses(index: Index, call: SignalCall) -> str:
    receiver = given(argument(call.call, "receiver", 0))
    if receiver is None or any(word.arg is None for word in call.call.keywords):
        return ""
    written = dotted(receiver)
    name = resolve(index.code, call.path, written, call.scope) if written else ""
    function = find_function(index.code, name) if name else None
    known = index.receiver_of(function) if function is not None else None
    if known is None or argument(call.call, "dispatch_uid", 2) is not None:
        return ""
    if _connects_before(call, written):
        return ""
    meant = [item for item in known.connections if call.signal in item.signals]
    uids = [uid_of(index, item) for item in meant if function_key(index, item)]
    if meant and len(uids) == len(meant) and all(uids):
        return f"it is connected with dispatch_uid={uids[0]!r}, so this disconnects nothing"
    return ""


def _connects_before(call: SignalCall, written: str) -> bool:
    """Tell whether the same test connects the function further up, which this undoes."""
    return call.scope is not None and any(
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "connect"
        and node.lineno < call.call.lineno
        and dotted(given(argument(node, "receiver", 0))) == written
        for node in walk(call.scope.node)
    )
