"""A module with receivers that nothing imports, or only code that serves requests.

Flags
-----
A module of an app that registers receivers on import, while no module of the project imports it and
no string names it: its receivers never run. A `lazy` import (Python 3.15) whose name is never used
imports nothing. Also a module with receivers of saves, deletions or many-to-many changes to which
only the URLconf, views, template tags, middleware or `wsgi.py` lead, or an import in a function of
these. It is a warning where a function or middleware is the way to it, or workers run no system
checks, and tasks or commands use the model; otherwise it is information.

What other rules say about the bodies of receivers that never run is information, except errors
about endless recursion.

Why it matters
--------------
`@receiver` registers when its module is imported. Django imports `models` and whatever
`AppConfig.ready()` imports; any other module is dead code until something imports it:
https://docs.djangoproject.com/en/stable/topics/signals/#connecting-receiver-functions

Receivers that only the URLconf, a view or a template tag imports run in web processes after their
first request. In the worker that takes an order back, nothing runs them, and nobody sees it:
measured on Django 4.2 to 6.1, neither `django.setup()` nor `call_command` nor `shell` loads them,
and so no script, test, or worker of dramatiq, taskiq or arq has them. Commands from the shell and
Celery's worker load the URLconf and template tags, since they run the system checks first (unless
`CELERY_SKIP_CHECKS` is set), but no middleware, and nothing that a view imports in its function.

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
```python
from django.db.models.signals import post_delete
from django.dispatch import receiver

from shop.models import Order


@receiver(post_delete, sender=Order)  # SG103
def on_order_deleted(sender, instance, **kwargs): ...
# file: shop/apps.py
from django.apps import AppConfig


class ShopConfig(AppConfig):
    name = "shop"
# file: shop/views.py
def cancel(request, pk):
    from shop import signals
# file: shop/urls.py
from shop import views
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
  imported name, and what imports it is loaded otherwise than for requests (models, `apps.py`, the
  admin, settings, tasks, commands), or that is not known;
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
from signalgen.flow.function.signature import MODEL_SIGNALS
from signalgen.index.reading.loading import importers, is_loaded
from signalgen.index.reading.serving import served_only
from signalgen.late import pattern
from signalgen.source.outline import whole
from signalgen.values.check import Fix
from signalgen.values.fragment import ReadyHook

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.index import Index
    from signalgen.index.reading.serving import Serving
    from signalgen.values.index import Connection

# Modules meant to hold receivers; a command or a script may want its receivers for itself only.
_RECEIVING = pattern(r"signal|receiver|handler|listener|subscriber")
_MARKS = ("apps.py", "models.py", "models/__init__.py", "migrations/__init__.py")
# What workers and commands change as well as views; other signals may be sent by views alone.
_OF_ROWS = frozenset(
    MODEL_SIGNALS + name
    for name in ("pre_save", "post_save", "pre_delete", "post_delete", "m2m_changed")
)
_ELSEWHERE = pattern(
    r"(?:^|/)(?:tasks?|jobs?|cron|workers?|consumers?|actors?)(?:\.py$|/)|management/commands/"
)
_UNCHECKED = (b"dramatiq", b"taskiq", b"import arq", b"from arq")
"""Libraries whose workers run no system checks: they never load the URLconf."""


def check(index: Index) -> Iterator[Found]:
    """Yield the first registration of each module that nothing loads, or only requests."""
    found: dict[str, list[Connection]] = {}
    for item in index.connections:
        found.setdefault(item.path, []).append(item)
    for path, items in found.items():
        at_load = [item for item in items if item.scope is None]
        if not at_load or _is_listed(index, path) or not _in_app(index, path):
            continue
        if is_loaded(index, path):
            yield from _served(index, path, at_load)
        elif not _of_workers([name for item in items for name in item.signals]):
            yield from _unloaded(index, path, at_load)


def _unloaded(index: Index, path: str, items: list[Connection]) -> Iterator[Found]:
    item = next((item for item in items if item.style == "receiver"), None)
    if item is None or index.code.survey.sources.hides_code():
        return  # an unreadable file may import it
    lazy = next(importers(index, path, lazy=True), None)
    by = f"only a lazy import in {lazy}" if lazy is not None else "nothing"
    yield Found(
        path=path,
        node=item.node,
        message=f"{by} imports {item.module}, so its receivers never run",
        hint="import it in the ready() of the app's AppConfig",
        context=item.module,
        fix=_fix(index, item),
    )


def _served(index: Index, path: str, items: list[Connection]) -> Iterator[Found]:
    heard = [item for item in items if _OF_ROWS.intersection(item.signals)]
    serving = served_only(index, path) if heard else None
    if serving is None or index.code.survey.sources.hides_code():
        return
    item = heard[0]
    where = f"{serving.name} ({serving.path})"
    texts = {
        "called": f"{item.module} is only imported in a function of {serving.path}: its receivers "
        "run after that was called, and in that process alone",
        "requested": f"only {where} leads to {item.module}: its receivers run in processes that "
        "serve requests, and not in workers and commands",
        "checked": f"only {where} leads to {item.module}: its receivers do not run in shells, "
        "tests, call_command, and workers that run no system checks",
    }
    yield Found(
        path=path,
        node=item.node,
        message=texts[serving.when],
        hint="import it in the ready() of the app's AppConfig",
        severity="warning" if _matters(index, serving, heard) else "info",
        context=item.module,
        fix=_fix(index, item),
    )


def _matters(index: Index, serving: Serving, heard: list[Connection]) -> bool:
    """Tell whether a process without these receivers certainly has to do with their models."""
    if serving.when == "called":
        return True
    if serving.when == "checked" and not index.containing(*_UNCHECKED):
        return False
    names = {name.rpartition(".")[2] for item in heard for name in item.senders}
    return any(
        _ELSEWHERE.search(path)
        for name in names
        for path in index.words().files(name.encode("utf-8", "surrogateescape"))
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
    safety="Correct code is not touched: the receivers were written to run. With the fix they do, "
    "so read them first (`--diff`). Offered if it is certain which AppConfig is in use, and for "
    "modules that are named for receivers.",
)
