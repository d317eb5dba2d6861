"""Random projects, specs and hand edits for the properties: small worlds in which much can meet.

A spec is drawn as data and printed as JSON, which is YAML. An edit is a function of the project's folder and a number
that picks its place; it returns the mark it left, or None where there was nothing to edit. All that an edit adds has a
mark of its own, so that nobody can lose it unseen.
"""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from pathlib import Path

import black
from hypothesis import strategies as st

MODELS = """\
from django.db import models


class Order(models.Model):
    status = models.CharField(max_length=20, default="new")
    total = models.IntegerField(default=0)


class Item(models.Model):
    order = models.ForeignKey(Order, on_delete=models.CASCADE)
    note = models.TextField(blank=True)


def own_model_helper():
    return 1
"""
OWN = """\
import logging

from django.db.models.signals import post_save
from django.dispatch import receiver

from .models import Item

log = logging.getLogger(__name__)  # ours


@receiver(post_save, sender=Item)
def own_first(sender, instance, **kwargs):
    '''Own, with odd   spacing.'''
    log.info( "saved %s" , instance )


def own_second(value):
    # a comment
    return value
"""
APPS = """\
from django.apps import AppConfig


class {0}Config(AppConfig):
    name = "{1}"
    verbose_name = 'own'
"""
READY = """
    def ready(self):
        # own comment
        from . import {0}  # noqa

        own_start = 1
        return own_start
"""
BASE = {
    "manage.py": "import os\n",
    "config/__init__.py": "",
    "config/settings.py": 'INSTALLED_APPS = ["crm", "shop"]\n',
    "requirements.txt": "Django==5.2.*\ncelery==5.5.*\n",
    "shop/__init__.py": "",
    "shop/models.py": MODELS,
    "crm/__init__.py": "",
    "crm/apps.py": APPS.format("Crm", "crm"),
    "crm/models.py": MODELS.replace("Order", "Lead"),
}


def _with(**more):
    return {
        **BASE,
        **{path.replace("__", "/", 1).replace("_py", ".py"): text for path, text in more.items()},
    }


SHOP_APPS = APPS.format("Shop", "shop")
LAYOUTS = {
    "bare": _with(shop__apps_py=SHOP_APPS),
    "signals": _with(shop__apps_py=SHOP_APPS + READY.format("signals"), shop__signals_py=OWN),
    "receivers": _with(shop__apps_py=SHOP_APPS + READY.format("receivers"), shop__receivers_py=OWN),
    "not loaded": _with(
        shop__apps_py=SHOP_APPS, shop__signals_py=OWN, shop__tests_py="import os\n"
    ),
    "no apps.py": _with(shop__signals_py=OWN.rstrip("\n")),
    "package": {
        **_with(shop__apps_py=SHOP_APPS + "\n    def ready(self):\n        'Own.'\n"),
        "shop/signals/__init__.py": "from .own import own_first  # noqa\n",
        "shop/signals/own.py": OWN.replace("from .models", "from ..models"),
        "shop/tests/__init__.py": "",
        "shop/tests/test_own.py": "from shop.models import Order\n\nown_order = Order\n",
    },
    "windows": _with(
        shop__apps_py=(SHOP_APPS + READY.format("signals")).replace("\n", "\r\n"),
        shop__signals_py=b"\xef\xbb\xbf" + OWN.replace("\n", "\r\n").encode(),
    ),
    "tasks": _with(
        shop__apps_py=SHOP_APPS,
        shop__tasks_py="from celery import shared_task\n\n\n@shared_task\ndef own_task(pk):\n    return pk\n",
        shop__tests_py="# own tests\n",
    ),
}
STYLES = {
    "plain": "",
    "short single": "[tool.black]\nline-length = 72\nskip-string-normalization = true\n",
    "ruff": "[tool.ruff]\nline-length = 100\n[tool.ruff.lint.isort]\nforce-single-line = true\n",
    "no tests": '[tool.signalgen]\ntests = "none"\n',
    "typed": "[tool.signalgen]\ntyped = true\n",
}

BODIES = (
    'cache.set("{id}", {n})\n',
    'cache.set("{id}", {n})\nlogger.info("did {id}")\n',
    '# why {n}\nif instance.pk:\n    cache.set("{id}", {n})\nelse:\n    cache.clear()\n',
    'value = {n}\ncache.set("{id}", value)\n\ncache.touch("{id}")\n',
    'send_mail("{id}", "text", None, [{n}], fail_silently=True)\n',
    "work_{id}.delay(instance.pk)\n",
)


