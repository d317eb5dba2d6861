"""A many-to-many receiver that misses rows which the project creates directly.

Flags
-----
A receiver of `m2m_changed` whose through model is one of the project, where the project also
creates rows of that model directly.

Why it matters
--------------
Only `add()`, `remove()`, `set()` and `clear()` send `m2m_changed`. A row of the through model that
is created or saved sends the `post_save` of that model:
https://docs.djangoproject.com/en/stable/ref/signals/#m2m-changed

Bad
---
```python
from django.db.models.signals import m2m_changed
from django.dispatch import receiver

from shop.models import Team


@receiver(m2m_changed, sender=Team.members.through)  # SG427
def resize(sender, instance, action, **kwargs):
    print(action)
# file: shop/models.py
from django.db import models


class Person(models.Model):
    name = models.CharField(max_length=9)


class Team(models.Model):
    members = models.ManyToManyField(Person, through="Seat")


class Seat(models.Model):
    team = models.ForeignKey(Team, on_delete=models.CASCADE)
    person = models.ForeignKey(Person, on_delete=models.CASCADE)


def join(team, person):
    return Seat.objects.create(team=team, person=person)
```

Good
----
```python
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from shop.models import Seat


@receiver([post_save, post_delete], sender=Seat)
def resize(sender, instance, **kwargs):
    print(instance.team_id)
# file: shop/models.py
from django.db import models


class Person(models.Model):
    name = models.CharField(max_length=9)


class Team(models.Model):
    members = models.ManyToManyField(Person, through="Seat")


class Seat(models.Model):
    team = models.ForeignKey(Team, on_delete=models.CASCADE)
    person = models.ForeignKey(Person, on_delete=models.CASCADE)


def join(team, person):
    return Seat.objects.create(team=team, person=person)
```

Stays silent when
-----------------
- a receiver is connected to the `post_save` of the through model;
- only tests or migrations create rows of it;
- the through model has a `save()` or `clean()` of its own.

Known misses
------------
- rows that are created through a related manager (`team.seat_set.create`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from signalgen.check.engine.rule import Found, Rule
from signalgen.flow.rows.unheard import joined_by_hand

if TYPE_CHECKING:
    from collections.abc import Iterator

    from signalgen.index import Index
    from signalgen.values.index import Receiver


def check(receiver: Receiver, index: Index) -> Iterator[Found]:
    """Yield each connection that misses new rows."""
    for trap in joined_by_hand(index, receiver):
        # A save() or clean() of its own may do for these rows what the receiver does for others.
        if trap.model is not None and trap.model.custom_save:
            continue
        yield Found(
            path=receiver.function.path,
            node=trap.node,
            message=f"{receiver.function.name} is not called for the {trap.model_name} that "
            f"{trap.written} creates directly: that sends no m2m_changed",
            hint=f"listen to post_save and post_delete of {trap.model_name} as well",
            context=receiver.function.qualname,
        )


RULE = Rule("SG427", "joined-by-hand", "warning", on_receiver=check, default=False)
