"""Permissions that are looked up before they are created.

Flags
-----
A `post_migrate` receiver for its own app that looks up permissions, while INSTALLED_APPS has the
app before `django.contrib.auth`.

Why it matters
--------------
`django.contrib.auth` creates the permissions in a receiver of `post_migrate` too, app by app. The
receivers run in the order in which they were connected, that of INSTALLED_APPS: at the first
`migrate`, and in each test database, there are no permissions yet, and the group stays empty:
https://docs.djangoproject.com/en/stable/ref/signals/#post-migrate

Bad
---
```python
from django.contrib.auth.models import Group, Permission


def fill_group(sender, **kwargs):
    group, _ = Group.objects.get_or_create(name="readers")
    group.permissions.add(*Permission.objects.filter(codename__startswith="view_"))  # SG706
# file: shop/apps.py
from django.apps import AppConfig
from django.db.models.signals import post_migrate

from shop import signals


class ShopConfig(AppConfig):
    name = "shop"

    def ready(self):
        post_migrate.connect(signals.fill_group, sender=self)
# file: site_conf/settings.py
INSTALLED_APPS = ["shop", "django.contrib.auth", "django.contrib.contenttypes"]
# file: manage.py
import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site_conf.settings")
```

Good
----
```python
from django.contrib.auth.models import Group, Permission


def fill_group(sender, **kwargs):
    group, _ = Group.objects.get_or_create(name="readers")
    group.permissions.add(*Permission.objects.filter(codename__startswith="view_"))
# file: shop/apps.py
from django.apps import AppConfig
from django.db.models.signals import post_migrate

from shop import signals


class ShopConfig(AppConfig):
    name = "shop"

    def ready(self):
        post_migrate.connect(signals.fill_group, sender=self)
# file: site_conf/settings.py
INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes", "shop"]
# file: manage.py
import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site_conf.settings")
```

Stays silent when
-----------------
- the settings cannot be read in full;
- the receiver is connected for other apps as well: it runs again for each of them;
- it, or a function it calls, creates the permissions itself (`create_permissions`).

Known misses
------------
- permissions of apps that come later in INSTALLED_APPS.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.check.engine.rule import Found, Rule
from signalgen.flow.rows.migrating import permissions_later

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.index import Index
    from signalgen.values.index import Receiver


def check(receiver: Receiver, index: Index) -> Iterator[Found]:
    """Yield where a receiver looks up permissions that do not exist yet."""
    # Without a sender it runs again for later apps, when the permissions of this one are there.
    every = any(item.sender is None for item in receiver.connections)
    trap = None if every else next(permissions_later(index, receiver), None)
    if trap is not None:
        yield Found(
            path=receiver.function.path,
            node=trap.node,
            message="INSTALLED_APPS has this app before django.contrib.auth, which creates the "
            "permissions after this: at the first migrate there are none",
            hint="connect it without a sender, move the app behind django.contrib.auth, or call "
            "create_permissions() first",
            context=receiver.function.qualname,
        )


RULE = Rule("SG706", "permissions-too-early", "warning", on_receiver=check, default=False)
