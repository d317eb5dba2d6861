"""A module with receivers that nothing imports.

Flags
-----
A module of an app that registers receivers on import, while no module of the project imports it and
no string names it: its receivers never run. A `lazy` import (Python 3.15) whose name is never used
imports nothing.

Why it matters
--------------
`@receiver` registers when its module is imported. Django imports `models` and whatever
`AppConfig.ready()` imports; a module with any other name is dead code until something imports it:
https://docs.djangoproject.com/en/stable/topics/signals/#connecting-receiver-functions

Bad
---
```python
from django.db.models.signals import post_save
from django.dispatch import receiver

from shop.models import Order


@receiver(post_save, sender=Order)  # SG103
def on_order_saved(sender, instance, **kwargs): ...
# file: shop/apps.py
from django.apps import AppConfig


class ShopConfig(AppConfig):
    name = "shop"
```

Good
----
```python
from django.db.models.signals import post_save
from django.dispatch import receiver

from shop.models import Order


@receiver(post_save, sender=Order)
def on_order_saved(sender, instance, **kwargs): ...
# file: shop/apps.py
from django.apps import AppConfig


class ShopConfig(AppConfig):
    name = "shop"

    def ready(self):
        from shop import signals
```
```python
from django.db.models.signals import post_save
from django.dispatch import receiver

from shop.models import Order


@receiver(post_save, sender=Order)
def on_order_saved(sender, instance, **kwargs): ...
# file: shop/apps.py
from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class ShopConfig(AppConfig):
    name = "shop"

    def ready(self):
        autodiscover_modules("signals")
```

Stays silent when
-----------------
- anything but tests and migrations imports the module, in a function too, or lazily if it uses the
  imported name;
- a string names it where modules are imported by name (`autodiscover_modules`, `import_module`,
  `get_class`);
- the app's `apps.py` has its name in a string, for a base `AppConfig` to import;
- all its receivers are for Celery's signals: the worker loads it;
- some file of the project is not readable;
- it is outside an app, is a `models`, `apps`, `admin`, `urls` or settings module, or has no
  receivers at module level.

Known misses
------------
- a module that only an unimported module imports.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from signalgen import index as indexing
from signalgen.check.engine.rule import Found, Rule
from signalgen.index.reading.loading import importers, is_loaded
from signalgen.late import pattern
from signalgen.source.outline import whole
from signalgen.values.check import Fix
from signalgen.values.fragment import ReadyHook

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.index import Index
    from signalgen.values.index import Connection

# Modules meant to hold receivers; a command or a script may want its receivers for itself only.
_RECEIVING = pattern(r"signal|receiver|handler|listener|subscriber")
_MARKS = ("apps.py", "models.py", "models/__init__.py", "migrations/__init__.py")


def check(index: Index) -> Iterator[Found]:
    """Yield the first registration of each module that nothing loads."""
    seen: set[str] = set()
    signals: dict[str, list[str]] = {}
    for item in index.connections:
        signals.setdefault(item.path, []).extend(item.signals)
    for item in index.connections:
        if item.scope is not None or item.path in seen or item.style != "receiver":
            continue
        seen.add(item.path)
        if _of_workers(signals[item.path]) or _is_listed(index, item.path):
            continue
        if _in_app(index, item.path) and not is_loaded(index, item.path):
            if index.code.survey.sources.hides_code():
                return  # an unreadable file may import it
            lazy = next(importers(index, item.path, lazy=True), None)
            by = f"only a lazy import in {lazy}" if lazy is not None else "nothing"
            yield Found(
                path=item.path,
                node=item.node,
                message=f"{by} imports {item.module}, so its receivers never run",
                hint="import it in the ready() of the app's AppConfig",
                context=item.module,
                fix=_fix(index, item),
            )


def _of_workers(signals: list[str]) -> bool:
    # The worker, or Celery's command line, loads a module that only listens to Celery.
    return bool(signals) and all(name.startswith("celery.") for name in signals)


def _is_listed(index: Index, path: str) -> bool:
    folder, _, name = path.rpartition("/")
    apps = f"{folder}/apps.py" if folder else "apps.py"
    if not index.code.survey.sources.has(apps):
        return False
    # A base AppConfig may import the modules that apps.py lists by name.
    stem = re.escape(name.removesuffix(".py").encode("utf-8", "surrogateescape"))
    return re.search(rb"[\"']" + stem + rb"[\"']", index.code.data(apps)) is not None


def _fix(index: Index, item: Connection) -> Fix | None:
    """Return the import in ``ready()``; None if the AppConfig is uncertain or the module broken."""
    config = indexing.active_config(index.code, item.path)
    if (
        config is None
        or item.module.startswith("<")
        or not _RECEIVING.search(item.module.rpartition(".")[2])
    ):
        return None
    if whole(index.code.outline(item.path)).gaps:
        return None
    package = index.code.package(config.path)
    hook = ReadyHook(config.path, config.name, item.module, package, source="", loads=item.path)
    return Fix(f"import it in {config.name}.ready()", hook=hook)


def _in_app(index: Index, path: str) -> bool:
    folder = path.rpartition("/")[0]
    while folder:
        if any(index.code.survey.sources.has(f"{folder}/{mark}") for mark in _MARKS):
            return True
        folder = folder.rpartition("/")[0]
    return False


RULE = Rule(
    "SG103",
    "receivers-not-loaded",
    "error",
    on_project=check,
    fix="safe",
    safety="Correct code is not touched: the receivers were written to run. They do from then on, "
    "so read them first (`--diff`). Offered where it is certain which AppConfig is in use, and for "
    "modules that are called after receivers.",
)
