"""Operations in threads: what was done, what was refused aloud, and figures for the table of the docs.

RACE_OPERATIONS is how many there are, RACE_FIGURES a file that gets a line of JSON for each race.
"""

import json
import os
import threading
from itertools import count

from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.test import TransactionTestCase

from shop import collaborators

OPERATIONS = int(os.environ.get("RACE_OPERATIONS", "16"))
THREADS = 4
FIGURES = os.environ.get("RACE_FIGURES")


class Race(TransactionTestCase):
    """``run_all(work)`` calls ``work(number)`` in threads; ``done`` are the numbers that raised nothing."""

    recipe = ""

    def setUp(self):
        collaborators.CALLS.clear()
        self.calls = collaborators.CALLS

    def run_all(self, work, atomic):
        """Do it all, each in a transaction of its own where ``atomic`` is set.

        What a database or a guard refuses is raised to the caller, who knows then and can try again.
        """
        self.done, self.raised, errors = [], [], []
        numbers, lock, start = count(), threading.Lock(), threading.Barrier(THREADS)

        def once(number):
            try:
                if atomic:
                    with transaction.atomic():
                        work(number)
                else:
                    work(number)
            except (DatabaseError, ValidationError):
                self.raised.append(number)
            else:
                self.done.append(number)

        def worker():
            try:
                start.wait(60)
                while True:
                    with lock:
                        number = next(numbers)
                    if number >= OPERATIONS:
                        return
                    once(number)
            except BaseException as error:
                errors.append(error)
            finally:
                connection.close()

        threads = [threading.Thread(target=worker) for _ in range(THREADS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if errors:
            raise errors[0]
        self.assertEqual(len(self.done) + len(self.raised), OPERATIONS)

    def report(self, atomic, lost=0, wrong=0, allowed=False):
        """Keep the figures, and refuse losses and wrong totals; ``allowed``: the recipe's page says that they happen."""
        figures = {
            "recipe": self.recipe,
            "atomic": atomic,
            "operations": OPERATIONS,
            "raised": len(self.raised),
            "lost": lost,
            "wrong": wrong,
        }
        if FIGURES:
            with open(FIGURES, "a") as file:
                file.write(json.dumps(figures) + "\n")
        if not allowed:
            self.assertEqual((lost, wrong), (0, 0), figures)
