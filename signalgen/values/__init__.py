"""The frozen values that are passed between the stages.

Stages never import each other: each takes and returns these values, and only a run
(``generating.py``) knows their order. A value holds data and trivial look-ups; it never reads,
renders or writes.
"""
