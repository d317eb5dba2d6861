"""A `post_migrate` receiver that always queries the default database.

Flags
-----
A manager query without `using()` in a `post_migrate` receiver, in a project with several databases.

Why it matters
--------------
`migrate --database replica` sends `post_migrate` with `using="replica"`. A query without `using()`
then writes to the default database a second time, or fails because that one has not been migrated
yet: https://docs.djangoproject.com/en/stable/ref/signals/#post-migrate

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
- the receiver reads `using` anywhere, or names a model as its sender: it never runs then;
- the query says `using()` or `db_manager()`.

Known misses
------------
- queries in functions that it calls.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.check.engine.rule import Found, Rule
from signalgen.check.fixes.choosing import using_fix
from signalgen.flow.rows.migrating import asked_of_default

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.index import Index
    from signalgen.values.index import Receiver


def check(receiver: Receiver, index: Index) -> Iterator[Found]:
    """Yield the first query of a post_migrate receiver that names no database."""
    calls = list(asked_of_default(index, receiver))
    if calls:
        yield Found(
            path=receiver.function.path,
            node=calls[0],
            message="this queries the default database, whichever one is migrated",
            hint="add the parameter using, and query Model.objects.using(using)",
            context=receiver.function.qualname,
            # All at once: a receiver that reads `using` is trusted afterwards.
            fix=using_fix(index, receiver.function, calls),
        )


RULE = Rule(
    "SG705",
    "post-migrate-using",
    "warning",
    on_receiver=check,
    default=False,
    fix="safe",
    safety="Offered where each query is of a manager of a model that is named, and the receiver "
    "has `using` or `**kwargs`. With one database nothing changes.",
)
