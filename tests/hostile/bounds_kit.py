"""A small project, and the command line in a process of its own that is short of time and memory."""

from __future__ import annotations

import os
import resource
import signal
import time
from pathlib import Path
from typing import NamedTuple

from signalgen.__main__ import main

SECONDS = 30
"""Far more than any case takes: it only ends what would never end."""
MEMORY = 1 << 30
SPEC = """app: orders
handlers:
  - name: note_saved
    model: Order
    signal: post_save
    body: |
      print(instance)
"""
PROJECT = {
    "pyproject.toml": "[tool.signalgen]\nformatter = 'none'\ntests = 'none'\n",
    "manage.py": "import os\n\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n",
    "shop/__init__.py": "",
    "shop/settings.py": "INSTALLED_APPS = ['orders']\nSECRET_KEY = 'x'\n",
    "orders/__init__.py": "",
    "orders/apps.py": "from django.apps import AppConfig\n\n\nclass OrdersConfig(AppConfig):\n    name = 'orders'\n",
    "orders/models.py": "from django.db import models\n\n\nclass Order(models.Model):\n    name = models.CharField(max_length=9)\n",
    "spec.yaml": SPEC,
}


class Done(NamedTuple):
    """How a command ended: the exit code, and all that it printed."""

    code: int
    said: str


def project(root: Path, files: dict[str, str] | None = None) -> Path:
    """Write the small project with ``files`` laid over it."""
    for name, text in {**PROJECT, **(files or {})}.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


def limited(root: Path, *words: str) -> Done:
    """Run the command line in ``root``, with a gigabyte more than this process has, and not for ever."""
    said = root.parent / f"{root.name}.said"
    child = os.fork()
    if child == 0:
        _become(root, said, words)
    ends = time.monotonic() + SECONDS
    while time.monotonic() < ends:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return Done(os.waitstatus_to_exitcode(status), said.read_text(errors="replace"))
        time.sleep(0.01)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    raise AssertionError(f"{words} did not end")


def _become(root: Path, said: Path, words: tuple[str, ...]) -> None:
    code = 99
    try:
        own = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (own + MEMORY, own + MEMORY))
        os.chdir(root)
        out = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        for descriptor in (1, 2):
            os.dup2(out, descriptor)
        import sys

        sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: PTH123, SIM115
        sys.stderr = open(2, "w", encoding="utf-8", closefd=False)  # noqa: PTH123, SIM115
        code = main(list(words))
        sys.stdout.flush()
        sys.stderr.flush()
    except BaseException as error:  # noqa: BLE001
        os.write(2, repr(error).encode())
    finally:
        os._exit(code)
