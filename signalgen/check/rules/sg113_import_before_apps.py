"""Models that are imported before the apps are loaded.

Flags
-----
A module-level import in an installed app's `apps.py` or `__init__.py` that leads to a model: of the
models themselves, or of receivers that import them, through any number of modules.

Why it matters
--------------
Django imports these two files while it loads the apps. A model class looks up its app, which is not
registered yet, so Django does not start: AppRegistryNotReady. Import both in `ready()`:
https://docs.djangoproject.com/en/stable/ref/applications/#how-applications-are-loaded

Bad
---
```python
from django.db.models.signals import post_save
from django.dispatch import receiver

from shop.models import Order


@receiver(post_save, sender=Order)
def on_order_saved(sender, instance, **kwargs): ...
# file: shop/apps.py
from django.apps import AppConfig

from shop import signals  # SG113


class ShopConfig(AppConfig):
    name = "shop"
# file: site_conf/settings.py
INSTALLED_APPS = ["shop"]
# file: manage.py
import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site_conf.settings")
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
# file: site_conf/settings.py
INSTALLED_APPS = ["shop"]
# file: manage.py
import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site_conf.settings")
```

Stays silent when
-----------------
- it is not certain that the settings have the app;
- the import is in a function, or in a block: below `TYPE_CHECKING`, in a `try`, in an `if`;
- it is lazy (Python 3.15);
- the project requires a Django older than 1.9, which allows it;
- no module on the way has a class that certainly derives from Django's `Model`.

Known misses
------------
- models of installed packages other than Django's own;
- `get_user_model()` and `apps.get_model()` that are called on import.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.check.engine.rule import Found, Rule
from signalgen.index.apps.early import early_models
from signalgen.index.testing import required
from signalgen.project.versions import version_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.index import Index

_STRICT_SINCE = (1, 9)
"""The version of Django until which models could be imported before the apps were loaded."""


def check(index: Index) -> Iterator[Found]:
    """Yield the imports that are too early for models."""
    version = version_of(required(index.code).get("django"))
    if version is not None and version < _STRICT_SINCE:
        return
    for item in early_models(index.code):
        way = f" (through {', '.join(item.through)})" if item.through else ""
        yield Found(
            path=item.path,
            node=item.node,
            message=f"this imports {item.model}{way} before the apps are loaded: Django does not "
            f"start (AppRegistryNotReady)",
            hint="import it in ready() of the AppConfig",
            context=item.model,
        )


RULE = Rule("SG113", "import-before-apps", "error", on_project=check)