@st.composite
def handlers(draw, id_: str, model: str) -> dict:
    body = draw(st.sampled_from(BODIES)).format(id=id_, n=draw(st.integers(1, 4)))
    kind = draw(st.sampled_from(["save", "save", "create", "delete", "change", "commit"]))
    made: dict = {
        "id": id_,
        "name": draw(st.sampled_from([id_, id_, id_, f"{id_}_renamed"])),
        "model": model,
    }
    if kind == "delete":
        made |= {"signal": "post_delete", "body": body}
    elif kind == "change":
        field = "status" if model != "Item" else "note"
        made |= {
            "signal": draw(st.sampled_from(["pre_save", "post_save"])),
            "on_change": {field: body},
        }
    elif kind == "commit":
        made |= {"signal": "post_save", "after_commit": f'cache.set("{id_}", 9)\n'}
    else:
        made |= {"signal": "post_save", "on_create": body}
        if kind == "save":
            made["on_update"] = f'cache.delete("{id_}")\n'
    if draw(st.booleans()):
        made["description"] = draw(st.sampled_from(["Tell them.", "Note it.\n\nAt length."]))
    if draw(st.integers(0, 4)) == 0:
        made["on_error"] = "log"
    return made


@st.composite
def specs(draw, app: str, prefix: str) -> str:
    """A spec over a few ids, so that two of them in a row share some, drop some and change some."""
    model = "Order" if app == "shop" else "Lead"
    ids = draw(
        st.lists(
            st.sampled_from([f"{prefix}_a", f"{prefix}_b", f"{prefix}_c"]), unique=True, max_size=3
        )
    )
    made: dict = {
        "app": app,
        "handlers": [draw(handlers(i, draw(st.sampled_from([model, "Item"])))) for i in ids],
    }
    if draw(st.integers(0, 2)) == 0 or not ids:
        listener = {
            "name": f"{prefix}_heard",
            "body": f'cache.set("{prefix}_heard", {draw(st.integers(1, 3))})',
        }
        made["signals"] = [
            {
                "name": f"{prefix}_signal",
                "args": draw(
                    st.sampled_from([{"order": model}, {"order": model, "amount": "int"}])
                ),
                "handlers": [listener] if draw(st.booleans()) else [],
            }
        ]
    return json.dumps(made, indent=1)


SOURCES = {"shop.yaml": ("shop", "one"), "more.yaml": ("shop", "two"), "crm.yaml": ("crm", "three")}


def said(name: str) -> st.SearchStrategy[tuple[str, str]]:
    return st.tuples(st.just(name), specs(*SOURCES[name]))


def runs() -> st.SearchStrategy[tuple[str, str]]:
    """A spec file and its new text; mostly the same one, that is where changes meet."""
    return st.sampled_from(["shop.yaml", "shop.yaml", "more.yaml", "crm.yaml"]).flatmap(said)


# Edits: each finds a place by number, and does nothing where there is none.


def _source(path: Path) -> str:
    return path.read_bytes().decode("utf-8")


def _save(path: Path, text: str) -> None:
    path.write_bytes(text.encode("utf-8"))


def code_files(root: Path) -> list[Path]:
    return [
        p for p in sorted(root.rglob("*.py")) if p.parent.name != "config" and p.name != "manage.py"
    ]


def generated_functions(root: Path) -> list[tuple[Path, ast.stmt]]:
    """Return what stands under a dispatch_uid, and the generated tests and tasks."""
    record = [json.loads(p.read_bytes()) for p in sorted((root / ".signalgen").glob("*.json"))]
    names = {(s["path"], s["name"]) for r in record for s in r["symbols"]}
    found = []
    for path in code_files(root):
        for node in ast.parse(path.read_bytes()).body:
            if (path.relative_to(root).as_posix(), getattr(node, "name", "")) in names:
                found.append((path, node))
    return found


def _pick(found: list, number: int):
    return found[number % len(found)] if found else None


def _lines(path: Path) -> list[str]:
    return re.split(r"(?<=\n)", _source(path))


def _newline(path: Path) -> str:
    return "\r\n" if b"\r\n" in path.read_bytes() else "\n"


Taken = tuple[str, bytes, bytes]
"""What an edit of own code did: the file, the bytes it put in, and those that they stand for."""


def add_function(root: Path, number: int) -> Taken:
    """Own code at the end of a file, whatever is there."""
    path = _pick([p for p in code_files(root) if p.name != "__init__.py"], number)
    end = _newline(path)
    text = _source(path)
    new = f"{end if text and not text.endswith(end) else ''}{end}{end}def mine_{number}():{end}    return {number}{end}"
    _save(path, text + new)
    return path.relative_to(root).as_posix(), new.encode(), b""


