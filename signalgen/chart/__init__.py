"""A project's signal code shown to people: tables, trees, pictures and reasons.

Entries: ``registrations``, ``signals`` and ``tasks`` for tables, ``graph`` for pictures.
"""

from __future__ import annotations

from signalgen.chart.registrations import registrations
from signalgen.chart.signals import signals
from signalgen.chart.tasks import tasks

__all__ = ["registrations", "signals", "tasks"]
