"""Spec x Project -> Plan: every name, path and sender settled.

A plan says what must exist, not where in a file. ``make.draft_plans`` and ``make.settle`` are the
entries.
"""

from signalgen.plan.make import Draft, draft_plans, settle
from signalgen.plan.sound import without

__all__ = ["Draft", "draft_plans", "settle", "without"]