def add_above(root: Path, number: int) -> Taken | None:
    """Own code above an own function."""
    found = [
        (p, line)
        for p in code_files(root)
        for line in _lines(p)
        if line.startswith("def own_second")
    ]
    picked = _pick(found, number)
    if picked is None:
        return None
    path, line = picked
    end = _newline(path)
    new = f"mine_{number} = 1{end}{end}{end}{line}"
    _save(path, _source(path).replace(line, new, 1))
    return path.relative_to(root).as_posix(), new.encode(), line.encode()


def change_own(root: Path, number: int) -> Taken | None:
    """A changed line of an own function."""
    for path in code_files(root):
        text = _source(path)
        if "log.info( " in text:
            new = f"log.info(  # mine_{number}{_newline(path)}        "
            _save(path, text.replace("log.info( ", new, 1))
            return path.relative_to(root).as_posix(), new.encode(), b"log.info( "
    return None


def _in_body(root: Path, number: int, line: str) -> None:
    picked = _pick(generated_functions(root), number)
    if picked is None:
        return
    path, node = picked
    if isinstance(node, ast.Assign):
        return
    last = node.body[-1]
    lines = _lines(path)
    indent = " " * last.col_offset
    lines.insert(last.end_lineno, f"{indent}{line}{_newline(path)}")
    _save(path, "".join(lines))


def add_line(root: Path, number: int) -> None:
    """A line at the end of a generated body."""
    _in_body(root, number, f"mine_{number} = 0")


def add_comment(root: Path, number: int) -> None:
    """A comment in a generated body, below its docstring."""
    picked = _pick(
        [(p, n) for p, n in generated_functions(root) if not isinstance(n, ast.Assign)], number
    )
    if picked is not None:
        path, node = picked
        lines = _lines(path)
        lines.insert(node.body[0].end_lineno, f"    # mine_{number}{_newline(path)}")
        _save(path, "".join(lines))


def comment_above(root: Path, number: int) -> None:
    """A comment above a generated symbol."""
    picked = _pick(generated_functions(root), number)
    if picked is not None:
        path, node = picked
        first = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", []))])
        lines = _lines(path)
        lines.insert(first - 1, f"# mine_{number}{_newline(path)}")
        _save(path, "".join(lines))


def change_value(root: Path, number: int) -> None:
    """Another value in a generated call."""
    found = []
    for path in code_files(root):
        found += [
            (path, m)
            for m in re.finditer(r"cache\.set\(\s*[\"']\w+[\"'], (\d)\s*\)", _source(path))
            if "test" not in path.name
        ]
    picked = _pick(found, number)
    if picked is not None:
        path, match = picked
        text = _source(path)
        _save(path, f"{text[: match.start(1)]}mine_{number}(){text[match.end(1) :]}")


def change_docstring(root: Path, number: int) -> None:
    """Other words in a generated docstring."""
    picked = _pick(
        [
            (p, n)
            for p, n in generated_functions(root)
            if not isinstance(n, ast.Assign) and ast.get_docstring(n)
        ],
        number,
    )
    if picked is not None:
        path, node = picked
        lines = _lines(path)
        row = node.body[0].lineno - 1
        lines[row] = lines[row].replace('"""', f'"""mine_{number} ', 1)
        _save(path, "".join(lines))


def add_decorator(root: Path, number: int) -> None:
    """A decorator on a generated function."""
    picked = _pick(
        [(p, n) for p, n in generated_functions(root) if isinstance(n, ast.FunctionDef)], number
    )
    if picked is not None:
        path, node = picked
        lines = _lines(path)
        lines.insert(node.lineno - 1, f"@mine_{number}{_newline(path)}")
        _save(path, "".join(lines))


def add_parameter(root: Path, number: int) -> None:
    """A parameter of a generated receiver."""
    found = [
        (p, n)
        for p, n in generated_functions(root)
        if isinstance(n, ast.FunctionDef) and n.args.kwarg
    ]
    picked = _pick(found, number)
    if picked is not None:
        path, node = picked
        text = "".join(_lines(path)[node.lineno - 1 : node.end_lineno])
        _save(
            path,
            _source(path).replace(
                text, text.replace("**kwargs", f"mine_{number}=None, **kwargs", 1), 1
            ),
        )


def rename(root: Path, number: int) -> None:
    """Another name for a generated receiver."""
    found = [
        (p, n)
        for p, n in generated_functions(root)
        if isinstance(n, ast.FunctionDef) and n.args.kwarg
    ]
    picked = _pick(found, number)
    if picked is not None:
        path, node = picked
        lines = _lines(path)
        lines[node.lineno - 1] = lines[node.lineno - 1].replace(
            f"def {node.name}(", f"def mine_{number}("
        )
        _save(path, "".join(lines))


