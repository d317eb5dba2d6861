"""The house holds: imports point one way, and only the named rooms touch the outside.

Each rule is a function from a room and a syntax tree to what is wrong, so that it is tested on bad code first.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "signalgen"

# The floors of the house from the ground up: a room imports from the floors below its own, and from those of ASIDE
# only where that table says so. A package with rooms of its own (flow/, check/, plan/, testplan/) has floors as well.
FLOORS = (
    ("late", "bounded", "treewalk"),
    ("errors", "packaged", "fastpath", "dotted", "screening"),
    ("values", "roomy", "specfile"),
    ("facts",),
    ("source",),
    ("rewriting", "canon"),
    ("syntax", "foreseen"),
    ("queueing", "sandbox"),
    ("spec", "render", "formatting"),
    ("project", "merge", "write"),
    ("index",),
    ("flow",),
    ("plan",),
    ("testplan",),
    ("check",),
    ("gate", "chart", "habits", "whatnext"),
    ("extract",),
    ("generating", "fixing"),
    (
        "checking",
        "showing",
        "listings",
        "tracing",
        "charting",
        "reasoning",
        "extracting",
        "starting",
    ),
    ("api",),
    ("overview",),
    ("serving",),
    ("cli",),
    ("management", "__init__", "__main__"),
)
INNER = {
    "spec": (("text",), ("declared",), ("recipes",)),
    "index": (("reading",), ("models",), ("members",), ("apps", "signals")),
    "flow": (
        ("connections", "commit"),
        ("function",),
        ("objects",),
        ("reach",),
        ("effects", "rows"),
        ("handing",),
    ),
    "check": (("engine",), ("fixes", "report"), ("rules",)),
    "plan": (("names",), ("signals",), ("handlers",), ("tasks",), ("recipes",)),
    "testplan": (("rows",), ("terms",), ("choosing",), ("reading",), ("cases",)),
}
# Neighbours by their floor that must not know each other all the same: stages pass frozen values, and nothing else.
APART = {
    "merge": {"spec", "render", "formatting", "project"},
    "write": {"spec", "render", "formatting"},
    "project": {"spec", "render", "formatting"},
    "index": {"spec", "render", "formatting", "merge", "write"},
    "flow": {"spec", "render", "formatting", "merge", "write"},
    "plan": {"spec", "render", "formatting", "merge", "write", "project", "flow"},
    "testplan": {
        "spec",
        "render",
        "formatting",
        "merge",
        "write",
        "project",
        "index",
        "flow",
    },
    "check": {"spec", "render", "formatting", "merge", "write", "plan", "testplan"},
    "gate": {"render", "formatting", "merge", "write", "plan", "testplan"},
    "chart": {"spec", "render", "formatting", "merge", "write", "plan", "testplan"},
    "extract": {"spec", "render", "formatting", "merge", "write", "plan", "testplan"},
}
DEEPEST = 6
# The rooms that wire the others load them when a command needs them: a start must stay quick.
LATE = {
    "__init__",
    "__main__",
    "api",
    "checking",
    "cli",
    "generating",
    "management",
    "overview",
    "serving",
}

THIRD_PARTY = {
    "jinja2": {
        "render",
        "sandbox",
        "spec",
    },  # spec for recipes, which are entries of a spec with blanks in them
    "black": {"formatting"},
    "_black_version": {"formatting"},
    "tree_sitter": {"source"},
    "tree_sitter_python": {"source"},
    "yaml": {"spec"},
    "typer": {"cli"},
    "click": {"cli"},
    "rich": {"cli"},
    "tomli": {"project"},
    "tomllib": {"project"},
    "platformdirs": {"check", "project", "write"},
    "django": {"management"},
    "mcp": {"serving"},
    "pydantic": {"serving"},
}

WRITERS = {"write"}
READERS = {"project", "cli", "write", "fastpath", "bounded", "packaged", "specfile"}
# A spec may be a pipe, which has no size and is no regular file; it is read up to a size all the same.
OPENERS = {"bounded", "specfile"}
PRINTERS = {"cli", "fastpath"}
LINES, FUNCTION_LINES = 400, 50

WRITING = {
    "write_text",
    "write_bytes",
    "touch",
    "mkdir",
    "unlink",
    "rename",
    "rmdir",
    "symlink_to",
    "hardlink_to",
    "chmod",
}
WRITING_MODULES = {"shutil", "tempfile"}
WRITING_OS = {
    "replace",
    "rename",
    "remove",
    "unlink",
    "mkdir",
    "makedirs",
    "rmdir",
    "link",
    "symlink",
    "write",
    "fsync",
    "chmod",
}
READING = {"read_text", "read_bytes", "iterdir", "glob", "rglob"}
ONLY_READING = {"os.O_RDONLY", "ONLY_READING"}
UNBOUNDED = {
    "read_text",
    "read_bytes",
    "FileSystemLoader",
    "PackageLoader",
    "getline",
    "getlines",
    "FileIO",
    "FileInput",
    "mmap",
    "loadtxt",
}
READING_OS = {"scandir", "listdir", "walk"}
SPEAKING = {"print", "input", "breakpoint"}
LEAVING = {"exit", "quit"}


def room_of(path: Path) -> str:
    """Return the room that a module of the package belongs to."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def dotted(node: ast.expr) -> str:
    """Return ``a.b.c`` for a chain of names, or what of it is known."""
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def imports(tree: ast.Module) -> Iterator[tuple[str, ast.stmt]]:
    """Yield every module that is imported, as an absolute dotted name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level:
            yield f"signalgen.<relative>.{node.module or ''}", node
        elif isinstance(node, ast.ImportFrom) and node.module == "signalgen":
            yield from ((f"signalgen.{alias.name}", node) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or "", node


def floor_of(room: str, floors: tuple[tuple[str, ...], ...]) -> int:
    """Return the number of the floor that a room is on, counted from the ground."""
    return next(number for number, rooms in enumerate(floors) if room in rooms)


def check_rooms(room: str, tree: ast.Module) -> Iterator[str]:
    """Rooms import from floors below their own, by absolute names, but for those that they are kept apart from."""
    for name, node in imports(tree):
        top, _, rest = name.partition(".")
        target = rest.partition(".")[0]
        if top != "signalgen" or target == room:
            continue
        known = any(target in rooms for rooms in FLOORS)
        below = known and floor_of(target, FLOORS) < floor_of(room, FLOORS)
        if not below or target in APART.get(room, ()):
            yield f"line {node.lineno}: {room} imports {name}"


def check_third_party(room: str, tree: ast.Module) -> Iterator[str]:
    """A library is imported by the one room that stands between it and the rest."""
    for name, node in imports(tree):
        top = name.partition(".")[0]
        if top in THIRD_PARTY and room not in THIRD_PARTY[top]:
            yield f"line {node.lineno}: {room} imports {name}"
        elif top not in THIRD_PARTY and top not in sys.stdlib_module_names and top != "signalgen":
            yield f"line {node.lineno}: {name} is in no table"
        elif top in THIRD_PARTY and "._" in name:
            yield f"line {node.lineno}: {name} is private"


def check_late_imports(room: str, tree: ast.Module) -> Iterator[str]:
    """A stage does not hide an import of another room in a function."""
    if room in LATE:
        return
    for function in functions(tree):
        for name, node in imports(ast.Module(body=function.body, type_ignores=[])):
            if name.startswith("signalgen"):
                yield f"line {node.lineno}: {name} is imported inside {function.name}"


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Yield every function and method."""
    return (n for n in ast.walk(tree) if isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef)))


