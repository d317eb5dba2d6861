"""A small project, and the command line in a process of its own that is short of time and memory."""

from __future__ import annotations

import resource
from pathlib import Path

from hostile_kit import Done, forked

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


def project(root: Path, files: dict[str, str] | None = None) -> Path:
    """Write the small project with ``files`` laid over it."""
    for name, text in {**PROJECT, **(files or {})}.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


def limited(root: Path, *words: str) -> Done:
    """Run the command line in ``root``, with a gigabyte more than this process has, and not for ever."""
    return forked(root, *words, before=_short_of_memory)


def _short_of_memory() -> None:
    own = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (own + MEMORY, own + MEMORY))
