"""An import of receivers whose ImportError would go unnoticed.

Flags
-----
An import of a module of the project that registers receivers, in a `try` whose
`except ImportError` (or `Exception`) ignores the error.

Why it matters
--------------
The module exists, so all that the handler can hide is a mistake in it, such as a renamed name, or a
package that is not installed. None of its receivers runs then, and no error shows it:
https://docs.djangoproject.com/en/stable/topics/signals/#connecting-receiver-functions

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


class ShopConfig(AppConfig):
    name = "shop"

    def ready(self):
        try:
            from shop import signals  # SG119
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
- the handler raises, returns, assigns, decides, prints, logs, or imports something else;
- a function is imported, and used in the same `try`;
- the `try` has an `else`, or does not begin with an import;
- the module is not in the project: it may be missing on purpose;
- the module registers no receivers, or is one of models, which Django imports itself;
- it certainly cannot be imported: SG112 reports that.

Known misses
------------
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
        # Django imports the models of every app itself, and says what is wrong with them.
        if not item.missing and not item.seen and "models" not in item.module.split(".")[1:]:
            yield Found(
                path=item.path,
                node=item.node,
                message=f"if {item.module} cannot be imported, its receivers never run and no "
                f"error shows it",
                hint="import it without the try",
                context=item.scope.qualname if item.scope is not None else item.module,
            )


RULE = Rule("SG119", "hidden-import-error", "warning", on_project=check)
