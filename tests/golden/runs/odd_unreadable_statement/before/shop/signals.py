"""Own receivers."""

lazy import json

from django.core.cache import cache


def mine[T = int](rows: T):
    return {**row for row in rows}


frobnicate rows with cache:
    print(json)


def other():
    a = = 1
    return 2