def calls(tree: ast.Module) -> Iterator[tuple[str, ast.Call]]:
    """Yield every call with the dotted name of what is called."""
    return ((dotted(n.func), n) for n in ast.walk(tree) if isinstance(n, ast.Call))


def open_mode(name: str, call: ast.Call) -> str | None:
    """Return the mode of a call that opens a file (``?`` when it is computed), or None when it opens none.

    A method called ``open`` is a path's when it is called with a mode or nothing: other things open too.
    """
    if call.args and dotted(call.args[0]) == "os.devnull":
        return None
    if name == "os.open":
        return "r" if len(call.args) > 1 and dotted(call.args[1]) in ONLY_READING else "w"
    function = name in {"open", "io.open", "os.fdopen"}
    if not function and not (isinstance(call.func, ast.Attribute) and call.func.attr == "open"):
        return None
    arguments = call.args[1:] if function else call.args
    given = [k.value for k in call.keywords if k.arg == "mode"] or arguments[:1]
    if not given:
        return "r"
    if isinstance(given[0], ast.Constant) and isinstance(given[0].value, str):
        return given[0].value
    return "?" if function else None


def writes(name: str, call: ast.Call) -> bool:
    """Return whether a call changes what is on the disk."""
    if name == "shutil.which":
        return False  # looks, and writes nothing
    head, _, last = name.rpartition(".")
    mode = open_mode(name, call)
    if mode is not None and set(mode) & set("wax+?"):
        return True
    if head in WRITING_MODULES or (head == "os" and last in WRITING_OS):
        return True
    # str.replace takes two arguments and dataclasses.replace takes keywords: Path.replace takes one and none.
    path_replace = (
        isinstance(call.func, ast.Attribute)
        and last == "replace"
        and len(call.args) == 1
        and not call.keywords
    )
    return isinstance(call.func, ast.Attribute) and (last in WRITING or path_replace)


