"""Receivers that cannot be imported, which an `except` hides.

Flags
-----
An import of a module of the project that registers receivers, in a `try` whose `except ImportError`
(or `Exception`) ignores the error, while the module imports a name that another module of the
project does not have.

Why it matters
--------------
The module exists, so what the handler hides is a mistake in it. None of its receivers runs, and no
error shows it:
https://docs.djangoproject.com/en/stable/topics/signals/#connecting-receiver-functions

Bad
---
```python
from django.db.models.signals import post_save
from django.dispatch import receiver

from shop.models import Ordr


@receiver(post_save, sender=Ordr)
def on_order_saved(sender, instance, **kwargs): ...
# file: shop/apps.py
from django.apps import AppConfig


class ShopConfig(AppConfig):
    name = "shop"

    def ready(self):
        try:
            from shop import signals  # SG112
        except ImportError:
            pass
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

Stays silent when
-----------------
- the handler raises, returns, assigns, branches, or imports something else;
- the `try` has an `else`, or does not begin with an import;
- the module is not in the project: it may be missing on purpose;
- the module registers no receivers;
- the other module has a star import, a `__getattr__`, or the name anywhere in its text.

Known misses
------------
- what the modules that it imports cannot import;
- `contextlib.suppress(ImportError)`, and `import_module()` in a loop.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.check.engine.rule import Found, Rule
from signalgen.index.apps.swallowing import swallowed_imports

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.index import Index


def check(index: Index) -> Iterator[Found]:
    """Yield the imports of receivers whose failure is ignored."""
    for item in swallowed_imports(index):
        if item.missing:
            yield Found(
                path=item.path,
                node=item.node,
                message=f"{item.module} cannot be imported: {item.missing} does not exist, and "
                "the except hides it: its receivers never run",
                hint="correct the name, and import the module without the try",
                context=item.scope.qualname if item.scope is not None else item.module,
            )


RULE = Rule("SG112", "swallowed-import", "error", on_project=check)