def _cut(path: Path, node: ast.stmt) -> str:
    lines = _lines(path)
    first = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", []))]) - 1
    text = "".join(lines[first : node.end_lineno])
    _save(path, "".join(lines[:first] + lines[node.end_lineno :]))
    return text


def delete(root: Path, number: int) -> None:
    """A generated symbol deleted."""
    picked = _pick(generated_functions(root), number)
    if picked is not None:
        _cut(*picked)


def move_down(root: Path, number: int) -> None:
    """A generated symbol moved to the end of its file, below own code."""
    picked = _pick(
        [(p, n) for p, n in generated_functions(root) if isinstance(n, ast.FunctionDef)], number
    )
    if picked is not None:
        path, node = picked
        end = _newline(path)
        text = _cut(path, node)
        rest = _source(path).rstrip("\r\n")
        _save(path, f"{rest}{end}{end}{end}mine_{number} = 1{end}{end}{end}{text}")


def move_away(root: Path, number: int) -> None:
    """A generated receiver moved to another module of its app, with the imports it needs."""
    found = [
        (p, n)
        for p, n in generated_functions(root)
        if isinstance(n, ast.FunctionDef) and n.args.kwarg
    ]
    picked = _pick(found, number)
    if picked is None:
        return
    path, node = picked
    module = ast.parse(path.read_bytes())
    lines = _lines(path)
    head = "".join(
        "".join(lines[n.lineno - 1 : n.end_lineno])
        for n in module.body
        if isinstance(n, (ast.Import, ast.ImportFrom))
    )
    if path.read_bytes().startswith(b"\xef\xbb\xbf"):
        head = head.lstrip("\ufeff")
    text = _cut(path, node)
    target = path.with_name(f"elsewhere_{number % 2}.py")
    if target.exists():
        _save(target, f"{_source(target)}\n\nmine_{number} = 1\n\n\n{text}")
    else:
        _save(target, f'"""mine_{number}."""\n\n{head}\n\n{text}')


def fill_in_task(root: Path, number: int) -> None:
    """A stub written out."""
    found = [
        (p, m)
        for p in code_files(root)
        for m in re.finditer(r" *logger\.warning\((?:[^()]|\([^()]*\))*\)", _source(p))
        if p.name == "tasks.py"
    ]
    picked = _pick(found, number)
    if picked is not None:
        path, match = picked
        text = _source(path)
        _save(path, f"{text[: match.start()]}    return mine_{number}{text[match.end() :]}")


def add_test(root: Path, number: int) -> None:
    """A test of one's own in a generated class."""
    found = [(p, n) for p, n in generated_functions(root) if isinstance(n, ast.ClassDef)]
    picked = _pick(found, number)
    if picked is not None:
        path, node = picked
        end = _newline(path)
        lines = _lines(path)
        lines.insert(
            node.end_lineno, f"{end}    def test_mine_{number}(self):{end}        pass{end}"
        )
        _save(path, "".join(lines))


def with_black(root: Path, number: int) -> None:
    """Black, with lines of another length, over an app."""
    mode = black.Mode(line_length=(60, 88, 120)[number % 3])
    for path in code_files(root):
        if b"\r" not in path.read_bytes():
            with_text = _source(path)
            _save(path, black.format_str(with_text, mode=mode) if with_text.strip() else with_text)


def with_ruff(root: Path, number: int) -> None:
    """Ruff's formatter and import sorting over everything."""
    ruff = Path(sys.executable).with_name("ruff")
    for words in (["check", "--select", "I", "--fix", "-q"], ["format", "-q"]):
        subprocess.run(
            [ruff, *words, "--isolated", "--no-cache", "--line-length", "95", str(root)], check=True
        )


def quotes(root: Path, number: int) -> None:
    """Other quotes in every file."""
    for path in code_files(root):
        text = _source(path)
        if '"""' in text and "'''" not in text:
            _save(path, text.replace('"""', "'''"))


def edit_ready(root: Path, number: int) -> None:
    """A line of one's own in ready()."""
    for path in code_files(root):
        text = _source(path)
        if "def ready(self)" in text and "pass" not in text:
            end = _newline(path)
            _save(path, text.rstrip("\r\n") + f"{end}        mine_{number} = 1{end}")
            return


OWN_EDITS = (add_function, add_above, change_own)
EDITS = (
    *OWN_EDITS,
    add_line,
    add_line,
    add_comment,
    comment_above,
    change_value,
    change_value,
    change_docstring,
    add_decorator,
    add_parameter,
    rename,
    delete,
    move_down,
    move_away,
    fill_in_task,
    add_test,
    with_black,
    with_ruff,
    quotes,
    edit_ready,
)
