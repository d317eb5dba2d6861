"""A `ready()` that Django never runs.

Flags
-----
- a method of an AppConfig with a misspelled `ready` (`Ready`, `redy`);
- a function `ready(self)` outside the class, or in an `apps.py` without an AppConfig;
- an AppConfig with a `ready()` that Django does not use: `apps.py` has another one as well (an
  imported base counts), or the class is not in `apps.py`, and INSTALLED_APPS only names the
  package.

Only if it imports modules or connects receivers. What other rules say about the bodies of receivers
in a module that only this code imports is information, except errors about endless recursion.

Why it matters
--------------
Django raises no error: it uses a plain AppConfig, whose `ready()` does nothing, and no receiver of
the app runs. It picks the only AppConfig in the namespace of `apps.py`, or the one with `default =
True`: https://docs.djangoproject.com/en/stable/ref/applications/#configuring-applications

Bad
---
```python
# file: shop/apps.py
from base.config import BaseConfig


class ShopConfig(BaseConfig):  # SG111
    name = "shop"

    def ready(self):
        from shop import signals
# file: base/__init__.py
# file: base/config.py
from django.apps import AppConfig


class BaseConfig(AppConfig):
    pass
# file: site_conf/settings.py
INSTALLED_APPS = ["shop"]
# file: manage.py
import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site_conf.settings")
```
```python
# file: shop/apps.py
from django.apps import AppConfig


class ShopConfig(AppConfig):
    name = "shop"

    def Ready(self):  # SG111
        from shop import signals
```

Good
----
```python
# file: shop/apps.py
from base.config import BaseConfig


class ShopConfig(BaseConfig):
    name = "shop"
    default = True

    def ready(self):
        from shop import signals
# file: base/__init__.py
# file: base/config.py
from django.apps import AppConfig


class BaseConfig(AppConfig):
    pass
# file: site_conf/settings.py
INSTALLED_APPS = ["shop"]
# file: manage.py
import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site_conf.settings")
```

Stays silent when
-----------------
- something calls the method, or the class has a `ready()` as well that imports the same;
- the settings cannot be read in full, or name one of the app's AppConfigs;
- `apps.py` has a class of a package that may be an AppConfig, or makes one in a block.

Known misses
------------
- `default_app_config`, which is SG701's;
- AppConfigs in files other than `apps.py`, `__init__.py`, `app.py`, `conf.py`, `config.py` and
  `configs.py`.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from signalgen.check.engine.rule import Found, Rule
from signalgen.check.fixes.edits import replacing
from signalgen.index.apps.taking import unrun_starts
from signalgen.values.check import Fix

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.index import Index
    from signalgen.index.apps.taking import Unrun

_READY = "ready"


def check(index: Index) -> Iterator[Found]:
    """Yield startup code that Django never runs."""
    for item in unrun_starts(index.code):
        yield Found(
            path=item.path,
            node=index.code.name_node(item.path, item.node),
            message=item.says,
            hint=item.hint,
            context=item.node.name,
            fix=_fix(index, item),
        )


def _fix(index: Index, item: Unrun) -> Fix | None:
    if isinstance(item.node, ast.ClassDef) or item.node.name == _READY:
        return None
    name = index.code.name_node(item.path, item.node)
    return Fix("rename it to ready", (replacing(index, item.path, name, _READY),))


RULE = Rule(
    "SG111",
    "ready-not-run",
    "error",
    on_project=check,
    fix="safe",
    safety="Offered for a misspelled `ready` that nothing calls. With the fix its receivers run: "
    "read them first (`--diff`).",
)
