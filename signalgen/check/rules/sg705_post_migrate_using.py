"""A `post_migrate` receiver that asks the default database, whichever was migrated.

Flags
-----
A query of a manager without `using()` in a `post_migrate` receiver, in a project with several
databases.

Why it matters
--------------
`migrate --database replica` sends `post_migrate` with `using="replica"`. What asks the default
database then writes there a second time, or fails where that has not been migrated yet:
https://docs.djangoproject.com/en/stable/ref/signals/#post-migrate

Bad
---
```python
from django.db.models.signals import post_migrate
from django.dispatch import receiver

from shop.models import Tag


@receiver(post_migrate)
def fill(sender, **kwargs):
    Tag.objects.get_or_create(name="new")  # SG705
# file: site_conf/settings.py
DATABASES = {"default": {}, "replica": {}}
```

Good
----
```python
from django.db.models.signals import post_migrate
from django.dispatch import receiver

from shop.models import Tag


@receiver(post_migrate)
def fill(sender, using, **kwargs):
    Tag.objects.using(using).get_or_create(name="new")
# file: site_conf/settings.py
DATABASES = {"default": {}, "replica": {}}
```

Stays silent when
-----------------
- the project has one database;
- the receiver reads `using` anywhere;
- the query says `using()` or `db_manager()`.

Known misses
------------
- what the functions that it calls ask.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.check.engine.rule import Found, Rule
from signalgen.flow.rows.migrating import asked_of_default

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.index import Index
    from signalgen.values.index import Receiver


def check(receiver: Receiver, index: Index) -> Iterator[Found]:
    """Yield the first query of a post_migrate receiver that names no database."""
    call = next(asked_of_default(index, receiver), None)
    if call is not None:
        yield Found(
            path=receiver.function.path,
            node=call,
            message="this asks the default database, whichever one has been migrated",
            hint="take using, and ask Model.objects.using(using)",
            context=receiver.function.qualname,
        )


RULE = Rule("SG705", "post-migrate-using", "warning", on_receiver=check, default=False)
