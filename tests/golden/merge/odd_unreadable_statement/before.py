"""Own receivers."""

lazy import json


def mine[T = int](rows: T):
    return {**row for row in rows}


frobnicate rows with mine:
    print(json)


class Other:
    x = = 1

    def method(self): pass
