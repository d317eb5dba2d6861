"""A receiver for ``auth.User`` instead of the project's user model.

Flags
-----
`django.contrib.auth.models.User`, or `"auth.User"`, as a sender: an error if the project's
`AUTH_USER_MODEL` is another model, an info if its settings keep `auth.User`, a warning if that is
unknown.

Why it matters
--------------
With another user model no row of `auth.User` is ever saved, so the receiver never runs. Model
signals resolve `settings.AUTH_USER_MODEL` themselves:
https://docs.djangoproject.com/en/stable/topics/auth/customizing/#referencing-the-user-model

Bad
---
```python
from django.contrib.auth.models import User
from django.contrib.auth.signals import user_logged_in
from django.db.models.signals import post_save
from django.dispatch import receiver


@receiver(post_save, sender=User)  # SG306
def on_user(sender, instance, **kwargs): ...


@receiver(user_logged_in, sender=User)  # SG306
def on_login(sender, user, **kwargs): ...
```

Good
----
```python
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.signals import user_logged_in
from django.db.models.signals import post_save
from django.dispatch import receiver


@receiver(post_save, sender=settings.AUTH_USER_MODEL)
def on_user(sender, instance, **kwargs): ...


@receiver(user_logged_in, sender=get_user_model())
def on_login(sender, user, **kwargs): ...
```

Stays silent when
-----------------
- the sender is another class called `User`, or what `get_user_model()` returns;
- it is the through model of one of its fields.

Known misses
------------
- none known.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from signalgen.check.engine.rule import Found, Rule
from signalgen.check.fixes.edits import replacing
from signalgen.check.fixes.importing import name_for
from signalgen.flow.connections.senders import (
    context,
    is_given_in_call,
    place_of,
    takes_lazy_sender,
)
from signalgen.late import pattern
from signalgen.values.check import Fix

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.index import Index
    from signalgen.values.check import Severity
    from signalgen.values.index import Connection

_DEFAULT = "auth.user"
# Assignments, annotated ones included: these settings decide about the user model.
_APPS = pattern(
    rb"^[ \t]*(?:(?:\w+\.)?INSTALLED_APPS\b[^=\n]*=|def[ \t]+INSTALLED_APPS\()", re.MULTILINE
)
_USER = pattern(rb"^[ \t]*(?:\w+\.)?AUTH_USER_MODEL\b[^=\n]*=", re.MULTILINE)
_USERS = frozenset({"django.contrib.auth.models.User", "auth.User", "auth.user"})


def check(index: Index) -> Iterator[Found]:
    """Yield each connection to Django's own user model."""
    for item in index.connections:
        if not _USERS.intersection(item.senders):
            continue
        severity = _severity(index)
        yield Found(
            path=item.path,
            node=place_of(item),
            message=(
                f"the user model of this project is {index.auth_user_model()}: nothing is ever "
                "sent for auth.User"
                if severity == "error"
                else "auth.User is hard-coded: with another AUTH_USER_MODEL nothing is sent for it"
            ),
            hint=_hint(index, item),
            severity=severity,
            context=context(item),
            fix=_fix(index, item),
        )


def _severity(index: Index) -> Severity:
    actual = index.auth_user_model()
    if actual is not None:
        return "info" if actual.lower() == _DEFAULT else "error"
    # The settings of a package are those of its users; some settings read the name elsewhere.
    given = list(index.containing(b"INSTALLED_APPS"))
    certain = any(_APPS.search(index.code.data(path)) for path in given)
    return "info" if certain and not any(_is_set(index, path) for path in given) else "warning"


def _is_set(index: Index, path: str) -> bool:
    return _USER.search(index.code.data(path)) is not None


def _is_lazy(index: Index, item: Connection) -> bool:
    return all(takes_lazy_sender(index, signal) for signal in item.signals)


def _hint(index: Index, item: Connection) -> str:
    return "use settings.AUTH_USER_MODEL" if _is_lazy(index, item) else "use get_user_model()"


def _fix(index: Index, item: Connection) -> Fix | None:
    """Return the edits that name the setting, None for a class-only signal or a loop."""
    if (
        item.sender is None
        or not is_given_in_call(item)
        or len(item.senders) != 1
        or not _is_lazy(index, item)
    ):
        return None
    name, edits = name_for(index, item.path, "django.conf", "settings", item.scope)
    if not name:
        return None
    changed = replacing(index, item.path, item.sender, f"{name}.AUTH_USER_MODEL")
    return Fix("use settings.AUTH_USER_MODEL", (*edits, changed))


RULE = Rule(
    "SG306",
    "hard-coded-user",
    "warning",
    on_project=check,
    fix="safe",
    safety="Offered for model signals, which accept a model by name.",
)
