"""What a project's signal code comes to, for people: tables, trees, pictures and reasons.

``registrations``, ``signals`` and ``tasks`` are the entries of tables, ``graph`` that of pictures.
"""

from __future__ import annotations

from signalgen.chart.registrations import registrations
from signalgen.chart.signals import signals
from signalgen.chart.tasks import tasks

__all__ = ["registrations", "signals", "tasks"]
