"""Which recipes a test has beside which package: kept for the table of docs/recipes.md.

NEIGHBOUR_FIGURES is a file that gets a line of JSON for each test that has passed.
"""

import functools
import json
import os

FIGURES = os.environ.get("NEIGHBOUR_FIGURES")


def beside(neighbour, *recipes):
    """Decorate a test: once it has passed, ``recipes`` have held beside ``neighbour``."""

    def decorated(test):
        @functools.wraps(test)
        def run(self, *args, **kwargs):
            test(self, *args, **kwargs)
            for recipe in recipes if FIGURES else ():
                name = neighbour or self.neighbour
                line = {"neighbour": name, "recipe": recipe, "test": self.id()}
                with open(FIGURES, "a") as file:
                    file.write(json.dumps(line) + "\n")

        return run

    return decorated
