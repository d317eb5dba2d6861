"""What a project's signal code comes to, for people: from ``index`` and ``flow`` to tables.

``registrations``, ``signals`` and ``tasks`` are the entries.
"""

from __future__ import annotations

from signalgen.chart.registrations import registrations
from signalgen.chart.signals import signals
from signalgen.chart.tasks import tasks

__all__ = ["registrations", "signals", "tasks"]
