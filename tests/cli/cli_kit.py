"""A tiny project, hand-made outcomes, and ways to run a command: in this process, or as a user does."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import jsonschema
import pytest

from signalgen.cli.jsonout import output_schema
from signalgen.cli.plain import run

ROOT = Path(__file__).resolve().parents[2]

SPEC = """\
app: orders
model: Order
handlers:
  - name: order_saved
    signal: post_save
    on_create: |
      cache.delete("orders")
"""
WRONG = SPEC.replace("on_create", "on_crate")
PROJECT = {
    "manage.py": 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")\n',
    "shop/__init__.py": "",
    "shop/settings.py": 'SECRET_KEY = "only for tests"\nINSTALLED_APPS = ["orders"]\n'
    'DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"\n',
    "orders/__init__.py": "",
    "orders/apps.py": "from django.apps import AppConfig\n\n\nclass OrdersConfig(AppConfig):\n    name = 'orders'\n",
    "orders/models.py": "from django.db import models\n\n\nclass Order(models.Model):\n"
    "    total = models.IntegerField(default=0)\n",
    "spec.yaml": SPEC,
}


@dataclass(frozen=True, slots=True)
class Done:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict:
        """What it printed, checked against the published schema."""
        answer = json.loads(self.out)
        jsonschema.validate(answer, output_schema(), cls=jsonschema.Draft202012Validator)
        return answer


def make_project(root: Path, **changed: str) -> Path:
    """Write the tiny project below ``root``."""
    for name, text in PROJECT.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(changed.get(path.stem, text))
    return root


def files(root: Path) -> dict[str, bytes]:
    """Return every file below ``root``."""
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


def call(capsys, *arguments: object) -> Done:
    """Run a command in this process."""
    capsys.readouterr()
    code = run([str(word) for word in arguments])
    said = capsys.readouterr()
    return Done(code, said.out, said.err)


def environment(**extra: str) -> dict[str, str]:
    """Return the variables of a user's shell, as far as they matter."""
    dropped = (
        "PYTEST_",
        "DJANGO_",
        "COV_",
        "LC_",
        "LANG",
        "NO_COLOR",
        "PYTHONIOENCODING",
        "PYTHONUTF8",
    )
    kept = {key: value for key, value in os.environ.items() if not key.startswith(dropped)}
    return (
        kept | {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1", "COLUMNS": "100"} | extra
    )


def unprivileged() -> list[str]:
    """Return the words before a command that take root's right to read and write everything away from it."""
    if os.geteuid() != 0:
        return []
    tool = shutil.which("setpriv")
    if tool is None:
        pytest.skip("root may write everywhere, and setpriv is not here to stop it")
    return [
        tool,
        "--bounding-set=-dac_override,-dac_read_search",
        "--inh-caps=-dac_override,-dac_read_search",
    ]


def command(*arguments: object) -> list[str]:
    """Return the words that start signalgen in a process of its own."""
    return [sys.executable, "-m", "signalgen", *map(str, arguments)]


def shell(
    cwd: Path,
    *arguments: object,
    stdin: str | None = None,
    before: list[str] | None = None,
    **extra: str,
) -> Done:
    """Run a command in a process of its own, behind the words ``before``."""
    done = subprocess.run(
        [*(before or []), *command(*arguments)],
        cwd=cwd,
        env=environment(**extra),
        input=None if stdin is None else stdin.encode(),
        stdin=subprocess.DEVNULL if stdin is None else None,
        capture_output=True,
        timeout=120,
        check=False,
    )
    return Done(
        done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace")
    )


def imported_modules(cwd: Path, *words: str) -> set[str]:
    """Run a command in a Python of its own, and return the full names of the modules that it imports."""
    code = (
        "import sys; from signalgen.__main__ import main; main(sys.argv[1:]);"
        "print(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *words],
        cwd=cwd,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    return set(done.stderr.splitlines()[-1].split())


def on_a_terminal(cwd: Path, *words: str, typed: str = "", **extra: str) -> tuple[int, bytes]:
    """Run a command whose three streams are one terminal, and return its code and what it showed."""
    pty = pytest.importorskip("pty")
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        command(*words),
        cwd=cwd,
        env=environment(**extra),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    os.write(ours, typed.encode())
    shown = b""
    try:
        while data := os.read(ours, 4096):
            shown += data
    except OSError:
        pass  # the other end is closed
    os.close(ours)
    return process.wait(60), shown
