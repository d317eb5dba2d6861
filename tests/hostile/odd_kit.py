"""A small Django project with something odd in it, and the real command line on it."""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys
from typing import TYPE_CHECKING

from hostile_kit import Done

from signalgen.cli.plain import run as cli

if TYPE_CHECKING:
    from pathlib import Path

SPEC = """\
app: shop
model: Order
handlers:
  - name: order_saved
    signal: post_save
    on_create: |
      cache.delete("orders")
"""
RECEIVER = """\
from django.db.models.signals import post_save
from django.dispatch import receiver

from shop.models import Order


@receiver(post_save, sender=Order)
def order_saved(sender, instance, **kwargs):
"""
PROJECT = {
    "manage.py": "",
    "config/settings.py": 'INSTALLED_APPS = ["shop"]\n',
    "config/__init__.py": "",
    "shop/__init__.py": "",
    "shop/apps.py": "from django.apps import AppConfig\n\n\nclass ShopConfig(AppConfig):\n"
    '    name = "shop"\n\n    def ready(self):\n        from . import signals\n',
    "shop/models.py": "from django.db import models\n\n\nclass Order(models.Model):\n"
    "    total = models.IntegerField(default=0)\n",
    "shop/signals.py": "",
}
LOUD = RECEIVER + "    instance.save()\n"
"""A receiver with a finding: SG201."""


def make(root: Path, texts: dict[str, str | bytes] | None = None) -> Path:
    """Write the project below ``root``, with ``texts`` in place of its own."""
    for path, text in {**PROJECT, **(texts or {})}.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text if isinstance(text, bytes) else text.encode())
    return root


def contents(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and not path.is_symlink()
    }


def started(root: Path, *words: object, **more) -> Done:
    """Run signalgen as a user does, Python's own start included; a run that hangs fails the test."""
    done = subprocess.run(
        [sys.executable, "-m", "signalgen", *map(str, words)],
        cwd=root,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        timeout=120,
        check=False,
        **{"stdin": subprocess.DEVNULL, "capture_output": True, **more},
    )
    return Done(done.returncode, done.stdout or b"", done.stderr)


def call(root: Path, *words: object) -> Done:
    """Run signalgen on the project in this process, which is quicker; it keeps the user's caches."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="") for _ in range(2))
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = cli([*map(str, words), "--project", str(root)])
    out.flush()
    err.flush()
    return Done(code, out.buffer.getvalue(), err.buffer.getvalue())


def both_ways(root: Path, text: str, *options: str, between=lambda: None) -> tuple[Done, Done]:
    """Generate what a spec says and remove it again."""
    spec = root.parent / f"{root.name}-spec.yaml"
    spec.write_text(text)
    made = call(root, "new", "--spec", spec)
    between()
    return made, call(root, "remove", "--spec", spec, *options)