def check_writing(room: str, tree: ast.Module) -> Iterator[str]:
    """Only ``write`` writes."""
    if room in WRITERS:
        return
    for name, call in calls(tree):
        if writes(name, call):
            yield f"line {call.lineno}: {room} writes with {name}"


def check_reading(room: str, tree: ast.Module) -> Iterator[str]:
    """Only ``project`` reads files, ``cli`` and ``api`` the spec, and ``write`` what it is about to replace."""
    if room in READERS:
        return
    for name, call in calls(tree):
        head, _, last = name.rpartition(".")
        method = isinstance(call.func, ast.Attribute) and last in READING
        if open_mode(name, call) is not None or method or (head == "os" and last in READING_OS):
            yield f"line {call.lineno}: {room} reads with {name}"


def check_bounds(room: str, tree: ast.Module) -> Iterator[str]:
    """Only ``bounded`` opens a file to read it: it wants a regular file, and only so much of it."""
    if room in OPENERS:
        return
    for name, call in calls(tree):
        mode = open_mode(name, call)
        folder = name == "os.open" and room == "write"  # to be synchronised, and files to be made
        opens = mode is not None and not folder
        method = isinstance(call.func, ast.Attribute) or name == "FileIO"
        if opens or (method and name.rpartition(".")[2] in UNBOUNDED) or name == "tokenize.open":
            yield f"line {call.lineno}: {room} reads with {name}"


def check_printing(room: str, tree: ast.Module) -> Iterator[str]:
    """Only ``cli`` prints, prompts or exits; the entry point may hand on the exit code."""
    if room in PRINTERS:
        return
    for node in ast.walk(tree):
        name = dotted(node) if isinstance(node, (ast.Name, ast.Attribute)) else ""
        leaving = name in LEAVING | {"SystemExit", "sys.exit", "os._exit"} and room != "__main__"
        if name in SPEAKING | {"sys.stdout", "sys.stderr", "sys.stdin"} or leaving:
            yield f"line {node.lineno}: {room} uses {name}"


def check_docstring(_room: str, tree: ast.Module) -> Iterator[str]:
    """Every module says why it exists."""
    if not ast.get_docstring(tree):
        yield "line 1: no docstring"


def check_functions(_room: str, tree: ast.Module) -> Iterator[str]:
    """Functions are short, and public ones are annotated throughout."""
    for function in functions(tree):
        lines = (function.end_lineno or 0) - function.lineno + 1
        if lines > FUNCTION_LINES:
            yield f"line {function.lineno}: {function.name} has {lines} lines"
        arguments = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
        bare = [a.arg for a in arguments if a.annotation is None and a.arg not in {"self", "cls"}]
        if not function.name.startswith("_") and (bare or function.returns is None):
            yield f"line {function.lineno}: {function.name} lacks annotations"


def check_length(_room: str, tree: ast.Module) -> Iterator[str]:
    """A module is short enough to be read in one go."""
    last = max((getattr(node, "end_lineno", 0) or 0 for node in tree.body), default=0)
    if last > LINES:
        yield f"line {last}: the module has more than {LINES} lines"


