"""The project and the spec that everything is measured on: one app, and as many handlers as wanted, of four kinds."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

PROJECT = {
    "manage.py": 'import os\n\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")\n',
    "shop/__init__.py": "",
    "shop/settings.py": 'INSTALLED_APPS = ["orders.apps.OrdersConfig"]\n',
    "orders/__init__.py": "",
    "orders/apps.py": 'from django.apps import AppConfig\n\n\nclass OrdersConfig(AppConfig):\n    name = "orders"\n',
    "orders/models.py": """\
from django.db import models


class Order(models.Model):
    total = models.DecimalField(max_digits=9, decimal_places=2)
    status = models.CharField(max_length=20)
    user_id = models.IntegerField()
""",
}
HEAD = """\
app: orders
model: Order
celery_tasks:
  - name: send_mail_task
    args: [order_id]
handlers:
"""
HANDLERS = (
    """\
  - name: on_order_{n}
    signal: post_save
    description: Tell the customer about order {n}.
    on_create: |
      send_mail_task.delay(str(instance.id))
      cache.delete('created_{n}')
    on_update: |
      if instance.status == 'paid-{n}':
          send_mail_task.delay(str(instance.id))
""",
    """\
  - name: on_order_{n}
    signal: pre_save
    implementation: |
      if original.status != instance.status:
          cache.set('order_{n}', instance.status, 60)
""",
    """\
  - name: on_order_{n}
    signal: post_delete
    implementation: |
      cache.delete(f'user_orders:{{instance.user_id}}:{n}')
""",
    """\
  - name: on_order_{n}
    signal: post_save
    when: instance.total > {n}
    on_create: |
      logger.info('order %s of kind {n}', instance.pk)
""",
)


def spec(handlers: int) -> str:
    """Return a spec of so many handlers."""
    return HEAD + "".join(HANDLERS[n % len(HANDLERS)].format(n=n) for n in range(handlers))


def changed(text: str) -> str:
    """Return a spec in which one handler, in the middle, differs."""
    lines = text.splitlines(keepends=True)
    places = [index for index, line in enumerate(lines) if "cache.delete('created_" in line]
    middle = places[len(places) // 2]
    lines[middle] = lines[middle].replace("created_", "made_")
    return "".join(lines)


def make_project(folder: Path, handlers: int, settings: str = "") -> Path:
    """Write the project into ``folder``, with its spec; ``settings`` is its pyproject.toml."""
    files = (
        PROJECT | {"spec.yaml": spec(handlers)} | ({"pyproject.toml": settings} if settings else {})
    )
    write(folder, files)
    return folder


def write(folder: Path, files: dict[str, str]) -> None:
    """Write files into ``folder``, by their paths."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def lines_written(folder: Path) -> int:
    """Return how many lines of Python there are below ``folder``, beyond those it began with."""
    count = sum(len(path.read_text().splitlines()) for path in folder.rglob("*.py"))
    return count - sum(len(text.splitlines()) for text in PROJECT.values())
