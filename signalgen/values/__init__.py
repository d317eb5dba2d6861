"""The frozen values that pass between the stages.

Stages never import each other: each takes and returns values of this room, and only a run
(``generating.py``) knows their order. A value holds data and trivial look-ups over itself; it never
reads, renders or writes.
"""