CHECKS = (
    check_rooms,
    check_third_party,
    check_late_imports,
    check_writing,
    check_reading,
    check_bounds,
    check_printing,
    check_docstring,
    check_functions,
    check_length,
)
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if "_templates" not in path.parts)


@pytest.mark.parametrize("path", MODULES, ids=lambda p: p.relative_to(PACKAGE).as_posix())
def test_every_module_keeps_the_rules_of_the_house(path: Path):
    tree = ast.parse(path.read_bytes())
    assert [f"{path}: {found}" for check in CHECKS for found in check(room_of(path), tree)] == []


def test_every_room_is_on_one_floor():
    rooms = [room for floor in FLOORS for room in floor]
    assert len(rooms) == len(set(rooms))
    assert {room_of(path) for path in MODULES} <= set(rooms)
    assert set(APART) <= set(rooms)


def inner_room(name: str) -> str:
    """Return the room inside a package that a dotted module belongs to, empty for a module of the package itself."""
    parts = name.split(".")
    below = (PACKAGE / parts[1] / parts[2]).is_dir() if len(parts) > 2 else False
    return parts[2] if below else ""


@pytest.mark.parametrize("package", sorted(INNER))
def test_the_rooms_inside_a_package_have_floors_too(package: str):
    floors = INNER[package]
    wrong = []
    for path in (PACKAGE / package).rglob("*.py"):
        own = (
            path.relative_to(PACKAGE / package).parts[0] if path.parent != PACKAGE / package else ""
        )
        for name, node in imports(ast.parse(path.read_bytes())) if own else ():
            if not name.startswith(f"signalgen.{package}."):
                continue
            target = inner_room(name)
            if target and target != own and floor_of(target, floors) >= floor_of(own, floors):
                wrong.append(f"{path}:{node.lineno}: {own} imports {name}")
    assert wrong == []


def run_time_imports(path: Path) -> Iterator[str]:
    """Yield the modules that importing a module imports: not those for type checkers or inside functions."""
    tree = ast.parse(path.read_bytes())
    stmts = [stmt for stmt in tree.body if isinstance(stmt, (ast.Import, ast.ImportFrom))]
    for name, node in imports(ast.Module(body=stmts, type_ignores=[])):
        names = node.names if isinstance(node, ast.ImportFrom) else ()
        yield name
        yield from (f"{name}.{alias.name}" for alias in names)


def dotted_name(path: Path) -> str:
    """Return the import name of a module of the package."""
    return ".".join(("signalgen", *path.relative_to(PACKAGE).with_suffix("").parts))


def test_no_two_classes_have_one_name():
    homes: dict[str, list[str]] = {}
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_bytes())):
            if isinstance(node, ast.ClassDef):
                homes.setdefault(node.name, []).append(dotted_name(path))
    assert {name: found for name, found in homes.items() if len(found) > 1} == {}


def test_few_modules_share_a_name():
    homes: dict[str, list[str]] = {}
    for path in MODULES:
        if path.stem != "__init__":
            homes.setdefault(path.stem, []).append(dotted_name(path))
    assert {name: found for name, found in homes.items() if len(found) > 3} == {}


FOLDERS = sorted({path.parent for path in MODULES})


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda p: p.relative_to(PACKAGE).as_posix())
def test_no_room_is_deep(folder: Path):
    inside = {dotted_name(path): path for path in folder.glob("*.py") if path.stem != "__init__"}
    below = {
        name: set(run_time_imports(path)) & set(inside) - {name} for name, path in inside.items()
    }

    def depth(name: str) -> int:
        return 1 + max((depth(other) for other in below[name]), default=0)

    deep = {name: depth(name) for name in inside if depth(name) > DEEPEST}
    assert deep == {}


