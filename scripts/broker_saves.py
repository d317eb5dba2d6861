"""Save orders from several threads, inside and outside of transactions; runs inside the project of ``broker.py``.

Every save gives its order a number of its own. Prints ``{"committed": [number, …], "rolled_back": [number, …]}``.
"""

from __future__ import annotations

import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count, cycle
from typing import Any

PAUSE = 0.005
"""Seconds between a save and its commit: a task that starts too early does not find the row."""


class TakenBackError(Exception):
    """Ends a transaction without a commit."""


@dataclass
class Saver:
    """The saves of one thread: how many are left, and which numbers have been committed or rolled back."""

    name: int
    user: Any
    left: int
    numbers: Any = field(default_factory=count)
    committed: list[str] = field(default_factory=list)
    rolled_back: list[str] = field(default_factory=list)

    def save(self, order: Any | None = None) -> Any:
        """Save a new order, or ``order`` once more."""
        from orders.models import Order

        order = order or Order(user=self.user)
        order.number = f"{self.name}-{next(self.numbers)}"
        order.save()
        self.left -= 1
        return order

    def outside(self) -> None:
        """Save a row and change it, each save its own transaction."""
        order = self.save()
        self.committed.append(order.number)
        self.committed.append(self.save(order).number)

    def inside(self) -> None:
        """Save two rows in one transaction."""
        from django.db import transaction

        with transaction.atomic():
            numbers = [self.save().number, self.save().number]
            time.sleep(PAUSE)
        self.committed += numbers

    def savepoint(self) -> None:
        """Save a row, change it within a savepoint that is rolled back, and commit."""
        from django.db import transaction

        with transaction.atomic():
            order = self.save()
            self.committed.append(order.number)
            with transaction.atomic():
                self.rolled_back.append(self.save(order).number)
                time.sleep(PAUSE)
                transaction.set_rollback(True)

    def failing(self) -> None:
        """Save two rows and fail before the commit."""
        from django.db import transaction

        with suppress(TakenBackError), transaction.atomic():
            self.rolled_back.append(self.save().number)
            self.rolled_back.append(self.save().number)
            time.sleep(PAUSE)
            raise TakenBackError

    def run(self) -> Saver:
        """Make all saves, one way after the other."""
        from django.db import connections

        ways = cycle((self.outside, self.inside, self.savepoint, self.inside, self.failing))
        while self.left > 0:
            next(ways)()
        connections.close_all()
        return self


def main(threads: int, saves: int) -> None:
    """Share ``saves`` among ``threads``; each way makes two, so an odd share would be one too many."""
    import django

    django.setup()
    from django.contrib.auth import get_user_model

    user = get_user_model().objects.create_user("customer")
    with ThreadPoolExecutor(threads) as pool:
        savers = [Saver(name, user, saves // threads) for name in range(threads)]
        done = list(pool.map(Saver.run, savers))
    print(
        json.dumps(
            {
                "committed": [number for saver in done for number in saver.committed],
                "rolled_back": [number for saver in done for number in saver.rolled_back],
            }
        )
    )


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
