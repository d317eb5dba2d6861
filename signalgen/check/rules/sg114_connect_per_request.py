"""A receiver that is connected in each request.

Flags
-----
A nested function, a lambda or a partial that a view, a middleware or a helper that takes the
request connects with `weak=False`; any function there whose `dispatch_uid` has the request in it.

Why it matters
--------------
Signals are global: between connect and disconnect the receiver is called for the saves of every
thread, so one user's name ends up on the rows of another. An exception, or a missing disconnect,
leaves it connected permanently: each request then adds one more, which keeps its request in memory:
https://docs.djangoproject.com/en/stable/topics/signals/#preventing-duplicate-signals

Bad
---
```python
from functools import partial

from django.db.models.signals import pre_save

from shop.models import Order


def set_user(user, sender, instance, **kwargs):
    instance.user = user


class ActorMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        pre_save.connect(partial(set_user, request.user), sender=Order, weak=False)  # SG114
        return self.get_response(request)
```

Good
----
```python
from contextvars import ContextVar

from django.db.models.signals import pre_save
from django.dispatch import receiver

from shop.models import Order

user = ContextVar("user", default=None)


@receiver(pre_save, sender=Order)
def set_user(sender, instance, **kwargs):
    instance.user = user.get()


class ActorMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        token = user.set(request.user)
        try:
            return self.get_response(request)
        finally:
            user.reset(token)
```

Stays silent when
-----------------
- the function is one of the module or of the class, and no `dispatch_uid` has the request in it:
  connecting it again changes nothing;
- `weak` is not literally `False`: a receiver made there is collected (SG104);
- the function around does not take `request` first.

Known misses
------------
- functions that get the request in another way, and callbacks of other frameworks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.check.engine.rule import Found, Rule
from signalgen.flow.connections.meanwhile import is_disconnected, per_request
from signalgen.flow.function.signature import short

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.index import Index


def check(index: Index) -> Iterator[Found]:
    """Yield the connections that each request makes."""
    for item in per_request(index):
        signal = short(item.signals[0]) if item.signals else "the signal"
        stays = "" if is_disconnected(index, item) else ", and it stays connected"
        yield Found(
            path=item.path,
            node=item.node,
            message=f"each request connects another receiver of {signal}, which is called for the "
            f"saves of all threads{stays}",
            hint="connect one receiver at start-up, and pass it what it needs of the request in a "
            "ContextVar",
            context=item.scope.qualname if item.scope is not None else item.written,
        )


RULE = Rule("SG114", "connect-per-request", "warning", on_project=check)