BAD = [
    (check_rooms, "plan", "from signalgen.render import text"),
    (check_rooms, "plan", "from signalgen import generating"),
    (check_rooms, "values", "from signalgen.facts import names"),
    (check_rooms, "render", "import signalgen.merge"),
    (check_rooms, "generating", "from signalgen.cli import main"),
    (check_rooms, "plan", "from ..render import text"),
    (check_third_party, "plan", "import jinja2.sandbox"),
    (check_third_party, "merge", "from tree_sitter import Parser"),
    (check_third_party, "spec", "import requests"),
    (check_third_party, "cli", "from typer._click import Context"),
    (check_late_imports, "spec", "def f():\n    from signalgen.spec.text.nodes import x"),
    (check_writing, "plan", "open('x', 'w')"),
    (check_writing, "plan", "path.open(mode='ab')"),
    (check_writing, "plan", "open('x', mode)"),
    (check_writing, "project", "os.open(path, flags)"),
    (check_writing, "project", "Path(a).parent.open('r+')"),
    (check_writing, "merge", "path.write_text('')"),
    (check_writing, "project", "os.replace(a, b)"),
    (check_writing, "cli", "path.replace(other)"),
    (check_writing, "cli", "shutil.rmtree(path)"),
    (check_reading, "plan", "open('x')"),
    (check_reading, "merge", "Path('x').read_bytes()"),
    (check_reading, "spec", "os.scandir('.')"),
    (check_bounds, "project", "open(path, 'rb')"),
    (check_bounds, "project", "path.open()"),
    (check_bounds, "cli", "Path(name).read_text()"),
    (check_bounds, "fastpath", "os.open(path, os.O_RDONLY)"),
    (check_bounds, "render", "jinja2.FileSystemLoader(folder)"),
    (check_bounds, "source", "linecache.getlines(path)"),
    (check_printing, "plan", "print('x')"),
    (check_printing, "merge", "sys.stderr.write('x')"),
    (check_printing, "generating", "raise SystemExit(1)"),
    (check_printing, "__main__", "print('x')"),
    (check_docstring, "plan", "x = 1"),
    (check_functions, "plan", "def f(a) -> int: ..."),
    (check_functions, "plan", "def f(a: int): ..."),
    (check_functions, "plan", "def _f():\n" + "    x = 1\n" * FUNCTION_LINES),
    (check_length, "plan", "\n" * LINES + "x = 1"),
]
GOOD = [
    (
        check_rooms,
        "plan",
        "from signalgen.values.spec import Spec\nfrom signalgen.plan.names.freenames import x",
    ),
    (check_rooms, "merge", "from signalgen.source import parse"),
    (check_third_party, "render", "import jinja2, ast"),
    (check_third_party, "formatting", "import _black_version"),
    (check_late_imports, "cli", "def f():\n    from signalgen.generating import generate"),
    (check_late_imports, "spec", "def f():\n    import yaml"),
    (
        check_writing,
        "plan",
        "text.replace('a', 'b')\nreplace(plan, path='x')\ndataclasses.replace(plan, path='x')",
    ),
    (check_writing, "project", "open('x', 'rb')\nopen('x')"),
    (check_writing, "write", "os.replace(a, b)"),
    (check_reading, "project", "path.read_bytes()"),
    (check_bounds, "project", "read_regular(path)"),
    (check_bounds, "bounded", "os.open(path, ONLY_READING)"),
    (check_bounds, "write", "os.open(folder, os.O_RDONLY)"),
    (check_bounds, "spec", "builder.open(event, place)"),
    (check_writing, "spec", "builder.open(event, place)"),
    (check_writing, "cli", "os.open(path, os.O_RDONLY)"),
    (check_reading, "plan", "ast.walk(tree)"),
    (check_reading, "spec", "builder.open(event, place)\nread_text(tree)"),
    (check_printing, "cli", "print('x')"),
    (check_printing, "__main__", "raise SystemExit(main())"),
    (check_functions, "plan", "def _f(a): ...\nclass A:\n    def f(self) -> int: ..."),
]


@pytest.mark.parametrize(("check", "room", "code"), BAD)
def test_a_broken_rule_is_seen(
    check: Callable[[str, ast.Module], Iterator[str]], room: str, code: str
):
    assert list(check(room, ast.parse(code)))


@pytest.mark.parametrize(("check", "room", "code"), GOOD)
def test_what_is_allowed_is_left_alone(
    check: Callable[[str, ast.Module], Iterator[str]], room: str, code: str
):
    assert list(check(room, ast.parse(code))) == []


def test_importing_the_package_loads_nothing_heavy():
    heavy = sorted(set(THIRD_PARTY) - {"tomllib"})
    code = f"import sys, signalgen, signalgen.values.plan; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
